/**
 * The checks of a behavioural benchmark's tables against each other: exclusions, ids, what the metric needs, subjects.
 *
 * It makes the responses that metrics read, with `truth`, `condition` and the metric's own columns taken over from the
 * stimuli (or triplets), and decides which rows take part. It knows no zip and no pictures.
 */
import { type Column, type Scalar, type Table, takeRows } from "../assembly/table.ts";
import { clip, columnOf, type Findings, nearest } from "./findings.ts";
import type { MetricNeeds } from "./known.ts";
import { checkLabelTask, checkProbabilitiesTask } from "./label-task.ts";
import { checkTriplets } from "./odd-one-out-task.ts";
import type { Manifest } from "./schema.ts";
import {
  checkIdType,
  missingWord,
  noSuchColumn,
  requireColumns,
  type Source,
  type StimulusTable,
  takeStimuli,
} from "./stimulus-table.ts";

export interface BehaviourTables {
  readonly stimuli: StimulusTable;
  /** Absent where the manifest has no data. */
  readonly responses?: Source;
  /** Of a probabilities task. */
  readonly fitting?: StimulusTable;
  /** Of an odd-one-out task. */
  readonly triplets?: Source;
}

export interface Behaviour {
  readonly task:
    | { readonly name: "label"; readonly choices: readonly string[] | "imagenet" }
    | { readonly name: "probabilities" }
    | { readonly name: "odd_one_out"; readonly triplets: Table };
  readonly stimuli: StimulusTable;
  /** Which rows of the whole stimulus table `stimuli` are. */
  readonly stimulusRows: readonly number[];
  readonly responses: Source;
}

/** The responses of a benchmark without data. */
const NOBODY: Source = { file: "", table: { length: 0, columns: {} }, lines: [] };

/** Columns that belong to what is presented, wherever they are written. */
const OF_THE_STIMULUS = ["truth", "condition"];

/** Checks and joins; undefined where a column that everything rests on is missing. Faults go to `findings`. */
export function checkBehaviour(
  manifest: Manifest,
  manifestFile: string,
  tables: BehaviourTables,
  needs: MetricNeeds,
  findings: Findings,
): Behaviour | undefined {
  const { stimuli: allStimuli, responses: allResponses = NOBODY, triplets: allTriplets } = tables;
  if (!checkIdType(allStimuli, allStimuli.file, findings)) return undefined;
  if (allTriplets !== undefined) {
    const kept = excludeTriplets(manifest, manifestFile, allStimuli, allTriplets, allResponses, findings);
    const checked =
      kept === undefined ? undefined : checkTriplets(kept.stimuli, kept.triplets, kept.responses, findings);
    if (kept === undefined || checked === undefined) return undefined;
    const { presented, responses } = join(manifest, checked.triplets, checked.responses, needs, findings);
    const { stimuli, stimulusRows } = kept;
    return { task: { name: "odd_one_out", triplets: presented.table }, stimuli, stimulusRows, responses };
  }
  const trials = needs.rowPer === "trial" && allResponses !== NOBODY;
  const pooled = trials && needs.people === "pooled" && columnOf(allResponses.table, "stimulus_id") === undefined;
  const paired = trials && !pooled;
  const required = ["subject", ...(trials ? ["response", pooled ? "truth" : "stimulus_id"] : [])];
  if (allResponses !== NOBODY && !requireColumns(allResponses, allResponses.file, required, findings)) return undefined;
  if (paired && !checkIdType(allResponses, allResponses.file, findings)) return undefined;
  if (paired && !sameIdType(allStimuli, allResponses, findings)) return undefined;

  const kept = applyExclude(manifest, manifestFile, allStimuli, allResponses, findings);
  if (kept === undefined) return undefined;
  const joined = paired
    ? join(manifest, kept.stimuli, kept.responses, needs, findings)
    : alone(manifest, kept.stimuli, kept.responses, needs, findings);
  const { presented: stimuli, responses } = joined;
  const lent =
    paired && columnOf(allStimuli.table, "truth") === undefined && columnOf(responses.table, "truth") !== undefined;
  const tablesOfTruth = [...(lent ? [] : [stimuli]), ...(lent || pooled ? [responses] : [])];
  const truthIn = needs.stimuli.includes("truth") ? tablesOfTruth : [];
  const labelTables = { stimuli, responses, truthIn, trials };
  const { stimulusRows } = kept;
  if (tables.fitting !== undefined) {
    const choices = checkProbabilitiesTask(manifest.metric.name, tables.fitting, labelTables, findings);
    return choices === undefined ? undefined : { task: { name: "probabilities" }, stimuli, stimulusRows, responses };
  }
  const choices = checkLabelTask(manifest, manifestFile, labelTables, findings);
  return choices === undefined ? undefined : { task: { name: "label", choices }, stimuli, stimulusRows, responses };
}

