/**
 * Recorded responses as a subject: a person, a monkey, or another framework's model.
 *
 * The file is a table with one row per stimulus (spec: the command line, "A recorded subject is …"). Which task it can
 * take follows from its columns; ids are compared as they were written.
 */
import type { ChoiceAssembly } from "../assembly/assembly.ts";
import { fromInert } from "../assembly/spreadsheet.ts";
import type { Table } from "../assembly/table.ts";
import type { Region, StimulusSet, Task } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import { type LookOptions, presentationCoords, type Subject } from "./subject.ts";

export class RecordedSubject implements Subject {
  readonly kind = "recorded";
  /** The responses were made on whatever screen they were made; nothing is placed. */
  readonly visualDegrees = Number.NaN;
  readonly #responses: ReadonlyMap<string, string>;

  /** Throws `subject-refused` where the table is not one of responses, with the line of each fault. */
  constructor(
    readonly identifier: string,
    readonly digest: string,
    table: Table,
    file: string,
  ) {
    const ids = table.columns.stimulus_id;
    const responses = table.columns.response;
    if (ids === undefined || responses === undefined) {
      const missing = ids === undefined ? "stimulus_id" : "response";
      throw new GapscopeError("subject-refused", `${file} has no column ${missing}.`, {
        faults: [
          {
            code: "missing-column",
            file,
            line: 1,
            column: missing,
            message: "A recorded subject needs the columns stimulus_id and response.",
            value: Object.keys(table.columns).join(","),
            expected: "stimulus_id,response",
            remedy: `Add the column ${missing}, or drop a benchmark zip if this is one of its tables.`,
          },
        ],
      });
    }
    const byId = new Map<string, string>();
    const faults = ids.text.flatMap((id, row) => {
      if (byId.has(fromInert(id))) {
        return [
          {
            code: "duplicate-stimulus",
            file,
            line: row + 2,
            column: "stimulus_id",
            message: "This stimulus is answered twice.",
            value: id,
            expected: "one response per stimulus",
          },
        ];
      }
      byId.set(fromInert(id), fromInert(responses.text[row] ?? ""));
      return [];
    });
    if (faults.length > 0) {
      throw new GapscopeError("subject-refused", `${file} answers ${faults.length} of its rows' stimuli twice.`, {
        faults,
      });
    }
    this.#responses = byId;
  }

  startTask(task: Task): void {
    if (task.name !== "label")
      throw GapscopeError.notApplicable(`the recording has responses to the label task, not to “${task.name}”`);
  }

  startRecording(region: Region): void {
    throw GapscopeError.notApplicable(`the file holds responses, not recordings from ${region}`);
  }

  lookAt(stimuli: StimulusSet, _options: LookOptions): Promise<ChoiceAssembly> {
    const ids = stimuli.table.columns.stimulus_id?.text ?? [];
    const missing = ids.filter((id) => !this.#responses.has(id));
    if (missing.length === ids.length) {
      return Promise.reject(GapscopeError.notApplicable("the recording answers none of this benchmark's stimuli"));
    }
    if (missing.length > 0) {
      const shown = missing.slice(0, 5).join(", ");
      return Promise.reject(
        new GapscopeError(
          "inference-failed",
          `The recording has no response to ${missing.length} of ${ids.length} stimuli: ${shown}${missing.length > 5 ? ", …" : ""}.`,
        ),
      );
    }
    return Promise.resolve({
      dims: ["presentation"],
      shape: [ids.length],
      coords: presentationCoords(stimuli),
      values: ids.map((id) => this.#responses.get(id) || null),
    });
  }
}
