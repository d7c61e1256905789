/** The head of a column that the board can be sorted by, and the walk from cell to cell by arrow keys. */
import type { KeyboardEvent, ReactNode } from "react";
import { useBench, useWorkbench } from "../context.ts";
import styles from "../score-table.module.css";
import { turned } from "./arrange.ts";

interface Props {
  /** What pressing it puts in order. */
  readonly sorts: "benchmarkOrder" | "subjectOrder";
  readonly by: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
  /** Stands below the button. */
  readonly beneath?: ReactNode;
}

export function SortHead({ sorts, by, className, children, beneath }: Props) {
  const workbench = useWorkbench();
  const direction = useBench(({ board }) => (board[sorts]?.by === by ? board[sorts].direction : undefined));
  const turn = (): void => {
    const { board } = workbench.store.getState();
    workbench.arrange({ [sorts]: turned(board[sorts], by) });
  };
  return (
    <th scope="col" className={className} aria-sort={direction ?? "none"}>
      <button type="button" className={styles.sort} onClick={turn}>
        <span>{children}</span>
        <span aria-hidden="true" className={styles.arrow}>
          {direction === undefined ? "↕" : direction === "descending" ? "↓" : "↑"}
        </span>
      </button>
      {beneath}
    </th>
  );
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** Arrow keys go from cell to cell. */
export function walk(event: KeyboardEvent<HTMLTableElement>): void {
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
