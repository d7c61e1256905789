import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import type { BehavioralBenchmark, Benchmark, NeuralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import { StreamedActivations } from "../numerics/streamed-activations.ts";
import type { Interval, NoInterval } from "../scoring/bootstrap.ts";
import { neuralCeiling, scoreRecording, targetOf } from "../scoring/neural.ts";
import { RecordedSubject } from "../subject/recorded.ts";
import { ChannelWorker } from "../testing/channel-worker.ts";
import { tableOf } from "../testing/golden.ts";
import type { Choice } from "./backend.ts";
import type { Progress } from "./clock.ts";
import { Gate, type GateState } from "./gate.ts";
import { sinceBegin } from "./journal.ts";
import { runtimeProducts } from "./products.ts";
import { WorkerClient } from "./rpc.ts";
import { type CellResult, type KeptResult, type LabStores, type RunRequest, run } from "./run.ts";
import { type ScoringApi, scoringApi } from "./scoring-api.ts";
import { type SubjectSource, subjectIdentifier } from "./source.ts";
import { memoryStore } from "./store.ts";
import type { PictureRequest, SubjectApi } from "./subject-api.ts";

const products = runtimeProducts(() => Promise.resolve(ort));

const stimuli = { stimulus_id: ["s1", "s2"], truth: ["a", "b"], condition: [0, 1] };
function benchmark(identifier: string, more: Partial<BehavioralBenchmark> = {}): BehavioralBenchmark {
  return {
    track: "behavioral",
    identifier,
    version: 1,
    authors: [],
    digest: `sha256-${identifier}`,
    folder: "",
    stimulusSet: {
      identifier: "set",
      visualDegrees: null,
      table: tableOf(stimuli),
      stimuli: stimuli.stimulus_id.map((id) => ({
        id,
        file: id,
        format: "png",
        mode: "RGB",
        width: 1,
        height: 1,
        sha256: id,
        bytes: new Blob([]),
      })),
    },
    task: { name: "label", choices: ["a", "b"] },
    numberOfTrials: 1,
    responses: tableOf({ ...stimuli, subject: ["x", "x"], response: ["a", "b"] }),
    metric: { name: "accuracy", options: {} },
    ceiling: { name: "constant", options: { value: 1 } },
    excluded: { stimuli: 0, responses: 0 },
    ...more,
  };
}

function recorded(name: string, rows: Record<string, string>): SubjectSource {
  const table = tableOf({ stimulus_id: Object.keys(rows), response: Object.values(rows) });
  return { kind: "recorded", subject: new RecordedSubject(name, `sha256-${name}`, table, `${name}.csv`) };
}

/** A subject worker whose network has two features of a picture's name: its number, and its square. */
function fakeSubjectWorker(): ChannelWorker {
  return new ChannelWorker({
    prepare: (pictures: readonly PictureRequest[]) =>
      Float32Array.from(pictures, ({ file }) => Number(file.replace(/\D/g, ""))),
    adapter: () => null,
    open: () => ({ backend: "wasm", threads: 1, batch: 8 }),
    infer: (numbers: Float32Array) => [Float32Array.from([...numbers].flatMap((value) => [value, value * value]))],
  });
}

const network: Extract<SubjectSource, { readonly kind: "network" }> = {
  kind: "network",
  notes: [],
  panel: false,
  network: {
    card: {
      identifier: "squares",
      onnx: "squares.onnx",
      external_data: [],
      input: { size: [8, 8], mean: [0, 0, 0], std: [1, 1, 1], layout: "NCHW", range: [0, 1], resize: "bilinear" },
      readout: { output: "layer" },
      regions: {},
      visual_degrees: 8,
    },
    digest: "sha256-squares",
    activationsDigest: "squares",
    files: [],
  },
};

const fitting = {
  stimulus_id: ["f1", "f2", "f3", "f4"],
  image_label: ["a", "b", "a", "b"],
};
const readoutBenchmarks = (): Benchmark[] => {
  const { stimulusSet } = benchmark("any");
  const [first] = stimulusSet.stimuli;
  if (first === undefined) throw new Error("no stimulus");
  const sets = (columns: Readonly<Record<string, string[]>>) => ({
    ...stimulusSet,
    table: tableOf(columns),
    stimuli: (columns.stimulus_id ?? []).map((id) => ({ ...first, id, file: id, sha256: id })),
  });
  const triplets = { a: ["s1"], b: ["s2"], c: ["s3"], stimulus_id: ["s1|s2|s3"] };
  return [
    benchmark("probabilities", { task: { name: "probabilities", fittingStimuli: sets(fitting) } }),
    benchmark("odd", {
      task: { name: "odd_one_out", triplets: tableOf(triplets) },
      stimulusSet: sets({ stimulus_id: ["s1", "s2", "s3"] }),
      responses: tableOf({ ...triplets, subject: ["x"], response: ["s1"] }),
      metric: { name: "odd_one_out_accuracy", options: {} },
      ceiling: { name: "constant", options: { value: 1 } },
    }),
  ];
};

/** Runs with real scoring functions in a fake worker; `spoil` may break the n-th scoring worker. */
async function runHere(
  request: Pick<RunRequest, "benchmarks" | "subjects"> & Partial<RunRequest>,
  spoil: (worker: ChannelWorker, n: number) => void = () => undefined,
  kept = memoryStore<KeptResult>(),
  instead?: (api: ScoringApi) => Partial<ScoringApi>,
) {
  const cells: [string, string, CellResult][] = [];
  const intervals: [string, string, Interval | NoInterval][] = [];
  const progress: Progress[] = [];
  let workers = 0;
  const calls = { score: 0 };
  const stores: LabStores = { activations: memoryStore(), results: kept, choices: memoryStore<Choice>() };
  const summary = await run(
    { wish: "wasm", threads: 1, signal: new AbortController().signal, synsets: [], ...request },
    {
      subject: () => new WorkerClient<SubjectApi>(fakeSubjectWorker() as unknown as Worker, "subject"), // as below
      scoring: () => {
        const api = scoringApi(products);
        const score: ScoringApi["score"] = (...args) => {
          calls.score += 1;
          return api.score(...args);
        };
        const worker = new ChannelWorker({ ...api, score, ...(instead?.(api) ?? {}) });
        workers += 1;
        spoil(worker, workers);
        return new WorkerClient<ScoringApi>(worker as unknown as Worker, "scoring"); // the client uses only what the fake has
      },
    },
    stores,
    {
      onCell: (each, source, result) => cells.push([each.identifier, subjectIdentifier(source), result]),
      onInterval: (each, source, interval) => {
        intervals.push([each.identifier, subjectIdentifier(source), interval]);
      },
      onCeiling: () => undefined,
      onProgress: (_, __, at) => progress.push(at),
    },
  );
  return { cells, intervals, progress, summary, workers, calls };
}

const right = recorded("right", { s1: "a", s2: "b" });

describe("a run", () => {
  it("gives every cell a result, each with its own reason where it has no score", async () => {
    const undefinedCeiling = benchmark("kappa", {
      metric: { name: "error_consistency", options: {} },
      ceiling: { name: "metric", options: {} },
    });
    const { cells } = await runHere({
      benchmarks: [benchmark("one"), undefinedCeiling],
      subjects: [right, recorded("half", { s1: "a" }), recorded("elsewhere", { t1: "a" })],
    });
    expect(cells.map(([name, who, { status }]) => `${name} ${who}: ${status}`)).toEqual([
      "one right: scored",
      "kappa right: failed",
      "one half: failed",
      "kappa half: failed",
      "one elsewhere: not applicable",
      "kappa elsewhere: not applicable",
    ]);
    expect(cells[0]?.[2]).toMatchObject({ score: { score: 1, raw: 1 }, answers: { values: ["a", "b"] } });
    expect(cells[1]?.[2]).toMatchObject({ error: { code: "undefined-score" } });
    expect(cells[2]?.[2]).toMatchObject({
      error: { message: expect.stringContaining("no response to 1 of 2 stimuli: s2") },
    });
  });

  it("keeps results: the second time nothing is scored, and a run that sees nothing of it scores again", async () => {
    const kept = memoryStore<KeptResult>();
    const request = { benchmarks: [benchmark("one")], subjects: [right] };
    const first = await runHere(request, undefined, kept);
    const second = await runHere(request, undefined, kept);
    expect(second.calls.score).toBe(0);
    const [[, , interval] = []] = first.intervals;
    expect(second.cells).toEqual(first.cells.map(([name, who, result]) => [name, who, { ...result, interval }]));
    expect(second.intervals).toEqual([]);
    const stores = { activations: memoryStore<Float32Array>(), results: kept, choices: memoryStore<Choice>() };
    expect((await runHere(request, undefined, sinceBegin(stores, new Set()).results)).calls.score).toBe(1);
  });

  it("replaces a scoring worker that dies", async () => {
    const { cells, workers } = await runHere({ benchmarks: [benchmark("one")], subjects: [right] }, (worker, n) => {
      if (n === 1) queueMicrotask(() => worker.die());
    });
    expect(workers).toBe(3); // the third draws intervals
    expect(cells[0]?.[2].status).toBe("scored");
  });

  it("cancels what is left, keeping what is done", async () => {
    const controller = new AbortController();
    const benchmarks = [benchmark("one"), benchmark("two")];
    const stop: SubjectSource = {
      kind: "recorded",
      subject: Object.assign(Object.create(RecordedSubject.prototype), right.kind === "recorded" ? right.subject : {}, {
        identifier: "stop",
        startTask: () => controller.abort(),
        lookAt: () => Promise.reject(GapscopeError.cancelled()),
      }),
    };
    const { cells } = await runHere({ benchmarks, subjects: [right, stop, right], signal: controller.signal });
    expect(cells.map(([, , { status }]) => status)).toEqual([
      "scored",
      "scored",
      "cancelled",
      "cancelled",
      "cancelled",
      "cancelled",
    ]);
  });

  it("stands still between its steps while its gate is closed, scored cells kept, and then goes on", async () => {
    const states: GateState[] = [];
    const gate = new Gate((state) => states.push(state));
    let scores = 0;
    const running = runHere(
      { benchmarks: [benchmark("one"), benchmark("two")], subjects: [right, right], gate },
      undefined,
      undefined,
      (api) => ({
        score: (...args) => {
          scores += 1;
          if (scores === 1) gate.close();
          return api.score(...args);
        },
      }),
    );
    await expect.poll(() => states.at(-1)).toBe("closed");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(scores).toBe(1);
    gate.open();
    const { cells, intervals } = await running;
    expect(cells.map(([, , { status }]) => status)).toEqual(["scored", "scored", "scored", "scored"]);
    expect(intervals).toHaveLength(4);
  });

  it("counts presentations over all cells", async () => {
    const { progress, summary } = await runHere({
      benchmarks: [benchmark("one"), benchmark("two")],
      subjects: [right],
    });
    expect(progress.map(({ overall }) => overall)).toEqual([
      { done: 0, total: 4 },
      { done: 2, total: 4 },
    ]);
    expect(summary.inferred).toBe(0);
  });
});

describe("intervals", () => {
  const ids = Array.from({ length: 40 }, (_, i) => `s${i}`);
  const many = (identifier: string, responses = tableOf({})): Benchmark => {
    const one = benchmark(identifier);
    const [first] = one.stimulusSet.stimuli;
    if (first === undefined) throw new Error("no stimulus");
    const table = tableOf({ stimulus_id: ids, truth: ids.map((_, i) => (i % 2 === 0 ? "a" : "b")) });
    const stimuli = ids.map((id) => ({ ...first, id, file: id, sha256: id }));
    return { ...one, stimulusSet: { ...one.stimulusSet, table, stimuli }, responses };
  };
  const subject = recorded("some", Object.fromEntries(ids.map((id, i) => [id, i % 3 === 0 ? "b" : "a"])));

  it("follow their scores, one for each, and are the same in every run", async () => {
    const request = { benchmarks: [many("one"), many("two")], subjects: [subject] };
    const first = await runHere(request);
    expect(first.cells.map(([, , result]) => "interval" in result)).toEqual([false, false]);
    expect(first.intervals.map(([name, who]) => `${name} ${who}`)).toEqual(["one some", "two some"]);
    expect(first.intervals[0]?.[2]).toMatchObject({ level: 0.95, draws: 1000, undefinedDraws: 0, over: ["stimuli"] });
    expect((await runHere(request)).intervals).toEqual(first.intervals);
  });

  it("go on as progress of their cell once all cells are settled", async () => {
    const { progress } = await runHere({ benchmarks: [many("one")], subjects: [subject] });
    expect(progress.some(({ stage }) => stage?.startsWith("drawing its interval"))).toBe(true);
    expect(progress.at(-1)).toMatchObject({ subject: "some", overall: { done: 40, total: 40 } });
  });

  it("are left out where the run is cancelled, their worker stopped, and made up for the next time", async () => {
    const kept = memoryStore<KeptResult>();
    const controller = new AbortController();
    const scoring: ChannelWorker[] = [];
    const request = { benchmarks: [many("one")], subjects: [subject] };
    const cancelled = await runHere(
      { ...request, signal: controller.signal },
      (worker) => scoring.push(worker),
      kept,
      () => ({
        interval: () => {
          controller.abort();
          return { reason: "too late" };
        },
      }),
    );
    expect(cancelled.cells.map(([, , { status }]) => status)).toEqual(["scored"]);
    expect(cancelled.intervals).toEqual([]);
    expect(scoring.map(({ terminated }) => terminated)).toEqual([1, 1]);
    const next = await runHere(request, undefined, kept);
    expect(next.calls.score).toBe(0);
    expect(next.intervals.length).toBe(1);
  });

  it("say why where their worker fails, and that is not kept", async () => {
    const kept = memoryStore<KeptResult>();
    const request = { benchmarks: [many("one")], subjects: [subject] };
    const { intervals } = await runHere(request, undefined, kept, () => ({
      interval: () => {
        throw new Error("out of memory");
      },
    }));
    expect(intervals[0]?.[2]).toEqual({ reason: expect.stringContaining("out of memory") });
    expect((await runHere(request, undefined, kept)).intervals[0]?.[2]).toHaveProperty("low");
  });

  it("come with what else keeps a score from being misread", async () => {
    const { cells } = await runHere({ benchmarks: [many("one")], subjects: [subject] });
    expect(cells[0]?.[2]).toMatchObject({ reality: { chance: 0.5 } });
  });
});

describe("a network's readouts", () => {
  it("are made by the scoring worker, fitting stimuli counted among the presentations", async () => {
    const { cells, progress, summary } = await runHere({ benchmarks: readoutBenchmarks(), subjects: [network] });
    expect(cells.map(([name, , { status }]) => `${name}: ${status}`)).toEqual(["probabilities: scored", "odd: scored"]);
    expect(cells[0]?.[2]).toMatchObject({ answers: { evidence: { choices: ["a", "b"] } } });
    // 2·3 + 4·9 is the largest similarity, that of s2 and s3.
    expect(cells[1]?.[2]).toMatchObject({ score: { raw: 1, score: 1 }, answers: { values: ["s1"] } });
    expect(summary.inferred).toBe(4 + 2 + 1); // s1 and s2 are known from the first benchmark
    expect(progress.at(-1)?.overall).toEqual({ done: 9, total: 9 });
    expect(progress.some(({ stage }) => stage?.startsWith("fitting the readout"))).toBe(true);
  });

  it("keep the likeliest choice and the probabilities of a recording", async () => {
    const table = tableOf({ stimulus_id: ["s1", "s2"], b: [0.75, 0.5], a: [0.25, 0.5] });
    const source: SubjectSource = { kind: "recorded", subject: new RecordedSubject("r", "sha256-r", table, "r.csv") };
    const { cells } = await runHere({ benchmarks: readoutBenchmarks().slice(0, 1), subjects: [source] });
    const result = cells[0]?.[2];
    if (result?.status !== "scored") throw new Error(result?.status);
    expect(result.answers?.values).toEqual(["b", "a"]);
    expect([...(result.answers?.evidence?.probabilities ?? [])]).toEqual([0.25, 0.75, 0.5, 0.5]);
  });

  it("are fitted anew where the scoring worker dies of them", async () => {
    let fits = 0;
    let doomed: ChannelWorker | undefined;
    const { cells, workers } = await runHere(
      { benchmarks: readoutBenchmarks().slice(0, 1), subjects: [network] },
      (worker, n) => {
        if (n === 1) doomed = worker;
      },
      undefined,
      (api) => ({
        fitProbabilities: (...args) => {
          fits += 1;
          if (fits === 1) queueMicrotask(() => doomed?.die("out of memory"));
          return api.fitProbabilities(...args);
        },
      }),
    );
    expect([fits, workers]).toEqual([2, 3]); // the third draws intervals
    expect(cells[0]?.[2].status).toBe("scored");
  });

  it("are cancelled at once, their worker stopped", async () => {
    const controller = new AbortController();
    const scoring: ChannelWorker[] = [];
    const { cells } = await runHere(
      { benchmarks: readoutBenchmarks(), subjects: [network], signal: controller.signal },
      (worker) => scoring.push(worker),
      undefined,
      () => ({
        fitProbabilities: () => {
          controller.abort();
          return new Promise(() => undefined); // a fit that would take for ever
        },
      }),
    );
    expect(cells.map(([, , { status }]) => status)).toEqual(["cancelled", "cancelled"]);
    expect(scoring.map(({ terminated }) => terminated)).toEqual([1]);
  });
});

describe("recordings", () => {
  const N = 30;
  const ids = Array.from({ length: N }, (_, i) => `s${i}`);
  /** Two sites, one of which follows the network's second feature, twice each stimulus. */
  const recordings = {
    dims: ["presentation", "neuroid"] as const,
    shape: [2 * N, 2],
    values: Float64Array.from([...ids, ...ids].flatMap((_, i) => [(i % N) ** 2 + Math.sin(i), Math.cos(7 * i)])),
    coords: {
      stimulus_id: { dim: "presentation", values: [...ids, ...ids] },
      repetition: { dim: "presentation", values: [...ids.map(() => 0), ...ids.map(() => 1)] },
      neuroid_id: { dim: "neuroid", values: ["n0", "n1"] },
    },
  };
  const { stimulusSet } = benchmark("any");
  const [one] = stimulusSet.stimuli;
  if (one === undefined) throw new Error("no stimulus");
  const neural = (identifier: string, metric: string): NeuralBenchmark => ({
    track: "neural",
    identifier,
    version: 1,
    authors: [],
    digest: `sha256-${identifier}`,
    folder: "",
    stimulusSet: {
      ...stimulusSet,
      table: tableOf({ stimulus_id: ids }),
      stimuli: ids.map((id) => ({ ...one, id, file: id, sha256: id })),
    },
    recording: { region: "IT", timeBins: [[70, 170]] },
    recordings,
    averageRepetition: true,
    numberOfTrials: 1,
    metric: { name: metric, options: metric === "ridge" ? { stratification_coord: null } : {} },
    ceiling: { name: "internal_consistency", options: {} },
    excluded: { stimuli: 0, presentations: 0 },
  });
  const { network: files, ...rest } = network;
  const recordable: SubjectSource = {
    ...rest,
    network: { ...files, card: { ...files.card, regions: { IT: "it" } } },
  };

  it("are scored from rows that the worker reads, each picture run once for all metrics", async () => {
    const benchmarks = [neural("ridge", "ridge"), neural("cka", "cka")];
    const { cells, summary, progress } = await runHere({ benchmarks, subjects: [recordable] });
    expect(cells.map(([name, , { status }]) => `${name}: ${status}`)).toEqual(["ridge: scored", "cka: scored"]);
    const [ridge] = cells.map(([, , result]) => result);
    if (ridge?.status !== "scored") throw new Error(ridge?.status);
    expect(ridge.layers).toEqual(["it"]);
    expect(ridge.answers).toBeUndefined();
    expect(ridge.score.by.map(({ neuroid_id }) => neuroid_id)).toEqual(["n0", "n1"]);
    expect(ridge.score.by[0]?.raw).toBeGreaterThan(0.99);
    expect(ridge.score.formula).toBe("raw² / ceiling");
    expect(summary.inferred).toBe(N);
    expect(progress.at(-1)?.overall).toEqual({ done: 2 * N, total: 2 * N });

    // The same as from activations that never crossed a border.
    const features = Float32Array.from(ids.flatMap((_, i) => [i, i * i]));
    const bin = new StreamedActivations(
      { rows: N, columns: 2, read: async (first, count) => features.slice(2 * first, 2 * (first + count)) },
      { products },
    );
    const [first] = benchmarks;
    if (first === undefined) throw new Error("no benchmark");
    const coords = { stimulus_id: { dim: "presentation", values: ids } };
    const recording = { coords, timeBins: first.recording.timeBins, bins: [bin] };
    const ceiling = await neuralCeiling(first, { products });
    expect(ridge.score).toEqual(await scoreRecording(first, targetOf(first), recording, [], ceiling, { products }));
  });

  it("are the same to the last bit however many workers share a metric's folds", async () => {
    const scoreWith = async (threads: number) => {
      const { cells, workers } = await runHere({
        benchmarks: [neural("pls", "ridge")],
        subjects: [recordable],
        threads,
      });
      const result = cells[0]?.[2];
      return { score: result?.status === "scored" ? result.score : result, workers };
    };
    const [one, three, many] = [await scoreWith(1), await scoreWith(3), await scoreWith(64)];
    expect(one.score).toMatchObject({ unit: "Pearson r" });
    expect(three.score).toEqual(one.score);
    expect(many.score).toEqual(one.score);
    expect([one, three, many].map(({ workers }) => workers)).toEqual([1, 3, 10]); // there are ten folds
  });

  it("are kept as scores, and are not to be had from responses or an uncommitted region", async () => {
    const kept = memoryStore<KeptResult>();
    const request = { benchmarks: [neural("ridge", "ridge")], subjects: [recordable, right, network] };
    const first = await runHere(request, undefined, kept);
    expect(first.cells.map(([, who, { status }]) => `${who}: ${status}`)).toEqual([
      "squares: scored",
      "right: not applicable",
      "squares: not applicable",
    ]);
    let scored = 0;
    const second = await runHere(request, undefined, kept, (api) => ({
      scoreRecording: (...args) => {
        scored += 1;
        return api.scoreRecording(...args);
      },
    }));
    expect(second.cells[0]).toEqual(first.cells[0]);
    expect(scored).toBe(0);
  });

  it("are handed over again, and read again, where the scoring worker dies of them", async () => {
    let tried = 0;
    let dying: ChannelWorker | undefined;
    const { cells, workers } = await runHere(
      { benchmarks: [neural("ridge", "ridge")], subjects: [recordable] },
      (worker, n) => {
        if (n === 1) dying = worker;
      },
      undefined,
      (api) => ({
        scoreRecording: (...args) => {
          tried += 1;
          if (tried > 1) return api.scoreRecording(...args);
          dying?.die();
          return new Promise(() => undefined);
        },
      }),
    );
    expect(cells[0]?.[2]).toMatchObject({ status: "scored" });
    expect(workers).toBe(2);
  });
});
