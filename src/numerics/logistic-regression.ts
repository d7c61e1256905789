/**
 * Multinomial logistic regression with an L2 penalty, by scikit-learn's Newton-CG iteration.
 *
 * sklearn/linear_model/_logistic.py and sklearn/utils/optimize.py (_newton_cg, _cg), version 1.5. The iteration stops
 * early, so its iterates have to be scikit-learn's, not only its optimum: every decision (when conjugate gradients end,
 * when Newton's method does, how long a step is) is taken on the same quantities in the same order, in float64.
 *
 * Where features outnumber stimuli, iterates are kept in the span of the stimuli: W = Aᵀ·Z holds for the start (0) and
 * for every step, because gradients and Hessian products are such combinations too. The Gram matrix Z·Zᵀ = L·Lᵀ then
 * replaces the features but for the sums of absolute values that the stopping rules need (`SpanSpace`,
 * docs/decisions/0008-readout.md).
 */
import { GapscopeError } from "../faults/faults.ts";
import { combinationOf, type Factor, pivotedCholesky } from "./cholesky.ts";
import { bracketingSearch, type PointOnLine, wolfeSearch } from "./line-search.ts";
import { columnBlocks, gram, type Matrix, type Precision, type Products, transposed } from "./products.ts";

export interface LogisticRegression {
  /** features × classes in C order: the transpose of scikit-learn's `coef_`. */
  readonly coefficients: Float64Array;
  /** One a class. */
  readonly intercepts: Float64Array;
  /** Newton steps. */
  readonly iterations: number;
  /**
   * False where the limit of steps, or a line search that found no step, ended the iteration; scikit-learn warns then and
   * goes on with what it has.
   */
  readonly converged: boolean;
}

export interface LogisticOptions {
  readonly products: Products;
  /** Inverse strength of the penalty. */
  readonly C: number;
  /** The greatest absolute value of the gradient at which the iteration stops. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** Share of the work that is done, where that can be said. */
  readonly onProgress?: (share: number) => void;
  /** Where iterates are kept. Left out, in the span of the stimuli where features outnumber them. */
  readonly space?: "span" | "features";
}

const MAX_INNER = 200;
/** scikit-learn's 16 eps. */
const TINY = 16 * Number.EPSILON;

/**
 * Fits to `z` (stimuli × features) the class of each stimulus, 0 … classes − 1; minimises
 * mean(log Σ exp − score of the class) + ‖W‖² / (2 C n), intercepts unpenalised.
 * Throws `inference-failed` where features are not finite.
 */
export async function fitLogisticRegression(
  z: Matrix,
  labels: ArrayLike<number>,
  classes: number,
  options: LogisticOptions,
): Promise<LogisticRegression> {
  const { tolerance = 1e-4, maxIterations = 100, products, onProgress = () => undefined } = options;
  const n = z.rows;
  const span = (options.space ?? (z.columns > n ? "span" : "features")) === "span";
  // The Gram matrix is the greater part of the work of a large readout; Newton steps come ever nearer to the end.
  const space: Space = span
    ? await SpanSpace.make(z, classes, products, (share) => onProgress(0.6 * share))
    : new FeatureSpace(z, classes, products);
  const loss = new Loss(space, labels, n, classes, 1 / (options.C * n));

  const x = loss.zero();
  let value = loss.value(x);
  if (Number.isNaN(value)) throw notFinite();
  let before: number | undefined;
  let iterations = 0;
  let converged = false;
  while (iterations < maxIterations) {
    const gradient = await loss.gradient(x);
    const norms = await space.norms(gradient);
    if (Number.isNaN(norms.sum)) throw notFinite();
    if (norms.max <= tolerance) {
      converged = true;
      break;
    }
    const s = await conjugateGradients(loss, x, gradient, Math.min(0.5, Math.sqrt(norms.sum)) * norms.sum);
    const line = loss.along(x, s);
    const start = line(0);
    // Nocedal & Wright's first trial (3.60), as scipy has it.
    const guess = before === undefined ? 1 : Math.min(1, (1.01 * 2 * (value - before)) / start.slope);
    const first = guess < 0 || Number.isNaN(guess) ? 1 : guess;
    const from = { ...start, value };
    const accepted =
      wolfeSearch(line, from, first) ??
      (await nearlyFlat(loss, x, s, value, norms.sum)) ??
      bracketingSearch(line, from, first);
    if (accepted === undefined) break; // scikit-learn warns, and goes on with what it has
    add(x, accepted.step, s);
    before = value;
    value = accepted.value;
    iterations += 1;
    onProgress(1 - (span ? 0.4 : 1) * 0.85 ** iterations);
  }
  return { coefficients: await space.coefficients(x), intercepts: x.intercepts, iterations, converged };
}

