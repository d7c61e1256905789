/**
 * Error consistency between any two observers of a benchmark, people and subjects alike: who errs where who errs.
 *
 * Pure, and only for looking: a score's kappa is metrics/error-consistency.ts's. As there, kappa is Cohen's of being right on
 * the same trials, within each condition, then the mean over conditions with those of 0/0 left out; but here two observers
 * need share only some stimuli, and of a person's several responses to one stimulus the first counts.
 *
 * Who was right is kept as bits, 32 stimuli to a number, so that 60 observers of 5,000 stimuli take milliseconds.
 */
import { groupBy, type Scalar } from "../../../assembly/table.ts";
import type { BehavioralBenchmark } from "../../../benchmark/benchmark.ts";
import { nanmean } from "../../../numerics/statistics.ts";
import { presentationsTable } from "../../../subject/person.ts";
import { NONE, responsesTo } from "../../responses.ts";

export interface Observer {
  readonly name: string;
  readonly kind: "person" | "subject";
}

/** Of two observers; observed and expected are means over the conditions, as kappa is. */
export interface Pair {
  /** NaN where there is none: no stimulus in common, or 0/0. */
  readonly kappa: number;
  /** The share of stimuli on which both are right or both wrong, and the share that their accuracies make expected. */
  readonly observed: number;
  readonly expected: number;
  /** Stimuli that both answered. */
  readonly common: number;
}

export interface ConsistencyMap {
  /** People in Python's order, then subjects as given. */
  readonly observers: readonly Observer[];
  readonly conditions: number;
  /** Undefined on the diagonal. */
  readonly pair: (a: number, b: number) => Pair | undefined;
  /** Mean kappa over the pairs that have one. */
  readonly means: readonly { readonly kinds: MeanOf; readonly kappa: number; readonly pairs: number }[];
}

export type MeanOf = (typeof MEANS)[number];
const MEANS = ["people with people", "people with subjects", "subjects with subjects"] as const;

/** A subject with its answer to each presentation. */
export interface Answering {
  readonly name: string;
  readonly values: readonly (string | null)[];
}

/** Whether there is anything to map: truths, and more than the one pair of two observers. */
export function canMap(benchmark: BehavioralBenchmark, subjects: number): boolean {
  const { presented, people } = responsesTo(benchmark);
  return presented.some(({ truth }) => truth !== undefined) && people.length + subjects > 2;
}

/** Trials between two yields: about a millisecond. */
const A_WHILE = 10_000;

/** Yields now and then, so that whoever drives it may let others work, and returns the map. */
export function* consistencyMap(
  benchmark: BehavioralBenchmark,
  subjects: readonly Answering[],
): Generator<undefined, ConsistencyMap> {
  const { presented, people, trials } = responsesTo(benchmark);
  const layout = layoutOf(presentationsTable(benchmark).columns.condition?.values, presented.length);
  const marked = people.map(() => emptyMarks(layout.words));
  for (let trial = 0; trial < trials.row.length; trial++) {
    const row = trials.row[trial] ?? NONE;
    const person = marked[trials.person[trial] ?? 0];
    if (row === NONE || person === undefined || presented[row]?.truth === undefined) continue;
    mark(person, layout.bitOf[row] ?? 0, trials.right[trial] === 1);
    if (trial % A_WHILE === 0) yield;
  }
  for (const { values } of subjects) {
    const own = emptyMarks(layout.words);
    for (let row = 0; row < presented.length; row++) {
      const truth = presented[row]?.truth;
      if (truth !== undefined) mark(own, layout.bitOf[row] ?? 0, values[row] === truth);
    }
    marked.push(own);
    yield;
  }
  const n = marked.length;
  const pairs: (Pair | undefined)[] = Array.from({ length: n * n });
  for (const [a, left] of marked.entries()) {
    for (let b = a + 1; b < n; b++) {
      const right = marked[b];
      if (right === undefined) continue;
      const pair = compare(left, right, layout.starts);
      pairs[a * n + b] = pair;
      pairs[b * n + a] = pair;
    }
    yield;
  }
  const kindsOf = (a: number, b: number): MeanOf =>
    MEANS[Number(a >= people.length) + Number(b >= people.length)] ?? MEANS[0];
  const upper = [...pairs.keys()].flatMap((place) => {
    const [a, b] = [Math.floor(place / n), place % n];
    const pair = a < b ? pairs[place] : undefined;
    return pair === undefined || Number.isNaN(pair.kappa) ? [] : [{ kinds: kindsOf(a, b), kappa: pair.kappa }];
  });
  const groups = groupBy(upper, ({ kinds }) => kinds);
  return {
    observers: [
      ...people.map((name): Observer => ({ name: String(name), kind: "person" })),
      ...subjects.map(({ name }): Observer => ({ name, kind: "subject" })),
    ],
    conditions: layout.starts.length - 1,
    pair: (a, b) => pairs[a * n + b],
    means: MEANS.flatMap((kinds) => {
      const group = groups.get(kinds);
      if (group === undefined) return [];
      return [{ kinds, kappa: nanmean(group.map(({ kappa }) => kappa)), pairs: group.length }];
    }),
  };
}

