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
import type { Correlations, FoldPrediction, NeuralContext, NeuralMetric, Recording } from "../neural-metric.ts";
import { defineNeuralMetric } from "./define.ts";
import { type CrossValidationOptions, crossValidationFolds, type Fold, namedFold } from "./folds.ts";
import {
  coordinateOf,
  finite,
  neuroidIds,
  onlyBin,
  type Patterns,
  patternsOf,
  placesBy,
  takeNeuroids,
  takePatterns,
} from "./patterns.ts";
import { dataFaults, fixedFaults, foldFaults, type TrainingSize } from "./regression-faults.ts";

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
  /**
   * What it predicts of one neuroid for the test stimuli of each fold: of these, `correlate` gives the correlations. Absent
   * where the subject's features are predicted. Throws as `correlate` does.
   */
  predict?(
    source: Activations,
    target: Patterns,
    folds: readonly Fold[],
    neuroid: number,
    options: Options,
    context: NeuralContext,
  ): Promise<readonly ArrayLike<number>[]>;
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
  const { predict } = mapping;
  const splitsOf = (_: NeuroidAssembly, { splits }: CrossValidationOptions): number => splits;
  return defineNeuralMetric<CrossValidationOptions & Own, "neuroids">({
    ...shared,
    name,
    options,
    ...(mapping.kernel === true ? { folds: { count: splitsOf, correlate, whole } } : {}),
    ...(predict === undefined
      ? {}
      : {
          predict: async (source, target, neuroid, parsed, context) => {
            const folds = crossValidationFolds(source, target, mapping.predicts, parsed);
            const patterns = patternsOf(target);
            const predicted = await predict(onlyBin(source), patterns, folds, neuroid, parsed, context);
            return besideRecorded(patterns, folds, neuroid, predicted);
          },
        }),
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
  const { predict } = mapping;
  return defineNeuralMetric<FixedSplitOptions & Own, "neuroids">({
    ...shared,
    name,
    options,
    ...(predict === undefined
      ? {}
      : {
          predict: async (source, target, neuroid, parsed, context) => {
            const fold = namedFold(source, target, parsed.set_coord);
            const [, members = []] =
              groupsOf(target, parsed.alpha_coord).find(([, group]) => group.includes(neuroid)) ?? [];
            const own = takeNeuroids(patternsOf(target), members);
            const place = members.indexOf(neuroid);
            const predicted = await predict(onlyBin(source), own, [fold], place, parsed, context);
            return besideRecorded(own, [fold], place, predicted);
          },
        }),
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
  /** Fold by fold what is predicted of all neuroids, test × m. */
  async function* predicted(
    source: Activations,
    target: Patterns,
    folds: readonly Fold[],
    options: Own,
    context: NeuralContext,
  ) {
    const gram = await source.gram();
    for (const [f, { train, test }] of folds.entries()) {
      stopIfCancelled(context);
      const kernel = centredKernel(gram, source.rows, train.source, test.source);
      const known = takePatterns(target, train.target);
      const targets = centredTargets(known.values, known.rows, known.columns);
      const fit = await regression.fit(kernel, targets, source.columns, options, context);
      yield { test, values: await predictions(kernel, targets, fit, context), notes: fit.notes ?? [] };
      context.onProgress?.((f + 1) / folds.length);
    }
  }
  return {
    predicts: "target",
    kernel: true,
    faults: regression.faults,
    async correlate(source, target, folds, options, context) {
      const notes = new Set<string>();
      const perFold: number[][] = [];
      for await (const fold of predicted(source, target, folds, options, context)) {
        for (const note of fold.notes) notes.add(note);
        const actual = takePatterns(target, fold.test.target);
        perFold.push(columnCorrelations(fold.values, actual.values, actual.rows, actual.columns));
      }
      return { perFold, notes: [...notes] };
    },
    async predict(source, target, folds, neuroid, options, context) {
      const perFold: Float64Array[] = [];
      for await (const { values } of predicted(source, target, folds, options, context))
        perFold.push(values.filter((_, place) => place % target.columns === neuroid));
      return perFold;
    },
  };
}

/** Predictions of a neuroid with what was recorded of it. */
function besideRecorded(
  { columns, values }: Patterns,
  folds: readonly Fold[],
  neuroid: number,
  predicted: readonly ArrayLike<number>[],
): FoldPrediction[] {
  return folds.map(({ test }, f) => ({
    presentations: test.source,
    predicted: test.source.map((_, i) => predicted[f]?.[i] ?? Number.NaN),
    recorded: test.target.map((row) => values[row * columns + neuroid] ?? Number.NaN),
  }));
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

export function stopIfCancelled({ signal }: NeuralContext): void {
  if (signal?.aborted === true) throw GapscopeError.cancelled();
}
