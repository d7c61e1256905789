/**
 * The table behind the strips: a row per subject, a column per benchmark, sortable by each, with the mean below.
 *
 * A cell is a button that opens the inspector; arrow keys walk the cells. Pointing at one or focusing it tells the
 * readout and the strip.
 */
import { memo } from "react";
import { useShallow } from "zustand/react/shallow";
import type { Benchmark } from "../benchmark/benchmark.ts";
import { SortHead, walk } from "./board/head.tsx";
import { meanFrom } from "./board/provenance.ts";
import { useBench, useWorkbench } from "./context.ts";
import { decimal } from "./format.ts";
import { Identifier } from "./identifier.tsx";
import { inPanelMean, meanOf, meanText, settledCell } from "./means.ts";
import { ScoreCell } from "./score-cell.tsx";
import styles from "./score-table.module.css";
import type { CellRef } from "./scoreboard.tsx";
import { StandIn } from "./stand-in.tsx";
import { type Cell, cellKey, type SubjectEntry, standingOf } from "./state.ts";
import { Traced } from "./traced.tsx";

interface Props {
  readonly benchmarks: readonly Benchmark[];
  /** Those that have a row, in its order. */
  readonly subjects: readonly SubjectEntry[];
  /** Those that the means are over. */
  readonly all: readonly SubjectEntry[];
  readonly onPoint: (cell: CellRef | undefined) => void;
}

export const ScoreTable = memo(function ScoreTable({ benchmarks, subjects, all, onPoint }: Props) {
  const anyScored = useBench((state) => Object.values(state.cells).some((cell) => cell.status === "scored"));
  return (
    <div className={styles.scroll}>
      {/* The keys move focus between buttons; the table itself takes none. */}
      <table className={`${styles.table} ${styles.cells}`} onKeyDown={walk}>
        <caption className="visually-hidden">Scores of each subject on each benchmark</caption>
        <thead>
          <tr>
            <SortHead sorts="subjectOrder" by="name" className={styles.corner}>
              Subject
            </SortHead>
            {benchmarks.map(({ digest, identifier }) => (
              <SortHead key={digest} sorts="subjectOrder" by={digest}>
                <Identifier>{identifier}</Identifier>
              </SortHead>
            ))}
          </tr>
        </thead>
        <tbody>
          {subjects.map((subject) => (
            <tr key={subject.id}>
              <th scope="row">
                <Identifier>{subject.identifier}</Identifier>
                <span className={styles.standIn}>
                  <StandIn panel={subject.panel} />
                </span>
              </th>
              {benchmarks.map((benchmark) => (
                <ScoreCell key={benchmark.digest} benchmark={benchmark} subject={subject} onPoint={onPoint} />
              ))}
            </tr>
          ))}
        </tbody>
        {all.length > 1 && anyScored && <Means benchmarks={benchmarks} subjects={all} />}
      </table>
    </div>
  );
});

/** The panel's mean, which is the competition's figure, and that of everybody where others take part. */
function Means({ benchmarks, subjects }: Pick<Props, "benchmarks" | "subjects">) {
  const countStandIns = useBench((state) => state.countStandIns);
  const standings = subjects.map(standingOf);
  const panel = subjects.filter((subject) => inPanelMean(subject, countStandIns));
  return (
    <tfoot>
      {standings.some((standing) => standing !== "apart") && (
        <tr>
          <th scope="row">
            Panel mean
            {standings.includes("stand-in") && <WithStandIns />}
          </th>
          {benchmarks.map((benchmark) => (
            <MeanCell key={benchmark.digest} benchmark={benchmark} subjects={panel} who="model" />
          ))}
        </tr>
      )}
      {standings.includes("apart") && (
        <tr>
          <th scope="row">{standings.every((standing) => standing === "apart") ? "Mean" : "Mean of all"}</th>
          {benchmarks.map((benchmark) => (
            <MeanCell key={benchmark.digest} benchmark={benchmark} subjects={subjects} who="subject" />
          ))}
        </tr>
      )}
    </tfoot>
  );
}

interface MeanCellProps {
  readonly benchmark: Benchmark;
  readonly subjects: readonly SubjectEntry[];
  readonly who: "model" | "subject";
}

function MeanCell({ benchmark, subjects, who }: MeanCellProps) {
  const workbench = useWorkbench();
  const cells = useBench(
    useShallow((state) => subjects.map(({ id }): Cell | undefined => settledCell(state.cells[cellKey(benchmark, id)]))),
  );
  const mean = meanOf(subjects, cells);
  if (mean === undefined) return <td />;
  return (
    <td>
      <span className={styles.meanValue}>
        {mean.n === 1 ? (
          decimal(mean.value) // traced as the cell that it is
        ) : (
          <Traced from={() => meanFrom(workbench.store.getState(), benchmark, subjects)}>{decimal(mean.value)}</Traced>
        )}
      </span>
      <span className={styles.of}>{meanText(mean, who)}</span>
    </td>
  );
}

/** Whether the panel's mean counts them. */
export function WithStandIns() {
  const workbench = useWorkbench();
  const countStandIns = useBench((state) => state.countStandIns);
  return (
    <label className={styles.withStandIns}>
      <input
        type="checkbox"
        checked={countStandIns}
        onChange={({ currentTarget }) => workbench.setCountStandIns(currentTarget.checked)}
      />
      with stand-ins
    </label>
  );
}
