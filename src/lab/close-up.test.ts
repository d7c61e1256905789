import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import type { NeuralBenchmark } from "../benchmark/benchmark.ts";
import type { InnerProducts } from "../numerics/activations.ts";
import { nanmean, pearson } from "../numerics/statistics.ts";
import { ChannelWorker } from "../testing/channel-worker.ts";
import { tableOf } from "../testing/golden.ts";
import type { Choice } from "./backend.ts";
import { CloseUp } from "./close-up.ts";
import { runtimeProducts } from "./products.ts";
import { WorkerClient } from "./rpc.ts";
import { type CellResult, type KeptResult, type LabStores, type LabWorkers, run } from "./run.ts";
import { type ScoringApi, scoringApi } from "./scoring-api.ts";
import type { SubjectSource } from "./source.ts";
import { memoryStore } from "./store.ts";
import type { PictureRequest, SubjectApi } from "./subject-api.ts";

const products = runtimeProducts(() => Promise.resolve(ort));
const N = 30;
const SITES = 3;
const REPETITIONS = 4;
const ids = Array.from({ length: N }, (_, i) => `s${i}`);
const presentations = Array.from({ length: N * REPETITIONS }, (_, i) => [i % N, Math.floor(i / N)] as const);

/** Sites that follow a picture's number, each in its own way. */
function neural(metric: string): NeuralBenchmark {
  return {
    track: "neural",
    identifier: metric,
    version: 1,
    authors: [],
    digest: `sha256-${metric}`,
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
      shape: [presentations.length, SITES],
      values: Float64Array.from(
        presentations.flatMap(([i, repetition]) =>
          Array.from(
            { length: SITES },
            (_, site) => Math.cos(0.1 * (site + 1) * i + site) + 0.2 * Math.sin(31 * i * repetition),
          ),
        ),
      ),
      coords: {
        stimulus_id: { dim: "presentation", values: presentations.map(([i]) => ids[i] ?? "") },
        repetition: { dim: "presentation", values: presentations.map(([, repetition]) => repetition) },
        neuroid_id: { dim: "neuroid", values: ["a", "b", "c"] },
      },
    },
    averageRepetition: true,
    numberOfTrials: 1,
    metric: { name: metric, options: metric === "ridge" ? { stratification_coord: null } : {} },
    ceiling: { name: "internal_consistency", options: {} },
    excluded: { stimuli: 0, presentations: 0 },
  };
}

const source: SubjectSource = {
  kind: "network",
  notes: [],
  panel: false,
  network: {
    card: {
      identifier: "waves",
      onnx: "waves.onnx",
      external_data: [],
      input: { size: [8, 8], mean: [0, 0, 0], std: [1, 1, 1], layout: "NCHW", range: [0, 1], resize: "bilinear" },
      regions: { V4: "middle" },
      visual_degrees: 8,
    },
    digest: "sha256-waves",
    activationsDigest: "waves",
    files: [],
  },
};

/** A network of five waves over a picture's number, and what was asked of workers and store. */
function laboratory() {
  const asked = { pictures: 0, rows: 0, ended: 0 };
  const client = <Api extends ScoringApi | SubjectApi>(api: Record<string, (...args: never[]) => unknown>) => {
    const fake = new ChannelWorker(api);
    const made = new WorkerClient<Api>(fake as unknown as Worker, "fake"); // the client uses only what the fake has
    const terminate = made.terminate.bind(made);
    made.terminate = () => {
      if (made.alive) asked.ended += 1;
      terminate();
    };
    return made;
  };
  const workers: LabWorkers = {
    subject: () =>
      client<SubjectApi>({
        prepare: (pictures: readonly PictureRequest[]) => {
          asked.pictures += pictures.length;
          return Float32Array.from(pictures, ({ file }) => Number(file.slice(1)));
        },
        open: () => ({ backend: "wasm", threads: 1, batch: 8 }),
        infer: (numbers: Float32Array) => [
          Float32Array.from([...numbers].flatMap((i) => [1, 2, 3, 4, 5].map((k) => Math.sin(0.07 * k * i + k)))),
        ],
      }),
    scoring: () => client<ScoringApi>(scoringApi(products)),
  };
  const activations = memoryStore<Float32Array>();
  const stores: LabStores = {
    activations: {
      ...activations,
      get: (keys) => {
        asked.rows += keys.length;
        return activations.get(keys);
      },
    },
    results: memoryStore<KeptResult>(),
    choices: memoryStore<Choice>(),
  };
  return { workers, stores, asked };
}

type Laboratory = ReturnType<typeof laboratory>;

