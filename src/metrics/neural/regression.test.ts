import { describe, expect, it } from "vitest";
import type { NeuroidAssembly } from "../../assembly/neuroids.ts";
import { readGolden } from "../../testing/golden.ts";
import {
  activationsOf,
  assemblyOf,
  context,
  type MadeMatrix,
  type MadeRecordings,
  orderOf,
  recordingOf,
  recordingsOf,
  stimuliOf,
  wave,
} from "../../testing/regression-recordings.ts";
import type { Measurement, MetricOptions } from "../metric.ts";
import type { NeuralMetric } from "../neural-metric.ts";
import { neuralMetrics } from "./registry.ts";
import { ALPHAS } from "./regression-ridge.ts";

interface Answer {
  readonly value: number;
  readonly error: number;
  readonly medians: readonly number[];
}

interface CrossCase extends Answer {
  readonly metric: string;
  readonly data: MadeRecordings;
  readonly options: MetricOptions;
  readonly double?: Answer;
  readonly reordered?: number;
}

interface FixedCase {
  readonly metric: string;
  readonly data: MadeRecordings;
  readonly options: MetricOptions;
  readonly value: number;
  readonly error: number | null;
  readonly first: readonly number[];
  readonly alpha: number | null;
}

interface SpanningCase {
  readonly metric: string;
  readonly data: MadeRecordings;
  readonly bins: number;
  readonly static: boolean;
  readonly per_bin: readonly number[];
  /** Split × time bin × neuroid. */
  readonly raw: readonly (readonly (readonly number[])[])[];
}

interface Golden {
  readonly cross: readonly CrossCase[];
  readonly fixed: readonly FixedCase[];
  readonly spanning: readonly SpanningCase[];
  readonly refusals: Readonly<Record<string, string | null>>;
  readonly vectors: Readonly<Record<string, Answer>> & {
    readonly T16: Readonly<Record<string, { readonly value: number; readonly alpha: number | null }>>;
    readonly T18: readonly number[];
    readonly float32: Readonly<Record<string, Answer>>;
  };
}

// reference/brainscore_regressions.py says the file's form.
const golden = readGolden("brainscore-regressions.json") as Golden;

function metricOf(name: string): NeuralMetric {
  const metric = neuralMetrics.get(name);
  if (metric === undefined) throw new Error(name);
  return metric;
}

/** As a benchmark does: the metric's own check first. */
async function measure(
  name: string,
  options: MetricOptions,
  x: MadeMatrix,
  y: MadeMatrix,
  { classes = 4, order = orderOf(x.rows) } = {},
): Promise<Measurement> {
  const metric = metricOf(name);
  const stimuli = stimuliOf(x.rows, classes);
  const target = assemblyOf(stimuli, [y], order);
  expect(metric.check(target, options)).toEqual([]);
  return metric.compare(recordingOf(stimuli, [activationsOf(x)]), target, options, context);
}

function expectAnswer(measured: Measurement, expected: Answer, tolerance: number): void {
  const within = (actual: number | undefined, value: number) =>
    expect(Math.abs((actual ?? Number.NaN) - value)).toBeLessThanOrEqual(tolerance);
  within(measured.value, expected.value);
  within(measured.error, expected.error);
  expect(measured.repetitions).toHaveLength(expected.medians.length);
  for (const [i, median] of expected.medians.entries()) within(measured.repetitions?.[i], median);
}

describe("cross-validated regressions against Brain-Score's", () => {
  const named = golden.cross.map(
    (each) => [each.metric, JSON.stringify({ ...each.data, ...each.options }), each] as const,
  );

  it.each(named)("%s %s", async (_, __, { metric, data, options, ...expected }) => {
    const { x, y } = recordingsOf(data);
    const measured = await measure(metric, options, x, y);
    expectAnswer(measured, expected.double ?? expected, 1e-9);
    // Where rounding moves Brain-Score's own answer: as near to it as it is to itself.
    if (expected.reordered !== undefined) expectAnswer(measured, expected, Math.max(1e-6, expected.reordered));
    if (metric.startsWith("reverse")) return;
    expect(measured.by.map(({ neuroid_id }) => neuroid_id)).toEqual(Array.from({ length: data.m }, (_, j) => j));
    for (const { neuroid_id, raw } of measured.by)
      expect(raw === null).toBe(data.constant?.includes(Number(neuroid_id)) ?? false);
  });

  it.each(["pls", "ridge", "linear_predictivity", "neuron_to_neuron", "reverse_pls"])("%s is %s_cv", async (name) => {
    const { x, y } = recordingsOf({ n: 40, p: 30, m: 26, seed: 9 });
    const options = { splits: 2, stratification_coord: null };
    expect(await measure(name, options, x, y)).toEqual(await measure(`${name}_cv`, options, x, y));
  });
});

