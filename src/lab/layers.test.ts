import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import type { NeuralBenchmark } from "../benchmark/benchmark.ts";
import type { SessionOptions } from "../models/session.ts";
import { ChannelWorker } from "../testing/channel-worker.ts";
import { tableOf } from "../testing/golden.ts";
import type { Choice } from "./backend.ts";
import { type LayerScore, scoreLayers, sharingStimuli } from "./layers.ts";
import { runtimeProducts } from "./products.ts";
import { WorkerClient } from "./rpc.ts";
import type { KeptResult, LabStores } from "./run.ts";
import { type ScoringApi, scoringApi } from "./scoring-api.ts";
import { memoryStore } from "./store.ts";
import type { PictureRequest, SubjectApi } from "./subject-api.ts";

const products = runtimeProducts(() => Promise.resolve(ort));
const N = 24;
const ids = Array.from({ length: N }, (_, i) => `s${i}`);

/** A benchmark whose one site answers with a picture's number, squared. */
function neural(identifier: string, metric: string, more: Partial<NeuralBenchmark> = {}): NeuralBenchmark {
  return {
    track: "neural",
    identifier,
    version: 1,
    authors: [],
    digest: `sha256-${identifier}`,
    folder: "",
    stimulusSet: {
      identifier: "set",
      visualDegrees: null,
      table: tableOf({ stimulus_id: ids }),
      stimuli: ids.map((id) => ({
        ...{ id, file: id, format: "png", mode: "RGB", width: 1, height: 1, sha256: id, bytes: new Blob([]) },
      })),
    },
    recording: { region: "V4", timeBins: [[70, 170]] },
    recordings: {
      dims: ["presentation", "neuroid"],
      shape: [N, 1],
      values: Float64Array.from(ids, (_, i) => i * i),
      coords: {
        stimulus_id: { dim: "presentation", values: ids },
        neuroid_id: { dim: "neuroid", values: ["n"] },
      },
    },
    averageRepetition: true,
    numberOfTrials: 1,
    metric: { name: metric, options: metric === "ridge" ? { stratification_coord: null } : {} },
    ceiling: { name: "constant", options: { value: 1 } },
    excluded: { stimuli: 0, presentations: 0 },
    ...more,
  };
}

/** A network of three layers: noise; a picture's number and its square; its number, a thousand times over. */
function machine() {
  const opened: (readonly string[])[] = [];
  const layers: Readonly<Record<string, (value: number) => number[]>> = {
    early: (value) => [Math.sin(99 * value), Math.cos(77 * value)],
    middle: (value) => [value, value * value],
    late: (value) => Array.from({ length: 1000 }, () => value),
  };
  const worker = (): ChannelWorker => {
    let taps: readonly string[] = [];
    return new ChannelWorker({
      prepare: (pictures: readonly PictureRequest[]) =>
        Float32Array.from(pictures, ({ file }) => Number(file.slice(1))),
      adapter: () => null,
      layers: () => Object.keys(layers),
      open: (_card: unknown, _files: unknown, options: SessionOptions) => {
        taps = options.taps;
        opened.push(taps);
        return { backend: "wasm", threads: 1, batch: 8 };
      },
      infer: (numbers: Float32Array) =>
        taps.map((tap) => Float32Array.from([...numbers].flatMap((value) => layers[tap]?.(value) ?? []))),
    });
  };
  return { worker, opened };
}

async function score(benchmarks: readonly NeuralBenchmark[], room: number, results = memoryStore<KeptResult>()) {
  const { worker, opened } = machine();
  const stores: LabStores = { activations: memoryStore(), results, choices: memoryStore<Choice>() };
  const put = new Set<string>();
  const activations: LabStores["activations"] = {
    ...stores.activations,
    put: (entries) => {
      for (const [key] of entries) put.add(key);
      return stores.activations.put(entries);
    },
  };
  const found: [string, LayerScore][] = [];
  const shares: number[] = [];
  let scored = 0;
  await scoreLayers(
    {
      benchmarks,
      source: {
        kind: "network",
        notes: [],
        panel: false,
        network: {
          card: {
            identifier: "three",
            onnx: "three.onnx",
            external_data: [],
            input: { size: [8, 8], mean: [0, 0, 0], std: [1, 1, 1], layout: "NCHW", range: [0, 1], resize: "bilinear" },
            regions: { V4: "middle", IT: "late" },
            visual_degrees: 8,
          },
          digest: "sha256-three",
          activationsDigest: "three",
          files: [],
        },
      },
      wish: "wasm",
      threads: 1,
      room,
      signal: new AbortController().signal,
    },
    {
      subject: () => new WorkerClient<SubjectApi>(worker() as unknown as Worker, "subject"), // as below
      scoring: () => {
        const api = scoringApi(products);
        const scoreRecording: ScoringApi["scoreRecording"] = (...args) => {
          scored += 1;
          return api.scoreRecording(...args);
        };
        const fake = new ChannelWorker({ ...api, scoreRecording });
        return new WorkerClient<ScoringApi>(fake as unknown as Worker, "scoring"); // the client uses only what the fake has
      },
    },
    { ...stores, activations },
    {
      onLayer: (benchmark, layer) => found.push([benchmark.identifier, layer]),
      onProgress: (_, share) => shares.push(share),
    },
  );
  const left = (await stores.activations.has([...put])).filter(Boolean).length;
  return { found, opened, shares, scored, left };
}

