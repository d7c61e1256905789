/**
 * What saving a picture as JPEG and opening it again does to its pixels, as Pillow does it by default (quality 75,
 * 4:2:0), without writing a file: only the lossy steps of libjpeg-turbo, in its integers.
 *
 * Colour conversion, 2 × 2 averaging of chroma, forward DCT, quantisation; then back: inverse DCT, smooth upsampling,
 * colour conversion. The entropy coding between them loses nothing and is left out. Each function names the file of
 * libjpeg-turbo 3.1 that it restates. No encoder package gives these pixels: @jsquash/jpeg is MozJPEG, whose trellis
 * quantisation cannot be turned off, and @cornerstonejs/codec-libjpeg-turbo-8bit always takes the fast DCT.
 */
import type { RgbImage } from "./image.ts";

/** One component's samples; `data` holds `stride` × (rows) bytes, of which `width` × `height` are the picture's. */
interface Plane {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly data: Uint8Array;
}

/** Annex K's tables, row by row (jcparam.c), scaled to quality 75 (jpeg_quality_scaling: 200 - 2 × 75 percent). */
const LUMINANCE = scaled([
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
]);
const CHROMINANCE = scaled([
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99,
]);

function scaled(table: readonly number[]): Int32Array {
  return Int32Array.from(table, (value) => Math.min(255, Math.max(1, Math.floor((value * 50 + 50) / 100))));
}

/** `mode` L: the picture is grey (its three channels are equal) and is saved as one component. */
export function resavedJpeg(image: RgbImage, mode: "L" | "RGB"): RgbImage {
  const { width, height, rgb } = image;
  const out = new Uint8ClampedArray(rgb.length);
  if (mode === "L") {
    const grey = quantised(
      expanded(width, height, 8, (x, y) => rgb[(y * width + x) * 3] ?? 0),
      LUMINANCE,
    );
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++)
        out.fill(grey.data[y * grey.stride + x] ?? 0, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
    return { width, height, rgb: new Uint8Array(out.buffer) };
  }
  const [luma, blue, red] = toYcc(image);
  const y = quantised(luma, LUMINANCE);
  const cb = upsampled(quantised(downsampled(blue), CHROMINANCE), width, height);
  const cr = upsampled(quantised(downsampled(red), CHROMINANCE), width, height);
  // jdcolor.c, ycc_rgb_convert; a clamped array clips as libjpeg's range limit does.
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const light = y.data[row * y.stride + column] ?? 0;
      const b = (cb.data[row * cb.stride + column] ?? 0) - 128;
      const r = (cr.data[row * cr.stride + column] ?? 0) - 128;
      const to = (row * width + column) * 3;
      out[to] = light + ((RED_FROM_CR * r + 32768) >> 16);
      out[to + 1] = light + ((GREEN_FROM_CB * b + GREEN_FROM_CR * r + 32768) >> 16);
      out[to + 2] = light + ((BLUE_FROM_CB * b + 32768) >> 16);
    }
  }
  return { width, height, rgb: new Uint8Array(out.buffer) };
}

/** jdcolor.c, build_ycc_rgb_table: 16 bits after the point. */
const RED_FROM_CR = fixed(1.402);
const GREEN_FROM_CB = -fixed(0.34414);
const GREEN_FROM_CR = -fixed(0.71414);
const BLUE_FROM_CB = fixed(1.772);

function fixed(value: number): number {
  return Math.trunc(value * 65536 + 0.5);
}

/** A plane whose sides are multiples of `multiple`, filled up by repeating the last column and row (jcprepct.c). */
function expanded(width: number, height: number, multiple: number, at: (x: number, y: number) => number): Plane {
  const stride = Math.ceil(width / multiple) * multiple;
  const rows = Math.ceil(height / multiple) * multiple;
  const data = new Uint8Array(stride * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < stride; x++) data[y * stride + x] = at(Math.min(x, width - 1), Math.min(y, height - 1));
  }
  return { width, height, stride, data };
}

