/**
 * rsa_ceiling: how well do the dissimilarities of one subject agree with those of all?
 *
 * Nili et al. 2014 (doi 10.1371/journal.pcbi.1003553); brainscore_vision/metrics/rsa_ceiling/ceiling.py. Spearman's
 * correlation of each subject's matrix (dissimilarity.ts) with the mean matrix of all subjects, the subject's own among
 * them, averaged over subjects: the upper bound, which is the value. The lower bound leaves the subject out of the mean;
 * each row of `by` has it, and a note says its mean. There is no correction and no error.
 *
 * Responses are averaged over repetitions first, as the benchmarks do; neuroids have a coordinate `subject`. Published
 * dissimilarities are taken as they are.
 */
import { isSimilarities } from "../../../assembly/neuroids.ts";
import { spearman } from "../../../numerics/ranks.ts";
import { mean } from "../../../numerics/statistics.ts";
import { NO_OPTIONS } from "../../metric.ts";
import type { NeuralContext, NeuralData } from "../../neural-metric.ts";
import { defineCeiling } from "../define.ts";
import { meanRdm, rdmsBySubject, rdmsOfSimilarities, type SubjectRdm, upperTriangle } from "../dissimilarity.ts";
import { coordinateOf, finite, patternFaults, patternsOf } from "../patterns.ts";
import { averageRepetitions } from "../repetitions.ts";

const NAME = "rsa_ceiling";
const LEAST = 3;

export const rsaCeiling = defineCeiling({
  name: NAME,
  data: "either",
  options: NO_OPTIONS,
  check: (target) => [...patternFaults(NAME, target, LEAST), ...subjectFaults(NAME, target)],

  async compute(target, _, { products }) {
    const matrices = await matricesOf(target, products);
    const n = Math.sqrt(matrices[0]?.rdm.length ?? 0);
    const all = upperTriangle(meanRdm(matrices), n);
    const each = matrices.map(({ subject, rdm }, i) => {
      const own = upperTriangle(rdm, n);
      const others = upperTriangle(meanRdm(matrices.toSpliced(i, 1)), n);
      return { subject, upper: spearman(own, all), lower: spearman(own, others) };
    });
    const lower = mean(each.map((bounds) => bounds.lower));
    return {
      value: mean(each.map(({ upper }) => upper)),
      by: each.map((bounds) => ({
        subject: bounds.subject,
        raw: finite(bounds.upper),
        lower_bound_loo: finite(bounds.lower),
      })),
      notes: [
        `The ceiling is the upper bound; the lower, each subject with the mean of the others, is ${lower.toFixed(6)}.`,
      ],
    };
  },
});

async function matricesOf(target: NeuralData, products: NeuralContext["products"]): Promise<SubjectRdm[]> {
  if (isSimilarities(target)) return rdmsOfSimilarities(target, [...Array(target.shape[1] ?? 0).keys()]);
  const averaged = averageRepetitions(target);
  return rdmsBySubject(patternsOf(averaged), coordinateOf(averaged, "neuroid", "subject") ?? [], products);
}

/** A sentence where there are not at least two subjects. */
export function subjectFaults(name: string, target: NeuralData): string[] {
  const subjects = isSimilarities(target)
    ? Array.from({ length: target.shape[0] ?? 0 }, (_, i) => i)
    : coordinateOf(target, "neuroid", "subject");
  if (subjects === undefined)
    return [`${name} needs a coordinate “subject” of the neuroids, which the data do not have.`];
  const count = new Set(subjects).size;
  return count < 2 ? [`${name} compares subjects, and the data have ${count === 1 ? "one" : "none"}.`] : [];
}
