/**
 * What a benchmark *is*, as one number: SHA-256 over its meaning, not over the zip's bytes.
 *
 * Zipping again, another root folder, another compression or another description leave it as it is; another response,
 * image, metric or option changes it. Scorecards carry it, and two with equal digests are about the same benchmark.
 */
import type { Table } from "../assembly/table.ts";

/** Lower-case hexadecimal SHA-256. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 of the canonical JSON of `value`. */
export function sha256OfJson(value: unknown): Promise<string> {
  return sha256(new TextEncoder().encode(canonicalJson(value)));
}

/** The cells as they were written, by column: the part of a table that means something. */
export function tableMeaning(table: Table): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(table.columns).map(([name, column]) => [name, column.text]));
}

/** JSON with sorted keys and no spaces; fields that are undefined are left out. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`);
  return `{${fields.join(",")}}`;
}