/** jccolor.c, rgb_ycc_start and rgb_ycc_convert: luma, blue and red difference, filled up to whole 16 × 16 units. */
function toYcc({ width, height, rgb }: RgbImage): [Plane, Plane, Plane] {
  const plane = (red: number, green: number, blue: number, offset: number): Plane =>
    expanded(width, height, 16, (x, y) => {
      const at = (y * width + x) * 3;
      return (red * (rgb[at] ?? 0) + green * (rgb[at + 1] ?? 0) + blue * (rgb[at + 2] ?? 0) + offset) >> 16;
    });
  const centred = (128 << 16) + 32767;
  return [
    plane(fixed(0.299), fixed(0.587), fixed(0.114), 32768),
    plane(-fixed(0.16874), -fixed(0.33126), fixed(0.5), centred),
    plane(fixed(0.5), -fixed(0.41869), -fixed(0.08131), centred),
  ];
}

/** jcsample.c, h2v2_downsample; rows below the picture repeat the last averaged row (jcprepct.c, expand_bottom_edge). */
function downsampled(plane: Plane): Plane {
  const rows = Math.ceil(plane.height / 2);
  return expanded(plane.stride / 2, rows, 8, (x, y) => {
    const at = 2 * y * plane.stride + 2 * x;
    const { data, stride } = plane;
    const sum = (data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + stride] ?? 0) + (data[at + stride + 1] ?? 0);
    return (sum + 1 + (x & 1)) >> 2;
  });
}

/** Every 8 × 8 block transformed, quantised and transformed back. */
function quantised(plane: Plane, table: Int32Array): Plane {
  const data = new Uint8ClampedArray(plane.data.length);
  const block = new Int32Array(64);
  for (let top = 0; top * plane.stride < data.length; top += 8) {
    for (let left = 0; left < plane.stride; left += 8) {
      for (let i = 0; i < 64; i++) block[i] = (plane.data[(top + (i >> 3)) * plane.stride + left + (i & 7)] ?? 0) - 128;
      forwardDct(block, 0, 8, 1);
      forwardDct(block, 1, 1, 8);
      for (let i = 0; i < 64; i++) {
        // jcdctmgr.c, quantize: the transform's outputs are 8 times too large; halves away from zero.
        const step = table[i] ?? 1;
        const value = block[i] ?? 0;
        const level = Math.floor((Math.abs(value) + step * 4) / (step * 8));
        block[i] = (value < 0 ? -level : level) * step;
      }
      inverseDct(block, 0, 1, 8);
      inverseDct(block, 1, 8, 1);
      for (let i = 0; i < 64; i++) data[(top + (i >> 3)) * plane.stride + left + (i & 7)] = (block[i] ?? 0) + 128;
    }
  }
  return { ...plane, data: new Uint8Array(data.buffer) };
}

/** Constants of the 8-point DCT with 13 bits after the point (jfdctint.c, jidctint.c). */
const F_0_298 = 2446;
const F_0_390 = 3196;
const F_0_541 = 4433;
const F_0_765 = 6270;
const F_0_899 = 7373;
const F_1_175 = 9633;
const F_1_501 = 12299;
const F_1_847 = 15137;
const F_1_961 = 16069;
const F_2_053 = 16819;
const F_2_562 = 20995;
const F_3_072 = 25172;

function rounded(value: number, bits: number): number {
  return (value + (1 << (bits - 1))) >> bits;
}

/** jfdctint.c, jpeg_fdct_islow: pass 0 over rows leaves two extra bits, pass 1 over columns takes them away. */
function forwardDct(block: Int32Array, pass: 0 | 1, line: number, step: number): void {
  const shift = pass === 0 ? 11 : 15;
  const even = (value: number): number => (pass === 0 ? value << 2 : rounded(value, 2));
  for (let start = 0, n = 0; n < 8; n++, start += line) {
    const at = (i: number): number => block[start + i * step] ?? 0;
    const s0 = at(0) + at(7);
    const s1 = at(1) + at(6);
    const s2 = at(2) + at(5);
    const s3 = at(3) + at(4);
    const d0 = at(0) - at(7);
    const d1 = at(1) - at(6);
    const d2 = at(2) - at(5);
    const d3 = at(3) - at(4);
    const e0 = s0 + s3;
    const e1 = s1 + s2;
    const e2 = s1 - s2;
    const e3 = s0 - s3;
    block[start] = even(e0 + e1);
    block[start + 4 * step] = even(e0 - e1);
    const middle = (e2 + e3) * F_0_541;
    block[start + 2 * step] = rounded(middle + e3 * F_0_765, shift);
    block[start + 6 * step] = rounded(middle - e2 * F_1_847, shift);
    const z5 = (d3 + d1 + d2 + d0) * F_1_175;
    const z1 = -(d3 + d0) * F_0_899;
    const z2 = -(d2 + d1) * F_2_562;
    const z3 = -(d3 + d1) * F_1_961 + z5;
    const z4 = -(d2 + d0) * F_0_390 + z5;
    block[start + 7 * step] = rounded(d3 * F_0_298 + z1 + z3, shift);
    block[start + 5 * step] = rounded(d2 * F_2_053 + z2 + z4, shift);
    block[start + 3 * step] = rounded(d1 * F_3_072 + z2 + z3, shift);
    block[start + step] = rounded(d0 * F_1_501 + z1 + z4, shift);
  }
}

