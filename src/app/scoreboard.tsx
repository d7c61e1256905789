/**
 * The scoreboard: a strip per benchmark, the table benchmark × subject, and a readout of the cell that is pointed at; or the
 * benchmarks ranked.
 */
import { useEffect, useMemo, useRef, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { Verdicts } from "./compare/verdicts.tsx";
import { useBench } from "./context.ts";
import { EmptyBoard } from "./empty-board.tsx";
import { Export } from "./export.tsx";
import { Ranking, ViewSwitch } from "./ranking.tsx";
import { Readout } from "./readout.tsx";
import { ScoreTable } from "./score-table.tsx";
import styles from "./scoreboard.module.css";
import { BenchmarkStrip } from "./strip.tsx";
import { benchmarksOf, boardSubjects } from "./workbench.ts";

/** A cell by its benchmark's digest and its subject's id. */
export interface CellRef {
  readonly benchmark: string;
  readonly subject: string;
}

export function Scoreboard() {
  const opened = useBench(
    (state) =>
      state.packages.length > 0 || state.claims.length > 0 || state.subjects.some(({ panel }) => panel === undefined),
  );
  return opened ? <Board /> : <EmptyBoard />;
}

function Board() {
  const benchmarks = useBench(useShallow(benchmarksOf));
  const subjects = useBench(useShallow(boardSubjects));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The example's button is gone now; the keyboard goes on from here and not from the top of the page.
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);
  const open = useBench((state) => state.open);
  const ranking = useBench((state) => state.view === "ranking") && benchmarks.length > 1;
  const [pointed, point] = useState<CellRef>();
  const marked = pointed ?? open;
  const read = useMemo(
    () => ({
      benchmark: benchmarks.find(({ digest }) => digest === pointed?.benchmark),
      subject: subjects.find(({ id }) => id === pointed?.subject),
    }),
    [benchmarks, subjects, pointed],
  );
  return (
    <section className={styles.board} aria-labelledby="scoreboard">
      <div className={styles.head}>
        <h2 id="scoreboard" ref={heading} tabIndex={-1}>
          Scoreboard
        </h2>
        {benchmarks.length > 1 && <ViewSwitch />}
        <Export />
      </div>
      <Verdicts />
      {benchmarks.length === 0 ? (
        <p className={styles.hint}>No benchmark is open yet. The board has a row for each once its zip is read.</p>
      ) : ranking ? (
        <Ranking benchmarks={benchmarks} subjects={subjects} />
      ) : (
        <>
          <div className={styles.strips}>
            {benchmarks.map((benchmark) => (
              <BenchmarkStrip
                key={benchmark.digest}
                benchmark={benchmark}
                subjects={subjects}
                pointed={marked?.benchmark === benchmark.digest ? marked.subject : undefined}
                onPoint={point}
              />
            ))}
          </div>
          {subjects.length === 0 ? (
            <p className={styles.hint}>No subject is ready and ticked yet. The table has a row for each that is.</p>
          ) : (
            <div className={styles.numbers}>
              <ScoreTable benchmarks={benchmarks} subjects={subjects} onPoint={point} />
              <Readout benchmark={read.benchmark} subject={read.subject} />
            </div>
          )}
        </>
      )}
    </section>
  );
}
