/**
 * A person beside the benchmark's people and the models that were scored, on the trials that the person answered and on
 * no other.
 *
 * Pure, and only for looking: a score of Brain-Score's is of a whole benchmark. Where trials have a truth the measure is the
 * share that is right; where they have none (odd one out) it is agreement with people: the mean over trials of the share
 * of people's responses that are the same.
 */
import type { Scalar } from "../../assembly/table.ts";
import { groupBy } from "../../assembly/table.ts";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import { wilson } from "../../numerics/proportion.ts";
import { type PersonTrial, presentationsTable } from "../../subject/person.ts";
import { type Tally, tally } from "../answers.ts";

export interface Model {
  readonly name: string;
  readonly kind: "network" | "recorded";
  /** An answer per presentation of the whole benchmark. */
  readonly values: readonly (string | null)[];
}

export interface Standing {
  readonly name: string;
  readonly kind: "you" | "people" | Model["kind"];
  /** Undefined where there is nothing to compare with. */
  readonly share: number | undefined;
  /** Of `share`; what it is of stands in `meaning`. */
  readonly span: readonly [number, number] | undefined;
  readonly meaning: string;
}

export interface Taken {
  readonly row: number;
  readonly id: string;
  readonly truth: string | undefined;
  readonly answer: string;
  readonly people: readonly Tally[];
  readonly models: readonly { readonly name: string; readonly answer: string | null }[];
  /** How many models answered otherwise. */
  readonly apart: number;
}

export interface Comparison {
  readonly measure: "right" | "agreement";
  readonly standings: readonly Standing[];
  /** Every answered trial; those on which most models answer otherwise first, then those on which people side with you. */
  readonly taken: readonly Taken[];
}

export function compare(
  benchmark: BehavioralBenchmark,
  trials: ReadonlyMap<number, PersonTrial>,
  name: string,
  models: readonly Model[],
): Comparison {
  const presentations = presentationsTable(benchmark).columns;
  const { stimulus_id: ids, subject, response, truth: lent } = benchmark.responses.columns;
  const responses = (ids?.values ?? []).map((id, row) => ({
    id: String(id),
    subject: subject?.values[row] ?? null,
    answer: response?.text[row] ?? "",
    truth: lent?.text[row],
  }));
  const byId = groupBy(responses, ({ id }) => id);
  const taken = [...trials]
    .sort(([a], [b]) => a - b)
    .flatMap(([row, { response: own }]) => {
      if (own === undefined) return [];
      const id = String(presentations.stimulus_id?.values[row] ?? "");
      const people = byId.get(id) ?? [];
      const theirs = models.map((model) => ({ name: model.name, answer: model.values[row] ?? null }));
      return [
        {
          row,
          id,
          truth: presentations.truth?.text[row] ?? people[0]?.truth,
          answer: own.answer,
          people: tally(people.map(({ answer }) => answer)),
          responses: people,
          models: theirs,
          apart: theirs.filter(({ answer }) => answer !== own.answer).length,
        },
      ];
    });
  const measure = taken.length > 0 && taken.every(({ truth }) => truth !== undefined) ? "right" : "agreement";
  const agreement = (answer: string | null, people: readonly Tally[]): number =>
    (people.find((each) => each.answer === answer)?.n ?? 0) / sum(people.map(({ n }) => n));
  const standing = (
    who: string,
    kind: Standing["kind"],
    answerOf: (trial: (typeof taken)[number]) => string | null,
  ): Standing => {
    const values = taken.flatMap((trial) => {
      if (measure === "right") return [answerOf(trial) === trial.truth ? 1 : 0];
      return trial.people.length === 0 ? [] : [agreement(answerOf(trial), trial.people)];
    });
    if (values.length === 0) return { name: who, kind, share: undefined, span: undefined, meaning: "no responses" };
    const share = sum(values) / values.length;
    return { name: who, kind, share, span: wilson(share, values.length), meaning: "95 % interval over trials" };
  };
  return {
    measure,
    standings: [
      standing(name, "you", ({ answer }) => answer),
      measure === "right"
        ? peopleRight(taken.flatMap((trial) => trial.responses.map((each) => ({ ...each, truth: trial.truth }))))
        : peopleAgree(taken.map(({ people }) => people)),
      ...models.map((model) => standing(model.name, model.kind, ({ row }) => model.values[row] ?? null)),
    ],
    taken: taken
      .map(({ responses: _, ...trial }) => trial)
      .sort((a, b) => b.apart - a.apart || agreement(b.answer, b.people) - agreement(a.answer, a.people) || 0),
  };
}

/** Mean over people of the share that each has right, and from the worst of them to the best. */
function peopleRight(
  responses: readonly { readonly subject: Scalar; readonly answer: string; readonly truth: string | undefined }[],
): Standing {
  const shares = [...groupBy(responses, ({ subject }) => subject).values()].map(
    (own) => own.filter(({ answer, truth }) => answer === truth).length / own.length,
  );
  const range: [number, number] = [Math.min(...shares), Math.max(...shares)];
  return {
    name: "people",
    kind: "people",
    share: shares.length === 0 ? undefined : sum(shares) / shares.length,
    span: shares.length < 2 ? undefined : range,
    meaning: shares.length < 2 ? `${shares.length === 0 ? "no responses" : "one person"}` : "lowest to highest person",
  };
}

/** The share of pairs of people's responses to one trial that are the same, averaged over trials with two at least. */
function peopleAgree(trials: readonly (readonly Tally[])[]): Standing {
  const values = trials.flatMap((people) => {
    const total = sum(people.map(({ n }) => n));
    return total < 2 ? [] : [sum(people.map(({ n }) => n * (n - 1))) / (total * (total - 1))];
  });
  const share = values.length === 0 ? undefined : sum(values) / values.length;
  return {
    name: "people",
    kind: "people",
    share,
    span: share === undefined ? undefined : wilson(share, values.length),
    meaning: share === undefined ? "one response to each: nobody to agree with" : "95 % interval over trials",
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
