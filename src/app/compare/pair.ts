/**
 * Two subjects on one benchmark: how often they answer alike, who is right where, and on what they part most. Pure.
 *
 * The difference of their scores is two numbers beside each other; its interval is scoring/bootstrap.ts's business.
 */
import type { Scalar } from "../../assembly/table.ts";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import type { Answers } from "../../lab/run.ts";
import { cohensKappa } from "../../metrics/error-consistency.ts";
import type { ByRow } from "../../metrics/metric.ts";
import { type Item, joinAnswers } from "../answers.ts";

export interface PairItem extends Pick<Item, "index" | "id" | "shown" | "truth" | "condition" | "people"> {
  readonly answers: readonly [string | null, string | null];
  /**
   * Half the sum over choices of |p − q|, where both gave probabilities of the same choices; else 1 where the answers differ
   * and 0 where they do not. Between 0 and 1.
   */
  readonly distance: number;
}

export interface Pair {
  readonly n: number;
  /** How many presentations have the same answer. */
  readonly same: number;
  /** Who is right, where there is a truth. */
  readonly right: { readonly both: number; readonly first: number; readonly second: number; readonly neither: number };
  /** How many presentations have a truth. */
  readonly judged: number;
  /** Error consistency of the two; undefined without a truth, and where one that is always right makes it 0/0. */
  readonly kappa: number | undefined;
  /** Whether distances are of probabilities. */
  readonly graded: boolean;
  /** Presentations on which the answers or the probabilities differ: other answers first, then the largest distance. */
  readonly apart: readonly PairItem[];
}

export function pairOf(benchmark: BehavioralBenchmark, first: Answers, second: Answers): Pair {
  const items = joinAnswers(benchmark, first);
  const others = second.values;
  const distances = distancesOf(first, second);
  const all = items.map(({ index, id, shown, truth, condition, people, answer }): PairItem => {
    const answers = [answer, others[index] ?? null] as const;
    return {
      index,
      id,
      shown,
      truth,
      condition,
      people,
      answers,
      distance: distances?.[index] ?? Number(differs(answers)),
    };
  });
  const judged = all.filter(({ truth }) => truth !== undefined);
  const rights = judged.map(({ truth, answers: [one, two] }) => [one === truth, two === truth] as const);
  const count = (one: boolean, two: boolean): number => rights.filter(([a, b]) => a === one && b === two).length;
  const kappa = cohensKappa(
    rights.map(([one]) => one),
    rights.map(([, two]) => two),
  );
  return {
    n: all.length,
    same: all.filter(({ answers }) => !differs(answers)).length,
    right: {
      both: count(true, true),
      first: count(true, false),
      second: count(false, true),
      neither: count(false, false),
    },
    judged: judged.length,
    kappa: judged.length === 0 || Number.isNaN(kappa) ? undefined : kappa,
    graded: distances !== undefined,
    apart: all
      .filter(({ answers, distance }) => differs(answers) || distance > 0)
      .sort(
        (a, b) =>
          Number(differs(b.answers)) - Number(differs(a.answers)) || b.distance - a.distance || a.index - b.index,
      ),
  };
}

function differs([one, two]: readonly [string | null, string | null]): boolean {
  return one !== two;
}

/** Undefined unless both gave probabilities of the same choices in the same order. */
function distancesOf({ evidence: one }: Answers, { evidence: two }: Answers): number[] | undefined {
  if (one === undefined || two === undefined || one.choices.join("\n") !== two.choices.join("\n")) return undefined;
  const k = one.choices.length;
  return Array.from({ length: one.probabilities.length / k }, (_, i) => {
    let sum = 0;
    for (let c = i * k; c < (i + 1) * k; c++)
      sum += Math.abs((one.probabilities[c] ?? 0) - (two.probabilities[c] ?? 0));
    return sum / 2;
  });
}

/** A part that the metric tells apart (a condition, a site), with both subjects' raw values. */
export interface PairPart {
  readonly key: readonly Scalar[];
  readonly raw: readonly [number, number];
}

/** Parts in which both have a value, the largest difference first. */
export function partsOf(first: readonly ByRow[], second: readonly ByRow[]): PairPart[] {
  const keyOf = ({ raw: _, ...key }: ByRow): string => JSON.stringify(Object.entries(key).sort());
  const others = new Map(second.map((row) => [keyOf(row), row.raw]));
  return first
    .flatMap((row): PairPart[] => {
      const { raw, ...key } = row;
      const other = others.get(keyOf(row));
      return raw === null || other === null || other === undefined
        ? []
        : [{ key: Object.values(key), raw: [raw, other] }];
    })
    .sort((a, b) => Math.abs(b.raw[0] - b.raw[1]) - Math.abs(a.raw[0] - a.raw[1]));
}
