/** Golden values: reference/pixels.py. */
import { describe, expect, it } from "vitest";
import { prepare, writeTensor } from "../stimuli/tensor.ts";
import { picture, sha256 } from "../stimuli/testing.ts";
import golden from "./golden/pixels.json" with { type: "json" };
import { pixelFeatures } from "./pixels.ts";

describe(`pixels are Brain-Score's, with Pillow ${golden.versions.pillow}`, () => {
  it.each(golden.pictures)("$picture, $size", async ({ picture: name, size, first, features }) => {
    const [width = 0, height = 0] = size;
    const image = picture(name, width, height, 1);
    const values = pixelFeatures(image);
    expect(values.length).toBe(196_608);
    expect([...values.subarray(0, 6)]).toEqual(first);
    expect(await sha256(values)).toBe(features);

    // The architecture `pixels` of a card gets the same numbers by way of a tensor.
    const spec = {
      size: [256, 256],
      mean: [0, 0, 0],
      std: [1, 1, 1],
      layout: "NHWC",
      range: [0, 255],
      resize: "bicubic",
    } as const;
    const tensor = new Float32Array(196_608);
    writeTensor(prepare(image, spec), spec, tensor, 0);
    expect(await sha256(Uint8Array.from(tensor))).toBe(features);
  });
});
