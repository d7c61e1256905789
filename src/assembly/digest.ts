/** SHA-256 and the one spelling of JSON that it is taken of. */
import { createSHA1, createSHA256 } from "hash-wasm";

/** Lower-case hexadecimal SHA-256 of bytes, or of a text's UTF-8. */
export async function sha256(data: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface FileHashes {
  readonly sha256: string;
  readonly sha1: string;
}

/** Hashes of a file of any size, read in pieces: WebCrypto wants it whole, and a checkpoint may have a gigabyte. */
export async function hashFile(blob: Blob, onProgress: (done: number) => void = () => undefined): Promise<FileHashes> {
  const PIECE = 8 << 20;
  const [sha256, sha1] = await Promise.all([createSHA256(), createSHA1()]);
  for (let start = 0; start < blob.size; start += PIECE) {
    const piece = new Uint8Array(await blob.slice(start, start + PIECE).arrayBuffer());
    sha256.update(piece);
    sha1.update(piece);
    onProgress(Math.min(blob.size, start + PIECE));
  }
  return { sha256: sha256.digest("hex"), sha1: sha1.digest("hex") };
}

/** JSON with the keys of every object in code-unit order and without white space; undefined members are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  );
}
