/**
 * Who answered what on each presentation: the responses of a benchmark joined with a subject's answers.
 *
 * Pure, and only for looking: scores come from metrics/. A presentation is a stimulus, or a triplet of them. An answer is
 * right where it equals the stimulus's truth as written, exactly as the metrics decide it (metrics/trials.ts). A triplet has
 * no truth; there the answer is held against those of the people.
 */
import { compareScalars, groupBy, type Scalar } from "../assembly/table.ts";
import type { BehavioralBenchmark, Stimulus } from "../benchmark/benchmark.ts";
import type { Answers } from "../lab/run.ts";
import { wilson } from "../numerics/proportion.ts";
import { presentationsTable } from "../subject/person.ts";
import { type Presented, responsesTo, type Span, type Tally } from "./responses.ts";

export type { Tally };

/**
 * How the observers of the benchmark's data and the subject compare on a presentation. With a truth and responses: who is
 * right. With a truth alone: whether the subject is. With responses alone: whether the subject does as most people do.
 */
export type Verdict = (typeof VERDICTS)[number][number];

/** By what is known of a presentation. */
export const VERDICTS = [
  ["both", "people", "model", "neither"],
  ["right", "wrong"],
  ["agree", "disagree"],
] as const;

/** A picture of a presentation, under the id that an answer names it by. */
export interface Shown {
  readonly id: string;
  readonly stimulus: Stimulus;
}

export interface Item extends Presented {
  /** Row of the presentation. */
  readonly index: number;
  /** One picture, or the three of a triplet. */
  readonly shown: readonly Shown[];
  readonly condition: Scalar;
  /** How many of the responses are the subject's answer. */
  readonly responsesAgreed: number;
  /** The subject's answer; null where it gave none. */
  readonly answer: string | null;
  /** Undefined where neither a truth nor a response is known. */
  readonly verdict: Verdict | undefined;
}

/** The observers that the benchmark's data come from: the one by name, or how many. */
export interface Observers {
  readonly n: number;
  /** `people` for several; the subject's own name for one, because one row of data need not be a person's. */
  readonly name: string;
  /** Answers to each presentation, answers that name none (metrics that pool them), results of whole persons, or none. */
  readonly data: "answers" | "pooled" | "results" | "none";
}

export function observersOf({ responses }: Pick<BehavioralBenchmark, "responses">): Observers {
  const { subject, stimulus_id: ids, response } = responses.columns;
  const names = new Set(subject?.text);
  const [only = "responses"] = names;
  return {
    n: names.size,
    name: names.size === 1 ? only : "people",
    data: names.size === 0 ? "none" : response === undefined ? "results" : ids === undefined ? "pooled" : "answers",
  };
}

/** Share of the benchmark's responses that are right; undefined where there are none. */
export function responseAccuracy(benchmark: Pick<BehavioralBenchmark, "responses">): number | undefined {
  const { response, truth } = benchmark.responses.columns;
  if (response === undefined || truth === undefined || response.text.length === 0) return undefined;
  return response.text.filter((answer, row) => answer === truth.text[row]).length / response.text.length;
}

/** One item per presentation, in their order. `people` are right where more than half of them are. */
export function joinAnswers(benchmark: BehavioralBenchmark, answers: Pick<Answers, "values">): Item[] {
  const { condition } = presentationsTable(benchmark).columns;
  const shownAt = picturesOf(benchmark);
  return responsesTo(benchmark).presented.map((presented, index): Item => {
    const { id, truth, people, responses, responsesRight } = presented;
    const answer = answers.values[index] ?? null;
    const responsesAgreed = people.find((each) => each.answer === answer)?.n ?? 0;
    return {
      // Written out: spread, 5,000 of them take several times as long.
      id,
      truth,
      people,
      responses,
      responsesRight,
      index,
      shown: shownAt(index),
      condition: condition?.values[index] ?? null,
      responsesAgreed,
      answer,
      verdict: verdictOf(truth, answer, people, { responses, responsesRight, responsesAgreed }),
    };
  });
}

/** The pictures of a presentation by its row. Ids in triplets are the text of those in the stimulus table. */
function picturesOf({ task, stimulusSet }: BehavioralBenchmark): (index: number) => readonly Shown[] {
  const { stimuli, table } = stimulusSet;
  if (task.name !== "odd_one_out") {
    return (index) => {
      const stimulus = stimuli[index];
      return stimulus === undefined ? [] : [{ id: String(stimulus.id), stimulus }];
    };
  }
  const byId = new Map(stimuli.map((stimulus, row) => [table.columns.stimulus_id?.text[row], stimulus]));
  return (index) =>
    ["a", "b", "c"].flatMap((name) => {
      const id = task.triplets.columns[name]?.text[index] ?? "";
      const stimulus = byId.get(id);
      return stimulus === undefined ? [] : [{ id, stimulus }];
    });
}

