/** numpy's and xarray's small reductions in float64, with their rules for missing values. */

/** Mean, NaN for no values. NaN propagates (numpy.mean). */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation with ddof 0. NaN propagates (numpy.std). */
export function std(values: readonly number[]): number {
  const center = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
}

/** Mean of the values that are not NaN, NaN if there is none (xarray's mean). */
export function nanmean(values: readonly number[]): number {
  return mean(values.filter((value) => !Number.isNaN(value)));
}

/** Standard deviation, ddof 0, of the values that are not NaN (xarray's std). */
export function nanstd(values: readonly number[]): number {
  return std(values.filter((value) => !Number.isNaN(value)));
}

/** Median of the values that are not NaN, the mean of the middle two for an even count; NaN if there is none. */
export function nanmedian(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return mean(sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1));
}

/** The value below which the share `q` of sorted values lies, between two of them by a straight line (numpy.quantile). */
export function quantile(sorted: readonly number[], q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

/** Standard error of the mean with ddof 1 (scipy.stats.sem). NaN propagates, and a single value has none. */
export function sem(values: readonly number[]): number {
  return std(values) / Math.sqrt(values.length - 1);
}

/**
 * Pearson's correlation of two vectors of equal length (scipy.stats.pearsonr): NaN where either is constant, holds a NaN
 * or has fewer than two values.
 */
export function pearson(a: readonly number[], b: readonly number[]): number {
  const constant = (values: readonly number[]) => values.every((value) => value === values[0]);
  if (a.length < 2 || constant(a) || constant(b)) return Number.NaN;
  const left = unit(a);
  const right = unit(b);
  const r = left.reduce((sum, value, i) => sum + value * (right[i] ?? Number.NaN), 0);
  return Math.min(Math.max(r, -1), 1);
}

/** Centred, and of length 1. */
function unit(values: readonly number[]): number[] {
  const center = mean(values);
  const centred = values.map((value) => value - center);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return centred.map((value) => value / length);
}
