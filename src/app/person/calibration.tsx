/** The size of pictures in degrees: a bank card on its outline tells how large a pixel is. Optional; without it, says so. */
import { useState } from "react";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import type { Viewing } from "../../subject/person.ts";
import styles from "./person.module.css";
import { CARD_MM, distanceOf, largestDegrees, pxOfDegrees, roomFor } from "./size.ts";

interface Props {
  readonly benchmark: BehavioralBenchmark;
  readonly viewing: Viewing | undefined;
  readonly onViewing: (viewing: Viewing | undefined) => void;
}

/** CSS means 96 pixels to the inch; screens differ, which is why it is measured. */
const CSS_PX_PER_MM = 96 / 25.4;
const USUAL_DISTANCE_CM = 60;

export function Calibration({ benchmark, viewing, onViewing }: Props) {
  const [last, setLast] = useState<Viewing>({ pxPerMm: CSS_PX_PER_MM, distanceCm: USUAL_DISTANCE_CM });
  const degrees = largestDegrees(benchmark.stimulusSet.visualDegrees);
  if (degrees === undefined)
    return (
      <p className={styles.aside}>The benchmark gives its pictures no visual angle, so their size here is free.</p>
    );
  const set = (next: Viewing): void => {
    setLast(next);
    onViewing(next);
  };
  return (
    <div className={styles.calibration}>
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={viewing !== undefined}
          onChange={({ currentTarget }) => onViewing(currentTarget.checked ? last : undefined)}
        />
        Show pictures at the benchmark’s size, {degrees}° of visual angle
      </label>
      {viewing === undefined ? (
        <p className={styles.aside}>
          Size is not controlled: pictures are as large as the screen has room, and their angle at your eye is unknown.
        </p>
      ) : (
        <Measure degrees={degrees} across={benchmark.task.name === "odd_one_out" ? 3 : 1} viewing={viewing} set={set} />
      )}
    </div>
  );
}

interface MeasureProps {
  readonly degrees: number;
  readonly across: number;
  readonly viewing: Viewing;
  readonly set: (viewing: Viewing) => void;
}

function Measure({ degrees, across, viewing, set }: MeasureProps) {
  const { pxPerMm, distanceCm } = viewing;
  const cardPx = Math.round(pxPerMm * CARD_MM);
  const room = roomFor(window.innerWidth, window.innerHeight, across);
  const px = pxOfDegrees(degrees, viewing);
  const nearest = distanceOf(room, degrees, pxPerMm);
  return (
    <>
      <label className={styles.field}>
        <span>Hold a bank card to the screen; drag until the outline is as wide as the card</span>
        <input
          type="range"
          min={140}
          max={900}
          step={1}
          value={cardPx}
          aria-valuetext={`${cardPx} pixels`}
          onChange={({ currentTarget }) => set({ ...viewing, pxPerMm: Number(currentTarget.value) / CARD_MM })}
        />
      </label>
      <div className={styles.card} style={{ width: `${cardPx}px` }} aria-hidden="true" />
      <label className={styles.field}>
        <span>Distance from eye to screen, cm</span>
        <input
          type="number"
          min={20}
          max={1000}
          step={1}
          value={distanceCm}
          onChange={({ currentTarget }) => {
            const cm = Number(currentTarget.value);
            if (cm > 0) set({ ...viewing, distanceCm: cm });
          }}
        />
      </label>
      <p className={styles.aside}>
        {px <= room
          ? `From ${distanceCm} cm, ${degrees}° are ${(px / pxPerMm / 10).toFixed(1)} cm on this screen.`
          : `From ${distanceCm} cm, ${degrees}° do not fit beside the choices; the picture fills its room and subtends ${degrees}° from ${Math.ceil(nearest)} cm.`}{" "}
        Do not zoom the page afterwards.
      </p>
    </>
  );
}
