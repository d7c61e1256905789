import { describe, expect, it } from "vitest";
import { type RankedBenchmark, rank } from "./ranking.ts";

function benchmark(
  identifier: string,
  scores: Record<string, number | undefined>,
  more: Partial<RankedBenchmark> = {},
): RankedBenchmark {
  return { identifier, digest: identifier, track: "behavioral", scores: new Map(Object.entries(scores)), ...more };
}

describe("the ranking of benchmarks", () => {
  it("puts the lowest mean first and gives equal means one place", () => {
    const places = rank(
      [
        benchmark("high", { a: 0.9, b: 0.7 }),
        benchmark("low", { a: 0.1, b: 0.3 }),
        benchmark("too", { a: 0.3, b: 0.1 }),
      ],
      "left out",
    );
    expect(places.map(({ name, place }) => [name, place])).toEqual([
      ["low", 1],
      ["too", 1],
      ["high", 3],
    ]);
    expect(places[2]?.mean).toBeCloseTo(0.8, 12);
  });

  it("averages the parts of one parent within each model first", () => {
    const parts = [
      benchmark("p.one", { a: 0.2, b: 0.4 }, { parent: "p" }),
      benchmark("p.two", { a: 0.6 }, { parent: "p" }),
    ];
    const [place] = rank(parts, "left out");
    // Model a: (0.2 + 0.6) / 2; model b: 0.4 alone.
    expect(place).toMatchObject({ name: "p", models: 2, asked: 2 });
    expect(place?.mean).toBeCloseTo(0.4, 12);
    expect(place?.parts.map(({ identifier, mean, models }) => [identifier, mean, models])).toEqual([
      ["p.one", expect.closeTo(0.3, 12), 2],
      ["p.two", 0.6, 1],
    ]);
    expect([...(place?.counted ?? [])]).toEqual([
      ["a", expect.closeTo(0.4, 12)],
      ["b", 0.4],
    ]);
  });

  it("counts a missing cell as nothing, or as 0", () => {
    const one = [benchmark("one", { a: 0.6, hmax: undefined })];
    expect(rank(one, "left out")[0]).toMatchObject({ mean: 0.6, models: 1, asked: 2 });
    expect(rank(one, "zero")[0]).toMatchObject({ mean: 0.3, models: 2, asked: 2 });
    expect(rank(one, "left out")[0]?.counted.has("hmax")).toBe(false);
    expect(rank(one, "zero")[0]?.counted.get("hmax")).toBe(0);
  });

  it("counts scores within [0, 1]", () => {
    expect(rank([benchmark("one", { a: 1.4, b: -0.2 })], "left out")[0]?.mean).toBe(0.5);
  });

  it("has no place for a benchmark on which nobody has a score, whatever is missing counts for", () => {
    const nobody = benchmark("nobody", { a: undefined });
    for (const missing of ["left out", "zero"] as const) {
      const [first, last] = rank([nobody, benchmark("some", { a: 0.5 })], missing);
      expect(first?.name).toBe("some");
      expect(last).toEqual({
        name: "nobody",
        track: "behavioral",
        models: 0,
        asked: 1,
        counted: new Map(),
        parts: [{ identifier: "nobody", digest: "nobody", models: 0, counted: new Map() }],
      });
    }
  });
});
