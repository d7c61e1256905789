/**
 * The behavioural signatures i1, i2n, o1 and o2: on which images, or objects, does discrimination come hard?
 *
 * Rajalingham, Issa et al. 2018 (doi 10.1523/JNEUROSCI.0388-18.2018) as changed in Schrimpf, Kubilius et al. 2018;
 * brainscore_vision/metrics/i1i2/metric.py. From a subject's probabilities: FAR(image, c) = p_c / (p_c + p_truth), nothing
 * where c is the truth. From people's two-alternative trials: the share of trials that offered c (as sample or as
 * distractor) on which it was chosen. Then d′(image, c) = z(1 − FAR(image, c)) − z(mean FAR of the truth over the images
 * of c), clipped to ±5; `n` subtracts the mean of each truth × choice; i1 averages over choices, i2n keeps them. The o
 * metrics average FAR over the images of an object first, and d′(a, b) = z(1 − FAR(b, a)) − z(FAR(a, b)); o1 averages
 * over the truths a. The value is Pearson's r with the first half of people's trials, the ceiling r between the halves
 * (no Spearman–Brown), each averaged over `repetitions` whose halves come from one RandomState(0). The error is the
 * standard deviation (ddof 0) over repetitions.
 *
 * Trials have the columns `sample_obj` (the truth where it is left out), `dist_obj` and `response`, in the order in which
 * the halves are drawn. Brain-Score registers i1 and i2n, and calls only i2n verified.
 */
import * as v from "valibot";
import { type BehavioralAssembly, isProbabilities } from "../assembly/assembly.ts";
import { compareScalars, distinct, groupBy, type Scalar, type Table, takeRows } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import { normalQuantile as z } from "../numerics/normal.ts";
import { RandomState } from "../numerics/random-state.ts";
import { nanmean, nanstd, pearson } from "../numerics/statistics.ts";
import { type BehavioralMetric, defineMetric, type Measurement } from "./metric.ts";
import { responseColumn, stimulusColumn } from "./trials.ts";

/** Labelled rows × choices: images, or objects, and what they were taken for. NaN where there is nothing. */
interface Matrix {
  readonly rows: readonly { readonly id: Scalar; readonly truth: string }[];
  readonly choices: readonly string[];
  readonly values: readonly (readonly number[])[];
}

interface Signature {
  readonly level: "image" | "object";
  readonly collapse: boolean;
  readonly normalize: boolean;
}

const CAP = 5;

export const i1 = signature("i1", { level: "image", collapse: true, normalize: false });
export const i2n = signature("i2n", { level: "image", collapse: false, normalize: true });
export const o1 = signature("o1", { level: "object", collapse: true, normalize: false });
export const o2 = signature("o2", { level: "object", collapse: false, normalize: false });

function signature(name: string, how: Signature): BehavioralMetric {
  return defineMetric({
    name,
    unit: "Pearson's r",
    normalisation: "sqrt_ceiling",
    tasks: ["probabilities"],
    options: v.strictObject({
      repetitions: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1)), 2),
      /** Of the ceiling alone: leave out what either half lacks. */
      skipna: v.optional(v.boolean(), false),
    }),
    needs: () => ({ stimuli: ["truth"], responses: ["dist_obj"] }),

    compare(source, target, { repetitions }) {
      const subject = dprimes(falseAlarmsOfSubject(source, target), how);
      return repeat(repetitions, target, ([half]) =>
        correlate(subject, dprimes(falseAlarmsOfPeople(half), how), { ...how, skipna: false }),
      );
    },

    ceiling(target, { repetitions, skipna }) {
      return repeat(repetitions, target, ([first, second]) =>
        correlate(dprimes(falseAlarmsOfPeople(first), how), dprimes(falseAlarmsOfPeople(second), how), {
          ...how,
          skipna,
        }),
      );
    },
  });
}

function repeat(repetitions: number, target: Table, value: (halves: [Table, Table]) => number): Measurement {
  const random = new RandomState(0);
  const values = Array.from({ length: repetitions }, () => {
    const order = random.permutation(target.length);
    const half = Math.floor(order.length / 2);
    return value([takeRows(target, order.slice(0, half)), takeRows(target, order.slice(half))]);
  });
  return { value: nanmean(values), error: nanstd(values), by: [], repetitions: values };
}

/** FAR of a subject's probabilities. The truth of an image is the people's, as in Brain-Score. */
export function falseAlarmsOfSubject(source: BehavioralAssembly, target: Table): Matrix {
  if (!isProbabilities(source)) throw GapscopeError.notApplicable("The metric reads probabilities, not choices.");
  const ids = responseColumn(target, "stimulus_id").values;
  const truth = responseColumn(target, "truth").text;
  const truthOf = new Map(ids.map((id, row) => [id, truth[row]]));
  const { choices } = source;
  const rows = stimulusColumn(source, "stimulus_id").map((id) => {
    const own = truthOf.get(id);
    if (own !== undefined && choices.includes(own)) return { id, truth: own };
    throw new GapscopeError(
      "package-refused",
      own === undefined
        ? `Nobody answered the stimulus “${id}”.`
        : `The truth “${own}” of “${id}” is none of the choices.`,
    );
  });
  const values = rows.map((row, i) => {
    const p = (choice: string) => source.values[i * choices.length + choices.indexOf(choice)] ?? Number.NaN;
    return choices.map((choice) => (choice === row.truth ? Number.NaN : p(choice) / (p(choice) + p(row.truth))));
  });
  return { rows, choices, values };
}

