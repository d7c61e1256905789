/**
 * The golden taps of src/models/architectures/golden, which reference/generator.py's `write_golden` writes, and how far
 * activations are from them. Of tests alone, under Vitest and in the browser's tests alike.
 */
import { readFileSync } from "node:fs";
import { noise } from "./generator.ts";

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

export interface GoldenTaps {
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

export function readTaps(name: string): GoldenTaps {
  const url = new URL(`../models/architectures/golden/${name}.json`, import.meta.url);
  // Written by generator.py in this shape.
  return JSON.parse(readFileSync(url, "utf8")) as GoldenTaps;
}

/** The greatest |ours − reference| / max|reference| of any statistic or sample of one image's activations at a tap. */
export function tapDeviation(golden: GoldenTaps, tap: string, image: number, values: Float32Array): number {
  const { indices = [], images = [] } = golden.taps[tap] ?? {};
  const reference = images[image];
  if (reference === undefined) throw new Error(`no golden values of ${tap}, image ${image}`);
  return deviation(statistics(tap, values, indices), reference);
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
