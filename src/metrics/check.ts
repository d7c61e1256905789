/**
 * Whether a package's tables fit a metric, before anything runs: faults that name file, line and column.
 *
 * It reads what a metric declares (metric.ts, Needs) and knows no metric by name. Whether ids, truths and choices are sound
 * in themselves is the package reader's business.
 */
import * as v from "valibot";
import { distinct, groupBy, type Scalar, type Table } from "../assembly/table.ts";
import type { Task } from "../benchmark/benchmark.ts";
import type { Fault } from "../faults/faults.ts";
import { type BehavioralMetric, type MetricOptions, type Needs, optionFault } from "./metric.ts";

/** A table and where it stands. */
export interface TableSource {
  readonly file: string;
  readonly table: Table;
  /** The line on which each row starts. */
  readonly lines: readonly number[];
}

/** Faults `metric-option` and `metric-task`, about the manifest `file`. */
export function manifestFaults(
  metric: BehavioralMetric,
  options: MetricOptions,
  task: Task["name"],
  file: string,
): Fault[] {
  const parsed = v.safeParse(metric.options, options);
  const faults = parsed.success ? [] : parsed.issues.map((issue) => ({ ...optionFault(metric.name, issue), file }));
  if (metric.tasks.includes(task)) return faults;
  const fault = {
    code: "metric-task",
    file,
    field: "metric.name",
    message: `${metric.name} cannot read the answers of the task ${task}.`,
    value: metric.name,
    expected: `one of the tasks ${metric.tasks.join(", ")}`,
    remedy: "Choose another metric, or another task.",
  };
  return [...faults, fault];
}

/**
 * Faults `missing-column`, `not-a-number` and `subject-stimuli` of the tables. `options` must be ones that the metric
 * takes. The responses need not have the stimuli's columns: they inherit them.
 */
export function tableFaults(
  metric: BehavioralMetric,
  options: MetricOptions,
  stimuli: TableSource,
  responses: TableSource,
): Fault[] {
  const needs = metric.needs(options);
  const own = needs.rowPer === "trial" ? ["stimulus_id", "subject", "response"] : ["subject"];
  return [
    ...missingColumns(metric, stimuli, ["stimulus_id", ...needs.stimuli]),
    ...missingColumns(metric, responses, [...own, ...needs.responses]),
    ...noNumbers(metric, stimuli, needs.stimuli, needs),
    ...noNumbers(metric, responses, needs.responses, needs),
    ...(needs.sameStimuli ? unequalStimuli(metric, stimuli, responses) : []),
  ];
}

function missingColumns(metric: BehavioralMetric, { file, table }: TableSource, names: readonly string[]): Fault[] {
  return [...new Set(names)]
    .filter((name) => table.columns[name] === undefined)
    .map((column) => ({
      code: "missing-column",
      file,
      line: 1,
      column,
      message: `The metric ${metric.name} needs a column “${column}”.`,
      value: Object.keys(table.columns).join(", "),
      remedy: "Add it, or correct the spelling in the header.",
    }));
}

function noNumbers(
  metric: BehavioralMetric,
  { file, table, lines }: TableSource,
  columns: readonly string[],
  needs: Needs,
): Fault[] {
  return columns
    .filter((column) => needs.numbers.includes(column))
    .flatMap((column) => {
      const { values = [], text = [] } = table.columns[column] ?? {};
      return [...values.keys()]
        .filter((row) => typeof values[row] !== "number")
        .map((row) => ({
          code: "not-a-number",
          file,
          line: lines[row] ?? 0,
          column,
          message: `The metric ${metric.name} needs a number here.`,
          value: text[row] ?? "",
          expected: "a number",
        }));
    });
}

/** A fault per person who left out a stimulus or answered it twice. */
function unequalStimuli(metric: BehavioralMetric, stimuli: TableSource, responses: TableSource): Fault[] {
  const all = stimuli.table.columns.stimulus_id?.values ?? [];
  const ids = responses.table.columns.stimulus_id?.values;
  const subjects = responses.table.columns.subject?.values;
  if (ids === undefined || subjects === undefined) return []; // reported as missing columns
  const rows = groupBy([...subjects.keys()], (row) => subjects[row] ?? null);
  return distinct([...rows.keys()]).flatMap((subject) => {
    const own = rows.get(subject) ?? [];
    const answered = new Set<Scalar>();
    const again: number[] = [];
    for (const row of own) {
      const id = ids[row] ?? null;
      if (answered.has(id)) again.push(row);
      answered.add(id);
    }
    const left = all.filter((id) => !answered.has(id));
    if (left.length === 0 && again.length === 0) return [];
    const lacks = left.length === 0 ? [] : [`gave no response to ${listed(left)}`];
    const repeats = again.length === 0 ? [] : [`responded again to ${listed(again.map((row) => ids[row] ?? null))}`];
    return {
      code: "subject-stimuli",
      file: responses.file,
      line: responses.lines[again[0] ?? own[0] ?? 0] ?? 0,
      column: "subject",
      message: `Subject “${subject}” ${[...lacks, ...repeats].join(" and ")}.`,
      value: String(subject),
      expected: `one response to each of the ${all.length} stimuli`,
      remedy: `${metric.name} compares people stimulus by stimulus; leave out this subject or those stimuli.`,
    };
  });
}

function listed(ids: readonly Scalar[]): string {
  const more = ids.length > 3 ? ` and ${ids.length - 3} more` : "";
  return ids.slice(0, 3).join(", ") + more;
}