describe("the published vectors T9–T16", () => {
  const x = wave(60, 40, 1);
  const y = combined(
    [wave(60, 40, 1), wave(12, 5, 2)],
    12,
    (product, i, j) => product / 3 + 0.5 * (wave(60, 5, 3).values[i * 5 + j] ?? 0),
  );
  const flat = { ...y, values: y.values.map((value, place) => (place % 5 === 2 ? 1 : value)) };
  const wide = beside(y, wave(60, 25, 4));
  const inOrder = { classes: 3, order: Array.from({ length: 60 }, (_, i) => i) };

  it.each([
    ["T9", "pls", y, {}],
    ["T10", "ridge", y, {}],
    ["T11", "linear_predictivity", y, {}],
    ["T12", "neuron_to_neuron", y, {}],
    ["T13", "pls", y, { stratification_coord: null }],
    ["T14", "pls", flat, {}],
    ["T15", "reverse_pls", wide, {}],
  ] as const)("%s %s", async (key, metric, target, options) => {
    const expected = golden.vectors[key];
    if (expected === undefined) throw new Error(key);
    expectAnswer(await measure(metric, options, x, target, inOrder), expected, 1e-9);
  });

  it.each(["pls", "ridge", "linear_predictivity"])("%s of float32 activations", async (metric) => {
    const expected = golden.vectors.float32[`${metric} in float32`];
    if (expected === undefined) throw new Error(metric);
    const single = { ...x, values: Float32Array.from(x.values) };
    expectAnswer(await measure(metric, {}, single, y, inOrder), expected, 1e-6);
  });

  const [train, test, weights] = [wave(50, 80, 1), wave(20, 80, 1.5), wave(80, 4, 2)];
  const noise = below(wave(50, 4, 3), wave(20, 4, 3.3));
  const both = below(train, test);
  const responses = combined(
    [both, weights],
    80,
    (product, i, j) => product / 9 + 0.2 * (noise.values[i * 4 + j] ?? 0),
  );

  it.each(Object.entries(golden.vectors.T16))("T16 %s", async (metric, { value, alpha }) => {
    const measured = await fixed(metric, {}, both, responses, (i) => i < 50);
    expect(measured.value).toBeCloseTo(value, 9);
    if (alpha !== null) expect(measured.notes).toContain(`alpha ${alpha} was chosen`);
  });

  it("T18 the list of alphas", () => {
    expect(ALPHAS).toHaveLength(99);
    expect(ALPHAS).toEqual(golden.vectors.T18);
  });
});

/** A metric with training stimuli of its own. */
async function fixed(
  name: string,
  options: MetricOptions,
  x: MadeMatrix,
  y: MadeMatrix,
  isTrain: (i: number) => boolean,
  sites: Readonly<Record<string, readonly string[]>> = {},
): Promise<Measurement> {
  const metric = metricOf(name);
  const { ids, columns } = stimuliOf(x.rows);
  const split = ids.map((_, i) => (isTrain(i) ? "train" : "test"));
  const stimuli = { ids, columns: { ...columns, split } };
  const plain = assemblyOf(stimuli, [y]);
  const own = Object.entries(sites).map(([key, values]) => [key, { dim: "neuroid", values }]);
  const target: NeuroidAssembly = { ...plain, coords: { ...plain.coords, ...Object.fromEntries(own) } };
  expect(metric.check(target, options)).toEqual([]);
  return metric.compare(recordingOf(stimuli, [activationsOf(x)]), target, options, context);
}

