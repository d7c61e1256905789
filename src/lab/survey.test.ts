import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import type { BehavioralBenchmark, Benchmark, NeuralBenchmark, StimulusSet } from "../benchmark/benchmark.ts";
import { RecordedActivations } from "../subject/recorded-activations.ts";
import { ChannelWorker } from "../testing/channel-worker.ts";
import { type Columns, tableOf } from "../testing/golden.ts";
import type { Choice } from "./backend.ts";
import { runtimeProducts } from "./products.ts";
import { WorkerClient } from "./rpc.ts";
import { type CellResult, type LabStores, type LabWorkers, type RunRequest, run } from "./run.ts";
import { type ScoringApi, scoringApi } from "./scoring-api.ts";
import type { SubjectSource } from "./source.ts";
import { memoryStore, unstored } from "./store.ts";
import type { PictureRequest, SubjectApi } from "./subject-api.ts";
import { type Measures, measureFirst, measuresWith, type SurveyRequest, survey } from "./survey.ts";

const products = runtimeProducts(() => Promise.resolve(ort));
const N = 24;
const ids = Array.from({ length: N }, (_, i) => `s${i}`);

function stimulusSet(names: readonly string[], more: Columns = {}): StimulusSet {
  return {
    identifier: "set",
    visualDegrees: null,
    table: tableOf({ stimulus_id: names, ...more }),
    stimuli: names.map((id) => ({
      ...{ id, file: id, format: "png", mode: "RGB", width: 1, height: 1, sha256: id, bytes: new Blob([]) },
    })),
  };
}

const described = { version: 1, authors: [], folder: "", numberOfTrials: 1 } as const;

function neural(identifier: string, region: "V4" | "IT", shown = ids): NeuralBenchmark {
  return {
    ...described,
    track: "neural",
    ...{ identifier, digest: `sha256-${identifier}`, stimulusSet: stimulusSet(shown) },
    recording: { region, timeBins: [[70, 170]] },
    recordings: {
      dims: ["presentation", "neuroid"],
      shape: [shown.length, 1],
      values: Float64Array.from(shown, (_, i) => i * i),
      coords: {
        stimulus_id: { dim: "presentation", values: shown },
        neuroid_id: { dim: "neuroid", values: ["n"] },
      },
    },
    averageRepetition: true,
    metric: { name: "ridge", options: { stratification_coord: null } },
    ceiling: { name: "constant", options: { value: 1 } },
    excluded: { stimuli: 0, presentations: 0 },
  };
}

function behavioral(identifier: string, task: BehavioralBenchmark["task"], shown: readonly string[]): Benchmark {
  return {
    ...described,
    track: "behavioral",
    ...{ identifier, digest: `sha256-${identifier}`, stimulusSet: stimulusSet(shown, { truth: shown }), task },
    responses: tableOf({ stimulus_id: shown, subject: shown, response: shown }),
    metric: { name: "accuracy", options: {} },
    ceiling: { name: "constant", options: { value: 1 } },
    excluded: { stimuli: 0, responses: 0 },
  };
}

/** A network whose layer for V4 has three features of a picture, and whose readout has two. It counts what it is run on. */
function machine() {
  const looked: string[] = [];
  const features: Readonly<Record<string, (value: number) => number[]>> = {
    v4: (value) => [value, value * value, Math.sin(value)],
    readout: (value) => [value, 1],
  };
  let taps: readonly string[] = [];
  const subject = (): WorkerClient<SubjectApi> => {
    const worker = new ChannelWorker({
      prepare: (pictures: readonly PictureRequest[]) =>
        Float32Array.from(pictures, ({ file }) => Number(file.replace(/\D/g, ""))),
      adapter: () => null,
      open: (_card: unknown, _files: unknown, options: { readonly taps: readonly string[] }) => {
        taps = options.taps;
        return { backend: "wasm", threads: 1, batch: 8 };
      },
      infer: (numbers: Float32Array) => {
        looked.push(...Array.from(numbers, (value) => `s${value}`));
        return taps.map((tap) => Float32Array.from([...numbers].flatMap((value) => features[tap]?.(value) ?? [])));
      },
    });
    return new WorkerClient<SubjectApi>(worker as unknown as Worker, "subject"); // the client uses only what the fake has
  };
  const scoring = (): WorkerClient<ScoringApi> =>
    new WorkerClient<ScoringApi>(new ChannelWorker(scoringApi(products)) as unknown as Worker, "scoring"); // as above
  const workers: LabWorkers = { subject, scoring };
  return { workers, looked };
}

