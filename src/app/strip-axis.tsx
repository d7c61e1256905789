/** The drawing of a strip: axis, ceiling band, chance, people, and a dot with its name for each subject. */
import { useId } from "react";
import type { Ceiling, Score } from "../scoring/ceiled.ts";
import { ceilingText } from "./describe.ts";
import { decimal } from "./format.ts";
import styles from "./strip.module.css";
import { domainOf, type Placed, placeLabels } from "./strip-layout.ts";
import { useWidth } from "./use-width.ts";

export interface Dot {
  readonly id: string;
  readonly name: string;
  readonly score: Score;
  /** Drawn hatched. */
  readonly standIn: boolean;
  /** Whether the mean is taken over it. */
  readonly counts: boolean;
}

interface Props {
  /** All of it in words. */
  readonly summary: string;
  readonly dots: readonly Dot[];
  readonly ceiling: Ceiling | undefined;
  readonly chance: number | undefined;
  /** People's own value on this axis, where they have one. */
  readonly people: number | undefined;
  readonly meanName?: string;
  readonly pointed?: string | undefined;
  readonly onPoint?: (subject: string | undefined) => void;
}

/** Heights in px: a lane of names, what the marks take above and below the axis, and the numbers of ticks. */
const LANE = 16;
const REACH = 15;
const TICKS = 13;
const REFERENCE_LANES = 3;
const NAME_LANES = 4;
const PAD = 14;

/** Where things are along the axis and down the figure, in px. */
interface Frame {
  readonly x: (value: number) => number;
  readonly width: number;
  /** The axis, and how far marks reach above and below it. */
  readonly middle: number;
  readonly top: number;
  readonly bottom: number;
  readonly domain: readonly [number, number];
}

export function Axis({ summary, dots, ceiling, chance, people, meanName = "mean", pointed, onPoint }: Props) {
  const { ref, width } = useWidth();
  const mean = meanOf(dots.filter(({ counts }) => counts));
  const hatch = useId();
  const domain = domainOf([...dots.map((dot) => dot.score.raw), ceiling?.value ?? 1]);
  const [low, high] = domain;
  const x = (value: number): number => PAD + ((value - low) / (high - low)) * (width - 2 * PAD);
  const named: Reference[] = [
    ...(ceiling === undefined ? [] : [{ at: ceiling.value, text: `ceiling ${ceilingText(ceiling)}` }]),
    ...(chance === undefined ? [] : [{ at: chance, text: `chance ${chance === 0 ? "0" : decimal(chance)}` }]),
    ...(people === undefined ? [] : [{ at: people, text: `people ${decimal(people)}`, look: styles.peopleName }]),
    ...(mean === undefined ? [] : [{ at: mean, text: `${meanName} ${decimal(mean)}`, look: styles.meanName }]),
  ];
  const above = placeLabels(
    named.map(({ at, text }) => ({ x: x(at), width: textWidth(text) })),
    width,
    REFERENCE_LANES,
  );
  const below = placeLabels(
    dots.map((dot) => ({ x: x(dot.score.raw), width: textWidth(dot.name) })),
    width,
    NAME_LANES,
  );
  const top = lanesOf(above) * LANE + 2;
  const middle = top + REACH;
  const frame: Frame = { x, width, top, middle, bottom: middle + REACH, domain };
  const numbers = frame.bottom + TICKS;
  const names = numbers + LANE + 2;
  const drawn = dots
    .map((dot, i) => ({ dot, place: below[i] }))
    .sort((a, b) => Number(a.dot.id === pointed) - Number(b.dot.id === pointed)); // the pointed one over the others
  return (
    <svg ref={ref} className={styles.axis} height={numbers + lanesOf(below) * LANE + 6} role="img" aria-label={summary}>
      {width > 0 && (
        <>
          {dots.some(({ standIn }) => standIn) && <Hatch id={hatch} />}
          {ceiling !== undefined && <CeilingBand ceiling={ceiling} frame={frame} />}
          <line className={styles.line} x1={x(low)} x2={x(high)} y1={middle} y2={middle} />
          {ticks(low, high).map((tick) => (
            <g key={tick}>
              <line className={styles.line} x1={x(tick)} x2={x(tick)} y1={middle} y2={frame.bottom} />
              <text className={styles.tick} x={x(tick)} y={numbers}>
                {tick === 0 || tick === 1 ? tick : decimal(tick, 1)}
              </text>
            </g>
          ))}
          {chance !== undefined && <Upright className={styles.chance} at={chance} frame={frame} />}
          {people !== undefined && <Upright className={styles.people} at={people} frame={frame} />}
          {mean !== undefined && <Upright className={styles.meanLine} at={mean} frame={frame} />}
          {named.map(({ text, look = styles.reference }, i) => {
            const place = above[i];
            return (
              place !== undefined && (
                <text key={text} className={look} x={place.x} y={top - 6 - place.lane * LANE}>
                  {text}
                </text>
              )
            );
          })}
          {drawn.map(({ dot, place }) => (
            <DotMark
              key={dot.id}
              dot={dot}
              hatch={hatch}
              place={place}
              names={names}
              pointed={dot.id === pointed}
              frame={frame}
              onPoint={onPoint}
            />
          ))}
        </>
      )}
    </svg>
  );
}