/** Scores of `z` (stimuli × features): stimuli × classes, and from them softmax probabilities. */
export async function predictProbabilities(
  z: Matrix,
  { coefficients, intercepts }: Pick<LogisticRegression, "coefficients" | "intercepts">,
  products: Products,
): Promise<Float64Array> {
  const k = intercepts.length;
  const scores = await multiplyFeatures(z, coefficients, k, products);
  for (let i = 0; i < z.rows; i++) softmax(scores, intercepts, i * k, scores);
  return scores;
}

/** Writes softmax(scores + intercepts) of one row to `out`; returns log Σ exp. */
function softmax(scores: Float64Array, intercepts: Float64Array, row: number, out: Float64Array): number {
  const k = intercepts.length;
  let most = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < k; c++) most = Math.max(most, at(scores, row + c) + at(intercepts, c));
  let sum = 0;
  for (let c = 0; c < k; c++) {
    const e = Math.exp(at(scores, row + c) + at(intercepts, c) - most);
    out[row + c] = e;
    sum += e;
  }
  for (let c = 0; c < k; c++) out[row + c] = at(out, row + c) / sum;
  return most + Math.log(sum);
}

/**
 * A point or a direction among all coefficients. `weights` are its coordinates in its space; `scores` is Z·W, stimuli ×
 * classes, without the intercepts. All three parts are linear in it.
 */
interface Vector {
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
  readonly scores: Float64Array;
}

/** Where vectors live: what cannot be computed from a vector's parts alone. */
interface Space {
  /** Length of `weights`. */
  readonly size: number;
  /** Z·W. */
  scores(weights: Float64Array): Promise<Float64Array>;
  /** The W that is rowsᵀ·Z, rows being stimuli × classes. */
  pull(rows: Float64Array): Promise<Float64Array>;
  /** Inner product of the W of both. */
  inner(u: Vector, v: Vector): number;
  /** Sum and greatest of the absolute values of all coefficients and intercepts. */
  norms(v: Vector): Promise<{ readonly sum: number; readonly max: number }>;
  /** Whether that sum is at most `limit`. */
  sumAtMost(v: Vector, limit: number): Promise<boolean>;
  /** features × classes. */
  coefficients(v: Vector): Promise<Float64Array>;
}

/** The loss and its derivatives on a space. */
class Loss {
  constructor(
    readonly space: Space,
    readonly labels: ArrayLike<number>,
    readonly n: number,
    readonly k: number,
    readonly penalty: number,
  ) {}

  zero(): Vector {
    return {
      weights: new Float64Array(this.space.size),
      intercepts: new Float64Array(this.k),
      scores: new Float64Array(this.n * this.k),
    };
  }

  value(x: Vector): number {
    return this.#data(x.scores, x.intercepts).value + 0.5 * this.penalty * this.space.inner(x, x);
  }

  /** The loss at x + step·s as a function of the step: no product is needed, for scores are linear in it. */
  along(x: Vector, s: Vector): (step: number) => PointOnLine {
    const [xx, xs, ss] = [this.space.inner(x, x), this.space.inner(x, s), this.space.inner(s, s)];
    return (step) => {
      const scores = x.scores.map((value, i) => value + step * at(s.scores, i));
      const intercepts = x.intercepts.map((value, c) => value + step * at(s.intercepts, c));
      const { value, rows } = this.#data(scores, intercepts);
      let slope = 0;
      rows.forEach((g, i) => {
        slope += g * (at(s.scores, i) + at(s.intercepts, i % this.k));
      });
      return {
        step,
        value: value + 0.5 * this.penalty * (xx + 2 * step * xs + step * step * ss),
        slope: slope + this.penalty * (xs + step * ss),
      };
    };
  }

