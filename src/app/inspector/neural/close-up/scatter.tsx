/**
 * A scatter plot that is walked over: one stop of the Tab key, arrow keys from point to point, the nearest point marked under
 * the mouse. What is told of the marked point stands beside the plot.
 */
import { ticks } from "d3-array";
import { memo, type ReactNode } from "react";
import { useWidth } from "../../../use-width.ts";
import { useWalk } from "../walk.ts";
import { type Domain, nearest, numberText } from "./axes.ts";
import styles from "./close-up.module.css";

/** Told apart by their form. */
export const KINDS = ["dot", "ring", "diamond", "cross"] as const;
export type Kind = (typeof KINDS)[number];

export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  readonly kind: Kind;
  /** The point in a phrase. */
  readonly text: string;
}

interface Axis {
  readonly label: string;
  readonly domain: Domain;
  /** Whose values they are. */
  readonly of: "macaques" | "models" | "ceiling";
}

interface Props {
  readonly name: string;
  /** In the order in which they are walked. */
  readonly points: readonly ScatterPoint[];
  readonly x: Axis;
  readonly y: Axis;
  /** Whose points they are. */
  readonly of: "macaques" | "models";
  /** Lines through values, behind the points. */
  readonly lines: readonly { readonly dashed: boolean; readonly through: readonly (readonly [number, number])[] }[];
  /** What stands beside the plot of the point at a place, or of none. */
  readonly beside: (at: number | undefined) => ReactNode;
}

/** Sizes in px: margins, the largest plot, how near the mouse must be. */
const LEFT = 52;
const BOTTOM = 40;
const TOP = 10;
const RIGHT = 12;
const LARGEST = 440;
const REACH = 40;
/** Narrower plots have fewer ticks. */
const NARROW = 320;

export function Scatter({ name, points, x, y, of, lines, beside }: Props) {
  const { ref, width: given } = useWidth();
  const width = Math.min(LARGEST, given);
  const height = Math.max(0, width - LEFT - RIGHT) + TOP + BOTTOM;
  const { toX, toY } = scales({ x, y, width, height });
  const walk = useWalk(points.length, `${name}, from left to right`);
  const placed = points.map((point) => ({ x: toX(point.x), y: toY(point.y) }));
  const under = (event: React.PointerEvent | React.MouseEvent): number | undefined => {
    const box = event.currentTarget.getBoundingClientRect();
    return nearest(placed, event.clientX - box.left, event.clientY - box.top, REACH);
  };
  const surface: React.HTMLAttributes<HTMLElement> = {
    ...walk.list,
    onPointerMove: (event) => walk.point(under(event)),
    onClick: (event) => {
      const mark = under(event);
      if (mark !== undefined) walk.choose(mark);
    },
  };
  const held = points[walk.held];
  const heldAt = placed[walk.held];
  const told = walk.at === undefined ? undefined : placed[walk.at];
  return (
    <div className={styles.beside}>
      <div ref={ref} className={styles.room}>
        <div className={styles.scatter} data-of={of} style={{ width, height }} {...surface}>
          {width > 0 && (
            <svg width={width} height={height} aria-hidden="true">
              <Ground x={x} y={y} width={width} height={height} />
              {lines.map(({ dashed, through }) => (
                <polyline
                  key={`${through}`}
                  className={styles.line}
                  data-dashed={dashed || undefined}
                  points={through.map(([a, b]) => `${toX(a)},${toY(b)}`).join(" ")}
                />
              ))}
              <Points points={points} x={x} y={y} width={width} height={height} />
              {told !== undefined && <circle className={styles.marked} cx={told.x} cy={told.y} r={7} />}
            </svg>
          )}
          {held !== undefined && heldAt !== undefined && width > 0 && (
            <div
              id={walk.option(walk.held).id}
              role="option"
              tabIndex={-1}
              aria-selected={walk.at === walk.held}
              aria-setsize={points.length}
              aria-posinset={walk.held + 1}
              className={styles.option}
              style={{ insetInlineStart: heldAt.x, insetBlockStart: heldAt.y }}
            >
              <span className="visually-hidden">{held.text}</span>
            </div>
          )}
        </div>
      </div>
      <div className={styles.told}>{beside(walk.at)}</div>
    </div>
  );
}

interface GroundProps extends Pick<Props, "x" | "y"> {
  readonly width: number;
  readonly height: number;
}

/** Where values lie, in px. */
function scales({ x, y, width, height }: GroundProps) {
  const along = (value: number, [low, high]: Domain): number => (value - low) / (high - low);
  return {
    toX: (value: number): number => LEFT + along(value, x.domain) * (width - LEFT - RIGHT),
    toY: (value: number): number => height - BOTTOM - along(value, y.domain) * (height - TOP - BOTTOM),
  };
}

function Ground(props: GroundProps) {
  const { x, y, width, height } = props;
  const { toX, toY } = scales(props);
  const [right, bottom] = [width - RIGHT, height - BOTTOM];
  return (
    <>
      {ticks(...y.domain, 5).map((tick) => (
        <g key={tick}>
          <line className={styles.grid} x1={LEFT} x2={right} y1={toY(tick)} y2={toY(tick)} />
          <text className={styles.tick} x={LEFT - 6} y={toY(tick) + 4} textAnchor="end">
            {numberText(tick)}
          </text>
        </g>
      ))}
      {ticks(...x.domain, width < NARROW ? 3 : 5).map((tick) => (
        <g key={tick}>
          <line className={styles.grid} x1={toX(tick)} x2={toX(tick)} y1={TOP} y2={bottom} />
          <text className={styles.tick} x={toX(tick)} y={bottom + 15} textAnchor="middle">
            {numberText(tick)}
          </text>
        </g>
      ))}
      <text className={styles.axis} data-of={x.of} x={right} y={height - 6} textAnchor="end">
        {x.label} →
      </text>
      <text className={styles.axis} data-of={y.of} transform={`translate(12 ${TOP}) rotate(-90)`} textAnchor="end">
        {y.label} →
      </text>
    </>
  );
}

/** Drawn once, not with every step of the mouse. */
const Points = memo(function Points({ points, ...ground }: GroundProps & Pick<Props, "points">) {
  const { toX, toY } = scales(ground);
  return points.map(({ text, kind, x, y }) => <Shape key={text} kind={kind} x={toX(x)} y={toY(y)} />);
});

function Shape({ kind, x, y }: { readonly kind: Kind; readonly x: number; readonly y: number }) {
  if (kind === "diamond") return <path className={styles.point} d={`M${x} ${y - 5}l5 5l-5 5l-5 -5Z`} />;
  if (kind === "cross") return <path className={styles.cross} d={`M${x - 3.5} ${y - 3.5}l7 7m0 -7l-7 7`} />;
  return <circle className={kind === "ring" ? styles.ring : styles.point} cx={x} cy={y} r={3.5} />;
}

export function Glyph({ kind }: { readonly kind: Kind }) {
  return (
    <svg className={styles.glyph} width="14" height="14" aria-hidden="true">
      <Shape kind={kind} x={7} y={7} />
    </svg>
  );
}
