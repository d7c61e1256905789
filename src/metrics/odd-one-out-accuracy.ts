/**
 * Odd-one-out accuracy: the share of people's trials on which the subject picks the same image of the triplet as they.
 *
 * Hebart et al. 2023 (doi 10.7554/eLife.82580); brainscore_vision/benchmarks/hebart2023/benchmark.py, where the image that
 * was picked always stands third. The responses have a row per trial, with a, b, c and, as response, the id picked; a
 * trial finds the subject's answer to the same three ids in the same order, because a tie goes to the third image. There
 * is no error and no ceiling of its own: Hebart 2023 has the constant 0.6767. Chance is 1/3.
 */
import * as v from "valibot";
import { GapscopeError } from "../faults/faults.ts";
import { mean } from "../numerics/statistics.ts";
import { chance } from "./chance.ts";
import { defineMetric } from "./metric.ts";
import { answersOf, responseColumn, stimulusColumn } from "./trials.ts";

const TRIPLET = ["a", "b", "c"] as const;

export const oddOneOutAccuracy = defineMetric({
  name: "odd_one_out_accuracy",
  unit: "share of agreement",
  normalisation: "chance_corrected",
  bounds: [0, 1], // bound_score in the benchmark
  tasks: ["odd_one_out"],
  options: v.strictObject({ chance }),
  needs: () => ({ responses: [...TRIPLET] }),

  compare(source, target) {
    const keys = (columns: readonly (readonly unknown[])[]) =>
      (columns[0] ?? []).map((_, row) => JSON.stringify(columns.map((column) => String(column[row]))));
    const answers = answersOf(source);
    const chosen = new Map(
      keys(TRIPLET.map((name) => stimulusColumn(source, name))).map((key, row) => [key, answers[row]]),
    );
    const response = responseColumn(target, "response").text;
    const agreed = keys(TRIPLET.map((name) => responseColumn(target, name).values)).map((key, row) => {
      if (!chosen.has(key)) {
        throw new GapscopeError("package-refused", `Row ${row + 1} of the responses is about no triplet: ${key}.`);
      }
      return chosen.get(key) === response[row] ? 1 : 0;
    });
    return { value: mean(agreed), by: [] };
  },
});
