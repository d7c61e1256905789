/**
 * The competition's view: which benchmark do the models fail most?
 *
 * The 2024 competition ranks benchmarks, lowest mean score first, in each of two tracks; the parts of one submission are
 * averaged first. Each score counts within [0, 1], as on Brain-Score's site (brain-score.web, benchmarks/sql/mv.sql). A
 * cell without a score is left out, or counts as 0 as it does there; the competition itself never said which.
 */
import { groupBy } from "../assembly/table.ts";
import type { Benchmark } from "../benchmark/benchmark.ts";
import { mean } from "../numerics/statistics.ts";

/** What a cell without a score counts for. */
export type Missing = "left out" | "zero";

export interface RankedBenchmark extends Pick<Benchmark, "identifier" | "digest" | "track" | "parent"> {
  /** Of each model that was asked, its ceiled score; undefined where it has none. */
  readonly scores: ReadonlyMap<string, number | undefined>;
}

/** A mean over models, and what it is taken over. */
export interface MeanOverModels {
  /** Within [0, 1]; absent where no model has a score. */
  readonly mean?: number;
  /** How many models the mean is over. */
  readonly models: number;
  /** What each of these models counts with, within [0, 1]. */
  readonly counted: ReadonlyMap<string, number>;
}

export interface Place extends MeanOverModels {
  /** The parent of several parts, or the benchmark's own identifier. */
  readonly name: string;
  readonly track: Benchmark["track"];
  /** 1 for the lowest mean; equal means share a place. Absent where no model has a score. */
  readonly place?: number;
  /** How many models were asked. */
  readonly asked: number;
  /** The parts with their own means, in the order they were given. */
  readonly parts: readonly (MeanOverModels & Pick<Benchmark, "identifier" | "digest">)[];
}

/** Ranks the benchmarks of each track: behavioral first, then neural; without a mean last. */
export function rank(benchmarks: readonly RankedBenchmark[], missing: Missing): readonly Place[] {
  const families = groupBy(benchmarks, ({ track, parent, identifier }) =>
    [track, parent === undefined ? "" : "parent", parent ?? identifier].join("|"),
  );
  const places = [...families.values()].flatMap((parts) => {
    const [first] = parts;
    return first === undefined ? [] : [placeOf(first.parent ?? first.identifier, first.track, parts, missing)];
  });
  return (["behavioral", "neural"] as const).flatMap((track) =>
    numbered(places.filter((place) => place.track === track)),
  );
}

function placeOf(name: string, track: Place["track"], parts: readonly RankedBenchmark[], missing: Missing): Place {
  const models = [...new Set(parts.flatMap(({ scores }) => [...scores.keys()]))];
  return {
    name,
    track,
    ...meanOver(models, parts, missing),
    asked: models.length,
    parts: parts.map((part) => ({
      identifier: part.identifier,
      digest: part.digest,
      ...meanOver(models, [part], missing),
    })),
  };
}

/** First over the parts for each model, then over models. A benchmark on which nobody has a score has no mean at all. */
function meanOver(models: readonly string[], parts: readonly RankedBenchmark[], missing: Missing): MeanOverModels {
  const known = (model: string) =>
    parts.flatMap(({ scores }) => {
      const score = scores.get(model);
      return score === undefined ? [] : [Math.min(Math.max(score, 0), 1)];
    });
  if (models.every((model) => known(model).length === 0)) return { models: 0, counted: new Map() };
  const counted = models.flatMap((model): [string, number][] => {
    const scores = known(model);
    if (missing === "zero") return [[model, scores.reduce((sum, score) => sum + score, 0) / parts.length]];
    return scores.length === 0 ? [] : [[model, mean(scores)]];
  });
  return { mean: mean(counted.map(([, score]) => score)), models: counted.length, counted: new Map(counted) };
}

function numbered(places: readonly Place[]): Place[] {
  const last = Number.POSITIVE_INFINITY;
  const sorted = places.toSorted((a, b) => (a.mean ?? last) - (b.mean ?? last));
  return sorted.map((place) =>
    place.mean === undefined ? place : { ...place, place: 1 + sorted.findIndex(({ mean }) => mean === place.mean) },
  );
}
