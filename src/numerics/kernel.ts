/**
 * Kernels: what regressions on features need to know of stimuli, without the features.
 *
 * A kernel is a part of the Gram matrix, centred as if the features had been: by their means over the training stimuli.
 * Predictions of a test stimulus are then its kernel row times coefficients that belong to the training stimuli. All
 * matrices are float64 in C order.
 */

/** Training and test stimuli of a regression, features centred on the training stimuli. */
export interface Kernel {
  /** Training stimuli. */
  readonly n: number;
  /** n × n. */
  readonly train: Float64Array;
  /** test × n. */
  readonly test: Float64Array;
}

/** The kernel of rows `train` and `test` of an uncentred Gram matrix, size × size. A row may be taken more than once. */
export function centredKernel(
  gram: Float64Array,
  size: number,
  train: readonly number[],
  test: readonly number[],
): Kernel {
  const n = train.length;
  const columns = Int32Array.from(train);
  const taken = (rows: readonly number[]): Float64Array => {
    const values = new Float64Array(rows.length * n);
    for (const [i, row] of rows.entries()) {
      for (let j = 0; j < n; j++) values[i * n + j] = gram[row * size + (columns[j] ?? 0)] ?? Number.NaN;
    }
    return values;
  };
  const own = taken(train);
  const means = rowMeans(own, n); // of columns too: the matrix is symmetric
  const mean = means.reduce((sum, value) => sum + value, 0) / n;
  const others = taken(test);
  centre(own, n, means, means, mean);
  centre(others, n, rowMeans(others, n), means, mean);
  return { n, train: own, test: others };
}

function centre(values: Float64Array, n: number, ofRows: Float64Array, ofColumns: Float64Array, mean: number): void {
  for (let i = 0; i < ofRows.length; i++) {
    const shift = mean - (ofRows[i] ?? 0);
    for (let j = 0; j < n; j++) values[i * n + j] = (values[i * n + j] ?? 0) + shift - (ofColumns[j] ?? 0);
  }
}

function rowMeans(values: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: values.length / n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += values[i * n + j] ?? 0;
    return sum / n;
  });
}

/** Responses less their means over the rows, and these means. */
export interface CentredTargets {
  /** n × m. */
  readonly values: Float64Array;
  readonly means: Float64Array;
}

export function centredTargets(targets: Float64Array, n: number, m: number): CentredTargets {
  const means = new Float64Array(m);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < m; j++) means[j] = (means[j] ?? 0) + (targets[at++] ?? 0);
  for (let j = 0; j < m; j++) means[j] = (means[j] ?? 0) / n;
  return { values: targets.map((value, at) => value - (means[at % m] ?? 0)), means };
}
