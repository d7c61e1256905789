/**
 * People's responses joined with what was presented: who answered what on which presentation, as numbers.
 *
 * Pure, and only for looking, as answers.ts, which lays a subject's answers beside it. It does not depend on the subject, so
 * it is made once for each benchmark: with 5,000 stimuli and 30 people it takes longer than a page may stand still.
 */
import { distinct, type Scalar } from "../assembly/table.ts";
import type { BehavioralBenchmark } from "../benchmark/benchmark.ts";
import { presentationsTable } from "../subject/person.ts";

/** One answer and its weight: the number of responses, or the probability of a choice. */
export interface Tally {
  readonly answer: string;
  readonly n: number;
}

/** From the lowest value to the highest. */
export type Span = readonly [number, number];

/** What is known of a presentation without any subject. */
export interface Presented {
  readonly id: string;
  readonly truth: string | undefined;
  /** Responses by answer, most frequent first, ties by name. An empty response is `""`. */
  readonly people: readonly Tally[];
  readonly responses: number;
  readonly responsesRight: number;
}

export interface Responses {
  /** By row of the presentations. */
  readonly presented: readonly Presented[];
  /** Those who responded, as Python sorts them. */
  readonly people: readonly Scalar[];
  /** In the order of the table: the row of what a response is about (or `NONE`), its position among the people, 1 for right. */
  readonly trials: {
    readonly row: Int32Array;
    readonly person: Int32Array;
    readonly right: Uint8Array;
  };
}

/** The row of a response to what is not presented. */
export const NONE = -1;

type Joinable = Pick<BehavioralBenchmark, "task" | "stimulusSet" | "responses">;

const known = new WeakMap<Joinable, Responses>();

export function responsesTo(benchmark: Joinable): Responses {
  const before = known.get(benchmark);
  if (before !== undefined) return before;
  const joined = join(benchmark);
  known.set(benchmark, joined);
  return joined;
}

/**
 * The lowest and the highest person's share of right responses within each of `groups` groups of presentations; undefined
 * where fewer than two people responded. `groupOf` holds a presentation's group by its row.
 */
export function rangesOfPeople(
  { people, trials }: Responses,
  groupOf: Int32Array,
  groups: number,
): readonly (Span | undefined)[] {
  const n = people.length;
  const given = new Int32Array(groups * n);
  const right = new Int32Array(groups * n);
  for (let trial = 0; trial < trials.row.length; trial++) {
    const group = groupOf[trials.row[trial] ?? NONE] ?? NONE;
    if (group === NONE) continue;
    const place = group * n + (trials.person[trial] ?? 0);
    given[place] = (given[place] ?? 0) + 1;
    right[place] = (right[place] ?? 0) + (trials.right[trial] ?? 0);
  }
  return Array.from({ length: groups }, (_, group) => {
    const shares: number[] = [];
    for (let place = group * n; place < (group + 1) * n; place++) {
      const all = given[place] ?? 0;
      if (all > 0) shares.push((right[place] ?? 0) / all);
    }
    return shares.length < 2 ? undefined : [Math.min(...shares), Math.max(...shares)];
  });
}

/** Plain loops over typed arrays: callbacks and iterators take several times as long here. */
function join(benchmark: Joinable): Responses {
  const { columns, length } = presentationsTable(benchmark);
  const { stimulus_id: about, subject, response, truth: lent } = benchmark.responses.columns;
  const ids = textsOf(columns.stimulus_id?.values ?? [], length);
  // Of presentations that are the same, the first stands for all.
  const rowOf = new Map<Scalar, number>();
  for (let row = length - 1; row >= 0; row--) rowOf.set(ids[row] ?? "", row);

  const n = response === undefined ? 0 : (about?.values.length ?? 0);
  const at = new Int32Array(n);
  for (let trial = 0; trial < n; trial++) at[trial] = rowOf.get(String(about?.values[trial])) ?? NONE;
  const answers = coded(response?.text ?? [], n, "");
  const persons = coded(subject?.values ?? [], n, null);
  const { starts, order } = byRow(at, length);

  const truthCodes = new Int32Array(length).fill(NONE);
  const counts = new Int32Array(answers.values.length);
  const presented: Presented[] = [];
  for (let row = 0; row < length; row++) {
    const id = ids[row] ?? "";
    const first = rowOf.get(id) ?? row;
    const from = starts[first] ?? 0;
    const to = starts[first + 1] ?? 0;
    const given: number[] = [];
    for (let i = from; i < to; i++) {
      const code = answers.codes[order[i] ?? 0] ?? 0;
      const before = counts[code] ?? 0;
      if (before === 0) given.push(code);
      counts[code] = before + 1;
    }
    given.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b); // codes are in the order of names
    const truth = columns.truth?.text[row] ?? (from < to ? lent?.text[order[from] ?? 0] : undefined);
    const truthCode = truth === undefined ? NONE : (answers.codeOf.get(truth) ?? NONE);
    truthCodes[row] = truthCode;
    const people = given.map((code) => ({ answer: String(answers.values[code]), n: counts[code] ?? 0 }));
    const responsesRight = truthCode === NONE ? 0 : (counts[truthCode] ?? 0);
    for (const code of given) counts[code] = 0;
    presented.push({ id, truth, people, responses: to - from, responsesRight });
  }
  const right = new Uint8Array(n);
  for (let trial = 0; trial < n; trial++) {
    const truth = truthCodes[at[trial] ?? 0] ?? NONE;
    right[trial] = truth !== NONE && truth === answers.codes[trial] ? 1 : 0;
  }
  return { presented, people: persons.values, trials: { row: at, person: persons.codes, right } };
}

function textsOf(values: readonly Scalar[], length: number): string[] {
  const texts: string[] = [];
  for (let row = 0; row < length; row++) texts.push(String(values[row]));
  return texts;
}

/** The first `n` values as positions among the distinct ones, which are sorted. */
function coded(given: readonly Scalar[], n: number, missing: Scalar) {
  const seen = new Map<Scalar, number>();
  for (let i = 0; i < n; i++) seen.set(given[i] ?? missing, 0);
  const values = distinct([...seen.keys()]);
  const codeOf = new Map(values.map((value, code) => [value, code]));
  const codes = new Int32Array(n);
  for (let i = 0; i < n; i++) codes[i] = codeOf.get(given[i] ?? missing) ?? 0;
  return { values, codeOf, codes };
}

/** The trials in the order of their rows; those of a row lie from its start to the next one's. */
function byRow(at: Int32Array, rows: number): { readonly starts: Int32Array; readonly order: Int32Array } {
  const starts = new Int32Array(rows + 1);
  for (let trial = 0; trial < at.length; trial++) {
    const row = at[trial] ?? NONE;
    if (row !== NONE) starts[row + 1] = (starts[row + 1] ?? 0) + 1;
  }
  for (let row = 0; row < rows; row++) starts[row + 1] = (starts[row + 1] ?? 0) + (starts[row] ?? 0);
  const next = starts.slice();
  const order = new Int32Array(starts[rows] ?? 0);
  for (let trial = 0; trial < at.length; trial++) {
    const row = at[trial] ?? NONE;
    if (row === NONE) continue;
    const place = next[row] ?? 0;
    order[place] = trial;
    next[row] = place + 1;
  }
  return { starts, order };
}
