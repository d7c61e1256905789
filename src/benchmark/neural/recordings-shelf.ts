/**
 * Where manifests get recordings from: each array and assembly read once, however many benchmarks of the zip share it.
 */
import { canonicalJson } from "../../assembly/digest.ts";
import { GapscopeError } from "../../faults/faults.ts";
import { clip, type Findings, resolvePath } from "../findings.ts";
import { folderOf, pathLeavesZip, readEntry, type TableShelf } from "../table-shelf.ts";
import { type NpyArray, readNpy } from "./npy.ts";
import type { AssemblyReader, PackagedAssembly, Selection } from "./packaged-assembly.ts";

/** What was read, and the path in the zip that it stands at. */
export interface Shelved<Data> {
  readonly file: string;
  readonly data: Data;
}

export class RecordingsShelf {
  readonly tables: TableShelf;
  readonly findings: Findings;
  readonly #assemblies: AssemblyReader;
  readonly #signal: AbortSignal | undefined;
  readonly #files = new Set<string>();
  readonly #read = new Map<string, Promise<unknown>>();

  constructor(tables: TableShelf, findings: Findings, assemblies: AssemblyReader, signal: AbortSignal | undefined) {
    this.tables = tables;
    this.findings = findings;
    this.#assemblies = assemblies;
    this.#signal = signal;
  }

  get files(): string[] {
    return [...this.#files];
  }

  /** What `make` made of the same `key` before, or makes now. */
  once<Data>(key: unknown, make: () => Promise<Data>): Promise<Data> {
    const name = canonicalJson(key);
    // A key belongs to one call site, so that what is found under it has that site's type.
    const known = this.#read.get(name) as Promise<Data> | undefined;
    if (known !== undefined) return known;
    const made = make();
    this.#read.set(name, made);
    return made;
  }

  /** The array that `path` in the manifest's `field` names; undefined and faults where there is none. */
  async array(path: string, manifestFile: string, field: string): Promise<Shelved<NpyArray> | undefined> {
    const file = this.#find(path, manifestFile, field);
    if (file === undefined) return undefined;
    return this.once({ array: file }, async () => {
      const bytes = await this.#bytes(file);
      const data = bytes === undefined ? undefined : readNpy(bytes, file);
      if (data === undefined) return undefined;
      if (!("code" in data)) return { file, data };
      this.findings.add(data);
      return undefined;
    });
  }

  /** The same of an assembly, with what `select` keeps of it. */
  async assembly(
    path: string,
    manifestFile: string,
    field: string,
    select: Selection,
  ): Promise<Shelved<PackagedAssembly> | undefined> {
    const file = this.#find(path, manifestFile, field);
    if (file === undefined) return undefined;
    return this.once({ assembly: file, select }, async () => {
      const bytes = await this.#bytes(file);
      if (bytes === undefined) return undefined;
      try {
        const data = await this.#assemblies.read(bytes, file, select);
        for (const notice of data.notices) this.findings.notice(notice);
        return { file, data };
      } catch (error) {
        this.#report(error, file);
        return undefined;
      }
    });
  }

  #find(path: string, manifestFile: string, field: string): string | undefined {
    const at = { file: manifestFile, field, value: clip(path) };
    const { archive } = this.tables;
    const file = resolvePath(folderOf(manifestFile), path);
    if (file === undefined) {
      this.findings.add(pathLeavesZip(at));
      return undefined;
    }
    if (archive.has(file)) {
      this.#files.add(file);
      return file;
    }
    const similar = archive.similar(file);
    this.findings.add({
      code: "missing-recordings",
      ...at,
      message: `The zip holds no file “${clip(file)}”.`,
      remedy:
        similar === undefined
          ? "Add the recordings, or correct the path; it is relative to the manifest."
          : `There is “${clip(similar)}”, written differently; capitals and accents must agree.`,
    });
    return undefined;
  }

  async #bytes(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return readEntry(this.tables.archive, file, Number.POSITIVE_INFINITY, this.findings, this.#signal);
  }

  /** A file that brought its reader down, or kept it busy for ever, is at fault too. */
  #report(error: unknown, file: string): void {
    if (!(error instanceof GapscopeError)) throw error;
    if (error.code === "package-refused") this.findings.addAll(error.faults);
    else if (error.code !== "worker-died" && error.code !== "worker-hung") throw error;
    else {
      this.findings.add({
        code: "netcdf-unreadable",
        file,
        message: `The file cannot be read: ${clip(error.message)}`,
        remedy: "Write it again with xarray or Brain-Score's packaging; it is damaged, or too large for this browser.",
      });
    }
  }
}
