/** Every format, by the name that `npm run fuzz` knows it by. Each is loaded when it is asked for. */
import fc from "fast-check";
import type { Bytes, Format } from "./format.ts";

export const FORMATS = {
  zip: async () => (await import("./formats/archives.ts")).zip(),
  package: async () => (await import("./formats/archives.ts")).wholePackage(),
  brainio: async () => (await import("./formats/archives.ts")).brainio(),
  manifest: async () => (await import("./formats/texts.ts")).manifest(),
  card: async () => (await import("./formats/texts.ts")).card(),
  scorecard: async () => (await import("./formats/texts.ts")).scorecard(),
  csv: async () => (await import("./formats/tables.ts")).csv(),
  histogram: async () => (await import("./formats/tables.ts")).histogram(),
  answers: async () => (await import("./formats/tables.ts")).answers(),
  npy: async () => (await import("./formats/arrays.ts")).npy(),
  activations: async () => (await import("./formats/arrays.ts")).activations(),
  netcdf: async () => (await import("./formats/netcdf.ts")).netcdf(),
  png: async () => (await import("./formats/images.ts")).png(),
  jpeg: async () => (await import("./formats/images.ts")).jpeg(),
  gif: async () => (await import("./formats/images.ts")).gif(),
  bmp: async () => (await import("./formats/images.ts")).bmp(),
  webp: async () => (await import("./formats/images.ts")).webp(),
  onnx: async () => (await import("./formats/onnx.ts")).onnx(),
  "torch-zip": async () => (await import("./formats/checkpoints.ts")).torchZip(),
  "torch-legacy": async () => (await import("./formats/checkpoints.ts")).torchLegacy(),
  safetensors: async () => (await import("./formats/checkpoints.ts")).safetensors(),
  mat: async () => (await import("./formats/checkpoints.ts")).mat(),
  "tf-bundle": async () => (await import("./formats/checkpoints.ts")).tfBundle(),
} satisfies Readonly<Record<string, () => Promise<Format>>>;

export type FormatName = keyof typeof FORMATS;

export function isFormat(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}

/** Inputs are made so many at a time. */
const BATCH = 40;

/** The inputs of a seed from the one at `from` on, without end. */
export function* inputsFrom({ inputs }: Format, seed: number, from: number): Generator<Bytes, never> {
  for (let at = from; ; ) {
    const batch = Math.floor(at / BATCH);
    // Multiplied by an odd number, seeds of neighbouring runs share no batches.
    const made = fc.sample(inputs, { seed: (Math.imul(seed, 0x9e3779b1) + batch) | 0, numRuns: BATCH });
    for (const bytes of made.slice(at % BATCH)) {
      yield bytes;
      at += 1;
    }
  }
}
