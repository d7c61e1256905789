/**
 * From an assembly to a Score: the metric, divided by the ceiling, as Brain-Score's benchmarks do it.
 *
 * Pure functions of a benchmark and what a subject gave back. `respond` and `record` alone talk to a subject; the
 * page runs them where the workers are and `scoreResponses` where the cores are. Which benchmarks are averaged with which
 * is ranking.ts's business.
 */
import { type BehavioralAssembly, isProbabilities } from "../assembly/assembly.ts";
import type { BehavioralBenchmark, NeuralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { BehavioralMetric, Measurement } from "../metrics/metric.ts";
import { behavioralMetrics } from "../metrics/registry.ts";
import type { LayerRecording, LookOptions, Subject } from "../subject/subject.ts";
import { type Ceiling, ceiled, ceilingFrom, type Score } from "./ceiled.ts";

/** Poses the benchmark's task to the subject. Throws `not-applicable`, `cancelled` or why there is no answer. */
export async function respond(
  benchmark: BehavioralBenchmark,
  subject: Subject,
  options: Omit<LookOptions, "numberOfTrials">,
): Promise<BehavioralAssembly> {
  subject.startTask(benchmark.task);
  return subject.lookAt(benchmark.stimulusSet, { ...options, numberOfTrials: benchmark.numberOfTrials });
}

/** Records what the benchmark asks for from the subject. Throws as `respond` does. */
export async function record(
  { recording, stimulusSet, numberOfTrials }: NeuralBenchmark,
  subject: Subject,
  options: Omit<LookOptions, "numberOfTrials">,
): Promise<LayerRecording> {
  subject.startRecording(recording.region, recording.timeBins);
  return subject.record(stimulusSet, { ...options, numberOfTrials });
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
  return ceilingFrom(
    measured,
    `The ceiling of ${metric.name} is undefined: every comparison of people is 0/0, or there is only one person.`,
  );
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
  const bounds = benchmark.bounds ?? metric.bounds;
  return ceiled(measured, ceiling, { normalisation, bounds, chance, unit: metric.unit, notes: answers.notes ?? [] });
}

/** The metric's option; else what guessing gives in the task (hebart2023/benchmark.py has 1/3). */
function chanceOf({ metric, task }: Parameters<typeof scoreResponses>[0], answers: BehavioralAssembly): number {
  if (typeof metric.options.chance === "number") return metric.options.chance;
  if (task?.name === "odd_one_out") return 1 / 3;
  if (isProbabilities(answers)) return 1 / answers.choices.length;
  if (task?.name === "label") return 1 / (task.choices === "imagenet" ? 1000 : task.choices.length);
  throw new GapscopeError("package-refused", "Chance is unknown: set the metric's option chance.");
}

function metricOf(benchmark: Pick<BehavioralBenchmark, "metric">): BehavioralMetric {
  const metric = behavioralMetrics.get(benchmark.metric.name);
  if (metric === undefined)
    throw new GapscopeError("package-refused", `There is no metric named “${benchmark.metric.name}”.`);
  return metric;
}