  async gradient(x: Vector): Promise<Vector> {
    return this.#pulled(this.#data(x.scores, x.intercepts).rows, x);
  }

  /** The Hessian at x, as a function that multiplies it by a vector. The product has no scores. */
  hessian(x: Vector): (v: Vector) => Promise<Omit<Vector, "scores">> {
    const { n, k } = this;
    const p = new Float64Array(n * k);
    for (let i = 0; i < n; i++) softmax(x.scores, x.intercepts, i * k, p);
    return (v) => {
      const rows = new Float64Array(n * k);
      for (let row = 0; row < n * k; row += k) {
        let mean = 0;
        for (let c = 0; c < k; c++) {
          const change = at(v.scores, row + c) + at(v.intercepts, c);
          rows[row + c] = change;
          mean += at(p, row + c) * change;
        }
        for (let c = 0; c < k; c++) rows[row + c] = ((at(rows, row + c) - mean) * at(p, row + c)) / n;
      }
      return this.#pullBack(rows, v);
    };
  }

  /** Mean loss of the stimuli, and its derivatives by their scores, stimuli × classes. */
  #data(scores: Float64Array, intercepts: Float64Array): { value: number; rows: Float64Array } {
    const { n, k } = this;
    const rows = new Float64Array(n * k);
    let value = 0;
    for (let i = 0; i < n; i++) {
      const own = i * k + at(this.labels, i);
      const logSum = softmax(scores, intercepts, i * k, rows);
      value += logSum - at(scores, own) - at(intercepts, at(this.labels, i));
      rows[own] = at(rows, own) - 1;
    }
    return { value: value / n, rows: rows.map((g) => g / n) };
  }

  async #pullBack(rows: Float64Array, v: Vector): Promise<Omit<Vector, "scores">> {
    const intercepts = new Float64Array(this.k);
    rows.forEach((g, i) => {
      intercepts[i % this.k] = at(intercepts, i % this.k) + g;
    });
    const weights = await this.space.pull(rows);
    for (let i = 0; i < weights.length; i++) weights[i] = at(weights, i) + this.penalty * at(v.weights, i);
    return { weights, intercepts };
  }

  async #pulled(rows: Float64Array, v: Vector): Promise<Vector> {
    const { weights, intercepts } = await this.#pullBack(rows, v);
    return { weights, intercepts, scores: await this.space.scores(weights) };
  }
}

/** Solves Hessian·s = −gradient as far as `limit` asks: until the residual's sum of absolute values is no larger. */
async function conjugateGradients(loss: Loss, x: Vector, gradient: Vector, limit: number): Promise<Vector> {
  const { space } = loss;
  const hessian = loss.hessian(x);
  const s = loss.zero();
  let r = gradient;
  const d = loss.zero();
  add(d, -1, r);
  let rr = dot(space, r, r);
  let dd = rr;
  for (let i = 0; i <= MAX_INNER; i++) {
    if (await space.sumAtMost(r, limit)) break;
    const h = await hessian(d);
    const curvature = dotWith(space, h, d);
    if (curvature >= 0 && curvature <= TINY * dd) break;
    if (curvature < 0) {
      if (i === 0) add(s, rr / curvature, d); // steepest descent
      break;
    }
    const step = rr / curvature;
    add(s, step, d);
    const weights = r.weights.map((value, j) => value + step * at(h.weights, j));
    const intercepts = r.intercepts.map((value, c) => value + step * at(h.intercepts, c));
    r = { weights, intercepts, scores: await space.scores(weights) };
    const rrNew = dot(space, r, r);
    const beta = rrNew / rr;
    scale(d, beta);
    add(d, -1, r);
    dd = rrNew + beta * beta * dd;
    rr = rrNew;
  }
  return s;
}

/**
 * scikit-learn's second thought where the line search fails at the limit of rounding: the whole step, if the loss stays
 * the same to rounding and the gradient's sum of absolute values falls.
 */
async function nearlyFlat(
  loss: Loss,
  x: Vector,
  s: Vector,
  value: number,
  sum: number,
): Promise<PointOnLine | undefined> {
  const whole = loss.along(x, s)(1);
  if (!(Math.abs(whole.value - value) <= Math.abs(value) * TINY)) return undefined;
  const there = loss.zero();
  add(there, 1, x);
  add(there, 1, s);
  const norms = await loss.space.norms(await loss.gradient(there));
  return norms.sum < sum ? whole : undefined;
}

