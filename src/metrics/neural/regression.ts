/**
 * Metrics that predict recordings from a subject's activations: what all of them share.
 *
 * brainscore_vision/metrics/regression_correlation/metric.py. A mapping is fitted on training stimuli, predicts the test
 * stimuli, and is judged neuroid by neuroid by Pearson's r. The value is the median over neuroids, and with
 * cross-validation the mean over splits with its standard error (ddof 0); undefined correlations are skipped at each step.
 * Which mapping it is, regression-*.ts say.
 */
import * as v from "valibot";
import type { NeuroidAssembly } from "../../assembly/neuroids.ts";
import type { Scalar } from "../../assembly/table.ts";
import { GapscopeError } from "../../faults/faults.ts";
import type { Activations } from "../../numerics/activations.ts";
import { type CentredTargets, centredKernel, centredTargets, type Kernel } from "../../numerics/kernel.ts";
import { mean, nanmean, nanmedian, nanstd, pearson } from "../../numerics/statistics.ts";
import { type ByRow, columnName, type Measurement } from "../metric.ts";
import type { Correlations, NeuralContext, NeuralMetric, Recording } from "../neural-metric.ts";
import { defineNeuralMetric } from "./define.ts";
import {
  type CrossValidationOptions,
  crossValidationFolds,
  crossValidationSizes,
  type Fold,
  namedFold,
} from "./folds.ts";
import {
  coordinateOf,
  finite,
  listed,
  neuroidIds,
  onlyBin,
  type Patterns,
  patternsOf,
  placesBy,
  repetitionFaults,
  takeNeuroids,
  takePatterns,
  timeFaults,
} from "./patterns.ts";
import { averageRepetitions } from "./repetitions.ts";

/** What a regression is fitted on. */
export interface TrainingSize {
  /** Training samples: stimuli, or stimuli × time bins. */
  readonly train: number;
  readonly neuroids: number;
}

/** A way to predict one side from the other. */
export interface Mapping<Options> {
  /** The units that are predicted: the data's neuroids, or the subject's features. Splits count along that side's order. */
  readonly predicts: "target" | "source";
  /** Whether of the subject's activations the Gram matrix does. */
  readonly kernel?: true;
  /** What is wrong with data of this size, in sentences that begin with the metric's name. */
  faults(metric: string, size: TrainingSize, options: Options): readonly string[];
  correlate(
    source: Activations,
    target: Patterns,
    folds: readonly Fold[],
    options: Options,
    context: NeuralContext,
  ): Promise<Correlations>;
}

/** A mapping that needs the Gram matrix of the subject's activations alone. */
export interface KernelRegression<Options> {
  /** As of a mapping. */
  faults(metric: string, size: TrainingSize, options: Options): readonly string[];
  /** Throws `not-applicable` where the subject's features do not do. */
  fit(
    kernel: Kernel,
    targets: CentredTargets,
    features: number,
    options: Options,
    context: NeuralContext,
  ): Promise<KernelFit>;
}

export interface KernelFit {
  /** n × m: centred predictions are the test kernel times these. */
  readonly coefficients: Float64Array;
  readonly notes?: readonly string[];
}

const shared = {
  unit: "Pearson r",
  normalisation: "explained_variance",
  bounds: [null, null],
  data: "neuroids",
} as const;

/** A metric over cross-validation splits of the stimuli. */
export function crossRegressed<Own>(
  name: string,
  options: v.GenericSchema<unknown, CrossValidationOptions & Own>,
  mapping: Mapping<Own>,
): NeuralMetric {
  const correlate = (
    source: Recording,
    target: NeuroidAssembly,
    parsed: CrossValidationOptions & Own,
    which: readonly number[] | undefined,
    context: NeuralContext,
  ): Promise<Correlations> => {
    const folds = crossValidationFolds(source, target, mapping.predicts, parsed);
    const wanted = which === undefined ? folds : which.flatMap((fold) => folds[fold] ?? []);
    return mapping.correlate(onlyBin(source), patternsOf(target), wanted, parsed, context);
  };
  const whole = (found: Correlations, target: NeuroidAssembly): Measurement =>
    overFolds(found, mapping.predicts === "target" ? neuroidIds(target) : undefined);
  const splitsOf = (_: NeuroidAssembly, { splits }: CrossValidationOptions): number => splits;
  return defineNeuralMetric<CrossValidationOptions & Own, "neuroids">({
    ...shared,
    name,
    options,
    ...(mapping.kernel === true ? { folds: { count: splitsOf, correlate, whole } } : {}),
    check: (target, parsed) => [
      ...dataFaults(name, target, "one time bin"),
      ...foldFaults(name, target, parsed, (size) => mapping.faults(name, size, parsed)),
    ],
    compare: async (source, target, parsed, context) =>
      whole(await correlate(source, target, parsed, undefined, context), target),
  });
}

