import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import type { Benchmark } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import { RecordedSubject } from "../subject/recorded.ts";
import { ChannelWorker } from "../testing/channel-worker.ts";
import { tableOf } from "../testing/golden.ts";
import type { Choice } from "./backend.ts";
import { runtimeProducts } from "./products.ts";
import { WorkerClient } from "./rpc.ts";
import {
  type CellResult,
  type KeptResult,
  type LabStores,
  type Progress,
  type RunRequest,
  run,
  type SubjectSource,
  subjectIdentifier,
} from "./run.ts";
import { type ScoringApi, scoringApi } from "./scoring-api.ts";
import { memoryStore } from "./store.ts";
import type { PictureRequest, SubjectApi } from "./subject-api.ts";

const products = runtimeProducts(() => Promise.resolve(ort));

const stimuli = { stimulus_id: ["s1", "s2"], truth: ["a", "b"], condition: [0, 1] };
function benchmark(identifier: string, more: Partial<Benchmark> = {}): Benchmark {
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

const network: SubjectSource = {
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
  readouts?: (api: ScoringApi) => Partial<ScoringApi>,
) {
  const cells: [string, string, CellResult][] = [];
  const progress: Progress[] = [];
  let workers = 0;
  const calls = { score: 0 };
  const stores: LabStores = { activations: memoryStore(), results: kept, choices: memoryStore<Choice>() };
  const summary = await run(
    { wish: "wasm", threads: 1, fresh: false, signal: new AbortController().signal, synsets: [], ...request },
    {
      subject: () => new WorkerClient<SubjectApi>(fakeSubjectWorker() as unknown as Worker, "subject"), // as below
      scoring: () => {
        const api = scoringApi(products);
        const score: ScoringApi["score"] = (...args) => {
          calls.score += 1;
          return api.score(...args);
        };
        const worker = new ChannelWorker({ ...api, score, ...(readouts?.(api) ?? {}) });
        workers += 1;
        spoil(worker, workers);
        return new WorkerClient<ScoringApi>(worker as unknown as Worker, "scoring"); // the client uses only what the fake has
      },
    },
    stores,
    {
      onCell: (each, source, result) => cells.push([each.identifier, subjectIdentifier(source), result]),
      onCeiling: () => undefined,
      onProgress: (_, __, at) => progress.push(at),
    },
  );
  return { cells, progress, summary, workers, calls };
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

  it("keeps results: the second time nothing is scored, and fresh scores again", async () => {
    const kept = memoryStore<KeptResult>();
    const request = { benchmarks: [benchmark("one")], subjects: [right] };
    const first = await runHere(request, undefined, kept);
    const second = await runHere(request, undefined, kept);
    expect(second.calls.score).toBe(0);
    expect(second.cells).toEqual(first.cells);
    expect((await runHere({ ...request, fresh: true }, undefined, kept)).calls.score).toBe(1);
  });

  it("replaces a scoring worker that dies", async () => {
    const { cells, workers } = await runHere({ benchmarks: [benchmark("one")], subjects: [right] }, (worker, n) => {
      if (n === 1) queueMicrotask(() => worker.die());
    });
    expect(workers).toBe(2);
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
    expect(result.answers.values).toEqual(["b", "a"]);
    expect([...(result.answers.evidence?.probabilities ?? [])]).toEqual([0.25, 0.75, 0.5, 0.5]);
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
    expect([fits, workers]).toEqual([2, 2]);
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
