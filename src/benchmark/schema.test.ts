import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { benchmarkJsonSchema } from "./json-schema.ts";
import { parseManifest } from "./manifest.ts";
import { MANIFEST, manifest } from "./sound.fixture.ts";

const parse = (text: string) => parseManifest(new TextEncoder().encode(text), "benchmark.json");
const recording = (data: object) =>
  parse(manifest({ task: undefined, recording: { region: "IT", time_bins: [[70, 170]] }, data }));

describe("public/benchmark.schema.json", () => {
  it("is what the schema says; npx tsx cli/benchmark-schema.ts writes it anew", () => {
    const published = readFileSync(new URL("../../public/benchmark.schema.json", import.meta.url), "utf8");
    expect(published).toBe(benchmarkJsonSchema());
  });
});

describe("parseManifest", () => {
  it("fills in what may be left out", () => {
    expect(parse(manifest({})).manifest).toEqual({
      ...MANIFEST,
      metric: { name: "error_consistency", options: {} },
      ceiling: { name: "metric", options: {} },
      number_of_trials: 1,
      authors: [],
      exclude: {},
    });
  });

  it.each([
    { name: "label", choices: "imagenet" },
    { name: "label", choices: { from: "truth" } },
    { name: "probabilities", fitting_stimuli: MANIFEST.stimulus_set },
    { name: "odd_one_out", triplets: "triplets.csv" },
  ])("knows the task %j", (task) => {
    expect(parse(manifest({ task })).manifest?.task).toEqual(task);
  });

  it.each([
    { assembly: "a.nc", select: { region: ["IT"] }, average_repetition: false },
    { array: "r.npy", neuroids: "n.csv", average_repetition: true },
    { rdm: "rdm.npy" },
  ])("knows the data %j", (data) => {
    expect(recording(data).manifest?.data).toEqual(data);
  });

  it("knows bounds, null degrees and $schema", () => {
    const set = { ...MANIFEST.stimulus_set, visual_degrees: null };
    const changes = { $schema: "benchmark.schema.json", bounds: [0, null], stimulus_set: set };
    expect(parse(manifest(changes)).manifest).toMatchObject(changes);
  });

  it("reads past a byte order mark", () => {
    expect(parse(`\ufeff${manifest({})}`).faults).toBeUndefined();
  });

  it("names every unknown field, on all levels, and the one that was meant", () => {
    const text = manifest({
      licence_: "x",
      zzz: 1,
      stimulus_set: { ...MANIFEST.stimulus_set, visual_degree: 8 },
      task: { name: "label", choices: ["a"], choice: 1 },
      metric: { name: "accuracy", option: {} },
    });
    expect(parse(text).faults?.map(({ code, field, remedy }) => [code, field, remedy])).toEqual([
      ["unknown-field", "stimulus_set.visual_degree", "Did you mean “visual_degrees”?"],
      ["unknown-field", "task.choice", "Did you mean “choices”?"],
      ["unknown-field", "metric.option", "Did you mean “options”?"],
      ["unknown-field", "licence_", "Did you mean “licence”?"],
      ["unknown-field", "zzz", "Remove it."],
    ]);
  });

  it.each(["constructor", "toString", "__proto__"])("does not take %s for a field", (name) => {
    const text = manifest({}).replace("{", `{"${name}": 1,`);
    expect(parse(text).faults).toMatchObject([{ code: "unknown-field", field: name }]);
  });

  it("does not drop an exclusion by a column that Valibot would", () => {
    const text = manifest({}).replace("{", '{"exclude": {"constructor": [1]},');
    expect(parse(text).faults).toMatchObject([{ code: "unknown-field", field: "exclude.constructor" }]);
  });

  it("says of data with a misspelt field only that", () => {
    expect(recording({ array: "r.npy", neuroid: "n.csv" }).faults).toMatchObject([
      { code: "unknown-field", field: "data.neuroid", remedy: "Did you mean “neuroids”?" },
    ]);
  });

  it("says nothing but the version of a newer format", () => {
    expect(parse('{"format_version": 3, "new": {}}').faults).toMatchObject([
      { code: "format-version-newer", file: "benchmark.json", message: expect.stringContaining("newer Gapscope") },
    ]);
  });

  it("finds the line of a syntax error", () => {
    expect(parse('{\n\n"a": 1\n"b": 2}').faults).toMatchObject([{ code: "manifest-not-json", line: 4 }]);
  });
});
