/**
 * One benchmark before and after an edit: which stimuli, columns, responses and settings changed. Pure.
 *
 * Two benchmarks are one that was edited where they share their identifier and differ in their digest. What a network has to
 * look at anew follows from how activations are kept (lab/store.ts): by the picture's bytes and its size on the screen.
 */
import { canonicalJson } from "../../assembly/digest.ts";
import { distinct, groupBy, type Scalar, type Table } from "../../assembly/table.ts";
import type { Benchmark, Stimulus, StimulusSet } from "../../benchmark/benchmark.ts";

export interface ColumnChange {
  readonly column: string;
  /** As written; undefined where the table has no such column. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface StimulusChange {
  readonly id: string;
  readonly kind: "added" | "removed" | "changed";
  readonly before: Stimulus | undefined;
  readonly after: Stimulus | undefined;
  /** Whether the picture is another. */
  readonly picture: boolean;
  readonly columns: readonly ColumnChange[];
  /** How many responses to it were added, removed or say another thing. */
  readonly responses: number;
}

export interface ConditionChange {
  readonly condition: Scalar;
  readonly before: number;
  readonly after: number;
  /** How many of its stimuli changed, in whatever way. */
  readonly changed: number;
}

export interface Setting {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

export interface Edit {
  /** Added ones last; the others in the order of the table before. */
  readonly stimuli: readonly StimulusChange[];
  readonly unchanged: number;
  /** Only those with a change. */
  readonly conditions: readonly ConditionChange[];
  readonly settings: readonly Setting[];
  /** Pictures that a network has not seen at this size before the edit, of those it is shown; fitting stimuli count. */
  readonly anew: number;
  readonly shown: number;
}

/** Two that are open and are one benchmark before and after an edit, in the order they were opened. */
export interface Edited {
  readonly before: Benchmark;
  readonly after: Benchmark;
}

/** Every benchmark that is open in two versions or more, each with the one before it. `benchmarks` in order of opening. */
export function editedOf(benchmarks: readonly Benchmark[]): Edited[] {
  return [...groupBy(benchmarks, ({ identifier }) => identifier).values()].flatMap((versions) =>
    versions.slice(1).flatMap((after, i) => {
      const before = versions[i];
      return before === undefined || before.digest === after.digest ? [] : [{ before, after }];
    }),
  );
}

export function editOf({ before, after }: Edited): Edit {
  const [old, now] = [rowsOf(before), rowsOf(after)];
  const responses = [responsesOf(before), responsesOf(after)] as const;
  const ids = [...old.keys(), ...[...now.keys()].filter((id) => !old.has(id))];
  const changes = ids.map((id) => changeOf(id, old.get(id), now.get(id), responses));
  const stimuli = changes.filter(
    ({ kind, picture, columns, responses }) => kind !== "changed" || picture || columns.length > 0 || responses > 0,
  );
  return {
    stimuli,
    unchanged: changes.length - stimuli.length,
    conditions: conditionsOf(old, now, new Set(stimuli.map(({ id }) => id))),
    settings: settingsOf(before, after),
    ...looked(before, after),
  };
}

interface Row {
  readonly stimulus: Stimulus;
  readonly columns: Readonly<Record<string, string>>;
  readonly condition: Scalar | undefined;
}

/** By stimulus id. The size in degrees is a column too, since it may differ from row to row. */
function rowsOf({ stimulusSet: { stimuli, table, visualDegrees } }: Benchmark): ReadonlyMap<string, Row> {
  const { condition } = table.columns;
  return new Map(
    stimuli.map((stimulus, row) => {
      const written = Object.entries(table.columns)
        .filter(([name]) => name !== "stimulus_id" && name !== "filename")
        .map(([name, { text }]) => [name, text[row] ?? ""]);
      const degrees = visualDegrees?.[row];
      const columns = {
        ...Object.fromEntries(written),
        ...(degrees === undefined ? {} : { degrees: String(degrees) }),
      };
      return [String(stimulus.id), { stimulus, columns, condition: condition?.values[row] }];
    }),
  );
}

function changeOf(
  id: string,
  before: Row | undefined,
  after: Row | undefined,
  [said, says]: readonly [Responses, Responses],
): StimulusChange {
  const both = before !== undefined && after !== undefined;
  const names = both ? distinct([...Object.keys(before.columns), ...Object.keys(after.columns)]).map(String) : [];
  return {
    id,
    kind: before === undefined ? "added" : after === undefined ? "removed" : "changed",
    before: before?.stimulus,
    after: after?.stimulus,
    picture: both && before.stimulus.sha256 !== after.stimulus.sha256,
    columns: names.flatMap((column) => {
      const change = { column, before: before?.columns[column], after: after?.columns[column] };
      return change.before === change.after ? [] : [change];
    }),
    responses: both ? symmetricDifference(said.get(id) ?? [], says.get(id) ?? []) : 0,
  };
}

/** What was answered to a stimulus: every other column of its responses, in one text each. */
type Responses = ReadonlyMap<string, readonly string[]>;

/** None of recordings, and of metrics whose rows name no stimulus. */
function responsesOf(benchmark: Benchmark): Responses {
  if (benchmark.track === "neural") return new Map();
  const { columns, length } = benchmark.responses;
  // What a response inherits from its stimulus is the stimulus's change.
  const own = Object.entries(columns).filter(
    ([name]) => name !== "stimulus_id" && benchmark.stimulusSet.table.columns[name] === undefined,
  );
  const rows = Array.from({ length }, (_, row) => ({
    id: String(columns.stimulus_id?.values[row] ?? ""),
    text: JSON.stringify(own.map(([name, { text }]) => [name, text[row]])),
  }));
  return new Map([...groupBy(rows, ({ id }) => id)].map(([id, group]) => [id, group.map(({ text }) => text)] as const));
}

/** How many of either are not matched by one of the other; equal ones count each. */
function symmetricDifference(before: readonly string[], after: readonly string[]): number {
  const left = new Map<string, number>();
  for (const text of before) left.set(text, (left.get(text) ?? 0) + 1);
  for (const text of after) left.set(text, (left.get(text) ?? 0) - 1);
  const [gone, come] = [[...left.values()].filter((n) => n > 0), [...left.values()].filter((n) => n < 0)];
  // A response that says another thing is one that is gone and one that has come.
  return Math.max(sum(gone), -sum(come));
}

function conditionsOf(
  old: ReadonlyMap<string, Row>,
  now: ReadonlyMap<string, Row>,
  changed: ReadonlySet<string>,
): ConditionChange[] {
  const conditions = distinct([...old.values(), ...now.values()].flatMap(({ condition }) => condition ?? []));
  return conditions.flatMap((condition) => {
    const within = (rows: ReadonlyMap<string, Row>): string[] =>
      [...rows].flatMap(([id, row]) => (row.condition === condition ? [id] : []));
    const [before, after] = [within(old), within(now)];
    const touched = new Set([...before, ...after].filter((id) => changed.has(id))).size;
    return touched === 0 ? [] : [{ condition, before: before.length, after: after.length, changed: touched }];
  });
}

function settingsOf(before: Benchmark, after: Benchmark): Setting[] {
  const [old, now] = [meaningOf(before), meaningOf(after)];
  return Object.keys({ ...old, ...now }).flatMap((what) => {
    const [was, is] = [written(old[what]), written(now[what])];
    return was === is ? [] : [{ what, before: shortened(was), after: shortened(is) }];
  });
}

/** What of a manifest and its data is no stimulus and no response, in the manifest's words. */
function meaningOf(benchmark: Benchmark): Readonly<Record<string, unknown>> {
  const { version, parent, metric, ceiling, normalisation, bounds, numberOfTrials, stimulusSet } = benchmark;
  const common = { version, parent, metric, ceiling, normalisation, bounds, number_of_trials: numberOfTrials };
  const fills = { "fills the field of view": stimulusSet.visualDegrees === null };
  if (benchmark.track === "neural") {
    const { recording, recordings, averageRepetition } = benchmark;
    const { region, timeBins } = recording;
    const shape = "shape" in recordings ? recordings.shape : undefined;
    return { ...common, ...fills, region, time_bins: timeBins, average_repetition: averageRepetition, recorded: shape };
  }
  const { task, responses } = benchmark;
  const asked =
    task.name === "label"
      ? { choices: task.choices }
      : task.name === "odd_one_out"
        ? { triplets: tableMeaning(task.triplets), similarity_measure: task.similarityMeasure }
        : { fitting_stimuli: tableMeaning(task.fittingStimuli.table) };
  return { ...common, ...fills, task: task.name, ...asked, "number of responses": responses.length };
}

function tableMeaning({ length, columns }: Table): unknown {
  return [`${length} rows`, Object.entries(columns).map(([name, { text }]) => [name, text])];
}

const LONGEST = 80;

function written(value: unknown): string {
  return value === undefined ? "none" : typeof value === "string" ? value : canonicalJson(value);
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function looked(before: Benchmark, after: Benchmark): Pick<Edit, "anew" | "shown"> {
  const seen = new Set(shownSets(before).flatMap(placed));
  const shown = shownSets(after).flatMap(placed);
  return { anew: new Set(shown.filter((key) => !seen.has(key))).size, shown: shown.length };
}

function shownSets(benchmark: Benchmark): StimulusSet[] {
  if (benchmark.track === "neural" || benchmark.task.name !== "probabilities") return [benchmark.stimulusSet];
  return [benchmark.stimulusSet, benchmark.task.fittingStimuli];
}

function placed({ stimuli, visualDegrees }: StimulusSet): string[] {
  return stimuli.map(({ sha256 }, row) => `${sha256}|${visualDegrees?.[row] ?? "whole"}`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
