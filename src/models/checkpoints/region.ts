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
  };
}

/** The region, whose bytes are held against their CRC-32 whenever all of them are read at once. */
export function checksummed(region: Region, expected: number, polynomial: number, field: string): Region {
  return {
    file: region.file,
    size: region.size,
    async read(at, length) {
      const bytes = await region.read(at, length);
      if (length !== region.size || length === 0) return bytes;
      if ((await crc(bytes, polynomial)) === expected >>> 0) return bytes;
      throw damaged(region.file, "The bytes do not have the checksum that the file gives them.", { field });
    },
  };
}

/** Polynomials of CRC-32, reflected: zip's, and Castagnoli's (CRC-32C), which TensorFlow uses. */
export const CRC32 = 0xedb88320;
export const CRC32C = 0x82f63b78;

export async function crc(bytes: Uint8Array, polynomial: number): Promise<number> {
  return Number.parseInt((await createCRC32(polynomial)).init().update(bytes).digest("hex"), 16);
}

export function fits(region: { readonly size: number }, at: number, length: number): boolean {
  return at >= 0 && length >= 0 && at + length <= region.size;
}
