import { describe, expect, it } from "vitest";
import type { Column, Table } from "../assembly/table.ts";
import type { BehavioralBenchmark } from "../benchmark/benchmark.ts";
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
    expect(verdictCounts(items)).toEqual({ both: 1, people: 1, model: 1, neither: 1 });
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
    expect(accuracyBy(items, "condition")).toEqual([
      { key: "0", n: 2, people: 0.5, model: 0, confusedWith: { answer: "cat", n: 1 } },
      { key: "1", n: 2, people: 0.75, model: 1, confusedWith: undefined },
    ]);
    expect(accuracyBy(items, "truth").map((row) => row.key)).toEqual(["cat", "dog"]);
  });

  it("names one observer and counts several", () => {
    expect(observersOf(benchmark)).toEqual({ n: 2, name: "people" });
    const drawn = makeBenchmark([{ stimulus_id: "a", truth: "cat", condition: "" }], [["a", "drawer", "cat"]]);
    expect(observersOf(drawn)).toEqual({ n: 1, name: "drawer" });
    expect(responseAccuracy(benchmark)).toBe(5 / 8);
  });
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