const source: Extract<SubjectSource, { readonly kind: "network" }> = {
  kind: "network",
  notes: [],
  panel: false,
  network: {
    card: {
      identifier: "made up",
      onnx: "x.onnx",
      external_data: [],
      input: { size: [8, 8], mean: [0, 0, 0], std: [1, 1, 1], layout: "NCHW", range: [0, 1], resize: "bilinear" },
      logits: { output: "logits", labels: ["s0", "s1"] },
      readout: { output: "readout" },
      regions: { V4: "v4" },
      visual_degrees: 8,
    },
    digest: "sha256-made-up",
    activationsDigest: "made-up",
    files: [],
  },
};

function stores() {
  const kept: LabStores = { activations: memoryStore(), results: memoryStore(), choices: memoryStore<Choice>() };
  return { ...kept, measures: memoryStore<Measures>() };
}

function requestOf(benchmarks: readonly Benchmark[], more: Partial<SurveyRequest> = {}): SurveyRequest {
  const signal = new AbortController().signal;
  return { benchmarks, subjects: [source], wish: "wasm", fresh: false, signal, ...more };
}

/** Runs and remembers what batches show, as the page does. */
async function runAndLearn(
  request: SurveyRequest,
  workers: LabWorkers,
  kept: ReturnType<typeof stores>,
  more: Partial<RunRequest> = {},
) {
  const cells: CellResult[] = [];
  let learnt: Measures = { features: {}, secondsPerPicture: {} };
  await run({ ...request, threads: 1, synsets: [], ...more }, workers, kept, {
    onCell: (_, __, result) => cells.push(result),
    onInterval: () => undefined,
    onCeiling: () => undefined,
    onProgress: () => undefined,
    onBatch: (_, batch) => {
      learnt = measuresWith(learnt, request.wish, batch);
    },
  });
  await kept.measures.put([["made-up", learnt]]);
  return cells;
}

describe("a survey", () => {
  it("counts what is missing before a run and nothing after it, and knows layers and pace from it", async () => {
    const { workers, looked } = machine();
    const kept = stores();
    const request = requestOf([neural("one", "V4"), neural("two", "V4", ids.slice(4))]);
    const [before] = await survey(request, kept);
    // The second benchmark shows a part of the first's pictures.
    expect(before).toMatchObject({ subject: "made up", pictures: N, stores: undefined, secondsPerPicture: undefined });

    expect((await runAndLearn(request, workers, kept)).map(({ status }) => status)).toEqual(["scored", "scored"]);
    expect(looked).toHaveLength(N);
    const [after] = await survey(request, kept);
    expect(after).toMatchObject({ pictures: 0, stores: 0 });
    expect(after?.secondsPerPicture).toBeGreaterThan(0);
    // Three features of four bytes for each picture that is to be run again.
    expect(await survey({ ...request, fresh: true }, kept)).toMatchObject([{ pictures: N, stores: 12 * N }]);
    // Who wishes for the GPU may get wasm, whose activations are there.
    expect(await survey({ ...request, wish: "webgpu" }, kept)).toMatchObject([{ pictures: 0 }]);
    await kept.activations.clear();
    expect(await survey(request, kept)).toMatchObject([{ pictures: N, stores: 12 * N }]);
  });

  it("asks nothing of a network that cannot take part, and of tasks what they read", async () => {
    const kept = stores();
    const label = behavioral("label", { name: "label", choices: ["s0", "s1"] }, ["s0", "s1"]);
    const unknown = behavioral("unknown", { name: "label", choices: ["cat"] }, ["s0"]);
    const fittingStimuli = stimulusSet(["s2", "s3", "s4"], { image_label: ["a", "b", "a"] });
    const readout = behavioral("readout", { name: "probabilities", fittingStimuli }, ["s0"]);
    const triplets = tableOf({ a: ["s0"], b: ["s1"], c: ["s2"], stimulus_id: ["s0|s1|s2"] });
    const odd = behavioral("odd", { name: "odd_one_out", triplets }, ids);
    const picturesOf = async (...benchmarks: Benchmark[]) => (await survey(requestOf(benchmarks), kept))[0];
    expect(await picturesOf(neural("it", "IT"), unknown)).toMatchObject({ pictures: 0, stores: 0, step: undefined });
    // How many logits there are, the card says.
    expect(await picturesOf(label)).toMatchObject({ pictures: 2, stores: 2 * 2 * 4 });
    expect(await picturesOf(readout)).toMatchObject({ pictures: 4, stores: undefined });
    expect(await picturesOf(odd)).toMatchObject({ pictures: 3 });
    expect(await picturesOf(readout, odd)).toMatchObject({ pictures: 5 });
  });

  it("counts as the run does", async () => {
    const { workers, looked } = machine();
    const kept = stores();
    const fittingStimuli = stimulusSet(["s2", "s3", "s4", "s4"], { image_label: ["a", "b", "a", "a"] });
    const task = { name: "probabilities", fittingStimuli } as const;
    const request = requestOf([neural("one", "V4", ids.slice(0, 12)), behavioral("readout", task, ["s0", "s1"])]);
    const [before] = await survey(request, kept);
    await runAndLearn(request, workers, kept);
    expect(before?.pictures).toBe(looked.length);
    const [after] = await survey({ ...request, fresh: true }, kept);
    expect(after?.stores).toBe(12 * 12 + 8 * 5);
  });

  it("knows recorded activations by their file, where they fit", async () => {
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (24, 5), }".padEnd(117);
    const head = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0);
    const file = new Blob([head, `${header}\n`, new Uint8Array(24 * 5 * 8)]);
    const subject = await RecordedActivations.open("lab", "sha256-0", file, "a.npy");
    const subjects: SubjectSource[] = [{ kind: "recorded", subject }];
    const [need] = await survey(requestOf([neural("one", "IT")], { subjects }), stores());
    expect(need).toMatchObject({ subject: "lab", pictures: 0, stores: 0, step: { array: 8 * N * N } });
    const [none] = await survey(requestOf([neural("few", "IT", ids.slice(1))], { subjects }), stores());
    expect(none).toMatchObject({ step: undefined });
  });

  it("stops when it is told to", async () => {
    const signal = AbortSignal.abort();
    await expect(survey(requestOf([neural("one", "V4")], { signal }), stores())).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});

