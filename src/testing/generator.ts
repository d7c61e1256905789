/**
 * The deterministic weights and images of reference/generator.py, value for value, and a checkpoint that makes a tensor
 * when it is read. Of tests alone: the values are those of no trained network.
 */
import { GapscopeError } from "../faults/faults.ts";
import type { Architecture } from "../models/architectures/architecture.ts";
import type { Checkpoint, TensorFacts } from "../models/checkpoints/checkpoint.ts";
import { constant, Graph } from "../models/graph.ts";

/** Names to shapes, in C order. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

export interface GeneratorOptions {
  /** Kernels have their outputs last, as TensorFlow's do; otherwise first. */
  readonly hwio?: boolean;
  /** A kernel's variance times its fan-in. 2 suits a rectified network (He et al. 2015). */
  readonly gain?: number;
}

const EMBEDDINGS = ["cls_token", "class_token", "pos_embed", "positional"];

/** A value in [-1, 1) for each index, which depends on the name and the index alone. */
export function noise(name: string): (index: number) => number {
  let start = 0x811c9dc5; // FNV-1a
  for (const byte of new TextEncoder().encode(name)) start = Math.imul(start ^ byte, 0x01000193);
  return (index) => {
    let x = (start + index) | 0; // lowbias32
    x ^= x >>> 16;
    x = Math.imul(x, 0x7feb352d);
    x ^= x >>> 15;
    x = Math.imul(x, 0x846ca68b);
    x ^= x >>> 16;
    return (2 * (x >>> 0)) / 2 ** 32 - 1;
  };
}

/** The tensor `name` of a checkpoint. */
export function generate(
  name: string,
  shape: readonly number[],
  { hwio = false, gain = 2 }: GeneratorOptions = {},
): Float32Array<ArrayBuffer> {
  const { mean, scale } = distribution(name, shape, hwio, gain);
  const at = noise(name);
  const values = new Float32Array(product(shape));
  for (let i = 0; i < values.length; i++) values[i] = mean + scale * at(i);
  return values;
}

function distribution(
  name: string,
  shape: readonly number[],
  hwio: boolean,
  gain: number,
): { mean: number; scale: number } {
  const endsIn = (...ends: string[]) => ends.some((end) => name.endsWith(end));
  if (endsIn("running_var", "moving_variance", ".var")) return { mean: 1, scale: 0.5 };
  if (endsIn("running_mean", "moving_mean")) return { mean: 0, scale: 0.1 };
  if (EMBEDDINGS.some((part) => name.includes(part))) return { mean: 0, scale: 0.1 };
  if (shape.length <= 1) return endsIn("weight", "gamma") ? { mean: 1, scale: 0.2 } : { mean: 0, scale: 0.1 };
  const fanIn = product(hwio ? shape.slice(0, -1) : shape.slice(1));
  return { mean: 0, scale: Math.sqrt((3 * gain) / fanIn) };
}

/** Images 0 and 1, 2 × shape, in [-2, 2): about as wide as normalised pixels. */
export function generatedImages(shape: readonly number[]): Float32Array<ArrayBuffer> {
  const size = product(shape);
  const values = new Float32Array(2 * size);
  for (const k of [0, 1]) {
    const at = noise(`image${k}`);
    for (let i = 0; i < size; i++) values[k * size + i] = 2 * at(i);
  }
  return values;
}

/** A checkpoint of these tensors. Each is made when it is read and not kept. */
export function generatedCheckpoint(shapes: Shapes, options: GeneratorOptions = {}): Checkpoint {
  const tensors = new Map<string, TensorFacts>(
    [...shapes].map(([name, shape]) => [name, { name, dtype: "float32", shape }]),
  );
  return {
    file: "generated",
    container: "safetensors",
    tensors,
    read(name) {
      const facts = tensors.get(name);
      if (facts === undefined) return Promise.reject(new GapscopeError("subject-refused", `generated has no ${name}`));
      return Promise.resolve(generate(name, facts.shape, options));
    },
    slice: () => Promise.resolve(undefined),
  };
}

/** What an architecture asks of a checkpoint. Throws Error where it asks for one tensor in two shapes. */
export function askedTensors(architecture: Architecture): Map<string, readonly number[]> {
  const asked = new Map<string, readonly number[]>();
  architecture(new Graph(), (name, ...shape) => {
    const before = asked.get(name);
    if (before !== undefined && before.join() !== shape.join())
      throw new Error(`${name} is asked for as [${before.join(", ")}] and as [${shape.join(", ")}]`);
    asked.set(name, shape);
    return constant(shape, []);
  });
  return asked;
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}
