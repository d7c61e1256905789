import { describe, expect, it } from "vitest";
import type { Column, Table } from "../assembly/table.ts";
import type { BehavioralBenchmark } from "../benchmark/benchmark.ts";
import { wilson } from "../numerics/proportion.ts";
import { accuracyBy, evidenceOf, joinAnswers, observersOf, responseAccuracy, tally, verdictCounts } from "./answers.ts";

describe("joining responses with a subject's answers", () => {
  const benchmark = makeBenchmark(
    [
      { stimulus_id: "a", truth: "cat", condition: "1" },
      { stimulus_id: "b", truth: "cat", condition: "1" },
      { stimulus_id: "c", truth: "dog", condition: "0" },
      { stimulus_id: "d", truth: "dog", condition: "0" },
    ],
    [
      ["b", "p1", "cat"],
      ["a", "p1", "cat"],
      ["c", "p1", "dog"],
      ["d", "p1", "cat"],
      ["a", "p2", "cat"],
      ["b", "p2", "dog"],
      ["c", "p2", "dog"],
      ["d", "p2", ""],
    ],
  );
  const items = joinAnswers(benchmark, { values: ["cat", "cat", "cat", null] });

  it("takes people as right where more than half of them are", () => {
    expect(items.map((item) => item.verdict)).toEqual(["both", "model", "people", "neither"]);
    expect([...verdictCounts(items)]).toEqual([
      ["both", 1],
      ["people", 1],
      ["model", 1],
      ["neither", 1],
    ]);
  });

  it("finds each stimulus's responses whatever their order", () => {
    expect(items.map((item) => item.people)).toEqual([
      [{ answer: "cat", n: 2 }],
      [
        { answer: "cat", n: 1 },
        { answer: "dog", n: 1 },
      ],
      [{ answer: "dog", n: 2 }],
      [
        { answer: "", n: 1 },
        { answer: "cat", n: 1 },
      ],
    ]);
    expect(items.map((item) => item.responsesRight)).toEqual([2, 1, 2, 0]);
  });

  it("joins ids that one table holds as numbers and the other as text", () => {
    const mixed = makeBenchmark([{ stimulus_id: 1, truth: "cat", condition: "" }], [["1", "p", "cat"]]);
    expect(joinAnswers(mixed, { values: ["cat"] })[0]?.responses).toBe(1);
  });

  it("groups by condition and by truth, sorted, with the commonest confusion", () => {
    expect(accuracyBy(items, (item) => [item.condition])).toEqual([
      { key: ["0"], n: 2, people: 0.5, model: 0, interval: wilson(0, 2), confusedWith: { answer: "cat", n: 1 } },
      { key: ["1"], n: 2, people: 0.75, model: 1, interval: wilson(1, 2), confusedWith: undefined },
    ]);
    expect(accuracyBy(items, (item) => [item.truth ?? null]).map((row) => row.key)).toEqual([["cat"], ["dog"]]);
  });

  it("groups by several coordinates, each sorted by its own kind", () => {
    const doses = [10, 2, 2, 10];
    const rows = accuracyBy(items, (item) => [item.truth ?? null, doses[item.index] ?? null]);
    expect(rows.map((row) => row.key)).toEqual([
      ["cat", 2],
      ["cat", 10],
      ["dog", 2],
      ["dog", 10],
    ]);
  });

  it("names one observer and counts several", () => {
    expect(observersOf(benchmark)).toEqual({ n: 2, name: "people", data: "answers" });
    const drawn = makeBenchmark([{ stimulus_id: "a", truth: "cat", condition: "" }], [["a", "drawer", "cat"]]);
    expect(observersOf(drawn)).toEqual({ n: 1, name: "drawer", data: "answers" });
    expect(responseAccuracy(benchmark)).toBe(5 / 8);
  });
});

describe("triplets", () => {
  const base = makeBenchmark(
    ["s1", "s2", "s3", "s4"].map((stimulus_id) => ({ stimulus_id, truth: "", condition: "" })),
    [],
  );
  const responses = [
    ["s2", "s1", "s3", "ann", "s3"],
    ["s2", "s1", "s3", "bob", "s3"],
    ["s2", "s1", "s3", "cyd", "na"],
    ["s4", "s3", "s2", "ann", "s4"],
    ["s4", "s3", "s2", "bob", "s2"],
  ];
  const column = (i: number): string[] => responses.map((row) => row[i] ?? "");
  const benchmark: BehavioralBenchmark = {
    ...base,
    stimulusSet: { ...base.stimulusSet, table: table({ stimulus_id: ["s1", "s2", "s3", "s4"] }) },
    task: {
      name: "odd_one_out",
      triplets: table({
        a: ["s4", "s2", "s1"],
        b: ["s3", "s1", "s2"],
        c: ["s2", "s3", "s4"],
        stimulus_id: ["s4|s3|s2", "s2|s1|s3", "s1|s2|s4"],
      }),
    },
    responses: table({
      stimulus_id: responses.map((row) => row.slice(0, 3).join("|")),
      subject: column(3),
      response: column(4),
    }),
  };
  const items = joinAnswers(benchmark, { values: ["s4", "s1", "s2"] });

  it("shows a triplet's own pictures in their order, whatever the order of the stimuli", () => {
    expect(items.map((item) => item.shown.map(({ id, stimulus }) => [id, stimulus.file]))).toEqual([
      ["s4", "s3", "s2"].map((id) => [id, `${id}.png`]),
      ["s2", "s1", "s3"].map((id) => [id, `${id}.png`]),
      ["s1", "s2", "s4"].map((id) => [id, `${id}.png`]),
    ]);
  });

  it("joins choices by triplet and holds the subject's against what most people chose", () => {
    expect(items.map((item) => item.people)).toEqual([
      [
        { answer: "s2", n: 1 },
        { answer: "s4", n: 1 },
      ],
      [
        { answer: "s3", n: 2 },
        { answer: "na", n: 1 },
      ],
      [],
    ]);
    // One of the two that are as frequent agrees; where nobody chose there is nothing to agree with.
    expect(items.map((item) => item.verdict)).toEqual(["agree", "disagree", undefined]);
    expect([...verdictCounts(items)]).toEqual([
      ["agree", 1],
      ["disagree", 1],
    ]);
    expect([...verdictCounts([], items)].map(([, n]) => n)).toEqual([0, 0]);
    expect(items.map((item) => item.truth)).toEqual([undefined, undefined, undefined]);
  });

  it("gives the share of responses that the subject agrees with, which is the metric's value", () => {
    expect(accuracyBy(items, () => [])).toEqual([
      { key: [], n: 3, people: undefined, model: 1 / 5, interval: undefined, confusedWith: undefined },
    ]);
  });
});