/** Coordinates are the coefficients themselves, features × classes. For fewer features than stimuli. */
class FeatureSpace implements Space {
  readonly size: number;

  constructor(
    readonly z: Matrix,
    readonly k: number,
    readonly products: Products,
  ) {
    this.size = z.columns * k;
  }

  scores(weights: Float64Array): Promise<Float64Array> {
    return multiplyFeatures(this.z, weights, this.k, this.products);
  }

  async pull(rows: Float64Array): Promise<Float64Array> {
    const n = this.z.rows;
    const weights = new Float64Array(this.size);
    for (const { first, width } of columnBlocks(this.z)) {
      const block = new Float64Array(n * width);
      this.z.read(first, width, block);
      const part = await this.products.double(transposed(block, n, width), rows, width, n, this.k);
      weights.set(part, first * this.k);
    }
    return weights;
  }

  inner(u: Vector, v: Vector): number {
    return sumOfProducts(u.weights, v.weights);
  }

  norms({ weights, intercepts }: Vector): Promise<{ sum: number; max: number }> {
    const sums = absolutes(weights);
    const own = absolutes(intercepts);
    return Promise.resolve({ sum: sums.sum + own.sum, max: Math.max(sums.max, own.max) });
  }

  async sumAtMost(v: Vector, limit: number): Promise<boolean> {
    return (await this.norms(v)).sum <= limit;
  }

  coefficients({ weights }: Vector): Promise<Float64Array> {
    return Promise.resolve(weights);
  }
}

/**
 * For more features than stimuli. Coordinates are C = Lᵀ·A, rank × classes, of W = Aᵀ·Z: W in an orthonormal basis of the
 * span. A itself would not do: Z has directions of no length (standardised stimuli add up to 0) along which A grows
 * without meaning, until what is left of it in W is rounding.
 */
class SpanSpace implements Space {
  readonly size: number;

  private constructor(
    readonly z: Matrix,
    readonly k: number,
    readonly products: Products,
    readonly factor: Factor,
    readonly turned: Float64Array,
  ) {
    this.size = factor.rank * k;
  }

  static async make(z: Matrix, k: number, products: Products, onProgress: (share: number) => void): Promise<SpanSpace> {
    const factor = pivotedCholesky(await gram(z, products, { precision: "double", onProgress }), z.rows);
    return new SpanSpace(z, k, products, factor, transposed(factor.values, z.rows, factor.rank));
  }

  scores(weights: Float64Array): Promise<Float64Array> {
    return this.products.double(this.factor.values, weights, this.z.rows, this.factor.rank, this.k);
  }

  pull(rows: Float64Array): Promise<Float64Array> {
    return this.products.double(this.turned, rows, this.factor.rank, this.z.rows, this.k);
  }

  inner(u: Vector, v: Vector): number {
    return sumOfProducts(u.weights, v.weights);
  }

  async norms(v: Vector): Promise<{ sum: number; max: number }> {
    let { sum, max } = absolutes(v.intercepts);
    for await (const part of this.#blocks(v, "double")) {
      const here = absolutes(part);
      sum += here.sum;
      max = Math.max(max, here.max);
    }
    return { sum, max };
  }

  /**
   * The sum needs the coefficients of every feature, but the decision seldom does: what is summed so far bounds it from
   * below, and with the root of the rest's sum of squares, which the Gram matrix knows, from above. Float32 decides where
   * its rounding cannot matter, float64 where it could.
   */
  async sumAtMost(v: Vector, limit: number): Promise<boolean> {
    return (
      (await this.#decide(v, limit, "single", this.#singleError(v) + 1e-6 * limit)) ??
      (await this.#decide(v, limit, "double", 0)) ??
      true
    );
  }

  async #decide(v: Vector, limit: number, precision: Precision, slack: number): Promise<boolean | undefined> {
    let { sum } = absolutes(v.intercepts);
    let squares = Math.max(0, this.inner(v, v));
    let left = this.z.columns * this.k;
    for await (const part of this.#blocks(v, precision)) {
      sum += absolutes(part).sum;
      if (sum - slack > limit) return false;
      squares -= sumOfProducts(part, part);
      left -= part.length;
      // The second term is for the rounding of `squares`, a difference.
      const rest = left === 0 ? 0 : Math.sqrt(left * Math.max(squares, 1e-10 * this.inner(v, v)));
      if (sum + rest + slack <= limit) return true;
    }
    return undefined;
  }

  /** What float32 may do to the sum: each product of n terms errs like a walk of n roundings of its own size. */
  #singleError({ weights }: Vector): number {
    const n = this.z.rows;
    const combination = combinationOf(this.factor, weights, this.k);
    let lengths = 0;
    for (let c = 0; c < this.k; c++) {
      let squares = 0;
      for (let i = c; i < combination.length; i += this.k) squares += at(combination, i) ** 2;
      lengths += Math.sqrt(squares);
    }
    return 4 * 2 ** -24 * Math.sqrt(n) * lengths * this.z.columns;
  }