/** FAR of people's trials, images and choices sorted. */
export function falseAlarmsOfPeople(target: Table): Matrix {
  const ids = responseColumn(target, "stimulus_id").values;
  const truth = responseColumn(target, "truth").text;
  const response = responseColumn(target, "response").text;
  const distractor = responseColumn(target, "dist_obj").text;
  const sample = target.columns.sample_obj?.text ?? truth;
  const choices = distinct(response).map(String);
  const trials = groupBy(
    ids.map((id, row) => ({ id, row })),
    ({ id }) => id,
  );
  const rows = distinct(ids).map((id) => ({ id, truth: truth[trials.get(id)?.[0]?.row ?? -1] ?? "" }));
  const values = rows.map((image) => {
    const own = trials.get(image.id) ?? [];
    return choices.map((choice) => {
      if (choice === image.truth) return Number.NaN;
      const chosen = own.filter(({ row }) => response[row] === choice).length;
      const offered = own.reduce(
        (sum, { row }) => sum + Number(sample[row] === choice) + Number(distractor[row] === choice),
        0,
      );
      return offered > 0 ? chosen / offered : Number.NaN;
    });
  });
  return { rows, choices, values };
}

/** d′ of every cell, clipped and normalised as the signature wants it. */
export function dprimes(falseAlarms: Matrix, how: Signature): Matrix {
  const matrix = how.level === "image" ? ofImages(falseAlarms) : ofObjects(falseAlarms);
  const clipped = matrix.values.map((row) => row.map((value) => Math.min(Math.max(value, -CAP), CAP)));
  if (!how.normalize) return { ...matrix, values: clipped };
  const meanOf = cellMeans({ ...matrix, values: clipped });
  const values = clipped.map((row, i) =>
    row.map((value, j) => value - meanOf(matrix.rows[i]?.truth, matrix.choices[j])),
  );
  return { ...matrix, values };
}

function ofImages(far: Matrix): Matrix {
  const meanOf = cellMeans(far);
  const values = far.values.map((row, i) =>
    row.map((value, j) => z(1 - value) - z(meanOf(far.choices[j], far.rows[i]?.truth))),
  );
  return { ...far, values };
}

/** Objects in the place of images; the rows' id and truth are the same label. */
function ofObjects(far: Matrix): Matrix {
  const meanOf = cellMeans(far);
  const truths = distinct(far.rows.map(({ truth }) => truth)).map(String);
  // Where an object was never shown, or never chosen, nothing is known of the pair: xarray's arithmetic joins inside.
  const choices = far.choices.filter((choice) => truths.includes(choice));
  const rows = truths.filter((truth) => choices.includes(truth)).map((truth) => ({ id: truth, truth }));
  const values = rows.map(({ truth }) =>
    choices.map((choice) => z(1 - meanOf(choice, truth)) - z(meanOf(truth, choice))),
  );
  return { rows, choices, values };
}

/** The mean over the images of a truth of their values for a choice, NaN skipped. */
function cellMeans({ rows, choices, values }: Matrix): (truth?: string, choice?: string) => number {
  const images = groupBy([...rows.keys()], (i) => rows[i]?.truth);
  const means = new Map(
    [...images].map(([truth, own]) => [
      truth,
      choices.map((_, j) => nanmean(own.map((i) => values[i]?.[j] ?? Number.NaN))),
    ]),
  );
  return (truth, choice) => means.get(truth)?.[choices.indexOf(choice ?? "")] ?? Number.NaN;
}

/** Pearson's r between two signatures where the second has a value. */
function correlate(a: Matrix, b: Matrix, { level, collapse, skipna }: Signature & { skipna: boolean }): number {
  requireSameLabels("choices", a.choices, b.choices, level === "image" && collapse);
  requireSameLabels(
    "images",
    a.rows.map(({ id }) => id),
    b.rows.map(({ id }) => id),
    level === "object" && collapse,
  );
  const left = flat(a, level, collapse);
  const right = flat(b, level, collapse);
  const kept = [...right.keys()].filter(
    (i) => !Number.isNaN(right[i]) && !(skipna && Number.isNaN(left[i] ?? Number.NaN)),
  );
  if (kept.some((i) => Number.isNaN(left[i] ?? Number.NaN))) {
    throw new GapscopeError(
      "undefined-score",
      "One half of the trials has a value where the other has none; more trials per image, or the ceiling's option skipna, mend that.",
    );
  }
  return pearson(
    kept.map((i) => left[i] ?? Number.NaN),
    kept.map((i) => right[i] ?? Number.NaN),
  );
}

function requireSameLabels(what: string, a: readonly Scalar[], b: readonly Scalar[], collapsed: boolean): void {
  if (collapsed) return;
  const left = new Set(a);
  const odd = [...a, ...b].find((label) => !left.has(label) || !b.includes(label));
  if (odd === undefined) return;
  throw new GapscopeError(
    "undefined-score",
    `The ${what} of the two sides differ: “${odd}” is only in one, or in one half of the trials. More trials mend that.`,
  );
}

/** The values in the order of sorted ids and choices; of collapsed signatures the means. */
function flat(matrix: Matrix, level: Signature["level"], collapse: boolean): number[] {
  const { rows, choices, values } = matrix;
  const inOrder = [...rows.keys()].sort((i, j) => compareScalars(rows[i]?.id ?? null, rows[j]?.id ?? null));
  const columns = [...choices.keys()].sort((i, j) => compareScalars(choices[i] ?? null, choices[j] ?? null));
  const sorted = inOrder.map((i) => columns.map((j) => values[i]?.[j] ?? Number.NaN));
  if (!collapse) return sorted.flat();
  if (level === "image") return sorted.map(nanmean);
  return columns.map((_, j) => nanmean(sorted.map((row) => row[j] ?? Number.NaN)));
}
