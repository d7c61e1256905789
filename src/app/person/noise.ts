/**
 * Noise whose amplitude falls as 1/f (pink noise), to cover the place where a picture was.
 *
 * A sum of octaves of smoothed lattice noise, each of the same variance: in two dimensions an octave's ring grows with f², so
 * equal variance per octave is power 1/f², amplitude 1/f. It is no product of a Fourier transform; bands within an
 * octave are uneven, which a mask does not mind.
 */

const MEAN = 128;
const DEVIATION = 48;

/** Grey values of `size` × `size`, a power of two, around 128. `random` gives numbers in [0, 1). */
export function pinkNoise(size: number, random: () => number = Math.random): Uint8ClampedArray {
  const field = new Float32Array(size * size);
  for (let cells = 2; cells <= size; cells *= 2) {
    for (const [i, value] of standardised(lattice(size, cells, random)).entries()) field[i] = (field[i] ?? 0) + value;
  }
  return Uint8ClampedArray.from(standardised(field), (value) => MEAN + DEVIATION * value);
}

/** Random values on a grid of `cells` × `cells`, interpolated between. */
function lattice(size: number, cells: number, random: () => number): Float32Array {
  const side = cells + 1;
  const nodes = Float32Array.from({ length: side * side }, () => 2 * random() - 1);
  const step = cells / size;
  const values = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    const top = Math.floor(y * step);
    const v = y * step - top;
    for (let x = 0; x < size; x++) {
      const left = Math.floor(x * step);
      const u = x * step - left;
      const at = top * side + left;
      const above = mix(u, nodes[at], nodes[at + 1]);
      values[y * size + x] = mix(v, above, mix(u, nodes[at + side], nodes[at + side + 1]));
    }
  }
  return values;
}

function mix(share: number, a = 0, b = 0): number {
  return a + (b - a) * share;
}

/** With mean 0 and standard deviation 1. */
function standardised(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance));
}
