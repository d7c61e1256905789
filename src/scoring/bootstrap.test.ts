/** Intervals against scipy's and against Brain-Score's scores of the same draws (reference/bootstrap.py), and how they fare. */
import { describe, expect, it } from "vitest";
import type { ProbabilityAssembly } from "../assembly/assembly.ts";
import { RandomState } from "../numerics/random-state.ts";
import { answersOf, probabilitiesOf, readGolden, tableOf } from "../testing/golden.ts";
import {
  bootstrap,
  bootstrapDifference,
  type DrawnCeilings,
  drawsFor,
  type Interval,
  type NoInterval,
  seedOf,
  strataOf,
} from "./bootstrap.ts";
import { ceilingOf } from "./score.ts";

interface MadeUp {
  readonly seed: number;
  readonly conditions: readonly number[];
  readonly model: number;
  readonly people: readonly number[];
}

interface Golden {
  readonly integers: readonly {
    readonly seed: number;
    readonly ends: readonly number[];
    readonly values: readonly (readonly number[])[];
  }[];
  readonly accuracy: readonly {
    readonly seed: number;
    readonly draw_seed: number;
    readonly n: number;
    readonly model: number;
    readonly ceiling: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly paired: readonly {
    readonly seed: number;
    readonly draw_seed: number;
    readonly n: number;
    readonly model: number;
    readonly other: number;
    readonly ceiling: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly error_consistency: readonly (MadeUp & {
    readonly name: string;
    readonly draw_seed: number;
    readonly constant?: number;
    readonly undefined: number;
    readonly unbounded: readonly [number, number];
    readonly bounded: readonly [number, number];
  })[];
}

const golden = readGolden("bootstrap.json") as Golden; // the file's own script says its form

/** The script's `made_up`: who is right on what, stimuli in order of condition. */
function madeUp({ seed, conditions, model, people }: MadeUp) {
  const random = new RandomState(seed);
  const condition = conditions.flatMap((n, value) => Array<number>(n).fill(value));
  const n = condition.length;
  const difficulty = random.integers(60, n).map((value) => value - 30);
  const [own = [], ...others] = [model, ...people].map((skill) =>
    random.integers(100, n).map((value, i) => value < skill - (difficulty[i] ?? 0)),
  );
  return { model: own, people: others, condition };
}

const word = (right: boolean): string => (right ? "a" : "b");

/** Tables in which the truth is always `a`. */
function tables({ model, people, condition }: ReturnType<typeof madeUp>) {
  const ids = condition.map((_, i) => `s${i}`);
  const truth = ids.map(() => "a");
  return {
    answers: answersOf(model.map(word), { stimulus_id: ids, truth, condition }),
    responses: tableOf({
      stimulus_id: people.flatMap(() => ids),
      subject: people.flatMap((_, k) => ids.map(() => `p${k}`)),
      response: people.flatMap((person) => person.map(word)),
      truth: people.flatMap(() => truth),
      condition: people.flatMap(() => condition),
    }),
  };
}

const accuracy = { metric: { name: "accuracy", options: {} }, responses: tableOf({}) };
const consistency = { metric: { name: "error_consistency", options: {} } };
const constant = (value: number) => ({ name: "constant", options: { value } });

/** To the end, with the ceiling of the data. */
function intervalOf(...[benchmark, answers, seed = 1, ceilings]: [...Parameters<typeof start>]) {
  const draws = start(benchmark, answers, seed, ceilings);
  for (;;) {
    const { done, value } = draws.next();
    if (done === true) return value;
  }
}

function differenceOf(
  benchmark: Parameters<typeof bootstrap>[0],
  both: Parameters<typeof bootstrapDifference>[1],
  seed: number,
): Interval | NoInterval {
  const draws = bootstrapDifference(benchmark, both, ceilingOf(benchmark), seed);
  for (;;) {
    const { done, value } = draws.next();
    if (done === true) return value;
  }
}

function start(
  benchmark: Parameters<typeof bootstrap>[0],
  answers: Parameters<typeof bootstrap>[1],
  seed?: number,
  ceilings?: DrawnCeilings,
) {
  return bootstrap(benchmark, answers, ceilingOf(benchmark), seed ?? 1, ceilings);
}

function ends(found: Interval | NoInterval): [number, number] {
  if ("reason" in found) throw new Error(found.reason);
  return [found.low, found.high];
}

describe("reference values", () => {
  it.each(golden.integers)("numpy's randint, seed $seed", ({ seed, ends: limits, values }) => {
    const random = new RandomState(seed);
    expect(limits.map((end) => random.integers(end, 5))).toEqual(values);
  });

  it.each(golden.accuracy)("scipy's percentile interval of $n answers, seed $seed", (given) => {
    const { answers } = tables(madeUp({ ...given, conditions: [given.n], people: [] }));
    const found = intervalOf({ ...accuracy, ceiling: constant(given.ceiling) }, answers, given.draw_seed);
    expect(ends(found)[0]).toBeCloseTo(given.low, 12);
    expect(ends(found)[1]).toBeCloseTo(given.high, 12);
    expect(found).toMatchObject({ level: 0.95, draws: 1000, undefinedDraws: 0, over: ["stimuli"] });
  });

  it.each(golden.paired)("scipy's paired interval of two accuracies on $n stimuli, seed $seed", (given) => {
    const { model, people, condition } = madeUp({ ...given, conditions: [given.n], people: [given.other] });
    const answersOf = (right: readonly boolean[]) => tables({ model: [...right], people: [], condition }).answers;
    const benchmark = { ...accuracy, ceiling: constant(given.ceiling) };
    const found = differenceOf(benchmark, [answersOf(model), answersOf(people[0] ?? [])], given.draw_seed);
    expect(ends(found)[0]).toBeCloseTo(given.low, 12);
    expect(ends(found)[1]).toBeCloseTo(given.high, 12);
    expect(found).toMatchObject({ level: 0.95, draws: 1000, undefinedDraws: 0, over: ["stimuli"] });
  });

  it.each(golden.error_consistency)("Brain-Score's scores of the same draws: $name", (given) => {
    const { answers, responses } = tables(madeUp(given));
    const ceiling = given.constant === undefined ? { name: "metric", options: {} } : constant(given.constant);
    const benchmark = { ...consistency, responses, ceiling };
    const found = intervalOf(benchmark, answers, given.draw_seed);
    if (given.undefined > 100) {
      expect(found).toEqual({ reason: expect.stringContaining(`${given.undefined} of 1000 draws have no score`) });
      return;
    }
    expect(found).toMatchObject({ draws: 1000 - given.undefined, undefinedDraws: given.undefined });
    const open = intervalOf({ ...benchmark, bounds: [null, null] }, answers, given.draw_seed);
    for (const [actual, expected] of [
      [ends(found), given.bounded],
      [ends(open), given.unbounded],
    ] as const) {
      expect(actual[0]).toBeCloseTo(expected[0], 9);
      expect(actual[1]).toBeCloseTo(expected[1], 9);
    }
    expect("over" in found && found.over).toEqual(given.people.length > 1 ? ["stimuli", "people"] : ["stimuli"]);
  });
});

describe("coverage: of data sets with a known value, the share whose interval holds it", () => {
  const share = (sets: number, holds: (seed: number) => boolean) =>
    Array.from({ length: sets }, (_, seed) => holds(seed)).filter(Boolean).length / sets;

  it("an accuracy of 0.7 on 30 stimuli", { timeout: 120_000 }, () => {
    const covered = share(200, (seed) => {
      const right = new RandomState(seed).integers(10, 30).map((value) => value < 7);
      const { answers } = tables({ model: right, people: [], condition: right.map(() => 0) });
      const [low, high] = ends(intervalOf({ ...accuracy, ceiling: constant(1) }, answers, seed + 1000));
      return low <= 0.7 && 0.7 <= high;
    });
    expect(covered).toBeGreaterThan(0.9);
    expect(covered).toBeLessThan(0.98);
  });

  it("a kappa of 0.5 with one person on 60 stimuli", { timeout: 120_000 }, () => {
    // Both are right on half of the stimuli, and differ on a quarter: (0.75 − 0.5) / (1 − 0.5).
    const covered = share(100, (seed) => {
      const kinds = new RandomState(seed).integers(8, 60);
      const people = [kinds.map((kind) => kind < 4)];
      const { answers, responses } = tables({
        model: kinds.map((kind) => kind < 3 || kind === 7),
        people,
        condition: kinds.map(() => 0),
      });
      const benchmark = { ...consistency, responses, ceiling: constant(1) };
      const [low, high] = ends(intervalOf(benchmark, answers, seed + 1000));
      return low <= 0.5 && 0.5 <= high;
    });
    expect(covered).toBeGreaterThan(0.9);
    expect(covered).toBeLessThan(0.98);
  });
});

describe("draws", () => {
  const data = { seed: 5, conditions: [8, 6], model: 60, people: [80, 70, 65] };
  const { answers, responses } = tables(madeUp(data));
  const benchmark = { ...consistency, responses, ceiling: { name: "metric", options: {} } };

  it("are the same every time, and others with another seed", () => {
    expect(intervalOf(benchmark, answers, 3)).toEqual(intervalOf(benchmark, answers, 3));
    expect(intervalOf(benchmark, answers, 3)).not.toEqual(intervalOf(benchmark, answers, 4));
    expect(seedOf("sha256-00000010abcdef")).toBe(16);
    expect(seedOf(`sha256-${"f".repeat(64)}`)).toBe(2 ** 32 - 1);
  });

  it("have ceilings that serve the next subject, whose interval they leave as it is", () => {
    const ceilings: DrawnCeilings = new Map();
    const other = tables(madeUp({ ...data, seed: 6 })).answers;
    const alone = intervalOf(benchmark, other, 3);
    intervalOf(benchmark, answers, 3, ceilings);
    expect(ceilings.size).toBe(1000);
    const before = [...ceilings.values()];
    expect(intervalOf(benchmark, other, 3, ceilings)).toEqual(alone);
    expect([...ceilings.values()]).toEqual(before);
  });

  it("number 2 million rows' worth, within 100 and 1,000", () => {
    expect([0, 1600, 2000, 4000, 20_000, 1e6].map(drawsFor)).toEqual([1000, 1000, 1000, 500, 100, 100]);
    const long = answersOf(
      Array.from({ length: 25_000 }, (_, i) => word(i % 3 === 0)),
      { stimulus_id: Array.from({ length: 25_000 }, (_, i) => i), truth: Array<string>(25_000).fill("a") },
    );
    const shares = [...start({ ...accuracy, ceiling: constant(1) }, long)];
    expect([shares.length, shares[0], shares.at(-1)]).toEqual([100, 0.01, 1]);
  });

  it("keep the number of stimuli in a condition, and in what a metric must have some of", () => {
    const columns = (names: Readonly<Record<string, readonly string[]>>) =>
      Object.fromEntries(Object.entries(names).map(([name, values]) => [name, { values }]));
    const named = columns({
      stimulus_id: ["1", "2", "3", "4"],
      condition: ["x", "y", "x", "y"],
      k: ["a", "a", "b", "a"],
    });
    expect(strataOf(named, [])).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(strataOf(named, ["k", "no such column"])).toEqual([[0], [1, 3], [2]]);
    // Right in one condition and wrong in the other: only drawing across conditions moves the accuracy.
    const split = [...Array<number>(9).fill(0), ...Array<number>(9).fill(1)];
    const given = {
      ids: split.map((_, i) => i),
      truth: split.map(() => "a"),
      said: split.map((one) => word(one === 0)),
    };
    const within = answersOf(given.said, { stimulus_id: given.ids, truth: given.truth, condition: split });
    const across = answersOf(given.said, { stimulus_id: given.ids, truth: given.truth });
    const top1 = { ...accuracy, ceiling: constant(1) };
    expect(intervalOf(top1, within)).toEqual({ reason: expect.stringContaining("same raw value") });
    expect(ends(intervalOf(top1, across))[0]).toBeLessThan(0.5);
  });

  it("are of triplets in the odd-one-out task", () => {
    const triplets = Array.from({ length: 40 }, (_, i) => ({ a: `a${i}`, b: `b${i}`, c: `c${i}` }));
    const columns = {
      a: triplets.map(({ a }) => a),
      b: triplets.map(({ b }) => b),
      c: triplets.map(({ c }) => c),
      stimulus_id: triplets.map(({ a, b, c }) => `${a}|${b}|${c}`),
    };
    const table = tableOf(columns);
    const responsesTo = tableOf({
      ...columns,
      subject: triplets.map((_, i) => `p${i % 4}`),
      response: triplets.map(({ a, c }, i) => (i % 3 === 0 ? c : a)),
    });
    const found = intervalOf(
      {
        metric: { name: "odd_one_out_accuracy", options: {} },
        task: { name: "odd_one_out", triplets: table },
        ceiling: constant(0.8),
        responses: responsesTo,
      },
      answersOf(columns.a, columns),
    );
    expect(found).toMatchObject({ over: ["triplets", "people"], undefinedDraws: 0 });
    const score = (26 / 40 - 1 / 3) / (0.8 - 1 / 3);
    const [low, high] = ends(found);
    expect(low).toBeLessThan(score);
    expect(high).toBeGreaterThan(score);
  });

  it("take a subject's probabilities with their stimuli", () => {
    const columns = { stimulus_id: ["x", "y", "z", "w"], truth: ["a", "b", "a", "b"] };
    const rows = [0.9, 0.2, 0.4, 0.7].map((p) => [p, 1 - p]);
    const subject: ProbabilityAssembly = probabilitiesOf(["a", "b"], rows, columns);
    const said = answersOf(["a", "b", "b", "a"], columns);
    const top1 = { ...accuracy, ceiling: constant(1) };
    expect(intervalOf(top1, subject)).toEqual(intervalOf(top1, said));
  });
});

describe("the difference of two scores", () => {
  const data = { seed: 5, conditions: [14, 10], model: 60, people: [80, 70, 75, 60] };
  const { answers, responses } = tables(madeUp(data));
  const ids = answers.values.map((_, i) => `s${i}`);
  // Right where the first is, but for one stimulus in five.
  const other = answersOf(
    answers.values.map((answer, i) => (i % 5 === 0 ? (answer === "a" ? "b" : "a") : answer)),
    { stimulus_id: ids, truth: ids.map(() => "a"), condition: answers.coords.condition?.values ?? [] },
  );
  const benchmark = {
    ...consistency,
    responses,
    ceiling: { name: "metric", options: {} },
    bounds: [null, null] as const,
  };

  it("turns its sign with its sides, and has the draws that each score has alone", () => {
    const [low, high] = ends(differenceOf(benchmark, [answers, other], 3));
    const [turnedLow, turnedHigh] = ends(differenceOf(benchmark, [other, answers], 3));
    expect(turnedLow).toBeCloseTo(-high, 12);
    expect(turnedHigh).toBeCloseTo(-low, 12);
    // Of draws that were not the same, the widths would add up; the people and stimuli that both share cancel.
    const [a, b] = [answers, other].map((each) => ends(intervalOf(benchmark, each, 3)));
    expect(high - low).toBeLessThan((a?.[1] ?? 0) - (a?.[0] ?? 0) + (b?.[1] ?? 0) - (b?.[0] ?? 0));
  });

  it("of a subject with itself is none", () => {
    expect(differenceOf(benchmark, [answers, answers], 3)).toEqual({
      reason: expect.stringContaining("same difference"),
    });
  });
});

describe("where there can be no interval, or not over everything", () => {
  const top1 = { ...accuracy, ceiling: constant(1) };

  it("one stimulus", () => {
    const one = answersOf(["a"], { stimulus_id: ["s"], truth: ["a"] });
    expect(intervalOf(top1, one)).toEqual({ reason: expect.stringContaining("a single stimulus") });
  });

  it("a subject that is always right, or always wrong", () => {
    for (const answer of ["a", "b"]) {
      const given = answersOf(Array<string>(30).fill(answer), {
        stimulus_id: Array.from({ length: 30 }, (_, i) => i),
        truth: Array<string>(30).fill("a"),
      });
      expect(intervalOf(top1, given)).toEqual({ reason: expect.stringContaining("same raw value") });
    }
  });

  const thresholds = (people: readonly number[]) => ({
    metric: { name: "threshold", options: { independent_variable: "x", threshold_accuracy: 0.75 } },
    ceiling: constant(0.9),
    responses: tableOf({ subject: people.map((_, i) => `p${i}`), threshold: people }),
  });
  const xs = [1, 2, 3, 4, 5, 6].flatMap((x) => Array<number>(20).fill(x));
  const seeing = answersOf(
    xs.map((x, i) => word((i % 20) / 20 < 0.5 + 0.45 * Math.min(1, (x - 1) / 4))),
    { stimulus_id: xs.map((_, i) => i), truth: xs.map(() => "a"), x: xs },
  );

  it("rows that are whole persons are drawn alone", () => {
    const found = intervalOf(thresholds([2.1, 3.4, 2.8, 4.4, 1.9]), seeing);
    expect(found).toMatchObject({ over: ["people"], draws: 1000 });
    const [low, high] = ends(found);
    expect(low).toBeLessThan(high);
    expect(intervalOf(thresholds([2.1]), seeing)).toEqual({ reason: expect.stringContaining("one person") });
  });

  it("an error that is no undefined value is not swallowed", () => {
    expect(() => intervalOf({ ...top1, metric: { name: "no such metric", options: {} } }, seeing)).toThrow();
  });
});
