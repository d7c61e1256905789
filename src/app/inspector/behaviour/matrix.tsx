/**
 * A matrix of shaded cells, drawn: pointed at with the mouse, walked with the arrow keys, the cell in view told by whoever
 * shows it. It knows nothing of what its cells mean.
 *
 * Of the cells only the one in view is an element: 60 × 60 of them would hold the page up. What is shaded alike is one path.
 */
import { type KeyboardEvent, type MouseEvent, memo, useId, useRef } from "react";
import { useWidth } from "../../use-width.ts";
import styles from "./matrix.module.css";

/** A cell by row and column. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Label {
  readonly text: string;
  readonly kind?: "people" | "subject";
}

interface Props {
  readonly label: string;
  // These four must stay the same from drawing to drawing where nothing in them changes.
  readonly rows: readonly Label[];
  readonly columns: readonly Label[];
  /** From −1 to 1, undefined for a cell without a value. */
  readonly shade: (place: Place) => number | undefined;
  /** What is printed into cells, where they have room. */
  readonly print?: ((place: Place) => string) | undefined;
  /** The cell in a sentence. */
  readonly tell: (place: Place) => string;
  readonly at: Place | undefined;
  readonly onPoint: (place: Place) => void;
  readonly onPress?: (place: Place) => void;
  /** Where a line parts the rows, and the columns. */
  readonly parted?: number;
}

/** Sizes in px: a cell, one that is printed into, a letter of a label, the longest label, the room beside one. */
const LEAST = 13;
const MOST = 30;
const PRINTED = 34;
const LETTER = 6.7;
const LONGEST = 104;
const BESIDE = 6;
/** So many shades can be told apart. */
const LEVELS = 32;

/** Of a shade from −1 to 1: violet as everything that measures, grey below 0. */
export function shadeColour(shade: number): string {
  return `color-mix(in oklab, var(${shade < 0 ? "--edge" : "--accent"}) ${Math.round(100 * Math.abs(shade))}%, var(--paper))`;
}

export function Matrix({ label, rows, columns, shade, print, tell, at, onPoint, onPress, parted }: Props) {
  const { ref, width } = useWidth();
  const id = useId();
  const mark = useRef<HTMLDivElement>(null);
  const [left, top] = [roomFor(rows), roomFor(columns)];
  const least = print === undefined ? LEAST : PRINTED;
  const size = Math.max(least, Math.min(Math.max(MOST, least), Math.floor((width - left - 1) / columns.length)));
  const [drawnWidth, drawnHeight] = [left + size * columns.length + 1, top + size * rows.length + 1];
  const held = at ?? { row: 0, column: 0 };

  const placeAt = (event: MouseEvent): Place | undefined => {
    const box = event.currentTarget.getBoundingClientRect();
    const place = {
      row: Math.floor((event.clientY - box.top - top) / size),
      column: Math.floor((event.clientX - box.left - left) / size),
    };
    return place.row in rows && place.column in columns ? place : undefined;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" || event.key === " ") {
      if (onPress === undefined) return;
      event.preventDefault();
      onPress(held);
      return;
    }
    const next = nextPlace(event.key, held, rows.length, columns.length);
    if (next === undefined) return;
    event.preventDefault();
    onPoint(next);
    requestAnimationFrame(() => mark.current?.scrollIntoView({ block: "nearest", inline: "nearest" }));
  };
  return (
    <div ref={ref} className={styles.frame}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table of 3,600 cells, of which one is an element */}
      <div
        role="grid"
        tabIndex={0}
        className={styles.matrix}
        aria-label={label}
        aria-rowcount={rows.length}
        aria-colcount={columns.length}
        aria-activedescendant={id}
        data-pressable={onPress === undefined ? undefined : true}
        style={{ width: drawnWidth, height: drawnHeight }}
        onKeyDown={onKeyDown}
        onFocus={() => onPoint(held)}
        onPointerMove={(event) => {
          const place = placeAt(event);
          if (place !== undefined && (place.row !== at?.row || place.column !== at.column)) onPoint(place);
        }}
        onClick={(event) => {
          const place = placeAt(event);
          if (place === undefined) return;
          onPoint(place);
          onPress?.(place);
        }}
      >
        {width > 0 && (
          <svg width={drawnWidth} height={drawnHeight} aria-hidden="true">
            <Drawn {...{ rows, columns, shade, print, parted, left, top, size }} />
            <Labels
              labels={rows}
              marked={at?.row}
              of={(row) => `translate(${left - BESIDE} ${top + (row + 0.5) * size + 4})`}
            />
            <Labels
              labels={columns}
              marked={at?.column}
              upright
              of={(column) => `translate(${left + (column + 0.5) * size + 4} ${top - BESIDE}) rotate(-90)`}
            />
          </svg>
        )}
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the cell in view */}
        <div role="row" aria-rowindex={held.row + 1}>
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
          <div
            ref={mark}
            id={id}
            role="gridcell"
            aria-colindex={held.column + 1}
            className={styles.mark}
            data-shown={at === undefined ? undefined : true}
            style={{ left: left + held.column * size, top: top + held.row * size, width: size + 1, height: size + 1 }}
          >
            <span className="visually-hidden">{tell(held)}</span>
          </div>
        </div>
      </div>
    </div>
  );
}

