/**
 * bracci_rdm: the RDM metric with voxels averaged over people, voxel by voxel.
 *
 * Bracci, Ritchie, Kalfas & Op de Beeck 2019; brainscore_vision/benchmarks/bracci2019/benchmark.py. The mean over stimuli
 * is taken off each voxel, voxels of the same number (coordinate `voxels`) are averaged over people (`subject`), and the
 * result is compared as rdm.ts compares: Spearman's correlation of dissimilarities, no error. Missing values are left out
 * of both means. The ceiling, of the same name, is the mean over people of the correlation of a person's dissimilarities
 * with the mean of the others', on the centred data. The score is value / ceiling, unbounded.
 *
 * A package selects the region (coordinate `roi`) itself.
 */
import type { NeuroidAssembly } from "../../assembly/neuroids.ts";
import { spearman } from "../../numerics/ranks.ts";
import { mean, nanmean } from "../../numerics/statistics.ts";
import { NO_OPTIONS } from "../metric.ts";
import { subjectFaults } from "./ceilings/rsa-ceiling.ts";
import { defineCeiling, defineNeuralMetric } from "./define.ts";
import { meanRdm, rdmOfActivations, rdmOfPatterns, rdmsBySubject, upperTriangle } from "./dissimilarity.ts";
import {
  coordinateOf,
  finite,
  onlyBin,
  type Patterns,
  pairStimuli,
  patternFaults,
  patternsOf,
  placesBy,
  repetitionFaults,
  takePatterns,
  timeFaults,
} from "./patterns.ts";
import { averageRepetitions } from "./repetitions.ts";

const NAME = "bracci_rdm";
const LEAST = 3;

export const bracciRdm = defineNeuralMetric({
  name: NAME,
  unit: "Spearman's ρ",
  normalisation: "ratio",
  bounds: [null, null],
  data: "neuroids",
  options: NO_OPTIONS,

  check(target) {
    const stimuli = new Set(target.coords.stimulus_id?.values ?? []).size;
    return [
      ...timeFaults(NAME, target),
      ...(stimuli < LEAST ? [`${NAME} needs at least ${LEAST} stimuli; the data have ${stimuli}.`] : []),
      ...repetitionFaults(target, "repetition"),
      ...["subject", "voxels"]
        .filter((name) => coordinateOf(target, "neuroid", name) === undefined)
        .map((name) => `${NAME} needs a coordinate “${name}” of the neuroids, which the data do not have.`),
    ];
  },

  async compare(source, target, _, { products }) {
    const pairing = pairStimuli(source, target);
    const voxels = meanVoxels(takePatterns(centredPatterns(target), pairing.target), target);
    const n = voxels.rows;
    const model = await rdmOfActivations(onlyBin(source), pairing.source);
    const people = await rdmOfPatterns(voxels, products);
    return { value: spearman(upperTriangle(model, n), upperTriangle(people, n)), by: [] };
  },
});

export const bracciRdmCeiling = defineCeiling({
  name: NAME,
  data: "neuroids",
  options: NO_OPTIONS,
  check: (target) => [...patternFaults(NAME, target, LEAST), ...subjectFaults(NAME, target)],

  async compute(target, _, { products }) {
    const averaged = averageRepetitions(target);
    const subjects = coordinateOf(averaged, "neuroid", "subject") ?? [];
    const people = await rdmsBySubject(centredPatterns(averaged), subjects, products);
    const n = averaged.shape[0] ?? 0;
    const by = people.map(({ subject, rdm }, i) => {
      const others = meanRdm(people.toSpliced(i, 1));
      return { subject, raw: finite(spearman(upperTriangle(rdm, n), upperTriangle(others, n))) };
    });
    return { value: mean(by.map(({ raw }) => raw ?? Number.NaN)), by };
  },
});

/** Responses less each neuroid's mean over stimuli. */
function centredPatterns(target: NeuroidAssembly): Patterns {
  const { rows, columns, values } = patternsOf(target);
  const centers = Array.from({ length: columns }, (_, neuroid) =>
    nanmean(Array.from({ length: rows }, (_, row) => values[row * columns + neuroid] ?? Number.NaN)),
  );
  return { rows, columns, values: values.map((value, i) => value - (centers[i % columns] ?? Number.NaN)) };
}

/** The mean of the neuroids of each number, numbers sorted. */
function meanVoxels({ rows, columns, values }: Patterns, target: NeuroidAssembly): Patterns {
  const groups = placesBy(coordinateOf(target, "neuroid", "voxels") ?? []).map(([, neuroids]) => neuroids);
  const means = Array.from({ length: rows }, (_, row) =>
    groups.map((neuroids) => nanmean(neuroids.map((neuroid) => values[row * columns + neuroid] ?? Number.NaN))),
  );
  return { rows, columns: groups.length, values: Float64Array.from(means.flat()) };
}
