/**
 * Who answered what on each stimulus: the responses of a benchmark joined with a subject's answers.
 *
 * Pure, and only for looking: scores come from metrics/. An answer is right where it equals the stimulus's truth as
 * written, exactly as the metrics decide it (metrics/error-consistency.ts).
 */
import { compareScalars, groupBy, type Scalar } from "../assembly/table.ts";
import type { Benchmark, Stimulus } from "../benchmark/benchmark.ts";
import type { Answers } from "../lab/run.ts";

/** Where the observers of the benchmark's data and the subject agree in being right. */
export type Verdict = "both" | "people" | "model" | "neither";

export const VERDICTS: readonly Verdict[] = ["both", "people", "model", "neither"];

/** One answer and its weight: the number of responses, or the probability of a choice. */
export interface Tally {
  readonly answer: string;
  readonly n: number;
}

export interface Item {
  readonly index: number;
  readonly id: string;
  readonly stimulus: Stimulus;
  readonly truth: string;
  readonly condition: Scalar;
  /** Responses in the benchmark's data by answer, most frequent first. An empty response is `""`. */
  readonly people: readonly Tally[];
  readonly responses: number;
  readonly responsesRight: number;
  /** The subject's answer; null where it gave none. */
  readonly answer: string | null;
  readonly right: boolean;
  readonly verdict: Verdict;
}

/** The observers that the benchmark's data come from: the one by name, or how many. */
export interface Observers {
  readonly n: number;
  /** `people` for several; the subject's own name for one, because one row of data need not be a person's. */
  readonly name: string;
}

export function observersOf(benchmark: Pick<Benchmark, "responses">): Observers {
  const names = new Set(benchmark.responses.columns.subject?.text);
  const [only = "responses"] = names;
  return { n: names.size, name: names.size === 1 ? only : "people" };
}

/** Share of the benchmark's responses that are right; undefined where there are none. */
export function responseAccuracy(benchmark: Pick<Benchmark, "responses">): number | undefined {
  const { response, truth } = benchmark.responses.columns;
  if (response === undefined || truth === undefined || response.text.length === 0) return undefined;
  return response.text.filter((answer, row) => answer === truth.text[row]).length / response.text.length;
}

/** One item per stimulus, in the order of the stimulus set. `people` are right where more than half of them are. */
export function joinAnswers(benchmark: Benchmark, answers: Pick<Answers, "values">): Item[] {
  const { table, stimuli } = benchmark.stimulusSet;
  const { stimulus_id: ids, response, truth: responseTruth } = benchmark.responses.columns;
  const rows = (ids?.values ?? []).map((id, row) => ({
    id: String(id),
    answer: response?.text[row] ?? "",
    truth: responseTruth?.text[row] ?? "",
  }));
  const byStimulus = groupBy(rows, (row) => row.id);
  return stimuli.map((stimulus, index) => {
    const id = String(stimulus.id);
    const trials = byStimulus.get(id) ?? [];
    const truth = table.columns.truth?.text[index] ?? trials[0]?.truth ?? "";
    const answer = answers.values[index] ?? null;
    const responsesRight = trials.filter((trial) => trial.answer === trial.truth).length;
    const right = answer === truth;
    return {
      index,
      id,
      stimulus,
      truth,
      condition: table.columns.condition?.values[index] ?? null,
      people: tally(trials.map((trial) => trial.answer)),
      responses: trials.length,
      responsesRight,
      answer,
      right,
      verdict: verdictOf(responsesRight * 2 > trials.length, right),
    };
  });
}

function verdictOf(people: boolean, model: boolean): Verdict {
  if (people) return model ? "both" : "people";
  return model ? "model" : "neither";
}

/** Answers by frequency, ties by name. */
export function tally(answers: readonly string[]): Tally[] {
  return [...groupBy(answers, (answer) => answer)]
    .map(([answer, group]) => ({ answer, n: group.length }))
    .sort((a, b) => b.n - a.n || compareScalars(a.answer, b.answer));
}

export function verdictCounts(items: readonly Item[]): Readonly<Record<Verdict, number>> {
  const counts = { both: 0, people: 0, model: 0, neither: 0 };
  for (const { verdict } of items) counts[verdict] += 1;
  return counts;
}

/** A row of the figures: how right the people and the subject are on a group of stimuli, and what was taken for it. */
export interface GroupRow {
  readonly key: string;
  readonly n: number;
  /** Share of responses that are right; undefined without responses. */
  readonly people: number | undefined;
  readonly model: number;
  /** The subject's most frequent wrong answer, and how often. */
  readonly confusedWith: Tally | undefined;
}

/** Items grouped by condition or by truth, groups in sorted order. Items without a condition form the group "". */
export function accuracyBy(items: readonly Item[], by: "condition" | "truth"): GroupRow[] {
  const groups = groupBy(items, (item): Scalar => (by === "truth" ? item.truth : item.condition));
  return [...groups]
    .sort(([a], [b]) => compareScalars(a, b))
    .map(([key, group]) => {
      const responses = sum(group.map((item) => item.responses));
      const wrong = group.flatMap(({ right, answer }) => (right || answer === null ? [] : [answer]));
      return {
        key: key === null ? "" : String(key),
        n: group.length,
        people: responses === 0 ? undefined : sum(group.map((item) => item.responsesRight)) / responses,
        model: group.filter((item) => item.right).length / group.length,
        confusedWith: tally(wrong)[0],
      };
    });
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
