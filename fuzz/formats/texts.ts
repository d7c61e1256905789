/** JSON: a benchmark's manifest, a model card, a scorecard. */
import { canonicalJson } from "../../src/assembly/digest.ts";
import { Findings } from "../../src/benchmark/findings.ts";
import { parseManifest } from "../../src/benchmark/manifest.ts";
import { ASSEMBLY, MATRICES, NEURAL } from "../../src/benchmark/neural/recorded.fixture.ts";
import { MANIFEST, ODD_ONE_OUT } from "../../src/benchmark/sound.fixture.ts";
import { openNetwork } from "../../src/lab/intake.ts";
import { filesOfCard, parseCard } from "../../src/models/card.ts";
import { isScorecard, parseScorecard, readScorecard } from "../../src/scorecard/read.ts";
import { encoded } from "../bytes.ts";
import { type Bytes, type Format, hold, utf8 } from "../format.ts";
import { changedJson } from "../json.ts";

function format(documents: readonly unknown[], refusal: Format["refusal"], read: Format["read"]): Format {
  const texts = documents.map((document) => JSON.stringify(document, null, 2));
  const plain = texts.map((text): unknown => JSON.parse(text)); // without members that are undefined
  return { sound: texts.map(utf8), inputs: encoded(changedJson(plain)), refusal, read };
}

const FITTED = {
  ...MANIFEST,
  task: { name: "probabilities", fitting_stimuli: { table: "fitting.csv", images: "fitting/", visual_degrees: 4 } },
};

export function manifest(): Format {
  const documents = [
    { ...MANIFEST, authors: ["Ann"], title: "A fixture", exclude: { condition: [0, "x", null] } },
    FITTED,
    { ...MANIFEST, ...ODD_ONE_OUT },
    { ...MANIFEST, ...NEURAL },
    { ...MANIFEST, ...MATRICES },
    { ...MANIFEST, ...ASSEMBLY, data: { assembly: "a.nc", select: { region: ["IT", 1] }, average_repetition: true } },
  ];
  return format(documents, "package-refused", async (bytes) => {
    const { manifest: found, faults } = parseManifest(bytes, "benchmark.json");
    if (found === undefined) {
      const findings = new Findings(); // as the package's reader lists them
      findings.addAll(faults);
      findings.refuseIfAny("p.zip");
    }
    hold(found !== undefined, "neither a manifest nor a fault");
    const again = parseManifest(utf8(JSON.stringify(found)), "benchmark.json");
    hold(canonicalJson(again.manifest) === canonicalJson(found), "a manifest is another one after writing and reading");
  });
}

export function card(): Format {
  const common = {
    identifier: "mine",
    input: {
      size: [224, 224],
      mean: [0.5, 0.5, 0.5],
      std: [1, 1, 1],
      layout: "NCHW",
      range: [0, 1],
      resize: "bilinear",
    },
    visual_degrees: 8,
  };
  const documents = [
    {
      ...common,
      title: "Mine",
      licence: "MIT",
      notes: ["a"],
      onnx: "mine.onnx",
      external_data: ["weights.bin"],
      logits: { output: "logits", labels: ["cat", "dog"] },
      readout: { output: "fc1" },
      regions: { V1: "relu1", IT: "fc1" },
      layers: ["relu1", "fc1"],
    },
    {
      ...common,
      input: { ...common.input, crop: { short_side: 256 } },
      architecture: "alexnet",
      checkpoint: "alexnet.pth",
      prefix: "module.",
      logits: { output: "classifier.6", labels: "imagenet1000" },
    },
    { ...common, input: { ...common.input, crop: { resized: [256, 256] } }, architecture: "hmax" },
  ];
  return format(documents, "subject-refused", async (bytes) => {
    const file = new File([bytes], "card.json");
    const found = parseCard(await file.text(), file.name);
    hold(
      filesOfCard(found).every((name) => typeof name === "string" && name !== ""),
      "a card's file has no name",
    );
    const beside = filesOfCard(found).map((name) => new File(["weights"], name));
    const { digest, files } = await openNetwork(file, beside);
    hold(/^sha256-[0-9a-f]{64}$/.test(digest), "a network without a digest");
    hold(files.length === filesOfCard(found).length, "a network without its files");
  });
}

export function scorecard(): Format {
  const digest = `sha256-${"b".repeat(64)}`;
  const who = { subject: "alexnet", subject_digest: digest, stands_in_for: "grcnn" };
  const benchmark = {
    identifier: "Test-accuracy",
    version: 1,
    digest,
    track: "behavioral",
    title: "A test",
    metric: "accuracy",
    ceiling: { value: 0.5, error: 0.1 },
    panel_mean: 0.2,
    panel_size: 1,
    scores: [
      {
        ...who,
        status: "scored",
        score: 0.2,
        raw: 0.1,
        error: 0.01,
        formula: "raw / ceiling",
        backend: "wasm",
        notes: ["a note"],
        by: [{ condition: 0, raw: 0.1, truth: "cat", right: true }],
        digest,
        interval: { low: 0.1, high: 0.3, level: 0.95, draws: 1000, undefined_draws: 0, over: ["stimuli", "people"] },
        chance: 0.5,
        warnings: ["few stimuli"],
      },
      { ...who, status: "failed", reason: "out of memory" },
    ],
  };
  const document = {
    format: "gapscope-scorecard",
    format_version: 1,
    application: { version: "0.1.0", onnxruntime: "1.30.0", browser: "Chromium 156", threads: 2 },
    benchmarks: [benchmark, { ...benchmark, identifier: "Test-pls", track: "neural", parent: "Test", scores: [] }],
  };
  return format([document], "scorecard-refused", async (bytes: Bytes) => {
    await isScorecard(new Blob([bytes]));
    const found = await readScorecard(new Blob([bytes]), "scorecard.json");
    const again = parseScorecard(JSON.stringify(found), "scorecard.json");
    hold(canonicalJson(again) === canonicalJson(found), "a scorecard is another one after writing and reading");
  });
}
