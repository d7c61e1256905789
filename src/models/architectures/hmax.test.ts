/** Golden values: reference/hmax.py. */
import * as ort from "onnxruntime-web";
import { expect, it } from "vitest";
import { askedTensors, generate, generatedCheckpoint } from "../../testing/generator.ts";
import { testTaps } from "../../testing/taps.ts";
import { EXTERNAL_DATA, Graph } from "../graph.ts";
import { weightsOf } from "../weights.ts";
import { hmax } from "./hmax.ts";

testTaps("hmax", hmax);

it("hmax sees nothing in an empty image, and divides nothing by zero", { timeout: 60_000 }, async () => {
  const g = new Graph();
  hmax(g, weightsOf(generatedCheckpoint(askedTensors(hmax))).weights);
  const { model, weights } = await g.build(["c2_0"]);
  const session = await ort.InferenceSession.create(model, { externalData: [{ path: EXTERNAL_DATA, data: weights }] });
  const image = new ort.Tensor("float32", new Float32Array(3 * 224 * 224), [1, 3, 224, 224]);
  const answers = (await session.run({ image })).c2_0?.data;
  await session.release();
  // Nothing is as far from a patch as the patch is long: exp(-Σ p² / 2).
  const patches = generate("patches[0]", [16, 400]);
  for (let patch = 0; patch < 400; patch++) {
    const squares = Array.from({ length: 16 }, (_, row) => (patches[400 * row + patch] ?? 0) ** 2);
    expect(answers?.[patch]).toBeCloseTo(Math.exp(-squares.reduce((sum, square) => sum + square, 0) / 2), 6);
  }
});
