/**
 * HMAX (Riesenhuber & Poggio 1999; Serre, Oliva & Poggio 2007) in the form that Brain-Score's `hmax` has: van Vliet's
 * pytorch_hmax as of 2020, with Gaussian tuning and zeros beyond the borders.
 *
 * S1 are Gabor filters of 16 sizes, C1 maxima over pairs of sizes and over places, S2 the likeness of every C1 map to 400
 * patches of each of 8 sizes, C2 the greatest likeness anywhere. Only the patches come from a file, the variable `patches`
 * of universal_patch_set.mat, a row of 8 matrices; all else is computed.
 *
 * The layers c2_0 … c2_7 are one to a patch size. Behind them: exp is taken once, of the smallest distance, and the
 * reference's one convolution an orientation and their sum are one convolution of four channels.
 */
import { constant, type Graph, reshaped, scalar, type Value, type Weight } from "../graph.ts";
import type { Architecture } from "./architecture.ts";

/** Degrees; the channels of S1 and C1. */
const ORIENTATIONS = [90, -45, 0, 45];
const SCALES = 8;
const PATCHES = 400;

export const hmax: Architecture = (g, w) => {
  const image = g.op("ReduceMean", [g.input("image", 3, 224, 224)], { axes: [1], keepdims: 1 });
  const squared = g.mul(image, image);
  const s1 = Array.from({ length: 2 * SCALES }, (_, i) => simple(g, image, squared, 7 + 2 * i, 4 - 0.05 * i));
  const c1 = Array.from({ length: SCALES }, (_, j) => complex(g, s1.slice(2 * j, 2 * j + 2), 8 + 2 * j));
  const energies = c1.map((map) => g.op("ReduceSum", [g.mul(map, map), [1]], { keepdims: 1 }));
  for (let k = 0; k < 8; k++) {
    const size = 2 * (k + 1);
    const patches = w(`patches[${k}]`, size * size * ORIENTATIONS.length, PATCHES);
    const kernels = minusTwice(patches, size);
    const sums = squaredSums(patches);
    const distances = c1.map((map, j) => {
      // Squared distances as Σ c² - 2 Σ c p + Σ p²; of each patch, the smallest of any place.
      const products = g.conv(map, kernels, { bias: sums, pads: size / 2 });
      const squares = boxSum(g, energies[j] ?? map, size, size / 2);
      return g.op("ReduceMin", [g.add(products, squares)], { axes: [2, 3], keepdims: 1 });
    });
    const smallest = g.op("ReduceMin", [g.concat(2, ...distances)], { axes: [2, 3], keepdims: 0 });
    g.tap(`c2_${k}`, g.op("Exp", [g.mul(smallest, scalar(-0.5))]));
  }
};

/** S1: the size of the filters' answers, divided by the norm of what they look at. N × 4 × 224 × 224. */
function simple(g: Graph, image: Value, squared: Value, size: number, wavelength: number): Value {
  const pads = Math.floor(size / 2);
  const filters = constant([ORIENTATIONS.length, 1, size, size], () =>
    ORIENTATIONS.flatMap((orientation) => gabor(size, wavelength, orientation)),
  );
  const answer = g.op("Abs", [g.conv(image, filters, { pads })]);
  const norm = g.op("Sqrt", [boxSum(g, squared, size, pads)]);
  // Where there is nothing to see, nothing is divided by zero.
  return g.div(answer, g.op("Where", [g.op("Equal", [norm, scalar(0)]), scalar(1), norm]));
}

/** C1: the maximum over two sizes of filters and over a neighbourhood. N × 4 × side × side. */
function complex(g: Graph, sizes: readonly Value[], pool: number): Value {
  const pooled = g.maxPool(g.concat(1, ...sizes), pool, { stride: pool / 2, pads: pool / 2 });
  const side = Math.floor(224 / (pool / 2)) + 1;
  return g.op("ReduceMax", [g.reshape(pooled, 0, sizes.length, ORIENTATIONS.length, side, side)], {
    axes: [1],
    keepdims: 0,
  });
}

/** The sum over each window of one channel, rows first: as many additions as two sides instead of an area. */
function boxSum(g: Graph, x: Value, size: number, pads: number): Value {
  const ones = constant([1, 1, 1, size], new Array<number>(size).fill(1));
  const rows = g.conv(x, ones, { pads: [0, pads, 0, pads] });
  return g.conv(rows, reshaped(ones, 1, 1, size, 1), { pads: [pads, 0, pads, 0] });
}

/** A Gabor filter, row-major: round, of mean 0 over the square and of norm 1 (pytorch_hmax, gabor_filter). */
function gabor(size: number, wavelength: number, orientation: number): number[] {
  const lambda = (size * 2) / wavelength;
  const sigma = lambda * 0.8;
  const gamma = 0.3;
  const theta = ((orientation + 90) * Math.PI) / 180;
  const centre = Math.floor(size / 2);
  const values = Array.from({ length: size * size }, (_, i) => {
    const x = Math.floor(i / size) - centre;
    const y = (i % size) - centre;
    if (Math.hypot(x, y) > size / 2) return 0;
    const along = x * Math.cos(theta) + y * Math.sin(theta);
    const across = -x * Math.sin(theta) + y * Math.cos(theta);
    const envelope = Math.exp(-(along ** 2 + gamma ** 2 * across ** 2) / (2 * sigma ** 2));
    return envelope * Math.cos((2 * Math.PI * along) / lambda);
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const norm = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  return values.map((value) => (value - mean) / norm);
}

/** The patches as a convolution's kernels, times -2. A row of the file is an orientation, a column and a row of a patch. */
function minusTwice(patches: Weight, size: number): Weight {
  const orientations = ORIENTATIONS.length;
  return {
    shape: [PATCHES, orientations, size, size],
    async read() {
      const values = await patches.read();
      const kernels = new Float32Array(values.length);
      for (let i = 0, from = 0; i < orientations * size * size; i++) {
        const row = i % size;
        const column = Math.floor(i / size) % size;
        const orientation = Math.floor(i / (size * size));
        const to = (orientation * size + row) * size + column;
        for (let patch = 0; patch < PATCHES; patch++, from++)
          kernels[patch * orientations * size * size + to] = -2 * (values[from] ?? 0);
      }
      return kernels;
    },
  };
}

/** Σ p² of each patch. */
function squaredSums(patches: Weight): Weight {
  return {
    shape: [PATCHES],
    async read() {
      const sums = new Float64Array(PATCHES);
      for (const [i, value] of (await patches.read()).entries())
        sums[i % PATCHES] = (sums[i % PATCHES] ?? 0) + value ** 2;
      return Float32Array.from(sums);
    },
  };
}
