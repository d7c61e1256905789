/** For tests: the pictures of reference/pillow_pixels.py, by the same integer formulas, and digests. */
import type { RgbImage } from "./image.ts";

export const pictures = {
  noise(width: number, height: number, seed: number): RgbImage {
    let x = seed;
    const rgb = Uint8Array.from({ length: width * height * 3 }, () => {
      x = (Math.imul(1103515245, x) + 12345) & 0x7fffffff;
      return (x >> 16) & 255;
    });
    return { width, height, rgb };
  },
  waves(width: number, height: number, seed: number): RgbImage {
    const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const x = Math.floor(i / 3) % width;
      const y = Math.floor(i / 3 / width);
      const t = (x * (3 + seed) + y * (5 + 2 * seed) + (i % 3) * 90) % 720;
      return Math.min(255, Math.max(0, Math.abs(t - 360) - 50));
    });
    return { width, height, rgb };
  },
};

/** A golden file's picture: `L` repeats the red channel. */
export function picture(name: string, width: number, height: number, seed: number, mode = "RGB"): RgbImage {
  if (name !== "noise" && name !== "waves") throw new RangeError(`there is no picture ${name}`);
  const image = pictures[name](width, height, seed);
  if (mode === "RGB") return image;
  return { width, height, rgb: image.rgb.map((_, i) => image.rgb[i - (i % 3)] ?? 0) };
}

/** Lower-case hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes.slice());
  return Array.from(new Uint8Array(digest), (value) => value.toString(16).padStart(2, "0")).join("");
}
