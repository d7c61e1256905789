/**
 * Patterns of response, stimulus by stimulus: what similarity metrics and ceilings read of recordings.
 *
 * Stimuli of subject and data are paired by stimulus_id and stand sorted by it, as in Brain-Score. What a data set lacks
 * for such a comparison is said in sentences, before anything runs; the functions that compute throw on the same grounds.
 */
import { coordinate } from "../../assembly/assembly.ts";
import { isSimilarities, type NeuroidAssembly, type SimilarityAssembly } from "../../assembly/neuroids.ts";
import { compareScalars, distinct, groupBy, type Scalar } from "../../assembly/table.ts";
import { GapscopeError } from "../../faults/faults.ts";
import type { Activations } from "../../numerics/activations.ts";
import type { NeuralData, Recording } from "../neural-metric.ts";
import { averageRepetitions, groupPresentations } from "./repetitions.ts";

/** Responses of one time bin: stimuli × neuroids in C order. */
export interface Patterns {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Row numbers of source and target of the same stimuli. */
export interface Pairing {
  readonly source: readonly number[];
  readonly target: readonly number[];
}

/** Pairs stimuli by id, sorted. Throws `package-refused` unless both have the same ids, each once. */
export function pairStimuli(source: Pick<Recording, "coords">, target: NeuralData): Pairing {
  const ids = source.coords.stimulus_id?.values ?? [];
  const theirs = coordinate(target, "stimulus_id");
  const placeOf = new Map(theirs.map((id, row) => [id, row]));
  const order = [...ids.keys()].sort((a, b) => compareScalars(ids[a] ?? null, ids[b] ?? null));
  const paired = order.map((row) => placeOf.get(ids[row] ?? null));
  const known = new Set(ids);
  const odd = ids.find((id) => !placeOf.has(id)) ?? theirs.find((id) => !known.has(id));
  if (odd !== undefined || known.size !== ids.length || placeOf.size !== theirs.length) {
    throw new GapscopeError(
      "package-refused",
      odd === undefined
        ? "A stimulus stands more than once in the data or in the stimulus set."
        : `Stimulus set and data do not hold the same stimuli; the first that one lacks is “${odd}”.`,
    );
  }
  return { source: order, target: paired.flatMap((row) => row ?? []) };
}

/** The activations of a recording of one time bin. Throws `package-refused` for several. */
export function onlyBin({ bins }: Recording): Activations {
  const [bin] = bins;
  if (bin !== undefined && bins.length === 1) return bin;
  throw new GapscopeError("package-refused", `The metric compares one time bin; the benchmark records ${bins.length}.`);
}

/** The responses of an assembly of one time bin. Throws `package-refused` for several. */
export function patternsOf({ shape, values }: NeuroidAssembly): Patterns {
  const [rows = 0, columns = 0, bins = 1] = shape;
  if (bins === 1) return { rows, columns, values };
  throw new GapscopeError("package-refused", `The metric reads one time bin; the data have ${bins}.`);
}

/** The responses of each time bin. */
export function binsOf({ shape, values }: NeuroidAssembly): Patterns[] {
  const [rows = 0, columns = 0, bins = 1] = shape;
  return Array.from({ length: bins }, (_, bin) => ({
    rows,
    columns,
    values: Float64Array.from({ length: rows * columns }, (_, i) => values[i * bins + bin] ?? Number.NaN),
  }));
}

/** Some rows, in their order. */
export function takePatterns({ columns, values }: Patterns, rows: readonly number[]): Patterns {
  const taken = new Float64Array(rows.length * columns);
  for (const [to, row] of rows.entries()) taken.set(values.subarray(row * columns, (row + 1) * columns), to * columns);
  return { rows: rows.length, columns, values: taken };
}

/** Some columns, in their order. */
export function takeNeuroids({ rows, columns, values }: Patterns, chosen: readonly number[]): Patterns {
  const taken = new Float64Array(rows * chosen.length);
  for (let row = 0; row < rows; row++) {
    for (const [to, column] of chosen.entries()) {
      taken[row * chosen.length + to] = values[row * columns + column] ?? Number.NaN;
    }
  }
  return { rows, columns: chosen.length, values: taken };
}

/** Places along a dimension by the value that a coordinate has there, values sorted. */
export function placesBy(values: readonly Scalar[]): [Scalar, number[]][] {
  const groups = groupBy([...values.keys()], (place) => values[place] ?? null);
  return distinct([...groups.keys()]).map((value) => [value, groups.get(value) ?? []]);
}

/** The coordinate `name` of the dimension `dim`, or undefined. */
export function coordinateOf(data: NeuralData, dim: string, name: string): readonly Scalar[] | undefined {
  const found = data.coords[name];
  return found?.dim === dim ? found.values : undefined;
}

/** What each neuroid is called: its id, else its number. */
export function neuroidIds(data: NeuroidAssembly): readonly Scalar[] {
  const [, neuroids = 0] = data.shape;
  return coordinateOf(data, "neuroid", "neuroid_id") ?? Array.from({ length: neuroids }, (_, i) => i);
}

/**
 * What keeps `data` from a comparison of patterns, in sentences: several time bins, fewer than `least` stimuli, stimuli
 * that stay apart when repetitions are averaged, missing values. `data` may still have its repetitions.
 */
export function patternFaults(metric: string, data: NeuralData, least: number): string[] {
  const ids = new Set(data.coords.stimulus_id?.values ?? []);
  const few = ids.size >= least ? [] : [`${metric} needs at least ${least} stimuli; the data have ${ids.size}.`];
  if (isSimilarities(data)) return [...few, ...missingSimilarities(metric, data)];
  return [
    ...timeFaults(metric, data),
    ...few,
    ...repetitionFaults(data, "repetition"),
    ...missingResponses(metric, data),
  ];
}

/** A sentence where there are several time bins. */
export function timeFaults(metric: string, data: NeuroidAssembly): string[] {
  const [, , bins = 1] = data.shape;
  return bins === 1 ? [] : [`${metric} reads one time bin; the data have ${bins}.`];
}

/** A sentence where averaging over `repetition` leaves a stimulus more than once, with the coordinates that differ. */
export function repetitionFaults(data: NeuroidAssembly, repetition: string): string[] {
  const { coords, size } = groupPresentations(data, repetition);
  const ids = coords.stimulus_id?.values ?? [];
  const first = new Map<Scalar, number>();
  for (let group = 0; group < size; group++) {
    const id = ids[group] ?? null;
    const before = first.get(id);
    if (before === undefined) {
      first.set(id, group);
      continue;
    }
    const differ = Object.keys(coords).filter((name) => coords[name]?.values[before] !== coords[name]?.values[group]);
    const names = differ.map((name) => `“${name}”`).join(", ");
    return [
      `Presentations of the stimulus “${id}” differ in ${names}, so they are not averaged: only ${repetition} may differ.`,
    ];
  }
  return [];
}

function missingResponses(metric: string, data: NeuroidAssembly): string[] {
  const averaged = averageRepetitions(data);
  const [, neuroids = 0, bins = 1] = data.shape;
  const gaps = new Uint8Array(neuroids);
  for (let i = 0; i < averaged.values.length; i++) {
    if (Number.isNaN(averaged.values[i])) gaps[Math.floor(i / bins) % neuroids] = 1;
  }
  const sites = neuroidIds(data).filter((_, i) => gaps[i] === 1);
  if (sites.length === 0) return [];
  return [`${metric} compares whole patterns, and the sites ${listed(sites)} have no value for some stimuli.`];
}

function missingSimilarities(metric: string, { shape, values, coords }: SimilarityAssembly): string[] {
  const [, n = 0] = shape;
  const place = values.findIndex((value, i) => Number.isNaN(value) && Math.floor(i / n) % n !== i % n);
  if (place === -1) return [];
  const ids = coords.stimulus_id?.values ?? [];
  return [
    `${metric} needs every pair of stimuli, and that of “${ids[Math.floor(place / n) % n]}” and “${ids[place % n]}” has no value.`,
  ];
}

/** The first few, and how many more. */
export function listed(names: readonly Scalar[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return (
    names
      .slice(0, 3)
      .map((name) => `“${name}”`)
      .join(", ") + more
  );
}

/** A number as a row of figures shows it: null where it is undefined. */
export function finite(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
