import { describe, expect, it } from "vitest";
import { errorEnds, scoreDomain, shortNames } from "./layer-axis.ts";

describe("along the layers", () => {
  it.each([
    [
      ["model.layer1.0", "model.layer2.0"],
      ["layer1", "layer2"],
    ],
    [
      ["features.2", "features.12", "classifier.2"],
      ["features.2", "features.12", "classifier.2"],
    ],
    [
      ["V4.output-t0", "V4.output-t1"],
      ["output-t0", "output-t1"],
    ],
    [["alone.in.the.world"], ["alone…he.world"]],
    [
      ["a.", "a.b"],
      ["a.", "a.b"],
    ],
    [["block3_unit2/bottleneck_v2/conv1"], ["block…v2/conv1"]],
  ])("shortens %j to %j", (names, short) => {
    expect(shortNames(names)).toEqual(short);
    expect(Math.max(...short.map(({ length }) => length))).toBeLessThanOrEqual(14);
  });

  it("puts errors on the scale of scores, by the score's formula", () => {
    const ceiling = { value: 0.5 };
    const ends = (formula: string, raw = 0.4, error: number | undefined = 0.1) =>
      errorEnds({ raw, ceiling, formula, ...(error === undefined ? {} : { error }) })?.map((end) => +end.toFixed(12));
    expect(ends("raw / ceiling, within [0, 1]")).toEqual([0.6, 1]);
    expect(ends("raw² / ceiling")).toEqual([0.18, 0.5]);
    expect(ends("raw² / ceiling", 0.05)).toEqual([0, 0.045]);
    expect(ends("(raw / ceiling)²")).toEqual([0.36, 1]);
    expect(ends("(raw − chance) / (ceiling − chance)")).toBeUndefined();
    expect(errorEnds({ raw: 0.4, ceiling, formula: "raw / ceiling" })).toBeUndefined();
  });

  it("reaches from 0, or below, to a round number", () => {
    expect(scoreDomain([0.12, 0.31])).toEqual([0, 0.35]);
    expect(scoreDomain([-0.07, 0.31])).toEqual([-0.1, 0.4]);
    expect(scoreDomain([])).toEqual([0, 0.05]);
  });
});
