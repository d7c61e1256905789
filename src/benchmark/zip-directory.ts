/**
 * The central directory of a zip, read and distrusted before JSZip sees the bytes.
 *
 * JSZip lets the last of two entries of one name win, mends paths silently, believes the local header's name and builds
 * an object for every record there is. So the records are walked here first, bounded, and whatever two readers could
 * read differently is refused. Nothing is inflated here. Record layouts: PKWARE APPNOTE 6.3.10, §4.3.7, §4.3.12, §4.3.16.
 */
import type { Fault } from "../faults/faults.ts";
import type { ArchiveCaps } from "./archive.ts";
import { clip } from "./findings.ts";

export interface DirectoryEntry {
  /** Path as written, "." and empty segments removed; folders are left out. */
  readonly name: string;
  readonly compressedBytes: number;
  readonly crc32: number;
}

interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const REZIP = "Make the zip again with an ordinary tool.";

/** Every entry that is a file, or every fault. Codes begin with `archive-`. */
export function readDirectory(bytes: Uint8Array, caps: ArchiveCaps): readonly DirectoryEntry[] | readonly Fault[] {
  if (bytes.length === 0) {
    return [{ code: "archive-empty", message: "The file is empty (0 bytes).", remedy: "Download or copy it again." }];
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (typeof end !== "number") return [end];

  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const offset = view.getUint32(end + 16, true);
  if (count === 0xffff || size === 0xffffffff || offset === 0xffffffff) return [zip64()];
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) {
    return [corrupt("The zip is one part of several.", "Join the parts, or make one zip.", "archive-split")];
  }
  if (count > caps.entries) {
    return [
      {
        code: "archive-too-many-entries",
        message: "The zip holds too many files.",
        value: String(count),
        expected: `at most ${caps.entries}`,
        remedy: "Split the benchmark into several zips.",
      },
    ];
  }
  if (offset + size !== end) {
    return [
      corrupt("The zip's table of contents is not where the zip says.", "Download or copy it again; it may be cut."),
    ];
  }
  return walk(bytes, view, { count, start: offset, end }, caps);
}

function walk(
  bytes: Uint8Array,
  view: DataView,
  directory: { readonly count: number; readonly start: number; readonly end: number },
  caps: ArchiveCaps,
): readonly DirectoryEntry[] | readonly Fault[] {
  const faults: Fault[] = [];
  const entries: DirectoryEntry[] = [];
  const spans: Span[] = [];
  let at = directory.start;
  for (let i = 0; i < directory.count; i++) {
    if (at + CENTRAL_BYTES > directory.end || view.getUint32(at, true) !== CENTRAL) {
      return [...faults, corrupt(`Entry ${i + 1} of the zip's table of contents is damaged.`, REZIP)];
    }
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const compressedBytes = view.getUint32(at + 20, true);
    const declaredBytes = view.getUint32(at + 24, true);
    const nameBytes = view.getUint16(at + 28, true);
    const next = at + CENTRAL_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const folderFlag = (view.getUint32(at + 38, true) & 0x10) !== 0; // DOS attribute; JSZip heeds it on any system
    const localOffset = view.getUint32(at + 42, true);
    if (next > directory.end) {
      return [...faults, corrupt(`Entry ${i + 1} of the zip's table of contents is damaged.`, REZIP)];
    }
    const rawName = bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    const crc32 = view.getUint32(at + 16, true);
    at = next;

    const name = decodeName(rawName);
    if (name === undefined) {
      faults.push({
        code: "archive-name-encoding",
        message: `The name of entry ${i + 1} is not UTF-8.`,
        value: clip(new TextDecoder().decode(rawName)),
        remedy: "Rename the file with plain letters, or zip with a tool that writes UTF-8 names.",
      });
      continue;
    }
    const file = clip(name);
    if (compressedBytes === 0xffffffff || declaredBytes === 0xffffffff || localOffset === 0xffffffff) {
      faults.push({ file, ...zip64() });
      continue;
    }
    if ((flags & 1) !== 0) {
      faults.push({
        code: "archive-encrypted",
        file,
        message: "The entry is encrypted.",
        remedy: "Make the zip again without a password.",
      });
      continue;
    }
    if (method !== 0 && method !== 8) {
      faults.push({
        code: "archive-method",
        file,
        message: "The entry is compressed with a method that is not supported.",
        value: String(method),
        expected: "0 (stored) or 8 (deflate)",
        remedy: "Zip with the default method; not Deflate64, LZMA, bzip2 or Zstandard.",
      });
      continue;
    }
    const dataStart = localData(bytes, view, localOffset, rawName);
    if (dataStart === undefined || dataStart + compressedBytes > directory.start) {
      faults.push({
        file,
        ...corrupt("The entry's own header does not agree with the zip's table of contents.", REZIP),
      });
      continue;
    }
    spans.push({ name, start: localOffset, end: dataStart + compressedBytes });
    const path = pathFault(name, caps);
    if (path !== undefined) faults.push({ file, ...path });
    else if (!folderFlag && !name.endsWith("/")) entries.push({ name: tidy(name), compressedBytes, crc32 });
  }
  if (at !== directory.end) faults.push(corrupt("The zip's table of contents has more entries than it says.", REZIP));
  faults.push(...overlaps(spans), ...collisions(entries));
  return faults.length > 0 ? faults : entries;
}

