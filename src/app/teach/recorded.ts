/**
 * How recorded sites respond to each stimulus, for showing: means over repetitions and time bins, as the data have them.
 *
 * Pure, and only for looking: nothing is normalised, and no score is made of it. Data that are no responses to single
 * stimuli (dissimilarities, histograms) have nothing to show here.
 */
import { isHistogram } from "../../assembly/histogram.ts";
import { isSimilarities } from "../../assembly/neuroids.ts";
import type { NeuralBenchmark } from "../../benchmark/benchmark.ts";
import { nanmean } from "../../numerics/statistics.ts";

export interface RecordedResponses {
  readonly sites: number;
  /** Presentations of a stimulus, the most that one has. */
  readonly repetitions: number;
  readonly timeBins: number;
  /** Stimuli × sites, in the order of the stimulus set; NaN where nothing was recorded. In the units of the data. */
  readonly means: readonly (readonly number[])[];
}

/** Undefined where the data are no responses to single stimuli. */
export function recordedResponses({
  recordings,
  stimulusSet,
}: Pick<NeuralBenchmark, "recordings" | "stimulusSet">): RecordedResponses | undefined {
  if (isHistogram(recordings) || isSimilarities(recordings)) return undefined;
  const [presentations = 0, sites = 0, timeBins = 1] = recordings.shape;
  const rowOf = new Map(stimulusSet.stimuli.map(({ id }, row) => [String(id), row]));
  const sums = stimulusSet.stimuli.map(() => ({ sum: new Float64Array(sites), n: new Float64Array(sites), shown: 0 }));
  const ids = recordings.coords.stimulus_id?.values ?? [];
  for (let presentation = 0; presentation < presentations; presentation++) {
    const of = sums[rowOf.get(String(ids[presentation])) ?? -1];
    if (of === undefined) continue;
    of.shown += 1;
    for (let i = 0; i < sites * timeBins; i++) {
      const value = recordings.values[presentation * sites * timeBins + i] ?? Number.NaN;
      const site = Math.floor(i / timeBins);
      if (Number.isNaN(value)) continue;
      of.sum[site] = (of.sum[site] ?? 0) + value;
      of.n[site] = (of.n[site] ?? 0) + 1;
    }
  }
  return {
    sites,
    timeBins,
    repetitions: sums.reduce((most, { shown }) => Math.max(most, shown), 0),
    means: sums.map(({ sum, n }) => Array.from(sum, (total, site) => total / (n[site] ?? 0))), // 0/0: nothing recorded
  };
}

export interface SiteResponse {
  /** To the stimulus in question; NaN where nothing was recorded. */
  readonly value: number;
  /** Least and greatest over all stimuli. */
  readonly low: number;
  readonly high: number;
}

/** The sites in order of their mean response over all stimuli, the same order for every stimulus. */
export function sitesOn({ means, sites }: RecordedResponses, stimulus: number): SiteResponse[] {
  const all = Array.from({ length: sites }, (_, site) => {
    const values = means.flatMap((row) => (Number.isFinite(row[site]) ? [row[site] ?? 0] : []));
    return {
      value: means[stimulus]?.[site] ?? Number.NaN,
      low: Math.min(...values),
      high: Math.max(...values),
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    };
  });
  return all
    .filter(({ mean }) => Number.isFinite(mean))
    .sort((a, b) => a.mean - b.mean)
    .map(({ value, low, high }) => ({ value, low, high }));
}

/** Why a stimulus is worth showing: the sites respond most, or least, or differ most from what each does on average. */
export type RecordedReason = "strongest" | "weakest" | "unusual";

/** Stimuli by reason, the most telling first. */
export function byResponse(recorded: RecordedResponses): ReadonlyMap<RecordedReason, readonly number[]> {
  const { means, sites } = recorded;
  const ofSite = Array.from({ length: sites }, (_, site) => nanmean(means.map((row) => row[site] ?? Number.NaN)));
  const known = means.flatMap((row, stimulus) => {
    const mean = nanmean(row);
    // Apart from its being strong or weak as a whole.
    const shift = mean - nanmean(ofSite);
    const unusual = nanmean(row.map((value, site) => (value - (ofSite[site] ?? Number.NaN) - shift) ** 2));
    return Number.isFinite(mean) ? [{ stimulus, mean, unusual }] : [];
  });
  const sorted = (by: (each: (typeof known)[number]) => number): number[] =>
    known.toSorted((a, b) => by(b) - by(a) || a.stimulus - b.stimulus).map(({ stimulus }) => stimulus);
  return new Map([
    ["strongest", sorted(({ mean }) => mean)],
    ["weakest", sorted(({ mean }) => -mean)],
    ["unusual", sorted(({ unusual }) => unusual)],
  ]);
}
