/**
 * From a recording to a Score: the metric over a layer's activations, divided by the ceiling of the recordings, as
 * Brain-Score's NeuralBenchmark does it (benchmark_helpers/neural_common.py).
 *
 * The sibling of score.ts for subjects that are recorded from. It does not know workers, stores or where activations come
 * from: it is given them as `Recording`.
 */
import { isHistogram } from "../assembly/histogram.ts";
import { isSimilarities } from "../assembly/neuroids.ts";
import type { NamedWithOptions, Normalisation } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { ByRow, Measurement } from "../metrics/metric.ts";
import { type ComparedRdms, comparedRdms, type RdmChoice } from "../metrics/neural/compared-rdms.ts";
import { neuralCeilings, neuralMetrics } from "../metrics/neural/registry.ts";
import { averageRepetitions } from "../metrics/neural/repetitions.ts";
import type {
  Correlations,
  FoldPrediction,
  IndependentFolds,
  NeuralContext,
  NeuralMetric,
  PrimateData,
  Recording,
} from "../metrics/neural-metric.ts";
import { type Ceiling, ceiled, ceilingFrom, type Score } from "./ceiled.ts";

/** What of a neural benchmark reaches its score. */
export interface NeuralComparison {
  /** With their repetitions. */
  readonly recordings: PrimateData;
  /** Whether the metric compares with means over repetitions. */
  readonly averageRepetition: boolean;
  readonly metric: NamedWithOptions;
  readonly ceiling: NamedWithOptions;
  readonly normalisation?: Normalisation;
  readonly bounds?: readonly [number | null, number | null];
}

/**
 * The ceiling of the recordings. `metric` is the metric's own, where it has one. Throws `undefined-score` where it is not a
 * number, `package-refused` where the recordings do not fit, and `cancelled`.
 */
export async function neuralCeiling(
  { recordings, metric, ceiling }: Pick<NeuralComparison, "recordings" | "metric" | "ceiling">,
  context: NeuralContext,
): Promise<Ceiling> {
  if (ceiling.name === "constant") return { value: Number(ceiling.options.value) };
  const measured = await measuredCeiling({ recordings, metric, ceiling }, context);
  return ceilingFrom(measured, `The ceiling ${ceilingName(metric, ceiling)} is undefined: no site has a consistency.`);
}

/** The ceiling of each site, as the ceilings give it that have one of each. Throws as `neuralCeiling` does. */
export async function siteCeilings(
  benchmark: Pick<NeuralComparison, "recordings" | "metric" | "ceiling">,
  context: NeuralContext,
): Promise<readonly ByRow[]> {
  return (await measuredCeiling(benchmark, context)).by;
}

async function measuredCeiling(
  { recordings, metric, ceiling }: Pick<NeuralComparison, "recordings" | "metric" | "ceiling">,
  context: NeuralContext,
): Promise<Measurement> {
  const { name, options } = ceiling;
  const found = neuralCeilings.get(ceilingName(metric, ceiling));
  if (found === undefined) throw new GapscopeError("package-refused", `${metric.name} has no ceiling named “${name}”.`);
  return found.compute(recordings, name === "metric" ? { ...metric.options, ...options } : options, context);
}

/** A metric's own ceiling has the metric's name. */
function ceilingName(metric: NamedWithOptions, ceiling: NamedWithOptions): string {
  return ceiling.name === "metric" ? metric.name : ceiling.name;
}

/** What the metric compares with: means over repetitions, where they are asked for. */
export function targetOf({
  recordings,
  averageRepetition,
}: Pick<NeuralComparison, "recordings" | "averageRepetition">): PrimateData {
  const repeated = !isHistogram(recordings) && !isSimilarities(recordings);
  return repeated && averageRepetition ? averageRepetitions(recordings) : recordings;
}

/**
 * Scores a recording against `target` (see `targetOf`). `notes` are the subject's. Throws `undefined-score` where there is
 * no number to give, and `cancelled`.
 */
