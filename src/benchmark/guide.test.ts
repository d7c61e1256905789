/**
 * Every example of docs/guide.md is what it says: packages are read, cards parsed, recordings answer the packages, and the
 * table of metrics is the registry's. Code blocks say after their language which file they are.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { behavioralMetrics } from "../metrics/registry.ts";
import { ARCHITECTURE_NAMES } from "../models/architectures/names.ts";
import { parseCard } from "../models/card.ts";
import { RecordedSubject } from "../subject/recorded.ts";
import type { BehavioralBenchmark } from "./benchmark.ts";
import { parseCsv } from "./csv.ts";
import { KNOWN } from "./known.ts";
import { parseManifest } from "./manifest.ts";
import { readPackage } from "./read.ts";
import { behavioral, type Files, picture, zip } from "./sound.fixture.ts";

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
  return { ...texts, ...Object.fromEntries(pictures) };
}

async function read(blocks: readonly Block[]): Promise<BehavioralBenchmark> {
  const known = { ...KNOWN, metrics: [...behavioralMetrics.values()] };
  const file = new Blob([await zip(filesOf(blocks))]);
  const { benchmarks, notices } = await readPackage(file, { fileName: "guide.zip", known });
  expect(notices).toEqual([]);
  return behavioral(benchmarks[0]);
}

describe("the guide", () => {
  it("shows a package of each task, and every one can be read", async () => {
    const benchmarks = await Promise.all(PACKAGES.map(read));
    expect(benchmarks.map(({ task }) => task.name)).toEqual(["label", "probabilities", "odd_one_out"]);
  });

  it("shows a recording of each task, which answers that package", async () => {
    const recordings = BLOCKS.filter(({ info }) => info.startsWith("csv recorded "));
    const benchmarks = await Promise.all(PACKAGES.map(read));
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
    const known = /^(json (benchmark\.json|card)|csv (recorded \w+|(stimuli|responses|fitting|triplets)\.csv)|python)$/;
    expect(BLOCKS.map(({ info }) => info).filter((info) => !known.test(info))).toEqual([]);
  });

  it("lists the architectures", () => {
    const [, cell = ""] = /^\| `architecture` +\|([^|]*)\|$/m.exec(GUIDE) ?? [];
    expect(namesIn(cell)).toEqual([...ARCHITECTURE_NAMES]);
  });
});

describe("the guide's table of metrics", () => {
  const rows = new Map(
    [...GUIDE.matchAll(/^\| (`[^|]*`) +\|.*$/gm)].flatMap(([line, names = ""]) =>
      namesIn(names).map((name) => [name, line.split("|").map((cell) => cell.trim())] as const),
    ),
  );

  it.each([...behavioralMetrics.values()])("has $name with its options, ceiling and bounds", (metric) => {
    const [, , , , options = "", ceiling, bounds = ""] = rows.get(metric.name) ?? [];
    const [low, high] = metric.bounds;
    const entries = "entries" in metric.options ? Object.keys(Object(metric.options.entries)) : [];
    expect(namesIn(options.replace(/\([^)]*\)/g, "")).sort()).toEqual(entries.sort());
    expect(ceiling).toBe(metric.ceiling === undefined ? "constant" : "own");
    expect(bounds).toBe(
      low === null && high === null ? "none" : `\`${JSON.stringify([low, high]).replace(",", ", ")}\``,
    );
  });
});

/** The words in backticks. */
function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}
