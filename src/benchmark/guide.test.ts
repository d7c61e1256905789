/**
 * Every example of docs/guide.md is what it says: packages are read and scored, cards parsed, recorded responses answer the
 * packages, and the tables of metrics, options and ceilings are the registries'. Code blocks say after their language which file
 * they are; arrays and assemblies, which cannot be printed, are made here in the shape that their Python says.
 */
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { isHistogram } from "../assembly/histogram.ts";
import { REGISTERED } from "../lab/archive-api.ts";
import { CROSS_VALIDATION } from "../metrics/neural/folds.ts";
import { IRREPRODUCIBLE } from "../metrics/neural/irreproducible.ts";
import { neuralCeilings, neuralMetrics } from "../metrics/neural/registry.ts";
import { FIXED_SPLIT } from "../metrics/neural/regression.ts";
import { SUBSET_OPTIONS } from "../metrics/neural/subsets.ts";
import { behavioralMetrics } from "../metrics/registry.ts";
import { ARCHITECTURE_NAMES } from "../models/architectures/names.ts";
import { parseCard } from "../models/card.ts";
import { neuralCeiling, scoreRecording, targetOf } from "../scoring/neural.ts";
import { RecordedSubject } from "../subject/recorded.ts";
import { presentationCoords } from "../subject/subject.ts";
import { activationsOf, context, wave } from "../testing/regression-recordings.ts";
import type { BehavioralBenchmark, Benchmark, NeuralBenchmark } from "./benchmark.ts";
import { parseCsv } from "./csv.ts";
import { nameFaults } from "./known.ts";
import { parseManifest } from "./manifest.ts";
import { golden, NEURAL, npyOf } from "./neural/recorded.fixture.ts";
import { readPackage } from "./read.ts";
import { type Files, MANIFEST, picture, zip } from "./sound.fixture.ts";

const GUIDE = readFileSync(new URL("../../docs/guide.md", import.meta.url), "utf8");
const bytes = (text: string) => new TextEncoder().encode(text);

interface Block {
  /** Language and what follows it, e.g. `csv stimuli.csv`. */
  readonly info: string;
  readonly text: string;
}

/** Code blocks by section: a package's files stand together. */
const SECTIONS: readonly (readonly Block[])[] = GUIDE.split(/^##+ /m).map((section) =>
  [...section.matchAll(/^```(\w+ ?.*)\n([\s\S]*?)^```$/gm)].map(([, info = "", text = ""]) => ({ info, text })),
);
const BLOCKS = SECTIONS.flat();
const PACKAGES = SECTIONS.filter((blocks) => blocks.some(({ info }) => info === "json benchmark.json"));

function filesOf(blocks: readonly Block[]): Files {
  const texts = Object.fromEntries(blocks.map(({ info, text }) => [info.replace(/^\w+ /, ""), text]));
  const { manifest } = parseManifest(bytes(texts["benchmark.json"] ?? ""), "benchmark.json");
  const sets = manifest === undefined ? [] : [manifest.stimulus_set];
  if (manifest?.task?.name === "probabilities") sets.push(manifest.task.fitting_stimuli);
  const pictures = sets.flatMap(({ table, images }, set) => {
    const parsed = parseCsv(bytes(texts[table] ?? ""), table);
    const names = "table" in parsed ? (parsed.table.columns.filename?.text ?? []) : [];
    return names.map((name, row): [string, Uint8Array] => [images + name, picture(100 * set + row)]);
  });
  const made = Object.entries(texts).flatMap(([name, text]): [string, Uint8Array][] => {
    if (name.endsWith(".nc")) return [[name, golden("guide.nc")]];
    return name.endsWith(".npy") ? [[name, arrayOf(text, name)]] : [];
  });
  return { ...texts, ...Object.fromEntries([...pictures, ...made]) };
}

/** Made-up numbers in the shape that a line of Python names: of matrices distances, else a value of the row and a little more. */
function arrayOf(python: string, name: string): Uint8Array {
  const shape = (/\d+(?: × \d+)+/.exec(python)?.[0] ?? "").split(" × ").map(Number);
  const [, n = 0, depth = 0] = shape;
  const length = shape.reduce((product, extent) => product * extent, 1);
  const values = Array.from({ length }, (_, i) => {
    const [first, second, third] = [Math.floor(i / (n * depth)), Math.floor(i / depth) % n, i % depth];
    if (name === "rdm.npy") return Math.abs(second - third) ** (1 + first / 2);
    return Math.cos(2 * first + second) + 0.1 * Math.sin(7 * i);
  });
  return npyOf(values, shape);
}

