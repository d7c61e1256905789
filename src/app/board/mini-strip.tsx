/**
 * The strip of a benchmark as small as a line of the table: raw values, their mean, the ceiling's band. It repeats the row's
 * numbers to the eye, so a screen reader passes it over.
 */
import { useId } from "react";
import type { Ceiling } from "../../scoring/ceiled.ts";
import { domainOf } from "../strip-layout.ts";
import { meanOfKnown } from "./arrange.ts";
import styles from "./matrix.module.css";

export interface MiniDot {
  readonly id: string;
  readonly raw: number;
  readonly standIn: boolean;
  /** Whether the mean is over it. */
  readonly counts: boolean;
}

interface Props {
  readonly dots: readonly MiniDot[];
  readonly ceiling: Ceiling | undefined;
  readonly chance: number | undefined;
  readonly pointed: string | undefined;
}

/** In px. */
const STRIP_WIDTH = 148;
const HEIGHT = 26;
const PAD = 6;

export function MiniStrip({ dots, ceiling, chance, pointed }: Props) {
  const hatch = useId();
  const [low, high] = domainOf([...dots.map(({ raw }) => raw), ceiling?.value ?? 1]);
  const x = (value: number): number => PAD + ((value - low) / (high - low)) * (STRIP_WIDTH - 2 * PAD);
  const mean = meanOfKnown(dots.filter(({ counts }) => counts).map(({ raw }) => raw));
  const marked = dots.find(({ id }) => id === pointed);
  // A point is a line of no length with round ends: one path for all of them.
  const points = (some: readonly MiniDot[]): string => some.map(({ raw }) => `M${x(raw).toFixed(1)} 13h0`).join("");
  const band = (value: number): number => Math.min(STRIP_WIDTH - PAD, Math.max(PAD, x(value)));
  return (
    <svg className={styles.mini} width={STRIP_WIDTH} height={HEIGHT} aria-hidden="true">
      <pattern id={hatch} width="2.4" height="2.4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className={styles.hatchGround} width="2.4" height="2.4" />
        <rect className={styles.hatchLine} width="1.2" height="2.4" />
      </pattern>
      {ceiling !== undefined && (
        <>
          <rect
            className={styles.band}
            x={band(ceiling.value - (ceiling.error ?? 0))}
            width={band(ceiling.value + (ceiling.error ?? 0)) - band(ceiling.value - (ceiling.error ?? 0))}
            y="3"
            height="20"
          />
          <line className={styles.ceiling} x1={x(ceiling.value)} x2={x(ceiling.value)} y1="3" y2="23" />
        </>
      )}
      <line className={styles.line} x1={PAD} x2={STRIP_WIDTH - PAD} y1="13" y2="13" />
      {chance !== undefined && <line className={styles.chance} x1={x(chance)} x2={x(chance)} y1="4" y2="22" />}
      {mean !== undefined && <line className={styles.meanLine} x1={x(mean)} x2={x(mean)} y1="3" y2="23" />}
      <path className={styles.models} d={points(dots.filter(({ standIn }) => !standIn))} />
      <path className={styles.standIns} stroke={`url(#${hatch})`} d={points(dots.filter(({ standIn }) => standIn))} />
      {marked !== undefined && <circle className={styles.marked} cx={x(marked.raw)} cy="13" r="5" />}
    </svg>
  );
}
