/**
 * Where manifests get files from: paths resolved against the manifest, tables parsed once however often they are named.
 */
import { GapscopeError } from "../faults/faults.ts";
import type { Archive } from "./archive.ts";
import { type CsvTable, parseCsv } from "./csv.ts";
import { clip, type Findings, resolvePath } from "./findings.ts";
import type { Source } from "./stimulus-table.ts";

/** A table is held as text, cells and values at once: some ten times its size. */
const TABLE_BYTES = 64 * 2 ** 20;

/** The tables of a package, each parsed once. */
export class TableShelf {
  readonly archive: Archive;
  readonly #findings: Findings;
  readonly #signal: AbortSignal | undefined;
  readonly #tables = new Map<string, CsvTable | undefined>();

  constructor(archive: Archive, findings: Findings, signal: AbortSignal | undefined) {
    this.archive = archive;
    this.#findings = findings;
    this.#signal = signal;
  }

  get files(): string[] {
    return [...this.#tables.keys()];
  }

  /** The table that `path` in the manifest's `field` names; undefined and faults where there is none. */
  async read(path: string, manifestFile: string, field: string): Promise<Source | undefined> {
    const at = { file: manifestFile, field, value: clip(path) };
    const file = resolvePath(folderOf(manifestFile), path);
    if (file === undefined) {
      this.#findings.add(pathLeavesZip(at));
      return undefined;
    }
    if (!this.archive.has(file)) {
      const similar = this.archive.similar(file);
      this.#findings.add({
        code: "missing-table",
        ...at,
        message: `The zip holds no file “${clip(file)}”.`,
        remedy:
          similar === undefined
            ? "Add the table, or correct the path; it is relative to the manifest."
            : `There is “${clip(similar)}”, written differently; capitals and accents must agree.`,
      });
      return undefined;
    }
    if (!this.#tables.has(file)) {
      const bytes = await readEntry(this.archive, file, TABLE_BYTES, this.#findings, this.#signal);
      const parsed = bytes === undefined ? [] : parseCsv(bytes, file);
      if (!("table" in parsed)) this.#findings.addAll(parsed);
      this.#tables.set(file, "table" in parsed ? parsed : undefined);
    }
    const table = this.#tables.get(file);
    return table === undefined ? undefined : { ...table, file };
  }
}

export function pathLeavesZip(at: { readonly file: string; readonly field: string; readonly value: string }) {
  return {
    code: "path-leaves-zip",
    ...at,
    message: "The path leaves the zip, is absolute or has a backslash.",
    expected: "a path relative to the manifest, inside the zip, with forward slashes",
  };
}

/** The bytes, or undefined and a fault. */
export async function readEntry(
  archive: Archive,
  file: string,
  cap: number,
  findings: Findings,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await archive.read(file, signal === undefined ? { cap } : { cap, signal });
  } catch (error) {
    if (!(error instanceof GapscopeError) || error.code !== "package-refused") throw error;
    findings.addAll(error.faults);
    return undefined;
  }
}

/** The folder of a path in the zip, "" for the root. */
export function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf("/")));
}
