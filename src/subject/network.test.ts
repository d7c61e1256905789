import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { isProbabilities } from "../assembly/assembly.ts";
import type { StimulusSet, Task } from "../benchmark/benchmark.ts";
import { runtimeProducts } from "../lab/products.ts";
import type { ModelCard } from "../models/card.ts";
import type { Features } from "../numerics/products.ts";
import { type Columns, readGolden, tableOf } from "../testing/golden.ts";
import { featuresOf, type MadeFeatures } from "../testing/readout-features.ts";
import { decideLabels } from "./label.ts";
import { type ActivationSource, NetworkSubject, type Readout } from "./network.ts";
import { chooseOddOnes } from "./odd-one-out.ts";
import { fitProbabilities, readProbabilities } from "./probabilities.ts";

const products = runtimeProducts(() => Promise.resolve(ort));
const readout: Readout = {
  label: decideLabels,
  fit: async (features, labels, onProgress) => fitProbabilities(await features(), labels, products, { onProgress }),
  probabilities: async (fitted, features) => readProbabilities(fitted, await features(), products),
  oddOnes: async (features, triplets, measure, onShare) =>
    chooseOddOnes(await features(), triplets, measure, products, onShare),
};

function stimulusSet(identifier: string, ids: readonly (string | number)[], more: Columns = {}): StimulusSet {
  return {
    identifier,
    visualDegrees: null,
    table: tableOf({ stimulus_id: ids, ...more }),
    stimuli: ids.map((id) => ({
      id,
      file: String(id),
      format: "png",
      mode: "RGB",
      width: 1,
      height: 1,
      sha256: String(id),
      bytes: new Blob([]),
    })),
  };
}

/** A layer that gives each stimulus the row of features that it has in one of `sets`, as float32 activations. */
function layer(...sets: readonly (readonly [StimulusSet, Features])[]) {
  const rows = new Map(
    sets.flatMap(([{ stimuli }, { columns, values }]) =>
      stimuli.map(({ file }, i): [string, Float32Array] => [
        file,
        Float32Array.from(values.subarray(i * columns, (i + 1) * columns)),
      ]),
    ),
  );
  const calls: { taps: readonly string[]; files: readonly string[] }[] = [];
  const source: ActivationSource = {
    activations: (placed, taps, { onProgress }) => {
      const files = placed.map(({ stimulus }) => stimulus.file);
      calls.push({ taps, files });
      onProgress?.(placed.length, placed.length);
      return Promise.resolve([Float32Array.from(files.flatMap((file) => [...(rows.get(file) ?? [])]))]);
    },
    stream: (placed, taps) => {
      const files = placed.map(({ stimulus }) => stimulus.file);
      calls.push({ taps, files });
      const columns = rows.get(files[0] ?? "")?.length ?? 0;
      const read = (first: number, count: number) =>
        Promise.resolve(
          Float32Array.from(files.slice(first, first + count).flatMap((file) => [...(rows.get(file) ?? [])])),
        );
      return Promise.resolve(taps.map((key) => ({ key, rows: files.length, columns, read })));
    },
  };
  return { source, calls };
}

const input: ModelCard["input"] = {
  size: [8, 8],
  mean: [0, 0, 0],
  std: [1, 1, 1],
  layout: "NCHW",
  range: [0, 1],
  resize: "bilinear",
};
const network: ModelCard = {
  identifier: "made up",
  onnx: "x.onnx",
  external_data: [],
  input,
  readout: { output: "layer" },
  regions: {},
  visual_degrees: 8,
};
const pixels: ModelCard = {
  identifier: "pixels",
  architecture: "pixels",
  prefix: "",
  input,
  readout: { output: "pixels" },
  regions: {},
  visual_degrees: 8,
};

interface Golden {
  readonly probabilities: readonly (MadeFeatures & {
    readonly name: string;
    readonly labels: readonly number[];
    readonly choices: readonly string[];
    readonly probabilities: readonly (readonly number[])[];
    readonly double?: { readonly probabilities: readonly (readonly number[])[] };
  })[];
  readonly odd_one_out: readonly (MadeFeatures & {
    readonly name: string;
    readonly stimulus_ids: readonly (string | number)[];
    readonly triplets: readonly (readonly (string | number)[])[];
    readonly presentations: readonly string[];
    readonly choices: readonly (string | number)[];
  })[];
}

