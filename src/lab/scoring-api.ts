/**
 * What the scoring worker does: the pure functions of scoring/ and the readouts of subject/, offered across its border by
 * workers/scoring.worker.ts.
 */
import type { Features, Products } from "../numerics/products.ts";
import { ceilingOf, scoreResponses } from "../scoring/score.ts";
import { decideLabels } from "../subject/label.ts";
import { chooseOddOnes, type SimilarityMeasure } from "../subject/odd-one-out.ts";
import { fitProbabilities, type ProbabilitiesReadout, readProbabilities } from "../subject/probabilities.ts";

export type ScoringApi = ReturnType<typeof scoringApi>;

/** `products` multiplies the readouts' matrices; `onShare` callbacks count from 0 to 1. */
export function scoringApi(products: Products) {
  return {
    ceiling: ceilingOf,
    score: scoreResponses,
    decideLabels,

    fitProbabilities(
      features: Features,
      labels: readonly string[],
      onShare: (share: number) => void,
    ): Promise<ProbabilitiesReadout> {
      return fitProbabilities(features, labels, products, { onProgress: onShare });
    },

    readProbabilities(features: Features, readout: ProbabilitiesReadout): Promise<Float64Array> {
      return readProbabilities(readout, features, products);
    },

    chooseOddOnes(
      features: Features,
      triplets: Uint32Array,
      measure: SimilarityMeasure,
      onShare: (share: number) => void,
    ): Promise<Uint8Array> {
      return chooseOddOnes(features, triplets, measure, products, onShare);
    },
  };
}
