/**
 * Accuracy: the share of presentations whose answer is the stimulus's truth.
 *
 * brainscore_vision/metrics/accuracy/metric.py. The error is the standard deviation (ddof 0) of the booleans, not a
 * standard error. The primate responses do not enter; the ceiling is a constant of the benchmark.
 */
import * as v from "valibot";
import { distinct } from "../assembly/table.ts";
import { mean, std } from "../numerics/statistics.ts";
import { chance } from "./chance.ts";
import { defineMetric } from "./metric.ts";
import { subjectTrials } from "./trials.ts";

export const accuracy = defineMetric({
  name: "accuracy",
  unit: "share correct",
  tasks: ["label", "probabilities"],
  options: v.strictObject({ chance }),
  needs: () => ({ stimuli: ["truth"], people: "unread" }),

  compare(source) {
    const correct = subjectTrials(source).map((trial) => (trial.correct ? 1 : 0));
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
});
