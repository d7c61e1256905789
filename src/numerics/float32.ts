/**
 * numpy's float32 reductions, operation for operation.
 *
 * Means of equal probabilities differ in the last bit with the order of summation, and in Brain-Score's label task that
 * bit decides ties (see subject/label.ts). Only what decides such ties belongs here; all other arithmetic of the house
 * is float64.
 */

const BLOCK = 128;

/**
 * numpy's pairwise sum of `values[start … start + length)` in float32 (numpy/core/src/umath/loops_utils.h.src): fewer than
 * eight values in order, up to 128 in eight interleaved accumulators, more by halves whose size is a multiple of eight.
 */
export function pairwiseSum(values: Float32Array, start = 0, length: number = values.length): number {
  const at = (i: number): number => values[start + i] ?? 0;
  if (length < 8) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum = Math.fround(sum + at(i));
    return sum;
  }
  if (length <= BLOCK) {
    const r = new Float32Array(8);
    for (let j = 0; j < 8; j++) r[j] = at(j);
    const whole = length - (length % 8);
    for (let i = 8; i < whole; i += 8) {
      for (let j = 0; j < 8; j++) r[j] = (r[j] ?? 0) + at(i + j);
    }
    const pair = (a: number, b: number): number => Math.fround((r[a] ?? 0) + (r[b] ?? 0));
    let sum = Math.fround(Math.fround(pair(0, 1) + pair(2, 3)) + Math.fround(pair(4, 5) + pair(6, 7)));
    for (let i = whole; i < length; i++) sum = Math.fround(sum + at(i));
    return sum;
  }
  let half = Math.floor(length / 2);
  half -= half % 8;
  return Math.fround(pairwiseSum(values, start, half) + pairwiseSum(values, start + half, length - half));
}

/** The first maximum; like numpy's argmax, the first NaN if there is one. -1 for no values. */
export function argmax(values: ArrayLike<number>): number {
  let best = -1;
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) return i;
    if (best < 0 || value > maximum) {
      best = i;
      maximum = value;
    }
  }
  return best;
}
