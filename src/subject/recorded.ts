/**
 * Recorded responses as a subject: a person, a monkey, or another framework's model.
 *
 * The file is a table (spec: the command line, "A recorded subject is …"), and its columns say which task it answers:
 * `stimulus_id,response` the label task, `stimulus_id,<label>,<label>,…` probabilities, `a,b,c,response` odd-one-out. Ids
 * are compared as they were written.
 */
import type { BehavioralAssembly } from "../assembly/assembly.ts";
import { fromInert } from "../assembly/spreadsheet.ts";
import type { Column, Table } from "../assembly/table.ts";
import type { Region, StimulusSet, Task } from "../benchmark/benchmark.ts";
import { clip, Findings } from "../benchmark/findings.ts";
import { GapscopeError } from "../faults/faults.ts";
import { type LayerRecording, type LookOptions, presentationCoords, type Subject } from "./subject.ts";

/** What the file holds, by presentation: a stimulus id, or `a|b|c`. */
type Recording =
  | { readonly task: "label" | "odd_one_out"; readonly answers: ReadonlyMap<string, string> }
  | {
      readonly task: "probabilities";
      readonly labels: readonly string[];
      readonly answers: ReadonlyMap<string, readonly number[]>;
    };

export class RecordedSubject implements Subject {
  readonly kind = "recorded";
  /** The responses were made on whatever screen they were made; nothing is placed. */
  readonly visualDegrees = Number.NaN;
  readonly #recording: Recording;
  #task: Task | undefined;

  /** Throws `subject-refused` where the table is not one of responses, with the line of each fault. */
  constructor(
    readonly identifier: string,
    readonly digest: string,
    table: Table,
    file: string,
  ) {
    this.#recording = readRecording(table, file);
  }

  startTask(task: Task): void {
    const recording = this.#recording;
    if (task.name !== recording.task)
      throw GapscopeError.notApplicable(
        `the recording has responses to the task ${recording.task}, not to ${task.name}`,
      );
    if (task.name === "probabilities" && recording.task === "probabilities") {
      const wanted = choicesOf(task.fittingStimuli);
      const missing = wanted.filter((label) => !recording.labels.includes(label));
      if (missing.length > 0)
        throw GapscopeError.notApplicable(
          `the recording has no probabilities of ${missing.slice(0, 5).map(clip).join(", ")}`,
        );
    }
    this.#task = task;
  }

  startRecording(region: Region): void {
    throw GapscopeError.notApplicable(`the file holds responses, not recordings from ${region}`);
  }

  record(): Promise<LayerRecording> {
    return Promise.reject(new GapscopeError("internal", "the file holds no recordings"));
  }

  async lookAt(stimuli: StimulusSet, _options: LookOptions): Promise<BehavioralAssembly> {
    const task = this.#task;
    const recording = this.#recording;
    const presented = task?.name === "odd_one_out" ? task.triplets : stimuli.table;
    const ids = presented.columns.stimulus_id?.text ?? [];
    requireAnswers(ids, recording.answers, task?.name === "odd_one_out" ? "triplets" : "stimuli");
    const coords = presentationCoords(presented);
    if (recording.task !== "probabilities") {
      const values = ids.map((id) => recording.answers.get(id) || null);
      return { dims: ["presentation"], shape: [ids.length], coords, values };
    }
    if (task?.name !== "probabilities") throw new GapscopeError("internal", "lookAt before startTask");
    const choices = choicesOf(task.fittingStimuli);
    const columns = choices.map((choice) => recording.labels.indexOf(choice));
    const values = Float64Array.from(
      ids.flatMap((id) => columns.map((column) => recording.answers.get(id)?.[column] ?? Number.NaN)),
    );
    return { dims: ["presentation", "choice"], shape: [ids.length, choices.length], coords, values, choices };
  }
}

/** The labels of the fitting stimuli in order of first appearance. */
function choicesOf(fitting: StimulusSet): string[] {
  return [...new Set(fitting.table.columns.image_label?.text)];
}

function requireAnswers(ids: readonly string[], answers: ReadonlyMap<string, unknown>, what: string): void {
  const missing = ids.filter((id) => !answers.has(id));
  if (missing.length === 0) return;
  if (missing.length === ids.length)
    throw GapscopeError.notApplicable(`the recording answers none of this benchmark's ${what}`);
  const shown = missing.slice(0, 5).map(clip).join(", ");
  throw new GapscopeError(
    "inference-failed",
    `The recording has no response to ${missing.length} of ${ids.length} ${what}: ${shown}${missing.length > 5 ? ", …" : ""}.`,
  );
}

