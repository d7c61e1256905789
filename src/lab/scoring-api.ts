/**
 * What the scoring worker does: the pure functions of scoring/ and the readouts of subject/, offered across its border by
 * workers/scoring.worker.ts.
 */

import type { BehavioralAssembly } from "../assembly/assembly.ts";
import type { Features, Products } from "../numerics/products.ts";
import {
  bootstrap,
  bootstrapDifference,
  type DrawnCeilings,
  type Interval,
  type NoInterval,
  type ScorableBenchmark,
  seedOf,
} from "../scoring/bootstrap.ts";
import type { Ceiling } from "../scoring/ceiled.ts";
import { ceilingOf, scoreResponses } from "../scoring/score.ts";
import { decideLabels } from "../subject/label.ts";
import { chooseOddOnes, type SimilarityMeasure } from "../subject/odd-one-out.ts";
import { fitProbabilities, type ProbabilitiesReadout, readProbabilities } from "../subject/probabilities.ts";
import { neuralApi } from "./neural-api.ts";

export type ScoringApi = ReturnType<typeof scoringApi>;

/** `products` multiplies the readouts' matrices; `onShare` callbacks count from 0 to 1. */
export function scoringApi(products: Products) {
  /** By benchmark digest. */
  const ceilings = new Map<string, DrawnCeilings>();
  const ceilingsOf = (digest: string): DrawnCeilings => {
    const known = ceilings.get(digest) ?? new Map();
    ceilings.set(digest, known);
    return known;
  };
  return {
    ...neuralApi(products),
    ceiling: ceilingOf,
    score: scoreResponses,
    decideLabels,
    /** The products that scores are made with, for the self-check. */
    multiplyDouble: products.double,
    multiplySingle: products.single,

    /** Fills its thread until it is done; who wants to stop it stops the worker. */
    interval(
      benchmark: ScorableBenchmark,
      answers: BehavioralAssembly,
      ceiling: Ceiling,
      digest: string,
      onShare: (share: number) => void,
    ): Interval | NoInterval {
      return finished(bootstrap(benchmark, answers, ceiling, seedOf(digest), ceilingsOf(digest)), onShare);
    },

    /** As `interval`, of the first subject's score minus the second's. */
    difference(
      benchmark: ScorableBenchmark,
      answers: readonly [BehavioralAssembly, BehavioralAssembly],
      ceiling: Ceiling,
      digest: string,
      onShare: (share: number) => void,
    ): Interval | NoInterval {
      return finished(bootstrapDifference(benchmark, answers, ceiling, seedOf(digest), ceilingsOf(digest)), onShare);
    },

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

/** Draws to the end, and tells the share at every hundredth. */
function finished(draws: Generator<number, Interval | NoInterval>, onShare: (share: number) => void) {
  for (let percent = 0; ; ) {
    const { done, value } = draws.next();
    if (done === true) return value;
    if (100 * value < percent + 1) continue;
    percent = Math.floor(100 * value);
    onShare(value);
  }
}