async function read(blocks: readonly Block[]): Promise<Benchmark> {
  const file = new Blob([await zip(filesOf(blocks))]);
  const { benchmarks, notices } = await readPackage(file, { fileName: "guide.zip", known: REGISTERED });
  expect(notices).toEqual([]);
  const [benchmark] = benchmarks;
  if (benchmark === undefined) throw new Error("no benchmark");
  return benchmark;
}

const behavioural = async (): Promise<BehavioralBenchmark[]> =>
  (await Promise.all(PACKAGES.map(read))).flatMap((each) => (each.track === "behavioral" ? [each] : []));
const neural = async (): Promise<NeuralBenchmark[]> =>
  (await Promise.all(PACKAGES.map(read))).flatMap((each) => (each.track === "neural" ? [each] : []));

describe("the guide", () => {
  it("shows a package of each task, and every one can be read", async () => {
    expect((await behavioural()).map(({ task }) => task.name)).toEqual(["label", "probabilities", "odd_one_out"]);
  });

  it("shows a package of each form of recordings, and every one has a ceiling and a score", async () => {
    const benchmarks = await neural();
    expect(benchmarks.map(({ metric }) => metric.name)).toEqual(["ridge", "cka", "rdm", "ks_similarity"]);
    for (const benchmark of benchmarks) {
      const ceiling = await neuralCeiling(benchmark, context);
      expect(ceiling.value).toBeGreaterThan(0);
      // What made-up activations see of gratings is nothing; marques2020.py's neurons are scored elsewhere.
      if (isHistogram(benchmark.recordings)) continue;
      const { table } = benchmark.stimulusSet;
      const { timeBins } = benchmark.recording;
      const bins = [activationsOf(wave(table.length, 20, 1))];
      const recording = { coords: presentationCoords(table), timeBins, bins };
      const { score } = await scoreRecording(benchmark, targetOf(benchmark), recording, [], ceiling, context);
      expect(Number.isFinite(score)).toBe(true);
    }
  });

  it("shows parts of manifests that could stand in one", () => {
    const parts = BLOCKS.filter(({ info }) => info === "json part");
    expect(parts).toHaveLength(2);
    for (const { text } of parts) {
      const whole = JSON.stringify({ ...MANIFEST, ...NEURAL, ...JSON.parse(text) });
      const { manifest, faults } = parseManifest(bytes(whole), "benchmark.json");
      expect(faults).toBeUndefined();
      expect(manifest === undefined ? [] : nameFaults(manifest, "benchmark.json", REGISTERED)).toEqual([]);
    }
  });

  it("shows recorded responses to each task, which answer that package", async () => {
    const recordings = BLOCKS.filter(({ info }) => info.startsWith("csv recorded "));
    const benchmarks = await behavioural();
    expect(recordings).toHaveLength(benchmarks.length);
    for (const { task, stimulusSet } of benchmarks) {
      const text = recordings.find(({ info }) => info === `csv recorded ${task.name}`)?.text ?? "";
      const parsed = parseCsv(bytes(text), "recorded.csv");
      if (!("table" in parsed)) throw new Error(task.name);
      const subject = new RecordedSubject("recorded", "sha256-0", parsed.table, "recorded.csv");
      subject.startTask(task);
      const { values } = await subject.lookAt(stimulusSet, { numberOfTrials: 1 });
      expect([...values]).not.toContain(null);
    }
  });

  it("shows a card of each kind", () => {
    const cards = BLOCKS.filter(({ info }) => info === "json card").map(({ text }) => parseCard(text, "card.json"));
    expect(cards.map((card) => "onnx" in card)).toEqual([true, false]);
  });

  it("has no JSON or CSV that is not one of these", () => {
    const tables = "stimuli|responses|fitting|triplets|neuroids|histogram";
    const known = new RegExp(
      `^(json (benchmark\\.json|card|part)|csv (recorded \\w+|(${tables})\\.csv)|python( \\w+\\.(npy|nc))?)$`,
    );
    expect(BLOCKS.map(({ info }) => info).filter((info) => !known.test(info))).toEqual([]);
  });

  it("lists the architectures", () => {
    const [, cell = ""] = /^\| `architecture` +\|([^|]*)\|$/m.exec(GUIDE) ?? [];
    expect(namesIn(cell)).toEqual([...ARCHITECTURE_NAMES]);
  });
});

