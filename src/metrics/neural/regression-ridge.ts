/**
 * ridge with a fixed alpha, and with the alpha that does best when each training stimulus is left out in turn.
 *
 * brainscore_vision/metrics/regression_correlation/metric.py: Ridge, RidgeCV and their dual forms, which have the same
 * solution. In `ridge_cv` the letters stand for the splits; its alpha is fixed.
 */
import * as v from "valibot";
import { fitRidge, fitRidgeCv } from "../../numerics/ridge.ts";
import { CROSS_VALIDATION } from "./folds.ts";
import { crossRegressed, FIXED_SPLIT, type KernelRegression, kernelMapping, splitRegressed } from "./regression.ts";

const positive = v.pipe(v.number(), v.gtValue(0));

export const RIDGE = { alpha: v.optional(positive, 1) };
export interface RidgeOptions {
  readonly alpha: number;
}

/** Brain-Score's ALPHA_LIST, 99 values from 0.01 to 10⁷. */
export const ALPHAS: readonly number[] = [
  ...[0.01, 0.1, 0.5, 1],
  ...steps(1e1, 1e2, 4),
  ...[1e2, 1e3, 1e4, 1e5].flatMap((start) => steps(start, 10 * start, 18)),
  ...steps(1e6, 1e7, 18),
  1e7,
];

/** `count` equal steps from `start` on, which end before `stop` (numpy.linspace without its end point). */
function steps(start: number, stop: number, count: number): number[] {
  const step = (stop - start) / count;
  return Array.from({ length: count }, (_, i) => start + i * step);
}

const RIDGE_CV = { alphas: v.optional(v.pipe(v.array(positive), v.minLength(1)), [...ALPHAS]) };
interface RidgeCvOptions {
  readonly alphas: readonly number[];
}

/** Measured in reference/brainscore_macaque.py and brainscore_regressions.py, by putting features in another order. */
export const IN_DOUBLE =
  "the regression was fitted in float64; scikit-learn keeps float32 activations in float32 here, whose rounding moves its own correlations by 1e-6 to 3e-3";

export const ridgeRegression: KernelRegression<RidgeOptions> = {
  faults: () => [],
  async fit({ n, train }, { values, means }, _features, { alpha }, { products }) {
    return { coefficients: await fitRidge(train, values, n, means.length, alpha, products), notes: [IN_DOUBLE] };
  },
};

/** In float64 in Brain-Score too. */
const dualRidge: KernelRegression<RidgeOptions> = {
  faults: () => [],
  async fit({ n, train }, { values, means }, _features, { alpha }, { products }) {
    return { coefficients: await fitRidge(train, values, n, means.length, alpha, products) };
  },
};

const ridgeCv: KernelRegression<RidgeCvOptions> = {
  faults: () => [],
  async fit({ n, train }, { values, means }, _features, { alphas }, { products }) {
    const { coefficients, alpha } = await fitRidgeCv(train, values, n, means.length, alphas, products);
    return { coefficients, notes: [`alpha ${alpha} was chosen`] };
  },
};

const crossValidated = v.strictObject({ ...CROSS_VALIDATION, ...RIDGE });
const fixed = v.strictObject({ ...FIXED_SPLIT, ...RIDGE });
const chosen = v.strictObject({ ...FIXED_SPLIT, ...RIDGE_CV });

export const ridgeMetrics = [
  ...["ridge", "ridge_cv"].map((name) => crossRegressed(name, crossValidated, kernelMapping(ridgeRegression))),
  splitRegressed("ridge_split", fixed, kernelMapping(ridgeRegression)),
  splitRegressed("dual_ridge_split", fixed, kernelMapping(dualRidge)),
  ...["ridgecv_split", "dual_ridgecv_split"].map((name) => splitRegressed(name, chosen, kernelMapping(ridgeCv))),
];
