/**
 * Reading answers: the subject's from its assembly, people's from the responses table.
 *
 * What is right is decided in one way for both, response equals truth as text, and a missing column is one error. No
 * metric's arithmetic is here.
 */
import { type BehavioralAssembly, isProbabilities } from "../assembly/assembly.ts";
import { type Column, distinct, groupBy, type Scalar, type Table } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import { argmax } from "../numerics/float32.ts";

/** One answer to one stimulus. */
export interface Trial {
  readonly id: Scalar;
  readonly correct: boolean;
  /** Row of the assembly or of the table. */
  readonly row: number;
}

/** The answer to each presentation; of probabilities the likeliest choice, the first where several are. */
export function answersOf(source: BehavioralAssembly): readonly (string | null)[] {
  if (!isProbabilities(source)) return source.values;
  const { choices, values } = source;
  const k = choices.length;
  const presentations = Array.from({ length: values.length / k }, (_, i) => values.subarray(i * k, (i + 1) * k));
  return presentations.map((row) => choices[argmax(row)] ?? null);
}

/** What the subject chose from, where the assembly says so. */
export function choicesOf(source: BehavioralAssembly): readonly string[] | undefined {
  return isProbabilities(source) ? source.choices : source.evidence?.choices;
}

/** A column of the stimulus set, a value per presentation. Throws `package-refused` where there is none. */
export function stimulusColumn(source: BehavioralAssembly, name: string): readonly Scalar[] {
  const found = source.coords[name];
  if (found !== undefined) return found.values;
  throw missingColumn("stimuli", name, Object.keys(source.coords));
}

/** A column of the responses. Throws `package-refused` where there is none. */
export function responseColumn(target: Table, name: string): Column {
  const found = target.columns[name];
  if (found !== undefined) return found;
  throw missingColumn("responses", name, Object.keys(target.columns));
}

function missingColumn(table: string, name: string, names: readonly string[]): GapscopeError {
  return new GapscopeError("package-refused", `The ${table} have no column “${name}”, which the metric reads.`, {
    faults: [
      {
        code: "missing-column",
        column: name,
        message: `The ${table} have no column “${name}”, which the metric reads.`,
        value: [...names].sort().join(", "),
        remedy: "Add it, or correct the spelling in the header.",
      },
    ],
  });
}

/** The subject's trials in the order of presentation. */
export function subjectTrials(source: BehavioralAssembly): Trial[] {
  const truth = stimulusColumn(source, "truth");
  const ids = stimulusColumn(source, "stimulus_id");
  return answersOf(source).map((answer, row) => ({
    id: ids[row] ?? null,
    correct: answer === String(truth[row]),
    row,
  }));
}

/** People's trials in the order of the table; without ids where people saw other stimuli than the subject. */
export function peopleTrials(target: Table): Trial[] {
  const ids = target.columns.stimulus_id?.values;
  const response = responseColumn(target, "response").text;
  const truth = responseColumn(target, "truth").text;
  return response.map((answer, row) => ({ id: ids?.[row] ?? null, correct: answer === truth[row], row }));
}

/** Rows (or what stands on them) by person, people sorted as Python sorts them. */
export function bySubject<Item extends { readonly row: number }>(
  target: Table,
  items: readonly Item[],
): [Scalar, Item[]][] {
  const { values } = responseColumn(target, "subject");
  const groups = groupBy(items, ({ row }) => values[row] ?? null);
  return distinct([...groups.keys()]).map((subject) => [subject, groups.get(subject) ?? []]);
}

/** Throws `package-refused` unless both answered the same stimuli, each exactly once. */
export function requireSameStimuli(who: string, a: readonly Trial[], b: readonly Trial[]): void {
  const left = new Set(a.map(({ id }) => id));
  const right = new Set(b.map(({ id }) => id));
  const odd = [...left, ...right].find((id) => !left.has(id) || !right.has(id));
  if (odd === undefined && left.size === a.length && right.size === b.length) return;
  throw new GapscopeError(
    "package-refused",
    odd === undefined
      ? `${who} answered a stimulus more than once.`
      : `${who} did not answer the same stimuli; the first that one lacks is “${odd}”.`,
  );
}

export function shareCorrect(trials: readonly Trial[]): number {
  return trials.filter(({ correct }) => correct).length / trials.length;
}
