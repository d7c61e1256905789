/**
 * The files of a tar, found by their headers alone. tar libraries want the archive as a stream of Node's; here a few
 * gigabytes are stepped over. Layout: POSIX.1-1988 ustar, with GNU's binary sizes. Extended headers (pax, GNU long names)
 * are passed over, so a name of more than 100 characters may come out short.
 */
import { damaged, truncated } from "./refusal.ts";
import { part, type Region } from "./region.ts";

const BLOCK = 512;
const MAX_FILES = 10_000;

/** Whether these first bytes are a tar's: its header holds a checksum of itself. */
export function looksLikeTar(head: Uint8Array): boolean {
  if (head.length < BLOCK || head[0] === 0) return false;
  const written = Number.parseInt(text(head, 148, 8), 8);
  const sum = head.subarray(0, BLOCK).reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  return sum === written;
}

/** Plain files by path, in the tar's order; of two of one path the later, as tar extracts them. */
export async function readTar(file: Region): Promise<ReadonlyMap<string, Region>> {
  const files = new Map<string, Region>();
  let headers = 0;
  for (let at = 0; at + BLOCK <= file.size; ) {
    const head = await file.read(at, BLOCK);
    if (head.every((byte) => byte === 0)) break; // two empty blocks end a tar
    if (!looksLikeTar(head) || ++headers > MAX_FILES) {
      throw damaged(file.file, "A header of the tar is damaged.", { value: `byte ${at}` });
    }
    const size = sizeOf(head);
    const start = at + BLOCK;
    const name = text(head, 0, 100);
    if (!(size >= 0)) throw damaged(file.file, "A header of the tar gives no size.", { field: name });
    if (start + size > file.size) throw truncated(file.file, file.size, start + size, name);
    const prefix = text(head, 257, 5) === "ustar" ? text(head, 345, 155) : "";
    const type = head[156] ?? 0;
    if (type === 0 || type === 0x30) files.set(prefix === "" ? name : `${prefix}/${name}`, part(file, start, size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** NaN where the header has no number. */
function sizeOf(head: Uint8Array): number {
  const field = head.subarray(124, 136);
  if ((field[0] ?? 0) < 0x80) return Number.parseInt(text(head, 124, 12), 8);
  return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
}

function text(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end)).trim();
}
