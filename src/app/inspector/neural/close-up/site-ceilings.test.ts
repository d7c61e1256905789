import { describe, expect, it } from "vitest";
import { ceiledSites, wholeScore } from "./site-ceilings.ts";

const site = (name: string, value: number | null) => ({ name, value, facts: {} });

describe("ceilings of sites", () => {
  it("are joined by the sites' names, those without either left out", () => {
    const values = [site("a", 0.3), site("b", null), site("7", 0.5), site("d", 0.1)];
    const ceilings = [
      { neuroid_id: "d", raw: null },
      { neuroid_id: "a", raw: 0.9 },
      { neuroid_id: 7, raw: 0.6 },
      { neuroid_id: "b", raw: 0.8 },
    ];
    expect(ceiledSites(values, ceilings).map(({ site, ceiling, raw }) => [site.name, ceiling, raw])).toEqual([
      ["7", 0.6, 0.5],
      ["a", 0.9, 0.3],
    ]);
  });

  it("ask for their root where the score is explained variance", () => {
    expect(wholeScore("raw² / ceiling")?.(0.64)).toBeCloseTo(0.8, 12);
    expect(wholeScore("raw² / ceiling, within [0, 1]")?.(-0.2)).toBe(0);
    expect(wholeScore("raw / ceiling")).toBeUndefined();
  });
});
