import { describe, expect, it } from "vitest";
import type { Scalar } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import { readGolden } from "../testing/golden.ts";
import { kFold, type Split, shuffleSplit, stratifiedKFold, stratifiedShuffleSplit } from "./splits.ts";

/** Indices, or what stands for many: the ends, and the sum of index times place. */
type Indices =
  | readonly number[]
  | {
      readonly head: readonly number[];
      readonly tail: readonly number[];
      readonly length: number;
      readonly check: number;
    };

interface Case {
  readonly splitter: string;
  readonly n: number;
  readonly labels: readonly Scalar[] | null;
  readonly options: {
    readonly splits: number;
    readonly seed: number;
    readonly train_size?: number;
    readonly test_size?: number;
  };
  readonly sets?: readonly (readonly [Indices, Indices])[];
  readonly refused?: boolean;
}

// reference/brainscore_regressions.py says the file's form.
const { splits: cases } = readGolden("brainscore-regressions.json") as { readonly splits: readonly Case[] };

function splitsOf({ splitter, n, labels, options }: Case): Split[] {
  const { splits, seed: randomState, train_size: trainSize, test_size: testSize } = options;
  const how = { splits, randomState, trainSize, testSize };
  if (splitter === "KFold") return kFold(n, how);
  if (splitter === "ShuffleSplit") return shuffleSplit(n, how);
  return splitter === "StratifiedKFold"
    ? stratifiedKFold(labels ?? [], how)
    : stratifiedShuffleSplit(labels ?? [], how);
}

function expectIndices(actual: readonly number[], expected: Indices): void {
  if (!("head" in expected)) {
    expect(actual).toEqual(expected);
    return;
  }
  expect(actual.slice(0, 8)).toEqual(expected.head);
  expect(actual.slice(-4)).toEqual(expected.tail);
  expect(actual).toHaveLength(expected.length);
  expect(actual.reduce((sum, index, place) => sum + (place + 1) * index, 0)).toBe(expected.check);
}

describe("splits against scikit-learn's, index for index", () => {
  it.each(cases.map((each) => [each.splitter, each.n, JSON.stringify(each.options), each] as const))(
    "%s of %d with %s",
    (_, __, ___, each) => {
      if (each.refused === true) {
        expect(() => splitsOf(each)).toThrow(GapscopeError);
        return;
      }
      const splits = splitsOf(each);
      expect(splits).toHaveLength(each.sets?.length ?? -1);
      for (const [i, [train, test]] of (each.sets ?? []).entries()) {
        expectIndices(splits[i]?.train ?? [], train);
        expectIndices(splits[i]?.test ?? [], test);
      }
    },
  );

  it.each([
    [() => shuffleSplit(10, { splits: 1, trainSize: 10, randomState: 1 }), "10"],
    [() => shuffleSplit(10, { splits: 1, trainSize: 0.7, testSize: 0.5, randomState: 1 }), "more than 10"],
    [() => shuffleSplit(2, { splits: 1, trainSize: 0.1, randomState: 1 }), "none is left for training"],
    [() => stratifiedShuffleSplit(["a", "a", "b"], { splits: 1, trainSize: 0.5, randomState: 1 }), "“b”"],
    [() => stratifiedShuffleSplit([1, 1, 2, 2, 3, 3], { splits: 1, trainSize: 4, randomState: 1 }), "test set of 2"],
    [() => kFold(3, { splits: 4, randomState: 1 }), "4 folds"],
    [() => stratifiedKFold(["a", "a", "b"], { splits: 3, randomState: 1 }), "largest has 2"],
  ])("refuses what scikit-learn refuses, and says why %#", (split, reason) => {
    expect(split).toThrow(reason);
  });
});
