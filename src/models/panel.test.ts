/** The panel's cards against the drawings they name, and against what Brain-Score says of the models. */
import { describe, expect, it } from "vitest";
import { askedTensors, generatedCheckpoint } from "../testing/generator.ts";
import { ARCHITECTURES } from "./architectures/registry.ts";
import { parseCard } from "./card.ts";
import { Graph } from "./graph.ts";
import { isPublished, PANEL, type PanelModel } from "./panel.ts";
import { weightsOf } from "./weights.ts";

/** The models of the 2024 competition, by its identifiers. */
const COMPETITION = [
  "hmax",
  "alexnet",
  "CORnet-S",
  "resnet-50-robust",
  "voneresnet-50-non_stochastic",
  "resnet18-local_aggregation",
  "grcnn_robust_v1",
  "custom_model_cv_18_dagger_408",
  "ViT_L_32_imagenet1k",
  "mobilenet_v2_1.4_224",
  "pixels",
];

/** The taps of each of the model's drawings. */
function drawings({ card }: PanelModel): (readonly string[])[] {
  return ARCHITECTURES[card.architecture].map((architecture) => {
    const graph = new Graph();
    architecture(graph, weightsOf(generatedCheckpoint(askedTensors(architecture))).weights);
    return graph.taps;
  });
}

describe.each(PANEL)("$card.identifier", (model) => {
  const { card, candidates, checkpoint, timeSteps, noLogits } = model;

  it("names layers that every drawing of its network has", () => {
    const regions = Object.values(card.regions).filter((layer) => layer !== undefined);
    const outputs = [card.readout?.output, card.logits?.output].filter((output) => output !== undefined);
    expect(candidates.length).toBeGreaterThan(0);
    expect(new Set(candidates).size).toBe(candidates.length);
    for (const taps of drawings(model))
      expect(taps).toEqual(expect.arrayContaining([...candidates, ...regions, ...outputs]));
  });

  it("has its regions among the candidates, and reads behaviour out from the last of them", () => {
    expect(candidates).toEqual(expect.arrayContaining(Object.values(card.regions)));
    expect(card.readout?.output).toBe(candidates.at(-1));
  });

  it("has logits, or says why not", () => {
    expect(card.logits === undefined).toBe(noLogits !== undefined);
  });

  it("has a card that its own schema accepts, and the file that the card names", () => {
    expect(parseCard(JSON.stringify(card), "card.json")).toEqual(card);
    expect(card.checkpoint).toBe(checkpoint?.fileNames[0]);
  });

  it("says where its weights are to be had, over https, and hashes them in full where it does", () => {
    if (checkpoint === undefined) return expect(card.architecture).toBe("pixels");
    expect(checkpoint.from.length).toBeGreaterThan(0);
    for (const { url } of checkpoint.from) expect(new URL(url).protocol).toBe("https:");
    if (checkpoint.sha256 !== undefined) expect(checkpoint.sha256).toMatch(/^[0-9a-f]{64}$/);
    if (checkpoint.sha1 !== undefined) expect(checkpoint.sha1).toMatch(/^[0-9a-f]{40}$/);
  });

  it("has as many time bins as an area has steps", () => {
    const steps: Record<string, number> = {};
    for (const tap of drawings(model).flat()) {
      const [, area] = /^(V1|V2|V4|IT)\.output-t\d+$/.exec(tap) ?? [];
      if (area !== undefined) steps[area] = (steps[area] ?? 0) + 1;
    }
    const counts = Object.entries(timeSteps ?? {}).map(([area, [, , count]]) => [area, count]);
    expect(Object.fromEntries(counts)).toEqual(steps);
  });
});

describe("the panel", () => {
  it("is the competition's, in its order; a model under another name is marked as a stand-in", () => {
    expect(PANEL.map(({ card, standsInFor }) => standsInFor?.identifier ?? card.identifier)).toEqual(COMPETITION);
    for (const { card, standsInFor } of PANEL) {
      expect(COMPETITION.includes(card.identifier)).toBe(standsInFor === undefined);
      if (standsInFor !== undefined) expect(standsInFor.reason).not.toBe("");
    }
    expect(PANEL.filter(({ standsInFor }) => standsInFor !== undefined).map(({ card }) => card.identifier)).toEqual([
      "grcnn",
    ]);
  });

  it("has no identifier and no file name twice", () => {
    const identifiers = PANEL.map(({ card }) => card.identifier);
    const files = PANEL.flatMap(({ checkpoint }) => checkpoint?.fileNames ?? []);
    expect(new Set(identifiers).size).toBe(identifiers.length);
    expect(new Set(files).size).toBe(files.length);
  });

  it("has time bins for CORnet-S alone: onsets and lengths in ms, and number of steps", () => {
    expect(PANEL.filter(({ timeSteps }) => timeSteps !== undefined).map(({ card }) => card.identifier)).toEqual([
      "CORnet-S",
    ]);
    // brainscore_vision/models/cornet_s/helpers/helpers.py
    expect(PANEL.find(({ card }) => card.identifier === "CORnet-S")?.timeSteps).toEqual({
      V1: [50, 100, 1],
      V2: [70, 100, 2],
      V4: [90, 50, 4],
      IT: [100, 100, 2],
    });
  });
});

it("a file is the published one by the better hash that is known, and nobody knows where none is", () => {
  const source = { fileNames: [], licence: "", from: [] };
  const hashes = { sha256: "a", sha1: "b" };
  expect(isPublished({ ...source, sha256: "a", sha1: "c" }, hashes)).toBe(true);
  expect(isPublished({ ...source, sha256: "c", sha1: "b" }, hashes)).toBe(false);
  expect(isPublished({ ...source, sha1: "b" }, hashes)).toBe(true);
  expect(isPublished({ ...source, sha1: "c" }, hashes)).toBe(false);
  expect(isPublished(source, hashes)).toBeUndefined();
});
