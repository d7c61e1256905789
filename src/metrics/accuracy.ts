/**
 * Accuracy: the share of presentations whose answer is the stimulus's truth.
 *
 * brainscore_vision/metrics/accuracy/metric.py. The error is the standard deviation (ddof 0) of the booleans, not a
 * standard error. The primate responses do not enter; the ceiling is a constant of the benchmark.
 */
import { coordinate } from "../assembly/assembly.ts";
import { distinct } from "../assembly/table.ts";
import { mean, std } from "../numerics/statistics.ts";
import type { BehavioralMetric } from "./metric.ts";

export const accuracy: BehavioralMetric = {
  name: "accuracy",
  unit: "share correct",
  normalisation: "ratio",
  bounds: [null, null],

  compare(source) {
    const truth = coordinate(source, "truth");
    const correct = source.values.map((answer, i) => (answer === String(truth[i]) ? 1 : 0));
    const conditions = source.coords.condition?.values;
    const by =
      conditions === undefined
        ? []
        : distinct(conditions).map((condition) => ({
            condition,
            raw: mean(correct.filter((_, i) => conditions[i] === condition)),
          }));
    return { value: mean(correct), error: std(correct), by };
  },
};
