/**
 * Compares an architecture of ours with its reference implementation, tap by tap, on generated weights and images. Of
 * tests alone. The golden files are written by the scripts in reference/ through generator.py's `write_golden`.
 */
import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import type { Architecture } from "../models/architectures/architecture.ts";
import { EXTERNAL_DATA, Graph } from "../models/graph.ts";
import { weightsOf } from "../models/weights.ts";
import { askedTensors, type GeneratorOptions, generatedCheckpoint, generatedImages, noise } from "./generator.ts";

interface Statistics {
  /** Of |x|. */
  readonly max: number;
  readonly mean: number;
  /** The population's. */
  readonly std: number;
  /** Σ x·noise(tap) / √size: moves when any value moves, wherever it lies. */
  readonly projection: number;
  readonly samples: readonly number[];
}

interface Golden {
  readonly input: readonly number[];
  /** The reference's state_dict without counters. */
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  readonly taps: Readonly<
    Record<
      string,
      {
        readonly shape: readonly number[];
        readonly indices: readonly number[];
        /** Of image 0 and image 1. */
        readonly images: readonly Statistics[];
      }
    >
  >;
}

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
  const url = new URL(`../models/architectures/golden/${name}.json`, import.meta.url);
  // Written by generator.py in this shape.
  const golden = JSON.parse(readFileSync(url, "utf8")) as Golden;
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
        for (const [tap, { shape, indices, images }] of Object.entries(golden.taps)) {
          const output = outputs[tap];
          if (output === undefined || !(output.data instanceof Float32Array)) throw new Error(`${tap} is not float32`);
          expect(output.dims, tap).toEqual([images.length, ...shape]);
          const size = output.data.length / images.length;
          for (const [k, reference] of images.entries()) {
            const ours = statistics(tap, output.data.subarray(k * size, (k + 1) * size), indices);
            expect(deviation(ours, reference), `${tap}, image ${k}`).toBeLessThanOrEqual(TOLERANCE);
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

function statistics(tap: string, values: Float32Array, indices: readonly number[]): Statistics {
  const direction = noise(tap);
  let max = 0;
  let sum = 0;
  let projection = 0;
  for (const [i, value] of values.entries()) {
    max = Math.max(max, Math.abs(value));
    sum += value;
    projection += value * direction(i);
  }
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return {
    max,
    mean,
    std: Math.sqrt(squares / values.length),
    projection: projection / Math.sqrt(values.length),
    samples: indices.map((i) => values[i] ?? Number.NaN),
  };
}

function deviation(ours: Statistics, reference: Statistics): number {
  const flat = ({ max, mean, std, projection, samples }: Statistics) => [max, mean, std, projection, ...samples];
  const expected = flat(reference);
  return Math.max(...flat(ours).map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)))) / reference.max;
}

function sorted(tensors: Iterable<readonly [string, readonly number[]]>): (readonly [string, readonly number[]])[] {
  return [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
}
