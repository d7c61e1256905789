/**
 * spantime_pls and spantime_ridge: one regression for all time bins, whose samples are stimuli × time bins.
 *
 * brainscore_vision/metrics/regression_correlation/metric.py, `SpanTimeCrossRegressedCorrelation`, with
 * metric_helpers/temporal.py. Splits are of stimuli; each time bin is predicted and correlated on its own. Brain-Score
 * gives one value per time bin; the value here is their mean, and `by` holds every neuroid in every time bin.
 */
import * as v from "valibot";
import type { NeuroidAssembly } from "../../assembly/neuroids.ts";
import { GapscopeError } from "../../faults/faults.ts";
import type { Activations, RowSource } from "../../numerics/activations.ts";
import { centredKernel, centredTargets } from "../../numerics/kernel.ts";
import { mean, nanmean, nanmedian, nanstd } from "../../numerics/statistics.ts";
import { StreamedActivations } from "../../numerics/streamed-activations.ts";
import type { Measurement } from "../metric.ts";
import type { NeuralContext, NeuralMetric, Recording } from "../neural-metric.ts";
import { defineNeuralMetric } from "./define.ts";
import { CROSS_VALIDATION, type CrossValidationOptions, crossValidationFolds } from "./folds.ts";
import { binsOf, coordinateOf, finite, neuroidIds, takePatterns } from "./patterns.ts";
import { columnCorrelations, type KernelRegression, predictions, stopIfCancelled } from "./regression.ts";
import { dataFaults, foldFaults } from "./regression-faults.ts";
import { PLS, plsRegression } from "./regression-pls.ts";
import { RIDGE, ridgeRegression } from "./regression-ridge.ts";

function spanTime<Own>(
  name: string,
  options: v.GenericSchema<unknown, CrossValidationOptions & Own>,
  regression: KernelRegression<Own>,
): NeuralMetric {
  return defineNeuralMetric({
    name,
    unit: "Pearson r",
    normalisation: "explained_variance",
    bounds: [null, null],
    data: "neuroids",
    options,
    check: (target, parsed) => [
      ...dataFaults(name, target, "time bins"),
      ...foldFaults(name, target, parsed, ({ train, neuroids }) => {
        const [, , bins = 1] = target.shape;
        return regression.faults(name, { train: train * bins, neuroids }, parsed);
      }),
    ],
    async compare(source, target, parsed, context): Promise<Measurement> {
      const bins = binsOf(target);
      if (bins.length !== source.bins.length) {
        throw new GapscopeError(
          "package-refused",
          `The data have ${bins.length} time bins, and ${source.bins.length} were recorded from the subject.`,
        );
      }
      const { gram, size, features, first } = await stacked(source, context);
      const notes = new Set<string>();
      /** Fold × time bin × neuroid. */
      const found: number[][][] = [];
      const folds = crossValidationFolds(source, target, "target", parsed);
      for (const { train, test } of folds) {
        stopIfCancelled(context);
        const rowsIn = (rows: readonly number[], bin: number): number[] => rows.map((row) => row + (first[bin] ?? 0));
        const fitted = bins.flatMap((_, bin) => rowsIn(train.source, bin));
        const known = bins.flatMap((bin) => [...takePatterns(bin, train.target).values]);
        const targets = centredTargets(Float64Array.from(known), fitted.length, target.shape[1] ?? 0);
        const tested = bins.flatMap((_, bin) => rowsIn(test.source, bin));
        const kernel = centredKernel(gram, size, fitted, tested);
        const fit = await regression.fit(kernel, targets, features, parsed, context);
        for (const note of fit.notes ?? []) notes.add(note);
        const predicted = await predictions(kernel, targets, fit, context);
        const length = predicted.length / bins.length;
        found.push(
          bins.map((bin, b) => {
            const actual = takePatterns(bin, test.target);
            const own = predicted.subarray(b * length, (b + 1) * length);
            return columnCorrelations(own, actual.values, actual.rows, actual.columns);
          }),
        );
        context.onProgress?.(found.length / folds.length);
      }
      const perFold = found.map((fold) => mean(fold.map(nanmedian)));
      return {
        value: nanmean(perFold),
        error: nanstd(perFold) / Math.sqrt(perFold.length),
        repetitions: perFold,
        by: rowsOf(target, found),
        notes: [
          ...notes,
          ...(bins.length > 1
            ? [`the value is the mean over ${bins.length} time bins; Brain-Score gives one of each`]
            : []),
        ],
      };
    },
  });
}

/**
 * The Gram matrix of all time bins' activations, and where each bin's rows begin in it. A static subject gives the same
 * activations for every bin; they are multiplied once.
 */
async function stacked(
  { bins }: Recording,
  { products, signal }: NeuralContext,
): Promise<{ gram: Float64Array; size: number; features: number; first: readonly number[] }> {
  const own = [...new Set(bins)];
  const [only] = own;
  if (only === undefined) throw new GapscopeError("internal", "a recording without time bins");
  const first = bins.map((bin) => own.indexOf(bin) * bin.rows);
  const { columns: features } = only;
  if (own.length === 1) return { gram: await only.gram(), size: only.rows, features, first };
  const all = new StreamedActivations(oneAfterAnother(own), { products, ...(signal === undefined ? {} : { signal }) });
  return { gram: await all.gram(), size: all.rows, features, first };
}

/** The rows of several activations of the same features. */
function oneAfterAnother(parts: readonly Activations[]): RowSource {
  const { rows = 0, columns = 0 } = parts[0] ?? {};
  return {
    rows: rows * parts.length,
    columns,
    async read(first, count) {
      const values = new Float64Array(count * columns); // keeps the digits of either kind
      for (let done = 0; done < count; ) {
        const [part, row] = [Math.floor((first + done) / rows), (first + done) % rows];
        const some = Math.min(rows - row, count - done);
        const read = await parts[part]?.read(row, some);
        values.set(read ?? [], done * columns);
        done += some;
      }
      return values;
    },
  };
}

function rowsOf(data: NeuroidAssembly, found: readonly number[][][]): Measurement["by"] {
  const starts = coordinateOf(data, "time_bin", "time_bin_start");
  const ends = coordinateOf(data, "time_bin", "time_bin_end");
  const [, , bins = 1] = data.shape;
  return neuroidIds(data).flatMap((neuroid_id, j) =>
    Array.from({ length: bins }, (_, bin) => ({
      neuroid_id,
      ...(starts === undefined || ends === undefined
        ? { time_bin: bin }
        : { time_bin_start: starts[bin] ?? null, time_bin_end: ends[bin] ?? null }),
      raw: finite(nanmean(found.map((fold) => fold[bin]?.[j] ?? Number.NaN))),
    })),
  );
}

export const timeMetrics = [
  spanTime("spantime_pls", v.strictObject({ ...CROSS_VALIDATION, ...PLS }), plsRegression),
  spanTime("spantime_ridge", v.strictObject({ ...CROSS_VALIDATION, ...RIDGE }), ridgeRegression),
];
