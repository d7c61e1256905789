import { describe, expect, it } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import { parseCard } from "./card.ts";

const card = {
  identifier: "mine",
  onnx: "mine.onnx",
  input: { size: [224, 224], mean: [0, 0, 0], std: [1, 1, 1], layout: "NCHW" },
  visual_degrees: 8,
};

function faults(input: object): unknown {
  try {
    parseCard(JSON.stringify({ ...card, input: { ...card.input, ...input } }), "card.json");
    return [];
  } catch (error) {
    if (error instanceof GapscopeError) return error.faults.map(({ field, message }) => ({ field, message }));
    throw error;
  }
}

describe("a card's resizing", () => {
  it("is Pillow's, bilinear unless said otherwise", () => {
    expect(parseCard(JSON.stringify(card), "card.json").input.resize).toBe("bilinear");
    expect(faults({ resize: "bicubic", crop: { short_side: 256 } })).toEqual([]);
    expect(faults({ crop: { resized: [256, 256] } })).toEqual([]);
    expect(faults({ crop: { resized: [256, 0] } })).toHaveLength(1);
    expect(faults({ crop: { short_side: 0 } })).toHaveLength(1);
  });

  it("may be TensorFlow 1's, but not together with a crop", () => {
    expect(faults({ resize: "tf1-bilinear" })).toEqual([]);
    expect(faults({ resize: "tf1-bilinear", crop: { short_side: 256 } })).toEqual([
      { field: "input.crop", message: "tf1-bilinear goes without crop" },
    ]);
  });
});
