import { describe, expect, it } from "vitest";
import {
  ceilingText,
  cellText,
  chanceOf,
  errorMeaning,
  placeText,
  recordedTexts,
  taskText,
  timeBinsText,
} from "./describe.ts";

describe("what things are in words", () => {
  it("says where a fault stands, by line and column or field", () => {
    const fault = { code: "c", message: "m" };
    expect(placeText({ ...fault, file: "stimuli.csv", line: 12, column: "filename" })).toBe(
      "stimuli.csv:12 · filename",
    );
    expect(placeText({ ...fault, file: "benchmark.json", field: "metric.name" })).toBe("benchmark.json · metric.name");
    expect(placeText({ ...fault, line: 3 })).toBe("line 3");
    expect(placeText(fault)).toBe("");
  });

  it("knows chance where guessing has a known value, and only there", () => {
    const task = { name: "label", choices: ["a", "b", "c", "d"] } as const;
    const metric = (name: string) => ({ name, options: {} });
    expect(chanceOf({ task, metric: metric("accuracy") })).toBe(0.25);
    expect(chanceOf({ task: { name: "label", choices: "imagenet" }, metric: metric("accuracy") })).toBe(0.001);
    expect(chanceOf({ task, metric: metric("error_consistency") })).toBe(0);
    expect(chanceOf({ task, metric: metric("i2n") })).toBeUndefined();
    expect(taskText(task)).toBe("label, 4 choices");
    const triplets = { name: "odd_one_out", triplets: { length: 0, columns: {} } } as const;
    expect(chanceOf({ task: triplets, metric: metric("odd_one_out_accuracy") })).toBe(1 / 3);
    const labels = { dtype: "object", values: [], text: ["dog", "cat", "dog"] } as const;
    const fittingStimuli = {
      identifier: "fitting",
      stimuli: [],
      table: { length: 3, columns: { image_label: labels } },
      visualDegrees: null,
    };
    const probabilities = { name: "probabilities", fittingStimuli } as const;
    expect(chanceOf({ task: probabilities, metric: metric("accuracy") })).toBe(0.5);
    expect(chanceOf({ task, metric: { name: "accuracy", options: { chance: 0.1 } } })).toBe(0.1);
  });

  it("says what was recorded, and of whom", () => {
    const ids = (names: string) => ({ dim: "presentation", values: names.split("") });
    const neuroids = (presented: string, coords = {}, averageRepetition = true) =>
      recordedTexts({
        averageRepetition,
        recordings: {
          ...{ dims: ["presentation", "neuroid"], shape: [presented.length, 3], values: new Float64Array() },
          coords: { stimulus_id: ids(presented), ...coords },
        },
      });
    const animal = { dim: "neuroid", values: ["Anna", "Bert", "Anna"] };
    expect(neuroids("aabbb", { animal })).toEqual([
      "3 sites: Anna 2, Bert 1",
      "2 to 3 repetitions of each stimulus, averaged",
    ]);
    expect(neuroids("aabb", { subject: ids("xxyy") }, false)).toEqual([
      "3 sites", // a subject that presentations have is no neuroid's
      "2 repetitions of each stimulus, not averaged",
    ]);
    expect(neuroids("ab", { subject: { dim: "neuroid", values: ["x", "x", "x"] } })).toEqual([
      "3 sites: x",
      "each stimulus once",
    ]);
    const values = new Float64Array();
    const matrices = {
      dims: ["subject", "presentation", "presentation"],
      shape: [4, 92, 92],
      values,
      coords: {},
    } as const;
    expect(recordedTexts({ averageRepetition: true, recordings: { ...matrices, kind: "dissimilarity" } })).toEqual([
      "dissimilarities of 4 subjects",
    ]);
    const histogram = { edges: [0, 1, 2], counts: [3, 4], undefinedCells: 2 };
    expect(recordedTexts({ averageRepetition: true, recordings: histogram })).toEqual([
      "a histogram of 9 cells in 2 bins, 2 of them without the property",
    ]);
    expect(timeBinsText([[70, 170]])).toBe("70–170 ms");
    expect(timeBinsText([0, 20, 40].map((start) => [start, start + 20]))).toBe("3 time bins from 0 to 60 ms");
  });

  it.each([
    ["pls", "standard error"],
    ["rdm_cv", "standard error"],
    ["spantime_ridge", "standard error"],
    ["rdm", undefined],
    ["ridge_split", undefined],
    ["accuracy", "not a standard error"],
  ])("says what the error of %s is: %s", (metric, meaning) => {
    if (meaning === undefined) expect(errorMeaning(metric)).toBeUndefined();
    else expect(errorMeaning(metric)).toContain(meaning);
  });

  it("prints a ceiling with its error or without", () => {
    expect(ceilingText({ value: 0.318436, error: 0.1396 })).toBe("0.318 ± 0.14");
    expect(ceilingText({ value: 1 })).toBe("1.000");
  });

  it("gives a cell its equation or its reason", () => {
    const score = {
      score: 0.346849,
      raw: 0.110449,
      ceiling: { value: 0.318436 },
      formula: "raw / ceiling, within [0, 1]",
      unit: "kappa",
      by: [],
      notes: [],
    };
    expect(cellText({ status: "scored", score, answers: { values: [] } })).toBe(
      "Score 0.347 = raw / ceiling = 0.110 / 0.318, within [0, 1]; raw in kappa, ceiling 0.318.",
    );
    const interval = {
      low: 0.17036,
      high: 0.59232,
      level: 0.95,
      draws: 1000,
      undefinedDraws: 0,
      over: ["stimuli"],
    } as const;
    expect(cellText({ status: "scored", score, answers: { values: [] }, interval })).toMatch(
      / 95 % interval 0\.170 to 0\.592, over stimuli\.$/,
    );
    expect(cellText({ status: "scored", score, answers: { values: [] }, interval: { reason: "No." } })).not.toContain(
      "No.",
    );
    expect(cellText({ status: "not applicable", reason: "its card names no logits" })).toBe(
      "Not applicable: its card names no logits.",
    );
    expect(cellText(undefined)).toBe("Not scored yet.");
  });
});
