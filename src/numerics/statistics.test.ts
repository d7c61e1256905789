import { describe, expect, it } from "vitest";
import { readGolden } from "../testing/golden.ts";
import { nanmedian, pearson, sem } from "./statistics.ts";

interface Golden {
  readonly vectors: readonly {
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly pearson: number;
    readonly nanmedian: number;
    readonly sem: number;
  }[];
}

const { vectors } = readGolden("numpy-numerics.json") as Golden; // the file's own script says its form

function expectSame(actual: number, expected: number): void {
  if (Number.isNaN(expected)) expect(actual).toBeNaN();
  else expect(actual / expected).toBeCloseTo(1, 12);
}

describe("statistics beside numpy's and scipy's", () => {
  it.each(vectors)("vectors %#", ({ a, b, ...expected }) => {
    expectSame(pearson(a, b), expected.pearson);
    expectSame(nanmedian(a), expected.nanmedian);
    if (expected.sem !== 0) expectSame(sem(a), expected.sem);
    else expect(sem(a)).toBe(0);
  });

  it("nothing has no median and no correlation", () => {
    expect(nanmedian([])).toBeNaN();
    expect(nanmedian([Number.NaN])).toBeNaN();
    expect(pearson([], [])).toBeNaN();
  });
});
