/** The part of a file's name that an identifier makes: identifiers come from strangers' files and may hold what none can. */
export function fileName(identifier: string): string {
  return identifier.replace(/[^\p{L}\p{N}._-]+/gu, "_");
}