interface Joined<Presented extends Source> {
  readonly presented: Presented;
  readonly responses: Source;
}

/** Each response with its stimulus (or triplet): every row checked, columns shared, what the metric needs there. */
function join<Presented extends Source>(
  manifest: Manifest,
  presented: Presented,
  responses: Source,
  needs: MetricNeeds,
  findings: Findings,
): Joined<Presented> {
  const rowOf = new Map(columnOf(presented.table, "stimulus_id")?.values.map((id, row) => [id, row]));
  const sound = checkRows(presented, responses, rowOf, findings);
  let joined: Joined<Presented> = { presented, responses };
  for (const name of new Set([...OF_THE_STIMULUS, ...needs.stimuli]))
    joined = share(name, joined.presented, joined.responses, rowOf, findings);
  checkNeeds(manifest, joined.presented, joined.responses, needs, findings);
  if (needs.sameStimuli && sound) checkSubjects(manifest.metric.name, joined.presented, joined.responses, findings);
  return joined;
}

/** Responses that name no stimulus. */
function alone<Presented extends Source>(
  manifest: Manifest,
  presented: Presented,
  responses: Source,
  needs: MetricNeeds,
  findings: Findings,
): Joined<Presented> {
  checkNeeds(manifest, presented, responses, needs, findings);
  return { presented, responses };
}

/** Faults `missing-column` and `not-a-number` of the columns that the metric needs; `truth` is checked with the choices. */
function checkNeeds(
  { metric, task }: Manifest,
  presented: Source,
  responses: Source,
  needs: MetricNeeds,
  findings: Findings,
): void {
  const wanted = [
    ...needs.stimuli.map((name) => ({ name, source: presented })),
    ...needs.responses.map((name) => ({ name, source: responses })),
  ];
  for (const { name, source } of wanted) {
    if (name === "truth" && task?.name !== "odd_one_out") continue;
    const column = columnOf(source.table, name);
    if (column === undefined) {
      findings.add({
        code: "missing-column",
        file: source.file,
        line: 1,
        column: name,
        message: `The metric ${metric.name} needs a column “${clip(name)}”.`,
        value: clip(Object.keys(source.table.columns).join(", ")),
        remedy: "Add it, or correct the spelling in the header.",
      });
      continue;
    }
    if (!needs.numbers.includes(name)) continue;
    for (const [row, value] of column.values.entries()) {
      if (typeof value === "number") continue;
      findings.add({
        code: "not-a-number",
        file: source.file,
        line: source.lines[row] ?? 0,
        column: name,
        message: `The metric ${metric.name} reads numbers in this column.`,
        value: clip(column.text[row] ?? ""),
        expected: "a number",
      });
    }
  }
}

/** pandas infers each table's ids alone, and 1 does not equal "1" when Brain-Score joins them. */
function sameIdType(stimuli: Source, responses: Source, findings: Findings): boolean {
  const isNumber = (column: Column | undefined) => column?.dtype === "int64" || column?.dtype === "float64";
  const ids = columnOf(stimuli.table, "stimulus_id");
  const answered = columnOf(responses.table, "stimulus_id");
  if (answered === undefined || isNumber(ids) === isNumber(answered)) return true;
  const [numbers, words] = isNumber(ids) ? [stimuli, responses] : [responses, stimuli];
  const row = columnOf(words.table, "stimulus_id")?.text.findIndex((text) => Number.isNaN(Number(text || "?"))) ?? -1;
  const example = columnOf(words.table, "stimulus_id")?.text[Math.max(row, 0)] ?? "";
  findings.add({
    code: "stimulus-id-mismatch",
    file: responses.file,
    line: (words === responses ? responses.lines[Math.max(row, 0)] : responses.lines[0]) ?? 0,
    column: "stimulus_id",
    message: `The ids are numbers in ${numbers.file} and text in ${words.file}, so that none would be found again: pandas types a column by all its cells, and one such as “${clip(example)}” makes all of them text.`,
    value: clip(answered.text[0] ?? ""),
    expected: isNumber(ids) ? "whole numbers" : "text",
    remedy: "Write the ids alike in both tables; a letter before every id keeps them text.",
  });
  return false;
}

