/**
 * Representational dissimilarity matrices: 1 − Pearson's r between the patterns of every two stimuli.
 *
 * Kriegeskorte, Mur & Bandettini 2008 (doi 10.3389/neuro.06.004.2008); brainscore_vision/metrics/rdm/metric.py. A matrix
 * is n × n in C order, and only what lies above its diagonal is compared. Of activations the Gram matrix and the sums of
 * rows suffice: the products of centred rows are G − s sᵀ/p.
 */
import type { SimilarityAssembly } from "../../assembly/neuroids.ts";
import type { Scalar } from "../../assembly/table.ts";
import type { Activations } from "../../numerics/activations.ts";
import { gram, matrixOf, type Products } from "../../numerics/products.ts";
import { coordinateOf, type Patterns, placesBy, takeNeuroids } from "./patterns.ts";

/** A matrix, and whose it is. */
export interface SubjectRdm {
  readonly subject: Scalar;
  readonly rdm: Float64Array;
}

/** Share of a pattern's sum of squares; the differences of float64 sums are some 1e-15 of it. */
const ROUNDING = 1e-13;

/** The matrix of the rows `order` of activations, in that order. */
export async function rdmOfActivations(activations: Activations, order: readonly number[]): Promise<Float64Array> {
  const { rows, columns } = activations;
  const [products, sums] = [await activations.gram(), await activations.sums()];
  const n = order.length;
  const centred = new Float64Array(n * n);
  for (const [i, left] of order.entries()) {
    for (const [j, right] of order.entries()) {
      const shared = ((sums[left] ?? 0) * (sums[right] ?? 0)) / columns;
      centred[i * n + j] = (products[left * rows + right] ?? 0) - shared;
    }
    // What is left of a pattern that is the same everywhere is rounding, of either sign: it has no correlations.
    if ((centred[i * n + i] ?? 0) < ROUNDING * (products[left * rows + left] ?? 0)) centred[i * n + i] = Number.NaN;
  }
  return dissimilarities(centred, n, columns);
}

/** The matrix of responses. A value that is missing makes all that it touches NaN. */
export async function rdmOfPatterns({ rows, columns, values }: Patterns, engine: Products): Promise<Float64Array> {
  const centred = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    const pattern = values.subarray(row * columns, (row + 1) * columns);
    const center = pattern.reduce((sum, value) => sum + value, 0) / columns;
    centred.set(
      pattern.map((value) => value - center),
      row * columns,
    );
  }
  const products = await gram(matrixOf({ rows, columns, values: centred }), engine, { precision: "double" });
  return dissimilarities(products, rows, columns);
}

/** The matrix of each subject's neuroids, subjects sorted. */
export async function rdmsBySubject(
  patterns: Patterns,
  subjects: readonly Scalar[],
  engine: Products,
): Promise<SubjectRdm[]> {
  const matrices: SubjectRdm[] = [];
  for (const [subject, neuroids] of placesBy(subjects)) {
    matrices.push({ subject, rdm: await rdmOfPatterns(takeNeuroids(patterns, neuroids), engine) });
  }
  return matrices;
}

/** The published matrix of each subject, its rows and columns in the order `order`; similarities as 1 − r. */
export function rdmsOfSimilarities(data: SimilarityAssembly, order: readonly number[]): SubjectRdm[] {
  const { values, kind } = data;
  const [count = 0, size = 0] = data.shape;
  const subjects = coordinateOf(data, "subject", "subject");
  const n = order.length;
  return Array.from({ length: count }, (_, s) => {
    const rdm = new Float64Array(n * n);
    for (const [i, row] of order.entries()) {
      for (const [j, column] of order.entries()) {
        const value = values[(s * size + row) * size + column] ?? Number.NaN;
        rdm[i * n + j] = kind === "similarity" ? 1 - value : value;
      }
    }
    return { subject: subjects?.[s] ?? s, rdm };
  });
}

/** What lies above the diagonal of the rows and columns `rows`, all where it is left out, row by row. */
export function upperTriangle(matrix: Float64Array, n: number, rows: readonly number[] = everyRow(n)): Float64Array {
  const triangle = new Float64Array((rows.length * (rows.length - 1)) / 2);
  let to = 0;
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] ?? 0) * n;
    for (let j = i + 1; j < rows.length; j++) triangle[to++] = matrix[from + (rows[j] ?? 0)] ?? Number.NaN;
  }
  return triangle;
}

function everyRow(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** The mean of several matrices, cell by cell. */
export function meanRdm(matrices: readonly SubjectRdm[]): Float64Array {
  const sum = new Float64Array(matrices[0]?.rdm.length ?? 0);
  for (const { rdm } of matrices) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (rdm[i] ?? Number.NaN);
  return sum.map((value) => value / matrices.length);
}

/**
 * 1 − r from the products of centred rows of p features, in numpy.corrcoef's own order of divisions: correlations that are
 * equal in exact arithmetic stay equal or not as they do there, and Spearman's ranks see the difference.
 */
function dissimilarities(products: Float64Array, n: number, p: number): Float64Array {
  const scale = 1 / (p - 1);
  const deviations = Float64Array.from({ length: n }, (_, i) => Math.sqrt((products[i * n + i] ?? 0) * scale));
  return products.map((product, place) => {
    const [i, j] = [Math.floor(place / n), place % n];
    const r = (product * scale) / (deviations[i] ?? 0) / (deviations[j] ?? 0);
    return 1 - Math.min(Math.max(r, -1), 1);
  });
}
