/**
 * Ridge and least-squares regression from a kernel: scikit-learn's Ridge, RidgeCV and LinearRegression with intercepts.
 *
 * Kernels `k`, n × n, and targets `y`, n × m, are centred; coefficients, n × m, belong to the training stimuli: centred
 * predictions are test kernel · coefficients. Everything is float64, where scikit-learn's Ridge and LinearRegression keep
 * float32 features in float32.
 */
import { EVD, Matrix } from "ml-matrix";
import { combinationOf, pivotedCholesky } from "./cholesky.ts";
import { solvePositive } from "./positive-solve.ts";
import { type Products, transposed } from "./products.ts";

/** (K + alpha)⁻¹·Y, for alpha > 0. */
export function fitRidge(
  k: Float64Array,
  y: Float64Array,
  n: number,
  m: number,
  alpha: number,
  products: Products,
): Promise<Float64Array> {
  const penalised = k.slice();
  for (let i = 0; i < n; i++) penalised[i * n + i] = (penalised[i * n + i] ?? 0) + alpha;
  return solvePositive(penalised, y, n, m, products);
}

/**
 * Least squares of the smallest norm. What the stimuli do not span to rounding counts as nothing. scikit-learn's singular
 * values are cut so low that, where features are as many as stimuli or more, rounding decides whether the direction that
 * centring took away is one more; its predictions then move with the order of stimuli, which these do not.
 */
export async function fitLeastSquares(
  k: Float64Array,
  y: Float64Array,
  n: number,
  m: number,
  products: Products,
): Promise<Float64Array> {
  const factor = pivotedCholesky(k, n);
  const { values, rank } = factor;
  if (rank === 0) return new Float64Array(n * m);
  const turned = transposed(values, n, rank);
  const square = await products.double(turned, values, rank, n, rank);
  const projected = await products.double(turned, y, rank, n, m);
  return combinationOf(factor, await solvePositive(square, projected, rank, m, products), m);
}

/**
 * RidgeCV: the alpha of the least mean squared error when each training stimulus is left out in turn, the first of equal
 * ones, and its coefficients. Errors of leaving out follow from one eigendecomposition (Rifkin & Lippert 2007, Notes on
 * regularized least squares).
 */
export async function fitRidgeCv(
  k: Float64Array,
  y: Float64Array,
  n: number,
  m: number,
  alphas: readonly number[],
  products: Products,
): Promise<{ readonly coefficients: Float64Array; readonly alpha: number }> {
  // The constant is an eigenvector of a centred kernel. Given an eigenvalue above all others it can be told from them.
  let trace = 0;
  for (let i = 0; i < n; i++) trace += k[i * n + i] ?? 0;
  const shifted = k.map((value) => value + (2 * trace) / n);
  const { realEigenvalues, eigenvectorMatrix } = new EVD(Matrix.from1DArray(n, n, shifted), { assumeSymmetric: true });
  const q = Float64Array.from(eigenvectorMatrix.to1DArray());
  const constant = constantOf(q, n);
  const projected = await products.double(transposed(q, n, n), y, n, n, m);
  let best: { alpha: number; error: number; coefficients: Float64Array } | undefined;
  for (const alpha of alphas) {
    const inverse = Float64Array.from(realEigenvalues, (value, e) =>
      e === constant ? 0 : 1 / (Math.max(value, 0) + alpha),
    );
    const coefficients = await products.double(
      q,
      projected.map((value, place) => value * (inverse[Math.floor(place / m)] ?? 0)),
      n,
      n,
      m,
    );
    let error = 0;
    for (let i = 0; i < n; i++) {
      let diagonal = 0;
      for (let e = 0; e < n; e++) diagonal += (inverse[e] ?? 0) * (q[i * n + e] ?? 0) ** 2;
      for (let j = 0; j < m; j++) error += ((coefficients[i * m + j] ?? 0) / diagonal) ** 2;
    }
    if (best === undefined || error < best.error) best = { alpha, error, coefficients };
  }
  if (best === undefined) throw new RangeError("there is no alpha to choose from");
  return { coefficients: best.coefficients, alpha: best.alpha };
}

/** Which of the eigenvectors, columns of `q`, is the constant one. */
function constantOf(q: Float64Array, n: number): number {
  const sums = new Float64Array(n);
  for (let i = 0; i < n * n; i++) sums[i % n] = (sums[i % n] ?? 0) + (q[i] ?? 0);
  return sums.reduce((best, sum, e) => (Math.abs(sum) > Math.abs(sums[best] ?? 0) ? e : best), 0);
}
