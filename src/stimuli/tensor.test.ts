/** Golden values: reference/pillow_pixels.py. */
import { describe, expect, it } from "vitest";
import golden from "./golden/pixels.json" with { type: "json" };
import type { RgbImage } from "./image.ts";
import { prepare, type TensorSpec, writeTensor } from "./tensor.ts";
import { pictures, sha256 } from "./testing.ts";

const imagenet: TensorSpec = {
  size: [1, 256],
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  layout: "NCHW",
  range: [0, 1],
  resize: "bilinear",
};
/** Every pixel value once, the same in all channels. */
const everyValue: RgbImage = {
  width: 256,
  height: 1,
  rgb: Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)),
};

describe("writeTensor", () => {
  it.each(golden.tensors)(
    "$spec, channel $channel, to the last bit of float32",
    async ({ mean, std, range, channel, bits, all }) => {
      const [low = 0, high = 1] = range;
      const out = new Float32Array(768);
      writeTensor(everyValue, { ...imagenet, mean, std, range: [low, high] }, out, 0);
      const values = out.slice(channel * 256, (channel + 1) * 256);
      const words = new Uint32Array(values.buffer);
      for (const [value, word] of Object.entries(bits)) expect(words[Number(value)], `value ${value}`).toBe(word);
      expect(await sha256(new Uint8Array(values.buffer))).toBe(all);
    },
  );

  it("of the screen's grey is Brain-Score's padding (vectors, T48, given without float32's rounding)", () => {
    const out = new Float32Array(3);
    writeTensor({ width: 1, height: 1, rgb: Uint8Array.of(128, 128, 128) }, { ...imagenet, size: [1, 1] }, out, 0);
    [0.0740645603, 0.2051820728, 0.4264923748].forEach((value, i) => {
      expect(Math.abs((out[i] ?? Number.NaN) - value)).toBeLessThan(1e-6);
    });
  });

  it("puts channels where the layout wants them, from the offset on and no further", () => {
    const image: RgbImage = { width: 2, height: 1, rgb: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    const plain: TensorSpec = { ...imagenet, size: [1, 2], mean: [0, 0, 0], std: [1, 1, 1], range: [0, 255] };
    const out = new Float32Array(10).fill(-1);
    writeTensor(image, plain, out, 2);
    expect([...out]).toEqual([-1, -1, 1, 4, 2, 5, 3, 6, -1, -1]);
    writeTensor(image, { ...plain, layout: "NHWC" }, out, 2);
    expect([...out]).toEqual([-1, -1, 1, 2, 3, 4, 5, 6, -1, -1]);
  });

  it("refuses a picture of another size and a buffer that is too short", () => {
    expect(() => writeTensor(everyValue, { ...imagenet, size: [256, 1] }, new Float32Array(768), 0)).toThrow(
      RangeError,
    );
    expect(() => writeTensor(everyValue, imagenet, new Float32Array(768), 1)).toThrow(RangeError);
  });
});

describe("prepare", () => {
  it("without crop gives the input's size, whatever the aspect ratio", () => {
    const image = prepare(pictures.waves(40, 30, 1), { ...imagenet, size: [20, 50] });
    expect([image.width, image.height]).toEqual([50, 20]);
  });

  it.each(golden.crops)("$from, short side $short_side, cut to $size", async ({ from, short_side, size, rgb }) => {
    const [width = 0, height = 0] = from;
    const [rows = 0, columns = 0] = size;
    const image = prepare(pictures.noise(width, height, 3), {
      ...imagenet,
      size: [rows, columns],
      crop: { short_side },
    });
    expect([image.height, image.width]).toEqual(size);
    expect(await sha256(image.rgb)).toBe(rgb);
  });

  it.each(golden.whole_crops)("$from to $resized, cut to $size", async ({ from, resized, size, rgb }) => {
    const [width = 0, height = 0] = from;
    const [rows = 0, columns = 0] = size;
    const [resizedRows = 0, resizedColumns = 0] = resized;
    const image = prepare(pictures.noise(width, height, 3), {
      ...imagenet,
      size: [rows, columns],
      crop: { resized: [resizedRows, resizedColumns] },
    });
    expect([image.height, image.width]).toEqual(size);
    expect(await sha256(image.rgb)).toBe(rgb);
  });
});
