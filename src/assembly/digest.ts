/** SHA-256 and the one spelling of JSON that it is taken of. */
import { createSHA256 } from "hash-wasm";

/** Lower-case hexadecimal SHA-256 of bytes, or of a text's UTF-8. */
export async function sha256(data: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The same of a file of any size, read in pieces: WebCrypto wants it whole, and a checkpoint may have a gigabyte. */
export async function sha256OfBlob(blob: Blob): Promise<string> {
  const PIECE = 8 << 20;
  const hash = await createSHA256();
  for (let start = 0; start < blob.size; start += PIECE) {
    hash.update(new Uint8Array(await blob.slice(start, start + PIECE).arrayBuffer()));
  }
  return hash.digest("hex");
}

/** JSON with the keys of every object in code-unit order and without white space; undefined members are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  );
}
