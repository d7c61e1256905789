import { describe, expect, it } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import { answersOf, type Columns, tableOf } from "../testing/golden.ts";
import { manifestFaults, type TableSource, tableFaults } from "./check.ts";
import type { BehavioralMetric } from "./metric.ts";
import { behavioralMetrics } from "./registry.ts";

function metricOf(name: string): BehavioralMetric {
  const metric = behavioralMetrics.get(name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  return metric;
}

function sourceOf(file: string, columns: Columns): TableSource {
  const table = tableOf(columns);
  return { file, table, lines: Array.from({ length: table.length }, (_, row) => row + 2) };
}

const stimuli = { stimulus_id: ["s1", "s2", "s3"], truth: ["a", "b", "a"] };
const trials = {
  stimulus_id: ["s1", "s2", "s3", "s1", "s1", "s2"],
  subject: ["p1", "p1", "p1", "p2", "p2", "p2"],
  response: ["a", "a", "a", "a", "b", "b"],
};

describe("what a package must hold for a metric", () => {
  it("names the person, the stimuli and the line where trials do not pair", () => {
    const faults = tableFaults(
      metricOf("accuracy_distance"),
      {},
      sourceOf("stimuli.csv", stimuli),
      sourceOf("responses.csv", trials),
    );
    expect(faults).toMatchObject([
      {
        code: "subject-stimuli",
        file: "responses.csv",
        line: 6,
        column: "subject",
        message: "Subject “p2” gave no response to s3 and responded again to s1.",
      },
    ]);
  });

  it("lets people see different stimuli where the metric does", () => {
    const tables = [sourceOf("stimuli.csv", stimuli), sourceOf("responses.csv", trials)] as const;
    expect(tableFaults(metricOf("value_delta"), {}, ...tables)).toEqual([]);
  });

  it.each([
    ["error_consistency", {}, ["stimuli.csv truth"]],
    ["accuracy_distance", { variables: ["size"] }, ["stimuli.csv truth", "stimuli.csv size"]],
    ["i2n", {}, ["stimuli.csv truth", "responses.csv dist_obj"]],
    ["tasks_consistency", {}, ["truth", "manipulation", "manipulation_details"].map((c) => `stimuli.csv ${c}`)],
    ["odd_one_out_accuracy", {}, ["responses.csv a", "responses.csv b", "responses.csv c"]],
    ["shape_bias", {}, ["stimuli.csv original_image_category", "stimuli.csv conflict_image_category"]],
  ])("%s %j misses its columns", (name, options, missing) => {
    const [ids, people] = [{ stimulus_id: ["s1"] }, { stimulus_id: ["s1"], subject: ["p"], response: ["a"] }];
    const faults = tableFaults(
      metricOf(name),
      options,
      sourceOf("stimuli.csv", ids),
      sourceOf("responses.csv", people),
    );
    const found = faults.filter(({ code }) => code === "missing-column").map(({ file, column }) => `${file} ${column}`);
    expect(found).toEqual(expect.arrayContaining(missing));
  });

  it("wants numbers where a threshold is fitted, and no trials of people", () => {
    const faults = tableFaults(
      metricOf("threshold"),
      { independent_variable: "offset" },
      sourceOf("stimuli.csv", { ...stimuli, offset: [1, "wide", 3] }),
      sourceOf("responses.csv", { subject: ["p1", "p2"], threshold: [12.5, null] }),
    );
    expect(faults.map(({ code, file, line, column }) => [code, file, line, column])).toEqual([
      ["not-a-number", "stimuli.csv", 3, "offset"],
      ["not-a-number", "responses.csv", 3, "threshold"],
    ]);
  });
});

describe("what a manifest may say to a metric", () => {
  it.each([
    ["accuracy_distance", { variables: "size" }, "metric.options.variables"],
    ["baker_accuracy_delta", {}, "metric.options.image_types"],
    ["error_consistency", { scale: 1 }, "metric.options.scale"],
    ["threshold", { independent_variable: "x", threshold_accuracy: 75 }, "metric.options.threshold_accuracy"],
  ])("%s does not take %j", (name, options, field) => {
    const faults = manifestFaults(metricOf(name), options, "label", "benchmark.json");
    expect(faults).toMatchObject([{ code: "metric-option", file: "benchmark.json", field }]);
    expect(() => metricOf(name).compare(answersOf([], {}), tableOf({}), options)).toThrow(GapscopeError);
  });

  it("a task whose answers the metric cannot read", () => {
    const faults = manifestFaults(metricOf("i2n"), {}, "label", "benchmark.json");
    expect(faults).toMatchObject([{ code: "metric-task", field: "metric.name" }]);
    expect(manifestFaults(metricOf("i2n"), {}, "probabilities", "benchmark.json")).toEqual([]);
  });
});

describe("tables that reach a metric unfit all the same", () => {
  const refusal = (attempt: () => unknown): string => {
    try {
      attempt();
    } catch (error) {
      if (error instanceof GapscopeError) return `${error.code}: ${error.message}`;
      throw error;
    }
    return "none";
  };
  const people = tableOf({ ...trials, truth: ["a", "b", "a", "a", "a", "b"] });

  it("are refused, with the person or the column", () => {
    const source = answersOf(["a", "b", "a"], stimuli);
    expect(refusal(() => metricOf("accuracy_distance").compare(source, people, {}))).toBe(
      "package-refused: Subject “p2” did not answer the same stimuli; the first that one lacks is “s3”.",
    );
    expect(refusal(() => metricOf("shape_bias").compare(source, people, {}))).toBe(
      "package-refused: The stimuli have no column “original_image_category”, which the metric reads.",
    );
    expect(refusal(() => metricOf("baker_accuracy_delta").ceiling?.(people, { image_types: ["w", "f"] }))).toBe(
      "package-refused: The responses have no column “image_type”, which the metric reads.",
    );
  });

  it("a person without a trial of an image type has no delta", () => {
    const typed = tableOf({
      stimulus_id: ["s1", "s2", "s1"],
      subject: [1, 1, 2],
      response: ["a", "b", "a"],
      truth: ["a", "b", "a"],
      image_type: ["w", "f", "w"],
    });
    expect(refusal(() => metricOf("baker_accuracy_delta").ceiling?.(typed, { image_types: ["w", "f"] }))).toBe(
      "package-refused: Subject “2” has no trial of the image type “f”, which the metric compares.",
    );
  });
});
