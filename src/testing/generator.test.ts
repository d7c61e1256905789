import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { alexnet } from "../models/architectures/alexnet.ts";
import { askedTensors, generate, generatedCheckpoint, generatedImages } from "./generator.ts";
import { readGolden } from "./golden.ts";

interface Golden {
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly hwio: boolean;
    readonly gain: number;
    readonly first: readonly number[];
    readonly sha256: string;
  }[];
  readonly images: { readonly shape: readonly number[]; readonly sha256: string };
}

// Written by reference/generator.py in this shape.
const golden = readGolden("generator.json") as Golden;

function digest(values: Float32Array<ArrayBuffer>): string {
  return createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex");
}

describe("generated values are those of reference/generator.py", () => {
  it.each(golden.tensors)("$name $shape", ({ name, shape, hwio, gain, first, sha256 }) => {
    const values = generate(name, shape, { hwio, gain });
    expect([...values.subarray(0, 3)]).toEqual(first);
    expect(digest(values)).toBe(sha256);
  });

  it("of both images", () => {
    expect(digest(generatedImages(golden.images.shape))).toBe(golden.images.sha256);
  });
});

describe("a generated checkpoint", () => {
  it("has what the architecture asks for", async () => {
    const checkpoint = generatedCheckpoint(askedTensors(alexnet));
    expect(checkpoint.tensors.size).toBe(16);
    expect(await checkpoint.read("features.3.bias")).toEqual(generate("features.3.bias", [192]));
    await expect(checkpoint.read("features.4.bias")).rejects.toThrow("no features.4.bias");
  });

  it("refuses a tensor asked for in two shapes", () => {
    expect(() =>
      askedTensors((_, w) => {
        w("a.weight", 2, 3);
        w("a.weight", 3, 2);
      }),
    ).toThrow("[2, 3] and as [3, 2]");
  });
});
