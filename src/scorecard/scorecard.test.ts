import { csvParse } from "d3-dsv";
import { describe, expect, it } from "vitest";
import type { BehavioralBenchmark } from "../benchmark/benchmark.ts";
import { parseCsv } from "../benchmark/csv.ts";
import type { Score } from "../scoring/ceiled.ts";
import { RecordedSubject } from "../subject/recorded.ts";
import { tableOf } from "../testing/golden.ts";
import { answersCsv } from "./answers-csv.ts";
import { scorecardCsv } from "./csv.ts";
import { makeScorecard, type ScorecardCell } from "./scorecard.ts";

const benchmark: BehavioralBenchmark = {
  track: "behavioral",
  identifier: "=Test-accuracy",
  version: 2,
  authors: [],
  digest: "sha256-b",
  folder: "",
  stimulusSet: {
    identifier: "set",
    stimuli: [],
    visualDegrees: null,
    table: tableOf({ stimulus_id: ["s1", "s2"], truth: ["a", "=b"], condition: [0, 1] }),
  },
  task: { name: "label", choices: ["a", "=b"] },
  numberOfTrials: 1,
  responses: tableOf({}),
  metric: { name: "accuracy", options: {} },
  ceiling: { name: "constant", options: { value: 1 } },
  excluded: { stimuli: 0, responses: 0 },
};
const score = (value: number): Score => ({
  score: value,
  raw: value,
  ceiling: { value: 1 },
  formula: "raw / ceiling",
  unit: "share correct",
  by: [
    { condition: 0, raw: value },
    { condition: 1, raw: null },
  ],
  notes: [],
});
const cell = (subject: string, panel: boolean, outcome: ScorecardCell["outcome"]): ScorecardCell => ({
  subject,
  subjectDigest: `sha256-${subject}`,
  panel,
  outcome,
});
const application = { version: "1", onnxruntime: "1", browser: "b" };
const cells = [
  cell("alexnet", true, { status: "scored", score: score(0.2), backend: { backend: "webgpu", adapter: "acme gpu" } }),
  cell("hmax", true, { status: "not applicable", reason: "its 400 features are no logits" }),
  cell("pixels", true, { status: "scored", score: score(0.4) }),
  cell("mine", false, { status: "scored", score: score(0.9), backend: { backend: "wasm" } }),
  cell("broken", false, { status: "failed", reason: "out of memory" }),
];

describe("a scorecard", () => {
  it("takes its panel mean over the panel's scores alone, and says how many", async () => {
    const [entry] = (await makeScorecard(application, [{ benchmark, ceiling: { value: 1 }, cells }])).benchmarks;
    expect(entry?.panel_size).toBe(2);
    expect(entry?.panel_mean).toBeCloseTo(0.3, 12);
    const [none] = (await makeScorecard(application, [{ benchmark, cells: cells.slice(3) }])).benchmarks;
    expect(none?.panel_size).toBe(0);
    expect(none).not.toHaveProperty("panel_mean");
    expect(none).not.toHaveProperty("ceiling");
  });

  it("marks stand-ins and gives the panel mean with and without them", async () => {
    const standIn = (counts: boolean): ScorecardCell => ({
      ...cell("grcnn", false, { status: "scored", score: score(0.9) }),
      standIn: { for: "grcnn_robust_v1", counts },
    });
    const make = (added: readonly ScorecardCell[]) =>
      makeScorecard(application, [{ benchmark, cells: [...cells, ...added] }]);
    const card = await make([standIn(true)]);
    const [entry] = card.benchmarks;
    expect(entry).toMatchObject({ panel_size: 2, panel_size_with_stand_ins: 3 });
    expect(entry?.panel_mean).toBeCloseTo(0.3, 12);
    expect(entry?.panel_mean_with_stand_ins).toBeCloseTo(0.5, 12);
    expect(entry?.scores.at(-1)).toMatchObject({ subject: "grcnn", stands_in_for: "grcnn_robust_v1" });
    expect(csvParse(scorecardCsv(card)).map((row) => row.stands_in_for)).toEqual([
      ...cells.map(() => ""),
      "grcnn_robust_v1",
    ]);

    const [altered] = (await make([standIn(false)])).benchmarks;
    expect(altered).not.toHaveProperty("panel_mean_with_stand_ins");
    expect(altered?.scores.at(-1)).toMatchObject({ stands_in_for: "grcnn_robust_v1" });
    expect((await make([])).benchmarks[0]).not.toHaveProperty("panel_mean_with_stand_ins");
  });

  it("has no NaN and no null, and names backend, adapter and reasons", async () => {
    const card = await makeScorecard(application, [{ benchmark, ceiling: { value: 1 }, cells }]);
    expect(JSON.stringify(card)).not.toMatch(/null|NaN/);
    expect(card.benchmarks[0]?.scores).toMatchObject([
      { backend: "webgpu", precision: "fp32", notes: ["GPU adapter: acme gpu"] },
      { status: "not applicable", reason: "its 400 features are no logits" },
      { backend: "recorded" },
      { backend: "wasm", notes: [] },
      { status: "failed", reason: "out of memory" },
    ]);
  });

  it("names the files of what it holds, outside of scores, and no other", async () => {
    const file = (name: string, of: string) => ({ name, bytes: 1, sha256: "0".repeat(64), of: [of] });
    const files = [file("benchmark.zip", benchmark.digest), file("another.zip", "sha256-another")];
    const card = await makeScorecard(application, [{ benchmark, cells }], files);
    expect(card.files).toEqual(files.slice(0, 1));
    expect(card.benchmarks).toEqual((await makeScorecard(application, [{ benchmark, cells }])).benchmarks);
  });

  it("is the same bytes for the same results, and another digest for another score", async () => {
    const make = (value: number) =>
      makeScorecard(application, [{ benchmark, cells: [cell("a", false, { status: "scored", score: score(value) })] }]);
    expect(JSON.stringify(await make(0.5))).toBe(JSON.stringify(await make(0.5)));
    const digest = async (value: number) =>
      (await make(value)).benchmarks[0]?.scores.map((each) => each.status === "scored" && each.digest);
    expect(await digest(0.5)).not.toEqual(await digest(0.5000001));
  });

  it("says what keeps a score from being misread, under the digest that the score has without", async () => {
    const interval = {
      low: 0.3,
      high: 0.7,
      level: 0.95,
      draws: 990,
      undefinedDraws: 10,
      over: ["stimuli", "people"],
    } as const;
    const reality = { chance: 0.25, humanAccuracy: 0.9, warnings: ["=Few stimuli."] };
    const scored = { status: "scored", score: score(0.5) } as const;
    const card = await makeScorecard(application, [
      {
        benchmark,
        cells: [
          cell("bare", false, scored),
          cell("bare", false, { ...scored, interval, reality }),
          cell("bare", false, { ...scored, interval: { reason: "A single stimulus." }, reality: { warnings: [] } }),
        ],
      },
    ]);
    const [bare, full, none] = card.benchmarks[0]?.scores ?? [];
    expect(full).toEqual({
      ...bare,
      interval: { low: 0.3, high: 0.7, level: 0.95, draws: 990, undefined_draws: 10, over: ["stimuli", "people"] },
      chance: 0.25,
      human_accuracy: 0.9,
      warnings: ["=Few stimuli."],
    });
    expect(none).toEqual({ ...bare, no_interval: "A single stimulus." });
    const rows = csvParse(scorecardCsv(card));
    expect(rows[1]).toMatchObject({ interval_low: "0.3", interval_high: "0.7", chance: "0.25", human_accuracy: "0.9" });
    expect(rows[1]?.warnings).toBe("'=Few stimuli.");
    expect(rows[2]).toMatchObject({ interval_low: "", chance: "", warnings: "" });
  });

  it("as CSV has a row per cell, and no cell that a spreadsheet takes for a formula", async () => {
    const rows = csvParse(
      scorecardCsv(await makeScorecard(application, [{ benchmark, ceiling: { value: 1 }, cells }])),
    );
    expect(rows.length).toBe(5);
    expect(rows[0]).toMatchObject({
      benchmark: "'=Test-accuracy",
      subject: "alexnet",
      status: "scored",
      score: "0.2",
      ceiling: "1",
    });
    expect(rows[1]).toMatchObject({ status: "not applicable", score: "", notes: "its 400 features are no logits" });
  });
});

