/**
 * Compares an architecture of ours with its reference implementation, tap by tap, on generated weights and images. Of
 * tests alone.
 */
import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import type { Architecture } from "../models/architectures/architecture.ts";
import { EXTERNAL_DATA, Graph } from "../models/graph.ts";
import { weightsOf } from "../models/weights.ts";
import { askedTensors, type GeneratorOptions, generatedCheckpoint, generatedImages } from "./generator.ts";
import { readTaps, tapDeviation } from "./golden-taps.ts";

interface Options extends GeneratorOptions {
  /** The golden file has every layer that can be tapped, not a selection. */
  readonly everyLayer?: boolean;
  readonly seconds?: number;
  /** Runs the network only where the environment sets FULL_SIZE: it needs minutes, or gigabytes. */
  readonly fullSize?: boolean;
}

/** The greatest |ours − reference| / max|reference| of any statistic or sample (design: agreement on wasm). */
const TOLERANCE = 1e-4;

/** Tests `architecture` against src/models/architectures/golden/<name>.json. */
export function testTaps(
  name: string,
  architecture: Architecture,
  { everyLayer = false, seconds = 60, fullSize = false, ...generator }: Options = {},
): void {
  const golden = readTaps(name);
  const tensors = new Map(Object.entries(golden.tensors));

  describe(`${name} and its reference`, () => {
    it("have the same tensors", () => {
      expect(sorted(askedTensors(architecture))).toEqual(sorted(tensors));
    });

    if (everyLayer) {
      it("have the same layers", () => {
        const g = new Graph();
        architecture(g, weightsOf(generatedCheckpoint(tensors)).weights);
        expect([...g.taps].sort()).toEqual(Object.keys(golden.taps).sort());
      });
    }

    const asked = !fullSize || process.env.FULL_SIZE !== undefined;
    it.skipIf(!asked)(
      `give the same activations${asked ? "" : " (set FULL_SIZE to run it)"}`,
      { timeout: 1000 * seconds },
      async () => {
        const taps = Object.keys(golden.taps);
        const g = new Graph();
        const { weights, check } = weightsOf(generatedCheckpoint(tensors, generator));
        architecture(g, weights);
        check();
        const outputs = await run(g, taps, golden.input);
        for (const [tap, { shape, images }] of Object.entries(golden.taps)) {
          const output = outputs[tap];
          if (output === undefined || !(output.data instanceof Float32Array)) throw new Error(`${tap} is not float32`);
          expect(output.dims, tap).toEqual([images.length, ...shape]);
          const size = output.data.length / images.length;
          for (const k of images.keys()) {
            const values = output.data.subarray(k * size, (k + 1) * size);
            expect(tapDeviation(golden, tap, k, values), `${tap}, image ${k}`).toBeLessThanOrEqual(TOLERANCE);
          }
        }
      },
    );
  });
}

/** Both images as one batch, on wasm. */
async function run(
  g: Graph,
  taps: readonly string[],
  shape: readonly number[],
): Promise<ort.InferenceSession.ReturnType> {
  const { model, weights } = await g.build(taps);
  const session = await ort.InferenceSession.create(model, { externalData: [{ path: EXTERNAL_DATA, data: weights }] });
  try {
    return await session.run({ image: new ort.Tensor("float32", generatedImages(shape), [2, ...shape]) });
  } finally {
    await session.release();
  }
}

function sorted(tensors: Iterable<readonly [string, readonly number[]]>): (readonly [string, readonly number[]])[] {
  return [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
}