describe("regressions with training stimuli of their own against Brain-Score's", () => {
  const isTrain = (i: number): boolean => i % 5 !== 4;

  it.each(golden.fixed.map((each) => [each.metric, JSON.stringify(each.options), each] as const))(
    "%s %s",
    async (_, __, { metric, data, options, value, error, first, alpha }) => {
      const { x, y } = recordingsOf(data);
      const measured = await fixed(metric, options, x, y, isTrain);
      expect(measured.value).toBeCloseTo(value, 9);
      expect(measured.error ?? null).toBe(error);
      if (alpha !== null) expect(measured.notes).toContain(`alpha ${alpha} was chosen`);
      if (metric.startsWith("reverse")) return;
      for (const [j, r] of first.entries()) expect(measured.by[j]?.raw).toBeCloseTo(r, 9);
    },
  );

  it("fits animals apart where alpha_coord names them", async () => {
    const { x, y } = recordingsOf({ n: 70, p: 90, m: 6, seed: 4, signal: 0.5, noise: 4 });
    const animals = ["b", "a", "b", "a", "a", "b"];
    const whole = await fixed("ridgecv_split", { alpha_coord: "animal" }, x, y, isTrain, { animal: animals });
    const alone = await Promise.all(
      ["a", "b"].map((animal) => {
        const chosen = [...animals.keys()].filter((j) => animals[j] === animal);
        const values = chosen.flatMap((j) => Array.from({ length: 70 }, (_, i) => y.values[i * 6 + j] ?? 0));
        const own = { rows: 70, columns: 3, values: Float64Array.from(values) };
        for (let i = 0; i < 70; i++)
          for (let j = 0; j < 3; j++) own.values[i * 3 + j] = y.values[i * 6 + (chosen[j] ?? 0)] ?? 0;
        return fixed("ridgecv_split", {}, x, own, isTrain);
      }),
    );
    const [a = Number.NaN, b = Number.NaN] = alone.map(({ value }) => value);
    expect(whole.value).toBeCloseTo((a + b) / 2, 12);
    expect(whole.by).toContainEqual({ neuroid_id: 0, animal: "b", raw: alone[1]?.by[0]?.raw });
  });
});

describe("one regression for several time bins against Brain-Score's", () => {
  it.each(golden.spanning.map((each) => [each.metric, each.static ? "static" : "in time", each] as const))(
    "%s, a subject that is %s",
    async (name, _, { data, bins, static: still, per_bin, raw }) => {
      const pairs = Array.from({ length: bins }, (_, b) => recordingsOf({ ...data, seed: data.seed + 2 * b }));
      const stimuli = stimuliOf(data.n);
      const timeBins = pairs.map((_, b) => [50 * b, 50 * b + 50] as const);
      const target = assemblyOf(
        stimuli,
        pairs.map(({ y }) => y),
        orderOf(data.n),
        timeBins,
      );
      const layers = pairs.map(({ x }) => activationsOf(x));
      const source = recordingOf(stimuli, still ? pairs.flatMap(() => layers.slice(0, 1)) : layers, timeBins);
      const metric = metricOf(name);
      expect(metric.check(target, { splits: 3 })).toEqual([]);
      const measured = await metric.compare(source, target, { splits: 3 }, context);
      expect(measured.value).toBeCloseTo(per_bin.reduce((sum, value) => sum + value, 0) / bins, 9);
      expect(measured.by).toHaveLength(data.m * bins);
      for (const { neuroid_id, time_bin_start, raw: mean } of measured.by) {
        const each = raw.map((fold) => fold[Number(time_bin_start) / 50]?.[Number(neuroid_id)] ?? Number.NaN);
        expect(mean).toBeCloseTo(each.reduce((sum, r) => sum + r, 0) / each.length, 9);
      }
    },
  );
});