/** Brain-Score asserts it (metrics/error_consistency/metric.py:16): model and people saw the same stimuli, each once. */
function checkSubjects(metric: string, stimuli: Source, responses: Source, findings: Findings): void {
  const all = columnOf(stimuli.table, "stimulus_id");
  const ids = columnOf(responses.table, "stimulus_id");
  const subjects = columnOf(responses.table, "subject");
  const seen = new Map<Scalar, { readonly ids: Set<Scalar>; repeated: number; firstRepeat?: number; name: string }>();
  for (const [row, subject] of (subjects?.values ?? []).entries()) {
    const id = ids?.values[row] ?? null;
    if (subject === null || id === null) continue; // reported
    const person = seen.get(subject) ?? { ids: new Set<Scalar>(), repeated: 0, name: subjects?.text[row] ?? "" };
    seen.set(subject, person);
    if (person.ids.has(id)) {
      person.repeated += 1;
      person.firstRepeat ??= row;
    }
    person.ids.add(id);
  }
  for (const person of seen.values()) {
    const unseen = (all?.values ?? []).flatMap((id, row) =>
      id === null || person.ids.has(id) ? [] : [all?.text[row] ?? ""],
    );
    if (unseen.length === 0 && person.repeated === 0) continue;
    const repeat = person.firstRepeat;
    const parts = [
      ...(unseen.length === 0
        ? []
        : [
            `has no response to ${unseen.length === 1 ? "1 stimulus" : `${unseen.length} stimuli`}, the first “${clip(unseen[0])}”`,
          ]),
      ...(repeat === undefined ? [] : [`has ${person.repeated} repeated, the first “${clip(ids?.text[repeat])}”`]),
    ];
    findings.add({
      code: "subject-stimuli",
      file: responses.file,
      ...(repeat === undefined ? {} : { line: responses.lines[repeat] ?? 0 }),
      column: "subject",
      message: `Subject “${clip(person.name)}” ${parts.join(", and ")}.`,
      value: clip(person.name),
      expected: `one response to each of the ${all?.values.length ?? 0} stimuli`,
      remedy: `${metric} compares people trial by trial; leave out this subject or those stimuli.`,
    });
  }
}

/** The rows that `exclude` leaves: those of the stimuli, and those responses to them that it does not name itself. */
function applyExclude(
  manifest: Manifest,
  manifestFile: string,
  stimuli: StimulusTable,
  responses: Source,
  findings: Findings,
): { stimuli: StimulusTable; responses: Source; stimulusRows: readonly number[] } | undefined {
  const rules = Object.entries(manifest.exclude);
  const columns = [...Object.keys(stimuli.table.columns), ...Object.keys(responses.table.columns)];
  for (const [name] of rules) {
    if (!columns.includes(name)) findings.add(noSuchColumn(name, columns, manifestFile, `exclude.${clip(name)}`));
  }
  const excluded = ({ table }: Source, row: number) =>
    rules.some(([name, values]) => {
      const column = columnOf(table, name);
      return column !== undefined && values.some((value) => matches(column, row, value));
    });
  const stimulusRows = rowsOf(stimuli).filter((row) => !excluded(stimuli, row));
  const keptRows = new Set(stimulusRows);
  const ids = columnOf(stimuli.table, "stimulus_id")?.values ?? [];
  const leftOut = new Set(ids.filter((_, row) => !keptRows.has(row)));
  const answered = columnOf(responses.table, "stimulus_id")?.values ?? [];
  const rows = rowsOf(responses).filter((row) => !leftOut.has(answered[row] ?? null) && !excluded(responses, row));
  if (stimulusRows.length === 0 || (rows.length === 0 && responses !== NOBODY)) {
    findings.add(nothingLeft(manifest, manifestFile, stimulusRows.length === 0 ? "stimulus" : "response"));
    return undefined;
  }
  return {
    stimuli: takeStimuli(stimuli, stimulusRows),
    stimulusRows,
    responses: takeSource(responses, rows),
  };
}

