/** The neural metrics and ceilings by Brain-Score's names. A new one is one file and one line here. */
import type { NeuralCeiling, NeuralMetric } from "../neural-metric.ts";
import { bracciRdm, bracciRdmCeiling } from "./bracci-rdm.ts";
import { internalConsistency, internalConsistencyTemporal } from "./ceilings/internal-consistency.ts";
import { predictorConsistency } from "./ceilings/predictor-consistency.ts";
import { rsaCeiling } from "./ceilings/rsa-ceiling.ts";
import { cka, ckaBiased, ckaCv } from "./cka.ts";
import { cogganRsm, cogganRsmCeiling } from "./coggan-rsm.ts";
import { factorDimensionality } from "./factor-dimensionality.ts";
import { rdm, rdmCv } from "./rdm.ts";
import { linearMetrics } from "./regression-linear.ts";
import { neuronMetrics } from "./regression-neuron.ts";
import { plsMetrics } from "./regression-pls.ts";
import { reverseMetrics } from "./regression-reverse.ts";
import { ridgeMetrics } from "./regression-ridge.ts";
import { timeMetrics } from "./regression-time.ts";
import { ksSimilarityCeiling, ksSimilarityMetric } from "./tuning/ks-similarity.ts";

const METRICS = [
  ...plsMetrics,
  ...ridgeMetrics,
  ...linearMetrics,
  ...neuronMetrics,
  ...reverseMetrics,
  ...timeMetrics,
  cka,
  ckaBiased,
  ckaCv,
  rdm,
  rdmCv,
  cogganRsm,
  bracciRdm,
  factorDimensionality,
  ksSimilarityMetric,
];

export const neuralMetrics: ReadonlyMap<string, NeuralMetric> = new Map(METRICS.map((metric) => [metric.name, metric]));

const CEILINGS = [
  internalConsistency,
  internalConsistencyTemporal,
  predictorConsistency,
  rsaCeiling,
  cogganRsmCeiling,
  bracciRdmCeiling,
  ksSimilarityCeiling,
];

/** A metric's own ceiling, which a package calls “metric”, has the metric's name. */
export const neuralCeilings: ReadonlyMap<string, NeuralCeiling> = new Map(
  CEILINGS.map((ceiling) => [ceiling.name, ceiling]),
);