describe("what Brain-Score refuses is refused, and said", () => {
  const { x, y } = recordingsOf({ n: 60, p: 40, m: 5, seed: 3 });
  const stimuli = stimuliOf(60);
  const pls = metricOf("pls");
  const source = recordingOf(stimuli, [activationsOf(x)]);

  it("everything below is refused there", () => {
    expect(Object.values(golden.refusals).every((error) => error !== null)).toBe(true);
  });

  it("fewer features than components: a fact about the subject", async () => {
    const few = recordingsOf({ n: 60, p: 20, m: 5, seed: 3 });
    const target = assemblyOf(stimuli, [few.y]);
    expect(pls.check(target, {})).toEqual([]);
    await expect(pls.compare(recordingOf(stimuli, [activationsOf(few.x)]), target, {}, context)).rejects.toMatchObject({
      code: "not-applicable",
      message: expect.stringContaining("there are 20"),
    });
  });

  it("a missing response: the site is named", () => {
    const values = y.values.slice();
    values[4 * 5 + 2] = Number.NaN;
    const [sentence, ...more] = pls.check(assemblyOf(stimuli, [{ ...y, values }]), {});
    expect(sentence).toContain("at “2”");
    expect(more).toEqual([]);
  });

  it("a stimulus twice, and a stimulus that the subject was not shown", async () => {
    const order = orderOf(60);
    const twice = assemblyOf(stimuli, [y], [...order.slice(0, -1), ...order.slice(0, 1)]);
    await expect(pls.compare(source, twice, {}, context)).rejects.toMatchObject({ code: "package-refused" });
    const fewer = assemblyOf(stimuli, [y], order.slice(0, 50));
    await expect(pls.compare(source, fewer, {}, context)).rejects.toThrow("same stimuli");
  });

  it("a neuron that is constant in training, for neuron_to_neuron", async () => {
    const values = y.values.map((value, place) => (place % 5 === 2 ? 1 : value));
    const target = assemblyOf(stimuli, [{ ...y, values }]);
    await expect(metricOf("neuron_to_neuron").compare(source, target, {}, context)).rejects.toMatchObject({
      code: "undefined-score",
    });
  });

  it("splits that cannot be made", () => {
    const few = assemblyOf(stimuliOf(60, 8), [y]);
    expect(pls.check(few, { train_size: 0.95 })[0]).toContain("8 classes");
    expect(pls.check(few, { stratification_coord: "texture_type" })[0]).toContain("“texture_type”");
    expect(pls.check(few, { train_size: 20, stratification_coord: null })[0]).toContain("25 components");
    expect(pls.check(few, { train_size: 59, stratification_coord: null })[0]).toContain("two at least");
    expect(pls.check(few, { kfold: true, train_size: 0.5 })[0]).toContain("kfold");
    expect(metricOf("pls_split").check(few, {})[0]).toContain("“split”");
    expect(metricOf("reverse_pls").check(few, { stratification_coord: null })[0]).toContain("25 components");
  });

  it("options that do not exist, and cancellation", async () => {
    const target = assemblyOf(stimuli, [y]);
    await expect(pls.compare(source, target, { components: 3 }, context)).rejects.toMatchObject({
      code: "package-refused",
    });
    const signal = AbortSignal.abort();
    for (const name of ["pls", "neuron_to_neuron", "spantime_ridge"]) {
      await expect(metricOf(name).compare(source, target, {}, { ...context, signal })).rejects.toMatchObject({
        code: "cancelled",
      });
    }
  });
});

/** A function of each element of the product of two matrices, over the first `inner` columns of the first. */
function combined(
  [a, b]: readonly [MadeMatrix, MadeMatrix],
  inner: number,
  of: (product: number, i: number, j: number) => number,
): MadeMatrix {
  const values = Float64Array.from({ length: a.rows * b.columns }, (_, place) => {
    const [i, j] = [Math.floor(place / b.columns), place % b.columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += (a.values[i * a.columns + k] ?? 0) * (b.values[k * b.columns + j] ?? 0);
    return of(sum, i, j);
  });
  return { rows: a.rows, columns: b.columns, values };
}

function below(a: MadeMatrix, b: MadeMatrix): MadeMatrix {
  return { ...a, rows: a.rows + b.rows, values: Float64Array.from([...a.values, ...b.values]) };
}

function beside(a: MadeMatrix, b: MadeMatrix): MadeMatrix {
  const columns = a.columns + b.columns;
  const values = Array.from({ length: a.rows }, (_, i) => [
    ...a.values.subarray(i * a.columns, (i + 1) * a.columns),
    ...b.values.subarray(i * b.columns, (i + 1) * b.columns),
  ]).flat();
  return { rows: a.rows, columns, values: Float64Array.from(values) };
}
