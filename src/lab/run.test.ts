import { describe, expect, it } from "vitest";
import type { Benchmark } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import { RecordedSubject } from "../subject/recorded.ts";
import { ChannelWorker } from "../testing/channel-worker.ts";
import { tableOf } from "../testing/golden.ts";
import type { Choice } from "./backend.ts";
import { WorkerClient } from "./rpc.ts";
import {
  type CellResult,
  type KeptResult,
  type LabStores,
  type Progress,
  type RunRequest,
  run,
  type SubjectSource,
} from "./run.ts";
import { type ScoringApi, scoringApi } from "./scoring-api.ts";
import { memoryStore } from "./store.ts";

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

/** Runs with real scoring functions in a fake worker; `spoil` may break the n-th scoring worker. */
async function runHere(
  request: Pick<RunRequest, "benchmarks" | "subjects"> & Partial<RunRequest>,
  spoil: (worker: ChannelWorker, n: number) => void = () => undefined,
  kept = memoryStore<KeptResult>(),
) {
  const cells: [string, string, CellResult][] = [];
  const progress: Progress[] = [];
  let workers = 0;
  const calls = { score: 0 };
  const stores: LabStores = { activations: memoryStore(), results: kept, choices: memoryStore<Choice>() };
  const summary = await run(
    { wish: "wasm", threads: 1, fresh: false, signal: new AbortController().signal, synsets: [], ...request },
    {
      subject: () => {
        throw new GapscopeError("internal", "no network in these tests");
      },
      scoring: () => {
        const score: ScoringApi["score"] = (...args) => {
          calls.score += 1;
          return scoringApi.score(...args);
        };
        const worker = new ChannelWorker({ ...scoringApi, score });
        workers += 1;
        spoil(worker, workers);
        return new WorkerClient<ScoringApi>(worker as unknown as Worker, "scoring"); // the client uses only what the fake has
      },
    },
    stores,
    {
      onCell: (each, source, result) =>
        cells.push([each.identifier, source.kind === "recorded" ? source.subject.identifier : "", result]),
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
