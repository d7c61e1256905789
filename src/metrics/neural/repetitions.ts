/**
 * Presentations of the same stimulus, averaged: what Brain-Score calls average_repetition
 * (benchmark_helpers/neural_common.py; the split halves of metrics/internal_consistency/ceiling.py average alike).
 *
 * Presentations belong together when all their coordinates agree but the one that counts repetitions. Groups stand in the
 * order of their coordinates, compared one after the other in the order in which the assembly names them: that order
 * decides which stimuli a cross-validation split takes. Values that are not there (NaN) are left out of a mean; a mean of
 * nothing is NaN.
 *
 * One departure: two coordinates that are missing agree here. In Brain-Score NaN agrees with nothing, so that such
 * presentations are never averaged, and its cross-validated metrics then stop.
 */
import type { Coordinate } from "../../assembly/assembly.ts";
import type { NeuroidAssembly } from "../../assembly/neuroids.ts";
import { compareScalars, type Scalar } from "../../assembly/table.ts";

/** Which presentations belong together. */
export interface Grouping {
  /** The coordinates of each group, in the assembly's order of names. */
  readonly coords: Readonly<Record<string, Coordinate>>;
  readonly size: number;
  /** The group of each presentation. */
  readonly of: Uint32Array;
}

/** Groups by all coordinates of presentations but `repetition`. */
export function groupPresentations(assembly: NeuroidAssembly, repetition: string): Grouping {
  const named = Object.entries(assembly.coords).filter(
    ([name, { dim }]) => dim === "presentation" && name !== repetition,
  );
  const [presentations = 0] = assembly.shape;
  const groups = new Map<string, { readonly key: Scalar[]; readonly rows: number[] }>();
  for (let row = 0; row < presentations; row++) {
    const key = named.map(([, { values }]) => values[row] ?? null);
    const text = JSON.stringify(key);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { key, rows: [row] });
    else group.rows.push(row);
  }
  const sorted = [...groups.values()].sort((a, b) => compareKeys(a.key, b.key));
  const of = new Uint32Array(presentations);
  for (const [index, { rows }] of sorted.entries()) for (const row of rows) of[row] = index;
  const coords = named.map(([name], column) => [
    name,
    { dim: "presentation", values: sorted.map(({ key }) => key[column] ?? null) },
  ]);
  return { coords: Object.fromEntries(coords), size: sorted.length, of };
}

/** Python's order of tuples. */
function compareKeys(a: readonly Scalar[], b: readonly Scalar[]): number {
  for (const [i, value] of a.entries()) {
    const difference = compareScalars(value, b[i] ?? null);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Means over the presentations `rows` of each group, groups × (neuroids × time bins). */
export function meansOfGroups(
  assembly: NeuroidAssembly,
  { of, size }: Pick<Grouping, "of" | "size">,
  rows: Iterable<number>,
): Float64Array {
  const width = assembly.shape.slice(1).reduce((product, extent) => product * extent, 1);
  const sums = new Float64Array(size * width);
  const counts = new Uint32Array(size * width);
  for (const row of rows) {
    const from = row * width;
    const to = (of[row] ?? 0) * width;
    for (let cell = 0; cell < width; cell++) {
      const value = assembly.values[from + cell] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sums[to + cell] = (sums[to + cell] ?? 0) + value;
      counts[to + cell] = (counts[to + cell] ?? 0) + 1;
    }
  }
  return sums.map((sum, cell) => sum / (counts[cell] ?? 0)); // 0/0: nothing was there
}

/** The assembly with one presentation per group, and without the coordinate that counted repetitions. */
export function averageRepetitions(assembly: NeuroidAssembly, repetition = "repetition"): NeuroidAssembly {
  const grouping = groupPresentations(assembly, repetition);
  const others = Object.entries(assembly.coords).filter(([, { dim }]) => dim !== "presentation");
  return {
    dims: assembly.dims,
    shape: [grouping.size, ...assembly.shape.slice(1)],
    values: meansOfGroups(assembly, grouping, grouping.of.keys()),
    coords: { ...grouping.coords, ...Object.fromEntries(others) },
  };
}

/** A note where coordinates are missing, which agree here and in Brain-Score do not. */
export function missingCoordinateNotes({ coords }: NeuroidAssembly, repetition: string): string[] {
  const names = Object.entries(coords)
    .filter(([name, { dim, values }]) => dim === "presentation" && name !== repetition && values.includes(null))
    .map(([name]) => `“${name}”`);
  if (names.length === 0) return [];
  return [
    `Presentations without a value of ${names.join(", ")} are averaged all the same; Brain-Score leaves them apart.`,
  ];
}