function readRecording(table: Table, file: string): Recording {
  const { stimulus_id: ids, response, a, b, c } = table.columns;
  const findings = new Findings();
  const refuseIfAny = (): void => {
    const { count, faults } = findings;
    if (count === 0) return;
    const rows = count === 1 ? "1 fault" : `${count} faults`;
    throw new GapscopeError("subject-refused", `${file} cannot be used as a recording (${rows}).`, { faults });
  };
  const texts = ({ text }: Column): string[] => text.map(fromInert);
  if (a !== undefined && b !== undefined && c !== undefined && response !== undefined) {
    const columns = [a, b, c].map(texts);
    const keys = (columns[0] ?? []).map((_, row) => columns.map((column) => column[row] ?? "").join("|"));
    const responses = texts(response);
    responses.forEach((answer, row) => {
      const triplet = columns.map((column) => column[row]);
      if (answer === "" || triplet.includes(answer)) return;
      findings.add({
        code: "response-not-in-triplet",
        file,
        line: row + 2,
        column: "response",
        message: "The response is none of the triplet's three stimuli.",
        value: clip(answer),
        expected: triplet.map((id) => clip(id ?? "")).join(", "),
        remedy: "Write the chosen stimulus's id as it stands in a, b or c.",
      });
    });
    const answers = byKey(keys, responses, "a", "triplet", file, findings);
    refuseIfAny();
    return { task: "odd_one_out", answers };
  }
  const labels = Object.keys(table.columns).filter((name) => name !== "stimulus_id");
  if (ids === undefined || (response === undefined && labels.length < 2)) {
    const missing = ids === undefined ? "stimulus_id" : "response";
    findings.add({
      code: "missing-column",
      file,
      line: 1,
      column: missing,
      message:
        "A recorded subject needs the columns stimulus_id and response, or stimulus_id and one for each label, or a, b, c and response.",
      value: clip(Object.keys(table.columns).join(",")),
      expected: "stimulus_id,response",
      remedy: `Add the column ${missing}, or drop a benchmark zip if this is one of its tables.`,
    });
    throw new GapscopeError("subject-refused", `${file} has no column ${missing}.`, {
      faults: findings.faults,
    });
  }
  if (response !== undefined) {
    const answers = byKey(texts(ids), texts(response), "stimulus_id", "stimulus", file, findings);
    refuseIfAny();
    return { task: "label", answers };
  }
  const rows = ids.text.map((_, row) => labels.map((label) => table.columns[label]?.values[row]));
  const probabilities = rows.map((cells, row) => probabilitiesOf(cells, labels, row, file, findings));
  const answers = byKey(texts(ids), probabilities, "stimulus_id", "stimulus", file, findings);
  refuseIfAny();
  return { task: "probabilities", labels: labels.map(fromInert), answers };
}

/** A row of probabilities; a fault where a cell is none, or where they do not sum to 1 but for rounding. */
function probabilitiesOf(
  cells: readonly unknown[],
  labels: readonly string[],
  row: number,
  file: string,
  findings: Findings,
): number[] {
  const at = { file, line: row + 2 };
  const numbers = cells.map((cell) => (typeof cell === "number" && cell >= 0 && cell <= 1 ? cell : Number.NaN));
  const bad = numbers.findIndex(Number.isNaN);
  const sum = numbers.reduce((total, value) => total + value, 0);
  if (bad >= 0) {
    findings.add({
      code: "not-a-probability",
      ...at,
      column: clip(labels[bad] ?? ""),
      message: "The cell is not a probability.",
      value: clip(cells[bad] ?? ""),
      expected: "a number from 0 to 1",
      remedy: "Every column but stimulus_id is a label, with its probability on each row.",
    });
  } else if (Math.abs(sum - 1) > 0.01) {
    findings.add({
      code: "probabilities-sum",
      ...at,
      message: "The row's probabilities do not sum to 1.",
      value: String(sum),
      expected: "1, give or take 0.01 for rounding",
    });
  }
  return numbers;
}

/** Answers by key; a fault `duplicate-stimulus` where one is given twice. */
function byKey<Answer>(
  keys: readonly string[],
  answers: readonly Answer[],
  column: string,
  what: "stimulus" | "triplet",
  file: string,
  findings: Findings,
): Map<string, Answer> {
  const found = new Map<string, Answer>();
  keys.forEach((key, row) => {
    const answer = answers[row];
    if (found.has(key)) {
      findings.add({
        code: "duplicate-stimulus",
        file,
        line: row + 2,
        column,
        message: `This ${what} is answered twice.`,
        value: clip(key),
        expected: `one response per ${what}`,
      });
    } else if (answer !== undefined) found.set(key, answer);
  });
  return found;
}
