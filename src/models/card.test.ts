import { describe, expect, it } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import { parseCard, readCard } from "./card.ts";

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

describe("a hostile card", () => {
  const refusal = async (reading: () => unknown): Promise<GapscopeError> => {
    try {
      await reading();
    } catch (error) {
      if (error instanceof GapscopeError) return error;
    }
    throw new Error("it was not refused");
  };

  it("is refused in few words, however long and many its faults", async () => {
    const long = await refusal(() =>
      parseCard(JSON.stringify({ ...card, ["x".repeat(50_000)]: "y".repeat(50_000) }), "c"),
    );
    expect(JSON.stringify(long.faults).length).toBeLessThan(1000);
    const many = await refusal(() => parseCard(JSON.stringify({ ...card, notes: Array(2000).fill(1) }), "c"));
    expect(many.message).toContain("2000 faults");
    expect(many.faults.length).toBeLessThanOrEqual(501);
    expect(many.faults.at(-1)).toMatchObject({ code: "more-faults", message: expect.stringContaining("1500") });
  });

  it("of more than 4 MiB is not read", async () => {
    const large = await refusal(() => readCard(new Blob([new Uint8Array((4 << 20) + 1)]), "card.json"));
    expect(large.faults).toMatchObject([{ code: "card-too-large", file: "card.json" }]);
    expect((await readCard(new Blob([JSON.stringify(card)]), "card.json")).identifier).toBe("mine");
  });
});
