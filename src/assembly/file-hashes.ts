/** Hashes of files of any size. Apart from digest.ts, because a page that opens has no file to hash yet. */
import { createSHA1, createSHA256 } from "hash-wasm";

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
