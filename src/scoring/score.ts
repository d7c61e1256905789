/**
 * From an assembly to a Score: the metric, divided by the ceiling, as Brain-Score's benchmarks do it.
 *
 * Pure functions of a benchmark and what a subject gave back. `respond` is the only one that talks to a subject; the
 * page runs it where the workers are and `scoreResponses` where the cores are. Which benchmarks are averaged with which
 * is ranking.ts's business.
 */
import { type BehavioralAssembly, isProbabilities } from "../assembly/assembly.ts";
import type { BehavioralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { BehavioralMetric, ByRow, Measurement, MetricNormalisation } from "../metrics/metric.ts";
import { behavioralMetrics } from "../metrics/registry.ts";
import { nanmean, nanstd } from "../numerics/statistics.ts";
import type { LookOptions, Subject } from "../subject/subject.ts";

export interface Ceiling {
  readonly value: number;
  /** The ceiling's own error estimate; absent where it has none, e.g. a constant. */
  readonly error?: number;
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

/** Poses the benchmark's task to the subject. Throws `not-applicable`, `cancelled` or why there is no answer. */
export async function respond(
  benchmark: BehavioralBenchmark,
  subject: Subject,
  options: Omit<LookOptions, "numberOfTrials">,
): Promise<BehavioralAssembly> {
  subject.startTask(benchmark.task);
  return subject.lookAt(benchmark.stimulusSet, { ...options, numberOfTrials: benchmark.numberOfTrials });
}

/**
 * The benchmark's ceiling; the ceiling's own options go before the metric's (skipna of i2n). Throws `undefined-score` where
 * it is not a number, and `package-refused` where the responses do not fit.
 */
export function ceilingOf(benchmark: Pick<BehavioralBenchmark, "metric" | "ceiling" | "responses">): Ceiling {
  const { name, options } = benchmark.ceiling;
  if (name === "constant") return { value: Number(options.value) };
  const metric = metricOf(benchmark);
  if (name !== "metric" || metric.ceiling === undefined) {
    throw new GapscopeError("package-refused", `${metric.name} has no ceiling named “${name}”.`);
  }
  const measured = metric.ceiling(benchmark.responses, { ...benchmark.metric.options, ...options });
  const { value, error, repetitions } = measured;
  if (Number.isNaN(value)) {
    throw new GapscopeError(
      "undefined-score",
      `The ceiling of ${metric.name} is undefined: every comparison of people is 0/0, or there is only one person.`,
    );
  }
  return {
    value,
    ...(error === undefined || Number.isNaN(error) ? {} : { error }),
    ...(repetitions === undefined ? {} : { repetitions }),
  };
}

/** Scores what a subject answered. Throws `undefined-score` where there is no number to give. */
export function scoreResponses(
  benchmark: Pick<BehavioralBenchmark, "metric" | "ceiling" | "responses" | "normalisation" | "bounds"> &
    Partial<Pick<BehavioralBenchmark, "task">>,
  answers: BehavioralAssembly,
  ceiling: Ceiling = ceilingOf(benchmark),
): Score {
  const metric = metricOf(benchmark);
  const measured: Measurement = metric.compare(answers, benchmark.responses, benchmark.metric.options);
  if (Number.isNaN(measured.value)) {
    throw new GapscopeError("undefined-score", `${metric.name} is undefined on these answers (0/0 in every cell).`);
  }
  const normalisation = benchmark.normalisation ?? metric.normalisation;
  const chance = normalisation === "chance_corrected" ? chanceOf(benchmark, answers) : 0;
  const { value: ceiled, error } = normalise(measured, ceiling, normalisation, chance);
  if (!Number.isFinite(ceiled)) {
    throw new GapscopeError(
      "undefined-score",
      `${FORMULAS[normalisation]} is undefined with a ceiling of ${ceiling.value}.`,
    );
  }
  const [low, high] = benchmark.bounds ?? metric.bounds;
  const bounded = Math.min(Math.max(ceiled, low ?? Number.NEGATIVE_INFINITY), high ?? Number.POSITIVE_INFINITY);
  const bound = bounded === ceiled ? [] : [`bounded to ${bounded} as Brain-Score does; ${ceiled.toFixed(4)} before`];
  return {
    score: bounded,
    raw: measured.value,
    ...(error === undefined || Number.isNaN(error) ? {} : { error }),
    ceiling,
    formula: FORMULAS[normalisation] + describeBounds(low, high),
    unit: metric.unit,
    by: measured.by,
    notes: [...bound, ...(measured.notes ?? []), ...(answers.notes ?? [])],
  };
}

const FORMULAS: Readonly<Record<MetricNormalisation, string>> = {
  ratio: "raw / ceiling",
  explained_variance: "raw² / ceiling",
  squared_ratio: "(raw / ceiling)²",
  chance_corrected: "(raw − chance) / (ceiling − chance)",
  sqrt_ceiling: "mean over repetitions of raw / √ceiling",
};

/** brainscore.md §4.3. */
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

/** The metric's option; else what guessing gives in the task (hebart2023/benchmark.py has 1/3). */
function chanceOf({ metric, task }: Parameters<typeof scoreResponses>[0], answers: BehavioralAssembly): number {
  if (typeof metric.options.chance === "number") return metric.options.chance;
  if (task?.name === "odd_one_out") return 1 / 3;
  if (isProbabilities(answers)) return 1 / answers.choices.length;
  if (task?.name === "label") return 1 / (task.choices === "imagenet" ? 1000 : task.choices.length);
  throw new GapscopeError("package-refused", "Chance is unknown: set the metric's option chance.");
}

function describeBounds(low: number | null, high: number | null): string {
  if (low === null && high === null) return "";
  if (low === null) return `, at most ${high}`;
  if (high === null) return `, at least ${low}`;
  return `, within [${low}, ${high}]`;
}

function metricOf(benchmark: Pick<BehavioralBenchmark, "metric">): BehavioralMetric {
  const metric = behavioralMetrics.get(benchmark.metric.name);
  if (metric === undefined)
    throw new GapscopeError("package-refused", `There is no metric named “${benchmark.metric.name}”.`);
  return metric;
}
