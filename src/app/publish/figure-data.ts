/**
 * What the figures for print show: the scores on each benchmark, the ranking, accuracy by condition, scores by layer. Pure.
 *
 * A figure has a caption that says all of it in words, and the rows that it is drawn from, which are its table. draw.ts
 * draws it.
 */
import { compareScalars, type Scalar } from "../../assembly/table.ts";
import type { BehavioralBenchmark, Benchmark } from "../../benchmark/benchmark.ts";
import type { Answers } from "../../lab/run.ts";
import { BEST_OF_THESE, bestLayer, type ScoredLayer } from "../../scorecard/layers.ts";
import type { ScorecardBenchmark } from "../../scorecard/scorecard.ts";
import { accuracyBy, joinAnswers, observersOf } from "../answers.ts";
import { chanceOf } from "../describe.ts";
import { decimal, percent, plural } from "../format.ts";
import { errorEnds } from "../inspector/neural/layer-axis.ts";
import type { RankedRow } from "../ranked.ts";

export type TableRow = Readonly<Record<string, string | number>>;

interface Told {
  /** Stem of the files that it is saved in. */
  readonly name: string;
  readonly title: string;
  /** All of it in words. */
  readonly caption: string;
  readonly rows: readonly TableRow[];
}

export interface ScoresFigure extends Told {
  readonly kind: "scores";
  readonly dots: readonly {
    readonly subject: string;
    readonly standIn: boolean;
    readonly score: number;
    readonly interval?: readonly [number, number];
  }[];
  readonly mean?: { readonly value: number; readonly text: string };
}

export interface RankingFigure extends Told {
  readonly kind: "ranking";
  readonly places: readonly {
    readonly benchmark: string;
    readonly mean?: number;
    readonly dots: readonly { readonly subject: string; readonly standIn: boolean; readonly value: number }[];
  }[];
}

export interface ConditionsFigure extends Told {
  readonly kind: "conditions";
  /** Whether conditions are numbers, and lie along an axis as such. */
  readonly numeric: boolean;
  readonly conditions: readonly Scalar[];
  readonly series: readonly {
    readonly who: string;
    /** One row of data need not be a person's. */
    readonly kind: "people" | "observer" | "model";
    /** In the order of `conditions`; undefined where there are none. */
    readonly shares: readonly (number | undefined)[];
  }[];
  readonly chance?: number;
}

export interface LayersFigure extends Told {
  readonly kind: "layers";
  readonly layers: readonly {
    readonly layer: string;
    readonly score: number | undefined;
    readonly ends: readonly [number, number] | undefined;
    readonly committed: boolean;
    readonly best: boolean;
  }[];
}

export type FigureData = ScoresFigure | RankingFigure | ConditionsFigure | LayersFigure;

/** Undefined where no subject has a score. */
export function scoresFigure(entry: ScorecardBenchmark): ScoresFigure | undefined {
  const dots = entry.scores
    .flatMap((score) =>
      score.status !== "scored"
        ? []
        : [
            {
              subject: score.subject,
              standIn: score.stands_in_for !== undefined,
              score: score.score,
              ...(score.interval === undefined ? {} : { interval: [score.interval.low, score.interval.high] as const }),
            },
          ],
    )
    .sort((a, b) => b.score - a.score);
  if (dots.length === 0) return undefined;
  const { panel_mean, panel_size, scores } = entry;
  const mean =
    panel_mean !== undefined && panel_size > 1
      ? { value: panel_mean, text: `panel mean ${decimal(panel_mean, 2)}` }
      : undefined;
  const lacking = scores.flatMap((score) => (score.status === "scored" ? [] : [`${score.subject} ${score.status}`]));
  const bars = scores.some((score) => score.status === "scored" && score.interval !== undefined);
  return {
    kind: "scores",
    name: `scores-${entry.identifier}`,
    title: `Scores on ${entry.identifier}`,
    caption: [
      `Scores on ${entry.identifier}, where 1 is the ceiling: ${dots.map(({ subject, score }) => `${subject} ${decimal(score)}`).join(", ")}.`,
      ...(bars ? ["Bars are 95 % bootstrap intervals."] : []),
      ...(mean === undefined ? [] : [`The line is the ${mean.text}, of ${plural(panel_size, "model")}.`]),
      ...(dots.some(({ standIn }) => standIn) ? ["Hatched: a stand-in."] : []),
      ...(lacking.length === 0 ? [] : [`${lacking.join(", ")}.`]),
    ].join(" "),
    rows: scores.map((score) => ({
      subject: score.subject,
      stands_in_for: score.stands_in_for ?? "",
      status: score.status,
      score: score.status === "scored" ? score.score : "",
      interval_low: score.status === "scored" ? (score.interval?.low ?? "") : "",
      interval_high: score.status === "scored" ? (score.interval?.high ?? "") : "",
      raw: score.status === "scored" ? score.raw : "",
    })),
    dots,
    ...(mean === undefined ? {} : { mean }),
  };
}

