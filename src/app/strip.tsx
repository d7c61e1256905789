/**
 * The strip of a benchmark: every subject's raw value on the metric's own axis, with the ceiling where it is.
 *
 * It is drawn in raw units because that is where the ceiling's error and chance lie; a score is the raw value over the
 * ceiling's line. Pointing at a dot names it; the table below holds the same numbers for keyboard and screen reader.
 */
import { memo, useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import type { Benchmark } from "../benchmark/benchmark.ts";
import type { Ceiling } from "../scoring/ceiled.ts";
import { observersOf, responseAccuracy } from "./answers.ts";
import { meanFrom, stripFrom } from "./board/provenance.ts";
import { useBench, useWorkbench } from "./context.ts";
import { ceilingText, chanceOf, metricText } from "./describe.ts";
import { decimal, plural } from "./format.ts";
import { Identifier } from "./identifier.tsx";
import { inPanelMean } from "./means.ts";
import type { CellRef } from "./scoreboard.tsx";
import { cellKey, type SubjectEntry } from "./state.ts";
import styles from "./strip.module.css";
import { Axis, type Dot } from "./strip-axis.tsx";
import { Traced } from "./traced.tsx";

interface Props {
  readonly benchmark: Benchmark;
  readonly subjects: readonly SubjectEntry[];
  /** Id of the subject that is pointed at. */
  readonly pointed: string | undefined;
  readonly onPoint: (cell: CellRef | undefined) => void;
}

export const BenchmarkStrip = memo(function BenchmarkStrip({ benchmark, subjects, pointed, onPoint }: Props) {
  const workbench = useWorkbench();
  const scores = useBench(
    useShallow((state) =>
      subjects.map((subject) => {
        const cell = state.cells[cellKey(benchmark, subject.id)];
        return cell?.status === "scored" ? cell.score : undefined;
      }),
    ),
  );
  const ceiling = useBench((state) => state.ceilings[benchmark.digest]);
  const people = useMemo(() => peopleAccuracy(benchmark), [benchmark]);
  // Where the panel has scores, its mean is the figure; a subject of one's own does not move it.
  const countStandIns = useBench((state) => state.countStandIns);
  const counted = subjects.map((subject) => inPanelMean(subject, countStandIns));
  const panel = scores.some((score, i) => score !== undefined && counted[i] === true);
  const dots = subjects.flatMap((subject, i): Dot[] => {
    const score = scores[i];
    if (score === undefined) return [];
    const standIn = subject.panel?.standsInFor !== undefined;
    return [{ id: subject.id, name: subject.identifier, score, standIn, counts: !panel || counted[i] === true }];
  });
  const meant = dots.filter(({ counts }) => counts);
  const mean = meant.length === 0 ? undefined : meant.reduce((sum, dot) => sum + dot.score.score, 0) / meant.length;
  const unit = dots[0]?.score.unit ?? UNITS[benchmark.metric.name] ?? "raw value";
  return (
    <figure className={styles.strip}>
      <figcaption className={styles.caption}>
        <span className={styles.name}>
          <Identifier>{benchmark.identifier}</Identifier>
        </span>
        <span className={styles.unit}>
          <Traced from={() => stripFrom(workbench.store.getState(), benchmark, subjects)}>
            raw {metricText(benchmark)}
            {unit === metricText(benchmark) ? "" : `, ${unit}`}
          </Traced>
        </span>
        <span className={styles.mean}>
          {mean === undefined ? (
            "no scores yet"
          ) : (
            <>
              {meant.length === 1 && dots.length === 1 ? "score " : panel ? "panel mean " : "mean score "}
              <strong>
                {meant.length === 1 ? (
                  decimal(mean) // traced as the cell that it is
                ) : (
                  <Traced
                    from={() =>
                      meanFrom(
                        workbench.store.getState(),
                        benchmark,
                        subjects.filter((_, i) => !panel || counted[i] === true),
                      )
                    }
                  >
                    {decimal(mean)}
                  </Traced>
                )}
              </strong>
              {dots.length > 1 && ` of ${plural(meant.length, panel ? "model" : "subject")}`}
            </>
          )}
        </span>
      </figcaption>
      <Axis
        summary={summary(benchmark, dots, ceiling, people)}
        dots={dots}
        ceiling={ceiling}
        chance={benchmark.track === "behavioral" ? chanceOf(benchmark) : undefined}
        people={people}
        meanName={panel ? "panel mean" : "mean"}
        pointed={pointed}
        onPoint={(subject) => onPoint(subject === undefined ? undefined : { benchmark: benchmark.digest, subject })}
      />
    </figure>
  );
});

/** Units by metric for strips without a score, which would bring its own. */
const UNITS: Readonly<Record<string, string>> = { error_consistency: "kappa", accuracy: "share correct" };

/** People's own accuracy lies on the axis of accuracy only, and is people's only where there are several of them. */
function peopleAccuracy(benchmark: Benchmark): number | undefined {
  if (benchmark.track === "neural" || benchmark.metric.name !== "accuracy" || observersOf(benchmark).n < 2)
    return undefined;
  return responseAccuracy(benchmark);
}

function summary(
  benchmark: Benchmark,
  dots: readonly Dot[],
  ceiling: Ceiling | undefined,
  people: number | undefined,
): string {
  return [
    `Raw ${metricText(benchmark)} on ${benchmark.identifier}`,
    ...dots.map((dot) => `${dot.name}${dot.standIn ? " (a stand-in)" : ""} ${decimal(dot.score.raw)}`),
    ...(people === undefined ? [] : [`people ${decimal(people)}`]),
    ...(ceiling === undefined ? [] : [`ceiling ${ceilingText(ceiling)}`]),
  ].join("; ");
}
