/**
 * The table behind the strips: a row per subject, a column per benchmark, sortable by each, with the mean below.
 *
 * A cell is a button that opens the inspector; arrow keys walk the cells. Pointing at one or focusing it tells the
 * readout and the strip.
 */
import { type KeyboardEvent, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { Benchmark } from "../benchmark/benchmark.ts";
import { useBench, useWorkbench } from "./context.ts";
import { decimal } from "./format.ts";
import { Identifier } from "./identifier.tsx";
import { inPanelMean, meanOf, meanText } from "./means.ts";
import { ScoreCell } from "./score-cell.tsx";
import styles from "./score-table.module.css";
import type { CellRef } from "./scoreboard.tsx";
import { StandIn } from "./stand-in.tsx";
import { type Cell, cellKey, type SubjectEntry, standingOf } from "./workbench.ts";

interface Props {
  readonly benchmarks: readonly Benchmark[];
  readonly subjects: readonly SubjectEntry[];
  readonly onPoint: (cell: CellRef | undefined) => void;
}

interface Order {
  readonly benchmark: string;
  readonly direction: "ascending" | "descending";
}

export function ScoreTable({ benchmarks, subjects, onPoint }: Props) {
  const [order, setOrder] = useState<Order>();
  const sorted = useSorted(subjects, order);
  const anyScored = useBench((state) => Object.values(state.cells).some((cell) => cell.status === "scored"));
  const turn = (benchmark: string): void =>
    setOrder((now) => {
      if (now?.benchmark !== benchmark) return { benchmark, direction: "descending" };
      return now.direction === "descending" ? { benchmark, direction: "ascending" } : undefined;
    });
  return (
    <div className={styles.scroll}>
      <table className={styles.table} onKeyDown={walk}>
        <caption className="visually-hidden">Scores of each subject on each benchmark</caption>
        <thead>
          <tr>
            <th scope="col" className={styles.corner}>
              Subject
            </th>
            {benchmarks.map(({ digest, identifier }) => (
              <th key={digest} scope="col" aria-sort={order?.benchmark === digest ? order.direction : "none"}>
                <button type="button" className={styles.sort} onClick={() => turn(digest)}>
                  <Identifier>{identifier}</Identifier>
                  <span aria-hidden="true" className={styles.arrow}>
                    {order?.benchmark !== digest ? "↕" : order.direction === "descending" ? "↓" : "↑"}
                  </span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((subject) => (
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
        {subjects.length > 1 && anyScored && <Means benchmarks={benchmarks} subjects={subjects} />}
      </table>
    </div>
  );
}

/** Subjects by score, those without one last; in the order of opening where no column is sorted. */
function useSorted(subjects: readonly SubjectEntry[], order: Order | undefined): readonly SubjectEntry[] {
  const scores = useBench(
    useShallow((state) =>
      subjects.map(({ id }) => {
        const cell = order === undefined ? undefined : state.cells[cellKey({ digest: order.benchmark }, id)];
        return cell?.status === "scored" ? cell.score.score : undefined;
      }),
    ),
  );
  if (order === undefined) return subjects;
  const sign = order.direction === "descending" ? -1 : 1;
  return subjects
    .map((subject, i) => ({ subject, score: scores[i] }))
    .sort((a, b) => {
      if (a.score === undefined || b.score === undefined)
        return Number(a.score === undefined) - Number(b.score === undefined);
      return sign * (a.score - b.score);
    })
    .map(({ subject }) => subject);
}

/** The panel's mean, which is the competition's figure, and that of everybody where others take part. */
function Means({ benchmarks, subjects }: Pick<Props, "benchmarks" | "subjects">) {
  const workbench = useWorkbench();
  const countStandIns = useBench((state) => state.countStandIns);
  const standings = subjects.map(standingOf);
  const panel = subjects.filter((subject) => inPanelMean(subject, countStandIns));
  return (
    <tfoot>
      {standings.some((standing) => standing !== "apart") && (
        <tr>
          <th scope="row">
            Panel mean
            {standings.includes("stand-in") && (
              <label className={styles.withStandIns}>
                <input
                  type="checkbox"
                  checked={countStandIns}
                  onChange={({ currentTarget }) => workbench.setCountStandIns(currentTarget.checked)}
                />
                with stand-ins
              </label>
            )}
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
  const cells = useBench(
    useShallow((state) => subjects.map(({ id }): Cell | undefined => settled(state.cells[cellKey(benchmark, id)]))),
  );
  const mean = meanOf(subjects, cells);
  if (mean === undefined) return <td />;
  return (
    <td>
      <span className={styles.meanValue}>{decimal(mean.value)}</span>
      <span className={styles.of}>{meanText(mean, who)}</span>
    </td>
  );
}

/** Cells in motion change with every batch and say nothing to a mean. */
function settled(cell: Cell | undefined): Cell | undefined {
  return cell?.status === "running" || cell?.status === "waiting" ? undefined : cell;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** Arrow keys go from cell to cell. */
function walk(event: KeyboardEvent<HTMLTableElement>): void {
  const step = STEPS[event.key];
  const cell = event.target instanceof Element ? event.target.closest("td") : null;
  const row = cell?.parentElement;
  if (step === undefined || cell === null || !(row instanceof HTMLTableRowElement)) return;
  const next = event.currentTarget.rows[row.rowIndex + step[0]]?.cells[cell.cellIndex + step[1]];
  const button = next?.querySelector("button");
  if (button === null || button === undefined) return;
  event.preventDefault();
  button.focus();
}