/** jidctint.c, jpeg_idct_islow: pass 0 over columns keeps two extra bits, pass 1 over rows takes all away. */
function inverseDct(block: Int32Array, pass: 0 | 1, line: number, step: number): void {
  const shift = pass === 0 ? 11 : 18;
  for (let start = 0, n = 0; n < 8; n++, start += line) {
    const at = (i: number): number => block[start + i * step] ?? 0;
    const middle = (at(2) + at(6)) * F_0_541;
    const e2 = middle - at(6) * F_1_847;
    const e3 = middle + at(2) * F_0_765;
    const e0 = (at(0) + at(4)) << 13;
    const e1 = (at(0) - at(4)) << 13;
    const a0 = e0 + e3;
    const a3 = e0 - e3;
    const a1 = e1 + e2;
    const a2 = e1 - e2;
    const d0 = at(7);
    const d1 = at(5);
    const d2 = at(3);
    const d3 = at(1);
    const z5 = (d0 + d2 + d1 + d3) * F_1_175;
    const z1 = -(d0 + d3) * F_0_899;
    const z2 = -(d1 + d2) * F_2_562;
    const z3 = -(d0 + d2) * F_1_961 + z5;
    const z4 = -(d1 + d3) * F_0_390 + z5;
    const o0 = d0 * F_0_298 + z1 + z3;
    const o1 = d1 * F_2_053 + z2 + z4;
    const o2 = d2 * F_3_072 + z2 + z3;
    const o3 = d3 * F_1_501 + z1 + z4;
    block[start] = rounded(a0 + o3, shift);
    block[start + 7 * step] = rounded(a0 - o3, shift);
    block[start + step] = rounded(a1 + o2, shift);
    block[start + 6 * step] = rounded(a1 - o2, shift);
    block[start + 2 * step] = rounded(a2 + o1, shift);
    block[start + 5 * step] = rounded(a2 - o1, shift);
    block[start + 3 * step] = rounded(a3 + o0, shift);
    block[start + 4 * step] = rounded(a3 - o0, shift);
  }
}

/** jdsample.c, h2v2_fancy_upsample: each sample is 9/16, 3/16, 3/16 and 1/16 of its neighbours; edges repeat. */
function upsampled(plane: Plane, width: number, height: number): Plane {
  const columns = Math.ceil(width / 2);
  const rows = Math.ceil(height / 2);
  const stride = columns * 2;
  const data = new Uint8Array(stride * rows * 2);
  // Narrow pictures are merely doubled (jdsample.c, jinit_upsampler: downsampled_width > 2).
  const smooth = columns > 2;
  for (let y = 0; y < rows * 2; y++) {
    const near = y >> 1;
    const far = Math.min(rows - 1, Math.max(0, near + (y & 1 ? 1 : -1)));
    const column = (x: number): number =>
      3 * (plane.data[near * plane.stride + x] ?? 0) + (plane.data[far * plane.stride + x] ?? 0);
    for (let x = 0; x < columns; x++) {
      const to = y * stride + 2 * x;
      if (!smooth) {
        data.fill(plane.data[near * plane.stride + x] ?? 0, to, to + 2);
        continue;
      }
      const here = column(x);
      data[to] = (3 * here + column(Math.max(0, x - 1)) + 8) >> 4;
      data[to + 1] = (3 * here + column(Math.min(columns - 1, x + 1)) + 7) >> 4;
    }
  }
  return { width, height, stride, data };
}
