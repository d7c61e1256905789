/** How far computed values are from those that they should be: the measure that backends are compared by. */

export interface Deviation {
  /** Largest |computed − expected| over the largest |expected|; Infinity where a value is missing or no number. */
  readonly share: number;
  /** Where that is: the place of the value. */
  readonly at: number;
}

export function deviationOf(computed: ArrayLike<number> | undefined, expected: ArrayLike<number>): Deviation {
  const values = computed ?? [];
  if (values.length !== expected.length)
    return { share: Number.POSITIVE_INFINITY, at: Math.min(values.length, expected.length) };
  let difference = 0;
  let at = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const delta = Math.abs((values[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    if (Number.isNaN(delta)) return { share: Number.POSITIVE_INFINITY, at: i };
    if (delta > difference) [difference, at] = [delta, i];
    scale = Math.max(scale, Math.abs(expected[i] ?? 0));
  }
  return { share: scale === 0 ? difference : difference / scale, at };
}
