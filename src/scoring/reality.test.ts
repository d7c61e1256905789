import { describe, expect, it } from "vitest";
import type { BehavioralBenchmark, Stimulus } from "../benchmark/benchmark.ts";
import { type Columns, tableOf } from "../testing/golden.ts";
import { chanceOf } from "./chance.ts";
import { realityOf, type View } from "./reality.ts";

const CHOICES = ["a", "b", "c", "d"];

/** 40 stimuli in two conditions, each with the truth `a`; `people` gives each person's number of right answers in each. */
function benchmark(people: readonly (readonly [number, number])[], changes: Partial<BehavioralBenchmark> = {}) {
  const ids = Array.from({ length: 40 }, (_, i) => `s${i}`);
  const columns = {
    stimulus_id: ids,
    truth: ids.map(() => "a"),
    condition: ids.map((_, i) => (i < 20 ? "easy" : "hard")),
  };
  const said = ([easy, hard]: readonly [number, number]) => ids.map((_, i) => (i < 20 ? i < easy : i - 20 < hard));
  const repeated = (values: readonly string[]) => people.flatMap(() => values);
  return {
    metric: { name: "error_consistency", options: {} },
    task: { name: "label" as const, choices: CHOICES },
    stimulusSet: {
      identifier: "set",
      table: tableOf(columns),
      stimuli: ids.map((id) => stimulus(id)),
      visualDegrees: null,
    },
    responses: tableOf({
      ...Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, repeated(values)])),
      subject: people.flatMap((_, k) => ids.map(() => `p${k}`)),
      response: people.flatMap((right) => said(right).map((yes) => (yes ? "a" : "b"))),
    }),
    ...changes,
  };
}

function stimulus(id: string, width = 224, height = 224): Stimulus {
  return { id, file: id, format: "png", mode: "RGB", width, height, sha256: id, bytes: new Blob([]) };
}

/** So many right answers on easy stimuli and on hard ones. */
const answers = (easy: number, hard: number) =>
  Array.from({ length: 40 }, (_, i) => ((i < 20 ? i < easy : i - 20 < hard) ? "a" : "b"));

const GOOD = [
  [18, 12],
  [16, 14],
] as const;
const ceiling = { value: 0.5 };
const warningsOf = (...[of, given = answers(18, 10), at = ceiling, view]: [...Parameters<typeof ask>]) =>
  ask(of, given, at, view).warnings;
function ask(of: Parameters<typeof realityOf>[0], given?: readonly string[], at?: { value: number }, view?: View) {
  return realityOf(of, given ?? answers(18, 10), at ?? ceiling, view);
}

describe("beside a score", () => {
  it("stand chance and people's accuracy, and nothing to warn of where all is well", () => {
    expect(ask(benchmark(GOOD))).toEqual({ chance: 0, humanAccuracy: 60 / 80, warnings: [] });
  });

  it("people's accuracy is left out where one row of data need not be a person's", () => {
    expect(ask(benchmark([[18, 12]]))).not.toHaveProperty("humanAccuracy");
    expect(ask(benchmark([]))).not.toHaveProperty("humanAccuracy");
  });

  it("chance is the metric's, where it is known", () => {
    const { stimulusSet } = benchmark([]);
    const label = { name: "label", choices: CHOICES } as const;
    const fitted = { ...stimulusSet, table: tableOf({ image_label: ["x", "y", "x", "z", "q"] }) };
    const odd = { name: "odd_one_out", triplets: tableOf({}) } as const;
    const of = (name: string, task: BehavioralBenchmark["task"] = label, options = {}) =>
      chanceOf({ metric: { name, options }, task });
    expect(of("error_consistency")).toBe(0);
    expect(of("accuracy")).toBe(0.25);
    expect(of("accuracy", { name: "label", choices: "imagenet" })).toBe(0.001);
    expect(of("accuracy", { name: "probabilities", fittingStimuli: fitted })).toBe(0.25);
    expect(of("accuracy", label, { chance: 0.1 })).toBe(0.1);
    expect(of("odd_one_out_accuracy", odd)).toBeCloseTo(1 / 3, 12);
    expect(of("i2n")).toBeUndefined();
  });
});

