import { describe, expect, it } from "vitest";
import type { Column, Scalar, Table } from "../../assembly/table.ts";
import type { BehavioralBenchmark, NamedWithOptions } from "../../benchmark/benchmark.ts";
import { wilson } from "../../numerics/proportion.ts";
import { joinAnswers } from "../answers.ts";
import { groupingsOf, keyText, linesOf } from "./groupings.ts";

type Columns = Readonly<Record<string, readonly Scalar[]>>;

/** A benchmark of label answers with these columns of the stimuli and of the responses. */
function benchmark(stimuli: Columns, responses: Columns, metric: NamedWithOptions): BehavioralBenchmark {
  return {
    track: "behavioral",
    identifier: "test",
    version: 1,
    authors: [],
    digest: "sha256-0",
    folder: "",
    stimulusSet: { identifier: "test", stimuli: [], table: table(stimuli), visualDegrees: null },
    task: { name: "label", choices: ["cat", "dog"] },
    numberOfTrials: 1,
    responses: table(responses),
    metric,
    ceiling: { name: "constant", options: { value: 1 } },
    excluded: { stimuli: 0, responses: 0 },
  };
}

function table(columns: Columns): Table {
  const entries = Object.entries(columns).map(([name, values]): [string, Column] => [
    name,
    { dtype: "object", values, text: values.map(String) },
  ]);
  return { length: entries[0]?.[1].values.length ?? 0, columns: Object.fromEntries(entries) };
}

/** Ids for `n` stimuli, all of one truth. */
const all = (n: number): Columns => ({
  stimulus_id: Array.from({ length: n }, (_, i) => `s${i}`),
  truth: Array.from({ length: n }, () => "cat"),
});

describe("what the figures are grouped by", () => {
  it("takes the columns that the metric reads, beside condition and truth", () => {
    const coggan = benchmark(
      {
        ...all(4),
        occluder_type: ["bar", "bar", "blob", "blob"],
        occluder_color: ["black", "white", "black", "white"],
      },
      { stimulus_id: ["s0", "s3"], subject: ["p", "p"], response: ["cat", "dog"] },
      { name: "condition_wise_accuracy_similarity", options: { conditions: ["occluder_type", "occluder_color"] } },
    );
    const { groupings, left } = groupingsOf(coggan, [], joinAnswers(coggan, { values: ["cat", "cat", "dog", "cat"] }));
    expect(left).toEqual([]);
    expect(groupings.map(({ columns }) => columns)).toEqual([["occluder_type", "occluder_color"]]);
    expect(groupings[0]?.rows.map(({ key, people, model }) => [...key, people, model])).toEqual([
      ["bar", "black", 1, 1],
      ["bar", "white", undefined, 1],
      ["blob", "black", undefined, 0],
      ["blob", "white", 0, 1],
    ]);
    expect(groupings[0]?.raw).toBeUndefined();
  });

  it("gives the model's interval of each group, and the lowest and highest person where there are two at least", () => {
    const two = benchmark(
      { ...all(4), condition: ["far", "near", "near", "near"] },
      {
        stimulus_id: ["s1", "s2", "s3", "s1", "s2", "s3", "s0", "elsewhere"],
        subject: ["p", "p", "p", "q", "q", "q", "p", "q"],
        response: ["cat", "cat", "dog", "dog", "cat", "", "cat", "cat"],
      },
      { name: "accuracy", options: {} },
    );
    const { groupings } = groupingsOf(two, [], joinAnswers(two, { values: ["cat", "cat", "dog", "cat"] }));
    expect(groupings[0]?.rows.map(({ key, people, range, interval }) => [...key, people, range, interval])).toEqual([
      ["far", 1, undefined, wilson(1, 1)],
      ["near", 3 / 6, [1 / 3, 2 / 3], wilson(2 / 3, 3)],
    ]);
  });

  it("lays the metric's own values beside the groups they are of, in any order of coordinates", () => {
    const both = benchmark(
      { ...all(4), condition: [1, 1, 2, 2], image_type: ["w", "f", "w", "f"] },
      { stimulus_id: [], subject: [], response: [] },
      { name: "baker_accuracy_delta", options: { image_types: ["w", "f"] } },
    );
    const items = joinAnswers(both, { values: ["cat", "cat", "dog", "cat"] });
    const by = [1, 2].flatMap((condition) =>
      ["w", "f"].map((image_type) => ({ image_type, condition, raw: condition === 2 ? null : 0.25 })),
    );
    const { groupings } = groupingsOf(both, by, items);
    expect(groupings.map(({ columns }) => columns)).toEqual([
      ["condition"],
      ["image_type", "condition"],
      ["image_type"],
    ]);
    const [condition, cells] = groupings;
    expect(condition?.raw).toBeUndefined();
    expect(cells?.rows.map(({ key }) => cells.raw?.get(keyText(key)))).toEqual([0.25, null, 0.25, null]);
    const own = groupingsOf(both, [{ condition: 1, raw: 0.5 }], items).groupings[0];
    expect(own?.raw?.get(keyText([1]))).toBe(0.5);
  });

  it("draws a column of numbers as an axis, with a line per group and people's thresholds", () => {
    const options = { independent_variable: "gap", baseline_condition: "alone", test_condition: "flanked" };
    const elevation = benchmark(
      {
        ...all(6),
        gap: [10, 2, 0.5, 10, 2, 0.5],
        condition: ["alone", "alone", "alone", "flanked", "flanked", "flanked"],
      },
      { subject: ["p", "p"], threshold: [1.5, 4], condition: ["alone", "flanked"] },
      { name: "threshold_elevation", options },
    );
    const items = joinAnswers(elevation, { values: ["cat", "cat", "dog", "cat", "dog", "dog"] });
    const grouping = groupingsOf(elevation, [], items).groupings.find(({ axis }) => axis !== undefined);
    if (grouping?.axis === undefined) throw new Error("no axis");
    expect(grouping.columns).toEqual(["condition", "gap"]);
    expect(grouping.axis.thresholds).toEqual([
      { x: 1.5, series: "alone" },
      { x: 4, series: "flanked" },
    ]);
    const point = (x: number, model: number) => ({
      ...{ x, people: undefined, range: undefined, model, interval: wilson(model, 1) },
    });
    expect(linesOf(grouping, grouping.axis)).toEqual([
      {
        series: "alone",
        points: [0.5, 2, 10].map((x, i) => point(x, [0, 1, 1][i] ?? 0)),
      },
      {
        series: "flanked",
        points: [0.5, 2, 10].map((x, i) => point(x, [0, 0, 1][i] ?? 0)),
      },
    ]);
  });

  it("says which groups are too many, and leaves out those of which nothing is known", () => {
    const many = benchmark(
      { ...all(100), condition: Array.from({ length: 100 }, (_, i) => `c${i}`) },
      { stimulus_id: [], subject: [], response: [] },
      { name: "accuracy", options: {} },
    );
    const items = joinAnswers(many, { values: Array.from({ length: 100 }, () => "cat") });
    expect(groupingsOf(many, [], items)).toEqual({ groupings: [], left: [["condition"]] });
    const untold = benchmark(
      { stimulus_id: ["s0", "s1"], condition: ["a", "b"] },
      { subject: [], stimulus_id: [], response: [] },
      { name: "accuracy", options: {} },
    );
    expect(groupingsOf(untold, [], joinAnswers(untold, { values: ["cat", "dog"] })).groupings).toEqual([]);
  });
});
