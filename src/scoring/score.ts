/**
 * From an assembly to a Score: the metric, divided by the ceiling, as Brain-Score's benchmarks do it.
 *
 * Pure functions of a benchmark and what a subject gave back. `respond` is the only one that talks to a subject; the
 * page runs it where the workers are and `scoreResponses` where the cores are. Which benchmarks are averaged with which
 * is ranking.ts's business.
 */
import type { ChoiceAssembly } from "../assembly/assembly.ts";
import type { BehavioralBenchmark, Normalisation } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { BehavioralMetric, ByRow, Measurement } from "../metrics/metric.ts";
import { behavioralMetrics } from "../metrics/registry.ts";
import type { LookOptions, Subject } from "../subject/subject.ts";

export interface Ceiling {
  readonly value: number;
  /** The ceiling's own error estimate; absent where it has none, e.g. a constant. */
  readonly error?: number;
}

export interface Score {
  /** After ceiling, normalisation and bounds. Never NaN. */
  readonly score: number;
  /** The metric's own value. */
  readonly raw: number;
  /** The metric's own error, on the scale of `raw`: Brain-Score copies it unscaled (brainscore.md §4.2). */
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
): Promise<ChoiceAssembly> {
  subject.startTask(benchmark.task);
  return subject.lookAt(benchmark.stimulusSet, { ...options, numberOfTrials: benchmark.numberOfTrials });
}

/** The benchmark's ceiling. Throws `undefined-score` where it is not a number. */
export function ceilingOf(benchmark: Pick<BehavioralBenchmark, "metric" | "ceiling" | "responses">): Ceiling {
  const { name, options } = benchmark.ceiling;
  if (name === "constant") return { value: Number(options.value) };
  const metric = metricOf(benchmark);
  if (name !== "metric" || metric.ceiling === undefined) {
    throw new GapscopeError("package-refused", `${metric.name} has no ceiling named “${name}”.`);
  }
  const { value, error } = metric.ceiling(benchmark.responses, benchmark.metric.options);
  if (Number.isNaN(value)) {
    throw new GapscopeError(
      "undefined-score",
      "The ceiling is undefined: every pair of people has kappa 0/0, or there is only one person.",
    );
  }
  return error === undefined || Number.isNaN(error) ? { value } : { value, error };
}

/** Scores what a subject answered. Throws `undefined-score` where there is no number to give. */
export function scoreResponses(
  benchmark: Pick<BehavioralBenchmark, "metric" | "ceiling" | "responses" | "normalisation" | "bounds">,
  answers: ChoiceAssembly,
  ceiling: Ceiling = ceilingOf(benchmark),
): Score {
  const metric = metricOf(benchmark);
  const measured: Measurement = metric.compare(answers, benchmark.responses, benchmark.metric.options);
  if (Number.isNaN(measured.value)) {
    throw new GapscopeError("undefined-score", `${metric.name} is undefined on these answers (0/0 in every cell).`);
  }
  const normalisation = benchmark.normalisation ?? metric.normalisation;
  const ceiled = normalise(measured.value, ceiling.value, normalisation);
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
    ...(measured.error === undefined || Number.isNaN(measured.error) ? {} : { error: measured.error }),
    ceiling,
    formula: FORMULAS[normalisation] + describeBounds(low, high),
    unit: metric.unit,
    by: measured.by,
    notes: [...bound, ...(answers.notes ?? [])],
  };
}

const FORMULAS: Readonly<Record<Normalisation, string>> = {
  ratio: "raw / ceiling",
  explained_variance: "raw² / ceiling",
  squared_ratio: "(raw / ceiling)²",
  chance_corrected: "(raw − chance) / (ceiling − chance)",
};

/** brainscore.md §4.3. Chance correction joins with the odd-one-out task, which says what chance is. */
function normalise(raw: number, ceiling: number, how: Normalisation): number {
  switch (how) {
    case "ratio":
      return raw / ceiling;
    case "explained_variance":
      return raw ** 2 / ceiling;
    case "squared_ratio":
      return (raw / ceiling) ** 2;
    case "chance_corrected":
      throw new GapscopeError("package-refused", "This version has no chance-corrected behavioural score.");
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

function metricOf(benchmark: Pick<BehavioralBenchmark, "metric">): BehavioralMetric {
  const metric = behavioralMetrics.get(benchmark.metric.name);
  if (metric === undefined)
    throw new GapscopeError("package-refused", `There is no metric named “${benchmark.metric.name}”.`);
  return metric;
}
