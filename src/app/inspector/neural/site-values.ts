/**
 * A metric's values by site, or by subject where the data are similarities, brought together with what is known of each
 * site. Pure, and only for looking: the score is made in metrics/.
 */
import { isHistogram } from "../../../assembly/histogram.ts";
import { isSimilarities } from "../../../assembly/neuroids.ts";
import { groupBy, type Scalar } from "../../../assembly/table.ts";
import type { Recordings } from "../../../benchmark/benchmark.ts";
import type { ByRow } from "../../../metrics/metric.ts";
import { nanmean, nanmedian } from "../../../numerics/statistics.ts";

export interface SiteValue {
  readonly name: string;
  /** The metric's own; null where it is undefined. */
  readonly value: number | null;
  /** What tells sites apart, by name: the animal, the array, the time bin. */
  readonly facts: Readonly<Record<string, string>>;
}

export interface SiteValues {
  readonly of: "site" | "subject";
  readonly values: readonly SiteValue[];
  /** The facts that group them: two values at least, and no more than a figure has rows for. */
  readonly groupings: readonly string[];
}

export interface SiteGroup {
  /** Empty where there is one group of all. */
  readonly name: string;
  /** Ascending, those without a value last. */
  readonly values: readonly SiteValue[];
  /** What the metric takes of them: the median of sites, the mean of subjects; undefined where none has a value. */
  readonly middle: number | undefined;
}

/** Coordinates of neuroids that say where a site is, the most telling first. */
const PLACES = ["animal", "subject", "monkey", "array", "hemisphere", "region"];
const MOST_GROUPS = 12;

/** Undefined where the metric has no value for each site or subject. */
export function siteValues(by: readonly ByRow[], recordings: Recordings): SiteValues | undefined {
  const [first] = by;
  const name = ["neuroid_id", "subject"].find((column) => first !== undefined && column in first);
  if (name === undefined) return undefined;
  const placeOf = name === "neuroid_id" ? places(recordings) : () => ({});
  const values = by.map((row): SiteValue => {
    const id = row[name] ?? null;
    return { name: String(id), value: row.raw, facts: { ...ownFacts(row, name), ...placeOf(id) } };
  });
  const known = [...new Set(values.flatMap(({ facts }) => Object.keys(facts)))];
  const groupings = known.filter((fact) => {
    const distinct = new Set(values.map(({ facts }) => facts[fact])).size;
    return distinct > 1 && distinct <= MOST_GROUPS;
  });
  return { of: name === "neuroid_id" ? "site" : "subject", values, groupings };
}

/**
 * Of each value the place of its site among the neuroids of the recordings; undefined where values are not of sites, or a site
 * has one of every time bin.
 */
export function neuroidPlaces(by: readonly ByRow[], recordings: Recordings): readonly number[] | undefined {
  if (isHistogram(recordings) || isSimilarities(recordings)) return undefined;
  const [first] = by;
  if (first === undefined || !("neuroid_id" in first)) return undefined;
  if ("time_bin" in first || "time_bin_start" in first) return undefined;
  const { neuroid_id: ids } = recordings.coords;
  // Without ids the number is one (metrics/neural/patterns.ts); metrics that take sites in groups have another order.
  return by.map(({ neuroid_id: id = null }, row) =>
    ids === undefined ? Number(id) : ids.values[row] === id ? row : ids.values.indexOf(id),
  );
}

/** In groups by a fact, in order of first appearance; all in one where none is named. */
export function siteGroups({ of, values }: Omit<SiteValues, "groupings">, grouping: string | undefined): SiteGroup[] {
  const groups = groupBy(values, ({ facts }) => (grouping === undefined ? "" : (facts[grouping] ?? "not given")));
  return [...groups].map(([name, members]) => {
    const middle = (of === "site" ? nanmedian : nanmean)(members.map(({ value }) => value ?? Number.NaN));
    return {
      name,
      values: members.toSorted((a, b) => (a.value ?? Number.POSITIVE_INFINITY) - (b.value ?? Number.POSITIVE_INFINITY)),
      middle: Number.isNaN(middle) ? undefined : middle,
    };
  });
}

/** What the metric itself tells apart beside the site. */
function ownFacts(row: ByRow, name: string): Record<string, string> {
  const { [name]: _, raw: __, time_bin_start: start, time_bin_end: end, ...others } = row;
  const time = start === undefined || end === undefined ? {} : { "time bin": `${start}–${end} ms` };
  return { ...time, ...Object.fromEntries(Object.entries(others).map(([fact, value]) => [fact, String(value)])) };
}

function places(recordings: Recordings): (id: Scalar) => Record<string, string> {
  if (isHistogram(recordings) || isSimilarities(recordings)) return () => ({});
  const { neuroid_id: ids, ...coords } = recordings.coords;
  const rowOf = new Map(ids?.values.map((id, row) => [id, row]));
  const told = PLACES.flatMap((place) =>
    coords[place]?.dim === "neuroid" ? [[place, coords[place].values] as const] : [],
  );
  return (id) => {
    const row = rowOf.get(id);
    return Object.fromEntries(
      told.flatMap(([place, values]) => {
        const value = row === undefined ? undefined : values[row];
        return value === undefined || value === null ? [] : [[place, String(value)]];
      }),
    );
  };
}
