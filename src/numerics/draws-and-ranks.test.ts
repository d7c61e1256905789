/** default_rng, random.Random and Spearman's ranks against numpy, Python and scipy (reference/brainscore_similarities.py). */
import { describe, expect, it } from "vitest";
import { readGolden } from "../testing/golden.ts";
import { Pcg64 } from "./pcg64.ts";
import { PythonRandom } from "./python-random.ts";
import { averageRanks, spearman } from "./ranks.ts";

interface Golden {
  readonly draws: {
    readonly pcg64: readonly { readonly seed: number; readonly permutations: readonly (readonly number[])[] }[];
    readonly python: readonly { readonly seed: number; readonly choices: readonly (readonly [number, number])[] }[];
  };
  readonly ranks: readonly {
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly ranks: readonly number[];
    readonly spearman: number;
  }[];
}
const { draws, ranks } = readGolden("brainscore-similarities.json") as Golden; // the script says its form
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("numpy's default_rng", () => {
  it.each(draws.pcg64)("seed $seed, permutation after permutation", ({ seed, permutations }) => {
    const random = new Pcg64(seed);
    for (const permutation of permutations) expect(random.permutation(range(permutation.length))).toEqual(permutation);
  });

  it("the published vector T7, of any items", () => {
    expect(new Pcg64(0).permutation(["a", "b", "c", "d", "e"])).toEqual(["c", "e", "d", "a", "b"]);
    expect(new Pcg64(0).permutation([])).toEqual([]);
  });
});

describe("Python's random.Random", () => {
  it.each(draws.python)("seed $seed, choice after choice", ({ seed, choices }) => {
    const random = new PythonRandom(seed);
    expect(choices.map(([n]) => random.choice(range(n)))).toEqual(choices.map(([, chosen]) => chosen));
  });

  it("the published vector T8", () => {
    const random = new PythonRandom(1751);
    const factors = range(10).map(() => random.choice(["shape", "texture"])[0]);
    expect(factors.join("")).toBe("stsststtst");
    expect(range(6).map(() => random.choice(range(19)))).toEqual([2, 14, 10, 11, 2, 5]);
    expect(() => random.choice([])).toThrow(RangeError);
  });
});

describe("Spearman's correlation", () => {
  it.each(ranks)("case %#", ({ a, b, ranks: expected, spearman: rho }) => {
    expect([...averageRanks(Float64Array.from(a))]).toEqual(expected);
    const found = spearman(Float64Array.from(a), Float64Array.from(b));
    if (Number.isNaN(rho)) expect(found).toBeNaN();
    else expect(found).toBeCloseTo(rho, 12);
  });

  it("is undefined where a value is missing or there is one", () => {
    expect(spearman(Float64Array.of(1, Number.NaN, 3), Float64Array.of(1, 2, 3))).toBeNaN();
    expect(spearman(Float64Array.of(1), Float64Array.of(1))).toBeNaN();
    expect(spearman(Float64Array.of(), Float64Array.of())).toBeNaN();
  });
});
