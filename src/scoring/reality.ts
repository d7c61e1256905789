/**
 * Is the gap real? What stands beside a score so that it is not misread: chance, people's accuracy, and warnings.
 *
 * A warning is a sentence about why a low score may say little about the subject. The limits are rules of thumb, named
 * below with their reasons; they change no score. The interval is bootstrap.ts's business.
 */
import { distinct, type Scalar } from "../assembly/table.ts";
import type { BehavioralBenchmark, Task } from "../benchmark/benchmark.ts";
import { behavioralMetrics } from "../metrics/registry.ts";
import { screenSize } from "../stimuli/screen.ts";
import { strataOf } from "./bootstrap.ts";
import type { Ceiling } from "./ceiled.ts";
import { chanceOf, guessing } from "./chance.ts";

/** What a network sees with: degrees of visual angle, and the height and width of its input in pixels. */
export interface View {
  readonly visualDegrees: number;
  readonly input: readonly [number, number];
}

export interface Reality {
  /** The raw value of a subject that guesses; absent where that is not known. */
  readonly chance?: number;
  /** The share of people's responses that are right; absent without several people, responses or truths. */
  readonly humanAccuracy?: number;
  readonly warnings: readonly string[];
}

type Described = Pick<BehavioralBenchmark, "metric" | "task" | "responses" | "stimulusSet">;

/** Of the way from chance to 1, below which a ceiling is low: the score then multiplies raw differences by five or more. */
const LOW_CEILING = 0.2;
/** Stimuli below which bootstrap intervals are too narrow more often than they say (docs/decisions/0009-bootstrap.md). */
const FEW_STIMULI = 30;
/** Drawing within n stimuli shows (n − 1)/n of their variance: with fewer than 5 an interval loses more than a tenth. */
const FEW_IN_CONDITION = 5;
/** The same of people, where nothing but people is drawn. */
const FEW_PEOPLE = 10;
/** Of the way from chance to 1: below, people are at floor; above, at ceiling. */
const FLOOR = 0.1;
const TOP = 0.95;
/** A screen this many times as wide as the picture leaves it a sixteenth of the network's input. */
const MUCH_PADDING = 4;
/** How many times a picture is enlarged before one says that it is blurred. */
const MUCH_ENLARGED = 2;

/** Metrics that compare who errs where, and have nothing to compare where people do not err. */
const OF_ERRORS = new Set(["error_consistency", "confusion_similarity", "i1", "i2n", "o1", "o2"]);

/** `answers` by presentation, null for none; `view` for a network. */
export function realityOf(
  benchmark: Described,
  answers: readonly (string | null)[],
  ceiling: Ceiling,
  view?: View,
): Reality {
  const chance = chanceOf(benchmark);
  const people = peopleOf(benchmark);
  const humanAccuracy = share(people.map(({ right }) => right));
  const groups = groupsOf(benchmark, people, answers);
  return {
    ...(chance === undefined ? {} : { chance }),
    ...(humanAccuracy === undefined ? {} : { humanAccuracy }),
    warnings: [
      ...ceilingWarnings(ceiling, chance ?? 0),
      ...fewWarnings(benchmark),
      ...peopleWarnings(benchmark, people, groups),
      ...atChanceWarnings(benchmark.task, groups),
      ...(view === undefined ? [] : sizeWarnings(benchmark, view)),
    ],
  };
}

/** A person's trial. */
interface Trial {
  readonly condition: Scalar;
  readonly right: boolean;
}

/** None unless there are several people: one row of data need not be a person's. */
function peopleOf({ task, responses }: Described): Trial[] {
  const { response, subject, truth, condition } = responses.columns;
  if (task.name === "odd_one_out" || truth === undefined || new Set(subject?.text).size < 2) return [];
  return (response?.text ?? []).map((answer, row) => ({
    condition: condition?.values[row] ?? null,
    right: answer === truth.text[row],
  }));
}

/** Who is right on the stimuli of a condition: people by trial, and the subject. */
interface Group {
  readonly condition: Scalar;
  readonly people: readonly boolean[];
  readonly subject: readonly boolean[];
}

/** None where there is no truth to be right about. */
function groupsOf(
  { task, stimulusSet }: Described,
  people: readonly Trial[],
  answers: readonly (string | null)[],
): Group[] {
  const { truth, condition } = stimulusSet.table.columns;
  if (task.name === "odd_one_out" || truth === undefined) return [];
  const conditions = truth.text.map((_, row) => condition?.values[row] ?? null);
  return distinct(conditions).map((each) => ({
    condition: each,
    people: people.filter((trial) => trial.condition === each).map(({ right }) => right),
    subject: truth.text.flatMap((right, row) => (conditions[row] === each ? [answers[row] === right] : [])),
  }));
}

function ceilingWarnings({ value }: Ceiling, chance: number): string[] {
  if ((value - chance) / (1 - chance) >= LOW_CEILING) return [];
  const over = chance === 0 ? "" : `, with chance at ${fixed(chance)}`;
  return [
    `The ceiling is low, ${fixed(value)}${over}: the data agree little with themselves, and small differences in raw values are large in scores.`,
  ];
}

