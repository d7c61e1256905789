/**
 * A table: named columns of equal length, typed as pandas would type them.
 *
 * Brain-Score reads stimulus sets and responses with pandas, and the inferred type decides how ids sort and compare
 * (10 after 2 for integers, before it for strings). The parser lives in benchmark/csv.ts; this is only the result.
 */

/** A missing value (pandas' NaN) is `null`. */
export type Scalar = string | number | boolean | null;

export type Dtype = "int64" | "float64" | "bool" | "object";

export interface Column {
  readonly dtype: Dtype;
  readonly values: readonly Scalar[];
  /** The cells as they were written: what a person typed is what labels are compared by. */
  readonly text: readonly string[];
}

export interface Table {
  readonly length: number;
  readonly columns: Readonly<Record<string, Column>>;
}

/** The rows of `table` at `rows`, in that order. */
export function takeRows(table: Table, rows: readonly number[]): Table {
  const columns = Object.fromEntries(
    Object.entries(table.columns).map(([name, column]) => [
      name,
      {
        dtype: column.dtype,
        values: rows.map((row) => column.values[row] ?? null),
        text: rows.map((row) => column.text[row] ?? ""),
      },
    ]),
  );
  return { length: rows.length, columns };
}

/**
 * Python's order of sorted(): numbers by value, strings by Unicode code point, never by locale. Missing values last.
 * Numbers come before strings where a column of objects mixes them (Python would refuse).
 */
export function compareScalars(a: Scalar, b: Scalar): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === "string" && typeof b === "string") return compareCodePoints(a, b);
  if (typeof a === "string") return 1;
  if (typeof b === "string") return -1;
  return Number(a) - Number(b);
}

/** JavaScript's `<` orders by UTF-16 unit, which differs from code points where astral characters meet U+E000–U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const left = Array.from(a, (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(b, (character) => character.codePointAt(0) ?? 0);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** The distinct values, sorted as Python's `sorted(set(values))`. */
export function distinct(values: readonly Scalar[]): Scalar[] {
  return [...new Set(values)].sort(compareScalars);
}

/** The items by key, keys in order of first appearance. */
export function groupBy<Item, Key>(items: readonly Item[], key: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
