/** How large a picture is drawn: by visual angle where the screen was measured, by the room there is elsewhere. Pure. */
import type { Viewing } from "../../subject/person.ts";

/** Width of a bank card, ISO/IEC 7810 ID-1, in millimetres. */
export const CARD_MM = 85.6;

/** Beyond this no screen that one sits before can show a picture. */
const WIDEST_DEGREES = 100;

/** CSS pixels that subtend an angle at the eye, straight before it. */
export function pxOfDegrees(degrees: number, { pxPerMm, distanceCm }: Viewing): number {
  return 2 * distanceCm * 10 * Math.tan((degrees * Math.PI) / 360) * pxPerMm;
}

/** The distance in centimetres at which `px` subtend `degrees`. */
export function distanceOf(px: number, degrees: number, pxPerMm: number): number {
  return px / pxPerMm / 10 / (2 * Math.tan((degrees * Math.PI) / 360));
}

/** The largest angle among the pictures; undefined where they have none, or one that no screen shows. */
export function largestDegrees(degrees: readonly number[] | null): number | undefined {
  if (degrees === null || degrees.length === 0) return undefined;
  const largest = degrees.reduce((most, each) => Math.max(most, each), 0);
  return largest <= WIDEST_DEGREES ? largest : undefined;
}

/**
 * The side of a picture's square in CSS pixels, `room` at most. Without a measured screen the largest picture has all the
 * room, and smaller ones are smaller in the benchmark's proportion.
 */
export function sideOf(room: number, degrees: readonly number[] | null, index: number, viewing?: Viewing): number {
  const largest = largestDegrees(degrees);
  const own = degrees?.[index];
  if (largest === undefined || own === undefined) return room;
  return viewing === undefined ? (room * own) / largest : Math.min(room, pxOfDegrees(own, viewing));
}

/** Between pictures that stand side by side, and beside them, in CSS pixels. */
export const GAP_PX = 16;

/** Of pictures side by side, with what is between them. */
export function widthOf(across: number, room: number): number {
  return across * (room + GAP_PX) - GAP_PX;
}

/** The room of one picture on a screen of this size, in CSS pixels: above the choices, `across` side by side. */
export function roomFor(width: number, height: number, across: number): number {
  return Math.floor(Math.max(48, Math.min((width - GAP_PX * (across + 1)) / across, height * 0.45)));
}
