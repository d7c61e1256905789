/** What similarity metrics and ceilings say before anything runs, what they refuse, and what they note. */
import { describe, expect, it } from "vitest";
import type { NeuroidAssembly, SimilarityAssembly } from "../../assembly/neuroids.ts";
import type { Scalar } from "../../assembly/table.ts";
import {
  activationsOf,
  assemblyOf,
  context,
  recordingOf,
  stimuliOf,
  wave,
} from "../../testing/regression-recordings.ts";
import type { MetricOptions } from "../metric.ts";
import type { NeuralData } from "../neural-metric.ts";
import { pairsOf } from "./factor-dimensionality.ts";
import { IRREPRODUCIBLE } from "./irreproducible.ts";
import { neuralCeilings, neuralMetrics } from "./registry.ts";
import { averageRepetitions } from "./repetitions.ts";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** `n` stimuli shown `repetitions` times to `m` sites. */
function shown(n: number, repetitions: number, m = 3): NeuroidAssembly {
  const rows = range(n * repetitions);
  return assemblyOf(
    {
      ids: rows.map((row) => `s${100 + (row % n)}`),
      columns: { repetition: rows.map((row) => Math.floor(row / n)) },
    },
    [wave(n * repetitions, m, 1)],
  );
}

function withCoord(data: NeuroidAssembly, dim: string, name: string, values: readonly Scalar[]): NeuroidAssembly {
  return { ...data, coords: { ...data.coords, [name]: { dim, values } } };
}

function silenced(data: NeuroidAssembly, cell: (row: number, site: number) => boolean): NeuroidAssembly {
  const [, m = 1] = data.shape;
  const values = data.values.map((value, i) => (cell(Math.floor(i / m), i % m) ? Number.NaN : value));
  return { ...data, values };
}

function dissimilarities(subjects: number, n: number): SimilarityAssembly {
  const values = range(subjects * n * n).map((i) => (Math.floor(i / n) % n === i % n ? 0 : 1 + Math.sin(i)));
  return {
    dims: ["subject", "presentation", "presentation"],
    shape: [subjects, n, n],
    values: Float64Array.from(values),
    coords: { stimulus_id: { dim: "presentation", values: range(n).map((i) => `s${i}`) } },
    kind: "dissimilarity",
  };
}

function metricFaults(name: string, data: NeuralData, options: MetricOptions = {}): readonly string[] | undefined {
  return neuralMetrics.get(name)?.check(data, options);
}
function ceilingFaults(name: string, data: NeuralData, options: MetricOptions = {}): readonly string[] | undefined {
  return neuralCeilings.get(name)?.check(data, options);
}

describe("metrics", () => {
  it("have nothing against sound data, averaged or not", () => {
    for (const data of [shown(12, 3), averageRepetitions(shown(12, 3))])
      for (const name of ["cka", "cka_biased", "rdm"]) expect(metricFaults(name, data)).toEqual([]);
    for (const name of ["cka_cv", "rdm_cv"])
      expect(metricFaults(name, shown(12, 3), { stratification_coord: null })).toEqual([]);
    expect(metricFaults("rdm", dissimilarities(1, 5))).toEqual([]);
    expect(metricFaults("coggan_rsm", dissimilarities(2, 5))).toEqual([]);
  });

  it("say how many stimuli they need", () => {
    expect(metricFaults("cka", shown(3, 2))).toEqual(["cka needs at least 4 stimuli; the data have 3."]);
    expect(metricFaults("cka_biased", shown(3, 2))).toEqual([]);
    expect(metricFaults("rdm", shown(2, 2))).toEqual(["rdm needs at least 3 stimuli; the data have 2."]);
    expect(metricFaults("cka_cv", shown(12, 2), { stratification_coord: null, test_size: 3 })).toEqual([
      "cka_cv needs subsets of at least 4 stimuli; with these options they have 3.",
    ]);
  });

  it("name the coordinate that subsets are stratified by and stimuli do not have", () => {
    expect(metricFaults("rdm_cv", shown(12, 2))?.join()).toMatch(/^rdm_cv: .*“object_name”/);
  });

  it("name sites without a value, but not for presentations that others make up for", () => {
    expect(
      metricFaults(
        "rdm",
        silenced(shown(6, 2), (row, site) => site === 1 && row === 2),
      ),
    ).toEqual([]);
    expect(
      metricFaults(
        "rdm",
        silenced(shown(6, 2), (row, site) => site === 1 && row % 6 === 2),
      ),
    ).toEqual(["rdm compares whole patterns, and the sites “1” have no value for some stimuli."]);
    expect(
      metricFaults(
        "cka",
        silenced(shown(6, 1, 5), (_, site) => site > 0),
      )?.[0],
    ).toContain("“1”, “2”, “3” and 1 more");
  });

  it("name the pair of stimuli whose dissimilarity is missing", () => {
    const data = dissimilarities(2, 4);
    data.values[16 + 4 * 1 + 3] = Number.NaN; // of the second subject
    data.values[0] = Number.NaN; // on the diagonal, where it does not matter
    expect(metricFaults("rdm", data)).toEqual([
      "rdm needs every pair of stimuli, and that of “s1” and “s3” has no value.",
    ]);
  });

  it("refuse several time bins, one site, the other form of data, and presentations that stay apart", () => {
    const bins = assemblyOf(stimuliOf(6), [wave(6, 3, 1), wave(6, 3, 2)]);
    expect(metricFaults("rdm", bins)).toEqual(["rdm reads one time bin; the data have 2."]);
    expect(metricFaults("rdm", shown(6, 1, 1))).toEqual(["rdm correlates over sites, and there is only one."]);
    expect(metricFaults("cka", dissimilarities(1, 5))).toEqual(["cka reads responses; the data are dissimilarities."]);
    expect(metricFaults("coggan_rsm", shown(6, 1))).toEqual([
      "coggan_rsm reads dissimilarities; the data are responses.",
    ]);
    const trials = withCoord(shown(6, 2), "presentation", "session", [...range(6).fill(1), ...range(6).fill(2)]);
    expect(metricFaults("rdm", trials)).toEqual([
      "Presentations of the stimulus “s100” differ in “session”, so they are not averaged: only repetition may differ.",
    ]);
  });

  it("need coordinates of the neuroids for some things", () => {
    expect(metricFaults("rdm", shown(6, 1), { per_subject: true })?.[0]).toContain("“subject”");
    expect(metricFaults("bracci_rdm", shown(6, 1))).toHaveLength(2);
  });

  it("refuse options that they do not have", () => {
    expect(() => metricFaults("rdm", shown(6, 1), { alpha: 1 })).toThrow(/options of the metric rdm/);
    expect(() => metricFaults("factor_dimensionality", shown(6, 1), { factor: "size" })).toThrow();
  });
});

