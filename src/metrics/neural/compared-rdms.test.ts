/** Dissimilarities beside each other: their correlation is what the metric rdm says, and each cell is of the stimuli it names. */
import { describe, expect, it } from "vitest";
import type { SimilarityAssembly } from "../../assembly/neuroids.ts";
import { pearson } from "../../numerics/statistics.ts";
import {
  activationsOf,
  assemblyOf,
  context,
  type MadeMatrix,
  orderOf,
  recordingOf,
  stimuliOf,
  wave,
} from "../../testing/regression-recordings.ts";
import { comparedRdms } from "./compared-rdms.ts";
import { rdm } from "./rdm.ts";

const N = 30;
const SITES = 6;
const x = wave(N, 20, 1);
const y = wave(N, SITES, 2);
const stimuli = stimuliOf(N);
const REVERSED = stimuli.ids.map((_, i) => N - 1 - i);
const whole = { bin: 0, most: 640 };

const rowOf = ({ values, columns }: MadeMatrix, row: number): number[] => [
  ...values.subarray(row * columns, (row + 1) * columns),
];
/** The subject sees the stimuli in an order of its own: its row r is of the stimulus SHOWN[r]. */
const SHOWN = orderOf(N);
const seen = { ids: SHOWN.map((i) => stimuli.ids[i] ?? "") };
const source = () => recordingOf(seen, [activationsOf(x)]);
/** What the brain answered to the stimulus of a row of the subject's. */
const answered = (matrix: MadeMatrix, row: number): number[] => rowOf(matrix, SHOWN[row] ?? -1);

function ofAnimals(animals: readonly string[]) {
  const { dims, ...data } = assemblyOf(stimuli, [y], REVERSED);
  return { dims, ...data, coords: { ...data.coords, animal: { dim: "neuroid", values: animals } } };
}

describe("dissimilarities of subject and brain", () => {
  it("correlate as rdm says, and each is of the stimuli that its row and column name", async () => {
    const target = assemblyOf(stimuli, [y], REVERSED);
    const { presentations, all, model, brains } = await comparedRdms(source(), target, whole, context);
    expect([all, presentations.length, brains.length]).toEqual([N, N, 1]);
    const { value } = await rdm.compare(source(), target, {}, context);
    expect(brains[0]?.spearman).toBe(value);
    for (const [i, j] of [
      [0, 1],
      [4, 17],
      [29, 3],
    ] as const) {
      const [left, right] = [presentations[i] ?? -1, presentations[j] ?? -1];
      expect(model[i * N + j]).toBeCloseTo(1 - pearson(rowOf(x, left), rowOf(x, right)), 12);
      expect(brains[0]?.rdm[i * N + j]).toBeCloseTo(1 - pearson(answered(y, left), answered(y, right)), 12);
    }
  });

  it("are of each animal too, where there are several with two sites or more", async () => {
    const target = ofAnimals(["B", "A", "B", "A", "B", "A"]);
    const { brains } = await comparedRdms(source(), target, whole, context);
    expect(brains.map(({ subject }) => subject)).toEqual([undefined, "A", "B"]);
    const named = { ...target, coords: { ...target.coords, subject: target.coords.animal } };
    const { by } = await rdm.compare(source(), named, { per_subject: true }, context);
    expect(brains.slice(1).map(({ spearman }) => spearman)).toEqual(by.map(({ raw }) => raw));
    const lone = await comparedRdms(source(), ofAnimals(["B", "A", "A", "A", "A", "A"]), whole, context);
    expect(lone.brains).toHaveLength(1);
  });

  it("are of some stimuli, evenly taken, where they are many", async () => {
    const target = assemblyOf(stimuli, [y], REVERSED);
    const full = await comparedRdms(source(), target, whole, context);
    const some = await comparedRdms(source(), target, { bin: 0, most: 10 }, context);
    expect([some.all, some.presentations]).toEqual([N, full.presentations.filter((_, i) => i % 3 === 0)]);
    expect(some.model[1]).toBe(full.model[3]);
    expect(some.brains[0]?.rdm[10 + 4]).toBeCloseTo(full.brains[0]?.rdm[3 * N + 12] ?? Number.NaN, 12);
  });

  it("are of the time bin that is asked for", async () => {
    const later = wave(N, SITES, 5);
    const target = assemblyOf(stimuli, [y, later], REVERSED);
    const two = recordingOf(seen, [activationsOf(x), activationsOf(wave(N, 20, 3))]);
    const { presentations, model, brains } = await comparedRdms(two, target, { bin: 1, most: 640 }, context);
    const [left, right] = [presentations[0] ?? -1, presentations[5] ?? -1];
    expect(brains[0]?.rdm[5]).toBeCloseTo(1 - pearson(answered(later, left), answered(later, right)), 12);
    expect(model[5]).toBeCloseTo(1 - pearson(rowOf(wave(N, 20, 3), left), rowOf(wave(N, 20, 3), right)), 12);
  });

  it("are undefined where responses are missing, and only there", async () => {
    const target = assemblyOf(stimuli, [y], REVERSED);
    const values = target.values.map((value, i) => (i === (N - 1) * SITES ? Number.NaN : value)); // of the stimulus 0
    const { brains, presentations } = await comparedRdms(source(), { ...target, values }, whole, context);
    expect(brains[0]?.spearman).toBeNaN();
    const row = presentations.findIndex((own) => SHOWN[own] === 0);
    const missing = [...(brains[0]?.rdm ?? [])].flatMap((value, i) => (Number.isNaN(value) ? [i] : []));
    expect(missing.every((i) => Math.floor(i / N) === row || i % N === row)).toBe(true);
    expect(missing).toHaveLength(2 * N - 1);
  });

  it("that are published are those of each subject, and their mean first", async () => {
    const matrix = (scale: number) =>
      Array.from({ length: N * N }, (_, i) => scale * Math.abs((i % N) - Math.floor(i / N)));
    const published = (scales: readonly number[]): SimilarityAssembly => ({
      dims: ["subject", "presentation", "presentation"],
      kind: "dissimilarity",
      shape: [scales.length, N, N],
      values: Float64Array.from(scales.flatMap(matrix)),
      coords: {
        stimulus_id: { dim: "presentation", values: stimuli.ids },
        subject: { dim: "subject", values: scales.map((scale) => `S${scale}`) },
      },
    });
    const { brains } = await comparedRdms(source(), published([1, 3]), whole, context);
    expect(brains.map(({ subject, rdm }) => [subject, rdm[2]])).toEqual([
      [undefined, 4],
      ["S1", 2],
      ["S3", 6],
    ]);
    const { value } = await rdm.compare(source(), published([1, 3]), {}, context);
    expect(brains[1]?.spearman).toBe(value); // of both, as one is three times the other
    expect((await comparedRdms(source(), published([1]), whole, context)).brains).toHaveLength(1);
  });
});
