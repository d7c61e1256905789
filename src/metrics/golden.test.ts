/** Every behavioural metric, its ceiling and its score against Brain-Score's own code (reference/brainscore_metrics.py). */
import { describe, expect, it } from "vitest";
import type { BehavioralAssembly } from "../assembly/assembly.ts";
import { scoreResponses } from "../scoring/score.ts";
import { answersOf, type Columns, probabilitiesOf, readGolden, tableOf } from "../testing/golden.ts";
import { behavioralMetrics } from "./registry.ts";

interface Case {
  readonly name: string;
  readonly metric: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly stimuli: Columns;
  readonly choices?: readonly string[];
  readonly probabilities?: readonly (readonly number[])[];
  readonly answers?: readonly string[];
  readonly responses: Columns;
  readonly value: number;
  /** The case is about the ceiling alone. */
  readonly no_value?: true;
  readonly error?: number;
  readonly ceiling?: number;
  readonly ceiling_error?: number;
  readonly constant_ceiling?: number;
  readonly score?: number;
  readonly score_error?: number;
  readonly repetitions?: readonly number[];
  readonly ceiling_repetitions?: readonly number[];
}

const { cases } = readGolden("brainscore-metrics.json") as { cases: readonly Case[] }; // the script says its form

/** A threshold rests on a fit that Brain-Score's optimiser leaves at some 1e-5 of the minimum; all else is exact. */
const digitsOf = ({ metric }: Case): number => (metric.startsWith("threshold") ? 4 : 9);

function expectSame(actual: number | undefined, expected: number, digits: number): void {
  if (Number.isNaN(expected)) expect(actual).toBeNaN();
  else expect(actual).toBeCloseTo(expected, digits);
}

function subjectOf({ stimuli, choices, probabilities, answers }: Case): BehavioralAssembly {
  if (choices === undefined || probabilities === undefined) return answersOf(answers ?? [], stimuli);
  return probabilitiesOf(choices, probabilities, stimuli);
}

const title = ({ metric, name, options }: Case) => `${metric}: ${name} ${JSON.stringify(options)}`;
const named = (list: readonly Case[]) => list.map((example) => ({ title: title(example), example }));

describe("Brain-Score's own numbers", () => {
  it("there is a case of every metric", () => {
    expect(new Set(cases.map(({ metric }) => metric))).toEqual(new Set(behavioralMetrics.keys()));
  });

  it.each(named(cases.filter((example) => example.no_value === undefined)))("value of $title", ({ example }) => {
    const metric = behavioralMetrics.get(example.metric);
    const measured = metric?.compare(subjectOf(example), tableOf(example.responses), example.options);
    expectSame(measured?.value, example.value, digitsOf(example));
    if (example.error === undefined) expect(measured?.error).toBeUndefined();
    else expectSame(measured?.error, example.error, digitsOf(example));
    for (const [k, value] of (example.repetitions ?? []).entries()) {
      expectSame(measured?.repetitions?.[k], value, 9);
    }
  });

  it.each(named(cases.filter(({ ceiling }) => ceiling !== undefined)))("ceiling of $title", ({ example }) => {
    const ceiling = behavioralMetrics.get(example.metric)?.ceiling?.(tableOf(example.responses), example.options);
    expectSame(ceiling?.value, example.ceiling ?? 0, 9);
    if (example.ceiling_error === undefined && !("repetitions" in (ceiling ?? {}))) {
      expect(ceiling?.error).toBeUndefined();
    } else expectSame(ceiling?.error, example.ceiling_error ?? Number.NaN, 9);
    for (const [k, value] of (example.ceiling_repetitions ?? []).entries()) {
      expectSame(ceiling?.repetitions?.[k], value, 9);
    }
  });

  it.each(named(cases.filter(({ score }) => score !== undefined && !Number.isNaN(score))))(
    "score of $title",
    ({ example }) => {
      const { constant_ceiling: constant } = example;
      const score = scoreResponses(
        {
          metric: { name: example.metric, options: example.options },
          ceiling:
            constant === undefined
              ? { name: "metric", options: {} }
              : { name: "constant", options: { value: constant } },
          responses: tableOf(example.responses),
          ...(example.metric === "odd_one_out_accuracy"
            ? { task: { name: "odd_one_out" as const, triplets: tableOf(example.stimuli) } }
            : {}),
        },
        subjectOf(example),
      );
      expectSame(score.score, example.score ?? 0, 9);
      if (example.score_error !== undefined) expectSame(score.error, example.score_error, 9);
    },
  );
});
