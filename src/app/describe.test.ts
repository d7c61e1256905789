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
    expect(cellText({ status: "not applicable", reason: "its card names no logits" })).toBe(
      "Not applicable: its card names no logits.",
    );
    expect(cellText(undefined)).toBe("Not scored yet.");
  });
});
