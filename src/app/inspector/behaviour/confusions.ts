/**
 * What is taken for what: people's responses and a subject's answers, counted by truth and answer over the same labels.
 *
 * Pure, and only for looking: the metric's own matrices are metrics/confusion-similarity.ts's.
 */
import { compareScalars } from "../../../assembly/table.ts";
import type { BehavioralBenchmark } from "../../../benchmark/benchmark.ts";
import type { Item } from "../../answers.ts";

/** Answers counted by truth (rows) and answer (columns). */
export interface Counts {
  readonly n: (row: number, column: number) => number;
  /** Answers to stimuli of this truth. */
  readonly total: (row: number) => number;
}

export interface Confusions {
  /** The truths, a row each, and the answers, a column each. */
  readonly labels: readonly string[];
  /** Labels that occur and have no row; their answers are counted in `rest`. */
  readonly left: number;
  /** Whether there is a last column for answers that are none of the labels. */
  readonly rest: boolean;
  /** All people's responses together; undefined where the data hold none. */
  readonly people: Counts | undefined;
  readonly subject: Counts;
}

/** Whose answers a cell is of. */
export type Side = "people" | "subject";

/** So many labels make a matrix; of more, the most frequent ones that can be told apart do. */
const MOST_LABELS = 50;
const MOST_FREQUENT = 20;

/** Undefined where nothing has a truth, or all of it the same. */
export function confusionsOf(benchmark: BehavioralBenchmark, items: readonly Item[]): Confusions | undefined {
  const { task, responses } = benchmark;
  const subject = new Counter();
  const people = new Counter();
  for (const { truth, answer, people: given } of items) {
    if (truth === undefined) continue;
    subject.add(truth, answer ?? "", 1);
    for (const tally of given) people.add(truth, tally.answer, tally.n);
  }
  const { truth, response, stimulus_id: ids } = responses.columns;
  if (ids === undefined && truth !== undefined && response !== undefined)
    for (const [row, text] of truth.text.entries()) people.add(text, response.text[row] ?? "", 1);

  const choices = task.name === "label" && task.choices !== "imagenet" ? task.choices : undefined;
  const frequency = new Map<string, number>();
  for (const counter of [subject, people]) counter.frequencies(frequency);
  const occurring = choices ?? [...frequency.keys()].sort(compareScalars);
  const labels =
    occurring.length <= MOST_LABELS
      ? occurring
      : occurring
          .toSorted((a, b) => (frequency.get(b) ?? 0) - (frequency.get(a) ?? 0))
          .slice(0, MOST_FREQUENT)
          .sort(compareScalars);
  if (subject.size === 0 || labels.length < 2) return undefined;
  return {
    labels,
    left: occurring.length - labels.length,
    rest: subject.beyond(labels) || people.beyond(labels),
    people: people.size === 0 ? undefined : people.counts(labels),
    subject: subject.counts(labels),
  };
}

/** The items behind a cell: those of its truth that the subject, or one of the people at least, gave its answer to. */
export function itemsBehind(
  items: readonly Item[],
  { labels }: Pick<Confusions, "labels">,
  { row, column }: { readonly row: number; readonly column: number },
  side: Side,
): readonly Item[] {
  const wanted = labels[column];
  const known = new Set(labels);
  const matches = (answer: string): boolean => (wanted === undefined ? !known.has(answer) : answer === wanted);
  return items.filter(
    ({ truth, answer, people }) =>
      truth === labels[row] &&
      (side === "subject" ? matches(answer ?? "") : people.some((tally) => matches(tally.answer))),
  );
}

class Counter {
  private readonly byTruth = new Map<string, Map<string, number>>();

  get size(): number {
    return this.byTruth.size;
  }

  add(truth: string, answer: string, n: number): void {
    const row = this.byTruth.get(truth) ?? new Map<string, number>();
    this.byTruth.set(truth, row);
    row.set(answer, (row.get(answer) ?? 0) + n);
  }

  /** Adds to each label how often it is the truth or the answer; an empty answer is none. */
  frequencies(into: Map<string, number>): void {
    const count = (label: string, n: number) => label !== "" && into.set(label, (into.get(label) ?? 0) + n);
    for (const [truth, row] of this.byTruth) {
      for (const [answer, n] of row) {
        count(truth, n);
        count(answer, n);
      }
    }
  }

  /** Whether a truth among the labels got an answer that is none of them. */
  beyond(labels: readonly string[]): boolean {
    const known = new Set(labels);
    return labels.some((truth) => [...(this.byTruth.get(truth)?.keys() ?? [])].some((answer) => !known.has(answer)));
  }

  counts(labels: readonly string[]): Counts {
    const totals = labels.map((truth) => [...(this.byTruth.get(truth)?.values() ?? [])].reduce((a, b) => a + b, 0));
    const rows = labels.map((truth, row) => {
      const own = labels.map((answer) => this.byTruth.get(truth)?.get(answer) ?? 0);
      return [...own, (totals[row] ?? 0) - own.reduce((a, b) => a + b, 0)];
    });
    return { n: (row, column) => rows[row]?.[column] ?? 0, total: (row) => totals[row] ?? 0 };
  }
}
