/**
 * Baker's accuracy delta: does breaking an object's configuration cost the subject as much accuracy as it costs people?
 *
 * Baker & Elder 2022 (doi 10.1016/j.isci.2022.104913); brainscore_vision/metrics/baker_accuracy_delta/metric.py and, for
 * the ceiling, benchmarks/baker2022/benchmark.py. `image_types` are two values of the column `image_type`: whole images
 * first. The subject's delta m is its accuracy on the first less that on the second, each the mean over truths (`animal`
 * in Brain-Score). People's delta h is the mean over persons of the same difference. For each of 100 random halves of the
 * people the score is max(1 − |h − m| / h, 0); the value is their mean, the error their standard deviation (ddof 0). The
 * ceiling takes h of the other half for h and of this half for m, corrects each by Spearman–Brown and takes the median.
 *
 * Brain-Score draws the halves from the subject numbers 1 … n − 1, so that the last person is never drawn. Subjects are
 * numbered by their order here; those that are called 1 … n keep their numbers.
 */
import * as v from "valibot";
import { distinct, groupBy, type Table } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import { RandomState } from "../numerics/random-state.ts";
import { mean, nanmedian, std } from "../numerics/statistics.ts";
import { columnName, defineMetric } from "./metric.ts";
import { bySubject, peopleTrials, responseColumn, shareCorrect, stimulusColumn, subjectTrials } from "./trials.ts";

const HALVES = 100;

type ImageTypes = [whole: string, condition: string];

export const bakerAccuracyDelta = defineMetric({
  name: "baker_accuracy_delta",
  unit: "1 − relative difference of deltas",
  bounds: [0, 1], // bound_score in the benchmark
  tasks: ["label", "probabilities"],
  options: v.strictObject({ image_types: v.tuple([columnName, columnName]) }),
  needs: () => ({ stimuli: ["truth", "image_type"], within: ["image_type"] }),

  compare(source, target, { image_types: types }) {
    const imageType = stimulusColumn(source, "image_type").map(String);
    const truth = stimulusColumn(source, "truth");
    const trials = groupBy(subjectTrials(source), ({ row }) => imageType[row]);
    const accuracyOf = (type: string): number => {
      const animals = groupBy(trials.get(type) ?? [], ({ row }) => truth[row]);
      const without = distinct(truth).find((animal) => !animals.has(animal));
      if (without !== undefined) throw missing(`The stimuli have no “${without}”`, type);
      return mean([...animals.values()].map(shareCorrect));
    };
    const delta = accuracyOf(types[0]) - accuracyOf(types[1]);
    const deltas = peopleDeltas(target, types);
    const scores = Array.from({ length: HALVES }, (_, seed) => {
      const half = drawHalf(new RandomState(seed), deltas.length);
      return closeness(delta, meanAt(deltas, half));
    });
    return { value: mean(scores), error: std(scores), by: [] };
  },

  ceiling(target, { image_types: types }) {
    const deltas = peopleDeltas(target, types);
    const random = new RandomState(0);
    const consistencies = Array.from({ length: HALVES }, () => {
      const half = drawHalf(random, deltas.length);
      const rest = [...deltas.keys()].filter((person) => !half.includes(person));
      const consistency = closeness(meanAt(deltas, half), meanAt(deltas, rest));
      return (2 * consistency) / (1 + consistency);
    });
    return { value: nanmedian(consistencies), by: [] };
  },
});

/** Each person's accuracy on whole images less that on the condition's, persons sorted. */
function peopleDeltas(target: Table, types: ImageTypes): number[] {
  const imageType = responseColumn(target, "image_type").text;
  return bySubject(target, peopleTrials(target)).map(([subject, trials]) => {
    const [whole, condition] = types.map((type) => {
      const own = trials.filter(({ row }) => imageType[row] === type);
      if (own.length === 0) throw missing(`Subject “${subject}” has no trial`, type);
      return shareCorrect(own);
    });
    return (whole ?? Number.NaN) - (condition ?? Number.NaN);
  });
}

function missing(what: string, type: string): GapscopeError {
  return new GapscopeError("package-refused", `${what} of the image type “${type}”, which the metric compares.`);
}

/** Half of the persons 0 … n − 2, rounded down. */
function drawHalf(random: RandomState, n: number): number[] {
  const drawable = Array.from({ length: n - 1 }, (_, person) => person);
  return random.choice(drawable, Math.floor(n / 2));
}

function meanAt(deltas: readonly number[], persons: readonly number[]): number {
  return mean(persons.map((person) => deltas[person] ?? Number.NaN));
}

function closeness(delta: number, reference: number): number {
  return Math.max(1 - Math.abs(reference - delta) / reference, 0);
}
