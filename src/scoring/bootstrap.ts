/**
 * How far a score would move with other stimuli and other people: its bootstrap interval.
 *
 * Stimuli are drawn anew with replacement, as many of each condition as there are, and people too where there are several.
 * Each draw is scored as the data were (score.ts); the interval lies between percentiles of those scores. The ceiling of a
 * draw is that of its stimuli and of the original people: a person drawn twice would agree with itself perfectly. Why so,
 * and how often such intervals hold the true score, is in docs/decisions/0009-bootstrap.md. It knows no workers and does
 * not wait; whoever drives it may stop between draws.
 */
import { type BehavioralAssembly, isProbabilities } from "../assembly/assembly.ts";
import { type Column, groupBy, type Scalar, type Table, takeRows } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import { behavioralMetrics } from "../metrics/registry.ts";
import { bySubject } from "../metrics/trials.ts";
import { RandomState } from "../numerics/random-state.ts";
import { quantile } from "../numerics/statistics.ts";
import type { Ceiling, Score } from "./ceiled.ts";
import { ceilingOf, scoreResponses } from "./score.ts";

/** What is drawn anew. */
export type Drawn = "stimuli" | "triplets" | "people";

export interface Interval {
  /** Of the score: after ceiling, normalisation and bounds. */
  readonly low: number;
  readonly high: number;
  /** The share of draws between them. */
  readonly level: number;
  /** Draws that have a score. */
  readonly draws: number;
  /** Draws that have none (0/0) and are left out. */
  readonly undefinedDraws: number;
  readonly over: readonly Drawn[];
}

/** Why there is no interval, in a sentence. */
export interface NoInterval {
  readonly reason: string;
}

export type ScorableBenchmark = Parameters<typeof scoreResponses>[0];

/** The ceilings of a benchmark's draws by number, undefined where a draw has none: they are the same for every subject. */
export type DrawnCeilings = Map<number, Ceiling | undefined>;

const LEVEL = 0.95;
const MOST_UNDEFINED = 0.1;

/** As many draws as make 2 million rows, within 100 and 1,000. */
export function drawsFor(rows: number): number {
  return Math.min(Math.max(Math.floor(2e6 / Math.max(rows, 1)), 100), 1000);
}

/** The seed that a benchmark's digest, `sha256-…`, stands for: the same draws for every subject, on every machine. */
export function seedOf(digest: string): number {
  return Number.parseInt(digest.replace("sha256-", "").slice(0, 8), 16) || 0;
}

/**
 * Draws and scores, yields the share that is done after each draw, and returns the interval or why there is none. `ceiling`
 * is that of the data. `ceilings` is read and filled: kept for the benchmark's next subject it spares much of the work.
 */
export function* bootstrap(
  benchmark: ScorableBenchmark,
  answers: BehavioralAssembly,
  ceiling: Ceiling,
  seed: number,
  ceilings: DrawnCeilings = new Map(),
): Generator<number, Interval | NoInterval> {
  const plan = planOf(benchmark, answers);
  if ("reason" in plan) return plan;
  const n = drawsOf(benchmark, plan);
  const scores: Score[] = [];
  let done = 0;
  for (const scored of drawnScores(benchmark, answers, plan, ceiling, seed, ceilings)) {
    if (scored !== undefined) scores.push(scored);
    done += 1;
    yield done / n;
  }
  const raws = scores.map(({ raw }) => raw);
  return intervalOf(
    scores.map(({ score }) => score),
    n,
    plan.over,
    raws.length > 0 && Math.max(...raws) - Math.min(...raws) < 1e-12 ? "raw value" : undefined,
  );
}

/**
 * As `bootstrap`, of the first subject's score minus the second's. Both are scored on the same draws, so what a draw does to
 * both alike is not in the interval.
 */
export function* bootstrapDifference(
  benchmark: ScorableBenchmark,
  [first, second]: readonly [BehavioralAssembly, BehavioralAssembly],
  ceiling: Ceiling,
  seed: number,
  ceilings: DrawnCeilings = new Map(),
): Generator<number, Interval | NoInterval> {
  const plan = planOf(benchmark, first);
  const other = planOf(benchmark, second);
  if ("reason" in plan) return plan;
  if ("reason" in other) return other;
  const n = drawsOf(benchmark, plan);
  const others = drawnScores(benchmark, second, other, ceiling, seed, ceilings);
  const differences: number[] = [];
  let done = 0;
  for (const one of drawnScores(benchmark, first, plan, ceiling, seed, ceilings)) {
    const two = others.next().value;
    if (one !== undefined && two !== undefined) differences.push(one.score - two.score);
    done += 1;
    yield done / n;
  }
  const same = differences.length > 0 && Math.max(...differences) - Math.min(...differences) < 1e-12;
  return intervalOf(differences, n, plan.over, same ? "difference" : undefined);
}