describe("a benchmark whose rows are results of persons", () => {
  const base = makeBenchmark(
    [
      { stimulus_id: "a", truth: "cat", condition: "1" },
      { stimulus_id: "b", truth: "dog", condition: "1" },
    ],
    [],
  );
  const benchmark = { ...base, responses: table({ subject: ["p1", "p2"], threshold: [0.2, 0.3] }) };

  it("says of each stimulus whether the subject is right, and nothing of people", () => {
    const items = joinAnswers(benchmark, { values: ["cat", "cat"] });
    expect(items.map((item) => item.verdict)).toEqual(["right", "wrong"]);
    expect(accuracyBy(items, () => [])[0]).toMatchObject({ people: undefined, model: 0.5 });
    expect(observersOf(benchmark)).toEqual({ n: 2, name: "people", data: "results" });
    expect(responseAccuracy(benchmark)).toBeUndefined();
  });
});

it("tells answers that name no stimulus, and that there are none", () => {
  const pooled = { responses: table({ subject: ["p", "q"], truth: ["cat", "dog"], response: ["cat", "cat"] }) };
  expect(observersOf(pooled)).toEqual({ n: 2, name: "people", data: "pooled" });
  expect(observersOf({ responses: { length: 0, columns: {} } })).toEqual({ n: 0, name: "people", data: "none" });
});

it("compares with people's answers where no table has a truth", () => {
  const base = makeBenchmark([{ stimulus_id: "a", truth: "", condition: "" }], []);
  const benchmark = {
    ...base,
    stimulusSet: { ...base.stimulusSet, table: table({ stimulus_id: ["a"] }) },
    responses: table({ stimulus_id: ["a", "a"], subject: ["p", "q"], response: ["cat", "cat"] }),
  };
  expect(joinAnswers(benchmark, { values: ["cat"] })[0]).toMatchObject({ truth: undefined, verdict: "agree" });
  expect(joinAnswers(benchmark, { values: ["dog"] })[0]?.verdict).toBe("disagree");
});

it("orders a tally by frequency, then by name", () => {
  expect(tally(["b", "a", "c", "b", "a"])).toEqual([
    { answer: "a", n: 2 },
    { answer: "b", n: 2 },
    { answer: "c", n: 1 },
  ]);
});

it("reads a stimulus's row of evidence", () => {
  const evidence = { choices: ["x", "y"], probabilities: Float32Array.of(0.25, 0.75, 0.5, 0.125) };
  expect(evidenceOf({ values: ["y", "x"], evidence }, 1)).toEqual([
    { answer: "x", n: 0.5 },
    { answer: "y", n: 0.125 },
  ]);
  expect(evidenceOf({ values: ["y"] }, 0)).toBeUndefined();
});

function makeBenchmark(
  rows: readonly { stimulus_id: string | number; truth: string; condition: string }[],
  responses: readonly (readonly [id: string, subject: string, response: string])[],
): BehavioralBenchmark {
  const truthOf = new Map(rows.map((row) => [String(row.stimulus_id), row.truth]));
  return {
    track: "behavioral",
    identifier: "test",
    version: 1,
    authors: [],
    digest: "sha256-0",
    folder: "",
    stimulusSet: {
      identifier: "test",
      stimuli: rows.map(({ stimulus_id: id }) => ({
        id,
        file: `${id}.png`,
        format: "png",
        mode: "RGB",
        width: 1,
        height: 1,
        sha256: "",
        bytes: new Blob(),
      })),
      table: table({
        stimulus_id: rows.map((row) => row.stimulus_id),
        truth: rows.map((row) => row.truth),
        condition: rows.map((row) => row.condition),
      }),
      visualDegrees: null,
    },
    task: { name: "label", choices: ["cat", "dog"] },
    numberOfTrials: 1,
    responses: table({
      stimulus_id: responses.map(([id]) => id),
      subject: responses.map(([, subject]) => subject),
      response: responses.map(([, , response]) => response),
      truth: responses.map(([id]) => truthOf.get(id) ?? ""),
    }),
    metric: { name: "accuracy", options: {} },
    ceiling: { name: "constant", options: { value: 1 } },
    excluded: { stimuli: 0, responses: 0 },
  };
}

function table(columns: Readonly<Record<string, readonly (string | number)[]>>): Table {
  const entries = Object.entries(columns).map(([name, values]): [string, Column] => [
    name,
    { dtype: "object", values, text: values.map(String) },
  ]);
  return { length: entries[0]?.[1].values.length ?? 0, columns: Object.fromEntries(entries) };
}
