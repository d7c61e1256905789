/** SHA-256 and the one spelling of JSON that it is taken of. */

/** A file by what is in it. */
export interface FileDigest {
  readonly name: string;
  /** How many. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Lower-case hexadecimal SHA-256 of bytes, or of a text's UTF-8. */
export async function sha256(data: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** JSON with the keys of every object in code-unit order and without white space; undefined members are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  );
}
