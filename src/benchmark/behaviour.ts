/**
 * The checks of a behavioural benchmark's tables against each other: exclusions, ids, truth, choices, subjects.
 *
 * It makes the responses that metrics read, with `truth` and `condition` taken over from the stimuli, and decides which
 * rows take part. It knows no zip and no pictures.
 */
import { type Column, type Scalar, takeRows } from "../assembly/table.ts";
import { clip, columnOf, type Findings, nearest } from "./findings.ts";
import { checkLabelTask } from "./label-task.ts";
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

export interface Behaviour {
  readonly choices: readonly string[] | "imagenet";
  readonly stimuli: StimulusTable;
  /** Which rows of the whole stimulus table `stimuli` are. */
  readonly stimulusRows: readonly number[];
  readonly responses: Source;
}

/** Columns that belong to the stimulus, wherever they are written. */
const OF_THE_STIMULUS = ["truth", "condition"];

/** Checks and joins; undefined where a column that everything rests on is missing. Faults go to `findings`. */
export function checkBehaviour(
  manifest: Manifest,
  manifestFile: string,
  allStimuli: StimulusTable,
  allResponses: Source,
  findings: Findings,
): Behaviour | undefined {
  const { file } = allResponses;
  if (!requireColumns(allResponses, file, ["stimulus_id", "subject", "response"], findings)) return undefined;
  if (!checkIdType(allStimuli, allStimuli.file, findings) || !checkIdType(allResponses, file, findings))
    return undefined;
  if (!sameIdType(allStimuli, allResponses, findings)) return undefined;

  const kept = applyExclude(manifest, manifestFile, allStimuli, allResponses, findings);
  if (kept === undefined) return undefined;
  let { stimuli, responses } = kept;
  const rowOf = new Map(columnOf(stimuli.table, "stimulus_id")?.values.map((id, row) => [id, row]));
  const joined = checkRows(stimuli, responses, rowOf, findings);
  for (const name of OF_THE_STIMULUS) ({ stimuli, responses } = share(name, stimuli, responses, rowOf, findings));

  const lent = columnOf(allStimuli.table, "truth") === undefined && columnOf(responses.table, "truth") !== undefined;
  const truthIn = lent ? responses : stimuli;
  const choices = checkLabelTask(manifest, manifestFile, { stimuli, responses, truthIn, joined }, findings);
  return choices === undefined ? undefined : { choices, stimuli, stimulusRows: kept.stimulusRows, responses };
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
  const stimulusRows = [...Array(stimuli.table.length).keys()].filter((row) => !excluded(stimuli, row));
  const keptRows = new Set(stimulusRows);
  const ids = columnOf(stimuli.table, "stimulus_id")?.values ?? [];
  const leftOut = new Set(ids.filter((_, row) => !keptRows.has(row)));
  const answered = columnOf(responses.table, "stimulus_id")?.values ?? [];
  const rows = [...Array(responses.table.length).keys()].filter(
    (row) => !leftOut.has(answered[row] ?? null) && !excluded(responses, row),
  );
  if (stimulusRows.length === 0 || rows.length === 0) {
    findings.add({
      code: "exclude-everything",
      file: manifestFile,
      field: "exclude",
      message: `The exclusions leave no ${stimulusRows.length === 0 ? "stimulus" : "response"}.`,
      value: clip(manifest.exclude),
      remedy: "Exclude fewer values.",
    });
    return undefined;
  }
  return {
    stimuli: takeStimuli(stimuli, stimulusRows),
    stimulusRows,
    responses: {
      file: responses.file,
      table: takeRows(responses.table, rows),
      lines: rows.map((row) => responses.lines[row] ?? 0),
    },
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
function share(
  name: string,
  stimuli: StimulusTable,
  responses: Source,
  rowOf: ReadonlyMap<Scalar, number>,
  findings: Findings,
): { stimuli: StimulusTable; responses: Source } {
  const ids = columnOf(responses.table, "stimulus_id")?.values ?? [];
  const own = columnOf(stimuli.table, name);
  const theirs = columnOf(responses.table, name);
  if (own !== undefined && theirs === undefined) {
    const rows = ids.map((id) => rowOf.get(id) ?? -1);
    return { stimuli, responses: withColumn(responses, name, pick(own, rows)) };
  }
  if (theirs === undefined) return { stimuli, responses };
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
  if (own !== undefined) return { stimuli, responses };
  const stimulusIds = columnOf(stimuli.table, "stimulus_id")?.values ?? [];
  const lent = pick(
    theirs,
    stimulusIds.map((id) => firstRow.get(id) ?? -1),
  );
  return { stimuli: withColumn(stimuli, name, lent), responses };
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