/** Where the end record stands, the last of its signature, as JSZip looks for it. */
function findEnd(view: DataView): number | Fault {
  const last = view.byteLength - END_BYTES;
  const lowest = Math.max(0, last - 0xffff); // a comment is at most 65,535 bytes long
  for (let at = last; at >= lowest; at--) {
    if (view.getUint32(at, true) !== END) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength) return at;
    return corrupt("The zip ends before or after the place where it says it does.", "Download or copy it again.");
  }
  if (view.byteLength >= 4 && view.getUint32(0, true) === LOCAL) {
    return corrupt("The zip is cut short: its end is missing.", "Download or copy it again.", "archive-truncated");
  }
  return {
    code: "archive-not-zip",
    message: "The file is not a zip.",
    remedy: "Put the benchmark's folder into a zip; RAR, 7z and tar archives are not read.",
  };
}

/** Where the entry's data start, if its local header bears the same name; JSZip takes the local one. */
function localData(bytes: Uint8Array, view: DataView, at: number, name: Uint8Array): number | undefined {
  if (at + LOCAL_BYTES > bytes.length || view.getUint32(at, true) !== LOCAL) return undefined;
  const nameBytes = view.getUint16(at + 26, true);
  if (nameBytes !== name.length) return undefined;
  if (name.some((byte, i) => bytes[at + LOCAL_BYTES + i] !== byte)) return undefined;
  return at + LOCAL_BYTES + nameBytes + view.getUint16(at + 28, true);
}

function decodeName(raw: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return undefined;
  }
}

function pathFault(name: string, caps: ArchiveCaps): Fault | undefined {
  if (name.length > caps.pathCharacters) {
    return {
      code: "archive-path-too-long",
      message: "The path of the entry is too long.",
      value: String(name.length),
      expected: `at most ${caps.pathCharacters} characters`,
      remedy: "Shorten the names of folders.",
    };
  }
  const reason = name.includes("\0")
    ? "contains a NUL character"
    : name.includes("\\")
      ? "is written with backslashes"
      : name.startsWith("/") || /^[a-z]:/i.test(name)
        ? "is absolute"
        : name.split("/").includes("..")
          ? "leaves the zip"
          : tidy(name) === "" && !name.endsWith("/")
            ? "is empty"
            : undefined;
  if (reason === undefined) return undefined;
  return {
    code: "archive-path",
    message: `The path of the entry ${reason}.`,
    expected: "a path inside the zip, with forward slashes",
    remedy: REZIP,
  };
}

function tidy(name: string): string {
  return name
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/** Two files of one name, or of names that one disk could not hold apart. */
function collisions(entries: readonly DirectoryEntry[]): Fault[] {
  const faults: Fault[] = [];
  const seen = new Map<string, string>();
  for (const { name } of entries) {
    const folded = name.normalize("NFC").toLowerCase();
    const other = seen.get(folded);
    if (other === undefined) {
      seen.set(folded, name);
      continue;
    }
    const same = other === name;
    faults.push({
      code: same ? "archive-duplicate" : "archive-case-collision",
      file: clip(name),
      message: same ? "The zip holds two entries of this name." : `The zip also holds “${clip(other)}”.`,
      remedy: same ? "Make the zip again; keep one of them." : "Rename one, so that they differ in more than case.",
    });
  }
  return faults;
}

/** Entries that share bytes: how a bomb gets many files out of one. */
function overlaps(spans: readonly Span[]): Fault[] {
  const faults: Fault[] = [];
  let reach = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start < reach) {
      faults.push({
        code: "archive-overlap",
        file: clip(span.name),
        message: "The entry shares its bytes with another entry.",
        remedy: REZIP,
      });
    }
    reach = Math.max(reach, span.end);
  }
  return faults;
}

function zip64(): Fault {
  return {
    code: "archive-zip64",
    message: "The zip uses 64-bit sizes, which no zip within the limits needs.",
    remedy: "Make the zip again with an ordinary tool, not by streaming; split it if it is above 2 GiB.",
  };
}

function corrupt(message: string, remedy: string, code = "archive-corrupt"): Fault {
  return { code, message, remedy };
}