describe("layer by layer", () => {
  it("scores every layer for every benchmark, the committed one marked, and keeps only what is committed", async () => {
    const { found, opened, shares, left } = await score([neural("a", "ridge"), neural("b", "cka")], 1e9);
    expect(found.map(([name, { layer, committed }]) => [name, layer, committed])).toEqual([
      ["a", "early", false],
      ["b", "early", false],
      ["a", "middle", true],
      ["b", "middle", true],
      ["a", "late", false],
      ["b", "late", false],
    ]);
    const raw = (i: number) => {
      const result = found[i]?.[1].result;
      return result?.status === "scored" ? result.score.raw : Number.NaN;
    };
    expect(raw(2)).toBeGreaterThan(0.99); // the site is this layer's second feature
    expect(raw(0)).toBeLessThan(0.9);
    expect(found.map(([, { features }]) => features)).toEqual([2, 2, 2, 2, 1000, 1000]);
    expect(opened).toEqual([["early", "middle", "late"]]);
    expect(left).toBe(2 * N); // V4's and IT's
    expect(shares).toEqual(shares.toSorted((x, y) => x - y));
  });

  it("shows the stimuli again where the store has no room for all layers at once", async () => {
    const { found, opened } = await score([neural("a", "ridge")], 20 * N);
    expect(opened.slice(1)).toEqual([["early", "middle"], ["late"]]);
    expect(found.map(([, { layer }]) => layer)).toEqual(["early", "middle", "late"]);
  });

  it("keeps scores", async () => {
    const kept = memoryStore<KeptResult>();
    const first = await score([neural("a", "ridge")], 1e9, kept);
    const second = await score([neural("a", "ridge")], 1e9, kept);
    expect(second.found).toEqual(first.found);
    expect([first.scored, second.scored]).toEqual([3, 0]);
    expect(second.opened).toEqual([["early", "middle", "late"]]); // for one picture, to know the layers' sizes
    expect(second.left).toBe(2);
  });

  it("scores a benchmark that is opened later, and what is kept of the others not again", async () => {
    const kept = memoryStore<KeptResult>();
    await score([neural("a", "ridge")], 1e9, kept);
    const { found, scored } = await score([neural("a", "ridge"), neural("b", "cka")], 1e9, kept);
    expect(scored).toBe(3);
    expect(found.map(([name, { place }]) => `${name}${place}`)).toEqual(["a0", "b0", "a1", "b1", "a2", "b2"]);
  });

  it("gives a layer without a score its reason and goes on", async () => {
    const { found } = await score(
      [neural("a", "pls", { metric: { name: "pls", options: { stratification_coord: null } } })],
      1e9,
    );
    expect(found.map(([, { result }]) => result.status)).toContain("failed");
    expect(found).toHaveLength(3);
  });
});

describe("benchmarks that share their stimuli", () => {
  it("show the same pictures, in the same order and size", () => {
    const one = neural("a", "ridge");
    const { stimulusSet } = one;
    const turned = { ...stimulusSet, stimuli: stimulusSet.stimuli.toReversed() };
    const all = [one, neural("b", "cka"), neural("c", "cka", { stimulusSet: turned })];
    expect(sharingStimuli(one, all).map(({ identifier }) => identifier)).toEqual(["a", "b"]);
    const larger = neural("d", "cka", { stimulusSet: { ...stimulusSet, visualDegrees: ids.map(() => 8) } });
    expect(sharingStimuli(one, [larger])).toEqual([]);
  });
});
