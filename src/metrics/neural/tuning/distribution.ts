/**
 * How alike two distributions are, by Kolmogorov's and Smirnov's largest distance between their cumulated shares.
 *
 * brainscore_vision/metrics/distribution_similarity/metric.py: 1 - distance / the largest distance that any distribution has
 * from the data's on these bins. Values beyond the bins count in the outermost ones. Brain-Score draws as many values from
 * the model's as there are cells, 1,000 times, and takes the mean; the draws are unseeded there and seeded here, with the
 * numbers that numpy.random.seed(0) gives.
 */
import type { Histogram } from "../../../assembly/histogram.ts";
import { cellsOf } from "../../../assembly/histogram.ts";
import { RandomState } from "../../../numerics/random-state.ts";
import { nanmean, nanstd } from "../../../numerics/statistics.ts";

const SEED = 0;
/** With more draws than this of which none has a value, the similarity is 0. */
const MOST_UNDEFINED = 100;

/** The bin of a value, the outermost ones for what lies beyond; -1 for NaN. */
export function binOf({ edges }: Histogram, value: number): number {
  if (Number.isNaN(value)) return -1;
  const above = edges.findIndex((edge) => value < edge);
  return Math.min(Math.max((above === -1 ? edges.length : above) - 1, 0), edges.length - 2);
}

/** The bins of the cells that a histogram was made of; those without the property first, as Brain-Score lists them. */
export function binsOfCells({ counts, undefinedCells }: Histogram): number[] {
  return [
    ...new Array<number>(undefinedCells).fill(-1),
    ...counts.flatMap((count, bin) => new Array<number>(count).fill(bin)),
  ];
}

/** Shares of the bins among the values that lie in one, NaN where none does. */
export function sharesOf(bins: readonly number[], count: number): number[] {
  const counts = new Array<number>(count).fill(0);
  for (const bin of bins) if (bin >= 0) counts[bin] = (counts[bin] ?? 0) + 1;
  const all = counts.reduce((sum, value) => sum + value, 0);
  return counts.map((value) => value / all);
}

/** 1 for equal shares, 0 for the farthest ones, all in the first or all in the last bin. */
export function ksSimilarity(model: readonly number[], data: readonly number[]): number {
  const farthest = data.map((_, i) => (i === 0 ? 1 : 0));
  return 1 - distance(model, data) / Math.max(distance(farthest, data), distance(farthest.toReversed(), data));
}

function distance(a: readonly number[], b: readonly number[]): number {
  let [difference, largest] = [0, 0];
  for (const [i, share] of a.entries()) {
    difference += share - (b[i] ?? Number.NaN);
    largest = Math.max(largest, Math.abs(difference));
  }
  return largest;
}

/** `bins`, at least one, against the data, drawn `draws` times. The error is the standard deviation over draws. */
export function bootstrapSimilarity(
  bins: readonly number[],
  data: Histogram,
  draws: number,
): { readonly value: number; readonly error: number } {
  const shares = sharesOf(binsOfCells(data), data.counts.length);
  const random = new RandomState(SEED);
  const cells = cellsOf(data);
  const similarities = Array.from({ length: draws }, () => {
    const drawn = random.integers(bins.length, cells).map((i) => bins[i] ?? -1);
    return ksSimilarity(sharesOf(drawn, data.counts.length), shares);
  });
  const undefinedDraws = similarities.filter(Number.isNaN).length;
  if (undefinedDraws > MOST_UNDEFINED) return { value: 0, error: 0 };
  return { value: nanmean(similarities), error: nanstd(similarities) };
}