interface DrawnProps extends Pick<Props, "rows" | "columns" | "shade" | "print"> {
  readonly parted: number | undefined;
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** Drawn anew only where its props are others, so these must not be made anew. The cells: a hairline between them, those of one shade together, without a value in the well's colour. */
const Drawn = memo(({ rows, columns, shade, print, parted, left, top, size }: DrawnProps) => {
  const paths = new Map<number | undefined, string>();
  const texts: { readonly x: number; readonly y: number; readonly text: string }[] = [];
  for (const row of rows.keys()) {
    for (const column of columns.keys()) {
      const place = { row, column };
      const value = shade(place);
      const level = value === undefined ? undefined : Math.round(LEVELS * Math.max(-1, Math.min(1, value)));
      const [x, y, side] = [left + column * size + 1, top + row * size + 1, size - 1];
      paths.set(level, `${paths.get(level) ?? ""}M${x} ${y}h${side}v${side}h${-side}z`);
      const text = print?.(place) ?? "";
      if (text !== "") texts.push({ x: x + side / 2, y: y + side / 2 + 4, text });
    }
  }
  const [across, down] = [size * columns.length + 1, size * rows.length + 1];
  return (
    <>
      <rect className={styles.lines} x={left} y={top} width={across} height={down} />
      {[...paths].map(([level, d]) => (
        <path
          key={level ?? "none"}
          d={d}
          style={{ fill: level === undefined ? "var(--well)" : shadeColour(level / LEVELS) }}
        />
      ))}
      {parted !== undefined && (
        <path
          className={styles.parting}
          d={`M${left} ${top + parted * size + 0.5}h${across}M${left + parted * size + 0.5} ${top}v${down}`}
        />
      )}
      {texts.map(({ x, y, text }) => (
        <text key={`${x} ${y}`} className={styles.number} x={x} y={y}>
          {text}
        </text>
      ))}
    </>
  );
});

interface LabelsProps {
  readonly labels: readonly Label[];
  readonly marked: number | undefined;
  readonly upright?: boolean;
  readonly of: (i: number) => string;
}

function Labels({ labels, marked, upright = false, of }: LabelsProps) {
  return labels.map(({ text, kind }, i) => (
    <text
      // biome-ignore lint/suspicious/noArrayIndexKey: a person and a subject may have one name
      key={`${i} ${text}`}
      className={styles.label}
      data-kind={kind}
      data-upright={upright || undefined}
      data-marked={i === marked || undefined}
      transform={of(i)}
    >
      {clipped(text)}
    </text>
  ));
}

function roomFor(labels: readonly Label[]): number {
  return Math.ceil(Math.max(...labels.map(({ text }) => clipped(text).length * LETTER)) + BESIDE + 4);
}

/** The whole name stands in what is told of the cell. */
function clipped(text: string): string {
  const most = Math.floor(LONGEST / LETTER);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function nextPlace(key: string, { row, column }: Place, rows: number, columns: number): Place | undefined {
  switch (key) {
    case "ArrowUp":
      return { row: Math.max(row - 1, 0), column };
    case "ArrowDown":
      return { row: Math.min(row + 1, rows - 1), column };
    case "ArrowLeft":
      return { row, column: Math.max(column - 1, 0) };
    case "ArrowRight":
      return { row, column: Math.min(column + 1, columns - 1) };
    case "Home":
      return { row, column: 0 };
    case "End":
      return { row, column: columns - 1 };
    default:
      return undefined;
  }
}
