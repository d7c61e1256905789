/**
 * A metric's value over a ceiling: what every score is made of, in either track (brainscore.md §4.3).
 *
 * Which metric and whose ceiling is score.ts's and neural.ts's business.
 */
import { GapscopeError } from "../faults/faults.ts";
import type { ByRow, Measurement, MetricNormalisation } from "../metrics/metric.ts";
import { nanmean, nanstd } from "../numerics/statistics.ts";

export interface Ceiling {
  readonly value: number;
  /** The ceiling's own error estimate; absent where it has none, e.g. a constant. */
  readonly error?: number;
  /** What departs from what its name promises, in sentences; a score's notes repeat them. */
  readonly notes?: readonly string[];
  /** The ceiling of each repetition, where the metric repeats itself (i1, i2n). */
  readonly repetitions?: readonly number[];
}

export interface Score {
  /** After ceiling, normalisation and bounds. Never NaN. */
  readonly score: number;
  /** The metric's own value. */
  readonly raw: number;
  /**
   * The metric's own error, on the scale of `raw`: Brain-Score copies it unscaled (brainscore.md §4.2). Of i1 and i2n it is
   * the standard deviation over the repetitions' scores, on the scale of `score`, as Brain-Score has it.
   */
  readonly error?: number;
  readonly ceiling: Ceiling;
  /** e.g. `raw / ceiling, within [0, 1]`. */
  readonly formula: string;
  readonly unit: string;
  readonly by: readonly ByRow[];
  readonly notes: readonly string[];
}

const FORMULAS: Readonly<Record<MetricNormalisation, string>> = {
  ratio: "raw / ceiling",
  explained_variance: "raw² / ceiling",
  squared_ratio: "(raw / ceiling)²",
  chance_corrected: "(raw − chance) / (ceiling − chance)",
  sqrt_ceiling: "mean over repetitions of raw / √ceiling",
};

interface How {
  readonly normalisation: MetricNormalisation;
  readonly bounds: readonly [number | null, number | null];
  /** Of `chance_corrected` alone. */
  readonly chance: number;
  readonly unit: string;
  /** Of the assembly; they follow the metric's. */
  readonly notes: readonly string[];
}

/** Throws `undefined-score` where there is no number to give. */
export function ceiled(
  measured: Measurement,
  ceiling: Ceiling,
  { normalisation, bounds: [low, high], chance, unit, notes }: How,
): Score {
  const { value, error } = normalise(measured, ceiling, normalisation, chance);
  if (!Number.isFinite(value)) {
    throw new GapscopeError(
      "undefined-score",
      `${FORMULAS[normalisation]} is undefined with a ceiling of ${ceiling.value}.`,
    );
  }
  const bounded = Math.min(Math.max(value, low ?? Number.NEGATIVE_INFINITY), high ?? Number.POSITIVE_INFINITY);
  const bound = bounded === value ? [] : [`bounded to ${bounded} as Brain-Score does; ${value.toFixed(4)} before`];
  return {
    score: bounded,
    raw: measured.value,
    ...(error === undefined || Number.isNaN(error) ? {} : { error }),
    ceiling,
    formula: FORMULAS[normalisation] + describeBounds(low, high),
    unit,
    by: measured.by,
    notes: [...bound, ...(measured.notes ?? []), ...(ceiling.notes ?? []), ...notes],
  };
}

/** A ceiling of what was measured. Throws `undefined-score` with `otherwise` where it is not a number. */
export function ceilingFrom({ value, error, repetitions, notes = [] }: Measurement, otherwise: string): Ceiling {
  if (Number.isNaN(value)) throw new GapscopeError("undefined-score", otherwise);
  return {
    value,
    ...(error === undefined || Number.isNaN(error) ? {} : { error }),
    ...(repetitions === undefined ? {} : { repetitions }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function normalise(
  { value: raw, error, repetitions }: Measurement,
  ceiling: Ceiling,
  how: MetricNormalisation,
  chance: number,
): { value: number; error: number | undefined } {
  switch (how) {
    case "ratio":
      return { value: raw / ceiling.value, error };
    case "explained_variance":
      return { value: raw ** 2 / ceiling.value, error };
    case "squared_ratio":
      return { value: (raw / ceiling.value) ** 2, error };
    case "chance_corrected":
      return { value: (raw - chance) / (ceiling.value - chance), error };
    case "sqrt_ceiling": {
      // rajalingham2018/benchmarks/benchmark.py, ceil_score; a constant ceiling serves every repetition.
      const scores = (repetitions ?? [raw]).map((value, k) => {
        return (
          value / Math.sqrt(ceiling.repetitions === undefined ? ceiling.value : (ceiling.repetitions[k] ?? Number.NaN))
        );
      });
      return { value: nanmean(scores), error: nanstd(scores) };
    }
    default:
      return how satisfies never;
  }
}

function describeBounds(low: number | null, high: number | null): string {
  if (low === null && high === null) return "";
  if (low === null) return `, at most ${high}`;
  if (high === null) return `, at least ${low}`;
  return `, within [${low}, ${high}]`;
}
