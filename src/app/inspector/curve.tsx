/** Accuracy along a column of numbers, a line for each group of the other columns. The table below holds its numbers. */
import { decimal } from "../format.ts";
import type { Span } from "../responses.ts";
import { useWidth } from "../use-width.ts";
import styles from "./curve.module.css";
import { type Axis, type Grouping, linesOf } from "./groupings.ts";
import type { Who } from "./who.ts";

interface Props {
  readonly grouping: Grouping;
  readonly axis: Axis;
  readonly who: Who;
  readonly chance: number | undefined;
}

/** Sizes in px: the drawing's height and margins, a line of text, and what a tick's number takes. */
const HEIGHT = 220;
const TOP = 12;
const LEFT = 34;
const BOTTOM = 36;
const LABEL = 14;
const TICK = 36;
/** Half the end of an interval. */
const CAP = 3;
/** Where a name needs more, the axis ends earlier. */
const MOST_FOR_NAMES = 0.34;
/** Lines of different groups: whole, then broken in ways that differ. */
const DASHES = ["none", "7 3", "2 3", "7 3 2 3"];

interface Line {
  readonly name: string;
  readonly kind: "people" | "model";
  readonly dash: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly span: Span | undefined }[];
}

export function Curve({ grouping, axis, who, chance }: Props) {
  const { ref, width } = useWidth();
  const groups = linesOf(grouping, axis);
  const lines = groups.flatMap(({ series, points }, i): Line[] =>
    (["people", "model"] as const).flatMap((kind) => {
      const drawn = points.flatMap((point) => {
        const y = point[kind];
        const span = kind === "people" ? point.range : point.interval;
        return y === undefined ? [] : [{ x: point.x, y, span }];
      });
      const whose = kind === "people" ? who.observers.name : who.subject;
      const name = series === "" ? whose : `${whose}, ${series}`;
      return drawn.length === 0 ? [] : [{ name, kind, dash: DASHES[i] ?? "none", points: drawn }];
    }),
  );
  const values = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].toSorted((a, b) => a - b);
  const { thresholds } = axis;
  const all = [...values, ...thresholds.map(({ x }) => x)];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const names = Math.min(Math.max(...lines.map(({ name }) => name.length * 6.5)) + 12, MOST_FOR_NAMES * width);
  const right = width - names;
  const x = (value: number): number => LEFT + ((value - low) / (high - low || 1)) * (right - LEFT);
  const y = (share: number): number => HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  const ends = spread(lines.map(({ points }) => y(points.at(-1)?.y ?? 0)));
  const column = grouping.columns[axis.column] ?? "";
  return (
    <svg ref={ref} className={styles.curve} height={HEIGHT} role="img" aria-label={summary(column, lines, thresholds)}>
      {width > 0 && (
        <>
          {[0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => (
            <g key={share}>
              <line className={styles.grid} x1={LEFT} x2={right} y1={y(share)} y2={y(share)} />
              <text className={styles.share} x={LEFT - 6} y={y(share) + 4}>
                {share === 0 || share === 1 ? share : decimal(share, 1)}
              </text>
            </g>
          ))}
          {chance !== undefined && (
            <line className={styles.chance} x1={LEFT} x2={right} y1={y(chance)} y2={y(chance)} />
          )}
          {ticksOf(values, x).map((value) => (
            <text key={value} className={styles.tick} x={x(value)} y={HEIGHT - BOTTOM + 14}>
              {value}
            </text>
          ))}
          <text className={styles.tick} x={(LEFT + right) / 2} y={HEIGHT - 4}>
            {column}
            {thresholds.length > 0 && "; ticks: each person’s threshold"}
          </text>
          {thresholds.map(({ x: at, series }, i) => (
            <line
              // biome-ignore lint/suspicious/noArrayIndexKey: two persons may have one threshold
              key={i}
              className={styles.threshold}
              x1={x(at)}
              x2={x(at)}
              y1={HEIGHT - BOTTOM - 12}
              y2={HEIGHT - BOTTOM}
              strokeDasharray={DASHES[groups.findIndex((group) => group.series === series)] ?? "none"}
            />
          ))}
          {lines.map(({ name, kind, dash, points }, i) => (
            <g key={name} className={styles[kind]}>
              <polyline
                strokeDasharray={dash}
                points={points.map((point) => `${x(point.x)},${y(point.y)}`).join(" ")}
              />
              {points.map(
                ({ x: at, span }) =>
                  span !== undefined && (
                    <path
                      key={at}
                      className={styles.span}
                      d={`M${x(at) - CAP} ${y(span[0])}h${2 * CAP}M${x(at)} ${y(span[0])}V${y(span[1])}M${x(at) - CAP} ${y(span[1])}h${2 * CAP}`}
                    />
                  ),
              )}
              {points.map((point) => (
                <circle key={point.x} cx={x(point.x)} cy={y(point.y)} r="3.5" />
              ))}
              <text x={right + 10} y={(ends[i] ?? 0) + 4}>
                {name}
              </text>
            </g>
          ))}
        </>
      )}
    </svg>
  );
}

/** Heights of names, moved down as far as they need to be for none to touch. */
function spread(heights: readonly number[]): number[] {
  const placed = heights.map(() => 0);
  let last = Number.NEGATIVE_INFINITY;
  for (const i of [...heights.keys()].sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0))) {
    last = Math.max(heights[i] ?? 0, last + LABEL);
    placed[i] = last;
  }
  return placed;
}

/** The values for whose numbers there is room, from left to right. */
function ticksOf(values: readonly number[], x: (value: number) => number): number[] {
  let last = Number.NEGATIVE_INFINITY;
  return values.filter((value) => {
    if (x(value) - last < TICK) return false;
    last = x(value);
    return true;
  });
}

function summary(column: string, lines: readonly Line[], thresholds: Axis["thresholds"]): string {
  const texts = lines.map(
    ({ name, points }) => `${name}: ${points.map((point) => `${decimal(point.y, 2)} at ${point.x}`).join(", ")}`,
  );
  const people = thresholds.length === 0 ? [] : [`people's thresholds ${thresholds.map(({ x }) => x).join(", ")}`];
  return [`Share of right answers by ${column}`, ...texts, ...people].join("; ");
}