/** Rows of the tables in a section by each name in their first cell; later tables follow earlier ones. */
function rowsOf(heading: string): Map<string, string[]> {
  const section = GUIDE.split(/^##+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return new Map(
    [...section.matchAll(/^\| (`[^|]*`) +\|.*$/gm)].flatMap(([line, names = ""]) =>
      namesIn(names).map((name) => [name, line.split("|").map((cell) => cell.trim())] as const),
    ),
  );
}

/** The names of options in a cell, and of those that a word like “splits” stands for. */
function optionsIn(cell: string): string[] {
  const families = { splits: CROSS_VALIDATION, subsets: SUBSET_OPTIONS, sets: FIXED_SPLIT };
  const meant = Object.entries(families).flatMap(([word, entries]) =>
    new RegExp(`^${word}\\b`).test(cell) ? Object.keys(entries) : [],
  );
  return [...meant, ...namesIn(cell.replace(/\([^)]*\)/g, ""))].sort();
}

/** Which options a schema knows, and which of them must be given. */
function entriesOf(schema: object): { readonly all: string[]; readonly required: string[] } {
  const entries = "entries" in schema ? Object.entries(Object(schema.entries)) : [];
  const required = entries.flatMap(([name, entry]) => (Object(entry).type === "optional" ? [] : [name]));
  return { all: entries.map(([name]) => name).sort(), required };
}

function boundsText([low, high]: readonly [number | null, number | null]): string {
  return low === null && high === null ? "none" : `\`${JSON.stringify([low, high]).replace(",", ", ")}\``;
}

describe("the guide's table of metrics", () => {
  const rows = rowsOf("Metrics");

  it.each([...behavioralMetrics.values()])("has $name with its options, ceiling and bounds", (metric) => {
    const [, , , , options = "", ceiling, bounds] = rows.get(metric.name) ?? [];
    expect(optionsIn(options)).toEqual(entriesOf(metric.options).all);
    expect(ceiling).toBe(metric.ceiling === undefined ? "constant" : "own");
    expect(bounds).toBe(boundsText(metric.bounds));
  });
});

describe("the guide's tables of recordings", () => {
  const SECTION = "Metrics of recordings";
  const rows = rowsOf(SECTION);
  const ceilings = rowsOf("Ceilings of recordings");
  const DATA = { neuroids: "responses", similarities: "matrices", either: "either", histogram: "histogram" };
  const given = (cell: string): string[] => namesIn([...cell.matchAll(/\*\*(.*?)\*\*/g)].join(" ")).sort();

  it.each([...neuralMetrics.values()])("have $name with its data, options and score", (metric) => {
    const [, , , data, options = "", score] = rows.get(metric.name) ?? [];
    const { all, required } = entriesOf(metric.options);
    expect(data).toBe(DATA[metric.data]);
    expect(optionsIn(options)).toEqual(all);
    expect([...new Set(given(options))]).toEqual(required);
    expect(score).toBe(`\`${metric.normalisation}\``);
    expect(boundsText(metric.bounds)).toBe(metric.name === "coggan_rsm" ? "`[0, 1]`" : "none");
  });

  it("have the defaults of splits and fixed sets", () => {
    const expected = { ...v.parse(v.object(CROSS_VALIDATION), {}), ...v.parse(v.object(FIXED_SPLIT), {}) };
    const found = Object.keys(expected).map((name) => [name, JSON.parse(namesIn(rows.get(name)?.[2] ?? "")[0] ?? "")]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it.each([...neuralCeilings.values()])("have the ceiling $name with its options", ({ name, options }) => {
    expect(optionsIn(ceilings.get(name)?.[3] ?? "")).toEqual(entriesOf(options).all);
  });

  it("name no metric and no ceiling that is not there", () => {
    const options = [...Object.keys(CROSS_VALIDATION), ...Object.keys(FIXED_SPLIT)];
    expect([...rows.keys()].filter((name) => !neuralMetrics.has(name)).sort()).toEqual(options.sort());
    expect([...ceilings.keys()].filter((name) => !neuralCeilings.has(name))).toEqual(["constant"]);
  });

  it("are followed by what is refused by name", () => {
    const [, refused = ""] = /\*\*Refused by name,\*\*([\s\S]*?)\n\n/.exec(GUIDE) ?? [];
    expect(namesIn(refused)).toEqual([...IRREPRODUCIBLE.keys()]);
  });
});

/** The words in backticks. */
function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}
