/** Golden values by TensorFlow: reference/local_aggregation.py. */
import { describe, expect, it } from "vitest";
import golden from "./golden/tf1-bilinear.json" with { type: "json" };
import { prepare, type TensorSpec, writeTensor } from "./tensor.ts";
import { pictures, sha256 } from "./testing.ts";

const spec: TensorSpec = {
  size: [1, 1],
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  layout: "NHWC",
  range: [0, 1],
  resize: "tf1-bilinear",
};

describe(`tf1-bilinear is TensorFlow ${golden.versions.tensorflow}'s, to the last bit of float32`, () => {
  it.each(golden.resizes)("$from to $to", async ({ from, to, first, last, sha256: expected }) => {
    const [width = 0, height = 0] = from;
    const [toWidth = 0, toHeight = 0] = to;
    const picture = pictures.noise(width, height, 1);
    const sized: TensorSpec = { ...spec, size: [toHeight, toWidth] };
    const out = new Float32Array(3 * toWidth * toHeight);
    writeTensor(prepare(picture, sized), sized, out, 0);
    expect([...out.subarray(0, 6)]).toEqual(first);
    expect([...out.subarray(-6)]).toEqual(last);
    expect(await sha256(new Uint8Array(out.buffer))).toBe(expected);
  });

  it("puts channels where the layout wants them", () => {
    const picture = pictures.waves(9, 6, 1);
    const [rows, planes] = (["NHWC", "NCHW"] as const).map((layout) => {
      const out = new Float32Array(3 * 4 * 5);
      writeTensor(picture, { ...spec, size: [4, 5], layout }, out, 0);
      return out;
    });
    for (let i = 0; i < 20; i++) for (let c = 0; c < 3; c++) expect(planes?.[20 * c + i]).toBe(rows?.[3 * i + c]);
  });
});
