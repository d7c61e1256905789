/** One cell of the score table: its score with its place on the scale, or why it has none. */
import { memo, useEffect, useId, useRef } from "react";
import type { Benchmark } from "../benchmark/benchmark.ts";
import { useBench, useWorkbench } from "./context.ts";
import { cellText } from "./describe.ts";
import { count, decimal } from "./format.ts";
import styles from "./score-table.module.css";
import type { CellRef } from "./scoreboard.tsx";
import { type Cell, cellKey, type SubjectEntry } from "./state.ts";

interface Props {
  readonly benchmark: Benchmark;
  readonly subject: SubjectEntry;
  readonly onPoint: (cell: CellRef | undefined) => void;
  /** Whether Tab stops here; arrow keys reach it either way. */
  readonly tabbed?: boolean;
}

export const ScoreCell = memo(function ScoreCell({ benchmark, subject, onPoint, tabbed = true }: Props) {
  const workbench = useWorkbench();
  const key = cellKey(benchmark, subject.id);
  const cell = useBench((state) => state.cells[key]);
  const open = useBench((state) => state.open?.benchmark === benchmark.digest && state.open.subject === subject.id);
  const description = useId();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // What opens beside the board may leave it too narrow for this column.
    if (open) button.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [open]);
  const standsInFor = subject.panel?.standsInFor;
  const self: CellRef = { benchmark: benchmark.digest, subject: subject.id };
  if (cell === undefined) return <td className={styles.blank} />;
  return (
    <td>
      <button
        ref={button}
        type="button"
        className={styles.cell}
        data-cell={key}
        data-status={cell.status}
        aria-pressed={open}
        tabIndex={tabbed ? 0 : -1}
        aria-describedby={description}
        title={hoverText(cell)}
        onClick={() => workbench.look(open ? undefined : self)}
        onPointerEnter={() => onPoint(self)}
        onPointerLeave={() => onPoint(undefined)}
        onFocus={() => onPoint(self)}
        onBlur={() => onPoint(undefined)}
      >
        <Content cell={cell} />
      </button>
      <span id={description} hidden>
        {cell.status === "running" ? "Running." : cellText(cell)}
        {standsInFor !== undefined && ` A stand-in for ${standsInFor.identifier}.`}
      </span>
    </td>
  );
});

/** Why there is no score. What there is of one the readout says. */
function hoverText(cell: Cell): string | undefined {
  return cell.status === "running" || cell.status === "scored" ? undefined : cellText(cell);
}

function Content({ cell }: { readonly cell: Cell }) {
  switch (cell.status) {
    case "scored": {
      const { score } = cell.score;
      return (
        <>
          <span className={styles.tile} style={{ "--score": Math.min(1, Math.max(0, score)) }} />
          {decimal(score)}
        </>
      );
    }
    case "not applicable":
      return "n/a";
    case "waiting":
      return "waiting";
    case "running":
      return (
        <span className={styles.running}>
          {count(cell.done)} of {count(cell.total)}
          <progress aria-hidden="true" value={cell.done} max={cell.total} />
        </span>
      );
    case "failed":
    case "cancelled":
      return cell.status;
    default:
      return cell satisfies never;
  }
}
