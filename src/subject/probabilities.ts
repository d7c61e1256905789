/**
 * The probabilities task: a classifier of the benchmark's labels is fitted to a network's readout layer.
 *
 * Source: brainscore_vision/model_helpers/brain_transformation/behavior.py, ProbabilitiesMapping (brainscore.md §2.10):
 * StandardScaler, then multinomial logistic regression by Newton-CG with C = 1e-3 and scikit-learn's other defaults.
 * scikit-learn iterates in float32 where features are; here the same iteration is done in float64.
 */
import { GapscopeError } from "../faults/faults.ts";
import { fitLogisticRegression, predictProbabilities } from "../numerics/logistic-regression.ts";
import type { Features, Products } from "../numerics/products.ts";
import { fitScaler, type Scaler, standardise } from "../numerics/standard-scaler.ts";

/** A fitted readout; plain data that crosses threads. */
export interface ProbabilitiesReadout extends Scaler {
  /** Labels in order of first appearance among the fitting stimuli. */
  readonly choices: readonly string[];
  /** features × choices in C order, of standardised features. */
  readonly coefficients: Float64Array;
  readonly intercepts: Float64Array;
  readonly iterations: number;
  /** Whether the iteration ended by itself within scikit-learn's 100 steps. */
  readonly converged: boolean;
}

export interface FittingOptions {
  /** Inverse strength of the penalty; Brain-Score's is 1e-3. */
  readonly C?: number;
  readonly onProgress?: (share: number) => void;
}

/**
 * Fits to `features` (fitting stimuli × features) the label of each fitting stimulus. Their values are used up
 * (overwritten), because a large readout fits into memory once. Throws `inference-failed` where features are not finite.
 */
export async function fitProbabilities(
  features: Features,
  labels: readonly string[],
  products: Products,
  { C = 1e-3, onProgress }: FittingOptions = {},
): Promise<ProbabilitiesReadout> {
  if (labels.length !== features.rows) throw new GapscopeError("internal", "a fitting stimulus without a label");
  const choices = [...new Set(labels)];
  const index = new Map(choices.map((choice, i) => [choice, i]));
  const scaler = fitScaler(features);
  const fitted = await fitLogisticRegression(
    standardise(features, scaler),
    labels.map((label) => index.get(label) ?? 0),
    choices.length,
    { C, products, ...(onProgress === undefined ? {} : { onProgress }) },
  );
  return { ...scaler, ...fitted, choices };
}

/** Probabilities of the readout's choices for each row of `features`, which are used up: stimuli × choices in C order. */
export async function readProbabilities(
  readout: ProbabilitiesReadout,
  features: Features,
  products: Products,
): Promise<Float64Array> {
  if (features.columns !== readout.mean.length)
    throw new GapscopeError(
      "inference-failed",
      `The readout was fitted to ${readout.mean.length} features and is given ${features.columns}.`,
    );
  const probabilities = await predictProbabilities(standardise(features, readout), readout, products);
  if (probabilities.some(Number.isNaN))
    throw new GapscopeError("inference-failed", "The readout layer's features are not finite numbers.");
  return probabilities;
}