describe("stimuli of subject and data", () => {
  const rdm = async (ids: readonly string[], data: NeuroidAssembly) =>
    neuralMetrics.get("rdm")?.compare(recordingOf({ ids }, [activationsOf(wave(ids.length, 9, 2))]), data, {}, context);

  it("must be the same, each once", async () => {
    const data = assemblyOf({ ids: ["a", "b", "c", "d"] }, [wave(4, 3, 1)]);
    await expect(rdm(["a", "b", "c", "e"], data)).rejects.toThrow("the first that one lacks is “e”");
    await expect(rdm(["a", "b", "c"], data)).rejects.toThrow("the first that one lacks is “d”");
    const twice = assemblyOf({ ids: ["a", "b", "c", "c"] }, [wave(4, 3, 1)]);
    await expect(rdm(["a", "b", "c"], twice)).rejects.toThrow("more than once");
  });

  it("may stand in any order", async () => {
    const ids = ["d", "a", "c", "b"];
    const whole = await rdm(ids, assemblyOf({ ids }, [wave(4, 3, 1)]));
    const turned = await rdm(ids, assemblyOf({ ids }, [wave(4, 3, 1)], [2, 0, 3, 1]));
    expect(whole?.value).toBe(turned?.value);
  });

  it("one to which every unit answers alike leaves the value undefined", async () => {
    const ids = ["a", "b", "c", "d"];
    for (const level of [0, 0.1, 0.7, 123.456]) {
      const { values, ...shape } = wave(4, 999, 2);
      const flat = Float64Array.from(values).fill(level, 999, 2 * 999);
      const source = recordingOf({ ids }, [activationsOf({ ...shape, values: flat })]);
      const data = assemblyOf({ ids }, [wave(4, 3, 1)]);
      expect((await neuralMetrics.get("rdm")?.compare(source, data, {}, context))?.value).toBeNaN();
    }
  });

  it("several time bins of the subject are refused", async () => {
    const ids = ["a", "b", "c", "d"];
    const bins = [activationsOf(wave(4, 9, 2)), activationsOf(wave(4, 9, 2))];
    const two = recordingOf({ ids }, bins, [
      [70, 120],
      [120, 170],
    ]);
    const data = assemblyOf({ ids }, [wave(4, 3, 1)]);
    await expect(neuralMetrics.get("rdm")?.compare(two, data, {}, context)).rejects.toThrow("records 2");
  });
});

