/** What figures show, from made-up numbers; that they are drawn where they should be is seen in the browser (e2e/compare.spec.ts). */
import { decode, encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { takeRows } from "../../assembly/table.ts";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import type { ScoredLayer } from "../../scorecard/layers.ts";
import type { ScorecardBenchmark } from "../../scorecard/scorecard.ts";
import { tableOf } from "../../testing/golden.ts";
import { conditionsFigure, layersFigure, rankingFigure, scoresFigure } from "./figure-data.ts";
import { withResolution } from "./png.ts";

const scored = (subject: string, score: number, more = {}) => ({
  subject,
  subject_digest: "sha256-0",
  status: "scored" as const,
  score,
  raw: score / 2,
  formula: "raw / ceiling",
  backend: "wasm" as const,
  notes: [],
  by: [],
  digest: "sha256-1",
  ...more,
});
const entry: ScorecardBenchmark = {
  identifier: "Test",
  version: 1,
  digest: "sha256-b",
  track: "behavioral",
  metric: "accuracy",
  panel_mean: 0.3,
  panel_size: 2,
  scores: [
    scored("low", 0.2, { interval: { low: 0.1, high: 0.3, level: 0.95, draws: 1000, over: ["stimuli"] } }),
    scored("high", 0.4, { stands_in_for: "other" }),
    { subject: "none", subject_digest: "sha256-2", status: "not applicable", reason: "no logits" },
  ],
};

describe("a figure", () => {
  it("of scores has the best first, intervals, the panel mean, and who has none in its words", () => {
    const figure = scoresFigure(entry);
    expect(figure?.dots).toEqual([
      { subject: "high", standIn: true, score: 0.4 },
      { subject: "low", standIn: false, score: 0.2, interval: [0.1, 0.3] },
    ]);
    expect(figure?.mean).toEqual({ value: 0.3, text: "panel mean 0.30" });
    expect(figure?.caption).toContain("high 0.400, low 0.200");
    expect(figure?.caption).toContain("none not applicable");
    expect(figure?.rows.map(({ subject, score }) => [subject, score])).toEqual([
      ["low", 0.2],
      ["high", 0.4],
      ["none", ""],
    ]);
    expect(scoresFigure({ ...entry, scores: entry.scores.slice(2) })).toBeUndefined();
  });

  it("of the ranking leaves out what has no mean, and tells missing scores in its table", () => {
    const dot = { id: "1", name: "net", standIn: false, value: 0, missing: true };
    const figure = rankingFigure("neural", [
      { name: "A", place: 1, mean: 0, over: "of 1 model", dots: [dot], parts: [] },
      { name: "B", over: "no model has a score", dots: [], parts: [] },
    ]);
    expect(figure?.places.map(({ benchmark }) => benchmark)).toEqual(["A"]);
    expect(figure?.rows).toEqual([{ place: 1, benchmark: "A", mean: 0, subject: "net", counted_as: 0, score: "none" }]);
  });

  const conditions = (condition: readonly (number | string)[]): BehavioralBenchmark => ({
    track: "behavioral",
    identifier: "Test",
    version: 1,
    authors: [],
    digest: "sha256-b",
    folder: "",
    stimulusSet: {
      identifier: "set",
      stimuli: [],
      visualDegrees: null,
      table: tableOf({ stimulus_id: condition.map((_, i) => `s${i}`), truth: condition.map(() => "a"), condition }),
    },
    task: { name: "label", choices: ["a", "b"] },
    numberOfTrials: 1,
    responses: tableOf({
      stimulus_id: ["s0", "s1", "s0", "s1"],
      subject: ["x", "x", "y", "y"],
      response: ["a", "b", "a", "a"],
      truth: ["a", "a", "a", "a"],
    }),
    metric: { name: "accuracy", options: {} },
    ceiling: { name: "constant", options: { value: 1 } },
    excluded: { stimuli: 0, responses: 0 },
  });

  it("of conditions has people once and each subject, in order of the conditions", () => {
    const answered = [
      { subject: "one", answers: { values: ["b", "a", "a", "a"] } },
      { subject: "two", answers: { values: ["a", "a", "b", "b"] } },
    ];
    const figure = conditionsFigure(conditions([10, 2, 10, 5]), answered);
    expect(figure).toMatchObject({ numeric: true, conditions: [2, 5, 10], chance: 0.5 });
    expect(figure?.series).toEqual([
      { who: "people", kind: "people", shares: [0.5, undefined, 1] },
      { who: "one", kind: "model", shares: [1, 1, 0.5] },
      { who: "two", kind: "model", shares: [1, 0, 0.5] },
    ]);
    expect(figure?.rows).toContainEqual({ who: "one", kind: "model", condition: 10, share_right: 0.5, stimuli: 2 });
    expect(conditionsFigure(conditions(["x", "y", "x", "y"]), answered)).toMatchObject({ numeric: false });
    expect(conditionsFigure(conditions([1, 1, 1, 1]), answered)).toBeUndefined();
    const alone = conditions([10, 2, 10, 5]);
    const { responses } = alone;
    const one = conditionsFigure({ ...alone, responses: takeRows(responses, [0, 1]) }, answered);
    expect(one?.series[0]).toMatchObject({ who: "x", kind: "observer" });
    expect(conditionsFigure(conditions([1, 2, 1, 2]), [])).toBeUndefined();
  });

  it("of layers marks the committed one, and says of the best that it was chosen on the test data", () => {
    const layer = (name: string, place: number, value: number | undefined, committed = false): ScoredLayer => ({
      layer: name,
      place,
      features: 1,
      committed,
      result:
        value === undefined
          ? { status: "failed", error: { message: "too large" } }
          : {
              status: "scored",
              score: {
                ...{ score: value, raw: value, error: 0.1, ceiling: { value: 0.5 }, formula: "raw / ceiling" },
                ...{ unit: "r", by: [], notes: [] },
              },
            },
    });
    const figure = layersFigure({ identifier: "V4-pls" }, "net", [
      layer("a", 0, 0.2, true),
      layer("b", 1, undefined),
      layer("c", 2, 0.4),
    ]);
    expect(figure?.layers.map(({ score, committed, best }) => [score, committed, best])).toEqual([
      [0.2, true, false],
      [undefined, false, false],
      [0.4, false, true],
    ]);
    expect(figure?.layers[0]?.ends?.[0]).toBeCloseTo(0.2, 12);
    expect(figure?.caption).toContain("c: best of these, chosen on the test data: optimistic.");
    expect(layersFigure({ identifier: "V4-pls" }, "net", [layer("a", 0, 0.2)])).toBeUndefined();
  });
});

describe("a picture's resolution", () => {
  it("is read back as it was written, and the picture is the same", () => {
    const png = new Uint8Array(
      encode({ width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6), channels: 3, depth: 8 }),
    );
    const read = decode(withResolution(png, 600), { checkCrc: true });
    expect(read).toMatchObject({ width: 2, height: 1, resolution: { x: 23622, y: 23622, unit: 1 } });
    expect([...read.data]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
