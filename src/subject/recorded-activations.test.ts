import { describe, expect, it } from "vitest";
import type { StimulusSet } from "../benchmark/benchmark.ts";
import npy from "../benchmark/neural/golden/npy.json" with { type: "json" };
import type { MetricOptions } from "../metrics/metric.ts";
import { neuralMetrics } from "../metrics/neural/registry.ts";
import type { FeatureValues } from "../numerics/activations.ts";
import { StreamedActivations } from "../numerics/streamed-activations.ts";
import { type Columns, readGolden, tableOf } from "../testing/golden.ts";
import {
  assemblyOf,
  context,
  type MadeRecordings,
  orderOf,
  products,
  recordingsOf,
  stimuliOf,
} from "../testing/regression-recordings.ts";
import { RecordedActivations } from "./recorded-activations.ts";

/** What numpy wrote, with what it reads back (reference/brainscore_packaging.py). */
function written(name: string) {
  const found = npy.files.find((file) => file.name.startsWith(name));
  if (found === undefined) throw new Error(name);
  return {
    file: new Blob([Buffer.from(found.base64, "base64")]),
    shape: found.shape,
    values: found.values.map(Number),
  };
}

/** A file as numpy's version 1 has it. */
function fileOf(values: FeatureValues, shape: readonly number[], { big = false, fortran = false } = {}): Blob {
  const size = values.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(values.slice().buffer);
  if (big) for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  const order = fortran ? "True" : "False";
  const header = `{'descr': '${big ? ">" : "<"}f${size}', 'fortran_order': ${order}, 'shape': (${shape.join(", ")},), }`;
  return new Blob([Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0), `${header.padEnd(117)}\n`, bytes]);
}

const open = (file: Blob) => RecordedActivations.open("other lab", "sha256-0", file, "a.npy");

function showing(columns: Columns): StimulusSet {
  const table = tableOf(columns);
  const one = { format: "png", mode: "RGB", width: 1, height: 1, sha256: "0", bytes: new Blob([]) } as const;
  const stimuli = table.columns.stimulus_id?.text.map((id) => ({ id, file: id, ...one })) ?? [];
  return { identifier: "set", visualDegrees: null, table, stimuli };
}

async function recorded(file: Blob, set: StimulusSet, timeBins: readonly (readonly [number, number])[] = [[70, 170]]) {
  const subject = await open(file);
  subject.startRecording("V4", timeBins);
  return subject.record(set);
}

/** What a promise was rejected with. */
async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "not refused",
    (error: unknown) => error,
  );
}

const three = showing({ stimulus_id: ["s1", "s2", "s3"], object_name: ["a", "b", "a"] });

