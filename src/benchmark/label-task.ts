/**
 * The checks of the label task: its choices, the truths among them, and that people can be compared trial by trial.
 *
 * It is given tables whose ids and exclusions are in order (behaviour.ts).
 */
import { distinct, type Scalar } from "../assembly/table.ts";
import { clip, columnOf, type Findings, nearest } from "./findings.ts";
import type { Manifest } from "./schema.ts";
import { missingWord, noSuchColumn, type Source } from "./stimulus-table.ts";

/** Metrics that hold an answer against the stimulus's truth. */
const NEEDS_TRUTH: ReadonlySet<string> = new Set(["error_consistency", "accuracy"]);
/** Metrics for which every person must have seen every stimulus once. */
const NEEDS_SAME_STIMULI: ReadonlySet<string> = new Set(["error_consistency"]);

export interface LabelTables {
  readonly stimuli: Source;
  readonly responses: Source;
  /** The table that the truths were written in. */
  readonly truthIn: Source;
  /** Whether every response names a stimulus and a subject; if not, people's stimuli are not compared. */
  readonly joined: boolean;
}

/** The choices, or undefined where they have a fault. */
export function checkLabelTask(
  manifest: Manifest,
  manifestFile: string,
  tables: LabelTables,
  findings: Findings,
): readonly string[] | "imagenet" | undefined {
  const { stimuli, responses, truthIn } = tables;
  const choices = resolveChoices(manifest, manifestFile, stimuli, responses, findings);
  const metric = manifest.metric.name;
  if (NEEDS_TRUTH.has(metric)) checkTruth(truthIn, choices, metric, findings);
  if (NEEDS_SAME_STIMULI.has(metric) && tables.joined) checkSubjects(stimuli, responses, findings);
  if (choices !== undefined && choices !== "imagenet") countForeignAnswers(responses, choices, findings);
  return choices;
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

/** Brain-Score asserts it (metrics/error_consistency/metric.py:16): model and people saw the same stimuli, each once. */
function checkSubjects(stimuli: Source, responses: Source, findings: Findings): void {
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
      remedy: "error_consistency compares people trial by trial; leave out this subject or those stimuli.",
    });
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
