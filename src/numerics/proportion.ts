/** Intervals of a share: scipy's binomtest(k, n).proportion_ci(method="wilson"), to 1e-12. */

/** Of the standard normal distribution, the middle 95 % of which lie within ± this. */
const Z = 1.959963984540054;

/**
 * Wilson's 95 % interval of a share of `n` trials (Wilson 1927). For values between 0 and 1 that are not all 0 or 1 it
 * is wider than need be: their variance is at most that of a coin with the same mean.
 */
export function wilson(share: number, n: number): [number, number] {
  const centre = (share + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return [share === 0 ? 0 : centre - half, share === 1 ? 1 : centre + half]; // else off by a rounding
}
