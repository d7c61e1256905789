/**
 * A matrix of dissimilarities made ready to be looked at: in which order its stimuli stand, which shade a cell has, which
 * pairs differ most between two. Pure; rdms.tsx draws it.
 */
import { compareScalars, type Scalar, type Table } from "../../../../assembly/table.ts";
import { averageRanks } from "../../../../numerics/ranks.ts";

/** A group of stimuli that have the same value in the column that orders them. */
export interface Group {
  readonly value: Scalar;
  /** Places along the side: from the first on, before `end`. */
  readonly first: number;
  readonly end: number;
}

export interface Order {
  /** Place in the matrix of each place along the side. */
  readonly places: readonly number[];
  /** Empty where stimuli stand as the table gives them. */
  readonly groups: readonly Group[];
}

/** More groups than these are no order that could be seen. */
const MOST_GROUPS = 60;

/** The columns of the stimuli that make groups: fewer of them than stimuli, and two at least. */
export function orderColumns({ columns, length }: Table): string[] {
  return Object.entries(columns).flatMap(([name, { values }]) => {
    const distinct = new Set(values).size;
    return distinct > 1 && distinct < length && distinct <= MOST_GROUPS ? [name] : [];
  });
}

/** `rows`: the row of the table of each place in the matrix. Groups stand sorted, stimuli within them as the table has them. */
export function orderBy(rows: readonly number[], values: readonly Scalar[] | undefined): Order {
  const groupOf = (place: number): Scalar => values?.[rows[place] ?? -1] ?? null;
  const places = [...rows.keys()].sort(
    (a, b) => compareScalars(groupOf(a), groupOf(b)) || (rows[a] ?? 0) - (rows[b] ?? 0),
  );
  if (values === undefined) return { places, groups: [] };
  const groups: Group[] = [];
  for (const [at, place] of places.entries()) {
    const last = groups.at(-1);
    if (last !== undefined && last.value === groupOf(place)) groups[groups.length - 1] = { ...last, end: at + 1 };
    else groups.push({ value: groupOf(place), first: at, end: at + 1 });
  }
  return { places, groups };
}

/** Shares of a scale from 0 to 1, cell by cell; NaN where there is nothing to show: on the diagonal, and what is missing. */
export interface Shades {
  readonly shares: Float64Array;
  /** What the ends of the scale stand for. */
  readonly low: number;
  readonly high: number;
}

/** By rank among the pairs, as the correlation sees them, or by the dissimilarity itself. */
export function shadesOf(rdm: Float64Array, n: number, by: "rank" | "value"): Shades {
  const cells = above(n).filter((cell) => !Number.isNaN(rdm[cell]));
  const values = Float64Array.from(cells, (cell) => rdm[cell] ?? Number.NaN);
  const shares = new Float64Array(n * n).fill(Number.NaN);
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const ranks = by === "rank" ? averageRanks(values) : values;
  const [first, last] = by === "rank" ? [1, values.length] : [low, high];
  for (const [i, cell] of cells.entries()) {
    const share = last > first ? ((ranks[i] ?? Number.NaN) - first) / (last - first) : 0.5;
    shares[cell] = share;
    shares[(cell % n) * n + Math.floor(cell / n)] = share;
  }
  return { shares, low, high };
}

/** Cells above the diagonal. */
function above(n: number): Uint32Array {
  const cells = new Uint32Array((n * (n - 1)) / 2);
  let to = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) cells[to++] = i * n + j;
  return cells;
}

/** The cells above the diagonal whose shares differ most between two matrices, the most different first. */
export function farthestApart(one: Float64Array, other: Float64Array, n: number, most: number): number[] {
  const apart = (cell: number): number => Math.abs((one[cell] ?? Number.NaN) - (other[cell] ?? Number.NaN));
  let found: number[] = [];
  let bar = Number.NEGATIVE_INFINITY;
  const trim = (): void => {
    found = found.sort((a, b) => apart(b) - apart(a) || a - b).slice(0, most);
    if (found.length === most) bar = apart(found[most - 1] ?? 0);
  };
  for (const cell of above(n)) {
    if (!(apart(cell) > bar)) continue;
    found.push(cell);
    if (found.length >= 4 * most) trim(); // not at every cell
  }
  trim();
  return found;
}

/** Every pair, in the order of the matrix: rows of a table for a file. */
export function pairRows(n: number, cells: (i: number, j: number) => readonly string[]): string[][] {
  return [...above(n)].map((cell) => [...cells(Math.floor(cell / n), cell % n)]);
}