/** Which stimuli an observer answered, and on which of them it was right. */
interface Marks {
  readonly answered: Uint32Array;
  readonly right: Uint32Array;
}

function emptyMarks(words: number): Marks {
  return { answered: new Uint32Array(words), right: new Uint32Array(words) };
}

/** The first response to a stimulus is the one that counts. */
function mark({ answered, right }: Marks, bit: number, correct: boolean): void {
  const word = bit >>> 5;
  const mask = 1 << (bit & 31);
  if (((answered[word] ?? 0) & mask) !== 0) return;
  answered[word] = (answered[word] ?? 0) | mask;
  if (correct) right[word] = (right[word] ?? 0) | mask;
}

/** Where each presentation has its bit: those of a condition in words of their own. */
interface Layout {
  readonly words: number;
  readonly bitOf: Int32Array;
  /** The first word of each condition, and the end. */
  readonly starts: readonly number[];
}

function layoutOf(conditions: readonly Scalar[] | undefined, n: number): Layout {
  const bitOf = new Int32Array(n);
  const starts = [0];
  let words = 0;
  for (const rows of groupBy([...Array(n).keys()], (row) => conditions?.[row] ?? null).values()) {
    for (const [i, row] of rows.entries()) bitOf[row] = words * 32 + i;
    words += Math.ceil(rows.length / 32);
    starts.push(words);
  }
  return { words, bitOf, starts };
}

function compare(a: Marks, b: Marks, starts: readonly number[]): Pair {
  const kappas: number[] = [];
  const observeds: number[] = [];
  const expecteds: number[] = [];
  let common = 0;
  for (let condition = 0; condition + 1 < starts.length; condition++) {
    let [n, rightA, rightB, both] = [0, 0, 0, 0];
    const end = starts[condition + 1] ?? 0;
    for (let word = starts[condition] ?? 0; word < end; word++) {
      const shared = (a.answered[word] ?? 0) & (b.answered[word] ?? 0);
      const ofA = (a.right[word] ?? 0) & shared;
      const ofB = (b.right[word] ?? 0) & shared;
      n += ones(shared);
      rightA += ones(ofA);
      rightB += ones(ofB);
      both += ones(ofA & ofB);
    }
    if (n === 0) continue;
    common += n;
    const observed = (2 * both + n - rightA - rightB) / n;
    const expected = (rightA / n) * (rightB / n) + (1 - rightA / n) * (1 - rightB / n);
    observeds.push(observed);
    expecteds.push(expected);
    kappas.push((observed - expected) / (1 - expected));
  }
  return { kappa: nanmean(kappas), observed: nanmean(observeds), expected: nanmean(expecteds), common };
}

/** How many bits of a 32-bit number are 1 (Warren, Hacker's Delight, 5-1). */
function ones(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
