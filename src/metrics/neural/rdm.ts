/**
 * rdm and rdm_cv: do the same pairs of stimuli look alike to the subject and to the brain?
 *
 * Kriegeskorte, Mur & Bandettini 2008 (doi 10.3389/neuro.06.004.2008); brainscore_vision/metrics/rdm/metric.py. The value
 * is Spearman's correlation of the dissimilarities (dissimilarity.ts) above the diagonal, without an error. rdm_cv takes
 * the mean over random subsets of the stimuli; its error is the standard error over subsets.
 *
 * Dissimilarities that are published as such are compared subject by subject and the value is the mean over subjects, as
 * brainscore_vision's RSABenchmark does it with responses (benchmark_helpers/neural_common.py); for responses that is the
 * option `per_subject`, without which all neuroids make one matrix.
 */
import * as v from "valibot";
import { isSimilarities } from "../../assembly/neuroids.ts";
import type { Scalar } from "../../assembly/table.ts";
import { GapscopeError } from "../../faults/faults.ts";
import { spearman } from "../../numerics/ranks.ts";
import { mean } from "../../numerics/statistics.ts";
import type { NeuralContext, NeuralData, Recording } from "../neural-metric.ts";
import { defineNeuralMetric } from "./define.ts";
import { rdmOfActivations, rdmOfPatterns, rdmsBySubject, rdmsOfSimilarities, upperTriangle } from "./dissimilarity.ts";
import {
  coordinateOf,
  finite,
  onlyBin,
  pairStimuli,
  patternFaults,
  patternsOf,
  placesBy,
  takePatterns,
} from "./patterns.ts";
import { overSubsets, SUBSET_OPTIONS, subsetFaults } from "./subsets.ts";

/** Fewer stimuli give fewer than two dissimilarities, which have no order. */
const LEAST = 3;

const PER_SUBJECT = { per_subject: v.optional(v.boolean(), false) };

const shared = { unit: "Spearman's ρ", normalisation: "ratio", bounds: [null, null], data: "either" } as const;

export const rdm = defineNeuralMetric({
  ...shared,
  name: "rdm",
  options: v.strictObject(PER_SUBJECT),
  check: (target, { per_subject }) => faults("rdm", target, per_subject),

  async compare(source, target, { per_subject }, context) {
    const matrices = await matricesOf(source, target, per_subject, context);
    const each = similarities(matrices);
    const by = matrices.data.flatMap(({ subject }, i) =>
      subject === undefined ? [] : [{ subject, raw: finite(each[i]) }],
    );
    return { value: mean(each), by };
  },
});

export const rdmCv = defineNeuralMetric({
  ...shared,
  name: "rdm_cv",
  options: v.strictObject({ ...PER_SUBJECT, ...SUBSET_OPTIONS }),

  check: (target, options) => [
    ...faults("rdm_cv", target, options.per_subject),
    ...subsetFaults("rdm_cv", target, options, LEAST),
  ],

  async compare(source, target, options, context) {
    const matrices = await matricesOf(source, target, options.per_subject, context);
    return overSubsets(source, target, options, (places) => mean(similarities(matrices, places)));
  },
});

/** Matrices of the same stimuli in the same order. */
interface Matrices {
  readonly n: number;
  readonly model: Float64Array;
  /** One, or one per subject. */
  readonly data: readonly { readonly subject?: Scalar; readonly rdm: Float64Array }[];
}

async function matricesOf(
  source: Recording,
  target: NeuralData,
  perSubject: boolean,
  { products }: NeuralContext,
): Promise<Matrices> {
  const pairing = pairStimuli(source, target);
  const n = pairing.target.length;
  const model = await rdmOfActivations(onlyBin(source), pairing.source);
  if (isSimilarities(target)) return { n, model, data: rdmsOfSimilarities(target, pairing.target) };
  const patterns = takePatterns(patternsOf(target), pairing.target);
  if (!perSubject) return { n, model, data: [{ rdm: await rdmOfPatterns(patterns, products) }] };
  const subjects = coordinateOf(target, "neuroid", "subject");
  if (subjects === undefined) throw new GapscopeError("package-refused", NO_SUBJECTS);
  return { n, model, data: await rdmsBySubject(patterns, subjects, products) };
}

/** The similarity to each matrix of the data, over the stimuli at `places`, all where they are left out. */
function similarities({ n, model, data }: Matrices, places?: readonly number[]): number[] {
  const own = upperTriangle(model, n, places);
  return data.map(({ rdm }) => spearman(own, upperTriangle(rdm, n, places)));
}

const NO_SUBJECTS = "per_subject needs a coordinate “subject” of the neuroids, which the data do not have.";

function faults(metric: string, target: NeuralData, perSubject: boolean): string[] {
  const general = patternFaults(metric, target, LEAST);
  if (isSimilarities(target)) return general;
  const subjects = coordinateOf(target, "neuroid", "subject");
  if (perSubject && subjects === undefined) return [...general, NO_SUBJECTS];
  const groups = perSubject ? placesBy(subjects ?? []).map(([, sites]) => sites.length) : [target.shape[1] ?? 0];
  return groups.every((sites) => sites > 1)
    ? general
    : [...general, `${metric} correlates over sites, and there is only one.`];
}