export async function scoreRecording(
  benchmark: Pick<NeuralComparison, "metric" | "normalisation" | "bounds">,
  target: PrimateData,
  recording: Recording,
  notes: readonly string[],
  ceiling: Ceiling,
  context: NeuralContext,
): Promise<Score> {
  const measured = await metricOf(benchmark).compare(recording, target, benchmark.metric.options, context);
  return scoreOf(benchmark, measured, notes, ceiling);
}

/**
 * What the metric predicts of one site, fold by fold. Throws `not-applicable` of a metric that predicts no sites, and as
 * `scoreRecording` does.
 */
export async function predictSite(
  benchmark: Pick<NeuralComparison, "metric">,
  target: PrimateData,
  recording: Recording,
  site: number,
  context: NeuralContext,
): Promise<readonly FoldPrediction[]> {
  const { name, predict } = metricOf(benchmark);
  if (predict === undefined) throw GapscopeError.notApplicable(`${name} predicts no responses of sites.`);
  return predict(recording, target, site, benchmark.metric.options, context);
}

/**
 * Dissimilarities of subject and brain in one time bin, of at most `most` stimuli. Throws `not-applicable` of data without
 * stimuli, and as `scoreRecording` does.
 */
export async function dissimilarities(
  { recordings }: Pick<NeuralComparison, "recordings">,
  recording: Recording,
  which: RdmChoice,
  context: NeuralContext,
): Promise<ComparedRdms> {
  if (isHistogram(recordings)) throw GapscopeError.notApplicable("A histogram says nothing of single stimuli.");
  return comparedRdms(recording, recordings, which, context);
}

/** How many folds the metric has that may be done apart; 0 where it has none. */
export function foldCount({ metric }: Pick<NeuralComparison, "metric">, target: PrimateData): number {
  return neuralMetrics.get(metric.name)?.folds?.count(target, metric.options) ?? 0;
}

/** Some of these folds. Throws as `scoreRecording` does. */
export function correlateFolds(
  benchmark: Pick<NeuralComparison, "metric">,
  target: PrimateData,
  recording: Recording,
  which: readonly number[],
  context: NeuralContext,
): Promise<Correlations> {
  return foldsOf(benchmark).correlate(recording, target, benchmark.metric.options, which, context);
}

/** The score of all folds, as `scoreRecording` gives it. */
export function scoreFolds(
  benchmark: Pick<NeuralComparison, "metric" | "normalisation" | "bounds">,
  target: PrimateData,
  found: Correlations,
  notes: readonly string[],
  ceiling: Ceiling,
): Score {
  return scoreOf(benchmark, foldsOf(benchmark).whole(found, target), notes, ceiling);
}

function foldsOf(benchmark: Pick<NeuralComparison, "metric">): IndependentFolds {
  const { folds, name } = metricOf(benchmark);
  if (folds === undefined) throw new GapscopeError("internal", `${name} has no folds that may be done apart`);
  return folds;
}

function scoreOf(
  benchmark: Pick<NeuralComparison, "metric" | "normalisation" | "bounds">,
  measured: Measurement,
  notes: readonly string[],
  ceiling: Ceiling,
): Score {
  const metric = metricOf(benchmark);
  if (Number.isNaN(measured.value))
    throw new GapscopeError("undefined-score", `${metric.name} is undefined: no site has a correlation.`);
  const { normalisation = metric.normalisation, bounds = metric.bounds } = benchmark;
  return ceiled(measured, ceiling, { normalisation, bounds, chance: chanceOf(benchmark), unit: metric.unit, notes });
}

function chanceOf({ metric }: Pick<NeuralComparison, "metric">): number {
  return typeof metric.options.chance === "number" ? metric.options.chance : 0;
}

function metricOf({ metric: { name } }: Pick<NeuralComparison, "metric">): NeuralMetric {
  const metric = neuralMetrics.get(name);
  if (metric === undefined) throw new GapscopeError("package-refused", `There is no neural metric named “${name}”.`);
  return metric;
}
