/**
 * Ferguson's value delta: is the subject's search asymmetry as large as people's?
 *
 * Ferguson, Ngo, Lee, DiCarlo & Schrimpf 2024 (osf.io/5ba3n); brainscore_vision/benchmarks/ferguson2024/benchmark.py and
 * helpers/helpers.py. Trials have the columns `block` (first: the target among distractors; second: the two exchanged)
 * and `distractor_nums` (1, 5, 11). Every person's accuracy in each block and number of distractors is corrected for
 * lapses, (a − l/2) / (1 − l), and averaged over people; the delta is the second block's less the first's. The integral
 * of the deltas over the number of distractors, joined by straight lines, is one number, I = 2(d₁ + d₅) + 3(d₅ + d₁₁),
 * and the value is exp(−scale · |I − I_people|). There is no error. The ceiling is the mean over 500 random halves of
 * the trials of the value of one half against the other; its error their standard deviation (ddof 0). Brain-Score has
 * these ceilings as constants, and leaves out trials that are not of type normal: a package says so under `exclude`.
 *
 * Two quirks move scores and are kept. The decision is `labels[0]` where the first column of probabilities is above one
 * half, whichever label that column has. And an integral is a sympy number of a few digits (see rounded).
 */
import * as v from "valibot";
import { type BehavioralAssembly, isProbabilities } from "../assembly/assembly.ts";
import { groupBy, type Scalar, type Table, takeRows } from "../assembly/table.ts";
import { RandomState } from "../numerics/random-state.ts";
import { mean, std } from "../numerics/statistics.ts";
import { columnName, defineMetric } from "./metric.ts";
import { answersOf, peopleTrials, responseColumn, shareCorrect, stimulusColumn, type Trial } from "./trials.ts";
import { closeness } from "./value-delta.ts";

const HALVES = 500;
const DISTRACTORS = [1, 5, 11] as const;

export const fergusonValueDelta = defineMetric({
  name: "ferguson_value_delta",
  unit: "exp(−scale · difference of integrals)",
  bounds: [0, 1], // the benchmark's own clamp
  tasks: ["label", "probabilities"],
  options: v.strictObject({
    scale: v.optional(v.pipe(v.number(), v.finite()), 0.75),
    lapse_rate: v.optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1)), 0),
    /** The answer when the first column of probabilities is above one half, and the other answer. */
    labels: v.optional(v.tuple([columnName, columnName]), ["oddball", "same"]),
  }),
  needs: () => ({
    stimuli: ["truth", "block", "distractor_nums"],
    numbers: ["distractor_nums"],
    within: ["block", "distractor_nums"],
  }),

  compare(source, target, { scale, lapse_rate: lapse, labels }) {
    const truth = stimulusColumn(source, "truth");
    const trials = decisions(source, labels).map((answer, row) => ({
      id: null,
      row,
      correct: answer === String(truth[row]),
    }));
    const subject = integral(
      trials,
      {
        subject: truth.map(() => "subject"),
        block: stimulusColumn(source, "block"),
        distractors: stimulusColumn(source, "distractor_nums"),
      },
      lapse,
    );
    const inverted = isProbabilities(source) && source.choices[0] !== labels[0];
    return {
      value: valueDelta(subject, integralOfPeople(target, lapse), scale),
      by: [],
      notes: inverted
        ? [
            `every decision is inverted, as in Brain-Score: it takes the first column of probabilities, which is “${source.choices[0]}”, for “${labels[0]}”`,
          ]
        : [],
    };
  },

  ceiling(target, { scale, lapse_rate: lapse }) {
    const values = Array.from({ length: HALVES }, (_, seed) => {
      const order = new RandomState(seed).permutation(target.length);
      const half = Math.floor(order.length / 2);
      const [a, b] = [order.slice(0, half), order.slice(half)].map((rows) =>
        integralOfPeople(takeRows(target, rows), lapse),
      );
      return a === undefined || b === undefined ? Number.NaN : valueDelta(a, b, scale);
    });
    return { value: mean(values), error: std(values), by: [] };
  },
});

/** Brain-Score's softmax over probabilities, and its threshold. */
function decisions(source: BehavioralAssembly, labels: readonly [string, string]): readonly (string | null)[] {
  if (!isProbabilities(source)) return answersOf(source);
  const k = source.choices.length;
  return Array.from({ length: source.values.length / k }, (_, i) => {
    const row = [...source.values.subarray(i * k, (i + 1) * k)];
    const exponentials = row.map((p) => Math.exp(p - Math.max(...row)));
    const first = (exponentials[0] ?? Number.NaN) / exponentials.reduce((sum, e) => sum + e, 0);
    return first > 0.5 ? labels[0] : labels[1];
  });
}

/** What stands on each row. */
interface Design {
  readonly subject: readonly Scalar[];
  readonly block: readonly Scalar[];
  readonly distractors: readonly Scalar[];
}

function integralOfPeople(target: Table, lapse: number): Integral {
  return integral(
    peopleTrials(target),
    {
      subject: responseColumn(target, "subject").values,
      block: responseColumn(target, "block").values,
      distractors: responseColumn(target, "distractor_nums").values,
    },
    lapse,
  );
}

function integral(trials: readonly Trial[], design: Design, lapse: number): Integral {
  const cells = groupBy(trials, ({ row }) => `${design.block[row]}/${Number(design.distractors[row])}`);
  const accuracy = (block: string, distractors: number): number => {
    const people = groupBy(cells.get(`${block}/${distractors}`) ?? [], ({ row }) => design.subject[row]);
    return mean([...people.values()].map((own) => (shareCorrect(own) - lapse / 2) / (1 - lapse)));
  };
  const [low, middle, high] = DISTRACTORS.map((n) => ({ x: n, y: accuracy("second", n) - accuracy("first", n) }));
  if (low === undefined || middle === undefined || high === undefined) return rounded(Number.NaN);
  return rounded(area(low, middle) + area(middle, high));
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The area under the line through two points, whose coefficients Brain-Score writes with ten decimals. */
function area(from: Point, to: Point): number {
  const exact = (to.y - from.y) / (to.x - from.x);
  const slope = Number(exact.toFixed(10));
  const offset = Number((from.y - exact * from.x).toFixed(10));
  return (slope * (to.x ** 2 - from.x ** 2)) / 2 + offset * (to.x - from.x);
}

/** A number of sympy's, with the bits it is kept in. */
interface Integral {
  readonly value: number;
  readonly bits: number;
}

/**
 * sympy's round(x, 4): four decimals, kept in as many bits as the digits that are left seem to need, so that 1.35 becomes
 * 1.3500003814697266. A whole number is exact.
 */
function rounded(value: number): Integral {
  const nearest = roundHalfEven(Number((value * 1e4).toPrecision(15))) / 1e4;
  if (Number.isNaN(value) || Number.isInteger(nearest)) return { value: nearest, bits: 53 };
  const digits = Math.max(Math.floor(Math.log10(Math.abs(value))) + 5, 1);
  const bits = Math.round((digits + 1) * Math.log2(10));
  return { value: toBits(nearest, bits), bits };
}

function toBits(value: number, bits: number): number {
  if (value === 0 || bits >= 53) return value;
  const step = 2 ** (Math.floor(Math.log2(Math.abs(value))) + 1 - bits);
  return roundHalfEven(value / step) * step;
}

function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  return value - down === 0.5 ? down + Math.abs(down % 2) : Math.round(value);
}

/** The difference is kept in the bits of the finer integral. */
function valueDelta(a: Integral, b: Integral, scale: number): number {
  return closeness(toBits(a.value - b.value, Math.max(a.bits, b.bits)), 0, scale);
}