function verdictOf(
  truth: string | undefined,
  answer: string | null,
  people: readonly Tally[],
  { responses, responsesRight, responsesAgreed }: Pick<Item, "responses" | "responsesRight" | "responsesAgreed">,
): Verdict | undefined {
  const right = answer === truth;
  if (truth === undefined) {
    if (responses === 0) return undefined;
    return responsesAgreed === people[0]?.n ? "agree" : "disagree";
  }
  if (responses === 0) return right ? "right" : "wrong";
  if (responsesRight * 2 > responses) return right ? "both" : "people";
  return right ? "model" : "neither";
}

/** Whether a verdict is in the subject's favour: it is right, or with most people. */
export function speaksFor(verdict: Verdict): boolean {
  return verdict === "both" || verdict === "model" || verdict === "right" || verdict === "agree";
}

/** Answers by frequency, ties by name. */
export function tally(answers: readonly string[]): Tally[] {
  return [...groupBy(answers, (answer) => answer)]
    .map(([answer, group]) => ({ answer, n: group.length }))
    .sort((a, b) => b.n - a.n || compareScalars(a.answer, b.answer));
}

/** How many items have each verdict, of those kinds of verdicts that occur among `all`. */
export function verdictCounts(items: readonly Item[], all = items): ReadonlyMap<Verdict, number> {
  const occurring = new Set<Verdict | undefined>(all.map(({ verdict }) => verdict));
  const groups = groupBy(items, ({ verdict }) => verdict);
  const kinds = VERDICTS.filter((kind) => kind.some((verdict) => occurring.has(verdict)));
  return new Map(kinds.flat().map((verdict) => [verdict, groups.get(verdict)?.length ?? 0]));
}

/** A row of the figures: how right the people and the subject are on a group of stimuli, and what was taken for it. */
export interface GroupRow {
  readonly key: readonly Scalar[];
  readonly n: number;
  /** Share of responses that are right; undefined without responses or truths. */
  readonly people: number | undefined;
  /** Share of the subject's answers that are right; without truths, of the responses that it agrees with. */
  readonly model: number | undefined;
  /** Wilson's 95 % interval of the subject's share of right answers; undefined without truths. */
  readonly interval: Span | undefined;
  /** The subject's most frequent wrong answer, and how often. */
  readonly confusedWith: Tally | undefined;
}

/** Items grouped by some of their coordinates, groups in sorted order. */
export function accuracyBy(items: readonly Item[], by: (item: Item) => readonly Scalar[]): GroupRow[] {
  const groups = groupBy(items, (item) => JSON.stringify(by(item)));
  return [...groups.values()]
    .map((group) => {
      const responses = sum(group.map((item) => item.responses));
      const judged = group.filter((item) => item.truth !== undefined);
      const right = judged.filter((item) => item.answer === item.truth);
      const wrong = judged.flatMap(({ answer, truth }) => (answer === truth || answer === null ? [] : [answer]));
      return {
        key: group[0] === undefined ? [] : by(group[0]),
        n: group.length,
        people:
          responses === 0 || judged.length === 0
            ? undefined
            : sum(group.map((item) => item.responsesRight)) / responses,
        model:
          judged.length > 0
            ? right.length / judged.length
            : responses > 0
              ? sum(group.map((item) => item.responsesAgreed)) / responses
              : undefined,
        interval: judged.length > 0 ? wilson(right.length / judged.length, judged.length) : undefined,
        confusedWith: tally(wrong)[0],
      };
    })
    .sort((a, b) => compareKeys(a.key, b.key));
}

function compareKeys(a: readonly Scalar[], b: readonly Scalar[]): number {
  const at = a.findIndex((value, i) => compareScalars(value, b[i] ?? null) !== 0);
  return at < 0 ? 0 : compareScalars(a[at] ?? null, b[at] ?? null);
}

/** The subject's evidence for each choice on one stimulus; undefined where it gave none. */
export function evidenceOf(answers: Answers, index: number): Tally[] | undefined {
  if (answers.evidence === undefined) return undefined;
  const { choices, probabilities } = answers.evidence;
  return choices.map((answer, c) => ({ answer, n: probabilities[index * choices.length + c] ?? Number.NaN }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