/**
 * The score of each draw, undefined where it has none. A draw depends on the seed, the people and the presentations alone:
 * the i-th is the same for every subject.
 */
function* drawnScores(
  benchmark: ScorableBenchmark,
  answers: BehavioralAssembly,
  plan: Plan,
  ceiling: Ceiling,
  seed: number,
  ceilings: DrawnCeilings,
): Generator<Score | undefined, undefined> {
  const random = new RandomState(seed);
  const n = drawsOf(benchmark, plan);
  for (let i = 0; i < n; i++) {
    const presentations = plan.strata?.flatMap((stratum) => draw(stratum, random));
    const people = plan.drawPeople ? draw(plan.people, random) : plan.people;
    yield defined(() => {
      const data = { ...benchmark, responses: plan.responses(presentations, plan.people) };
      if (!ceilings.has(i)) ceilings.set(i, plan.ceilingMoves ? defined(() => ceilingOf(data)) : ceiling);
      const own = ceilings.get(i);
      if (own === undefined) return undefined;
      const responses = plan.drawPeople ? plan.responses(presentations, people) : data.responses;
      const drawn = presentations === undefined ? answers : takePresentations(answers, presentations);
      return scoreResponses({ ...benchmark, responses }, drawn, own);
    });
  }
  return undefined;
}

function drawsOf({ responses }: ScorableBenchmark, { presentations }: Plan): number {
  return drawsFor(Math.max(responses.length, presentations));
}

/** Of `n` draws those that have a value. `same` names what is equal in all of them. */
function intervalOf(
  values: readonly number[],
  n: number,
  over: readonly Drawn[],
  same: string | undefined,
): Interval | NoInterval {
  const undefinedDraws = n - values.length;
  if (undefinedDraws > MOST_UNDEFINED * n)
    return {
      reason: `${undefinedDraws} of ${n} draws have no score (0/0 or a missing case); too many for an interval.`,
    };
  if (same !== undefined)
    return { reason: `Every draw gives the same ${same}, so these data cannot show how far others would differ.` };
  const sorted = values.toSorted((a, b) => a - b);
  const outside = (1 - LEVEL) / 2;
  return {
    low: quantile(sorted, outside),
    high: quantile(sorted, 1 - outside),
    level: LEVEL,
    draws: values.length,
    undefinedDraws,
    over,
  };
}

/** Rows of `columns` by condition and by the columns that a metric wants drawn within, in order of first appearance. */
export function strataOf(
  columns: Readonly<Record<string, { readonly values: readonly Scalar[] }>>,
  within: readonly string[],
): number[][] {
  const n = columns.stimulus_id?.values.length ?? 0;
  const by = [...new Set(["condition", ...within])].flatMap((name) => columns[name]?.values.map(String) ?? []);
  const kinds = by.length / Math.max(n, 1);
  const keyOf = (row: number) => JSON.stringify(Array.from({ length: kinds }, (_, kind) => by[kind * n + row]));
  return [...groupBy([...Array(n).keys()], keyOf).values()];
}

/** A person's rows by the presentation that they are about; all under 0 where they are about none. */
type Person = ReadonlyMap<number, readonly number[]>;

interface Plan {
  readonly over: readonly Drawn[];
  readonly presentations: number;
  /** Presentations to draw within; absent where none is drawn. */
  readonly strata?: readonly (readonly number[])[];
  readonly people: readonly Person[];
  readonly drawPeople: boolean;
  /** Whether a draw's ceiling is another. */
  readonly ceilingMoves: boolean;
  /** The responses of these people to these presentations, under new ids and names. */
  responses(presentations: readonly number[] | undefined, people: readonly Person[]): Table;
}

