/**
 * Threshold and threshold elevation: how much of a thing does the subject need to see it, and people?
 *
 * brainscore_vision/metrics/threshold/metric.py (Malania, Herzog & Westheimer 2007 is its benchmark). The subject's rate
 * of right answers by `independent_variable` (a column of numbers) is fitted by a psychometric function, after the rates
 * that have fallen a standard deviation below the maximum for good are cut off; the threshold is where the fit reaches
 * `threshold_accuracy`, a rate or `inflection` (halfway between the fit's ends). The value is the mean over people of
 * max(1 − |t − t_s| / t_s, 0), its error the standard deviation (ddof 0). Where accuracy is below `required_accuracy`, less
 * than a third of the rates remain, R² is below 0.4 or the threshold lies beyond the largest x, there is no threshold and
 * the value is 0; a note says why. The ceiling scores one person against the rest, as often as there are people; whom,
 * RandomState(i) says, out of a list that the one before has been moved to the end of.
 *
 * The elevation is threshold(test) / threshold(baseline); `condition` tells the two apart in both tables.
 *
 * The responses have a row per person: `subject`, `threshold`, and for the elevation `condition`. A person without one
 * of the two thresholds makes the value undefined, as in Brain-Score.
 */
import * as v from "valibot";
import type { BehavioralAssembly } from "../assembly/assembly.ts";
import { groupBy, type Table } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import { RandomState } from "../numerics/random-state.ts";
import { mean, std } from "../numerics/statistics.ts";
import { columnName, defineMetric, type Measurement } from "./metric.ts";
import { fitPsychometric, inversePsychometric, psychometric } from "./psychometric.ts";
import { responseColumn, shareCorrect, stimulusColumn, subjectTrials, type Trial } from "./trials.ts";

const rate = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const required = v.optional(rate, 0.6);
const common = {
  independent_variable: columnName,
  threshold_accuracy: v.optional(v.union([v.literal("inflection"), rate]), "inflection"),
};

export const threshold = defineMetric({
  name: "threshold",
  unit: "1 − relative difference of thresholds",
  tasks: ["label", "probabilities"],
  options: v.strictObject({ ...common, required_accuracy: required }),
  needs: ({ independent_variable: x }) => ({
    stimuli: ["truth", x],
    responses: ["threshold"],
    numbers: [x, "threshold"],
    rowPer: "subject",
  }),

  compare(source, target, { independent_variable: x, threshold_accuracy: at, required_accuracy: least }) {
    const found = once(source, [x, at, least], () =>
      thresholdOf(subjectTrials(source), numbersOf(source, x), at, least),
    );
    if ("failure" in found) return { value: 0, error: 0, by: [], notes: [`no threshold: ${found.failure}`] };
    return distanceFromPeople(found.threshold, thresholds(target));
  },

  ceiling: (target) => oneAgainstRest(thresholds(target)),
});

export const thresholdElevation = defineMetric({
  name: "threshold_elevation",
  unit: "1 − relative difference of elevations",
  tasks: ["label", "probabilities"],
  options: v.strictObject({
    ...common,
    baseline_condition: columnName,
    test_condition: columnName,
    required_baseline_accuracy: required,
    required_test_accuracy: required,
  }),
  needs: ({ independent_variable: x }) => ({
    stimuli: ["truth", "condition", x],
    responses: ["threshold", "condition"],
    numbers: [x],
    rowPer: "subject",
  }),

  compare(source, target, options) {
    const conditions = stimulusColumn(source, "condition").map(String);
    const x = numbersOf(source, options.independent_variable);
    const find = (condition: string, at: number | "inflection", least: number): Found => {
      const trials = subjectTrials(source).filter(({ row }) => conditions[row] === condition);
      if (trials.length === 0) {
        throw new GapscopeError("package-refused", `No stimulus has the condition “${condition}”.`);
      }
      return once(source, [options.independent_variable, condition, at, least], () =>
        thresholdOf(trials, x, at, least),
      );
    };
    const baseline = find(options.baseline_condition, options.threshold_accuracy, options.required_baseline_accuracy);
    // The test's threshold is taken at the baseline's inflection.
    const at = "failure" in baseline ? options.threshold_accuracy : baseline.accuracy;
    const test = find(options.test_condition, at, options.required_test_accuracy);
    for (const [name, found] of [
      ["baseline", baseline],
      ["test", test],
    ] as const) {
      if ("failure" in found)
        return { value: 0, by: [], notes: [`no threshold in the ${name} condition: ${found.failure}`] };
    }
    if ("failure" in baseline || "failure" in test) return { value: 0, by: [] };
    return distanceFromPeople(test.threshold / baseline.threshold, elevations(target, options));
  },

  ceiling: (target, options) => oneAgainstRest(elevations(target, options)),
});

