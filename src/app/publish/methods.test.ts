/** The methods text and the bibliography: every fact is the scorecard's, and what is not known is not said. */
import { describe, expect, it } from "vitest";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import { ARCHITECTURE_NAMES } from "../../models/architectures/names.ts";
import { PANEL } from "../../models/panel.ts";
import { makeScorecard, type ScorecardCell } from "../../scorecard/scorecard.ts";
import { tableOf } from "../../testing/golden.ts";
import { bibtex, citation, citesOfNetwork, keysIn } from "./bibliography.ts";
import { methodsOf, type SubjectFacts } from "./methods.ts";

const digestOf = (letter: string): string => `sha256-${letter.repeat(64)}`;
const benchmark: BehavioralBenchmark = {
  track: "behavioral",
  identifier: "Doe2026edges-error_consistency",
  version: 3,
  title: "Edges",
  authors: [],
  bibtex: "@article{doe2026,\n  title = {Edges},\n  year = {2026}\n}",
  digest: digestOf("b"),
  folder: "",
  stimulusSet: { identifier: "set", stimuli: [], visualDegrees: [8, 8], table: tableOf({ stimulus_id: ["s1", "s2"] }) },
  task: { name: "label", choices: ["a", "b"] },
  numberOfTrials: 1,
  responses: tableOf({
    stimulus_id: ["s1", "s2", "s1", "s2"],
    subject: ["x", "x", "y", "y"],
    response: ["a", "b", "a", "a"],
  }),
  metric: { name: "error_consistency", options: {} },
  ceiling: { name: "metric", options: {} },
  excluded: { stimuli: 0, responses: 0 },
};

const scored = (subject: string, digest: string, backend?: "wasm" | "webgpu"): ScorecardCell => ({
  subject,
  subjectDigest: digestOf(digest),
  panel: false,
  outcome: {
    status: "scored",
    score: {
      score: 0.25,
      raw: 0.1,
      ceiling: { value: 0.4, error: 0.02 },
      formula: "raw / ceiling, within [0, 1]",
      unit: "kappa",
      by: [],
      notes: [],
    },
    ...(backend === undefined ? {} : { backend: { backend } }),
    interval: { low: 0.1, high: 0.45, level: 0.95, draws: 990, undefinedDraws: 10, over: ["stimuli", "people"] },
  },
});
const application = { version: "0.1.0", onnxruntime: "1.30.0", browser: "Chromium 156" };
const methods = async (cells: readonly ScorecardCell[], facts: readonly (readonly [string, SubjectFacts])[] = []) => {
  const card = await makeScorecard(application, [{ benchmark, ceiling: { value: 0.4, error: 0.02 }, cells }]);
  const { paragraphs, bibtex } = methodsOf(card, [benchmark], new Map(facts));
  return { text: paragraphs.join("\n"), keys: keysIn(bibtex), bibtex };
};

describe("the methods text", () => {
  it("names benchmark, data, metric, ceiling, formula, scores and versions", async () => {
    const { text } = await methods([scored("net", "c", "wasm")]);
    for (const fact of [
      "Gapscope 0.1.0",
      "Chromium 156",
      "ONNX Runtime Web 1.30.0 (ONNX Runtime developers) on wasm",
      "Edges (Doe2026edges-error_consistency), version 3 [doe2026], SHA-256 begins bbbbbbbbbbbb",
      "at 8° of visual angle",
      "name each with one of 2 labels",
      "compared with 4 responses of 2 people by error consistency (Geirhos et al. 2020)",
      "is 0.400 ± 0.020",
      "The score is raw / ceiling, within [0, 1].",
      "net 0.250 (95 % interval 0.100 to 0.450)",
      "1,000 bootstrap draws: stimuli and people drawn anew",
      "net (SHA-256 begins cccccccccccc)",
    ])
      expect(text).toContain(fact);
    expect(text).not.toMatch(/undefined|NaN|panel mean/);
  });

  it("says no more than there is: no runtime without networks, no interval without one, the reason of who has no score", async () => {
    const recorded = scored("people elsewhere", "d");
    const lacking: ScorecardCell = {
      ...scored("hmax", "e"),
      outcome: { status: "not applicable", reason: "no logits" },
    };
    const { text, keys } = await methods([recorded, lacking], [[digestOf("d"), { kind: "recorded", cites: [] }]]);
    expect(text).not.toContain("ONNX");
    expect(keys).toEqual(["doe2026", "schrimpf2018", "schrimpf2020", "geirhos2020"]);
    expect(text).toContain("hmax: not applicable (no logits).");
    expect(text).toContain("people elsewhere (responses recorded elsewhere;");
    const bare: ScorecardCell = { ...lacking, subject: "alone" };
    expect((await methods([bare])).text).not.toContain("bootstrap");
  });

  it("does not say that people's responses were compared by a metric that reads none", async () => {
    const accuracy = { ...benchmark, metric: { name: "accuracy", options: {} } };
    const card = await makeScorecard(application, [{ benchmark: accuracy, cells: [scored("net", "c", "wasm")] }]);
    const text = methodsOf(card, [accuracy], new Map()).paragraphs.join("\n");
    expect(text).toContain("Answers were measured by accuracy.");
    expect(text).not.toContain("responses of 2 people");
  });

  it("cites each model's papers", async () => {
    const cites = citesOfNetwork("resnet-50", "resnet-50-robust", true);
    const { text, keys } = await methods(
      [scored("resnet-50-robust", "c", "webgpu")],
      [[digestOf("c"), { kind: "network", title: "ResNet-50", cites }]],
    );
    expect(text).toContain("(He et al. 2016; Engstrom et al. 2019)");
    expect(text).toContain("on WebGPU");
    expect(keys).toEqual([
      "doe2026",
      "schrimpf2018",
      "schrimpf2020",
      "onnxruntime",
      "geirhos2020",
      "he2016",
      "engstrom2019",
    ]);
    expect(citesOfNetwork("resnet-50", "resnet-50-robust", false)).toEqual(["he2016"]);
  });
});

describe("the bibliography", () => {
  it("has each key once, and the benchmark's own where both have it", () => {
    const own = ["@article{He2016, title={Theirs}}", "@article{He2016, title={Theirs}}", " "];
    const made = bibtex(["he2016", "he2016", "sandler2018"], own);
    expect(keysIn(made)).toEqual(["He2016", "sandler2018"]);
    expect(made.match(/Theirs/g)).toHaveLength(1);
  });

  it("has balanced braces, and the version of the runtime as a note", () => {
    const made = bibtex(
      ARCHITECTURE_NAMES.flatMap((name) => citesOfNetwork(name, "x", false)),
      [],
      { onnxruntime: "unused" },
    );
    expect([...made].filter((letter) => letter === "{")).toHaveLength(
      [...made].filter((letter) => letter === "}").length,
    );
    expect(made).not.toContain("unused");
    expect(bibtex(["onnxruntime"], [], { onnxruntime: "onnxruntime-web 1.30.0" })).toContain(
      "note = {onnxruntime-web 1.30.0}",
    );
  });

  it("has papers for every model of the panel but pixels", () => {
    const without = PANEL.filter(({ card }) => citesOfNetwork(card.architecture, card.identifier, true).length === 0);
    expect(without.map(({ card }) => card.identifier)).toEqual(["pixels"]);
    expect(citation([])).toBe("");
  });
});
