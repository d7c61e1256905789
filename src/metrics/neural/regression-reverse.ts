/**
 * reverse_pls: how well do recordings predict the subject's features?
 *
 * Muzellec & Kar 2025 (bioRxiv, “Reverse Predictivity”); brainscore_vision/metrics/regression_correlation/metric.py, the
 * Reverse… classes: pls with source and target exchanged, so splits count along the subject's order, and the median is
 * over the subject's units. Partial least squares sees so many targets through their Gram matrix (numerics/pls.ts); what
 * it predicts for them is computed as the features stream by.
 */
import * as v from "valibot";
import { GapscopeError } from "../../faults/faults.ts";
import type { Activations } from "../../numerics/activations.ts";
import { centredKernel } from "../../numerics/kernel.ts";
import { fitPls } from "../../numerics/pls.ts";
import { gram, matrixOf, transposed } from "../../numerics/products.ts";
import { columnChunks } from "../../numerics/streamed-activations.ts";
import type { NeuralContext } from "../neural-metric.ts";
import { CROSS_VALIDATION, type Fold } from "./folds.ts";
import {
  columnCorrelations,
  crossRegressed,
  FIXED_SPLIT,
  type Mapping,
  splitRegressed,
  stopIfCancelled,
} from "./regression.ts";
import { componentFaults, PLS, type PlsOptions, plsNotes } from "./regression-pls.ts";

const mapping: Mapping<PlsOptions> = {
  predicts: "source",
  faults: (metric, { train, neuroids }, { n_components }) => [
    ...componentFaults(metric, train, "training stimuli", n_components),
    ...componentFaults(metric, neuroids, "sites", n_components),
  ],
  async correlate(source, target, folds, { n_components }, context) {
    const { products, signal, onProgress } = context;
    const sites = await gram(matrixOf(target), products, { precision: "double" });
    const units = await source.gram();
    const columns = await firstColumns(source, context);
    const notes = new Set<string>();
    /** Of each fold: test × n, what training stimuli weigh in a test stimulus's prediction. */
    const weights: Float64Array[] = [];
    for (const { train, test } of folds) {
      stopIfCancelled(context);
      const n = train.source.length;
      const { train: k, test: kTest } = centredKernel(sites, target.rows, train.target, test.target);
      const { train: l } = centredKernel(units, source.rows, train.source, []);
      const start = centredColumns(columns, train.source);
      const fit = await fitPls(k, n, { m: source.columns, columns: start, gram: l }, n_components, products);
      for (const note of plsNotes(fit, n_components)) notes.add(note);
      const { components } = fit;
      const inScores = await products.double(kTest, fit.weights, test.target.length, n, components);
      weights.push(
        await products.double(inScores, transposed(fit.scores, n, components), test.target.length, components, n),
      );
    }
    const perFold: number[][] = folds.map(() => []);
    for await (const { first, width, values } of columnChunks(source, { signal })) {
      for (const [f, fold] of folds.entries()) {
        stopIfCancelled(context);
        const { known, means, actual } = taken(values, width, fold);
        const rows = fold.test.source.length;
        const centred = await products.double(
          weights[f] ?? new Float64Array(),
          known,
          rows,
          fold.train.source.length,
          width,
        );
        const predicted = centred.map((value, place) => value + (means[place % width] ?? Number.NaN));
        for (const r of columnCorrelations(predicted, actual, rows, width)) perFold[f]?.push(r);
      }
      onProgress?.((first + width) / source.columns);
    }
    return { perFold, notes: [...notes] };
  },
};

/** Of all rows of some columns: centred training rows, the means taken off, and test rows. */
function taken(
  values: ArrayLike<number>,
  width: number,
  { train, test }: Fold,
): { known: Float64Array; means: Float64Array; actual: Float64Array } {
  const rowsOf = (rows: readonly number[]): Float64Array => {
    const found = new Float64Array(rows.length * width);
    for (const [i, row] of rows.entries())
      for (let c = 0; c < width; c++) found[i * width + c] = values[row * width + c] ?? Number.NaN;
    return found;
  };
  const known = rowsOf(train.source);
  const means = new Float64Array(width);
  for (let place = 0; place < known.length; place++) {
    means[place % width] = (means[place % width] ?? 0) + (known[place] ?? 0) / train.source.length;
  }
  for (let place = 0; place < known.length; place++) known[place] = (known[place] ?? 0) - (means[place % width] ?? 0);
  return { known, means, actual: rowsOf(test.source) };
}

/** Each component starts from the first feature of which something is left, so a few suffice. */
const STARTS = 32;

/** The first features that are not constant. Throws `undefined-score` where all are. */
async function firstColumns(source: Activations, { signal }: NeuralContext): Promise<number[][]> {
  const columns: number[][] = [];
  for await (const { width, values } of columnChunks(source, { signal })) {
    for (let c = 0; c < width && columns.length < STARTS; c++) {
      const column = Array.from({ length: source.rows }, (_, i) => values[i * width + c] ?? Number.NaN);
      if (column.some((value) => value !== column[0])) columns.push(column);
    }
    if (columns.length === STARTS) break;
  }
  if (columns.length === 0) throw new GapscopeError("undefined-score", "Every feature is constant over the stimuli.");
  return columns;
}

/** Some rows of columns, centred, in C order. */
function centredColumns(columns: readonly number[][], rows: readonly number[]): Float64Array {
  const values = new Float64Array(rows.length * columns.length);
  for (const [c, column] of columns.entries()) {
    const own = rows.map((row) => column[row] ?? Number.NaN);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    for (const [i, value] of own.entries()) values[i * columns.length + c] = value - mean;
  }
  return values;
}

export const reverseMetrics = [
  ...["reverse_pls", "reverse_pls_cv"].map((name) =>
    crossRegressed(name, v.strictObject({ ...CROSS_VALIDATION, ...PLS }), mapping),
  ),
  splitRegressed("reverse_pls_split", v.strictObject({ ...FIXED_SPLIT, ...PLS }), mapping),
];
