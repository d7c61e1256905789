/**
 * The checks of the label and probabilities tasks: the choices, the truths among them, and the answers among them.
 *
 * It is given tables whose ids and exclusions are in order (behaviour.ts).
 */
import { distinct } from "../assembly/table.ts";
import { clip, columnOf, type Findings, nearest } from "./findings.ts";
import type { Manifest } from "./schema.ts";
import { missingWord, noSuchColumn, type Source } from "./stimulus-table.ts";

export interface LabelTables {
  readonly stimuli: Source;
  readonly responses: Source;
  /** The tables that truths were written in; none where the metric needs none. */
  readonly truthIn: readonly Source[];
  /** Whether a row of the responses is an answer. */
  readonly trials: boolean;
}

/** The choices of a label task, or undefined where they have a fault. */
export function checkLabelTask(
  manifest: Manifest,
  manifestFile: string,
  tables: LabelTables,
  findings: Findings,
): readonly string[] | "imagenet" | undefined {
  const choices = resolveChoices(manifest, manifestFile, tables.stimuli, tables.responses, findings);
  checkAgainstChoices(manifest.metric.name, choices, tables, findings);
  return choices;
}

/**
 * The choices of a probabilities task: the image_label of the fitting stimuli in order of first appearance; undefined where
 * there is a fault, `missing-label` or `too-few-labels`.
 */
export function checkProbabilitiesTask(
  metric: string,
  fitting: Source,
  tables: LabelTables,
  findings: Findings,
): readonly string[] | undefined {
  const labels = columnOf(fitting.table, "image_label");
  if (labels === undefined) return undefined; // reported
  let sound = true;
  for (const [row, value] of labels.values.entries()) {
    if (value !== null) continue;
    sound = false;
    const text = labels.text[row] ?? "";
    findings.add({
      code: "missing-label",
      file: fitting.file,
      line: fitting.lines[row] ?? 0,
      column: "image_label",
      value: clip(text),
      ...missingWord(text, "The fitting stimulus has no label."),
    });
  }
  const choices = [...new Set(labels.text)];
  if (sound && choices.length < 2) {
    sound = false;
    findings.add({
      code: "too-few-labels",
      file: fitting.file,
      column: "image_label",
      message: "All fitting stimuli have one label, so that there is nothing to tell apart.",
      value: clip(choices[0] ?? ""),
      expected: "two labels at least",
    });
  }
  checkAgainstChoices(metric, sound ? choices : undefined, tables, findings);
  return sound ? choices : undefined;
}

function checkAgainstChoices(
  metric: string,
  choices: readonly string[] | "imagenet" | undefined,
  { responses, truthIn, trials }: LabelTables,
  findings: Findings,
): void {
  for (const source of truthIn) checkTruth(source, choices, metric, findings);
  if (trials && choices !== undefined && choices !== "imagenet") countForeignAnswers(responses, choices, findings);
}

function resolveChoices(
  manifest: Manifest,
  manifestFile: string,
  stimuli: Source,
  responses: Source,
  findings: Findings,
): readonly string[] | "imagenet" | undefined {
  if (manifest.task?.name !== "label") return undefined;
  const { choices } = manifest.task;
  if (choices === "imagenet") return choices;
  if (!("from" in choices)) {
    for (const choice of new Set(choices.filter((choice, i) => choices.indexOf(choice) !== i))) {
      findings.add({
        code: "duplicate-choice",
        file: manifestFile,
        field: "task.choices",
        message: "A choice is listed twice.",
        value: clip(choice),
        remedy: "List it once.",
      });
    }
    return choices;
  }
  const source = [stimuli, responses].find(({ table }) => columnOf(table, choices.from) !== undefined);
  const column = source === undefined ? undefined : columnOf(source.table, choices.from);
  if (source === undefined || column === undefined) {
    const columns = [stimuli, responses].flatMap(({ table }) => Object.keys(table.columns));
    findings.add(noSuchColumn(choices.from, columns, manifestFile, "task.choices.from"));
    return undefined;
  }
  const odd = column.values.findIndex((value) => typeof value !== "string");
  if (odd < 0) return distinct(column.values).map(String);
  findings.add({
    code: "choices-not-text",
    file: source.file,
    line: source.lines[odd] ?? 0,
    column: choices.from,
    message: `The choices come from this column, but pandas reads ${column.values[odd] === null ? "a missing value" : `the column as ${column.dtype}`}, not text.`,
    value: clip(column.text[odd] ?? ""),
    expected: "words",
    remedy: "Name the choices by words, or list them in the manifest.",
  });
  return undefined;
}

/** Faults `missing-truth`, `truth-not-text`, and `truth-not-choice` once for each such truth. */
function checkTruth(
  source: Source,
  choices: readonly string[] | "imagenet" | undefined,
  metric: string,
  findings: Findings,
): void {
  const column = columnOf(source.table, "truth");
  if (column === undefined) {
    findings.add({
      code: "missing-column",
      file: source.file,
      line: 1,
      column: "truth",
      message: `The metric ${metric} needs a column “truth”, and no table has it.`,
      value: clip(Object.keys(source.table.columns).join(", ")),
      remedy: "Add it to the stimulus table: the right choice for each stimulus.",
    });
    return;
  }
  const reported = new Set<string>();
  for (const [row, value] of column.values.entries()) {
    const text = column.text[row] ?? "";
    const at = { file: source.file, line: source.lines[row] ?? 0, column: "truth", value: clip(text) };
    if (value === null) {
      findings.add({ code: "missing-truth", ...at, ...missingWord(text, "The stimulus has no truth.") });
    } else if (typeof value !== "string") {
      findings.add({
        code: "truth-not-text",
        ...at,
        message: `The truths are no words: pandas reads the column as ${column.dtype}, and no choice equals such a value.`,
        expected: "words, as in the choices",
      });
      return;
    } else if (Array.isArray(choices) && !choices.includes(value) && !reported.has(value)) {
      reported.add(value);
      const near = nearest(value, choices);
      findings.add({
        code: "truth-not-choice",
        ...at,
        message: "The truth is not among the choices, so that no answer could be right.",
        expected: clip(choices.join(", ")),
        remedy: near === undefined ? "Add it to the choices, or correct it." : `Did you mean “${clip(near)}”?`,
      });
    }
  }
}

/** Answers that match no choice count as wrong, as in Brain-Score; how many there are is worth knowing. */
function countForeignAnswers(responses: Source, choices: readonly string[], findings: Findings): void {
  const known = new Set(choices);
  const foreign = (columnOf(responses.table, "response")?.text ?? []).filter((text) => !known.has(text));
  if (foreign.length === 0) return;
  const examples = [...new Set(foreign)].slice(0, 3).map((text) => (text === "" ? "empty" : `“${clip(text)}”`));
  findings.notice({
    code: "responses-not-choices",
    file: responses.file,
    column: "response",
    message: `${foreign.length} of ${responses.table.length} responses match no choice (${examples.join(", ")}) and count as wrong.`,
  });
}
