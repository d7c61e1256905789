/**
 * internal_consistency: how well do a site's responses in one half of the repetitions foretell those in the other?
 *
 * brainscore_vision/metrics/internal_consistency/ceiling.py. The values of `split_coord` are split in halves ten times
 * (scikit-learn's ShuffleSplit, train_size .5, random_state 1; of an odd number the second half has one more), each half is
 * averaged over its repetitions, and Pearson's r over stimuli between the halves is corrected for the full number of
 * repetitions (Spearman–Brown, 2r / (1 + r)) site by site. The value is the mean over splits of the median over sites, its
 * error the standard deviation (ddof 0) over splits by the root of their number; what is undefined is passed over in all
 * three. Few repetitions give equal splits, which all count.
 *
 * internal_consistency_temporal is the same in every time bin; `by` has a row for each, and the value is their mean.
 *
 * Where a half lacks a stimulus, Brain-Score stops if the stimulus's presentations are absent, and has an undefined split
 * if their values are. Here the split is undefined in both cases, and a note says so.
 */
import * as v from "valibot";
import type { NeuroidAssembly } from "../../../assembly/neuroids.ts";
import { distinct, type Scalar } from "../../../assembly/table.ts";
import { shuffleSplit } from "../../../numerics/splits.ts";
import { nanmean } from "../../../numerics/statistics.ts";
import { columnName, type Measurement } from "../../metric.ts";
import { defineCeiling } from "../define.ts";
import { coordinateOf, finite, listed, neuroidIds, repetitionFaults, timeFaults } from "../patterns.ts";
import { type Grouping, groupPresentations, meansOfGroups, missingCoordinateNotes } from "../repetitions.ts";
import { overSplits, siteConsistencies } from "./sites.ts";

const OPTIONS = v.strictObject({
  /** What counts repetitions. */
  split_coord: v.optional(columnName, "repetition"),
});
const SPLITS = 10;

export const internalConsistency = defineCeiling({
  name: "internal_consistency",
  data: "neuroids",
  options: OPTIONS,
  check: (target, { split_coord }) => [
    ...timeFaults("internal_consistency", target),
    ...halfFaults("internal_consistency", target, split_coord),
  ],
  compute: async (target, { split_coord }) => consistency(target, split_coord),
});

export const internalConsistencyTemporal = defineCeiling({
  name: "internal_consistency_temporal",
  data: "neuroids",
  options: OPTIONS,
  check: (target, { split_coord }) => halfFaults("internal_consistency_temporal", target, split_coord),

  async compute(target, { split_coord }) {
    const [start, end] = ["time_bin_start", "time_bin_end"].map((name) => coordinateOf(target, "time_bin", name));
    const bins = binsOf(target).map((bin) => consistency(bin, split_coord));
    return {
      value: nanmean(bins.map(({ value }) => value)),
      by: bins.map(({ value, error }, i) => ({
        time_bin_start: start?.[i] ?? i,
        time_bin_end: end?.[i] ?? null,
        raw: finite(value),
        error: finite(error),
      })),
      notes: [...new Set(bins.flatMap(({ notes = [] }) => notes))],
    };
  },
});

/** Rows of either half. */
type Halves = readonly [readonly number[], readonly number[]];

function halvesOf(labels: readonly Scalar[]): Halves[] {
  const values = distinct(labels);
  const numberOf = new Map(values.map((value, i) => [value, i]));
  return shuffleSplit(values.length, { splits: SPLITS, trainSize: 0.5, randomState: 1 }).map(({ train }) => {
    const first = new Set(train);
    const halves: [number[], number[]] = [[], []];
    for (const [row, label] of labels.entries()) halves[first.has(numberOf.get(label) ?? -1) ? 0 : 1].push(row);
    return halves;
  });
}

/** What keeps repetitions from being halved, in sentences. */
function halfFaults(name: string, assembly: NeuroidAssembly, splitCoord: string): string[] {
  const labels = coordinateOf(assembly, "presentation", splitCoord);
  if (labels === undefined) {
    return [`${name} splits the presentations by “${splitCoord}”, a coordinate which the data do not have.`];
  }
  const none = labels.filter((label) => label === null).length;
  if (none > 0) return [`${name} splits by “${splitCoord}”, which ${none} of ${labels.length} presentations lack.`];
  const count = new Set(labels).size;
  if (count < 2) {
    return [
      `${name} compares halves of the repetitions, and “${splitCoord}” has ${count === 1 ? "one value" : "none"}.`,
    ];
  }
  const apart = repetitionFaults(assembly, splitCoord);
  if (apart.length > 0) return apart;
  const lacking = absentStimuli(assembly, groupPresentations(assembly, splitCoord), halvesOf(labels));
  if (lacking.some((stimuli) => stimuli.length === 0)) return [];
  return [
    `${name} needs every stimulus in both halves of the repetitions, and none of the ${SPLITS} splits has that: ` +
      `in the first, a half lacks ${listed(lacking[0] ?? [])}.`,
  ];
}

/** Of each split, the stimuli of which a half holds no value. */
function absentStimuli(
  assembly: NeuroidAssembly,
  { of, size, coords }: Grouping,
  splits: readonly Halves[],
): Scalar[][] {
  const width = assembly.shape.slice(1).reduce((product, extent) => product * extent, 1);
  const held = Array.from(of, (_, row) =>
    assembly.values.subarray(row * width, (row + 1) * width).some((value) => !Number.isNaN(value)),
  );
  const ids = coords.stimulus_id?.values ?? [];
  return splits.map((halves) => {
    const seen = halves.map((rows) => new Set(rows.filter((row) => held[row]).map((row) => of[row])));
    const groups = Array.from({ length: size }, (_, group) => group);
    return groups.filter((group) => seen.some((half) => !half.has(group))).map((group) => ids[group] ?? group);
  });
}

/** Of one time bin, and of data that `halfFaults` has nothing against. */
function consistency(assembly: NeuroidAssembly, splitCoord: string): Measurement {
  const grouping = groupPresentations(assembly, splitCoord);
  const ids = neuroidIds(assembly);
  const splits = halvesOf(coordinateOf(assembly, "presentation", splitCoord) ?? []);
  const raw = splits.map(([first, second]) =>
    siteConsistencies(meansOfGroups(assembly, grouping, first), meansOfGroups(assembly, grouping, second), ids.length),
  );
  const measured = overSplits(raw, ids, () => SPLITS);
  const incomplete = absentStimuli(assembly, grouping, splits).filter((stimuli) => stimuli.length > 0);
  const lacks =
    incomplete.length === 0
      ? []
      : [
          `In ${incomplete.length} of ${SPLITS} splits a half lacks stimuli (${listed(incomplete[0] ?? [])}); ` +
            "the ceiling is of the others.",
        ];
  return { ...measured, notes: [...measured.notes, ...lacks, ...missingCoordinateNotes(assembly, splitCoord)] };
}

/** Each time bin by itself. */
function binsOf(assembly: NeuroidAssembly): NeuroidAssembly[] {
  const [rows = 0, columns = 0, bins = 1] = assembly.shape;
  const coords = Object.fromEntries(Object.entries(assembly.coords).filter(([, { dim }]) => dim !== "time_bin"));
  return Array.from({ length: bins }, (_, bin) => ({
    dims: ["presentation", "neuroid"] as const,
    shape: [rows, columns],
    values: Float64Array.from({ length: rows * columns }, (_, i) => assembly.values[i * bins + bin] ?? Number.NaN),
    coords,
  }));
}
