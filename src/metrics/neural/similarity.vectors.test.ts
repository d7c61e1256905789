/**
 * The vectors T19–T24 and T39 of brainscore.md §9: numbers of Brain-Score's own code on matrices that are built here.
 * T19 and so on are its names of them.
 */
import { describe, expect, it } from "vitest";
import type { NeuroidAssembly } from "../../assembly/neuroids.ts";
import {
  activationsOf,
  assemblyOf,
  context,
  type MadeMatrix,
  recordingOf,
  stimuliOf,
  wave,
} from "../../testing/regression-recordings.ts";
import { activeUnits } from "./coggan-rsm.ts";
import { rdmOfPatterns, upperTriangle } from "./dissimilarity.ts";
import { dimensionality } from "./factor-dimensionality.ts";
import { neuralCeilings, neuralMetrics } from "./registry.ts";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

function plus(a: MadeMatrix, factor: number, b: MadeMatrix): MadeMatrix {
  return { ...a, values: Float64Array.from(a.values, (value, i) => value + factor * (b.values[i] ?? Number.NaN)) };
}

function below(...matrices: readonly MadeMatrix[]): MadeMatrix {
  const [first] = matrices;
  return {
    rows: matrices.reduce((rows, matrix) => rows + matrix.rows, 0),
    columns: first?.columns ?? 0,
    values: Float64Array.from(matrices.flatMap(({ values }) => [...values])),
  };
}

const ceiling = (name: string, data: NeuroidAssembly) => neuralCeilings.get(name)?.compute(data, {}, context);

describe("T19 and T20: consistencies of six repetitions", () => {
  const repetitions = range(6).map((r) => plus(wave(12, 4, 1), 0.8, wave(12, 4, 2 + r)));
  const rows = range(72);
  const data = assemblyOf(
    {
      ids: rows.map((row) => `s${100 + (row % 12)}`),
      columns: { repetition: rows.map((row) => Math.floor(row / 12)) },
    },
    [below(...repetitions)],
  );

  it("internal_consistency", async () => {
    const measured = await ceiling("internal_consistency", data);
    expect(measured?.value).toBeCloseTo(0.8854898236513377, 9);
    expect(measured?.error).toBeCloseTo(0.00417127668034004, 9);
  });

  it("predictor_consistency", async () => {
    const measured = await ceiling("predictor_consistency", data);
    expect(measured?.value).toBeCloseTo(0.907198874040858, 9);
    expect(measured?.error).toBeCloseTo(0.007923084616864204, 9);
  });
});

describe("T21 and T22: two sets of patterns of thirty stimuli", () => {
  const stimuli = stimuliOf(30, 3);
  const source = recordingOf(stimuli, [activationsOf(wave(30, 10, 1))]);
  const target = assemblyOf(stimuli, [wave(30, 6, 2)]);

  it.each([
    ["cka", 0.09185229530686319, undefined],
    ["cka_biased", 0.318648431661101, undefined],
    ["cka_cv", 0.0888307128578825, 0.00619245952731102],
    ["rdm", 0.051052356120168466, undefined],
    ["rdm_cv", 0.040806277056277054, 0.007277350343170195],
  ])("%s", async (name, value, error) => {
    const measured = await neuralMetrics.get(name)?.compare(source, target, {}, context);
    expect(measured?.value).toBeCloseTo(value, 9);
    if (error === undefined) expect(measured?.error).toBeUndefined();
    else expect(measured?.error).toBeCloseTo(error, 9);
  });
});

it("T23: rsa_ceiling of three subjects", async () => {
  const subjects = [1, 2, 3].map((s) => plus(wave(10, 6, 1), 0.4, wave(10, 6, 4 + s)));
  const side = range(10).flatMap((row) => subjects.flatMap(({ values }) => [...values.subarray(6 * row, 6 * row + 6)]));
  const data = assemblyOf(stimuliOf(10), [{ rows: 10, columns: 18, values: Float64Array.from(side) }]);
  const subject = { dim: "neuroid", values: range(18).map((site) => Math.floor(site / 6)) };
  const measured = await ceiling("rsa_ceiling", { ...data, coords: { ...data.coords, subject } });
  expect(measured?.value).toBeCloseTo(0.9398331137461571, 9);
  const lower = measured?.by.map((row) => Number(row.lower_bound_loo)) ?? [];
  expect(lower.reduce((sum, value) => sum + value, 0) / 3).toBeCloseTo(0.877514273166447, 9);
});

it("T24: Coggan's similarities of the most active units", async () => {
  const { values, ...shape } = wave(24, 300, 1);
  const raised = values.map((value, i) => (i % 300 === 5 ? 2 : i % 30 === 0 ? value + 6 : value));
  const units = await activeUnits(activationsOf({ ...shape, values: Float64Array.from(raised) }), range(24));
  expect(units.columns).toBe(10);
  const rdm = await rdmOfPatterns(units, context.products);
  expect(1 - (rdm[1] ?? 0)).toBeCloseTo(-0.30180986138219695, 9);
  expect(1 - (rdm[23] ?? 0)).toBeCloseTo(0.06971440864532111, 9);
  const pairs = [...upperTriangle(rdm, 24)];
  expect(pairs.reduce((sum, value) => sum + 1 - value, 0) / pairs.length).toBeCloseTo(-0.04093481222874604, 9);
});

it("T39: dimensionality of shape and texture", async () => {
  const za = wave(8, 500, 1);
  const others = wave(8, 500, 2);
  const stimuli = below(za, others); // pair i: row i and, for even i, the row of the other wave
  const pairs = range(8).map((i) => ({
    factor: i % 2 === 0 ? ("shape" as const) : ("texture" as const),
    partner: i % 2 === 0 ? 8 + i : i,
  }));
  expect(await dimensionality(activationsOf(stimuli), pairs)).toEqual({ shape: 0.15, texture: 0.388, residual: 0.462 });
});
