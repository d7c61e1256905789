/**
 * Partial least squares regression from a kernel, with scikit-learn's iteration.
 *
 * `PLSRegression(n_components, scale=False)` of scikit-learn 1.5 (sklearn/cross_decomposition/_pls.py) finds the weights of
 * each component by a power method that stops early, when their squared change falls below 1e-6. Its figures are those of
 * its iteration, not of the limit, so the iteration is reproduced: with u = Y·a and w = Xᵀ·Y·a every quantity of the inner
 * loop lies in the space of the targets (m numbers), and ‖w − w′‖² is (a − a′)ᵀ·C·(a − a′), C = YᵀKY. Where targets
 * outnumber stimuli the same loop runs on u, in the space of the stimuli. Its cost does not depend on the features.
 *
 * Scores T are orthonormal. Deflation is P = I − T·Tᵀ on both sides of K; what it leaves is never stored, for K·t alone is
 * asked of it.
 */
import { Matrix, solve } from "ml-matrix";
import { type Products, transposed } from "./products.ts";

const TOLERANCE = 1e-6;
const MAX_ITERATIONS = 500;
const EPSILON = Number.EPSILON;

export interface PlsFit {
  /** n × components: centred predictions of test stimuli are test kernel · weights · scoresᵀ · targets. */
  readonly weights: Float64Array;
  /** T, n × components. */
  readonly scores: Float64Array;
  /** How many components were found: fewer than asked for where targets or features had nothing left to explain. */
  readonly components: number;
  /** Steps of the power method in each. */
  readonly iterations: readonly number[];
  /** Whether the features ran out before the components did. scikit-learn goes on there with what rounding left. */
  readonly exhausted: boolean;
}

/** What is regressed on: targets as columns of Y, n × m, centred. */
export interface PlsTargets {
  readonly m: number;
  /** The first columns of Y that are not constant, n × any number; all where `m` is small. */
  readonly columns: Float64Array;
  /** Y·Yᵀ, n × n, for more targets than stimuli; else `columns` is Y. */
  readonly gram?: Float64Array;
}

/**
 * Fits `components` components of the targets to a centred kernel `k`, n × n. In the space of the stimuli where the targets'
 * Gram matrix is given, else in that of the targets.
 */
export async function fitPls(
  k: Float64Array,
  n: number,
  targets: PlsTargets,
  components: number,
  products: Products,
): Promise<PlsFit> {
  const space =
    targets.gram === undefined
      ? await TargetSpace.make(k, n, targets, products)
      : new StimulusSpace(k, n, targets.columns, targets.gram);
  const scores: Float64Array[] = [];
  const images: Float64Array[] = []; // K·t, undeflated
  const directions: Float64Array[] = []; // u
  const iterations: number[] = [];
  const all = trace(k, n);
  let left = all;
  let exhausted = false;
  while (scores.length < components) {
    if (left <= n * EPSILON * all) {
      exhausted = true;
      break;
    }
    const found = space.next(scores);
    if (found === undefined) break;
    const { u, steps } = found;
    const t = found.t;
    scale(t, 1 / Math.sqrt(dot(t, t)));
    const image = times(k, n, t);
    const deflated = image.slice();
    project(deflated, scores);
    const kappa = dot(t, deflated);
    left -= kappa;
    space.deflate(t, deflated, kappa);
    scores.push(t);
    images.push(image);
    directions.push(u);
    iterations.push(steps);
  }
  const count = scores.length;
  return {
    weights: weightsOf(images, directions, n),
    scores: columnsOf(scores, n),
    components: count,
    iterations,
    exhausted,
  };
}

/** Where the power method runs. */
interface Space {
  /** u = Y·a and t = K·u of the next component, neither normalised; undefined where the targets are exhausted. */
  next(
    scores: readonly Float64Array[],
  ): { readonly u: Float64Array; readonly t: Float64Array; readonly steps: number } | undefined;
  /** Takes the component t out; `image` is the deflated K·t and `kappa` its product with t. */
  deflate(t: Float64Array, image: Float64Array, kappa: number): void;
}