function fewWarnings({ metric, task, stimulusSet, responses }: Described): string[] {
  const needs = behavioralMetrics.get(metric.name)?.needs(metric.options);
  const people = new Set(responses.columns.subject?.text).size;
  if (needs?.rowPer === "subject") {
    return people >= FEW_PEOPLE
      ? []
      : [`Few people, ${people}: an interval over fewer than ${FEW_PEOPLE} tends to be too narrow.`];
  }
  const [table, what] = task.name === "odd_one_out" ? [task.triplets, "triplets"] : [stimulusSet.table, "stimuli"];
  const strata = strataOf(table.columns, needs?.within ?? []).map(({ length }) => length);
  const fewest = Math.min(...strata);
  if (table.length < FEW_STIMULI)
    return [`Few ${what}, ${table.length}: an interval over fewer than ${FEW_STIMULI} tends to be too narrow.`];
  return fewest >= FEW_IN_CONDITION
    ? []
    : [`Few ${what} in a condition, ${fewest}: drawing anew within so few makes the interval too narrow.`];
}

function peopleWarnings({ metric, task }: Described, people: readonly Trial[], groups: readonly Group[]): string[] {
  const accuracy = share(people.map(({ right }) => right));
  if (accuracy === undefined) return [];
  const chance = guessing(task);
  const way = (value: number) => (value - chance) / (1 - chance);
  if (way(accuracy) < FLOOR) {
    return [
      `People are at floor: right on ${percent(accuracy)} of trials, where guessing gives ${percent(chance)}. That the subject fails too says little.`,
    ];
  }
  const floored = groups.filter((group) => way(share(group.people) ?? 1) < FLOOR);
  const names = floored.map(({ condition }) => String(condition)).join(", ");
  const atFloor =
    floored.length === 0
      ? []
      : [
          `People are at floor in ${floored.length} of ${groups.length} conditions: ${names}. Failing there says little.`,
        ];
  const errors = people.filter(({ right }) => !right).length;
  const atTop =
    accuracy > TOP && OF_ERRORS.has(metric.name)
      ? [
          `People are at ceiling: they err on ${errors} of ${people.length} trials, and the metric has only these errors to compare.`,
        ]
      : [];
  return [...atFloor, ...atTop];
}

/** The condition that people are best in stands for the undistorted one; of equal ones, that which the subject is best in. */
function atChanceWarnings(task: Task, groups: readonly Group[]): string[] {
  const chance = guessing(task);
  const [best] = [...groups].sort(
    (a, b) => (share(b.people) ?? 0) - (share(a.people) ?? 0) || (share(b.subject) ?? 0) - (share(a.subject) ?? 0),
  );
  const accuracy = share(best?.subject ?? []);
  if (best === undefined || accuracy === undefined) return [];
  // Guessing does better than this once in twenty.
  const limit = chance + 1.645 * Math.sqrt((chance * (1 - chance)) / best.subject.length);
  if (accuracy > limit || limit >= 1) return []; // of so few even all right would be no news
  const where =
    groups.length < 2
      ? "on these stimuli, and no easier condition shows whether it can do the task"
      : best.people.length === 0
        ? `in its best condition, ${best.condition}`
        : `even in the condition that people are best in, ${best.condition}`;
  return [`The subject is at chance ${where}: right on ${percent(accuracy)}, where guessing gives ${percent(chance)}.`];
}

function sizeWarnings({ stimulusSet }: Described, { visualDegrees, input }: View): string[] {
  const { stimuli } = stimulusSet;
  const placed = stimuli.map(({ width, height }, i) =>
    screenSize(width, height, stimulusSet.visualDegrees?.[i] ?? visualDegrees, visualDegrees),
  );
  const padded = stimuli.filter(({ width }, i) => (placed[i]?.width ?? width) > MUCH_PADDING * width);
  const cropped = placed.filter(({ kind }) => kind === "crop");
  const [high, wide] = input;
  const enlarged = placed.filter(({ width, height }) => Math.min(wide / width, high / height) > MUCH_ENLARGED);
  const of = (part: readonly unknown[]) =>
    part.length === stimuli.length ? "All" : `${part.length} of ${stimuli.length}`;
  return [
    ...(padded.length === 0
      ? []
      : [
          `${of(padded)} stimuli span less than a quarter of the network's ${visualDegrees}° of view: it sees them small, amid grey.`,
        ]),
    ...(cropped.length === 0
      ? []
      : [
          `${of(cropped)} stimuli span more than the network's ${visualDegrees}° of view: it does not see their edges.`,
        ]),
    ...(enlarged.length === 0
      ? []
      : [
          `${of(enlarged)} pictures have less than half the pixels of the network's input, ${wide} × ${high}, along each side: it sees them blurred.`,
        ]),
  ];
}

function share(rights: readonly boolean[]): number | undefined {
  return rights.length === 0 ? undefined : rights.filter(Boolean).length / rights.length;
}

function fixed(value: number): string {
  return value.toFixed(3).replace("-", "−");
}

function percent(value: number): string {
  return `${(100 * value).toFixed(value < 0.01 ? 1 : 0)} %`;
}