describe("consistency ceilings", () => {
  it("have nothing against sound data", () => {
    for (const name of ["internal_consistency", "internal_consistency_temporal", "predictor_consistency"])
      expect(ceilingFaults(name, shown(12, 4))).toEqual([]);
  });

  it("need two repetitions", () => {
    expect(ceilingFaults("internal_consistency", shown(12, 1))).toEqual([
      "internal_consistency compares halves of the repetitions, and “repetition” has one value.",
    ]);
    expect(ceilingFaults("predictor_consistency", shown(12, 1))).toEqual([
      "predictor_consistency needs 10 images with at least two repetitions; the data have 0.",
    ]);
    expect(ceilingFaults("internal_consistency", shown(12, 2), { split_coord: "repetition_id" })).toEqual([
      "internal_consistency splits the presentations by “repetition_id”, a coordinate which the data do not have.",
    ]);
    const one = withCoord(shown(12, 2), "presentation", "repetition", [...range(23).map((row) => row % 2), null]);
    expect(ceilingFaults("internal_consistency", one)?.[0]).toContain("which 1 of 24 presentations lack");
    expect(ceilingFaults("predictor_consistency", one)?.[0]).toContain("repetitions that are numbers");
  });

  it("name stimuli that no split has in both halves, whether presentations or values are absent", async () => {
    const gaps = silenced(shown(12, 2), (row) => row === 3);
    const kept = range(24).filter((row) => row !== 3);
    const absent: NeuroidAssembly = {
      ...gaps,
      shape: [23, 3],
      values: Float64Array.from(kept.flatMap((row) => [...gaps.values.subarray(3 * row, 3 * row + 3)])),
      coords: Object.fromEntries(
        Object.entries(gaps.coords).map(([name, { dim, values }]) => [
          name,
          { dim, values: dim === "presentation" ? kept.map((row) => values[row] ?? null) : values },
        ]),
      ),
    };
    for (const data of [gaps, absent]) {
      expect(ceilingFaults("internal_consistency", data)?.[0]).toContain("a half lacks “s103”");
      await expect(neuralCeilings.get("internal_consistency")?.compute(data, {}, context)).rejects.toThrow("“s103”");
    }
  });

  it("note what they passed over", async () => {
    const data = silenced(shown(12, 4), (row, site) => site === 2 || row === 3 || row === 15);
    const blank = withCoord(
      data,
      "presentation",
      "colour",
      range(48).map((row) => (row % 12 === 5 ? null : "red")),
    );
    const measured = await neuralCeilings.get("internal_consistency")?.compute(blank, {}, context);
    expect(measured?.value).not.toBeNaN();
    const notes = measured?.notes?.join(" ");
    expect(notes).toContain("without a consistency, whose values are missing or always the same: “2”.");
    expect(notes).toMatch(/In \d of 10 splits a half lacks stimuli \(“s103”\)/);
    expect(notes).toContain("without a value of “colour”");
    expect(measured?.by[2]).toEqual({ neuroid_id: 2, raw: null });
    const clean = await neuralCeilings.get("internal_consistency")?.compute(shown(12, 4), {}, context);
    expect(clean?.notes).toEqual([]);
  });
});

describe("ceilings of subjects", () => {
  it("need several", () => {
    expect(ceilingFaults("rsa_ceiling", dissimilarities(1, 5))).toEqual([
      "rsa_ceiling compares subjects, and the data have one.",
    ]);
    expect(ceilingFaults("rsa_ceiling", dissimilarities(2, 5))).toEqual([]);
    expect(ceilingFaults("rsa_ceiling", shown(6, 2))?.[0]).toContain("“subject”");
    expect(ceilingFaults("coggan_rsm", dissimilarities(1, 5))).toHaveLength(1);
    expect(ceilingFaults("bracci_rdm", shown(6, 2))).toHaveLength(1);
  });
});

describe("factor_dimensionality", () => {
  const columns = (rows: readonly (readonly [string, string, string])[]) =>
    Object.fromEntries(
      ["shape", "texture", "original_image_id"].map((name, column) => [
        name,
        { dim: "presentation", values: rows.map((row) => row[column] ?? null) },
      ]),
    );

  it("says what the stimuli lack", () => {
    expect(() => pairsOf({})).toThrow("“shape”");
    expect(() => pairsOf(columns([["cat", "fur", "1"]]))).toThrow("several shapes and textures");
    const rows = ["cat", "dog"].flatMap((shape) => ["fur", "ink"].map((texture) => [shape, texture, shape] as const));
    expect(pairsOf(columns([...rows, ...rows.map(([s, t]) => [s, t, `${s}2`] as const)]))).toHaveLength(8);
    expect(() => pairsOf(columns([...rows, ...rows, ...rows]))).toThrow(/one stimulus of every original image/);
  });
});

it("a network whose units are all alike has no active ones", async () => {
  const ids = range(5).map((i) => `s${i}`);
  const flat = recordingOf({ ids }, [activationsOf({ rows: 5, columns: 4, values: new Float32Array(20).fill(1) })]);
  await expect(
    neuralMetrics.get("coggan_rsm")?.compare(flat, dissimilarities(2, 5), {}, context),
  ).rejects.toMatchObject({ code: "undefined-score" });
});

it("what nobody can reproduce is told apart from what is not here", () => {
  expect([...IRREPRODUCIBLE.keys()].sort()).toEqual(["mask_regression", "ost"]);
  for (const name of IRREPRODUCIBLE.keys()) expect(neuralMetrics.has(name)).toBe(false);
});
