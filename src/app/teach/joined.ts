/**
 * What everybody did on each presentation: the people of a benchmark's data beside every subject of a finished run; and which
 * presentations are worth showing a class.
 *
 * Pure, and only for looking. Answers are held against the truth; a triplet has none, there they are held against the picture
 * that people took most often, where there is one.
 */
import { compareScalars, groupBy, type Scalar } from "../../assembly/table.ts";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import type { Answers } from "../../lab/run.ts";
import { type Item, joinAnswers } from "../answers.ts";

/** A subject's answers to a whole benchmark. */
export interface Answerer {
  readonly name: string;
  readonly answers: Answers;
}

export interface GivenAnswer {
  readonly name: string;
  readonly answer: string | null;
  /** Its probability, where the subject gives one. */
  readonly p: number | undefined;
  /** Undefined where there is nothing to hold it against. */
  readonly right: boolean | undefined;
}

export interface Presented
  extends Pick<Item, "index" | "id" | "shown" | "truth" | "condition" | "people" | "responses"> {
  /** What answers are held against; undefined where there is nothing. */
  readonly standard: string | undefined;
  /** Share of people's responses that are right; undefined without responses or a standard. */
  readonly peopleRight: number | undefined;
  readonly given: readonly GivenAnswer[];
  /** Share of the subjects that are right; undefined without anything to hold them against. */
  readonly givenRight: number | undefined;
}

/** One per presentation, in their order. */
export function joinAll(benchmark: BehavioralBenchmark, answerers: readonly Answerer[]): Presented[] {
  const joined = answerers.map(({ answers }) => joinAnswers(benchmark, answers));
  const alone = joined[0] ?? joinAnswers(benchmark, { values: [] });
  const probabilityOf = answerers.map(({ answers }) => probabilities(answers));
  return alone.map(({ index, id, shown, truth, condition, people, responses }): Presented => {
    const standard = truth ?? mostTaken(people, shown);
    const isRight = (answer: string | null) => (standard === undefined ? undefined : answer === standard);
    const given = answerers.map(({ name, answers }, i): GivenAnswer => {
      const answer = answers.values[index] ?? null;
      return { name, answer, p: probabilityOf[i]?.(index, answer), right: isRight(answer) };
    });
    const judged = given.filter(({ right }) => right !== undefined);
    const right = people.find(({ answer }) => answer === standard)?.n ?? 0;
    return {
      ...{ index, id, shown, truth, condition, people, responses, standard, given },
      peopleRight: responses === 0 || standard === undefined ? undefined : right / responses,
      givenRight: judged.length === 0 ? undefined : judged.filter((each) => each.right).length / judged.length,
    };
  });
}

/** The picture that was taken more often than any other answer; undefined where two were as often, or none of them was. */
function mostTaken([first, second]: Item["people"], shown: Item["shown"]): string | undefined {
  if (first === undefined || first.n === second?.n) return undefined;
  return shown.some(({ id }) => id === first.answer) ? first.answer : undefined;
}

/** The probability that a subject gives an answer of its own. */
function probabilities({ evidence }: Answers): (index: number, answer: string | null) => number | undefined {
  if (evidence === undefined) return () => undefined;
  const at = new Map(evidence.choices.map((choice, c) => [choice, c]));
  return (index, answer) => {
    const c = answer === null ? undefined : at.get(answer);
    return c === undefined ? undefined : evidence.probabilities[index * evidence.choices.length + c];
  };
}

/** Why a presentation is worth showing. Where nothing is known of people: `right` and `wrong` of the subjects alone. */
export type Reason = "people" | "all" | "models" | "right" | "wrong" | "other";

function reasonOf({ truth, peopleRight: people, givenRight: given }: Presented): Reason {
  if (given === undefined) return "other";
  if (people === undefined) return given === 1 ? "right" : given < 0.5 ? "wrong" : "other";
  if (people > 0.5 && given < 0.5) return "people";
  if (people > 0.5 && given === 1) return "all";
  // Without a truth nobody is wrong where people are divided.
  return people <= 0.5 && given > 0.5 && truth !== undefined ? "models" : "other";
}

/** How well it shows that. */
function strengthOf({ peopleRight: people = 0, givenRight: given = 0 }: Presented, reason: Reason): number {
  switch (reason) {
    case "people":
      return people - given;
    case "models":
      return given - people;
    case "all":
    case "right":
      return people + given;
    case "wrong":
    case "other":
      return -given;
    default:
      return reason satisfies never;
  }
}

/**
 * Presentations by reason, those that show it best first, but no truth or condition again before others had their turn: a
 * class that has seen a bicycle twice has learned little new.
 */
export function byReason(presented: readonly Presented[]): ReadonlyMap<Reason, readonly Presented[]> {
  const groups = groupBy(presented, reasonOf);
  return new Map(
    [...groups].map(([reason, group]) => [
      reason,
      spread(group.toSorted((a, b) => strengthOf(b, reason) - strengthOf(a, reason) || a.index - b.index)),
    ]),
  );
}

function spread(sorted: readonly Presented[]): Presented[] {
  const seen = new Map<string, number>();
  const nth = (key: string): number => {
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return before;
  };
  return sorted
    .map((each) => ({
      each,
      truth: nth(JSON.stringify(["truth", each.truth])),
      condition: nth(JSON.stringify(["condition", each.condition])),
    }))
    .sort((a, b) => a.truth - b.truth || a.condition - b.condition)
    .map(({ each }) => each);
}

/** How right everybody is on a group of presentations. */
export interface Group {
  readonly value: Scalar;
  readonly n: number;
  /** Share of people's responses; undefined without responses. */
  readonly people: number | undefined;
  readonly given: readonly { readonly name: string; readonly share: number }[];
}

export interface Groups {
  readonly by: "condition" | "truth";
  /** In sorted order. */
  readonly groups: readonly Group[];
  readonly all: Group;
}

/** By condition, or by truth where there is but one condition. Undefined where no presentation has a truth. */
export function groupsOf(presented: readonly Presented[]): Groups | undefined {
  const judged = presented.filter(({ truth }) => truth !== undefined);
  if (judged.length === 0) return undefined;
  const by = new Set(judged.map(({ condition }) => condition)).size > 1 ? "condition" : "truth";
  const keyOf = (each: Presented): Scalar => (by === "condition" ? each.condition : (each.truth ?? null));
  const groups = [...groupBy(judged, keyOf)]
    .sort(([a], [b]) => compareScalars(a, b))
    .map(([value, members]) => groupOf(value, members));
  return { by, groups, all: groupOf(null, judged) };
}

function groupOf(value: Scalar, members: readonly Presented[]): Group {
  const responses = members.reduce((total, each) => total + each.responses, 0);
  const right = members.reduce((total, each) => total + (each.peopleRight ?? 0) * each.responses, 0);
  const names = members[0]?.given.map(({ name }) => name) ?? [];
  return {
    value,
    n: members.length,
    people: responses === 0 ? undefined : right / responses,
    given: names.map((name, i) => ({
      name,
      share: members.filter(({ given }) => given[i]?.right === true).length / members.length,
    })),
  };
}
