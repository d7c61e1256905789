/**
 * linear_predictivity: least squares of the smallest norm, without a penalty.
 *
 * brainscore_vision/metrics/regression_correlation/metric.py, `linear_regression`; numerics/ridge.ts says where it departs
 * from scikit-learn's LinearRegression.
 */
import * as v from "valibot";
import { fitLeastSquares } from "../../numerics/ridge.ts";
import { CROSS_VALIDATION } from "./folds.ts";
import { crossRegressed, FIXED_SPLIT, type KernelRegression, kernelMapping, splitRegressed } from "./regression.ts";
import { IN_DOUBLE } from "./regression-ridge.ts";

const UNDETERMINED =
  "there are as many features as training stimuli or more: Brain-Score's own value moves with the order of stimuli and features there, because rounding decides whether centred stimuli span one direction more; here they do not";

const linearRegression: KernelRegression<unknown> = {
  faults: () => [],
  async fit({ n, train }, { values, means }, features, _options, { products }) {
    const coefficients = await fitLeastSquares(train, values, n, means.length, products);
    return { coefficients, notes: features >= n ? [IN_DOUBLE, UNDETERMINED] : [IN_DOUBLE] };
  },
};

const mapping = kernelMapping(linearRegression);

export const linearMetrics = [
  ...["linear_predictivity", "linear_predictivity_cv"].map((name) =>
    crossRegressed(name, v.strictObject(CROSS_VALIDATION), mapping),
  ),
  splitRegressed("linear_predictivity_split", v.strictObject(FIXED_SPLIT), mapping),
];