const golden = readGolden("brainscore-readouts.json") as Golden; // the file's own script says its form

function named<Case extends { readonly name: string }>(cases: readonly Case[], name: string): Case {
  const found = cases.find((each) => each.name === name);
  if (found === undefined) throw new Error(`the golden file has no case “${name}”`);
  return found;
}

describe("a network and the probabilities task", () => {
  async function pose(name: string, card: ModelCard, numberOfTrials = 1) {
    const each = named(golden.probabilities, name);
    // The classes in the order in which the script's labels first appear.
    const order = [...new Set(each.labels)];
    const labels = each.labels.map((label) => each.choices[order.indexOf(label)] ?? "");
    const n = each.probabilities.length;
    const fitting = stimulusSet("fitting", numbered("fit", each.n), { image_label: labels });
    const tested = stimulusSet("tested", numbered("test", n), { condition: numbered("c", n) });
    const test = featuresOf({ ...each, n, seed: each.seed + 1, labels: [], signal: 0, repeat: null });
    const { source, calls } = layer([fitting, featuresOf(each)], [tested, test]);
    const subject = new NetworkSubject(card, "sha256-0", source, [], readout);
    subject.startTask({ name: "probabilities", fittingStimuli: fitting });
    const progress: [number, number, string | undefined][] = [];
    const answers = await subject.lookAt(tested, {
      numberOfTrials,
      onProgress: (done, total, stage) => progress.push([done, total, stage]),
    });
    if (!isProbabilities(answers)) throw new Error("no probabilities");
    return { each, answers, calls, progress };
  }

  it.each([
    ["float32, more features", network],
    ["bytes, more features", pixels],
  ])("%s: Brain-Score's probabilities, its choices in order of first appearance", async (name, card) => {
    const { each, answers, calls } = await pose(name, card);
    expect(answers.choices).toEqual(each.choices);
    expect(answers.shape).toEqual([each.probabilities.length, each.choices.length]);
    (each.double ?? each).probabilities.flat().forEach((p, i) => {
      expect(Math.abs(p - (answers.values[i] ?? Number.NaN))).toBeLessThanOrEqual(1e-9);
    });
    expect(answers.coords.condition?.values[0]).toBe("c0");
    expect(new Set(calls.flatMap(({ taps }) => taps))).toEqual(new Set([card.readout?.output]));
  });

  it("says where float32 would have moved it, which bytes do not", async () => {
    expect((await pose("float32, more features", network)).answers.notes).toEqual([expect.stringContaining("float64")]);
    expect((await pose("bytes, more features", pixels)).answers.notes).toEqual([]);
  });

  it("does not depend on the number of trials, as in Brain-Score", async () => {
    const [once, often] = [await pose("bytes, more stimuli", pixels), await pose("bytes, more stimuli", pixels, 10)];
    expect(often.answers).toEqual(once.answers);
    expect(often.calls).toEqual(once.calls);
  });

  it("counts the fitting stimuli among the presentations, and tells of the fit", async () => {
    const { each, progress } = await pose("bytes, more features", pixels);
    const total = each.n + each.probabilities.length;
    expect(progress[0]).toEqual([each.n, total, undefined]);
    expect(progress.at(-1)).toEqual([total, total, undefined]);
    expect(progress.some(([done, , stage]) => done === each.n && stage?.startsWith("fitting the readout"))).toBe(true);
  });
});

