import { describe, expect, it } from "vitest";
import { readGolden } from "../testing/golden.ts";
import { RandomState } from "./random-state.ts";

interface Golden {
  readonly random_state: readonly {
    readonly seed: number;
    readonly shuffle: readonly string[];
    readonly choice: readonly string[];
    readonly permutations: readonly (readonly number[])[];
  }[];
}

const golden = readGolden("numpy-numerics.json") as Golden; // the file's own script says its form
const range = (n: number, start = 0) => Array.from({ length: n }, (_, i) => start + i);

describe("numpy's RandomState", () => {
  it.each(golden.random_state)("seed $seed, draw after draw", ({ seed, shuffle, choice, permutations }) => {
    const random = new RandomState(seed);
    const letters = [..."abcdefghijk"];
    const shuffled = [...letters];
    random.shuffle(shuffled);
    expect(shuffled).toEqual(shuffle);
    expect(random.choice(letters, 4)).toEqual(choice);
    for (const permutation of permutations) expect(random.permutation(permutation.length)).toEqual(permutation);
  });

  it("the published vectors T1, T2, T3 and T6", () => {
    expect(new RandomState(1).permutation(10)).toEqual([2, 9, 6, 4, 0, 3, 1, 7, 8, 5]);
    const random = new RandomState(0);
    const [first, second] = [range(10), range(10)];
    random.shuffle(first);
    random.shuffle(second);
    expect(first).toEqual([2, 8, 4, 9, 1, 6, 7, 3, 0, 5]);
    expect(second).toEqual([3, 5, 1, 2, 9, 8, 0, 6, 7, 4]);
    expect(new RandomState(0).choice(range(11, 1), 6).sort((a, b) => a - b)).toEqual([2, 3, 5, 7, 10, 11]);
    expect(range(5).map((seed) => new RandomState(seed).choice(range(5), 1)[0])).toEqual([2, 2, 2, 3, 0]);
  });
});
