/** Similarity metrics, ceilings and averages against Brain-Score's own code (reference/brainscore_similarities.py). */
import { describe, expect, it } from "vitest";
import { coordinate } from "../../assembly/assembly.ts";
import type { SimilarityAssembly } from "../../assembly/neuroids.ts";
import type { Scalar } from "../../assembly/table.ts";
import { readGolden } from "../../testing/golden.ts";
import { featuresOf } from "../../testing/readout-features.ts";
import { activationsOf, context } from "../../testing/regression-recordings.ts";
import { type MadeModel, type MadeRecordings, modelOf, recordingsOf } from "../../testing/similarity-recordings.ts";
import type { Measurement, MetricOptions } from "../metric.ts";
import type { NeuralCeiling, NeuralData, NeuralMetric } from "../neural-metric.ts";
import { rdmsBySubject } from "./dissimilarity.ts";
import { pairsOf } from "./factor-dimensionality.ts";
import { patternsOf } from "./patterns.ts";
import { neuralCeilings, neuralMetrics } from "./registry.ts";
import { averageRepetitions } from "./repetitions.ts";

interface Case {
  readonly name: string;
  readonly recordings: MadeRecordings;
}
interface Golden {
  readonly averages: readonly (Case & {
    readonly stimulus_id: readonly Scalar[];
    readonly object_name: readonly string[] | null;
    readonly values: readonly number[];
  })[];
  readonly metrics: readonly (Case & {
    readonly metric: string;
    readonly model: MadeModel;
    readonly options: MetricOptions;
    readonly precision: "single" | "double";
    readonly value: number;
    readonly error?: number;
    readonly splits?: readonly number[];
  })[];
  readonly similarity_data: readonly (Case & {
    readonly model: MadeModel;
    readonly value: number;
    readonly subjects: readonly string[];
    readonly each: readonly number[];
    readonly ceiling: number;
    readonly lower_bound: number;
  })[];
  readonly ceilings: readonly (Case & {
    readonly ceiling: string;
    readonly options: MetricOptions;
    readonly value: number;
    readonly error?: number;
    readonly sites?: readonly number[];
    readonly bins?: readonly number[];
    readonly bin_errors?: readonly number[];
  })[];
  readonly coggan: readonly (Case & {
    readonly model: MadeModel;
    readonly precision: "single" | "double";
    readonly value: number;
    readonly each: readonly number[];
    readonly ceiling: number;
  })[];
  readonly bracci: readonly (Case & { readonly model: MadeModel; readonly value: number; readonly ceiling: number })[];
  readonly islam: readonly {
    readonly p: number;
    readonly seed: number;
    readonly groups: readonly number[];
    readonly columns: Readonly<Record<string, readonly string[]>>;
    readonly pairs: readonly (readonly [string, number])[];
    readonly shares: Readonly<Record<string, number>>;
  }[];
}

const golden = readGolden("brainscore-similarities.json") as Golden; // the script says its form