/** Z = K·Y, n × m, and C = Yᵀ·Z, m × m, are kept deflated. */
class TargetSpace implements Space {
  private constructor(
    readonly n: number,
    readonly m: number,
    readonly y: Float64Array,
    readonly z: Float64Array,
    readonly c: Float64Array,
  ) {}

  static async make(k: Float64Array, n: number, { m, columns }: PlsTargets, products: Products): Promise<TargetSpace> {
    const z = await products.double(k, columns, n, n, m);
    const c = await products.double(transposed(columns, n, m), z, m, n, m);
    return new TargetSpace(n, m, columns.slice(), z, c);
  }

  next(): { u: Float64Array; t: Float64Array; steps: number } | undefined {
    const { m, n, y, z, c } = this;
    const start = this.#dropExhausted();
    if (start === undefined) return undefined;
    let a: Float64Array = new Float64Array(m);
    a[start] = 1;
    let before: { a: Float64Array; q: Float64Array } | undefined;
    for (let steps = 1; ; steps++) {
      const q = times(c, m, a);
      const length = dot(a, q);
      if (!(length > 0)) return undefined;
      const factor = 1 / (Math.sqrt(length) + EPSILON);
      a = a.slice();
      scale(a, factor);
      scale(q, factor);
      const change = before === undefined ? Number.POSITIVE_INFINITY : changeOf(a, before.a, q, before.q);
      if (change < TOLERANCE || m === 1 || steps === MAX_ITERATIONS) {
        return { u: combine(y, n, m, a), t: combine(z, n, m, a), steps };
      }
      before = { a, q };
      a = q;
    }
  }

  deflate(t: Float64Array, image: Float64Array, kappa: number): void {
    const { m, n, y, z, c } = this;
    const g = gather(y, n, m, t);
    const h = gather(z, n, m, t);
    for (let p = 0; p < m; p++) {
      const [gp, hp] = [at(g, p), at(h, p)];
      for (let q = 0; q < m; q++) {
        c[p * m + q] = at(c, p * m + q) - gp * at(h, q) - hp * at(g, q) + kappa * gp * at(g, q);
      }
    }
    for (let i = 0; i < n; i++) {
      const ti = at(t, i);
      const rest = at(image, i) - kappa * ti;
      for (let q = 0; q < m; q++) {
        const place = i * m + q;
        z[place] = at(z, place) - ti * at(h, q) - rest * at(g, q);
        y[place] = at(y, place) - ti * at(g, q);
      }
    }
  }

  /** Sets targets of which nothing is left to 0 and gives the first of the others. */
  #dropExhausted(): number | undefined {
    const { m, n, y, z, c } = this;
    const most = new Float64Array(m);
    for (let i = 0; i < n * m; i++) most[i % m] = Math.max(at(most, i % m), Math.abs(at(y, i)));
    let first: number | undefined;
    for (let p = 0; p < m; p++) {
      if (at(most, p) >= 10 * EPSILON) {
        first ??= p;
        continue;
      }
      for (let i = 0; i < n; i++) {
        y[i * m + p] = 0;
        z[i * m + p] = 0;
      }
      for (let q = 0; q < m; q++) {
        c[p * m + q] = 0;
        c[q * m + p] = 0;
      }
    }
    return first;
  }
}

/** Nothing is kept deflated: u and K·u are projected as they arise. */
class StimulusSpace implements Space {
  constructor(
    readonly k: Float64Array,
    readonly n: number,
    readonly columns: Float64Array,
    readonly gram: Float64Array,
  ) {}

