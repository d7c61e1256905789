/**
 * By what a cell's answers are grouped in its figures: what the metric itself tells apart, the condition and the truth. Pure.
 *
 * A metric says in its needs which columns of the stimuli it reads (image types, occluders, a contrast); accuracy by these
 * is what its value is made from, also where the metric gives no value of its own for each.
 */
import { compareScalars, distinct, type Scalar } from "../../assembly/table.ts";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import type { ByRow } from "../../metrics/metric.ts";
import { behavioralMetrics } from "../../metrics/registry.ts";
import { presentationsTable } from "../../subject/person.ts";
import { accuracyBy, type GroupRow, type Item } from "../answers.ts";
import { NONE, rangesOfPeople, responsesTo, type Span } from "../responses.ts";

export interface Row extends GroupRow {
  /** The lowest and the highest person's share of right responses; undefined for fewer than two people, or without truths. */
  readonly range: Span | undefined;
}

export interface Grouping {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** The metric's own values by `keyText`; absent where it has none for these columns. */
  readonly raw: ReadonlyMap<string, number | null> | undefined;
  /** The one column of numbers that the others are drawn along. */
  readonly axis: Axis | undefined;
}

export interface Axis {
  /** Position among the columns. */
  readonly column: number;
  /** Where people themselves have a threshold on this axis, with the values of the other columns. */
  readonly thresholds: readonly { readonly x: number; readonly series: string }[];
}

/** More groups than these are no figure. */
const MOST = 60;
/** An axis with fewer values is two bars, and more lines than these cannot be told apart. */
const FEWEST_VALUES = 3;
const MOST_LINES = 4;

/** The groupings that have two groups or more, and the columns of those that have too many. */
export function groupingsOf(
  benchmark: BehavioralBenchmark,
  by: readonly ByRow[],
  items: readonly Item[],
): { readonly groupings: readonly Grouping[]; readonly left: readonly (readonly string[])[] } {
  const { columns: table } = presentationsTable(benchmark);
  const named = [["condition"], ...by.slice(0, 1).map(coordinatesOf), designOf(benchmark), ["truth"]].filter(
    (columns) => columns.length > 0 && columns.every((name) => name === "truth" || table[name] !== undefined),
  );
  const wanted = [...new Map(named.map((columns) => [columns.toSorted().join("|"), columns])).values()];
  const grouped = wanted.map((columns): Grouping => {
    const coordinateOf = (name: string, item: Item): Scalar =>
      name === "truth" ? (item.truth ?? null) : (table[name]?.values[item.index] ?? null);
    const keyOf = (item: Item) => columns.map((name) => coordinateOf(name, item));
    const rows = withRanges(benchmark, items, accuracyBy(items, keyOf), keyOf);
    return { columns, rows, raw: rawBy(by, columns), axis: axisOf(benchmark, columns, rows) };
  });
  // Where nothing can be said of any group, no figure is.
  const telling = grouped.filter(({ rows }) => rows.length > 1 && rows.some(({ model }) => model !== undefined));
  return {
    groupings: telling.filter(({ rows }) => rows.length <= MOST),
    left: telling.flatMap(({ columns, rows }) => (rows.length > MOST ? [columns] : [])),
  };
}

function withRanges(
  benchmark: BehavioralBenchmark,
  items: readonly Item[],
  groups: readonly GroupRow[],
  keyOf: (item: Item) => readonly Scalar[],
): Row[] {
  const placeOf = new Map(groups.map(({ key }, place) => [JSON.stringify(key), place]));
  const groupOf = new Int32Array(items.length).fill(NONE);
  for (const item of items) groupOf[item.index] = placeOf.get(JSON.stringify(keyOf(item))) ?? NONE;
  const ranges = rangesOfPeople(responsesTo(benchmark), groupOf, groups.length);
  return groups.map((group, place) => ({ ...group, range: group.people === undefined ? undefined : ranges[place] }));
}

/** A group's values as the metric and the table write them alike. */
export function keyText(key: readonly Scalar[]): string {
  return JSON.stringify(key.map(String));
}

function coordinatesOf(row: ByRow): string[] {
  return Object.keys(row).filter((name) => name !== "raw");
}

/** The columns of the stimuli that the metric reads, but for the truth. */
function designOf({ metric }: BehavioralBenchmark): string[] {
  const needs = behavioralMetrics.get(metric.name)?.needs(metric.options);
  return needs?.stimuli.filter((name) => name !== "truth") ?? [];
}

function rawBy(by: readonly ByRow[], columns: readonly string[]): Grouping["raw"] {
  const [first] = by;
  if (first === undefined || coordinatesOf(first).toSorted().join("|") !== columns.toSorted().join("|"))
    return undefined;
  return new Map(by.map((row) => [keyText(columns.map((name) => row[name] ?? null)), row.raw]));
}

function axisOf(
  benchmark: BehavioralBenchmark,
  columns: readonly string[],
  rows: readonly GroupRow[],
): Axis | undefined {
  const numeric = columns.flatMap((_, i) => (rows.every(({ key }) => typeof key[i] === "number") ? [i] : []));
  const [column] = numeric;
  if (column === undefined || numeric.length > 1) return undefined;
  const values = new Set(rows.map(({ key }) => key[column]));
  const series = new Set(rows.map(({ key }) => seriesOf(key, column)));
  if (values.size < FEWEST_VALUES || series.size > MOST_LINES) return undefined;
  const others = columns.filter((_, i) => i !== column);
  return { column, thresholds: thresholdsOf(benchmark, columns[column] ?? "", others) };
}

/** The values of the columns that are not the axis, in words. */
function seriesOf(key: readonly Scalar[], axis: number): string {
  return key.filter((_, i) => i !== axis).join(", ");
}

/** People's own thresholds, where the data are these and the axis is what they were measured along. */
function thresholdsOf(
  { metric, responses }: BehavioralBenchmark,
  x: string,
  others: readonly string[],
): Axis["thresholds"] {
  const { threshold } = responses.columns;
  if (threshold === undefined || metric.options.independent_variable !== x) return [];
  return threshold.values.flatMap((value, row) =>
    typeof value === "number"
      ? [{ x: value, series: others.map((name) => responses.columns[name]?.values[row] ?? null).join(", ") }]
      : [],
  );
}

/** The lines of a figure: for each series its points in order of the axis. */
export function linesOf({ rows }: Grouping, { column }: Axis) {
  const names = distinct(rows.map(({ key }) => seriesOf(key, column))).map(String);
  return names.map((series) => ({
    series,
    points: rows
      .filter(({ key }) => seriesOf(key, column) === series)
      .map(({ key, people, range, model, interval }) => ({ x: Number(key[column]), people, range, model, interval }))
      .toSorted((a, b) => compareScalars(a.x, b.x)),
  }));
}