/** Options of a metric with fixed training and test stimuli. */
export const FIXED_SPLIT = {
  /** The column of the stimuli that says “train” or “test”. Brain-Score has two assemblies instead. */
  set_coord: v.optional(columnName, "split"),
  /** Neuroids that agree in this coordinate are fitted on their own; the value is then the mean over its values. */
  alpha_coord: v.optional(v.nullable(columnName), null),
};

const fixedSplit = v.object(FIXED_SPLIT);
export type FixedSplitOptions = v.InferOutput<typeof fixedSplit>;

/** A metric with fixed training and test stimuli. It has no error. */
export function splitRegressed<Own>(
  name: string,
  options: v.GenericSchema<unknown, FixedSplitOptions & Own>,
  mapping: Mapping<Own>,
): NeuralMetric {
  return defineNeuralMetric({
    ...shared,
    name,
    options,
    check: (target, parsed) => [
      ...dataFaults(name, target, "one time bin"),
      ...fixedFaults(name, target, parsed, (size) => mapping.faults(name, size, parsed)),
    ],
    async compare(source, target, parsed, context) {
      const fold = namedFold(source, target, parsed.set_coord);
      const patterns = patternsOf(target);
      const groups = groupsOf(target, parsed.alpha_coord);
      const medians: number[] = [];
      const by: ByRow[] = [];
      const notes = new Set<string>();
      for (const [group, members] of groups) {
        const own = takeNeuroids(patterns, members);
        const found = await mapping.correlate(onlyBin(source), own, [fold], parsed, context);
        const [correlations = []] = found.perFold;
        medians.push(nanmedian(correlations));
        for (const note of found.notes) notes.add(group === undefined ? note : `${group}: ${note}`);
        if (mapping.predicts === "source") continue;
        const ids = neuroidIds(target);
        for (const [i, member] of members.entries()) {
          const place = parsed.alpha_coord === null ? {} : { [parsed.alpha_coord]: group ?? null };
          by.push({ neuroid_id: ids[member] ?? null, ...place, raw: finite(correlations[i]) });
        }
      }
      return { value: mean(medians), by, notes: [...notes] };
    },
  });
}

/** Neuroids by the value of a coordinate, values sorted; all of them where there is none. */
function groupsOf(target: NeuroidAssembly, coord: string | null): [Scalar | undefined, number[]][] {
  const [, neuroids = 0] = target.shape;
  const values = coord === null ? undefined : coordinateOf(target, "neuroid", coord);
  return values === undefined ? [[undefined, Array.from({ length: neuroids }, (_, i) => i)]] : placesBy(values);
}

/** A regression on the kernel as a mapping. */
export function kernelMapping<Own>(regression: KernelRegression<Own>): Mapping<Own> {
  return {
    predicts: "target",
    kernel: true,
    faults: regression.faults,
    async correlate(source, target, folds, options, context) {
      const gram = await source.gram();
      const notes = new Set<string>();
      const perFold: number[][] = [];
      for (const { train, test } of folds) {
        stopIfCancelled(context);
        const kernel = centredKernel(gram, source.rows, train.source, test.source);
        const known = takePatterns(target, train.target);
        const targets = centredTargets(known.values, known.rows, known.columns);
        const fit = await regression.fit(kernel, targets, source.columns, options, context);
        for (const note of fit.notes ?? []) notes.add(note);
        const predicted = await predictions(kernel, targets, fit, context);
        const actual = takePatterns(target, test.target);
        perFold.push(columnCorrelations(predicted, actual.values, actual.rows, actual.columns));
        context.onProgress?.(perFold.length / folds.length);
      }
      return { perFold, notes: [...notes] };
    },
  };
}

