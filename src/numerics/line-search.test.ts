import { describe, expect, it } from "vitest";
import { readGolden } from "../testing/golden.ts";
import { wolfeSearch } from "./line-search.ts";

/** The functions of reference/brainscore_readouts.py (`LINES`), operation for operation: value and slope. */
const LINES: Readonly<Record<string, readonly [(t: number) => number, (t: number) => number]>> = {
  quadratic: [(t) => (t - 3) * (t - 3), (t) => 2 * (t - 3)],
  quartic: [(t) => t * t * t * t - 4 * t, (t) => 4 * t * t * t - 4],
  "More-Thuente 1": [(t) => -t / (t * t + 2), (t) => (t * t - 2) / ((t * t + 2) * (t * t + 2))],
  "two valleys": [
    (t) => t * t * t * t - 5 * t * t * t + 7 * t * t - 3.4 * t,
    (t) => 4 * t * t * t - 15 * t * t + 14 * t - 3.4,
  ],
  "falling for ever": [(t) => -t, () => -1],
  rising: [(t) => t, () => 1],
  "flat and steep": [
    (t) => (t - 1) * (t - 1) * (t - 1) * (t - 1) * 1e-3 + 0.01 * t * (t - 2),
    (t) => 4e-3 * (t - 1) * (t - 1) * (t - 1) + 0.02 * (t - 1),
  ],
};

interface Case {
  readonly line: string;
  readonly first: number;
  readonly step: number | null;
  readonly tried: number;
}

// reference/brainscore_readouts.py says the file's form.
const { line_search: cases } = readGolden("brainscore-readouts.json") as { readonly line_search: readonly Case[] };

describe("the line search against scipy's", () => {
  it.each(cases.map((each) => [each.line, each.first, each] as const))("%s from %d", (_, __, each) => {
    const [value, slope] = LINES[each.line] ?? [];
    if (value === undefined || slope === undefined) throw new Error(each.line);
    let tried = 0;
    const at = (step: number) => {
      tried += 1;
      return { step, value: value(step), slope: slope(step) };
    };
    const found = wolfeSearch(at, { step: 0, value: value(0), slope: slope(0) }, each.first);
    expect(tried).toBe(each.tried);
    if (each.step === null) expect(found).toBeUndefined();
    else expect(found?.step).toBeCloseTo(each.step, 12);
  });
});