  async coefficients(v: Vector): Promise<Float64Array> {
    const whole = new Float64Array(this.z.columns * this.k);
    let first = 0;
    for await (const part of this.#blocks(v, "double")) {
      const width = part.length / this.k;
      for (let c = 0; c < this.k; c++)
        for (let j = 0; j < width; j++) whole[(first + j) * this.k + c] = at(part, c * width + j);
      first += width;
    }
    return whole;
  }

  /** W a block of features at a time, classes × width. */
  async *#blocks({ weights }: Vector, precision: Precision): AsyncGenerator<Float32Array | Float64Array> {
    const n = this.z.rows;
    const turned = transposed(combinationOf(this.factor, weights, this.k), n, this.k);
    const single = Float32Array.from(turned);
    for (const { first, width } of columnBlocks(this.z)) {
      if (precision === "single") {
        const block = new Float32Array(n * width);
        this.z.read(first, width, block);
        yield await this.products.single(single, block, this.k, n, width);
      } else {
        const block = new Float64Array(n * width);
        this.z.read(first, width, block);
        yield await this.products.double(turned, block, this.k, n, width);
      }
    }
  }
}

/** Z·W, with W features × classes. */
async function multiplyFeatures(
  z: Matrix,
  weights: Float64Array,
  k: number,
  products: Products,
): Promise<Float64Array> {
  const scores = new Float64Array(z.rows * k);
  for (const { first, width } of columnBlocks(z)) {
    const block = new Float64Array(z.rows * width);
    z.read(first, width, block);
    const rows = weights.subarray(first * k, (first + width) * k);
    const part = await products.double(block, rows, z.rows, width, k);
    for (let i = 0; i < scores.length; i++) scores[i] = at(scores, i) + at(part, i);
  }
  return scores;
}

function add(to: Vector, factor: number, v: Vector): void {
  const parts = [
    [to.weights, v.weights],
    [to.intercepts, v.intercepts],
    [to.scores, v.scores],
  ] as const;
  for (const [target, values] of parts)
    for (let i = 0; i < target.length; i++) target[i] = at(target, i) + factor * at(values, i);
}

function scale(v: Vector, factor: number): void {
  for (const part of [v.weights, v.intercepts, v.scores])
    for (let i = 0; i < part.length; i++) part[i] = at(part, i) * factor;
}

function dot(space: Space, u: Vector, v: Vector): number {
  return space.inner(u, v) + sumOfProducts(u.intercepts, v.intercepts);
}

/** As `dot`, with a first vector whose scores nobody needs. */
function dotWith(space: Space, u: Omit<Vector, "scores">, v: Vector): number {
  return dot(space, { ...u, scores: v.scores }, v);
}

function sumOfProducts(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
}

function absolutes(values: ArrayLike<number>): { sum: number; max: number } {
  let sum = 0;
  let max = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(at(values, i));
    sum += size;
    if (size > max || Number.isNaN(size)) max = size;
  }
  return { sum, max };
}

function notFinite(): GapscopeError {
  return new GapscopeError(
    "inference-failed",
    "The readout cannot be fitted: features of the fitting stimuli are not finite numbers.",
    { stage: "fitting the readout" },
  );
}

/** An element that is there; the compiler cannot know the bounds of the loops above. */
function at(values: ArrayLike<number>, i: number): number {
  return values[i] ?? Number.NaN;
}
