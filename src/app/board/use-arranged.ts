/** The board as it is to be laid out, and whom its means are over: both follow the scores and change only when they must. */
import { useMemo, useRef } from "react";
import type { Benchmark } from "../../benchmark/benchmark.ts";
import { useBench } from "../context.ts";
import { inPanelMean } from "../means.ts";
import { cellKey, type SubjectEntry, type WorkbenchState } from "../state.ts";
import { type Arranged, arrange, meanOfKnown, sameArrangement } from "./arrange.ts";

/** Whom the means of the board are over: the panel's models as soon as one of them has a score, else everybody. */
export interface Meant {
  readonly who: "model" | "subject";
  readonly subjects: readonly SubjectEntry[];
}

export function useMeant(benchmarks: readonly Benchmark[], subjects: readonly SubjectEntry[]): Meant {
  const countStandIns = useBench((state) => state.countStandIns);
  const panel = useMemo(
    () => subjects.filter((subject) => inPanelMean(subject, countStandIns)),
    [subjects, countStandIns],
  );
  const any = useBench(({ cells }) =>
    panel.some(({ id }) => benchmarks.some((benchmark) => cells[cellKey(benchmark, id)]?.status === "scored")),
  );
  return useMemo(
    () => (any ? { who: "model", subjects: panel } : { who: "subject", subjects }),
    [any, panel, subjects],
  );
}

export function useArranged(
  benchmarks: readonly Benchmark[],
  subjects: readonly SubjectEntry[],
  meant: Meant,
): Arranged<Benchmark, SubjectEntry> {
  const last = useRef<Arranged<Benchmark, SubjectEntry>>(undefined);
  return useBench((state) => {
    const next = arrange(benchmarks, subjects, state.board, {
      score: (digest, id) => scoreIn(state, digest, id),
      mean: ({ digest }) => meanOfKnown(meant.subjects.map(({ id }) => scoreIn(state, digest, id))),
    });
    if (last.current === undefined || !sameArrangement(last.current, next)) last.current = next;
    return last.current;
  });
}

function scoreIn({ cells }: WorkbenchState, digest: string, id: string): number | undefined {
  const cell = cells[cellKey({ digest }, id)];
  return cell?.status === "scored" ? cell.score.score : undefined;
}
