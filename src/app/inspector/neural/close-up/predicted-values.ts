/**
 * Predictions of a site brought together stimulus by stimulus, and how well they agree with what was recorded. Pure, and only
 * for looking: the score is made in metrics/.
 */
import type { FoldPrediction } from "../../../../metrics/neural-metric.ts";
import { mean, nanmean, pearson } from "../../../../numerics/statistics.ts";

export interface StimulusPrediction {
  /** Row of the stimulus table. */
  readonly row: number;
  readonly recorded: number;
  /** Mean over the splits that test it. */
  readonly predicted: number;
  /** How many these are. */
  readonly splits: number;
}

/** In the order of the stimulus table, without those that no split tests. */
export function byStimulus(folds: readonly FoldPrediction[]): StimulusPrediction[] {
  const found = new Map<number, { readonly recorded: number; readonly predicted: number[] }>();
  for (const { presentations, recorded, predicted } of folds) {
    for (const [i, row] of presentations.entries()) {
      const own = found.get(row) ?? { recorded: recorded[i] ?? Number.NaN, predicted: [] };
      own.predicted.push(predicted[i] ?? Number.NaN);
      found.set(row, own);
    }
  }
  return [...found]
    .map(([row, { recorded, predicted }]) => ({ row, recorded, predicted: mean(predicted), splits: predicted.length }))
    .sort((a, b) => a.row - b.row);
}

/** Pearson's r of each split, and their mean, which is the metric's value of the site. */
export function agreement(folds: readonly FoldPrediction[]): { readonly each: readonly number[]; readonly r: number } {
  const each = folds.map(({ recorded, predicted }) => pearson(recorded, predicted));
  return { each, r: nanmean(each) };
}

/** The straight line through points that leaves the least squares of `y`; undefined where all `x` are the same. */
export function leastSquares(
  x: readonly number[],
  y: readonly number[],
): { readonly slope: number; readonly intercept: number } | undefined {
  const [left, right] = [mean(x), mean(y)];
  const spread = x.reduce((sum, value) => sum + (value - left) ** 2, 0);
  if (!(spread > 0)) return undefined;
  const slope = x.reduce((sum, value, i) => sum + (value - left) * ((y[i] ?? Number.NaN) - right), 0) / spread;
  return { slope, intercept: right - slope * left };
}