async function scored(benchmark: NeuralBenchmark, { workers, stores }: Laboratory) {
  const cells: CellResult[] = [];
  await run(
    {
      benchmarks: [benchmark],
      subjects: [source],
      wish: "wasm",
      threads: 1,
      signal: new AbortController().signal,
      synsets: [],
    },
    workers,
    stores,
    {
      onCell: (_, __, cell) => cells.push(cell),
      onCeiling: () => undefined,
      onInterval: () => undefined,
      onProgress: () => undefined,
    },
  );
  const [cell] = cells;
  if (cell?.status !== "scored") throw new Error(JSON.stringify(cell));
  return cell.score;
}

const closeUp = (benchmark: NeuralBenchmark, { workers, stores }: Laboratory): CloseUp =>
  new CloseUp({ benchmark, source, wish: "wasm", threads: 1 }, workers, stores);
const quiet = (): void => undefined;

describe("a scored recording looked into", () => {
  it("gives predictions whose correlations are the score's, from what is stored", async () => {
    const lab = laboratory();
    const benchmark = neural("ridge");
    const score = await scored(benchmark, lab);
    expect(lab.asked.pictures).toBe(N);
    const view = closeUp(benchmark, lab);
    for (const [site, { raw }] of score.by.entries()) {
      const folds = await view.predictSite(site, quiet);
      expect(folds).toHaveLength(10);
      expect(nanmean(folds.map(({ recorded, predicted }) => pearson(recorded, predicted)))).toBeCloseTo(raw ?? 0, 12);
    }
    expect(score.by).toHaveLength(SITES);
    expect(lab.asked.pictures).toBe(N); // nothing was inferred again
    view.close();
  });

  it("reads activations once for all questions, and infers what is not stored", async () => {
    const lab = laboratory();
    const view = closeUp(neural("ridge"), lab);
    const stages: string[] = [];
    await view.predictSite(0, (stage) => stages.push(stage));
    expect(lab.asked.pictures).toBe(N);
    const { rows } = lab.asked;
    await view.predictSite(1, quiet);
    await view.dissimilarities({ bin: 0, most: 640 }, quiet);
    expect(lab.asked.rows).toBe(rows);
    expect(stages).toContain(`${N} of ${N} stimuli`);
    view.close();
  });

  it("reads one row, no more, where a run has kept its inner products", async () => {
    const lab = laboratory();
    const stores = { ...lab.stores, inner: memoryStore<InnerProducts>() };
    const benchmark = neural("rdm");
    const score = await scored(benchmark, { ...lab, stores });
    const { rows } = lab.asked;
    const view = closeUp(benchmark, { ...lab, stores });
    const { brains } = await view.dissimilarities({ bin: 0, most: 640 }, quiet);
    expect(brains[0]?.spearman).toBe(score.raw);
    expect(lab.asked.rows).toBe(rows + 1); // which says how many features there are
    view.close();
  });

  it("gives dissimilarities whose correlation is rdm's, and ceilings of sites without any activations", async () => {
    const lab = laboratory();
    const benchmark = neural("rdm");
    const view = closeUp(benchmark, lab);
    const ceilings = await view.siteCeilings();
    expect(ceilings.map(({ neuroid_id }) => neuroid_id)).toEqual(["a", "b", "c"]);
    expect(lab.asked.pictures).toBe(0);
    const score = await scored(benchmark, lab);
    const median = ceilings.map(({ raw }) => raw ?? Number.NaN).toSorted((a, b) => a - b)[1] ?? Number.NaN;
    expect(Math.abs(median - score.ceiling.value)).toBeLessThan(0.02); // the ceiling is the mean of each split's median
    const { brains } = await view.dissimilarities({ bin: 0, most: 640 }, quiet);
    expect(brains[0]?.spearman).toBe(score.raw);
    view.close();
  });

  it("says which metrics predict no site", async () => {
    const view = closeUp(neural("rdm"), laboratory());
    await expect(view.predictSite(0, quiet)).rejects.toMatchObject({ code: "not-applicable" });
    view.close();
  });

  it("stops when it is closed, with its workers, and answers again when it is asked", async () => {
    const lab = laboratory();
    const view = closeUp(neural("ridge"), lab);
    const first = view.predictSite(0, () => view.close());
    const second = view.predictSite(1, quiet);
    await expect(first).rejects.toMatchObject({ code: "cancelled" });
    await expect(second).rejects.toMatchObject({ code: "cancelled" });
    const { ended } = lab.asked;
    expect(await view.predictSite(1, quiet)).toHaveLength(10);
    view.close();
    expect(lab.asked.ended).toBeGreaterThan(ended);
  });
});
