/**
 * A stretch of bytes that is read by slices: a file, a part of one, or bytes in memory.
 *
 * Every length that a checkpoint claims is held against a region before anything is allocated from it.
 */
import { createCRC32 } from "hash-wasm";
import { damaged, refusal, truncated } from "./refusal.ts";

export interface Region {
  /** For sentences: the file's name. */
  readonly file: string;
  /** In bytes. */
  readonly size: number;
  /** A copy of `length` bytes from `at`, alone in its buffer. Throws `checkpoint-truncated` where they are not all there. */
  read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The same bytes where they lie, not read into memory. Throws as `read`, but for what only reading shows. */
  slice(at: number, length: number): Promise<Blob>;
}

export function fileRegion(blob: Blob, file: string): Region {
  return {
    file,
    size: blob.size,
    async read(at, length) {
      if (!fits(this, at, length)) throw truncated(file, blob.size, at + length);
      // A file may have changed or vanished since it was picked; its promise then rejects, or gives fewer bytes.
      const bytes = await blob
        .slice(at, at + length)
        .arrayBuffer()
        .catch((thrown: unknown) => thrown);
      if (bytes instanceof ArrayBuffer && bytes.byteLength === length) return new Uint8Array(bytes);
      const message = "The file could not be read; it may have been moved or changed since it was picked.";
      throw refusal(file, { code: "checkpoint-unreadable", message, remedy: "Pick it again." }, bytes);
    },
    async slice(at, length) {
      if (!fits(this, at, length)) throw truncated(file, blob.size, at + length);
      return blob.slice(at, at + length);
    },
  };
}

export function memoryRegion(bytes: Uint8Array<ArrayBuffer>, file: string): Region {
  return {
    file,
    size: bytes.length,
    async read(at, length) {
      if (!fits(this, at, length)) throw truncated(file, bytes.length, at + length);
      return bytes.slice(at, at + length);
    },
    async slice(at, length) {
      return new Blob([await this.read(at, length)]);
    },
  };
}

/** `size` bytes of `whole` from `start`; the caller has checked that they are there, or reading them will. */
export function part(whole: Region, start: number, size: number): Region {
  return {
    file: whole.file,
    size,
    async read(at, length) {
      if (!fits(this, at, length)) throw truncated(whole.file, size, at + length);
      return whole.read(start + at, length);
    },
    async slice(at, length) {
      if (!fits(this, at, length)) throw truncated(whole.file, size, at + length);
      return whole.slice(start + at, length);
    },
  };
}

/**
 * The region, none of whose bytes are given before they have been held against its CRC-32. A checksum is of the whole:
 * where a part is asked for first, all is gone through once, piece by piece.
 */
export function checksummed(region: Region, expected: number, polynomial: number, field: string): Region {
  let sound = false;
  async function check(whole: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
    const crc = (await createCRC32(polynomial)).init();
    for await (const piece of whole) crc.update(piece);
    sound = Number.parseInt(crc.digest("hex"), 16) === expected >>> 0;
    if (!sound) {
      throw damaged(region.file, "The bytes do not have the checksum that the file gives them.", { field });
    }
  }
  return {
    file: region.file,
    size: region.size,
    async read(at, length) {
      const bytes = await region.read(at, length);
      if (!sound && length > 0) await check(length === region.size ? [bytes] : pieces(region));
      return bytes;
    },
    async slice(at, length) {
      if (!sound && length > 0) await check(pieces(region));
      return region.slice(at, length);
    },
  };
}

/** Polynomials of CRC-32, reflected: zip's, and Castagnoli's (CRC-32C), which TensorFlow uses. */
export const CRC32 = 0xedb88320;
export const CRC32C = 0x82f63b78;

const PIECE_BYTES = 4 << 20;

async function* pieces(region: Region): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < region.size; at += PIECE_BYTES) {
    yield await region.read(at, Math.min(PIECE_BYTES, region.size - at));
  }
}

function fits(region: { readonly size: number }, at: number, length: number): boolean {
  return at >= 0 && length >= 0 && at + length <= region.size;
}