describe("measureFirst", () => {
  it("learns every layer from one picture, which the run then has", async () => {
    const { workers, looked } = machine();
    const kept = stores();
    const triplets = tableOf({ a: ["s0"], b: ["s1"], c: ["s2"], stimulus_id: ["s0|s1|s2"] });
    const request = requestOf([neural("one", "V4"), behavioral("odd", { name: "odd_one_out", triplets }, ids)]);
    expect(await measureFirst(source, request, workers, kept, 1)).toEqual({ v4: 3, readout: 2 });
    expect(looked).toEqual(["s0"]);
    expect(await survey(request, kept)).toMatchObject([{ pictures: N - 1 + 2 }]);
    expect(await measureFirst(source, requestOf([neural("it", "IT")]), workers, kept, 1)).toEqual({});
  });
});

describe("a run without storing", () => {
  it("gives the same scores, uses what is stored and stores nothing", async () => {
    const { workers, looked } = machine();
    const [kept, other] = [stores(), stores()];
    const request = requestOf([neural("one", "V4")]);
    const stored = await runAndLearn(request, workers, kept);
    const unkept = await runAndLearn(request, workers, other, { storing: false });
    expect(unkept).toEqual(stored);
    expect(looked).toHaveLength(2 * N);
    expect(await survey(request, other)).toMatchObject([{ pictures: N }]);
    const again = { ...kept, results: other.results };
    expect(await runAndLearn({ ...request }, workers, again, { storing: false })).toEqual(stored);
    expect(looked).toHaveLength(2 * N);
  });

  it("holds what it makes in memory alone", async () => {
    const kept = memoryStore<number>();
    await kept.put([["a", 1]]);
    const passing = unstored(kept);
    await passing.put([["b", 2]]);
    expect(await passing.get(["a", "b", "c"])).toEqual([1, 2, undefined]);
    expect(await passing.has(["a", "b", "c"])).toEqual([true, true, false]);
    expect(await kept.has(["b"])).toEqual([false]);
    await passing.remove(["a", "b"]);
    expect(await passing.has(["a", "b"])).toEqual([false, false]);
  });
});

describe("measuresWith", () => {
  it("lets later batches count more, each wish by itself", () => {
    const batch = (seconds: number) => ({ images: 10, seconds, features: { v4: 3 } });
    const first = measuresWith({ features: { it: 5 }, secondsPerPicture: { wasm: 9 } }, "auto", batch(20));
    expect(first).toEqual({ features: { it: 5, v4: 3 }, secondsPerPicture: { wasm: 9, auto: 2 } });
    expect(measuresWith(first, "auto", batch(10)).secondsPerPicture.auto).toBeCloseTo(1.8, 12);
  });
});