/** What a fit predicts for the test stimuli, test × m. */
export async function predictions(
  kernel: Kernel,
  targets: CentredTargets,
  { coefficients }: KernelFit,
  { products }: NeuralContext,
): Promise<Float64Array> {
  const { n, test } = kernel;
  const m = targets.means.length;
  const centred = await products.double(test, coefficients, test.length / n, n, m);
  return centred.map((value, place) => value + (targets.means[place % m] ?? Number.NaN));
}

/** Pearson's r of each column of two rows × columns matrices. */
export function columnCorrelations(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  rows: number,
  columns: number,
): number[] {
  const column = (values: ArrayLike<number>, j: number): number[] =>
    Array.from({ length: rows }, (_, i) => values[i * columns + j] ?? Number.NaN);
  return Array.from({ length: columns }, (_, j) => pearson(column(actual, j), column(predicted, j)));
}

/** Median over neuroids, mean over folds. */
function overFolds({ perFold, notes }: Correlations, ids: readonly Scalar[] | undefined): Measurement {
  const medians = perFold.map(nanmedian);
  const by = (ids ?? []).map((neuroid_id, j) => ({
    neuroid_id,
    raw: finite(nanmean(perFold.map((fold) => fold[j] ?? Number.NaN))),
  }));
  return {
    value: nanmean(medians),
    error: nanstd(medians) / Math.sqrt(medians.length),
    by,
    repetitions: medians,
    notes: [...notes].sort(), // whichever fold said them first
  };
}

/** What is wrong with the data for any mapping, in sentences. They may still have their repetitions. */
export function dataFaults(metric: string, target: NeuroidAssembly, time: "one time bin" | "time bins"): string[] {
  return [
    ...(time === "one time bin" ? timeFaults(metric, target) : []),
    ...repetitionFaults(target, "repetition"),
    ...missingFaults(metric, averageRepetitions(target)),
  ];
}

function missingFaults(metric: string, { shape, values, ...target }: NeuroidAssembly): string[] {
  const [, neuroids = 0, bins = 1] = shape;
  const gaps = new Uint8Array(neuroids);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) gaps[Math.floor(i / bins) % neuroids] = 1;
  }
  const sites = neuroidIds({ shape, values, ...target }).filter((_, i) => gaps[i] === 1);
  if (sites.length === 0) return [];
  return [
    `${metric} needs a response of every site to every stimulus; there is none to some stimuli at ${listed(sites)}. Leave these sites or stimuli out.`,
  ];
}

/** What is wrong with the splits, or with their sizes, in sentences. */
export function foldFaults(
  metric: string,
  target: NeuroidAssembly,
  options: CrossValidationOptions,
  faultsOf: (size: TrainingSize) => readonly string[],
): string[] {
  return sentences(metric, () => {
    const { train, test } = crossValidationSizes(averageRepetitions(target).coords, options);
    return sizeFaults(metric, target, train, test, faultsOf);
  });
}

function fixedFaults(
  metric: string,
  target: NeuroidAssembly,
  { set_coord, alpha_coord }: FixedSplitOptions,
  faultsOf: (size: TrainingSize) => readonly string[],
): string[] {
  return sentences(metric, () => {
    const averaged = averageRepetitions(target);
    const fold = namedFold(averaged, averaged, set_coord);
    const named =
      alpha_coord === null || coordinateOf(target, "neuroid", alpha_coord) !== undefined
        ? []
        : [`${metric} fits sites apart by “${alpha_coord}”, which they do not have.`];
    const { train, test } = fold;
    return [...named, ...sizeFaults(metric, target, train.target.length, test.target.length, faultsOf)];
  });
}

function sizeFaults(
  metric: string,
  target: NeuroidAssembly,
  train: number,
  test: number,
  faultsOf: (size: TrainingSize) => readonly string[],
): string[] {
  const few = test < 2 ? [`${metric} correlates over test stimuli and needs two at least; there are ${test}.`] : [];
  const none =
    train < 2
      ? [`${metric} needs two training stimuli at least; there are ${train}.`]
      : faultsOf({ train, neuroids: target.shape[1] ?? 0 });
  return [...few, ...none];
}

/** Sentences, also those that are thrown. */
function sentences(metric: string, find: () => string[]): string[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof GapscopeError && error.code === "package-refused") return [`${metric}: ${error.message}`];
    throw error;
  }
}

export function stopIfCancelled({ signal }: NeuralContext): void {
  if (signal?.aborted === true) throw GapscopeError.cancelled();
}
