/**
 * coggan_rsm: do occluded objects look alike to the subject's most active units and to people's visual areas?
 *
 * Coggan & Tong 2024; brainscore_vision/benchmarks/coggan2024_fMRI/benchmark.py. Of the subject's units those are kept
 * whose response varies and whose mean over stimuli exceeds, in size, 3.1 standard deviations of the means of all units
 * that vary. Their responses become z-scores, and the similarity of two stimuli is Pearson's r between their patterns.
 * The value is the mean over people of Pearson's r between these similarities and the person's, over all pairs of
 * stimuli; no error. The ceiling, of the same name, is the same with the mean of the other people in the subject's place.
 * The score is (value / ceiling)² within [0, 1], which hides the sign of a negative value, as Brain-Score's does.
 *
 * Brain-Score takes the stimuli of subject and data as being in the same order and asks for 24; here they are paired by
 * stimulus_id, and any number will do. It keeps float32 activations in float32: a unit with the same non-zero response to
 * everything may survive there through rounding.
 */
import { GapscopeError } from "../../faults/faults.ts";
import type { Activations } from "../../numerics/activations.ts";
import { mean, nanstd, pearson, std } from "../../numerics/statistics.ts";
import { columnChunks } from "../../numerics/streamed-activations.ts";
import { NO_OPTIONS } from "../metric.ts";
import { subjectFaults } from "./ceilings/rsa-ceiling.ts";
import { defineCeiling, defineNeuralMetric } from "./define.ts";
import { meanRdm, rdmOfPatterns, rdmsOfSimilarities, upperTriangle } from "./dissimilarity.ts";
import { finite, onlyBin, type Patterns, pairStimuli, patternFaults } from "./patterns.ts";

const NAME = "coggan_rsm";
const LEAST = 3;
const DEVIATIONS = 3.1;

export const cogganRsm = defineNeuralMetric({
  name: NAME,
  unit: "Pearson's r",
  normalisation: "squared_ratio",
  bounds: [0, 1],
  data: "similarities",
  options: NO_OPTIONS,
  check: (target) => patternFaults(NAME, target, LEAST),

  async compare(source, target, _, { products, signal }) {
    const pairing = pairStimuli(source, target);
    const units = await activeUnits(onlyBin(source), pairing.source, signal);
    const n = units.rows;
    const model = await rdmOfPatterns(units, products);
    const own = [...upperTriangle(model, n)];
    const by = rdmsOfSimilarities(target, pairing.target).map(({ subject, rdm }) => ({
      subject,
      raw: finite(pearson(own, [...upperTriangle(rdm, n)])),
    }));
    return { value: mean(by.map(({ raw }) => raw ?? Number.NaN)), by };
  },
});

export const cogganRsmCeiling = defineCeiling({
  name: NAME,
  data: "similarities",
  options: NO_OPTIONS,
  check: (target) => [...patternFaults(NAME, target, LEAST), ...subjectFaults(NAME, target)],

  async compute(target) {
    const n = target.shape[1] ?? 0;
    const people = rdmsOfSimilarities(target, [...Array(n).keys()]);
    const by = people.map(({ subject, rdm }, i) => {
      const others = meanRdm(people.toSpliced(i, 1));
      return { subject, raw: finite(pearson([...upperTriangle(rdm, n)], [...upperTriangle(others, n)])) };
    });
    return { value: mean(by.map(({ raw }) => raw ?? Number.NaN)), by };
  },
});

/**
 * The z-scores (ddof 0) of the units whose mean response is large, stimuli in the order of `rows`. Throws
 * `undefined-score` where there is none.
 */
export async function activeUnits(
  activations: Activations,
  rows: readonly number[],
  signal?: AbortSignal,
): Promise<Patterns> {
  // Twice through the features: which units are large depends on all of them. NaN stands for a unit that does not vary.
  const means: number[] = [];
  for await (const { width, values } of columnChunks(activations, { signal })) {
    for (let unit = 0; unit < width; unit++) {
      const responses = rows.map((row) => values[row * width + unit] ?? Number.NaN);
      means.push(responses.every((response) => response === responses[0]) ? Number.NaN : mean(responses));
    }
  }
  const threshold = DEVIATIONS * nanstd(means);
  const chosen = new Set([...means.keys()].filter((unit) => Math.abs(means[unit] ?? 0) > threshold));
  if (chosen.size === 0) {
    throw new GapscopeError(
      "undefined-score",
      `No unit's mean response exceeds ${DEVIATIONS} standard deviations of the units' means, which ${NAME} asks for.`,
    );
  }
  const scores = new Float64Array(rows.length * chosen.size);
  let to = 0;
  for await (const { first, width, values } of columnChunks(activations, { signal })) {
    for (let unit = 0; unit < width; unit++) {
      if (!chosen.has(first + unit)) continue;
      const responses = rows.map((row) => values[row * width + unit] ?? Number.NaN);
      const [center, deviation] = [mean(responses), std(responses)];
      for (const [i, response] of responses.entries()) scores[i * chosen.size + to] = (response - center) / deviation;
      to++;
    }
  }
  return { rows: rows.length, columns: chosen.size, values: scores };
}
