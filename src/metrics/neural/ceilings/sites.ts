/** What split-half ceilings have in common: consistencies of sites in several splits, and what becomes of them. */
import type { Scalar } from "../../../assembly/table.ts";
import { nanmean, nanmedian, nanstd, pearson } from "../../../numerics/statistics.ts";
import type { Measurement } from "../../metric.ts";
import { finite, listed } from "../patterns.ts";

/** Mean responses of a half of the repetitions, stimuli × sites. */
export type Half = Float64Array;

/** Pearson's r over stimuli between the halves, site by site, corrected for the full number of repetitions. */
export function siteConsistencies(first: Half, second: Half, sites: number): number[] {
  return Array.from({ length: sites }, (_, site) => {
    const r = pearson(columnOf(first, site, sites), columnOf(second, site, sites));
    return (2 * r) / (1 + r); // Spearman–Brown
  });
}

/**
 * The mean over splits of the median over sites, what is undefined being passed over, and a row per site with its mean.
 * The error is the standard deviation (ddof 0) over splits by the root of `counted(medians)`.
 */
export function overSplits(
  raw: readonly (readonly number[])[],
  ids: readonly Scalar[],
  counted: (medians: readonly number[]) => number,
): Measurement & { readonly notes: readonly string[] } {
  const medians = raw.map(nanmedian);
  const means = ids.map((_, site) => nanmean(raw.map((split) => split[site] ?? Number.NaN)));
  const without = ids.filter((_, site) => Number.isNaN(means[site]));
  return {
    value: nanmean(medians),
    error: nanstd(medians) / Math.sqrt(counted(medians)),
    by: ids.map((id, site) => ({ neuroid_id: id, raw: finite(means[site]) })),
    notes:
      without.length === 0
        ? []
        : [
            `The median over sites passes over those without a consistency, whose values are missing or always the same: ${listed(without)}.`,
          ],
  };
}

function columnOf(values: Half, column: number, width: number): number[] {
  return Array.from({ length: values.length / width }, (_, row) => values[row * width + column] ?? Number.NaN);
}