type Found =
  | { readonly threshold: number /** The rate that it was taken at. */; readonly accuracy: number }
  | { readonly failure: string };

/** Fits by the answers they are of: for an interval the same answers are held against other people a thousand times. */
const fits = new WeakMap<BehavioralAssembly, Map<string, Found>>();

function once(source: BehavioralAssembly, how: readonly (string | number)[], find: () => Found): Found {
  const known = fits.get(source) ?? new Map<string, Found>();
  fits.set(source, known);
  const key = JSON.stringify(how);
  const found = known.get(key) ?? find();
  known.set(key, found);
  return found;
}

/** `x` by row. */
function thresholdOf(trials: readonly Trial[], x: readonly number[], at: number | "inflection", least: number): Found {
  const accuracy = shareCorrect(trials);
  if (accuracy < least) return { failure: `accuracy is ${accuracy.toFixed(3)}, below ${least}` };
  const cells = groupBy(trials, ({ row }) => x[row] ?? Number.NaN);
  const all = [...cells].sort(([a], [b]) => a - b).map(([value, cell]) => ({ x: value, rate: shareCorrect(cell) }));
  const kept = all.slice(0, untilAsymptote(all.map((point) => point.rate)));
  if (kept.length / all.length < 1 / 3)
    return { failure: `accuracy falls with x: less than a third of the rates remain` };
  const values = kept.map((point) => point.x);
  const { fit, r2 } = fitPsychometric(
    values,
    kept.map((point) => point.rate),
  );
  if (r2 < 0.4) return { failure: `the fit's R² is ${r2.toFixed(3)}, below 0.4` };
  const ends = all.map((point) => psychometric(point.x, fit));
  const [lowest, highest] = [ends[0] ?? Number.NaN, ends.at(-1) ?? Number.NaN];
  const taken = at === "inflection" ? lowest + (highest - lowest) / 2 : at;
  const found = inversePsychometric(taken, fit);
  if (found <= Math.max(...values)) return { threshold: found, accuracy: taken };
  return { failure: `the fit reaches ${taken.toFixed(3)} beyond the largest x` };
}

/** How many rates there are before all that follow lie a standard deviation below the first maximum. */
export function untilAsymptote(rates: readonly number[]): number {
  const highest = Math.max(...rates);
  const deviation = std(rates);
  const after = rates.indexOf(highest) + 1;
  const last = rates.findLastIndex((value, i) => i >= after && !(Math.abs(value - highest) >= deviation));
  return Math.max(last + 1, after);
}

/** The mean of max(1 − relative distance, 0) from each person's value. */
export function distanceFromPeople(value: number, people: readonly number[]): Measurement {
  const scores = people.map((person) => Math.max(1 - Math.abs(person - value) / person, 0));
  return { value: mean(scores), error: std(scores), by: [] };
}

function oneAgainstRest(people: readonly number[]): Measurement {
  const list = [...people];
  const scores = people.map((_, i) => {
    const [one = Number.NaN] = new RandomState(i).choice(list, 1);
    list.splice(
      list.findIndex((value) => Object.is(value, one)),
      1,
    ); // the first equal value, as Python's list.remove
    const { value } = distanceFromPeople(one, list);
    list.push(one);
    return value;
  });
  return { value: mean(scores), error: std(scores), by: [] };
}

function thresholds(target: Table): number[] {
  return numeric("threshold", responseColumn(target, "threshold").values);
}

function elevations(target: Table, options: { baseline_condition: string; test_condition: string }): number[] {
  const subject = responseColumn(target, "subject").values;
  const condition = responseColumn(target, "condition").text;
  const values = responseColumn(target, "threshold").values;
  const of = (wanted: string) =>
    new Map([...condition.keys()].filter((row) => condition[row] === wanted).map((row) => [subject[row], values[row]]));
  const baseline = of(options.baseline_condition);
  const test = of(options.test_condition);
  const number = (value: unknown): number => (typeof value === "number" ? value : Number.NaN);
  return [...baseline].map(([who, value]) => number(test.get(who)) / number(value));
}

function numbersOf(source: BehavioralAssembly, name: string): number[] {
  return numeric(name, stimulusColumn(source, name));
}

function numeric(name: string, values: readonly unknown[]): number[] {
  return values.map((value, row) => {
    if (typeof value === "number") return value;
    throw new GapscopeError(
      "package-refused",
      `Row ${row + 1} of the column “${name}” holds no number, but “${value}”.`,
    );
  });
}
