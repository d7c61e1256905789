/**
 * neuron_to_neuron: each recorded neuron is predicted by the one feature that correlates best with it in training.
 *
 * Arend et al. 2018 (CBMM memo 93); brainscore_vision/metrics/regression_correlation/metric.py, `SingleRegression`. The
 * best is the greatest signed Pearson r, the first of equal ones. Correlations are computed with numpy's operations in
 * the activations' own precision, because ties and near ties of float32 features decide which feature is taken. Features
 * are read by columns; the Gram matrix does not know them.
 */
import * as v from "valibot";
import { GapscopeError } from "../../faults/faults.ts";
import type { Activations, FeatureValues } from "../../numerics/activations.ts";
import type { Products } from "../../numerics/products.ts";
import { columnChunks } from "../../numerics/streamed-activations.ts";
import type { NeuralContext } from "../neural-metric.ts";
import { CROSS_VALIDATION, type Fold } from "./folds.ts";
import { type Patterns, takeNeuroids, takePatterns } from "./patterns.ts";
import { columnCorrelations, crossRegressed, FIXED_SPLIT, type Mapping, splitRegressed } from "./regression.ts";

/** The best feature so far of every neuron of a fold, and its values for the test stimuli. */
interface Best {
  readonly r: number;
  readonly test: readonly number[];
}

const mapping: Mapping<unknown> = {
  predicts: "target",
  faults: () => [],
  async correlate(source, target, folds, _options, context) {
    const chosen = await chosenFeatures(source, target, folds, context);
    const perFold = folds.map(({ test }, f) => {
      const actual = takePatterns(target, test.target);
      const predicted = Float64Array.from(
        { length: actual.values.length },
        (_, place) => chosen[f]?.[place % actual.columns]?.[Math.floor(place / actual.columns)] ?? Number.NaN,
      );
      return columnCorrelations(predicted, actual.values, actual.rows, actual.columns);
    });
    return { perFold, notes: [] };
  },
  async predict(source, target, folds, neuroid, _options, context) {
    const chosen = await chosenFeatures(source, takeNeuroids(target, [neuroid]), folds, context);
    return chosen.map(([values = []]) => values);
  },
};

/**
 * Of every fold and neuron the values that the best feature has for the test stimuli. Throws `undefined-score` where a
 * neuron has none.
 */
async function chosenFeatures(
  source: Activations,
  target: Patterns,
  folds: readonly Fold[],
  { products, signal, onProgress }: NeuralContext,
): Promise<(readonly number[])[][]> {
  const units = folds.map(({ train }) => unitTargets(takePatterns(target, train.target)));
  const best: (Best | undefined)[][] = folds.map(() => new Array(target.columns).fill(undefined));
  for await (const { first, width, values } of columnChunks(source, { signal })) {
    for (const [f, fold] of folds.entries()) {
      if (signal?.aborted === true) throw GapscopeError.cancelled();
      await improve(best[f] ?? [], fold, units[f] ?? new Float64Array(), values, width, products);
      onProgress?.((first + (width * (f + 1)) / folds.length) / source.columns);
    }
  }
  return best.map((found) =>
    found.map((one) => {
      if (one !== undefined) return one.test;
      throw new GapscopeError(
        "undefined-score",
        "No feature correlates with a neuron in training: the neuron, or every feature, is constant there.",
      );
    }),
  );
}

/** Targets centred and of length 1, m × n; NaN where they are constant. */
function unitTargets({ rows, columns, values }: Patterns): Float64Array {
  const units = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++) {
    const own = units.subarray(j * rows, (j + 1) * rows);
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += values[i * columns + j] ?? Number.NaN;
    let squares = 0;
    for (let i = 0; i < rows; i++) {
      const centred = (values[i * columns + j] ?? Number.NaN) - sum / rows;
      own[i] = centred;
      squares += centred * centred;
    }
    const length = Math.sqrt(squares);
    for (let i = 0; i < rows; i++) own[i] = (own[i] ?? Number.NaN) / length;
  }
  return units;
}

/** Correlations this near are computed again in numpy's order before they are compared. */
const NEAR = 1e-12;

/** Takes the features of a chunk into account. */
async function improve(
  best: (Best | undefined)[],
  { train, test }: Fold,
  targets: Float64Array,
  values: FeatureValues,
  width: number,
  products: Products,
): Promise<void> {
  const n = train.source.length;
  const features = unitFeatures(values, width, train.source);
  const correlations = await products.double(targets, features, best.length, n, width);
  for (const [j, before] of best.entries()) {
    let most = before?.r ?? Number.NEGATIVE_INFINITY;
    for (let c = 0; c < width; c++) {
      const r = correlations[j * width + c] ?? Number.NaN;
      if (r > most) most = r;
    }
    let found: { r: number; column: number } | undefined;
    let bar = before?.r ?? Number.NEGATIVE_INFINITY;
    for (let c = 0; c < width; c++) {
      if (!((correlations[j * width + c] ?? Number.NaN) >= most - NEAR)) continue;
      let r = 0;
      for (let i = 0; i < n; i++) r += (features[i * width + c] ?? 0) * (targets[j * n + i] ?? 0);
      if (r <= bar) continue;
      bar = r;
      found = { r, column: c };
    }
    if (found === undefined) continue;
    const { r, column } = found;
    best[j] = { r, test: test.source.map((row) => values[row * width + column] ?? Number.NaN) };
  }
}

/** Columns of some rows, centred and of length 1 as numpy makes them in their dtype; NaN where constant. */
function unitFeatures(values: FeatureValues, width: number, rows: readonly number[]): Float64Array {
  const n = rows.length;
  const round = values instanceof Float32Array ? Math.fround : (value: number) => value;
  const means = new Float64Array(width);
  for (const row of rows)
    for (let c = 0; c < width; c++) means[c] = round((means[c] ?? 0) + (values[row * width + c] ?? Number.NaN));
  for (let c = 0; c < width; c++) means[c] = round((means[c] ?? 0) / n);
  const squares = new Float64Array(width);
  const centred = new Float64Array(n * width);
  for (const [i, row] of rows.entries()) {
    for (let c = 0; c < width; c++) {
      const value = round((values[row * width + c] ?? Number.NaN) - (means[c] ?? 0));
      centred[i * width + c] = value;
      squares[c] = round((squares[c] ?? 0) + round(value * value));
    }
  }
  for (let c = 0; c < width; c++) squares[c] = round(Math.sqrt(squares[c] ?? 0));
  for (let i = 0, place = 0; i < n; i++)
    for (let c = 0; c < width; c++, place++) centred[place] = round((centred[place] ?? 0) / (squares[c] ?? 0));
  return centred;
}

export const neuronMetrics = [
  ...["neuron_to_neuron", "neuron_to_neuron_cv"].map((name) =>
    crossRegressed(name, v.strictObject(CROSS_VALIDATION), mapping),
  ),
  splitRegressed("neuron_to_neuron_split", v.strictObject(FIXED_SPLIT), mapping),
];
