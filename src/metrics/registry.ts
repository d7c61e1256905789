/** The metrics by Brain-Score's names. A new metric is one file and one line here. */
import { accuracy } from "./accuracy.ts";
import { errorConsistency } from "./error-consistency.ts";
import type { BehavioralMetric } from "./metric.ts";

export const behavioralMetrics: ReadonlyMap<string, BehavioralMetric> = new Map(
  [errorConsistency, accuracy].map((metric) => [metric.name, metric]),
);
