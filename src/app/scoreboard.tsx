/**
 * The scoreboard: a strip per benchmark, the table benchmark × subject, and a readout of the cell that is pointed at; of many
 * benchmarks the matrix, whose rows hold their strips; or the benchmarks ranked.
 */
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { Benchmark } from "../benchmark/benchmark.ts";
import { Controls } from "./board/controls.tsx";
import { useArranged, useMeant } from "./board/use-arranged.ts";
import { Verdicts } from "./compare/verdicts.tsx";
import { useBench } from "./context.ts";
import { Export } from "./export.tsx";
import { Ranking, ViewSwitch } from "./ranking.tsx";
import { Readout } from "./readout.tsx";
import { ScoreTable } from "./score-table.tsx";
import styles from "./scoreboard.module.css";
import { benchmarksOf, boardSubjects, cellKey, type SubjectEntry } from "./state.ts";
import { BenchmarkStrip } from "./strip.tsx";

const Matrix = lazy(() => import("./board/matrix.tsx"));

/** A cell by its benchmark's digest and its subject's id. */
export interface CellRef {
  readonly benchmark: string;
  readonly subject: string;
}

/** More strips than these would push the table off the screen. */
const MANY = 6;
/** More subjects than these are worth a filter of their own. */
const CROWD = 8;

export default function Scoreboard() {
  const benchmarks = useBench(useShallow(benchmarksOf));
  const subjects = useBench(useShallow(boardSubjects));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The example's button is gone now; the keyboard goes on from here and not from the top of the page.
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);
  useFocusGivenBack();
  const ranking = useBench((state) => state.view === "ranking") && benchmarks.length > 1;
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
        <Scores benchmarks={benchmarks} subjects={subjects} />
      )}
    </section>
  );
}

interface Props {
  readonly benchmarks: readonly Benchmark[];
  readonly subjects: readonly SubjectEntry[];
}

function Scores({ benchmarks, subjects }: Props) {
  const open = useBench((state) => state.open);
  const { grouped, filter, kind } = useBench((state) => state.board);
  const [pointed, setPointed] = useState<CellRef>();
  /** What was pointed at last: the readout keeps it, or the page would jump with each way from cell to cell. */
  const [told, tell] = useState<CellRef>();
  const point = useCallback((cell: CellRef | undefined): void => {
    setPointed(cell);
    if (cell !== undefined) tell(cell);
  }, []);
  const marked = pointed ?? open;
  const meant = useMeant(benchmarks, subjects);
  const arranged = useArranged(benchmarks, subjects, meant);
  // A large board is laid out anew in slices, so that typing and scrolling go on meanwhile.
  const shown = useDeferredValue(arranged);
  const read = useMemo(
    () => ({
      benchmark: benchmarks.find(({ digest }) => digest === told?.benchmark),
      subject: subjects.find(({ id }) => id === told?.subject),
    }),
    [benchmarks, subjects, told],
  );
  const many = benchmarks.length > MANY || grouped;
  const own = shown.groups.flatMap((group) => group.benchmarks);
  const narrowed = filter.trim() !== "" || kind !== undefined || grouped;
  return (
    <>
      {(benchmarks.length > 1 || subjects.length > CROWD || narrowed) && (
        <Controls benchmarks={benchmarks} subjects={subjects} arranged={arranged} />
      )}
      {own.length === 0 && <p className={styles.hint}>Nothing on the board is like that.</p>}
      {!many && (
        <div className={styles.strips}>
          {own.map((benchmark) => (
            <BenchmarkStrip
              key={benchmark.digest}
              benchmark={benchmark}
              subjects={subjects}
              pointed={marked?.benchmark === benchmark.digest ? marked.subject : undefined}
              onPoint={point}
            />
          ))}
        </div>
      )}
      {subjects.length === 0 ? (
        <p className={styles.hint}>No subject is ready and ticked yet. The table has a row for each that is.</p>
      ) : many ? (
        <div className={styles.matrix}>
          <Suspense fallback={null}>
            <Matrix arranged={shown} all={subjects} meant={meant} pointed={marked} onPoint={point} />
          </Suspense>
          <Readout benchmark={read.benchmark} subject={read.subject} />
        </div>
      ) : (
        own.length > 0 && (
          <div className={styles.numbers}>
            <ScoreTable benchmarks={own} subjects={shown.subjects} all={subjects} onPoint={point} />
            <Readout benchmark={read.benchmark} subject={read.subject} />
          </div>
        )
      )}
    </>
  );
}

/** What was closed by going back has no button that was pressed: the keyboard goes on from the cell or the desk's button. */
function useFocusGivenBack(): void {
  const open = useBench((state) => state.open);
  const desk = useBench((state) => state.desk);
  const before = useRef({ open, desk });
  useEffect(() => {
    const { open: cell, desk: shown } = before.current;
    before.current = { open, desk };
    if (open !== undefined || desk !== undefined || document.activeElement !== document.body) return;
    const key = cell === undefined ? undefined : cellKey({ digest: cell.benchmark }, cell.subject);
    const from = key === undefined ? `[data-desk="${shown}"]` : `[data-cell="${CSS.escape(key)}"]`;
    document.querySelector<HTMLElement>(from)?.focus();
  }, [open, desk]);
}
