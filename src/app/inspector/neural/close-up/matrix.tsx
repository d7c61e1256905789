/**
 * A matrix of dissimilarities as a grid that is walked over: arrow keys go from cell to cell, the cell under the mouse is
 * marked. Two of them may mark the same cell. Only the marked cell has an element of its own.
 */
import { type KeyboardEvent, useEffect, useId, useRef } from "react";
import { useWidth } from "../../../use-width.ts";
import styles from "./close-up.module.css";
import type { Group } from "./rdm-order.ts";
import { paint, type Scale } from "./shades.ts";

export interface Cell {
  readonly row: number;
  readonly column: number;
}

interface Props {
  readonly name: string;
  readonly of: "macaques" | "models";
  readonly n: number;
  /** Shares of the scale, in the order that is shown. */
  readonly shareAt: (row: number, column: number) => number;
  readonly scale: Scale | undefined;
  readonly groups: readonly Group[];
  /** What the ends of the scale are called. */
  readonly ends: readonly [string, string];
  readonly cell: Cell | undefined;
  readonly onCell: (cell: Cell) => void;
  /** The marked cell in a phrase. */
  readonly text: string;
}

/** Cells that keys skip at a time with PageUp and PageDown, or with Shift. */
const LEAP = 10;
const BAR = 128;

export function Matrix({ name, of, n, shareAt, scale, groups, ends, cell, onCell, text }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const bar = useRef<HTMLCanvasElement>(null);
  const id = useId();
  const { ref, width } = useWidth();
  useEffect(() => {
    if (canvas.current === null || scale === undefined) return;
    paint(canvas.current, { width: n, height: n }, (x, y) => shareAt(y, x), scale);
  }, [n, shareAt, scale]);
  useEffect(() => {
    if (bar.current === null || scale === undefined) return;
    paint(bar.current, { width: BAR, height: 1 }, (x) => x / (BAR - 1), scale);
  }, [scale]);
  const shown = cell ?? START;
  const place = (index: number): string => `${(100 * (index + 0.5)) / n}%`;
  const edges = groups.slice(1).map(({ first }) => `M${first} 0V${n}M0 ${first}H${n}`);
  return (
    <div className={styles.matrix} data-of={of}>
      <h4>{name}</h4>
      {/* biome-ignore lint/a11y/useSemanticElements: a table of as many cells would be a hundred thousand elements */}
      <div
        ref={ref}
        role="grid"
        tabIndex={0}
        aria-label={name}
        aria-rowcount={n}
        aria-colcount={n}
        aria-activedescendant={id}
        className={styles.cells}
        onFocus={() => onCell(shown)}
        onKeyDown={(event) => {
          const next = nextCell(event, shown, n);
          if (next === undefined) return;
          event.preventDefault();
          onCell(next);
        }}
        onPointerMove={(event) => onCell(cellUnder(event, n))}
        onPointerDown={(event) => onCell(cellUnder(event, n))}
      >
        <canvas ref={canvas} data-large={width >= n || undefined} />
        {edges.length > 0 && (
          <svg viewBox={`0 0 ${n} ${n}`} preserveAspectRatio="none" aria-hidden="true">
            <path className={styles.edges} d={edges.join("")} vectorEffect="non-scaling-stroke" />
          </svg>
        )}
        {cell !== undefined && (
          <>
            <span className={styles.across} style={{ insetInline: 0, insetBlockStart: place(cell.row), height: 1 }} />
            <span className={styles.across} style={{ insetBlock: 0, insetInlineStart: place(cell.column), width: 1 }} />
          </>
        )}
        {/* biome-ignore lint/a11y/useSemanticElements: as the grid */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus */}
        <div role="row" aria-rowindex={shown.row + 1}>
          {/* biome-ignore lint/a11y/useSemanticElements: as the grid */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus */}
          <div
            id={id}
            role="gridcell"
            aria-colindex={shown.column + 1}
            aria-selected={cell !== undefined}
            className={cell === undefined ? "visually-hidden" : styles.cell}
            style={{
              insetInlineStart: place(shown.column),
              insetBlockStart: place(shown.row),
              width: `${100 / n}%`,
              height: `${100 / n}%`,
            }}
          >
            <span className="visually-hidden">{text}</span>
          </div>
        </div>
      </div>
      <div className={styles.scale}>
        {ends[0]} <canvas ref={bar} /> {ends[1]}
      </div>
    </div>
  );
}

/** The first pair. */
const START: Cell = { row: 0, column: 1 };

function cellUnder(event: React.PointerEvent, n: number): Cell {
  const box = event.currentTarget.getBoundingClientRect();
  const index = (at: number, from: number, size: number): number =>
    Math.min(n - 1, Math.max(0, Math.floor((n * (at - from)) / size)));
  return {
    row: index(event.clientY, box.top, box.height),
    column: index(event.clientX, box.left, box.width),
  };
}

function nextCell({ key, shiftKey }: KeyboardEvent, { row, column }: Cell, n: number): Cell | undefined {
  const step = shiftKey ? LEAP : 1;
  const within = (index: number): number => Math.min(Math.max(index, 0), n - 1);
  switch (key) {
    case "ArrowLeft":
      return { row, column: within(column - step) };
    case "ArrowRight":
      return { row, column: within(column + step) };
    case "ArrowUp":
      return { row: within(row - step), column };
    case "ArrowDown":
      return { row: within(row + step), column };
    case "PageUp":
      return { row: within(row - LEAP), column };
    case "PageDown":
      return { row: within(row + LEAP), column };
    case "Home":
      return { row, column: 0 };
    case "End":
      return { row, column: n - 1 };
    default:
      return undefined;
  }
}
