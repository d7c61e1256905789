/**
 * The psychometric function and its fit: p(x) = γ + (1 − γ − λ) Φ(α(x − β)) with γ = ½.
 *
 * Wichmann & Hill 2001, eq. 1; brainscore_vision/metrics/threshold/metric.py. Brain-Score starts scipy's L-BFGS-B from 50
 * slopes × every x and keeps the lowest loss. Which of its early-stopped ends wins cannot be had again; the minimum itself
 * can. The starts here are Brain-Score's, the descent is Fisher scoring with a damped step (Levenberg–Marquardt), carried
 * to the minimum. Where the rates are a step, the loss falls for ever with the slope and the threshold between two x is
 * nobody's to say. No package for this is kept well: fmin 0.0.4 throws when its simplex shrinks.
 */
import { normalCdf, normalDensity, normalQuantile } from "../numerics/normal.ts";
import { mean } from "../numerics/statistics.ts";

/** Slope, mean and lapse rate. */
export interface Psychometric {
  readonly alpha: number;
  readonly beta: number;
  readonly lambda: number;
}

const GAMMA = 0.5;
const LAPSES = [0.03, 0.5] as const;

export function psychometric(x: number, { alpha, beta, lambda }: Psychometric): number {
  return GAMMA + (1 - GAMMA - lambda) * normalCdf(alpha * (x - beta));
}

/** The x at which p(x) = y; NaN where the function does not reach y. */
export function inversePsychometric(y: number, { alpha, beta, lambda }: Psychometric): number {
  return beta + normalQuantile((y - GAMMA) / (1 - GAMMA - lambda)) / alpha;
}

/** −Σ y ln p + (1 − y) ln(1 − p): rates count alike, however many trials are behind them. */
export function negativeLogLikelihood(fit: Psychometric, x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => {
    const p = psychometric(value, fit);
    const rate = y[i] ?? Number.NaN;
    return sum - (rate * Math.log(p) + (1 - rate) * Math.log(1 - p));
  }, 0);
}

/** The fit of lowest loss, with λ in [0.03, 0.5], and its R² on the rates (scikit-learn's r2_score). */
export function fitPsychometric(x: readonly number[], y: readonly number[]): { fit: Psychometric; r2: number } {
  const lapse = clamp(1 - Math.max(...y));
  let best: Point | undefined;
  for (let i = 0; i < 50; i++) {
    const alpha = 10 ** (-3 + (4 * i) / 49);
    for (const beta of x) {
      const end = descend([alpha, alpha * beta, lapse], x, y, 60);
      if (!(end.loss >= (best?.loss ?? Number.POSITIVE_INFINITY))) best = end;
    }
  }
  const [alpha, shift, lambda] = descend(best?.at ?? [Number.NaN, Number.NaN, lapse], x, y, 1000).at;
  const fit = { alpha, beta: shift / alpha, lambda };
  return { fit, r2: rSquared(x, y, fit) };
}

function rSquared(x: readonly number[], y: readonly number[], fit: Psychometric): number {
  if (y.length < 2) return Number.NaN;
  const center = mean(y);
  const residual = y.reduce((sum, rate, i) => sum + (rate - psychometric(x[i] ?? Number.NaN, fit)) ** 2, 0);
  const total = y.reduce((sum, rate) => sum + (rate - center) ** 2, 0);
  if (total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}

/** Slope, slope × mean, lapse rate: the function is smooth in these even at slope 0. */
type Parameters = readonly [number, number, number];

interface Point {
  readonly at: Parameters;
  readonly loss: number;
}

function clamp(lambda: number): number {
  return Math.min(Math.max(lambda, LAPSES[0]), LAPSES[1]);
}

function descend(start: Parameters, x: readonly number[], y: readonly number[], steps: number): Point {
  let point: Point = { at: start, loss: lossAt(start, x, y) };
  let damping = 1e-3;
  for (let step = 0; step < steps && damping < 1e12; step++) {
    const { gradient, information } = derivatives(point.at, x, y);
    const [alpha, shift, lambda] = point.at;
    // A lapse rate at its bound that would go beyond stays, and the others move alone.
    const held = (lambda <= LAPSES[0] && (gradient[2] ?? 0) > 0) || (lambda >= LAPSES[1] && (gradient[2] ?? 0) < 0);
    const move = solve(information, gradient, damping, held ? 2 : 3);
    const at: Parameters = [alpha - (move[0] ?? 0), shift - (move[1] ?? 0), clamp(lambda - (move[2] ?? 0))];
    const loss = lossAt(at, x, y);
    if (loss < point.loss) {
      point = { at, loss };
      damping = Math.max(damping / 10, 1e-12);
    } else damping *= 10;
  }
  return point;
}

function lossAt([alpha, shift, lambda]: Parameters, x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => {
    const p = GAMMA + (1 - GAMMA - lambda) * normalCdf(alpha * value - shift);
    const rate = y[i] ?? Number.NaN;
    return sum - (rate * Math.log(p) + (1 - rate) * Math.log(1 - p));
  }, 0);
}

/** Gradient of the loss and expected information, Σ ∇p ∇pᵀ / (p(1 − p)). */
function derivatives(
  [alpha, shift, lambda]: Parameters,
  x: readonly number[],
  y: readonly number[],
): { gradient: number[]; information: number[][] } {
  const gradient = [0, 0, 0];
  const information = [0, 1, 2].map(() => [0, 0, 0]);
  for (const [i, value] of x.entries()) {
    const u = alpha * value - shift;
    const height = 1 - GAMMA - lambda;
    const p = GAMMA + height * normalCdf(u);
    const slope = height * normalDensity(u);
    const jacobian = [slope * value, -slope, -normalCdf(u)];
    const weight = 1 / (p * (1 - p));
    for (const [a, da] of jacobian.entries()) {
      gradient[a] = (gradient[a] ?? 0) - weight * ((y[i] ?? Number.NaN) - p) * da;
      const row = information[a] ?? [];
      for (const [b, db] of jacobian.entries()) row[b] = (row[b] ?? 0) + weight * da * db;
    }
  }
  return { gradient, information };
}

/** (H + damping · diag H)⁻¹ g over the first `n` parameters, by elimination; H is positive semidefinite. */
function solve(matrix: readonly number[][], right: readonly number[], damping: number, n: number): number[] {
  const rows = Array.from({ length: n }, (_, i) => [
    ...Array.from(
      { length: n },
      (__, j) => (matrix[i]?.[j] ?? 0) * (i === j ? 1 + damping : 1) + (i === j ? 1e-300 : 0),
    ),
    right[i] ?? 0,
  ]);
  for (let k = 0; k < n; k++) {
    const pivot = rows[k] ?? [];
    for (let i = k + 1; i < n; i++) {
      const row = rows[i] ?? [];
      const factor = (row[k] ?? 0) / (pivot[k] ?? 1);
      for (let j = k; j <= n; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const row = rows[i] ?? [];
    const known = solution.reduce((sum, value, j) => (j > i ? sum + value * (row[j] ?? 0) : sum), 0);
    solution[i] = ((row[n] ?? 0) - known) / (row[i] ?? 1);
  }
  return solution;
}
