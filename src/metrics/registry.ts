/** The metrics by Brain-Score's names. A new metric is one file and one line here. */
import { accuracy } from "./accuracy.ts";
import { accuracyDistance } from "./accuracy-distance.ts";
import { bakerAccuracyDelta } from "./baker-accuracy-delta.ts";
import { conditionWiseAccuracySimilarity } from "./condition-wise-accuracy-similarity.ts";
import { confusionSimilarity } from "./confusion-similarity.ts";
import { errorConsistency } from "./error-consistency.ts";
import { fergusonValueDelta } from "./ferguson-value-delta.ts";
import { i1, i2n, o1, o2 } from "./i1i2.ts";
import type { BehavioralMetric } from "./metric.ts";
import { oddOneOutAccuracy } from "./odd-one-out-accuracy.ts";
import { shapeBias } from "./shape-bias.ts";
import { tasksConsistency } from "./tasks-consistency.ts";
import { threshold, thresholdElevation } from "./threshold.ts";
import { valueDelta } from "./value-delta.ts";

const METRICS = [
  errorConsistency,
  accuracy,
  accuracyDistance,
  i1,
  i2n,
  o1,
  o2,
  threshold,
  thresholdElevation,
  valueDelta,
  bakerAccuracyDelta,
  confusionSimilarity,
  tasksConsistency,
  conditionWiseAccuracySimilarity,
  fergusonValueDelta,
  oddOneOutAccuracy,
  shapeBias,
];

export const behavioralMetrics: ReadonlyMap<string, BehavioralMetric> = new Map(
  METRICS.map((metric) => [metric.name, metric]),
);