  next(scores: readonly Float64Array[]): { u: Float64Array; t: Float64Array; steps: number } | undefined {
    const { n } = this;
    let u = this.#start(scores);
    if (u === undefined) return undefined;
    let before: { u: Float64Array; t: Float64Array } | undefined;
    for (let steps = 1; ; steps++) {
      const t = times(this.k, n, u);
      project(t, scores);
      const length = dot(u, t);
      if (!(length > 0)) return undefined;
      const factor = 1 / (Math.sqrt(length) + EPSILON);
      u = u.slice();
      scale(u, factor);
      scale(t, factor);
      const change = before === undefined ? Number.POSITIVE_INFINITY : changeOf(u, before.u, t, before.t);
      if (change < TOLERANCE || steps === MAX_ITERATIONS) return { u, t, steps };
      before = { u, t };
      u = times(this.gram, n, t);
      project(u, scores);
    }
  }

  deflate(): void {}

  /** The first target of which something is left. */
  #start(scores: readonly Float64Array[]): Float64Array | undefined {
    const width = this.columns.length / this.n;
    for (let j = 0; j < width; j++) {
      const column = Float64Array.from({ length: this.n }, (_, i) => at(this.columns, i * width + j));
      project(column, scores);
      if (column.some((value) => Math.abs(value) >= 10 * EPSILON)) return column;
    }
    return undefined;
  }
}

/**
 * U·(Tᵀ·K·U)⁻¹, n × components. scikit-learn's x_rotations_ are W·(Pᵀ·W)⁻¹ with W = Xᵀ·U and P = Xᵀ·T: the same matrix
 * is inverted.
 */
function weightsOf(images: readonly Float64Array[], directions: readonly Float64Array[], n: number): Float64Array {
  const count = images.length;
  if (count === 0) return new Float64Array();
  const turned = new Matrix(directions.map((u) => images.map((image) => dot(image, u)))); // its transpose
  const rows = solve(turned, new Matrix(directions.map((u) => [...u])));
  return transposed(Float64Array.from(rows.to1DArray()), count, n);
}

function columnsOf(columns: readonly Float64Array[], n: number): Float64Array {
  const values = new Float64Array(n * columns.length);
  for (const [j, column] of columns.entries())
    for (let i = 0; i < n; i++) values[i * columns.length + j] = at(column, i);
  return values;
}

/** (a − a′)·(b − b′). */
function changeOf(a: Float64Array, aBefore: Float64Array, b: Float64Array, bBefore: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (at(a, i) - at(aBefore, i)) * (at(b, i) - at(bBefore, i));
  return sum;
}

/** matrix · vector, matrix size × size. A single vector is too little for the engine: copying costs more than multiplying. */
function times(matrix: Float64Array, size: number, vector: Float64Array): Float64Array {
  const product = new Float64Array(size);
  for (let i = 0, place = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += at(matrix, place++) * at(vector, j);
    product[i] = sum;
  }
  return product;
}

/** values · a, values n × m. */
function combine(values: Float64Array, n: number, m: number, a: Float64Array): Float64Array {
  const sums = new Float64Array(n);
  for (let i = 0, place = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < m; j++) sum += at(values, place++) * at(a, j);
    sums[i] = sum;
  }
  return sums;
}

/** valuesᵀ · t, values n × m. */
function gather(values: Float64Array, n: number, m: number, t: Float64Array): Float64Array {
  const sums = new Float64Array(m);
  for (let i = 0, place = 0; i < n; i++) {
    const ti = at(t, i);
    for (let j = 0; j < m; j++) sums[j] = at(sums, j) + ti * at(values, place++);
  }
  return sums;
}

/** Takes the parts along orthonormal vectors out of `vector`. */
function project(vector: Float64Array, orthonormal: readonly Float64Array[]): void {
  for (const t of orthonormal) {
    const part = dot(t, vector);
    for (let i = 0; i < vector.length; i++) vector[i] = at(vector, i) - part * at(t, i);
  }
}

function trace(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += at(matrix, i * n + i);
  return sum;
}

function scale(vector: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i] = at(vector, i) * factor;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
}

/** An element that is there; the compiler cannot know the bounds of the loops above. */
function at(values: Float64Array, i: number): number {
  return values[i] ?? Number.NaN;
}
