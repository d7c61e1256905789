/**
 * A zip as a set of named files, bounded in every direction.
 *
 * zip-directory.ts decides whether the archive is sound; JSZip inflates, through its streaming interface, so that an
 * entry is stopped as soon as it grows past a cap, whatever size it declares. Only entries that are asked for are
 * inflated, and each one's checksum is verified. Archive contents are data: nothing here interprets them.
 */
import CRC32 from "crc-32";
import JSZip from "jszip";
import { GapscopeError } from "../faults/faults.ts";
import { clip, Findings, refused } from "./findings.ts";
import { readDirectory } from "./zip-directory.ts";

export const ARCHIVE_CAPS = {
  archiveBytes: 2 * 2 ** 30,
  entries: 60_000,
  entryBytes: 256 * 2 ** 20,
  /** Over all entries that are read. */
  inflatedBytes: 4 * 2 ** 30,
  /** Inflated to compressed, once an entry is past `ratioFromBytes`; small files of one colour compress that well. */
  ratio: 1000,
  ratioFromBytes: 2 ** 20,
  /** UTF-16 units. */
  pathCharacters: 512,
};
export type ArchiveCaps = typeof ARCHIVE_CAPS;

/** JSZip's documented streaming interface, which its type declarations leave out. */
interface InflateStream {
  on(event: "data", listener: (piece: Uint8Array) => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  on(event: "end", listener: () => void): this;
  pause(): this;
  resume(): this;
}

export interface Archive {
  /** The files, in the zip's order, without a common root folder and without what operating systems leave behind. */
  readonly names: readonly string[];
  /** The common root folder that names lack, with its slash, or "". */
  readonly root: string;
  has(name: string): boolean;
  /** The file whose name differs only in case or in how accents are composed: what a person most likely meant. */
  similar(name: string): string | undefined;
  /**
   * The bytes of one file, checksum verified. Throws `package-refused` with one fault (`missing-file`, `entry-corrupt`,
   * `entry-too-large`, `entry-ratio`, `archive-too-large-inflated`) or `cancelled`. `cap` lowers the cap on its size.
   */
  read(
    name: string,
    options?: { readonly signal?: AbortSignal; readonly cap?: number },
  ): Promise<Uint8Array<ArrayBuffer>>;
}

/** Opens a zip. Throws `package-refused` with every fault of its directory. */
export async function openArchive(file: Blob, fileName: string, caps: ArchiveCaps = ARCHIVE_CAPS): Promise<Archive> {
  if (file.size > caps.archiveBytes) {
    throw refused(fileName, [
      {
        code: "archive-too-large",
        file: fileName,
        message: "The zip is too large.",
        value: `${file.size} bytes`,
        expected: `at most ${caps.archiveBytes} bytes`,
        remedy: "Split the benchmark into several zips.",
      },
    ]);
  }
  const bytes = await readBlob(file, fileName);
  const directory = readDirectory(bytes, caps);
  const entries = new Map<
    string,
    { readonly path: string; readonly compressedBytes: number; readonly crc32: number }
  >();
  const findings = new Findings();
  for (const item of directory) if ("code" in item) findings.add({ ...item, file: item.file ?? fileName });
  findings.refuseIfAny(fileName);
  const files = directory.flatMap((item) => ("code" in item || isJunk(item.name) ? [] : [item]));
  const root = commonRoot(files.map((entry) => entry.name));
  for (const entry of files) entries.set(entry.name.slice(root.length), { ...entry, path: entry.name });

  let zip: JSZip;
  try {
    zip = await JSZip.loadAsync(bytes, { createFolders: false });
  } catch (error) {
    throw refused(fileName, [
      {
        code: "archive-corrupt",
        file: fileName,
        message: `The zip is damaged: ${reason(error)}`,
        remedy: "Make it again.",
      },
    ]);
  }

  const folded = new Map([...entries.keys()].map((name) => [fold(name), name]));
  let inflated = 0;
  return {
    names: [...entries.keys()],
    root,
    has: (name) => entries.has(name),
    similar: (name) => folded.get(fold(name)),
    async read(name, { signal, cap = caps.entryBytes } = {}) {
      const entry = entries.get(name);
      const object = entry === undefined ? null : zip.file(entry.path);
      const refuse = (code: string, message: string, facts: { value?: string; expected?: string; remedy: string }) =>
        refused(fileName, [{ code, file: clip(name), message, ...facts }]);
      if (entry === undefined || object === null) {
        throw refuse("missing-file", "The zip holds no such file.", { remedy: "Add it, or mend the path." });
      }
      const limit = Math.min(cap, caps.entryBytes);
      const check = (size: number): GapscopeError | undefined => {
        if (signal?.aborted) return GapscopeError.cancelled();
        if (size > limit) {
          const remedy = "Make the file smaller.";
          return refuse("entry-too-large", "The file is too large.", { expected: `at most ${limit} bytes`, remedy });
        }
        if (size > caps.ratioFromBytes && size > caps.ratio * entry.compressedBytes) {
          const remedy = "Such files are made to exhaust memory; make this one again.";
          const expected = `at most ${caps.ratio} : 1`;
          return refuse("entry-ratio", "The file unpacks to far more than it was packed from.", { expected, remedy });
        }
        if (inflated + size <= caps.inflatedBytes) return undefined;
        return refuse("archive-too-large-inflated", "The zip unpacks to too much.", {
          expected: `at most ${caps.inflatedBytes} bytes in all files`,
          remedy: "Split the benchmark into several zips.",
        });
      };
      const pieces = await inflate(object, check).catch((error: unknown) => {
        if (error instanceof GapscopeError) throw error;
        // JSZip's own words are about its code: "Bug : uncompressed data size mismatch".
        throw refuse("entry-corrupt", "The file does not unpack: it was damaged after it was zipped.", {
          remedy: "Zip it again from the original.",
        });
      });
      const content = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
      let at = 0;
      for (const piece of pieces) {
        content.set(piece, at);
        at += piece.length;
      }
      inflated += content.length;
      const checksum = CRC32.buf(content) >>> 0; // JSZip verifies none unless it inflates everything at load, unbounded
      if (checksum !== entry.crc32) {
        const facts = {
          expected: hex(entry.crc32),
          value: hex(checksum),
          remedy: "Zip it again from the original.",
        };
        throw refuse("entry-corrupt", "The file's checksum is wrong: it was damaged after it was zipped.", facts);
      }
      return content;
    },
  };
}

/** The entry's content in pieces; stops at the first piece after which `check` objects, and throws its objection. */
function inflate(
  object: JSZip.JSZipObject,
  check: (size: number) => GapscopeError | undefined,
): Promise<readonly Uint8Array[]> {
  // JSZip's declarations omit internalStream, which its documentation has.
  const streaming = object as unknown as { internalStream(type: "uint8array"): InflateStream };
  return new Promise((resolve, reject) => {
    let pieces: Uint8Array[] = [];
    let size = 0;
    const stream = streaming.internalStream("uint8array");
    stream
      .on("data", (piece) => {
        size += piece.length;
        const objection = check(size);
        if (objection === undefined) {
          pieces.push(piece);
          return;
        }
        pieces = [];
        stream.pause(); // what the last piece of input still inflates to comes by here once more, and is dropped
        reject(objection);
      })
      .on("error", reject)
      .on("end", () => resolve(pieces))
      .resume();
  });
}

async function readBlob(file: Blob, fileName: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    throw refused(fileName, [
      {
        code: "archive-unreadable",
        file: fileName,
        message: `The file cannot be read: ${reason(error)}`,
        remedy: "It may have been moved, changed or be too large for this browser's memory; choose it again.",
      },
    ]);
  }
}

function isJunk(name: string): boolean {
  const parts = name.split("/");
  return parts.includes("__MACOSX") || [".DS_Store", "Thumbs.db"].includes(parts.at(-1) ?? "");
}

/** The one folder that holds everything, with its slash, or "". */
function commonRoot(names: readonly string[]): string {
  const first = names[0] ?? "";
  const root = first.slice(0, first.indexOf("/") + 1);
  return root !== "" && names.every((name) => name.startsWith(root)) ? root : "";
}

function fold(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function reason(error: unknown): string {
  return clip(error instanceof Error ? error.message : String(error));
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}
