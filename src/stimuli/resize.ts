/**
 * Pillow's resampling of 8-bit images, to the last bit (libImaging/Resample.c): filters widened when shrinking,
 * coefficients in fixed point, the horizontal pass first into 8 bits and then the vertical one, a pass left out where
 * its size does not change. No browser or package resamples this way.
 */
import { GapscopeError } from "../faults/faults.ts";
import type { RgbImage } from "./image.ts";

export type Filter = "bilinear" | "bicubic";

/** Bits after the point of a coefficient: Resample.c, PRECISION_BITS = 32 - 8 - 2. */
const PRECISION = 22;
const HALF = 1 << (PRECISION - 1);

/** One output pixel's window: `count` input pixels from `first` on, weighted by `weights[output * size + k]`. */
interface Windows {
  readonly size: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
}

/** Half-width of each filter and its value at x; Resample.c, bilinear_filter and bicubic_filter with a = -0.5. */
const FILTERS: Readonly<Record<Filter, { readonly support: number; readonly at: (x: number) => number }>> = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    at: (signed) => {
      const x = Math.abs(signed);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      if (x < 2) return (((x - 5) * x + 8) * x - 4) * -0.5;
      return 0;
    },
  },
};

/** `image` at width × height pixels. Its own size gives the image itself. */
export function resize(image: RgbImage, width: number, height: number, filter: Filter): RgbImage {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new RangeError(`an image cannot be resized to ${width} × ${height} pixels`);
  }
  let rgb = image.rgb;
  if (width !== image.width) rgb = acrossRows(rgb, image.width, image.height, windows(image.width, width, filter));
  if (height !== image.height) rgb = downColumns(rgb, width, windows(image.height, height, filter));
  return { width, height, rgb };
}

function acrossRows(
  from: Uint8Array,
  width: number,
  height: number,
  { size, first, count, weights }: Windows,
): Uint8Array {
  const out = new Uint8ClampedArray(first.length * height * 3);
  let to = 0;
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < first.length; x++, to += 3) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let at = (row * width + (first[x] ?? 0)) * 3;
      const end = x * size + (count[x] ?? 0);
      for (let k = x * size; k < end; k++, at += 3) {
        const weight = weights[k] ?? 0;
        red += Math.imul(from[at] ?? 0, weight);
        green += Math.imul(from[at + 1] ?? 0, weight);
        blue += Math.imul(from[at + 2] ?? 0, weight);
      }
      out[to] = red >> PRECISION;
      out[to + 1] = green >> PRECISION;
      out[to + 2] = blue >> PRECISION;
    }
  }
  return new Uint8Array(out.buffer);
}

function downColumns(from: Uint8Array, width: number, { size, first, count, weights }: Windows): Uint8Array {
  const line = width * 3;
  const out = new Uint8ClampedArray(first.length * line);
  // Row by row rather than pixel by pixel, so that memory is read in order.
  const sums = new Int32Array(line);
  for (let y = 0; y < first.length; y++) {
    sums.fill(HALF);
    for (let k = 0; k < (count[y] ?? 0); k++) {
      const weight = weights[y * size + k] ?? 0;
      const start = ((first[y] ?? 0) + k) * line;
      for (let i = 0; i < line; i++) sums[i] = (sums[i] ?? 0) + Math.imul(from[start + i] ?? 0, weight);
    }
    for (let i = 0; i < line; i++) out[y * line + i] = (sums[i] ?? 0) >> PRECISION;
  }
  return new Uint8Array(out.buffer);
}

/** The stimuli of a benchmark have few sizes, so few window sets recur; the oldest gives way. */
const CACHED_WINDOWS = 16;
const cache = new Map<string, Windows>();

function windows(input: number, output: number, filter: Filter): Windows {
  const key = `${input} ${output} ${filter}`;
  const found = cache.get(key) ?? computeWindows(input, output, filter);
  cache.delete(key);
  cache.set(key, found);
  const [oldest] = cache.keys();
  if (cache.size > CACHED_WINDOWS && oldest !== undefined) cache.delete(oldest);
  return found;
}

/** Resample.c, precompute_coeffs and normalize_coeffs_8bpc; the order of the double operations is Pillow's. */
function computeWindows(input: number, output: number, filter: Filter): Windows {
  const { support: halfWidth, at } = FILTERS[filter];
  const scale = input / output;
  const filterScale = Math.max(scale, 1);
  const support = halfWidth * filterScale;
  const inverse = 1 / filterScale;
  const size = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(output);
  const count = new Int32Array(output);
  const weights = new Int32Array(output * size);
  const real = new Float64Array(size);
  for (let i = 0; i < output; i++) {
    const center = (i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(center - support + 0.5));
    const high = Math.min(input, Math.trunc(center + support + 0.5));
    let sum = 0;
    for (let k = 0; k < high - low; k++) {
      const value = at((k + low - center + 0.5) * inverse);
      real[k] = value;
      sum += value;
    }
    let magnitude = 0;
    for (let k = 0; k < high - low; k++) {
      const share = (real[k] ?? 0) / sum;
      const fixed = Math.trunc(share * (1 << PRECISION) + (share < 0 ? -0.5 : 0.5));
      weights[i * size + k] = fixed;
      magnitude += Math.abs(fixed);
    }
    // No sum of pixel × weight, whole or partial, leaves 32 bits: each is at most 255 × Σ|weight| + HALF in magnitude,
    // which needs Σ|weight| < 2.005 × 2^22. Weights sum to 1, so bilinear has Σ|weight| = 1, and bicubic, whose negative
    // lobes hold 1/13 of the positive area, stays near 1.2. The check holds for whatever sizes come.
    if (255 * magnitude + HALF > 0x7fffffff) {
      throw new GapscopeError("internal", `resizing ${input} pixels to ${output} would overflow.`);
    }
    first[i] = low;
    count[i] = high - low;
  }
  return { size, first, count, weights };
}