/** The same for triplets: one is left out by its own columns, or with any of its stimuli, and its responses with it. */
function excludeTriplets(
  manifest: Manifest,
  manifestFile: string,
  stimuli: StimulusTable,
  triplets: Source,
  responses: Source,
  findings: Findings,
): { stimuli: StimulusTable; triplets: Source; responses: Source; stimulusRows: readonly number[] } | undefined {
  const columns = ["a", "b", "c"];
  const complete = requireColumns(triplets, triplets.file, columns, findings);
  if (!requireColumns(responses, responses.file, [...columns, "subject", "response"], findings) || !complete)
    return undefined;
  const rules = Object.entries(manifest.exclude);
  const names = [stimuli, triplets, responses].flatMap(({ table }) => Object.keys(table.columns));
  for (const [name] of rules) {
    if (!names.includes(name)) findings.add(noSuchColumn(name, names, manifestFile, `exclude.${clip(name)}`));
  }
  const excluded = ({ table }: Source, row: number): boolean =>
    rules.some(([name, values]) => {
      const column = columnOf(table, name);
      return column !== undefined && values.some((value) => matches(column, row, value));
    });
  const ids = columnOf(stimuli.table, "stimulus_id")?.values ?? [];
  const stimulusRows = rowsOf(stimuli).filter((row) => !excluded(stimuli, row));
  const kept = new Set(stimulusRows);
  const leftOut = new Set(ids.flatMap((id, row) => (kept.has(row) ? [] : [String(id)])));
  const tripletOf = ({ table }: Source, row: number): string[] =>
    columns.map((name) => String(columnOf(table, name)?.values[row] ?? ""));
  const gone = (source: Source, row: number): boolean =>
    excluded(source, row) || tripletOf(source, row).some((id) => leftOut.has(id));
  const goneTriplets = new Set(
    rowsOf(triplets).flatMap((row) => (gone(triplets, row) ? [tripletOf(triplets, row).join("|")] : [])),
  );
  const tripletRows = rowsOf(triplets).filter((row) => !gone(triplets, row));
  const responseRows = rowsOf(responses).filter(
    (row) => !gone(responses, row) && !goneTriplets.has(tripletOf(responses, row).join("|")),
  );
  if (tripletRows.length === 0 || responseRows.length === 0) {
    findings.add(nothingLeft(manifest, manifestFile, tripletRows.length === 0 ? "triplet" : "response"));
    return undefined;
  }
  return {
    stimuli: takeStimuli(stimuli, stimulusRows),
    stimulusRows,
    triplets: takeSource(triplets, tripletRows),
    responses: takeSource(responses, responseRows),
  };
}

function rowsOf({ table }: Source): number[] {
  return [...Array(table.length).keys()];
}

function takeSource({ file, table, lines }: Source, rows: readonly number[]): Source {
  return { file, table: takeRows(table, rows), lines: rows.map((row) => lines[row] ?? 0) };
}

function nothingLeft(manifest: Manifest, file: string, what: "stimulus" | "triplet" | "response") {
  return {
    code: "exclude-everything",
    file,
    field: "exclude",
    message: `The exclusions leave no ${what}.`,
    value: clip(manifest.exclude),
    remedy: "Exclude fewer values.",
  };
}

/** 0, "0" and 0.0 all name the cell 0 of a column of integers; null names a missing cell. */
function matches(column: Column, row: number, wanted: Scalar): boolean {
  const value = column.values[row] ?? null;
  if (wanted === null || value === null) return wanted === value;
  if (value === wanted || column.text[row] === String(wanted)) return true;
  return typeof value === "number" && typeof wanted === "string" && wanted.trim() !== "" && Number(wanted) === value;
}

