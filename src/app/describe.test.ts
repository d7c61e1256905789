import { describe, expect, it } from "vitest";
import { ceilingText, cellText, chanceOf, placeText, taskText } from "./describe.ts";

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
