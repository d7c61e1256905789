import { expect, it } from "vitest";
import { noise } from "../../testing/generator.ts";
import { pinkNoise } from "./noise.ts";

const SIZE = 128;

function made(): Uint8ClampedArray {
  const at = noise("mask");
  let i = 0;
  return pinkNoise(SIZE, () => (at(i++) + 1) / 2);
}

/** Power of rows by frequency, by the definition of the discrete Fourier transform. */
function rowPower(grey: Uint8ClampedArray): number[] {
  return Array.from({ length: SIZE / 2 }, (_, f) => {
    let power = 0;
    for (let y = 0; y < SIZE; y += 4) {
      let re = 0;
      let im = 0;
      for (let x = 0; x < SIZE; x++) {
        const value = (grey[y * SIZE + x] ?? 0) - 128;
        re += value * Math.cos((2 * Math.PI * f * x) / SIZE);
        im += value * Math.sin((2 * Math.PI * f * x) / SIZE);
      }
      power += re * re + im * im;
    }
    return power;
  });
}

it("the mask is grey on average and of some contrast", () => {
  const grey = made();
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  const deviation = Math.sqrt(grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length);
  expect(mean).toBeGreaterThan(126);
  expect(mean).toBeLessThan(130);
  expect(deviation).toBeGreaterThan(44);
  expect(deviation).toBeLessThan(49);
});

it("power along a row falls as 1/f, which is amplitude 1/f in the plane: octaves carry alike", () => {
  const power = rowPower(made());
  const octaves = [2, 4, 8, 16, 32].map((low) => power.slice(low, 2 * low).reduce((sum, value) => sum + value, 0));
  const mean = octaves.reduce((sum, value) => sum + value, 0) / octaves.length;
  // White noise would double from octave to octave, sixteenfold over these.
  for (const octave of octaves) {
    expect(octave / mean).toBeGreaterThan(0.5);
    expect(octave / mean).toBeLessThan(2);
  }
});