/** Whether every row names a stimulus that there is, and a subject. */
function checkRows(
  stimuli: Source,
  responses: Source,
  rowOf: ReadonlyMap<Scalar, number>,
  findings: Findings,
): boolean {
  const ids = columnOf(responses.table, "stimulus_id");
  const subjects = columnOf(responses.table, "subject");
  const known = columnOf(stimuli.table, "stimulus_id")?.text ?? [];
  let sound = true;
  let hints = 20; // looking for near ids is quadratic; a few hints are enough
  for (const [row, id] of (ids?.values ?? []).entries()) {
    const at = { file: responses.file, line: responses.lines[row] ?? 0 };
    const text = ids?.text[row] ?? "";
    if (id === null) {
      sound = false;
      const why = missingWord(text, "The response names no stimulus.");
      findings.add({ code: "missing-stimulus-id", ...at, column: "stimulus_id", value: clip(text), ...why });
    } else if (!rowOf.has(id)) {
      sound = false;
      const near = hints-- > 0 && known.length <= 5000 ? nearest(text, known) : undefined;
      findings.add({
        code: "unknown-stimulus",
        ...at,
        column: "stimulus_id",
        message: `${stimuli.file} has no such stimulus.`,
        value: clip(text),
        remedy: near === undefined ? "Add the stimulus, or correct the id." : `Did you mean “${clip(near)}”?`,
      });
    }
    if ((subjects?.values[row] ?? null) === null) {
      sound = false;
      const subject = subjects?.text[row] ?? "";
      const why = missingWord(subject, "Nothing says who responded.");
      findings.add({ code: "missing-subject", ...at, column: "subject", value: clip(subject), ...why });
    }
  }
  return sound;
}

/**
 * A stimulus's own column in both tables. Brain-Score merges the stimulus set's columns onto the responses
 * (brainio/assemblies.py:473-541); where only the responses have it, the stimuli get it back, because a subject's answers
 * are held against the stimulus set. Fault `<name>-conflict` where two rows of one stimulus disagree.
 */
function share<Presented extends Source>(
  name: string,
  stimuli: Presented,
  responses: Source,
  rowOf: ReadonlyMap<Scalar, number>,
  findings: Findings,
): Joined<Presented> {
  const ids = columnOf(responses.table, "stimulus_id")?.values ?? [];
  const own = columnOf(stimuli.table, name);
  const theirs = columnOf(responses.table, name);
  if (own !== undefined && theirs === undefined) {
    const rows = ids.map((id) => rowOf.get(id) ?? -1);
    return { presented: stimuli, responses: withColumn(responses, name, pick(own, rows)) };
  }
  if (theirs === undefined) return { presented: stimuli, responses };
  const firstRow = new Map<Scalar, number>();
  for (const [row, id] of ids.entries()) {
    const first = firstRow.get(id) ?? row;
    firstRow.set(id, first);
    const stimulusRow = rowOf.get(id);
    if (stimulusRow === undefined) continue; // reported as unknown
    const expected = own === undefined ? theirs.values[first] : own.values[stimulusRow];
    if (theirs.values[row] === expected) continue;
    findings.add({
      code: `${name}-conflict`,
      file: responses.file,
      line: responses.lines[row] ?? 0,
      column: name,
      message: `The ${name} of this stimulus is another one ${own === undefined ? `on line ${responses.lines[first]}` : `in ${stimuli.file}`}.`,
      value: clip(theirs.text[row] ?? ""),
      expected: clip(expected ?? "a missing value"),
      remedy: `A stimulus has one ${name}; correct it, or leave the column out of ${responses.file}.`,
    });
  }
  if (own !== undefined) return { presented: stimuli, responses };
  const stimulusIds = columnOf(stimuli.table, "stimulus_id")?.values ?? [];
  const lent = pick(
    theirs,
    stimulusIds.map((id) => firstRow.get(id) ?? -1),
  );
  return { presented: withColumn(stimuli, name, lent), responses };
}

function pick(column: Column, rows: readonly number[]): Column {
  return {
    dtype: column.dtype,
    values: rows.map((row) => column.values[row] ?? null),
    text: rows.map((row) => column.text[row] ?? ""),
  };
}

function withColumn<T extends Source>(source: T, name: string, column: Column): T {
  return { ...source, table: { length: source.table.length, columns: { ...source.table.columns, [name]: column } } };
}
