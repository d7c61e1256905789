/**
 * Neural assemblies: presentation × neuroid (× time_bin), as Brain-Score's NeuroidAssembly (brainio/assemblies.py).
 *
 * Values are float64 in C order. Coordinates of presentations are the stimuli's columns, `stimulus_id` and, before
 * averaging, `repetition`; those of neuroids `neuroid_id`, `animal`/`subject`, `region` and others as the data have them.
 */
import type { Assembly } from "./assembly.ts";

export interface NeuroidAssembly extends Assembly<Float64Array> {
  readonly dims: readonly ["presentation", "neuroid"] | readonly ["presentation", "neuroid", "time_bin"];
}

/** Dissimilarities or similarities of the stimuli of each subject, as data sets that publish no responses give them. */
export interface SimilarityAssembly extends Assembly<Float64Array> {
  readonly dims: readonly ["subject", "presentation", "presentation"];
  /** Whether values are 1 − r or r. */
  readonly kind: "dissimilarity" | "similarity";
}

export function isSimilarities(data: NeuroidAssembly | SimilarityAssembly): data is SimilarityAssembly {
  return "kind" in data;
}
