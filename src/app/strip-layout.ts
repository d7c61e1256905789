/** Geometry of the strip: where values lie along it and where their names find room. Pure; strip.tsx draws it. */

/** The axis of a strip: 0 to 1, and further where a value is. */
export function domainOf(values: readonly number[]): readonly [number, number] {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(0, ...finite);
  const high = Math.max(1, ...finite);
  return [low < 0 ? Math.floor(low * 10) / 10 : 0, high > 1 ? Math.ceil(high * 10) / 10 : 1];
}

export interface Label {
  /** Where the thing named is, in px. */
  readonly x: number;
  readonly width: number;
}

export interface Placed {
  /** Centre of the text, in px. */
  readonly x: number;
  readonly lane: number;
}

/**
 * Puts labels into lanes so that none overlap: from left to right, each in the first lane with room, kept within
 * [0, `width`]. A label for which no lane has room is undefined. Results are in the order given.
 */
export function placeLabels(labels: readonly Label[], width: number, lanes: number, gap = 8): (Placed | undefined)[] {
  const ends = Array.from({ length: lanes }, () => Number.NEGATIVE_INFINITY);
  const placed: (Placed | undefined)[] = labels.map(() => undefined);
  const order = labels.map((label, index) => ({ ...label, index })).sort((a, b) => a.x - b.x || a.index - b.index);
  for (const label of order) {
    const half = label.width / 2;
    const x = Math.min(Math.max(label.x, half), Math.max(half, width - half));
    const lane = ends.findIndex((end) => x - half >= end + gap);
    if (lane === -1) continue;
    ends[lane] = x + half;
    placed[label.index] = { x, lane };
  }
  return placed;
}
