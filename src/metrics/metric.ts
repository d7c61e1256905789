/**
 * What a metric is: a comparison of a subject's assembly with the primate data, and perhaps a ceiling of its own.
 *
 * A metric knows nothing of ceilings' division, bounds or panels (scoring/ does) and nothing of where answers came from.
 */
import type { ChoiceAssembly } from "../assembly/assembly.ts";
import type { Table } from "../assembly/table.ts";
import type { Normalisation } from "../benchmark/benchmark.ts";

/** One row behind a value, e.g. a subject × condition. `value` is null where it is undefined (0/0). */
export interface ByRow {
  readonly [coordinate: string]: string | number | boolean | null;
  readonly raw: number | null;
}

export interface Measurement {
  /** NaN where the metric is undefined on these data. */
  readonly value: number;
  /** The metric's own error estimate, or undefined where it has none. */
  readonly error?: number;
  /** Per condition, where the metric has conditions. */
  readonly by: readonly ByRow[];
}

export interface BehavioralMetric {
  readonly name: string;
  /** What `raw` is called in figures, e.g. "kappa". */
  readonly unit: string;
  readonly normalisation: Normalisation;
  /** Brain-Score's clamp of the ceiled score; null for an open end. */
  readonly bounds: readonly [number | null, number | null];
  compare(source: ChoiceAssembly, target: Table, options: Readonly<Record<string, unknown>>): Measurement;
  /** Absent where the metric has no ceiling of its own. */
  ceiling?(target: Table, options: Readonly<Record<string, unknown>>): Measurement;
}
