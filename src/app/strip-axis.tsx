/** The drawing of a strip: axis, ceiling band, chance, people, and a dot with its name for each subject. */
import type { Ceiling, Score } from "../scoring/score.ts";
import { ceilingText } from "./describe.ts";
import { decimal } from "./format.ts";
import styles from "./strip.module.css";
import { domainOf, placeLabels } from "./strip-layout.ts";
import { useWidth } from "./use-width.ts";

export interface Dot {
  readonly id: string;
  readonly name: string;
  readonly score: Score;
}

interface Props {
  /** All of it in words. */
  readonly summary: string;
  readonly dots: readonly Dot[];
  readonly ceiling: Ceiling | undefined;
  readonly chance: number | undefined;
  /** People's own value on this axis, where they have one. */
  readonly people: number | undefined;
  readonly pointed?: string | undefined;
  readonly onPoint?: (subject: string | undefined) => void;
}

/** Heights in px from the top: names of references, the axis, numbers of ticks, names of subjects in lanes. */
const REFERENCES = 12;
const TOP = 18;
const MIDDLE = TOP + 15;
const BOTTOM = MIDDLE + 15;
const TICKS = BOTTOM + 12;
const NAMES = TICKS + 18;
const LANE = 16;
const LANES = 2;
const PAD = 14;

type Scale = (value: number) => number;

export function Axis({ summary, dots, ceiling, chance, people, pointed, onPoint }: Props) {
  const { ref, width } = useWidth();
  const [low, high] = domainOf([...dots.map((dot) => dot.score.raw), ceiling?.value ?? 1]);
  const x: Scale = (value) => PAD + ((value - low) / (high - low)) * (width - 2 * PAD);
  const names = placeLabels(
    dots.map((dot) => ({ x: x(dot.score.raw), width: textWidth(dot.name) })),
    width,
    LANES,
  );
  const lanes = Math.max(0, ...names.map((name) => (name === undefined ? 0 : name.lane + 1)));
  const height = lanes === 0 ? TICKS + 6 : NAMES + (lanes - 1) * LANE + 6;
  return (
    <svg ref={ref} className={styles.axis} height={height} role="img" aria-label={summary}>
      {width > 0 && (
        <>
          {ceiling !== undefined && <CeilingBand ceiling={ceiling} x={x} domain={[low, high]} />}
          <line className={styles.line} x1={x(low)} x2={x(high)} y1={MIDDLE} y2={MIDDLE} />
          {ticks(low, high).map((tick) => (
            <g key={tick}>
              <line className={styles.line} x1={x(tick)} x2={x(tick)} y1={MIDDLE} y2={BOTTOM} />
              <text className={styles.tick} x={x(tick)} y={TICKS}>
                {tick === 0 || tick === 1 ? tick : decimal(tick, 1)}
              </text>
            </g>
          ))}
          <References ceiling={ceiling} chance={chance} people={people} mean={meanOf(dots)} x={x} width={width} />
          {dots.map((dot, i) => (
            <DotMark
              key={dot.id}
              dot={dot}
              x={x(dot.score.raw)}
              name={names[i]}
              pointed={dot.id === pointed}
              width={width}
              onPoint={onPoint}
            />
          ))}
        </>
      )}
    </svg>
  );
}

interface DotProps {
  readonly dot: Dot;
  readonly x: number;
  readonly name: { readonly x: number; readonly lane: number } | undefined;
  readonly pointed: boolean;
  readonly width: number;
  readonly onPoint: Props["onPoint"];
}

/** A name that found no lane is shown while its dot is pointed at, over the others. */
function DotMark({ dot, x, name, pointed, width, onPoint }: DotProps) {
  const half = textWidth(dot.name) / 2;
  const place = name ?? { x: Math.min(Math.max(x, half), width - half), lane: 0 };
  return (
    // Pointing only repeats what focusing the table's cell shows.
    <g
      className={styles.dot}
      data-pointed={pointed || undefined}
      onPointerEnter={() => onPoint?.(dot.id)}
      onPointerLeave={() => onPoint?.(undefined)}
    >
      <circle className={styles.target} cx={x} cy={MIDDLE} r={12} />
      <circle className={styles.mark} cx={x} cy={MIDDLE} r={pointed ? 7 : 5} />
      {(name !== undefined || pointed) && (
        <text x={place.x} y={NAMES + place.lane * LANE}>
          {dot.name}
        </text>
      )}
    </g>
  );
}

/** The ceiling's line and its error around it, clipped to the axis. */
function CeilingBand({
  ceiling,
  x,
  domain: [low, high],
}: {
  readonly ceiling: Ceiling;
  readonly x: Scale;
  readonly domain: readonly [number, number];
}) {
  const { value, error = 0 } = ceiling;
  const from = x(Math.max(low, value - error));
  const to = x(Math.min(high, value + error));
  return (
    <>
      <rect className={styles.band} x={from} width={Math.max(0, to - from)} y={TOP} height={BOTTOM - TOP} />
      <line className={styles.ceiling} x1={x(value)} x2={x(value)} y1={TOP} y2={BOTTOM} />
    </>
  );
}

/** Chance, people and ceiling by name. */
function References({
  ceiling,
  chance,
  people,
  mean,
  x,
  width,
}: Pick<Props, "ceiling" | "chance" | "people"> & {
  readonly mean: number | undefined;
  readonly x: Scale;
  readonly width: number;
}) {
  const named = [
    ...(chance === undefined
      ? []
      : [{ at: chance, text: `chance ${chance === 0 ? "0" : decimal(chance)}`, look: styles.reference }]),
    ...(mean === undefined ? [] : [{ at: mean, text: `mean ${decimal(mean)}`, look: styles.meanName }]),
    ...(people === undefined ? [] : [{ at: people, text: `people ${decimal(people)}`, look: styles.peopleName }]),
    ...(ceiling === undefined
      ? []
      : [{ at: ceiling.value, text: `ceiling ${ceilingText(ceiling)}`, look: styles.reference }]),
  ];
  const places = placeLabels(
    named.map(({ at, text }) => ({ x: x(at), width: textWidth(text) })),
    width,
    1,
  );
  return (
    <>
      {chance !== undefined && <line className={styles.chance} x1={x(chance)} x2={x(chance)} y1={TOP} y2={BOTTOM} />}
      {people !== undefined && (
        <line className={styles.people} x1={x(people)} x2={x(people)} y1={TOP + 2} y2={BOTTOM - 2} />
      )}
      {mean !== undefined && <line className={styles.meanLine} x1={x(mean)} x2={x(mean)} y1={TOP} y2={BOTTOM - 4} />}
      {named.map(({ text, look }, i) => {
        const place = places[i];
        return (
          place !== undefined && (
            <text key={text} className={look} x={place.x} y={REFERENCES}>
              {text}
            </text>
          )
        );
      })}
    </>
  );
}

/** Of two or more; the mean of one is the one. */
function meanOf(dots: readonly Dot[]): number | undefined {
  return dots.length < 2 ? undefined : dots.reduce((sum, dot) => sum + dot.score.raw, 0) / dots.length;
}

/** Fifths of the unit interval, and on beyond it. */
function ticks(low: number, high: number): number[] {
  const first = Math.ceil(low * 5);
  return Array.from({ length: Math.floor(high * 5) - first + 1 }, (_, i) => (first + i) / 5);
}

/** Width of a name in the strip's 12 px sans, a little generous: labels must not touch. */
function textWidth(text: string): number {
  return text.length * 6.5;
}
