import { describe, expect, it } from "vitest";
import { readGolden } from "../testing/golden.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

interface Golden {
  readonly normal: {
    readonly p: readonly number[];
    readonly ppf: readonly number[];
    readonly x: readonly number[];
    readonly cdf: readonly number[];
  };
}

const { normal } = readGolden("numpy-numerics.json") as Golden; // the file's own script says its form

/** The largest difference; NaN and infinities must be equal. */
function largestDifference(actual: readonly number[], expected: readonly number[]): number {
  return Math.max(
    ...actual.map((value, i) => (Object.is(value, expected[i]) ? 0 : Math.abs(value - (expected[i] ?? 0)))),
  );
}

describe("the normal distribution beside scipy's", () => {
  it("quantiles, in the middle and down to 1e-300", () => {
    expect(largestDifference(normal.p.map(normalQuantile), normal.ppf)).toBeLessThan(1e-13);
  });

  it("distribution function", () => {
    expect(largestDifference(normal.x.map(normalCdf), normal.cdf)).toBeLessThan(1e-15);
  });
});