/** `rows` from the lowest mean to the highest. Undefined where no benchmark has a mean. */
export function rankingFigure(track: Benchmark["track"], rows: readonly RankedRow[]): RankingFigure | undefined {
  const places = rows
    .filter(({ mean }) => mean !== undefined)
    .map(({ name, mean, dots }) => ({
      benchmark: name,
      ...(mean === undefined ? {} : { mean }),
      dots: dots.map(({ name: subject, standIn, value }) => ({ subject, standIn, value })),
    }));
  if (places.length === 0) return undefined;
  return {
    kind: "ranking",
    name: `ranking-${track}`,
    title: `Ranking, ${track} track`,
    caption: `Benchmarks by their mean score, lowest first: ${rows.map(({ name, mean, over }) => `${name} ${mean === undefined ? "" : decimal(mean)} ${over}`).join("; ")}. A dot is a subject, the line their mean; scores count within 0 and 1.`,
    rows: rows.flatMap(({ name, place, mean, dots }) =>
      dots.map((dot) => ({
        place: place ?? "",
        benchmark: name,
        mean: mean ?? "",
        subject: dot.name,
        counted_as: dot.value,
        score: dot.missing ? "none" : dot.value,
      })),
    ),
    places,
  };
}

/** More conditions than these are no figure. */
const MOST_CONDITIONS = 40;
/** Two numbers are two kinds, not an axis. */
const FEWEST_ON_AXIS = 3;

/** Undefined unless there are a truth and several conditions, and somebody answered. */
export function conditionsFigure(
  benchmark: BehavioralBenchmark,
  answered: readonly { readonly subject: string; readonly answers: Answers }[],
): ConditionsFigure | undefined {
  const grouped = answered.map(({ subject, answers }) => ({
    subject,
    groups: accuracyBy(
      joinAnswers(benchmark, answers).filter(({ truth }) => truth !== undefined),
      ({ condition }) => [condition],
    ),
  }));
  const [first] = grouped;
  const conditions = first?.groups.map(({ key: [condition = null] }) => condition).sort(compareScalars) ?? [];
  if (first === undefined || conditions.length < 2 || conditions.length > MOST_CONDITIONS) return undefined;
  const along = (groups: typeof first.groups, of: "people" | "model") =>
    conditions.map((condition) => groups.find(({ key }) => key[0] === condition)?.[of]);
  const people = along(first.groups, "people");
  const { n: observers, name } = observersOf(benchmark);
  const series: ConditionsFigure["series"] = [
    ...(people.every((share) => share === undefined)
      ? []
      : [{ who: name, kind: observers > 1 ? ("people" as const) : ("observer" as const), shares: people }]),
    ...grouped.map(({ subject, groups }) => ({ who: subject, kind: "model" as const, shares: along(groups, "model") })),
  ];
  const chance = chanceOf({ metric: { name: "accuracy", options: {} }, task: benchmark.task });
  const told = series.map(
    ({ who, shares }) =>
      `${who} ${shares.map((share, i) => `${share === undefined ? "none" : percent(share)} at ${String(conditions[i])}`).join(", ")}`,
  );
  return {
    kind: "conditions",
    name: `conditions-${benchmark.identifier}`,
    title: `Accuracy by condition on ${benchmark.identifier}`,
    caption: `Share of right answers by condition on ${benchmark.identifier}: ${told.join("; ")}.${chance === undefined ? "" : ` Dotted: chance, ${decimal(chance)}.`}`,
    rows: series.flatMap(({ who, kind, shares }) =>
      conditions.map((condition, i) => ({
        who,
        kind,
        condition: typeof condition === "number" ? condition : String(condition ?? ""),
        share_right: shares[i] ?? "",
        stimuli: first.groups.find(({ key }) => key[0] === condition)?.n ?? 0,
      })),
    ),
    numeric: conditions.length >= FEWEST_ON_AXIS && conditions.every((condition) => typeof condition === "number"),
    conditions,
    series,
    ...(chance === undefined ? {} : { chance }),
  };
}

/** Undefined where fewer than two layers have a score. */
export function layersFigure(
  benchmark: Pick<Benchmark, "identifier">,
  subject: string,
  scored: readonly ScoredLayer[],
): LayersFigure | undefined {
  const best = bestLayer(scored)?.layer;
  const layers = scored.map((each) => {
    const score = each.result.status === "scored" ? each.result.score : undefined;
    const ends = score === undefined ? undefined : errorEnds(score);
    const { layer, committed } = each;
    return { layer, committed, best: each === best, score: score?.score, ends };
  });
  if (layers.filter(({ score }) => score !== undefined).length < 2) return undefined;
  return {
    kind: "layers",
    name: `layers-${subject}-${benchmark.identifier}`,
    title: `${subject} on ${benchmark.identifier}, layer by layer`,
    caption: [
      `Score of each layer of ${subject} on ${benchmark.identifier}: ${layers.map(({ layer, score }) => `${layer} ${score === undefined ? "none" : decimal(score)}`).join(", ")}.`,
      ...(layers.some(({ ends }) => ends !== undefined) ? ["Bars are scores of raw ± its error."] : []),
      "Filled: the layer that the network’s card commits.",
      ...(best === undefined ? [] : [`${best.layer}: ${BEST_OF_THESE}.`]),
    ].join(" "),
    rows: layers.map(({ layer, committed, best, score, ends }, i) => ({
      place: i + 1,
      layer,
      score: score ?? "",
      low: ends?.[0] ?? "",
      high: ends?.[1] ?? "",
      committed: committed ? "yes" : "no",
      note: best ? BEST_OF_THESE : "",
    })),
    layers,
  };
}