describe("a file of recorded activations", () => {
  it.each([
    ["float64", Float64Array],
    ["float32", Float32Array],
    ["big endian float64", Float64Array],
    ["big endian float32", Float32Array],
    ["float16", Float64Array],
    ["int16", Float64Array],
  ] as const)("of %s, as numpy wrote it, is read by rows", async (name, kind) => {
    const { file, shape, values } = written(name);
    const [rows = 0, columns = 0] = shape;
    const { bins } = await recorded(file, three);
    expect(bins.map((bin) => [bin.rows, bin.columns])).toEqual([[rows, columns]]);
    for (const [first, count] of [
      [0, 3],
      [1, 1],
      [1, 2],
    ] as const) {
      const read = await bins[0]?.read(first, count);
      expect(read).toEqual(kind.from(values.slice(first * columns, (first + count) * columns)));
    }
  });

  it("stands for every region and time bin, with the columns of the stimuli", async () => {
    const subject = await open(written("float64").file);
    for (const region of ["V1", "V2", "V4", "IT"] as const) {
      subject.startRecording(region, [
        [70, 100],
        [100, 130],
      ]);
      const { coords, timeBins, bins, layers, notes } = await subject.record(three);
      expect(timeBins).toEqual([
        [70, 100],
        [100, 130],
      ]);
      expect(bins).toHaveLength(2);
      expect(bins[0]).toBe(bins[1]);
      expect(layers).toEqual([]);
      expect(coords.object_name).toEqual({ dim: "presentation", values: ["a", "b", "a"] });
      expect(notes).toEqual([expect.stringContaining("order of the stimulus table")]);
    }
  });

  it("keeps what float32 would lose", async () => {
    const values = Float64Array.from({ length: 6 }, (_, i) => 1 + i * 2 ** -40);
    const { bins } = await recorded(fileOf(values, [3, 2]), three);
    expect(await bins[0]?.read(0, 3)).toEqual(values);
  });

  it("is never read whole: the header when it is opened, then the rows that are asked for", async () => {
    const slices: number[] = [];
    class Watched extends Blob {
      override slice(from = 0, to = this.size): Blob {
        slices.push(Math.min(to, this.size) - from);
        return super.slice(from, to);
      }
      override arrayBuffer(): Promise<ArrayBuffer> {
        throw new Error("read whole");
      }
    }
    const [rows, columns] = [40, 5000];
    const set = showing({ stimulus_id: Array.from({ length: rows }, (_, i) => `s${i}`) });
    const { bins } = await recorded(new Watched([fileOf(new Float64Array(rows * columns), [rows, columns])]), set);
    expect(slices).toEqual([2 ** 16]);
    await bins[0]?.read(12, 3);
    expect(slices.slice(1)).toEqual([3 * 8 * columns]);
  });

  it("of another number of rows is not applicable, and both numbers are said", async () => {
    const { file } = written("float64");
    const error = await refusal(recorded(file, showing({ stimulus_id: ["s1", "s2"] })));
    expect(error).toMatchObject({ code: "not-applicable", message: expect.stringMatching(/\b3 stimuli.*\b2\b/) });
  });

  it("answers no task", async () => {
    const subject = await open(written("float64").file);
    const reason = (task: () => void) => refusal(Promise.resolve().then(task));
    expect(await reason(() => subject.startTask({ name: "label", choices: ["a"] }))).toMatchObject({
      code: "not-applicable",
      message: expect.stringContaining("not answers"),
    });
    for (const task of [
      { name: "probabilities", fittingStimuli: three },
      { name: "odd_one_out", triplets: three.table },
    ] as const) {
      expect(await reason(() => subject.startTask(task))).toMatchObject({
        code: "not-applicable",
        message: expect.stringContaining(task.name),
      });
    }
  });

  it.each<[string, Blob, string]>([
    ["no array", new Blob(["stimulus_id,response\n"]), "npy-not-npy"],
    ["one dimension", written("one dimension").file, "activations-shape"],
    ["three dimensions", fileOf(new Float64Array(12), [3, 2, 2]), "activations-shape"],
    ["no stimuli", fileOf(new Float64Array(0), [0, 4]), "activations-shape"],
    ["columns before rows", fileOf(new Float64Array(12), [3, 4], { fortran: true }), "activations-order"],
    ["a file that is cut", fileOf(new Float64Array(12), [3, 4]).slice(0, 150), "npy-truncated"],
    ["a file that goes on", fileOf(new Float64Array(12), [2, 4]), "npy-surplus"],
  ])("of %s is refused", async (_, file, code) => {
    expect(await refusal(open(file))).toMatchObject({ code: "subject-refused", faults: [{ code, file: "a.npy" }] });
  });

  it("that was changed after it was chosen says so", async () => {
    const { file } = written("float64");
    class Gone extends Blob {
      override slice(from?: number, to?: number): Blob {
        const part = super.slice(from, to);
        return from === 0 ? part : Object.assign(part, { arrayBuffer: () => Promise.reject(new Error("NotReadable")) });
      }
    }
    const { bins } = await recorded(new Gone([file]), three);
    expect(await refusal(bins[0]?.read(0, 1) ?? Promise.resolve())).toMatchObject({
      code: "inference-failed",
      message: expect.stringContaining("choose it again"),
    });
  });
});

interface CrossCase {
  readonly metric: string;
  readonly data: MadeRecordings;
  readonly options: MetricOptions;
  readonly value: number;
  readonly error: number;
  readonly double?: unknown;
}

describe("scores of recorded activations against Brain-Score's", () => {
  // reference/brainscore_regressions.py says the file's form.
  const { cross } = readGolden("brainscore-regressions.json") as { readonly cross: readonly CrossCase[] };
  const seen = new Set<string>();
  const cases = cross.filter(({ metric, double }) => {
    const first = ["pls", "ridge"].includes(metric) && double === undefined && !seen.has(metric);
    if (first) seen.add(metric);
    return first;
  });

  it.each(cases.flatMap((each) => [false, true].map((big) => [each.metric, big, each] as const)))(
    "%s, big endian %s",
    async (name, big, { data, options, value, error }) => {
      const { x, y } = recordingsOf(data);
      const stimuli = stimuliOf(data.n, data.classes ?? 4);
      const set = showing({ stimulus_id: stimuli.ids, ...stimuli.columns });
      const { coords, timeBins, bins } = await recorded(fileOf(x.values, [x.rows, x.columns], { big }), set);
      // Tiles of some rows, so that the file is read in pieces.
      const tileBytes = 4 * x.columns * 7;
      const layers = bins.map((bin) => new StreamedActivations(bin, { products, tileBytes }));
      const target = assemblyOf(stimuli, [y], orderOf(data.n));
      const measured = await neuralMetrics
        .get(name)
        ?.compare({ coords, timeBins, bins: layers }, target, options, context);
      expect(Math.abs((measured?.value ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-9);
      expect(Math.abs((measured?.error ?? Number.NaN) - error)).toBeLessThanOrEqual(1e-9);
    },
  );

  it("covers both metrics", () => expect([...seen]).toEqual(["pls", "ridge"]));
});
