/**
 * A metric over random subsets of the stimuli: brainscore_vision's TestOnlyCrossValidation
 * (metric_helpers/transformations.py), which cka_cv and rdm_cv use. Nothing is fitted; each split's test set is a subset.
 *
 * The value is the mean over subsets, its error the standard deviation (ddof 0) over the root of their number; undefined
 * subsets are skipped in both. Which stimuli a split takes is folds.ts's business.
 */
import * as v from "valibot";
import { isSimilarities } from "../../assembly/neuroids.ts";
import { GapscopeError } from "../../faults/faults.ts";
import { nanmean, nanstd } from "../../numerics/statistics.ts";
import type { Measurement } from "../metric.ts";
import type { NeuralData, Recording } from "../neural-metric.ts";
import { CROSS_VALIDATION, type CrossValidationOptions, crossValidationFolds, crossValidationSizes } from "./folds.ts";
import { pairStimuli } from "./patterns.ts";
import { averageRepetitions } from "./repetitions.ts";

/** Brain-Score's `crossvalidation_kwargs`, with the defaults of these metrics. */
export const SUBSET_OPTIONS = {
  ...CROSS_VALIDATION,
  train_size: v.optional(CROSS_VALIDATION.train_size.wrapped, null),
  test_size: v.optional(CROSS_VALIDATION.test_size.wrapped, 0.9),
};

/** What keeps `target` from being split so, in sentences. `target` may still have its repetitions. */
export function subsetFaults(
  metric: string,
  target: NeuralData,
  options: CrossValidationOptions,
  least: number,
): string[] {
  try {
    const { coords } = isSimilarities(target) ? target : averageRepetitions(target);
    const { test } = crossValidationSizes(coords, options);
    if (test >= least) return [];
    return [`${metric} needs subsets of at least ${least} stimuli; with these options they have ${test}.`];
  } catch (error) {
    if (error instanceof GapscopeError && error.code === "package-refused") return [`${metric}: ${error.message}`];
    throw error;
  }
}

/**
 * The mean over subsets of what `measure` gives for the stimuli of each, which it gets as places in the order that
 * pairStimuli gives. Throws `package-refused`.
 */
export function overSubsets(
  source: Pick<Recording, "coords">,
  target: NeuralData,
  options: CrossValidationOptions,
  measure: (places: readonly number[]) => number,
): Measurement {
  const placeOf = new Map(pairStimuli(source, target).target.map((row, place) => [row, place]));
  const values = crossValidationFolds(source, target, "target", options).map(({ test }) =>
    measure(test.target.flatMap((row) => placeOf.get(row) ?? [])),
  );
  return { value: nanmean(values), error: nanstd(values) / Math.sqrt(values.length), by: [], repetitions: values };
}
