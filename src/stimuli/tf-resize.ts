/**
 * TensorFlow 1's bilinear resizing of 8-bit images (tf.image.resize_images), as far as a network's preprocessing was built
 * on it: output pixel i looks at input place i · in / out, without half a pixel's shift and without widening when
 * shrinking, and the result is not rounded (tensorflow/core/kernels/image/resize_bilinear_op.cc). Arithmetic in float32.
 */
import type { RgbImage } from "./image.ts";

/** height × width × 3 values from 0 to 255. */
export function resizeAsTensorFlow1(image: RgbImage, width: number, height: number): Float32Array {
  const { rgb } = image;
  const line = image.width * 3;
  const columns = places(image.width, width);
  const rows = places(image.height, height);
  const out = new Float32Array(width * height * 3);
  let to = 0;
  for (const row of rows) {
    const top = row.lower * line;
    const bottom = row.upper * line;
    for (const column of columns) {
      const left = column.lower * 3;
      const right = column.upper * 3;
      for (let channel = 0; channel < 3; channel++, to++) {
        const at = (start: number): number => rgb[start + channel] ?? 0;
        const above = between(at(top + left), at(top + right), column.share);
        const below = between(at(bottom + left), at(bottom + right), column.share);
        out[to] = between(above, below, row.share);
      }
    }
  }
  return out;
}

interface Place {
  readonly lower: number;
  readonly upper: number;
  /** Of the upper pixel, 0 … 1. */
  readonly share: number;
}

function places(input: number, output: number): Place[] {
  const scale = Math.fround(input / output);
  return Array.from({ length: output }, (_, i) => {
    const place = Math.fround(i * scale);
    const lower = Math.floor(place);
    return { lower, upper: Math.min(lower + 1, input - 1), share: Math.fround(place - lower) };
  });
}

function between(from: number, to: number, share: number): number {
  return Math.fround(from + Math.fround(Math.fround(to - from) * share));
}
