import { describe, expect, it } from "vitest";
import type { Scalar } from "../../../assembly/table.ts";
import { cohensKappa, errorConsistency } from "../../../metrics/error-consistency.ts";
import { RandomState } from "../../../numerics/random-state.ts";
import { madeUpBenchmark } from "../../../testing/behaviour.ts";
import { answersOf, type Columns } from "../../../testing/golden.ts";
import { type ConsistencyMap, canMap, consistencyMap } from "./consistency.ts";

const benchmark = (stimuli: Columns, responses: Columns) =>
  madeUpBenchmark(stimuli, responses, {
    metric: { name: "error_consistency", options: {} },
    ceiling: { name: "metric", options: {} },
  });

function finished(work: Generator<undefined, ConsistencyMap>): ConsistencyMap {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const random = new RandomState(3);
const draw = (n: number, right: number): string[] =>
  Array.from(random.permutation(n), (place) => (place < right ? "cat" : "dog"));

/** 101 stimuli, all cats, in two conditions of unequal size that do not fill their last words; three people, two subjects. */
const N = 101;
const ids = Array.from({ length: N }, (_, i) => `s${i}`);
const condition = ids.map((_, i) => (i % 3 === 0 ? "far" : "near"));
const truth = ids.map(() => "cat");
const people: Readonly<Record<string, readonly string[]>> = { p: draw(N, 80), q: draw(N, 60), r: draw(N, 91) };
const subjects = [
  { name: "one", values: draw(N, 50) },
  { name: "two", values: draw(N, 30) },
];
const whole = benchmark(
  { stimulus_id: ids, truth, condition },
  {
    subject: Object.keys(people).flatMap((name) => ids.map(() => name)),
    stimulus_id: Object.keys(people).flatMap(() => ids),
    response: Object.values(people).flat(),
    truth: Object.keys(people).flatMap(() => truth),
    condition: Object.keys(people).flatMap(() => condition),
  },
);

describe("the map beside the metric", () => {
  const map = finished(consistencyMap(whole, subjects));

  it("has every pair once, people first, none with itself", () => {
    expect(map.observers.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      ...["person p", "person q", "person r", "subject one", "subject two"],
    ]);
    expect(map.pair(2, 2)).toBeUndefined();
    expect(map.pair(1, 3)).toBe(map.pair(3, 1));
    expect(map.means.map(({ kinds, pairs }) => [kinds, pairs])).toEqual([
      ["people with people", 3],
      ["people with subjects", 6],
      ["subjects with subjects", 1],
    ]);
  });

  it("agrees with Cohen's kappa of each pair, condition by condition", () => {
    const answers: readonly (readonly (string | null)[])[] = [
      ...Object.values(people),
      ...subjects.map((s) => s.values),
    ];
    for (const [a, left] of answers.entries()) {
      for (const [b, right] of answers.entries()) {
        if (a === b) continue;
        const kappas = ["far", "near"].map((name) => {
          const rows = [...ids.keys()].filter((row) => condition[row] === name);
          const rightOf = (values: readonly (string | null)[]) => rows.map((row) => values[row] === "cat");
          return cohensKappa(rightOf(left), rightOf(right));
        });
        expect(map.pair(a, b)?.kappa).toBeCloseTo(((kappas[0] ?? 0) + (kappas[1] ?? 0)) / 2, 12);
        expect(map.pair(a, b)?.common).toBe(N);
      }
    }
  });

  it("gives in its means the metric's ceiling and its value of one subject", () => {
    const ceiling = errorConsistency.ceiling?.(whole.responses, {});
    expect(Math.abs(map.means[0]?.kappa ?? Number.NaN)).toBeCloseTo(ceiling?.value ?? Number.NaN, 12);
    const [one] = subjects;
    if (one === undefined) throw new Error("no subject");
    const alone = finished(consistencyMap(whole, [one]));
    const columns: Record<string, readonly Scalar[]> = { stimulus_id: ids, truth, condition };
    const score = errorConsistency.compare(answersOf(one.values, columns), whole.responses, {});
    expect(Math.abs(alone.means[1]?.kappa ?? Number.NaN)).toBeCloseTo(score.value, 12);
  });
});

describe("observers that share some stimuli", () => {
  const part = benchmark(
    { stimulus_id: ["a", "b", "c", "d"], truth: ["cat", "cat", "dog", "dog"] },
    {
      // p answers a twice; q none that r answers; r is always right.
      subject: ["p", "p", "p", "p", "q", "q", "r", "r"],
      stimulus_id: ["a", "b", "c", "a", "a", "b", "c", "d"],
      response: ["cat", "dog", "dog", "dog", "cat", "dog", "dog", "dog"],
      truth: ["cat", "cat", "dog", "cat", "cat", "cat", "dog", "dog"],
    },
  );
  const map = finished(consistencyMap(part, [{ name: "net", values: ["cat", null, "dog", "dog"] }]));

  it("compares them on these, by each one's first response", () => {
    // p is right, wrong, right on a, b, c; q right, wrong on a, b.
    expect(map.pair(0, 1)).toEqual({ kappa: 1, observed: 1, expected: 0.5, common: 2 });
    // The subject is right, wrong, right too.
    expect(map.pair(0, 3)?.common).toBe(3);
    expect(map.pair(0, 3)?.kappa).toBeCloseTo(1, 12);
  });

  it("has no kappa without a stimulus in common, nor of 0/0, and leaves both out of the means", () => {
    expect(map.pair(1, 2)).toMatchObject({ kappa: Number.NaN, common: 0 });
    expect(map.pair(2, 3)).toEqual({ kappa: Number.NaN, observed: 1, expected: 1, common: 2 });
    expect(map.means.map(({ pairs }) => pairs)).toEqual([1, 2]);
  });

  it("is not to be had without truths or for one pair alone", () => {
    expect(canMap(part, 0)).toBe(true);
    const untold = benchmark({ stimulus_id: ["a"] }, { subject: ["p"], stimulus_id: ["a"], response: ["cat"] });
    expect(canMap(untold, 3)).toBe(false);
    const nobody = benchmark({ stimulus_id: ["a"], truth: ["cat"] }, {});
    expect([canMap(nobody, 2), canMap(nobody, 3)]).toEqual([false, true]);
  });
});