describe("warnings", () => {
  it("of a low ceiling, measured from chance", () => {
    expect(warningsOf(benchmark(GOOD), undefined, { value: 0.19 })).toEqual([
      expect.stringMatching(/^The ceiling is low, 0\.190:/),
    ]);
    expect(warningsOf(benchmark(GOOD), undefined, { value: 0.2 })).toEqual([]);
    const top1 = benchmark(GOOD, { metric: { name: "accuracy", options: {} } });
    expect(warningsOf(top1, undefined, { value: 0.38 })).toEqual([
      expect.stringContaining("0.380, with chance at 0.250"),
    ]);
  });

  it("of few stimuli, few in a condition, few people", () => {
    const take = (n: number, condition: (i: number) => string) => {
      const rows = Array.from({ length: n }, (_, i) => i);
      const columns: Columns = { stimulus_id: rows, truth: rows.map(() => "a"), condition: rows.map(condition) };
      const { stimulusSet } = benchmark([]);
      return benchmark([], { stimulusSet: { ...stimulusSet, table: tableOf(columns) } });
    };
    const few = (of: ReturnType<typeof take>) => warningsOf(of).filter((warning) => warning.startsWith("Few"));
    expect(few(take(29, () => "x"))).toEqual([expect.stringContaining("Few stimuli, 29:")]);
    expect(few(take(30, () => "x"))).toEqual([]);
    expect(few(take(40, (i) => (i < 4 ? "x" : "y")))).toEqual([expect.stringContaining("in a condition, 4:")]);
    expect(few(take(40, (i) => (i < 5 ? "x" : "y")))).toEqual([]);
    const metric = { name: "threshold", options: { independent_variable: "x" } };
    const persons = (n: number) =>
      benchmark([], { metric, responses: tableOf({ subject: Array.from({ length: n }, (_, i) => `p${i}`) }) });
    expect(few(persons(9))).toEqual([expect.stringContaining("Few people, 9:")]);
    expect(few(persons(10))).toEqual([]);
  });

  it("of people at floor, in all or in some conditions", () => {
    const floor = benchmark([
      [6, 5],
      [7, 5],
    ]);
    expect(warningsOf(floor)).toEqual([expect.stringMatching(/^People are at floor: right on 29 % .* gives 25 %/)]);
    const hard = benchmark([
      [18, 5],
      [18, 6],
    ]);
    expect(warningsOf(hard)).toEqual([expect.stringMatching(/^People are at floor in 1 of 2 conditions: hard/)]);
  });

  it("of people at ceiling, where errors are what is compared", () => {
    const easy = [
      [20, 19],
      [20, 20],
    ] as const;
    expect(warningsOf(benchmark(easy))).toEqual([expect.stringContaining("they err on 1 of 80 trials")]);
    expect(warningsOf(benchmark(easy, { metric: { name: "accuracy", options: {} } }), undefined, { value: 1 })).toEqual(
      [],
    );
  });

  it("of a subject at chance in the condition that people are best in", () => {
    const at = (easy: number, hard: number) => warningsOf(benchmark(GOOD), answers(easy, hard));
    // 5 of 20 are right by guessing; 8.2 or more once in twenty.
    expect(at(8, 20)).toEqual([
      expect.stringMatching(/at chance even in the condition that people are best in, easy: .*40 %/),
    ]);
    expect(at(9, 0)).toEqual([]);
    expect(warningsOf(benchmark([[20, 20]]), answers(2, 7))).toEqual([
      expect.stringContaining("in its best condition, hard"),
    ]);
    const { stimulusSet, ...rest } = benchmark(GOOD);
    const { condition: _, ...columns } = stimulusSet.table.columns;
    const single = { ...rest, stimulusSet: { ...stimulusSet, table: { length: 40, columns } } };
    expect(warningsOf(single, answers(8, 5))).toEqual([expect.stringContaining("no easier condition shows")]);
  });

  it("of stimuli that a network sees too small, cut off, or blurred", () => {
    const of = (degrees: readonly number[] | null, size = 224) => {
      const { stimulusSet } = benchmark([]);
      const stimuli = stimulusSet.stimuli.map(({ id }) => stimulus(String(id), size, size));
      return benchmark(GOOD, { stimulusSet: { ...stimulusSet, stimuli, visualDegrees: degrees } });
    };
    const view: View = { visualDegrees: 8, input: [224, 224] };
    const seen = (...args: Parameters<typeof of>) => warningsOf(of(...args), undefined, undefined, view);
    const all = (degrees: number) => Array<number>(40).fill(degrees);
    expect(seen(null)).toEqual([]);
    expect(seen(all(8))).toEqual([]);
    expect(seen(all(2))).toEqual([]);
    expect(seen(all(1.9))).toEqual([
      expect.stringMatching(/^All stimuli span less than a quarter of the network's 8°/),
    ]);
    expect(seen([...all(8).slice(1), 8.5])).toEqual([expect.stringMatching(/^1 of 40 stimuli span more than/)]);
    expect(seen(null, 112)).toEqual([]);
    expect(seen(null, 111)).toEqual([
      expect.stringMatching(/^All pictures have less than half the pixels .* 224 × 224/),
    ]);
    expect(seen(all(4), 64)).toEqual([]); // on a screen of 128 pixels, which is enlarged less than twice
    expect(warningsOf(of(all(1)))).toEqual([]); // nothing is known of what a recording was made with
  });

  it("say nothing of right and wrong where there is no truth", () => {
    const triplets = tableOf({ stimulus_id: Array.from({ length: 30 }, (_, i) => `${i}|b|c`) });
    const odd = benchmark(GOOD, {
      metric: { name: "odd_one_out_accuracy", options: {} },
      task: { name: "odd_one_out", triplets },
    });
    expect(ask(odd, triplets.columns.stimulus_id?.text.slice(), { value: 0.67 })).toEqual({
      chance: 1 / 3,
      warnings: [],
    });
  });
});