describe("a network and the odd-one-out task", () => {
  async function pose(name: string, card: ModelCard) {
    const each = named(golden.odd_one_out, name);
    const ids = each.stimulus_ids;
    const set = stimulusSet("set", [...ids, "unused"]);
    const values = featuresOf({ ...each, n: ids.length + 1, repeat: null });
    const { source, calls } = layer([set, values]);
    const subject = new NetworkSubject(card, "sha256-0", source, [], readout);
    const [a, b, c] = [0, 1, 2].map((i) => each.triplets.map((triplet) => triplet[i] ?? ""));
    const triplets = tableOf({ a: a ?? [], b: b ?? [], c: c ?? [], stimulus_id: each.presentations });
    const task: Task = { name: "odd_one_out", triplets };
    subject.startTask(task);
    return { each, calls, answers: await subject.lookAt(set, { numberOfTrials: 1 }) };
  }

  it.each([
    ["float32", network, 0],
    ["ids that are numbers", network, 0],
    ["bytes, modulo 256", pixels, 1],
  ])("%s: Brain-Score's choices, as text", async (name, card, notes) => {
    const { each, calls, answers } = await pose(name, card);
    expect(answers.values).toEqual(each.choices.map(String));
    expect(answers.coords.stimulus_id?.values).toEqual(each.presentations);
    expect(answers.notes).toHaveLength(notes);
    expect(calls.flatMap(({ files }) => files)).not.toContain("unused");
  });

  it("looks at each stimulus once, in the order of ids", async () => {
    const { each, calls } = await pose("ids that are numbers", network);
    const seen = [...new Set(each.triplets.flat())].map(Number).sort((left, right) => left - right);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.files).toEqual(seen.map(String));
  });
});

describe("recording from a network", () => {
  const set = stimulusSet("set", ["s1", "s0"], { object_name: ["cat", "dog"] });
  const { source, calls } = layer([set, { rows: 2, columns: 3, values: Float32Array.of(1, 2, 3, 4, 5, 6) }]);
  const CORNET = { timeSteps: { V4: [90, 50, 4] as const, IT: [100, 100, 2] as const } };
  const subject = (facts = {}) =>
    new NetworkSubject(
      { ...network, regions: { V4: "V4.output-t0", IT: "IT.output-t0" } },
      "sha256-0",
      source,
      [],
      readout,
      facts,
    );

  it("gives the region's layer for every bin alike, in the order of the stimuli", async () => {
    const static_ = subject();
    static_.startRecording("IT", [
      [70, 170],
      [170, 270],
    ]);
    const recording = await static_.record(set, { numberOfTrials: 1 });
    expect(recording.layers).toEqual(["IT.output-t0", "IT.output-t0"]);
    expect(recording.bins[1]).toBe(recording.bins[0]);
    expect(recording.coords.stimulus_id?.values).toEqual(["s1", "s0"]);
    expect(recording.coords.object_name?.values).toEqual(["cat", "dog"]);
    expect([...((await recording.bins[0]?.read(1, 1)) ?? [])]).toEqual([4, 5, 6]);
    expect(calls.at(-1)?.taps).toEqual(["IT.output-t0"]);
  });

  it("takes of a network with time steps the one that starts nearest, the first of two", async () => {
    const cornet = subject(CORNET);
    cornet.startRecording("V4", [
      [70, 170],
      [0, 250],
      [139, 150],
      [165, 180],
      [900, 950],
    ]);
    const { layers } = await cornet.record(set, { numberOfTrials: 1 });
    expect(layers).toEqual([0, 0, 1, 1, 3].map((step) => `V4.output-t${step}`));
  });

  it("is not applicable where no layer is committed", () => {
    expect(() => subject().startRecording("V1", [[70, 170]])).toThrow(/no layer of it is committed to V1/);
  });
});

describe("a network without a readout layer", () => {
  const { readout: _, ...bare } = network;
  it.each<Task>([
    { name: "probabilities", fittingStimuli: stimulusSet("f", ["f1"], { image_label: ["x"] }) },
    { name: "odd_one_out", triplets: tableOf({ a: [], b: [], c: [], stimulus_id: [] }) },
  ])("cannot take the task $name", (task) => {
    const subject = new NetworkSubject(bare, "sha256-0", layer().source, [], readout);
    expect(() => subject.startTask(task)).toThrow(/no readout layer/);
  });
});

function numbered(prefix: string, n: number): string[] {
  return Array.from({ length: n }, (_, i) => `${prefix}${i}`);
}