function planOf(benchmark: ScorableBenchmark, answers: BehavioralAssembly): Plan | NoInterval {
  const metric = behavioralMetrics.get(benchmark.metric.name);
  if (metric === undefined) throw new GapscopeError("internal", "an interval of an unknown metric");
  const needs = metric.needs(benchmark.metric.options);
  const { responses } = benchmark;
  const ids = answers.coords.stimulus_id?.values ?? [];
  const paired = needs.people === "paired" && needs.rowPer === "trial";
  const people = needs.people === "unread" ? [] : peopleOf(responses, paired ? ids : undefined);
  const drawPeople = people.length > 1;
  const base = {
    presentations: ids.length,
    people,
    drawPeople,
    responses: (presentations: readonly number[] | undefined, some: readonly Person[]) =>
      needs.people === "unread" ? responses : gather(responses, paired ? presentations : undefined, some),
  };
  if (needs.rowPer === "subject") {
    // The subject's answers are one fit, and people's rows are about no stimulus.
    if (drawPeople) return { ...base, over: ["people"], ceilingMoves: false };
    return { reason: "The data are of one person, and this metric's stimuli cannot be drawn without fitting it anew." };
  }
  const what = benchmark.task?.name === "odd_one_out" ? "triplets" : "stimuli";
  const strata = strataOf(answers.coords, needs.within);
  if (strata.some(({ length }) => length < 2)) {
    const one = what === "stimuli" ? "stimulus" : "triplet";
    return { reason: `A condition has a single ${one}, and drawing anew within it changes nothing.` };
  }
  return {
    ...base,
    over: drawPeople ? [what, "people"] : [what],
    strata,
    ceilingMoves: paired && benchmark.ceiling.name !== "constant",
  };
}

/** People in sorted order, their rows by index in `ids`. A response to what was not presented is left out. */
function peopleOf(responses: Table, ids: readonly Scalar[] | undefined): Person[] {
  if (responses.columns.subject === undefined) return [];
  // Of presentations that are the same, the first has the responses.
  const places = new Map(ids?.map((id, i) => [id, i] as const).reverse());
  const answered = responses.columns.stimulus_id?.values;
  const rows = [...Array(responses.length).keys()].map((row) => ({
    row,
    presentation: ids === undefined ? 0 : (places.get(answered?.[row] ?? null) ?? -1),
  }));
  return bySubject(responses, rows).map(
    ([, own]) =>
      new Map(
        [...groupBy(own, ({ presentation }) => presentation)].map(([key, group]) => [key, group.map(({ row }) => row)]),
      ),
  );
}

/** `presentations` undefined: people's rows are about none, or all are taken as they are. */
function gather(responses: Table, presentations: readonly number[] | undefined, people: readonly Person[]): Table {
  const rows: number[] = [];
  const ids: number[] = [];
  const names: number[] = [];
  for (const [name, person] of people.entries()) {
    for (const [id, presentation] of (presentations ?? [...person.keys()]).entries()) {
      for (const row of person.get(presentation) ?? []) {
        rows.push(row);
        ids.push(id);
        names.push(name);
      }
    }
  }
  const { length, columns } = takeRows(responses, rows);
  const renamed = presentations === undefined ? {} : { stimulus_id: numbers(ids) };
  return { length, columns: { ...columns, ...renamed, subject: numbers(names) } };
}

/** The presentations at `rows` under new ids, so that one that is drawn twice is two. */
function takePresentations(answers: BehavioralAssembly, rows: readonly number[]): BehavioralAssembly {
  const coords = Object.fromEntries(
    Object.entries(answers.coords).map(([name, { dim, values }]) => [
      name,
      { dim, values: name === "stimulus_id" ? [...rows.keys()] : rows.map((row) => values[row] ?? null) },
    ]),
  );
  const presented = { coords, ...(answers.notes === undefined ? {} : { notes: answers.notes }) };
  if (isProbabilities(answers)) {
    const { dims, choices } = answers;
    const k = choices.length;
    const values = new Float64Array(rows.length * k);
    for (const [i, row] of rows.entries()) values.set(answers.values.subarray(row * k, (row + 1) * k), i * k);
    return { ...presented, dims, shape: [rows.length, k], values, choices };
  }
  const { dims, evidence } = answers;
  return {
    ...presented,
    dims,
    shape: [rows.length],
    values: rows.map((row) => answers.values[row] ?? null),
    // Metrics read of the evidence what the choices were.
    ...(evidence === undefined ? {} : { evidence: { ...evidence, probabilities: new Float32Array() } }),
  };
}

function numbers(values: readonly number[]): Column {
  return { dtype: "int64", values, text: values.map(String) };
}

/** As many of the items as there are, with replacement. */
function draw<Item>(items: readonly Item[], random: RandomState): Item[] {
  return random.integers(items.length, items.length).flatMap((i) => items.slice(i, i + 1));
}

/** Undefined where a draw cannot be scored: a value of 0/0, or a case that the metric needs and the draw lacks. */
function defined<Result>(attempt: () => Result): Result | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof GapscopeError && (error.code === "undefined-score" || error.code === "package-refused"))
      return undefined;
    throw error;
  }
}