describe("a subject's answers", () => {
  it("come back as they were", async () => {
    const csv = answersCsv(benchmark, ["a", "=b"]);
    const parsed = parseCsv(new TextEncoder().encode(csv), "answers.csv");
    if (!("table" in parsed)) throw new Error("not a table");
    const again = await new RecordedSubject("again", "sha256-0", parsed.table, "answers.csv").lookAt(
      benchmark.stimulusSet,
      { numberOfTrials: 1 },
    );
    expect(again.values).toEqual(["a", "=b"]);
  });

  it("go back the same way from triplets and from probabilities", async () => {
    const triplets = tableOf({
      a: ["=s1", "s2"],
      b: ["s2", "s3"],
      c: ["s3", "=s1"],
      stimulus_id: ["=s1|s2|s3", "s2|s3|=s1"],
    });
    const fittingStimuli = { ...benchmark.stimulusSet, table: tableOf({ image_label: ["=dog", "cat"] }) };
    const oddOneOut: BehavioralBenchmark = { ...benchmark, task: { name: "odd_one_out", triplets } };
    const probabilities: BehavioralBenchmark = { ...benchmark, task: { name: "probabilities", fittingStimuli } };
    const again = async ({ task, stimulusSet }: BehavioralBenchmark, csv: string) => {
      const parsed = parseCsv(new TextEncoder().encode(csv), "answers.csv");
      if (!("table" in parsed)) throw new Error("not a table");
      const subject = new RecordedSubject("again", "sha256-0", parsed.table, "answers.csv");
      subject.startTask(task);
      return subject.lookAt(stimulusSet, { numberOfTrials: 1 });
    };
    expect((await again(oddOneOut, answersCsv(oddOneOut, ["=s1", "s3"]))).values).toEqual(["=s1", "s3"]);
    const evidence = { choices: ["=dog", "cat"], probabilities: Float32Array.of(0.25, 0.75, 0.5, 0.5) };
    const read = await again(probabilities, answersCsv(probabilities, ["cat", "=dog"], evidence));
    expect([...read.values]).toEqual([0.25, 0.75, 0.5, 0.5]);
  });

  it("are a table that can be given back as a recorded subject", () => {
    expect(csvParse(answersCsv(benchmark, ["a", null])).map((row) => ({ ...row }))).toEqual([
      { stimulus_id: "s1", response: "a", truth: "a", correct: "true", condition: "0" },
      { stimulus_id: "s2", response: "", truth: "'=b", correct: "false", condition: "1" },
    ]);
  });
});
