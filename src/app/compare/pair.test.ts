import { describe, expect, it } from "vitest";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import { tableOf } from "../../testing/golden.ts";
import { pairOf, partsOf } from "./pair.ts";

const ids = ["s1", "s2", "s3", "s4", "s5"];
const columns = { stimulus_id: ids, truth: ["a", "a", "b", "b", "a"] };
const benchmark: BehavioralBenchmark = {
  track: "behavioral",
  identifier: "Test-accuracy",
  version: 1,
  authors: [],
  digest: "sha256-b",
  folder: "",
  stimulusSet: { identifier: "set", stimuli: [], visualDegrees: null, table: tableOf(columns) },
  task: { name: "label", choices: ["a", "b", "c"] },
  numberOfTrials: 1,
  responses: tableOf({}),
  metric: { name: "accuracy", options: {} },
  ceiling: { name: "constant", options: { value: 1 } },
  excluded: { stimuli: 0, responses: 0 },
};

describe("two subjects", () => {
  it("agree where they give the same answer, right or wrong", () => {
    const pair = pairOf(benchmark, { values: ["a", "a", "a", "c", null] }, { values: ["a", "b", "b", "c", null] });
    expect(pair).toMatchObject({ n: 5, same: 3, judged: 5, right: { both: 1, first: 1, second: 1, neither: 2 } });
    // By hand: both 2/5 right, so expected 13/25; the same on 3/5: (15/25 − 13/25) / (12/25).
    expect(pair.kappa).toBeCloseTo(1 / 6, 12);
    expect(pair.apart.map(({ id, distance }) => [id, distance])).toEqual([
      ["s2", 1],
      ["s3", 1],
    ]);
    expect(pair.graded).toBe(false);
  });

  it("part by their probabilities where both gave them, other answers first", () => {
    const rows = (values: readonly (readonly [number, number])[]) => ({
      choices: ["a", "b"],
      probabilities: Float32Array.from(values.flat()),
    });
    const first = {
      values: ["a", "a", "a", "a", "a"],
      evidence: rows([
        [1, 0],
        [0.75, 0.25],
        [0.5, 0.5],
        [1, 0],
        [1, 0],
      ]),
    };
    const second = {
      values: ["a", "b", "a", "a", "b"],
      evidence: rows([
        [1, 0],
        [0.25, 0.75],
        [1, 0],
        [0.25, 0.75],
        [0, 1],
      ]),
    };
    const pair = pairOf(benchmark, first, second);
    expect(pair.graded).toBe(true);
    expect(pair.apart.map(({ id, distance }) => [id, distance])).toEqual([
      ["s5", 1],
      ["s2", 0.5],
      ["s4", 0.75],
      ["s3", 0.5],
    ]);
    const otherChoices = { ...second, evidence: { ...second.evidence, choices: ["b", "a"] } };
    expect(pairOf(benchmark, first, otherChoices).graded).toBe(false);
  });

  it("have no kappa where nothing can be right, or both always are", () => {
    const truthless = { ...benchmark, stimulusSet: { ...benchmark.stimulusSet, table: tableOf({ stimulus_id: ids }) } };
    const always = { values: columns.truth };
    expect(pairOf(truthless, always, always)).toMatchObject({ judged: 0, kappa: undefined, same: 5 });
    expect(pairOf(benchmark, always, always)).toMatchObject({ judged: 5, kappa: undefined });
  });

  it("are compared part by part where both have a value", () => {
    const by = (values: readonly (number | null)[]) => values.map((raw, condition) => ({ condition, raw }));
    expect(partsOf(by([0.1, 0.5, null]), by([0.2, 0.1, 0.3]))).toEqual([
      { key: [1], raw: [0.5, 0.1] },
      { key: [0], raw: [0.1, 0.2] },
    ]);
  });
});