interface Reference {
  readonly at: number;
  readonly text: string;
  readonly look?: string | undefined;
}

function lanesOf(places: readonly (Placed | undefined)[]): number {
  return Math.max(0, ...places.map((place) => (place === undefined ? 0 : place.lane + 1)));
}

function Upright({
  className,
  at,
  frame,
}: {
  readonly className: string | undefined;
  readonly at: number;
  readonly frame: Frame;
}) {
  return <line className={className} x1={frame.x(at)} x2={frame.x(at)} y1={frame.top} y2={frame.bottom - 2} />;
}

interface DotProps {
  readonly dot: Dot;
  /** Id of the pattern for stand-ins. */
  readonly hatch: string;
  /** Where its name found room. */
  readonly place: Placed | undefined;
  /** Baseline of the first lane of names. */
  readonly names: number;
  readonly pointed: boolean;
  readonly frame: Frame;
  readonly onPoint: Props["onPoint"];
}

/** A name that found no lane is shown while its dot is pointed at, over the others. Pointing repeats the table's focus. */
function DotMark({ dot, hatch, place, names, pointed, frame, onPoint }: DotProps) {
  const x = frame.x(dot.score.raw);
  const half = textWidth(dot.name) / 2;
  const at = place ?? { x: Math.min(Math.max(x, half), frame.width - half), lane: 0 };
  const y = names + at.lane * LANE;
  return (
    <g
      className={styles.dot}
      data-pointed={pointed || undefined}
      onPointerEnter={() => onPoint?.(dot.id)}
      onPointerLeave={() => onPoint?.(undefined)}
    >
      <circle className={styles.target} cx={x} cy={frame.middle} r={12} />
      <circle
        className={dot.standIn ? styles.standIn : styles.mark}
        cx={x}
        cy={frame.middle}
        r={pointed ? 7 : 5}
        {...(dot.standIn ? { fill: `url(#${hatch})` } : {})}
      />
      {place === undefined && pointed && (
        <rect className={styles.cover} x={at.x - half - 4} y={y - 12} width={2 * half + 8} height={LANE} />
      )}
      {(place !== undefined || pointed) && (
        <text x={at.x} y={y}>
          {dot.name}
        </text>
      )}
    </g>
  );
}

/** The models' blue, hatched, on the paper's ground. */
function Hatch({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={id} width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className={styles.hatchGround} width="3" height="3" />
        <rect className={styles.hatchLine} width="1.4" height="3" />
      </pattern>
    </defs>
  );
}

/** The ceiling's line and its error around it, clipped to the axis. */
function CeilingBand({ ceiling, frame }: { readonly ceiling: Ceiling; readonly frame: Frame }) {
  const { value, error = 0 } = ceiling;
  const { x, top, bottom, domain } = frame;
  const from = x(Math.max(domain[0], value - error));
  const to = x(Math.min(domain[1], value + error));
  return (
    <>
      <rect className={styles.band} x={from} width={Math.max(0, to - from)} y={top} height={bottom - top} />
      <line className={styles.ceiling} x1={x(value)} x2={x(value)} y1={top} y2={bottom} />
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