function metricOf(name: string): NeuralMetric {
  const metric = neuralMetrics.get(name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  return metric;
}

function ceilingOf(name: string): NeuralCeiling {
  const ceiling = neuralCeilings.get(name);
  if (ceiling === undefined) throw new Error(`no ceiling ${name}`);
  return ceiling;
}

function expectSame(actual: number | null | undefined, expected: number, digits = 9): void {
  if (Number.isNaN(expected)) expect(actual ?? Number.NaN).toBeNaN();
  else if (Number.isFinite(expected)) expect(actual).toBeCloseTo(expected, digits);
  else expect(actual).toBe(expected);
}

function expectAll(actual: readonly (number | null)[] | undefined, expected: readonly number[]): void {
  expect(actual?.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expectSame(actual?.[i], value);
}

const raws = (measured: Measurement) => measured.by.map(({ raw }) => raw);
/** Brain-Score keeps float32 activations in float32, we do not; of these cases its rounding is some 1e-7. */
const digitsOf = ({ precision }: { readonly precision: "single" | "double" }) => (precision === "single" ? 6 : 9);

describe("repetitions are averaged as Brain-Score averages them", () => {
  it.each(golden.averages)("$name", ({ recordings, stimulus_id, object_name, values }) => {
    const averaged = averageRepetitions(recordingsOf(recordings));
    expect(coordinate(averaged, "stimulus_id")).toEqual(stimulus_id);
    if (object_name !== null) expect(coordinate(averaged, "object_name")).toEqual(object_name);
    expect(averaged.coords.repetition).toBeUndefined();
    expectAll([...averaged.values], values);
  });
});

describe("metrics", () => {
  it.each(golden.metrics)(
    "$metric: $name",
    async ({ metric, recordings, model, options, value, error, splits, ...how }) => {
      const target = averageRepetitions(recordingsOf(recordings));
      const measured = await metricOf(metric).compare(modelOf(model, recordings), target, options, context);
      expectSame(measured.value, value, digitsOf(how));
      if (error === undefined) expect(measured.error).toBeUndefined();
      else expectSame(measured.error, error);
      if (splits !== undefined) expectAll(measured.repetitions, splits);
    },
  );

  it.each(
    golden.metrics.filter(
      ({ name, metric }) => name === "a site without a value" || (name === "one site" && metric === "rdm"),
    ),
  )("$metric refuses what gives no number: $name", ({ metric, recordings, value }) => {
    const faults = metricOf(metric).check(recordingsOf(recordings), {});
    expect(value).toBeNaN();
    expect(faults).toHaveLength(1);
  });
});

describe("subjects one by one", () => {
  it.each(golden.similarity_data)("rdm of responses and of their dissimilarities: $name", async (made) => {
    const target = averageRepetitions(recordingsOf(made.recordings));
    const source = modelOf(made.model, made.recordings);
    const responses = await metricOf("rdm").compare(source, target, { per_subject: true }, context);
    expectSame(responses.value, made.value);
    expectAll(raws(responses), made.each);
    expect(responses.by.map(({ subject }) => subject)).toEqual(made.subjects);
    for (const kind of ["dissimilarity", "similarity"] as const) {
      const published = await metricOf("rdm").compare(source, await similaritiesOf(target, kind), {}, context);
      expectSame(published.value, made.value);
      expectAll(raws(published), made.each);
    }
  });

  it.each(golden.similarity_data)("rsa_ceiling: $name", async ({ recordings, ceiling, lower_bound }) => {
    const responses = recordingsOf(recordings);
    const published = await similaritiesOf(averageRepetitions(responses), "similarity");
    for (const data of [responses, published]) {
      if (Number.isNaN(ceiling)) {
        await expect(ceilingOf("rsa_ceiling").compute(data, {}, context)).rejects.toThrow(/no value/);
        continue;
      }
      const measured = await ceilingOf("rsa_ceiling").compute(data, {}, context);
      expectSame(measured.value, ceiling);
      expect(measured.error).toBeUndefined();
      const lower = measured.by.map((row) => Number(row.lower_bound_loo));
      expectSame(lower.reduce((sum, value) => sum + value, 0) / lower.length, lower_bound);
      expect(measured.notes?.[0]).toContain(lower_bound.toFixed(6));
    }
  });
});

/** Each subject's dissimilarities, or 1 less them, as a data set publishes them. */
async function similaritiesOf(
  data: ReturnType<typeof recordingsOf>,
  kind: SimilarityAssembly["kind"],
): Promise<SimilarityAssembly> {
  const subjects = await rdmsBySubject(patternsOf(data), coordinate(data, "subject"), context.products);
  const [n = 0] = data.shape;
  return {
    dims: ["subject", "presentation", "presentation"],
    shape: [subjects.length, n, n],
    values: Float64Array.from(subjects.flatMap(({ rdm }) => [...rdm].map((d) => (kind === "similarity" ? 1 - d : d)))),
    coords: {
      stimulus_id: { dim: "presentation", values: coordinate(data, "stimulus_id") },
      subject: { dim: "subject", values: subjects.map(({ subject }) => subject) },
    },
    kind,
  };
}

describe("ceilings", () => {
  it.each(golden.ceilings)(
    "$ceiling: $name",
    async ({ ceiling, recordings, options, value, error, sites, ...made }) => {
      const data: NeuralData = recordingsOf(recordings);
      expect(ceilingOf(ceiling).check(data, options)).toEqual([]);
      const measured = await ceilingOf(ceiling).compute(data, options, context);
      expectSame(measured.value, value);
      if (error === undefined) expect(measured.error).toBeUndefined();
      else expectSame(measured.error, error);
      expectAll(raws(measured), sites ?? made.bins ?? []);
      if (made.bin_errors !== undefined)
        expectAll(
          measured.by.map((row) => Number(row.error)),
          made.bin_errors,
        );
    },
  );
});

describe("benchmarks' own comparisons", () => {
  it.each(golden.coggan)("coggan_rsm: $name", async ({ recordings, model, value, each, ceiling, ...how }) => {
    const data = await similaritiesOf(averageRepetitions(recordingsOf(recordings)), "similarity");
    const measured = await metricOf("coggan_rsm").compare(modelOf(model, recordings), data, {}, context);
    expectSame(measured.value, value, digitsOf(how));
    for (const [i, own] of each.entries()) expectSame(measured.by[i]?.raw, own, digitsOf(how));
    expectSame((await ceilingOf("coggan_rsm").compute(data, {}, context)).value, ceiling);
  });

  it.each(golden.bracci)("bracci_rdm: $name", async ({ recordings, model, value, ceiling }) => {
    const data = averageRepetitions(recordingsOf(recordings));
    expect(metricOf("bracci_rdm").check(data, {})).toEqual([]);
    expectSame((await metricOf("bracci_rdm").compare(modelOf(model, recordings), data, {}, context)).value, value);
    const own = ceilingOf("bracci_rdm");
    if (Number.isNaN(ceiling)) await expect(own.compute(data, {}, context)).rejects.toThrow(/have no value/);
    else expectSame((await own.compute(data, {}, context)).value, ceiling);
  });

  it.each(golden.islam)("factor_dimensionality", async ({ p, seed, groups, columns, pairs, shares }) => {
    const n = groups.length;
    const coords = Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, { dim: "presentation", values }]),
    );
    expect(pairsOf(coords).map(({ factor, partner }) => [factor, partner])).toEqual(pairs);
    const values = Float64Array.from(featuresOf({ n, p, dtype: "float64", seed, labels: groups, signal: 1 }).values);
    const source = { coords, timeBins: [[70, 170] as const], bins: [activationsOf({ rows: n, columns: p, values })] };
    const nobody = recordingsOf((golden.averages[0] as Case).recordings);
    for (const [factor, share] of Object.entries(shares)) {
      const measured = await metricOf("factor_dimensionality").compare(source, nobody, { factor }, context);
      expect(measured.value).toBe(share);
      expect(measured.error).toBeUndefined();
    }
  });
});
