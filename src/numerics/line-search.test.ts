import { describe, expect, it } from "vitest";
import { readGolden } from "../testing/golden.ts";
import { bracketingSearch, wolfeSearch } from "./line-search.ts";

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
  near: [
    (t) => (t - 0.1) * (t - 0.1) * (1 + t * t),
    (t) => 2 * (t - 0.1) * (1 + t * t) + 2 * t * (t - 0.1) * (t - 0.1),
  ],
  sharp: [
    (t) => Math.sqrt((t - 0.13) * (t - 0.13) + 1e-6),
    (t) => (t - 0.13) / Math.sqrt((t - 0.13) * (t - 0.13) + 1e-6),
  ],
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
  /** First trial, step and steps tried of scipy's other search. */
  readonly bracketing: readonly [number, number | null, number] | null;
}

// reference/brainscore_readouts.py says the file's form.
const { line_search: cases } = readGolden("brainscore-readouts.json") as { readonly line_search: readonly Case[] };

/** The line as a function of the step, its start, and how often it was asked. */
function lineOf(name: string) {
  const [value, slope] = LINES[name] ?? [];
  if (value === undefined || slope === undefined) throw new Error(name);
  const asked = { times: 0 };
  const at = (step: number) => {
    asked.times += 1;
    return { step, value: value(step), slope: slope(step) };
  };
  return { at, start: { step: 0, value: value(0), slope: slope(0) }, asked };
}

describe("the line searches against scipy's", () => {
  it.each(cases.map((each) => [each.line, each.first, each] as const))("%s from %d", (_, __, each) => {
    const { at, start, asked } = lineOf(each.line);
    const found = wolfeSearch(at, start, each.first);
    expect(asked.times).toBe(each.tried);
    if (each.step === null) expect(found).toBeUndefined();
    else expect(found?.step).toBeCloseTo(each.step, 12);
  });

  const bracketed = cases.flatMap(({ line, bracketing }) =>
    bracketing === null ? [] : [[line, ...bracketing] as const],
  );
  it.each(bracketed)("the last resort: %s from %d", (line, first, step, tried) => {
    const { at, start, asked } = lineOf(line);
    const found = bracketingSearch(at, start, first);
    expect(asked.times).toBe(tried);
    if (step === null) expect(found).toBeUndefined();
    else expect(found?.step).toBeCloseTo(step, 12);
  });
});
