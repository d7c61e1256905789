/** Predictions of single neuroids: what their correlations are is known from the metrics' own values. */
import { describe, expect, it } from "vitest";
import { nanmean, pearson } from "../../numerics/statistics.ts";
import {
  activationsOf,
  assemblyOf,
  context,
  orderOf,
  recordingOf,
  recordingsOf,
  stimuliOf,
} from "../../testing/regression-recordings.ts";
import type { MetricOptions } from "../metric.ts";
import type { FoldPrediction, NeuralMetric } from "../neural-metric.ts";
import { neuralMetrics } from "./registry.ts";

const N = 48;
const SITES = 4;
const CONSTANT = 2;
const made = { n: N, p: 40, m: SITES, seed: 5, dtype: "float32", constant: [CONSTANT] } as const;

/** Stimuli with a fixed split, sites of two animals, the data's rows in another order than the subject's. */
function sides() {
  const { x, y } = recordingsOf(made);
  const { ids, columns } = stimuliOf(N);
  const split = ids.map((_, i) => (i % 3 === 0 ? "test" : "train"));
  const stimuli = { ids, columns: { ...columns, split } };
  const data = assemblyOf(stimuli, [y], orderOf(N));
  const target = { ...data, coords: { ...data.coords, animal: { dim: "neuroid", values: ["B", "A", "B", "A"] } } };
  return { source: recordingOf(stimuli, [activationsOf(x)]), target, y, ids };
}

const names = (...some: readonly string[]): NeuralMetric[] => some.flatMap((name) => neuralMetrics.get(name) ?? []);
const r = ({ recorded, predicted }: FoldPrediction): number => pearson(recorded, predicted);

async function all(metric: NeuralMetric, options: MetricOptions) {
  const { source, target } = sides();
  return Promise.all(
    Array.from({ length: SITES }, (_, site) => metric.predict?.(source, target, site, options, context) ?? []),
  );
}

describe("predictions of a neuroid", () => {
  const predicting = [...neuralMetrics.values()].filter(({ predict }) => predict !== undefined);
  const crossed = predicting.filter(({ folds }) => folds !== undefined);

  it("are there of every metric that has values of neuroids in one time bin", () => {
    expect(predicting.map(({ name }) => name).toSorted()).toEqual(
      ["pls", "ridge", "linear_predictivity", "neuron_to_neuron"]
        .flatMap((name) => [name, `${name}_cv`, `${name}_split`])
        .concat("dual_ridge_split", "ridgecv_split", "dual_ridgecv_split")
        .toSorted(),
    );
  });

  it.each(crossed.map((metric) => [metric.name, metric] as const))(
    "of %s have its correlations, split by split",
    async (_, metric) => {
      const options = { splits: 5, ...(metric.name.startsWith("pls") ? { n_components: 6 } : {}) };
      const { source, target, y, ids } = sides();
      const { perFold } = (await metric.folds?.correlate(source, target, options, [0, 1, 2, 3, 4], context)) ?? {
        perFold: [],
      };
      const predictions = await all(metric, options);
      expect(perFold).toHaveLength(5);
      for (const [site, folds] of predictions.entries()) {
        expect(folds.map(r)).toEqual(perFold.map((fold) => fold[site]));
        if (site !== CONSTANT) expect(folds.map(r).every((value) => Math.abs(value) > 0.01)).toBe(true);
        for (const { presentations, recorded } of folds) {
          expect(new Set(presentations).size).toBe(presentations.length);
          expect(recorded).toEqual(presentations.map((row) => y.values[row * SITES + site]));
        }
      }
      expect(predictions.map((folds) => folds[0]?.presentations)).toEqual(
        predictions.map(() => predictions[0]?.[0]?.presentations),
      );
      expect(Math.max(...(predictions[0]?.[0]?.presentations ?? []))).toBeLessThan(ids.length);
    },
  );

  it.each([
    ["neuron_to_neuron", { splits: 4 }],
    ["neuron_to_neuron_cv", { splits: 4, kfold: true }],
    ["ridge", { splits: 6, stratification_coord: null, test_size: 0.3, train_size: 0.5 }],
    ["pls_split", { n_components: 4, alpha_coord: "animal" }],
    ["ridge_split", {}],
    ["ridgecv_split", { alpha_coord: "animal", alphas: [0.1, 10] }],
    ["dual_ridge_split", {}],
    ["linear_predictivity_split", { alpha_coord: "animal" }],
  ] as const)("of %s %j have the mean correlation that is its neuroid's value", async (name, options) => {
    const made = names(name)[0];
    if (made === undefined) throw new Error(name);
    // A constant neuroid has no best feature, and neuron_to_neuron then no value at all.
    const { source, target } = sides();
    const neuron = name.startsWith("neuron");
    const sound = {
      ...target,
      values: target.values.map((value, i) => (neuron && i % SITES === CONSTANT ? Math.sin(i) : value)),
    };
    const { by } = await made.compare(source, sound, options, context);
    expect(by).toHaveLength(SITES);
    for (const { neuroid_id, raw } of by) {
      const folds = (await made.predict?.(source, sound, Number(neuroid_id), options, context)) ?? [];
      const own = nanmean(folds.map(r));
      if (raw === null) expect(own).toBeNaN();
      else expect(own).toBeCloseTo(raw, 12);
    }
  });
});
