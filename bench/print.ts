/** Plain tables on standard output. */
export function heading(text: string): void {
  process.stdout.write(`\n${text}\n${"─".repeat(text.length)}\n`);
}

/** The first column to the left, the others to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  for (const row of all) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    process.stdout.write(`  ${cells.join("  ").trimEnd()}\n`);
  }
  process.stdout.write("\n");
}
