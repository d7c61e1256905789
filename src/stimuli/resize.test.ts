/** Golden values by Pillow: reference/pillow_pixels.py. */
import { describe, expect, it } from "vitest";
import golden from "./golden/pixels.json" with { type: "json" };
import { resize } from "./resize.ts";
import { picture, pictures, sha256 } from "./testing.ts";

describe(`resize is Pillow ${golden.pillow}'s, to the last bit`, () => {
  it.each(golden.resizes)("$picture $from to $to, $filter", async ({ picture: name, from, to, filter, rgb }) => {
    const [width = 0, height = 0] = from;
    const [toWidth = 0, toHeight = 0] = to;
    if (filter !== "bilinear" && filter !== "bicubic") throw new Error(`no filter ${filter}`);
    const result = resize(picture(name, width, height, 1), toWidth, toHeight, filter);
    expect([result.width, result.height]).toEqual(to);
    expect(await sha256(result.rgb)).toBe(rgb);
  });

  it("of the ramp 5 (7 row + column), 7 × 7 to 3 × 3 (Brain-Score vectors, T47)", () => {
    const ramp = { width: 7, height: 7, rgb: Uint8Array.from({ length: 147 }, (_, i) => 5 * Math.floor(i / 3)) };
    const red = resize(ramp, 3, 3, "bilinear").rgb.filter((_, i) => i % 3 === 0);
    expect([...red]).toEqual([34, 45, 56, 109, 120, 131, 184, 195, 206]);
  });
});

describe("resize", () => {
  it("gives the same whether its windows are cached or were pushed out of the cache", async () => {
    const image = pictures.noise(50, 40, 9);
    const first = await sha256(resize(image, 20, 30, "bicubic").rgb);
    for (let width = 1; width < 45; width++) resize(image, width, 30, "bilinear");
    expect(await sha256(resize(image, 20, 30, "bicubic").rgb)).toBe(first);
  });

  it("leaves its input as it was", () => {
    const image = pictures.waves(31, 22, 1);
    resize(image, 9, 40, "bicubic");
    expect(image.rgb).toEqual(pictures.waves(31, 22, 1).rgb);
  });

  it("refuses sizes that are no sizes", () => {
    for (const width of [0, -1, 2.5, Number.NaN]) {
      expect(() => resize(pictures.waves(4, 4, 1), width, 4, "bilinear")).toThrow(RangeError);
    }
  });
});
