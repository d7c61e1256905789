/**
 * The checks of the odd-one-out task: triplets of known stimuli, and responses about them.
 *
 * It gives both tables back in one spelling: a, b, c and the response stand as the stimulus table writes the ids, and a
 * column stimulus_id, `a|b|c`, names the presentation as Brain-Score does (behavior.py, OddOneOut.look_at).
 */
import type { Column, Scalar } from "../assembly/table.ts";
import { clip, columnOf, type Findings, nearest } from "./findings.ts";
import { missingWord, type Source, type StimulusTable } from "./stimulus-table.ts";

const IDS = ["a", "b", "c"] as const;

/** A stimulus's id, typed and as written. */
interface Id {
  readonly value: Scalar;
  readonly text: string;
}

/**
 * Faults `missing-stimulus-id`, `unknown-stimulus`, `triplet-repeats`, `unknown-triplet`, `response-not-in-triplet`;
 * undefined where there was any that keeps the tables from being read. Both have the columns that are needed.
 */
export function checkTriplets(
  stimuli: StimulusTable,
  triplets: Source,
  responses: Source,
  findings: Findings,
): { readonly triplets: Source; readonly responses: Source } | undefined {
  const column = columnOf(stimuli.table, "stimulus_id");
  const ids = new Map<string, Id>(
    (column?.values ?? []).map((value, row) => [String(value), { value, text: column?.text[row] ?? "" }]),
  );
  const shown = tripletsOf(triplets, ids, stimuli.file, findings);
  const answered = tripletsOf(responses, ids, stimuli.file, findings);
  if (shown === undefined || answered === undefined) return undefined;
  const known = new Set(shown.map(keyOf));
  answered.forEach((triplet, row) => {
    if (known.has(keyOf(triplet))) return;
    const other = permutations(triplet).find((each) => known.has(keyOf(each)));
    findings.add({
      code: "unknown-triplet",
      file: responses.file,
      line: responses.lines[row] ?? 0,
      column: "a",
      message: `${triplets.file} has no such triplet.`,
      value: clip(keyOf(triplet)),
      remedy:
        other === undefined
          ? "Add the triplet, or correct the ids."
          : `It has “${clip(keyOf(other))}”; the order counts, because a tie leaves the third out.`,
    });
  });
  const response = columnOf(responses.table, "response");
  let foreign = 0;
  const chosen = answered.map((triplet, row): Id => {
    const value = response?.values[row] ?? null;
    const text = response?.text[row] ?? "";
    const found = triplet.find((id) => id.text === text || String(id.value) === String(value));
    if (found !== undefined) return found;
    if (text === "" || text === "na") foreign += 1;
    else {
      findings.add({
        code: "response-not-in-triplet",
        file: responses.file,
        line: responses.lines[row] ?? 0,
        column: "response",
        message: "The response is none of the triplet's three stimuli.",
        value: clip(text),
        expected: clip(triplet.map((id) => id.text).join(", ")),
        remedy: "Write the chosen stimulus's id; an empty cell or na counts as a wrong answer.",
      });
    }
    return { value: null, text };
  });
  if (foreign > 0) {
    findings.notice({
      code: "responses-not-choices",
      file: responses.file,
      column: "response",
      message: `${foreign} of ${responses.table.length} responses choose no stimulus and count as wrong.`,
    });
  }
  return {
    triplets: spelled(triplets, shown),
    responses: spelled(responses, answered, { response: columnFrom(chosen) }),
  };
}

type Triplet = readonly [Id, Id, Id];

function tripletsOf(
  source: Source,
  ids: ReadonlyMap<string, Id>,
  stimulusFile: string,
  findings: Findings,
): Triplet[] | undefined {
  const columns = IDS.map((name) => columnOf(source.table, name));
  const names = [...ids.values()].map(({ text }) => text);
  let sound = true;
  let hints = 20; // looking for near ids is quadratic; a few hints are enough
  const triplets = Array.from({ length: source.table.length }, (_, row): Triplet => {
    const at = { file: source.file, line: source.lines[row] ?? 0 };
    const [a, b, c] = columns.map((column, i): Id => {
      const value = column?.values[row] ?? null;
      const text = column?.text[row] ?? "";
      const id = value === null ? undefined : ids.get(String(value));
      if (id !== undefined) return id;
      sound = false;
      const cell = { ...at, column: IDS[i] ?? "", value: clip(text) };
      if (value === null) {
        const why = missingWord(text, "The triplet lacks a stimulus.");
        findings.add({ code: "missing-stimulus-id", ...cell, ...why });
      } else {
        const near = hints-- > 0 && names.length <= 5000 ? nearest(text, names) : undefined;
        findings.add({
          code: "unknown-stimulus",
          ...cell,
          message: `${stimulusFile} has no such stimulus.`,
          remedy: near === undefined ? "Add the stimulus, or correct the id." : `Did you mean “${clip(near)}”?`,
        });
      }
      return { value, text };
    });
    const none: Id = { value: null, text: "" };
    const triplet: Triplet = [a ?? none, b ?? none, c ?? none];
    if (sound && new Set(triplet.map(({ text }) => text)).size < 3) {
      findings.add({
        code: "triplet-repeats",
        ...at,
        column: "a",
        message: "The triplet names a stimulus twice.",
        value: clip(keyOf(triplet)),
        expected: "three different stimuli",
      });
    }
    return triplet;
  });
  return sound ? triplets : undefined;
}

function keyOf(triplet: Triplet): string {
  return triplet.map(({ text }) => text).join("|");
}

function permutations([a, b, c]: Triplet): Triplet[] {
  return [
    [a, c, b],
    [b, a, c],
    [b, c, a],
    [c, a, b],
    [c, b, a],
  ];
}

/** The table with its ids spelled as the stimulus table spells them, and the presentation's name. */
function spelled(source: Source, triplets: readonly Triplet[], more: Readonly<Record<string, Column>> = {}): Source {
  const names = triplets.map(keyOf);
  const columns = {
    ...source.table.columns,
    ...Object.fromEntries(IDS.map((name, i) => [name, columnFrom(triplets.flatMap((triplet) => triplet[i] ?? []))])),
    stimulus_id: { dtype: "object" as const, values: names, text: names },
    ...more,
  };
  return { ...source, table: { length: source.table.length, columns } };
}

function columnFrom(ids: readonly Id[]): Column {
  const values = ids.map(({ value }) => value);
  const numbers = values.every((value) => typeof value === "number");
  return { dtype: numbers ? "int64" : "object", values, text: ids.map(({ text }) => text) };
}
