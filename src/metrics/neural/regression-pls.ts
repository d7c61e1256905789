/**
 * pls: partial least squares with 25 components, the regression of most of Brain-Score's neural benchmarks.
 *
 * brainscore_vision/metrics/regression_correlation/metric.py, `pls_regression`; the iteration is numerics/pls.ts.
 */
import * as v from "valibot";
import { GapscopeError } from "../../faults/faults.ts";
import { fitPls } from "../../numerics/pls.ts";
import { type Products, transposed } from "../../numerics/products.ts";
import { CROSS_VALIDATION } from "./folds.ts";
import { crossRegressed, FIXED_SPLIT, type KernelRegression, kernelMapping, splitRegressed } from "./regression.ts";

export const PLS = { n_components: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1)), 25) };
export interface PlsOptions {
  readonly n_components: number;
}

export const plsRegression: KernelRegression<PlsOptions> = {
  faults: (metric, { train }, { n_components }) => componentFaults(metric, train, "training stimuli", n_components),

  async fit({ n, train }, { values, means }, features, { n_components }, { products }) {
    requireFeatures(features, n_components);
    const m = means.length;
    const gram = m > n ? await products.double(values, transposed(values, n, m), n, m, n) : undefined;
    const targets = { m, columns: values, ...(gram === undefined ? {} : { gram }) };
    const fit = await fitPls(train, n, targets, n_components, products);
    return { coefficients: await coefficientsOf(fit, values, n, m, products), notes: plsNotes(fit, n_components) };
  },
};

/** U·R⁻¹·(Tᵀ·Y), n × m. */
async function coefficientsOf(
  { weights, scores, components }: { weights: Float64Array; scores: Float64Array; components: number },
  y: Float64Array,
  n: number,
  m: number,
  products: Products,
): Promise<Float64Array> {
  if (components === 0) return new Float64Array(n * m);
  const loadings = await products.double(transposed(scores, n, components), y, components, n, m);
  return products.double(weights, loadings, n, components, m);
}

export function componentFaults(metric: string, count: number, what: string, components: number): string[] {
  if (count >= components) return [];
  return [`${metric} takes ${components} components and needs at least as many ${what}; there are ${count}.`];
}

/** Throws `not-applicable` for fewer features than components, where scikit-learn refuses. */
function requireFeatures(features: number, components: number): void {
  if (features >= components) return;
  throw GapscopeError.notApplicable(
    `Partial least squares with ${components} components needs as many features; there are ${features}.`,
  );
}

export function plsNotes(
  { components, exhausted }: { components: number; exhausted: boolean },
  asked: number,
): string[] {
  if (!exhausted) return [];
  return [
    `only ${components} of ${asked} components could be fitted: the features hold no more; Brain-Score goes on there with what rounding left`,
  ];
}

const mapping = kernelMapping(plsRegression);

export const plsMetrics = [
  ...["pls", "pls_cv"].map((name) => crossRegressed(name, v.strictObject({ ...CROSS_VALIDATION, ...PLS }), mapping)),
  splitRegressed("pls_split", v.strictObject({ ...FIXED_SPLIT, ...PLS }), mapping),
];
