/**
 * Value delta: how near two numbers lie, exp(−scale · |a − b|), within [0, 1].
 *
 * brainscore_vision/metrics/value_delta/metric.py; `scale` is how fast the score falls with the distance. Brain-Score
 * gives it two numbers that a benchmark has worked out. Here, as a metric of its own, the numbers are accuracies: the
 * subject's share of right answers, and the mean of people's. Ferguson's numbers are in ferguson-value-delta.ts. There is
 * no error and no ceiling of its own.
 */
import * as v from "valibot";
import { mean } from "../numerics/statistics.ts";
import { defineMetric } from "./metric.ts";
import { bySubject, peopleTrials, shareCorrect, subjectTrials } from "./trials.ts";

const finite = v.pipe(v.number(), v.finite());

export const valueDelta = defineMetric({
  name: "value_delta",
  unit: "exp(−scale · difference)",
  tasks: ["label", "probabilities"],
  options: v.strictObject({ scale: v.optional(finite, 1) }),
  needs: () => ({ stimuli: ["truth"] }),

  compare(source, target, { scale }) {
    const people = bySubject(target, peopleTrials(target)).map(([, trials]) => shareCorrect(trials));
    return { value: closeness(shareCorrect(subjectTrials(source)), mean(people), scale), by: [] };
  },
});

/** exp(−scale · |a − b|), clipped to [0, 1]. */
export function closeness(a: number, b: number, scale: number): number {
  return Math.min(Math.max(1 / Math.exp(scale * Math.abs(a - b)), 0), 1);
}
