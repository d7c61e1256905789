/** Golden values by the class that drew the published gratings: reference/marques2020.py. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import golden from "../../reference/golden/marques2020.json" with { type: "json" };
import { drawGrating, GREY, gratingsOf, MARQUES_2020, REDUCED } from "./gratings.ts";

const PROTOCOLS = [
  ["whole", gratingsOf(MARQUES_2020), golden.gratings.whole],
  ["reduced", gratingsOf(REDUCED), golden.gratings.reduced],
] as const;

describe.each(PROTOCOLS)("the gratings of the %s protocol", (_, sets, expected) => {
  it("have Brain-Score's parameters, in its order", () => {
    for (const [name, { count, every, parameters }] of Object.entries(expected)) {
      const list = Object.entries(sets).find(([set]) => set === name)?.[1] ?? [];
      expect(list.length).toBe(count);
      const some = list.filter((_, i) => i % every === 0).flatMap((grating) => Object.values(grating));
      expect(some.length).toBe(parameters.flat().length);
      for (const [i, value] of parameters.flat().entries()) expect(some[i], name).toBeCloseTo(value, 13);
    }
  });

  it("have the published gratings' pixels to the last bit", () => {
    for (const [name, { every, sha256 }] of Object.entries(expected)) {
      const list = Object.entries(sets).find(([set]) => set === name)?.[1] ?? [];
      const drawn = list
        .filter((_, i) => i % every === 0)
        .map((grating) => createHash("sha256").update(drawGrating(grating)).digest("hex").slice(0, 16));
      expect(drawn, name).toEqual(sha256);
    }
  });
});

describe("a grating", () => {
  const plain = { position_y: 0, position_x: 0, contrast: 1, spatial_frequency: 1, orientation: 0, phase: 90 };

  it("ends at its radius, the pixels on it included", () => {
    const picture = drawGrating({ ...plain, radius: 1 }, 8, 8);
    const row = (y: number) => [...picture.subarray(y * 8, y * 8 + 8)];
    // Pixel 4 lies at 0 degrees, a pixel is a degree; the wave is at its crest at every pixel.
    expect(row(4)).toEqual([GREY, GREY, GREY, 255, 255, 255, GREY, GREY]);
    expect(row(5)).toEqual([GREY, GREY, GREY, GREY, 255, GREY, GREY, GREY]);
    expect(row(6).every((grey) => grey === GREY)).toBe(true);
  });

  it("cuts grey levels off instead of rounding them", () => {
    const [grey] = drawGrating({ ...plain, phase: 0, radius: 9 }, 1, 1);
    // The one pixel lies at -½ cycle, where the sine is 0 give or take a rounding: 127.5.
    expect(grey).toBe(127);
  });
});
