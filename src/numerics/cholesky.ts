/**
 * Cholesky's factorisation with pivoting, for positive semidefinite matrices: Gram matrices of centred or repeated
 * stimuli have directions of length 0, at which an unpivoted one fails (ml-matrix has no other).
 *
 * Higham, Accuracy and Stability of Numerical Algorithms (2002), §10.3; it ends as LAPACK's dpstrf does.
 */

export interface Factor {
  /** n × rank in C order, with factor · factorᵀ = the matrix up to rounding. Rows stand as the matrix's do. */
  readonly values: Float64Array;
  readonly rank: number;
  /** The rows on which the factor is a lower triangle, in its order. */
  readonly pivots: readonly number[];
}

/** Factorises `g`, n × n, symmetric. */
export function pivotedCholesky(g: Float64Array, n: number): Factor {
  const left = Float64Array.from({ length: n }, (_, i) => g[i * n + i] ?? 0);
  const limit = n * Number.EPSILON * left.reduce((most, value) => Math.max(most, value), 0);
  const open = new Set(left.keys());
  const rows = new Float64Array(n * n);
  const pivots: number[] = [];
  let rank = 0;
  for (; rank < n; rank++) {
    let pivot = -1;
    let most = limit;
    for (const i of open) {
      if ((left[i] ?? 0) > most) {
        most = left[i] ?? 0;
        pivot = i;
      }
    }
    if (pivot < 0) break;
    open.delete(pivot);
    pivots.push(pivot);
    const root = Math.sqrt(most);
    const own = rows.subarray(pivot * n, pivot * n + rank);
    rows[pivot * n + rank] = root;
    for (const i of open) {
      const row = i * n;
      let rest = g[row + pivot] ?? 0;
      for (let j = 0; j < rank; j++) rest -= (rows[row + j] ?? 0) * (own[j] ?? 0);
      const value = rest / root;
      rows[row + rank] = value;
      left[i] = (left[i] ?? 0) - value * value;
    }
  }
  const values = new Float64Array(n * rank);
  for (let i = 0; i < n; i++) values.set(rows.subarray(i * n, i * n + rank), i * rank);
  return { values, rank, pivots };
}

/**
 * The A, n × k, with factorᵀ · A = `c`, rank × k, that is 0 but for the pivots' rows: with the factor of a Gram matrix
 * Z·Zᵀ it makes of coordinates in an orthonormal basis of Z's rows the combination Aᵀ·Z of rows that they stand for.
 */
export function combinationOf({ values, rank, pivots }: Factor, c: Float64Array, k: number): Float64Array {
  const n = rank === 0 ? 0 : values.length / rank;
  const a = new Float64Array(n * k);
  const rest = c.slice();
  for (let i = rank - 1; i >= 0; i--) {
    const row = pivots[i] ?? 0;
    const diagonal = values[row * rank + i] ?? Number.NaN;
    for (let t = 0; t < k; t++) {
      const value = (rest[i * k + t] ?? 0) / diagonal;
      a[row * k + t] = value;
      for (let j = 0; j < i; j++) rest[j * k + t] = (rest[j * k + t] ?? 0) - (values[row * rank + j] ?? 0) * value;
    }
  }
  return a;
}
