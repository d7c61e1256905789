/** Axes of a scatter plot: where they end, what their ticks say. Pure; scatter.tsx draws them. */
import { max, min, nice } from "d3-array";

export type Domain = readonly [number, number];

/** From the lowest to the highest value, or to what is `within`, with a little room, ending at round numbers. */
export function domainOf(values: readonly number[], within: readonly number[] = []): Domain {
  const low = min([...values, ...within]) ?? 0;
  const high = max([...values, ...within]) ?? 1;
  const room = high > low ? 0 : Math.abs(high) || 1;
  const [from, to] = nice(low - room / 2, high + room / 2, 5);
  return [from, to];
}

/** As short as the number is, with a true minus sign. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(4))).replace("-", "−");
}

/** The place of the point that is nearest to (x, y), no farther than `reach`; undefined where there is none. */
export function nearest(
  points: readonly { readonly x: number; readonly y: number }[],
  x: number,
  y: number,
  reach: number,
): number | undefined {
  let found: number | undefined;
  let least = reach * reach;
  for (const [i, point] of points.entries()) {
    const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
    if (distance > least) continue;
    least = distance;
    found = i;
  }
  return found;
}
