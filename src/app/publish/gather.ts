/** Every figure that the workbench has the numbers for, in the order they are shown. Pure. */
import type { Benchmark } from "../../benchmark/benchmark.ts";
import type { Scorecard } from "../../scorecard/scorecard.ts";
import { outcomeOf, ranked } from "../ranked.ts";
import { cellKey, type SubjectEntry, type WorkbenchState } from "../state.ts";
import { conditionsFigure, type FigureData, layersFigure, rankingFigure, scoresFigure } from "./figure-data.ts";

type Known = Pick<WorkbenchState, "cells" | "curves" | "missing" | "countStandIns">;

export function figuresOf(
  card: Scorecard,
  benchmarks: readonly Benchmark[],
  subjects: readonly SubjectEntry[],
  { cells, curves, missing, countStandIns }: Known,
): FigureData[] {
  const of = (benchmark: Benchmark): (FigureData | undefined)[] => {
    const entry = card.benchmarks.find(({ digest }) => digest === benchmark.digest);
    const answered = subjects.flatMap(({ id, identifier: subject }) => {
      const cell = cells[cellKey(benchmark, id)];
      return cell?.status === "scored" && cell.answers !== undefined ? [{ subject, answers: cell.answers }] : [];
    });
    return [
      entry === undefined ? undefined : scoresFigure(entry),
      benchmark.track === "behavioral" ? conditionsFigure(benchmark, answered) : undefined,
      ...subjects.map(({ id, identifier }) => {
        const curve = curves[cellKey(benchmark, id)];
        return curve?.status === "whole" ? layersFigure(benchmark, identifier, curve.layers) : undefined;
      }),
    ];
  };
  const outcomes = benchmarks.flatMap((benchmark) =>
    subjects.map(({ id }) => outcomeOf(cells[cellKey(benchmark, id)])),
  );
  const { tracks } = ranked(benchmarks, subjects, outcomes, { missing, countStandIns });
  const rankings =
    benchmarks.length < 2
      ? []
      : tracks.map(({ track, rows }) => (rows.length < 2 ? undefined : rankingFigure(track, rows)));
  return [...rankings, ...benchmarks.flatMap(of)].filter((figure) => figure !== undefined);
}
