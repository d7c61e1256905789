/**
 * scikit-learn's StandardScaler: every feature less its mean, over its standard deviation.
 *
 * sklearn/preprocessing/_data.py and sklearn/utils/extmath.py (_incremental_mean_and_var), version 1.5. Statistics are
 * float64 whatever the features are; the standardised values keep the features' dtype, and bytes become float64.
 */
import { type Features, type Matrix, matrixOf } from "./products.ts";

export interface Scaler {
  /** One value a feature each. */
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

/** Means and population standard deviations; a feature that is constant to rounding has scale 1. */
export function fitScaler({ rows, columns, values }: Features): Scaler {
  const mean = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j] = num(mean[j]) + num(values[at++]);
  for (let j = 0; j < columns; j++) mean[j] = num(mean[j]) / rows;
  // Two passes with a correction for the rounding of the mean (Chan, Golub & LeVeque 1983).
  const deviations = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const deviation = num(values[at++]) - num(mean[j]);
      deviations[j] = num(deviations[j]) + deviation;
      squares[j] = num(squares[j]) + deviation * deviation;
    }
  }
  const scale = new Float64Array(columns);
  for (let j = 0; j < columns; j++) {
    const variance = (num(squares[j]) - num(deviations[j]) ** 2 / rows) / rows;
    const rounding = rows * Number.EPSILON * variance + (rows * num(mean[j]) * Number.EPSILON) ** 2;
    scale[j] = variance <= rounding ? 1 : Math.sqrt(variance);
  }
  return { mean, scale };
}

/**
 * The features as the scaler makes them; each step is rounded to the features' dtype, as numpy's in-place steps are.
 * Float32 and float64 values are overwritten, because a second copy of a large readout would not fit; bytes, which become
 * float64, are standardised as they are read.
 */
export function standardise(features: Features, { mean, scale }: Scaler): Matrix {
  const { rows, columns, values } = features;
  if (values instanceof Uint8Array) {
    return {
      rows,
      columns,
      read(first, width, out) {
        for (let i = 0, to = 0; i < rows; i++) {
          const from = i * columns + first;
          for (let j = 0; j < width; j++)
            out[to++] = (num(values[from + j]) - num(mean[first + j])) / num(scale[first + j]);
        }
      },
    };
  }
  const single = values instanceof Float32Array;
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      const centred = num(values[at]) - num(mean[j]);
      values[at] = (single ? Math.fround(centred) : centred) / num(scale[j]);
    }
  }
  return matrixOf(features);
}

/** An element that is there: the compiler does not know the bounds of the loops above. */
function num(value: number | undefined): number {
  return value ?? Number.NaN;
}
