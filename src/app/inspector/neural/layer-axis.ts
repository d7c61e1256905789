/** Along the layers of a network: their short names, and where scores and their errors lie. Pure; layer-curve.tsx draws it. */
import { nice } from "d3-array";
import type { Score } from "../../../scoring/ceiled.ts";

const LONGEST = 14;
const SEPARATOR = /[./_:]/;

/**
 * Names without what all of them begin and end with, up to a separator, shortened in the middle where they are long:
 * `model.layer1.0` and `model.layer2.0` give `layer1` and `layer2`.
 */
export function shortNames(names: readonly string[]): string[] {
  const reverse = (text: string): string => [...text].reverse().join("");
  const headless = withoutCommonStart(names);
  const bare = withoutCommonStart(headless.map(reverse)).map(reverse);
  return bare.map((name) => (name.length <= LONGEST ? name : `${name.slice(0, 5)}…${name.slice(6 - LONGEST)}`));
}

function withoutCommonStart(names: readonly string[]): string[] {
  const [first = "", ...others] = names;
  if (others.length === 0) return [...names];
  let common = 0;
  while (common < first.length && others.every((name) => name[common] === first[common])) common++;
  // Nothing is cut but whole parts, and no name is cut away.
  while (common > 0 && (!SEPARATOR.test(first[common - 1] ?? "") || names.some((name) => name.length <= common)))
    common--;
  return names.map((name) => name.slice(common));
}

/** Scores of the raw value less and plus its error, by the score's own formula; undefined where there is no error. */
export function errorEnds({
  raw,
  error,
  ceiling,
  formula,
}: Pick<Score, "raw" | "error" | "ceiling" | "formula">): readonly [number, number] | undefined {
  const at = SCORES[formula.split(",")[0] ?? ""];
  if (error === undefined || at === undefined) return undefined;
  return [at(raw - error, ceiling.value), at(raw + error, ceiling.value)];
}

/** By what a score's formula says (scoring/ceiled.ts). A square of less than nothing ends at nothing. */
const SCORES: Readonly<Record<string, (raw: number, ceiling: number) => number>> = {
  "raw / ceiling": (raw, ceiling) => raw / ceiling,
  "raw² / ceiling": (raw, ceiling) => Math.max(0, raw) ** 2 / ceiling,
  "(raw / ceiling)²": (raw, ceiling) => (Math.max(0, raw) / ceiling) ** 2,
};

/** The axis of scores: from 0, or below where one is, to a round number above the highest. */
export function scoreDomain(values: readonly number[]): readonly [number, number] {
  const [low, high] = nice(Math.min(0, ...values), Math.max(0.05, ...values), 5);
  return [low, high];
}
