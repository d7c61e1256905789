import { expect, it } from "vitest";
import { readGolden } from "../testing/golden.ts";
import { wilson } from "./proportion.ts";

interface Golden {
  readonly wilson: readonly { readonly k: number; readonly n: number; readonly low: number; readonly high: number }[];
}

const golden = readGolden("proportions.json") as Golden; // the file's own script says its form

it.each(golden.wilson)("Wilson's interval of $k of $n is scipy's", ({ k, n, low, high }) => {
  const [from, to] = wilson(k / n, n);
  expect(Math.abs(from - low)).toBeLessThan(1e-12);
  expect(Math.abs(to - high)).toBeLessThan(1e-12);
});

it.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("Wilson's interval of %i of %i is the one in Newcombe 1998, table I", (k, n, low, high) => {
  const [from, to] = wilson(k / n, n);
  expect(from).toBeCloseTo(low, 4);
  expect(to).toBeCloseTo(high, 4);
});
