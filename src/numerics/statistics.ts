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
