/**
 * Brain-Score's model `pixels`: the picture itself, as a reference for what no network adds
 * (brainscore_vision/models/pixels/model.py). One layer for every region and for the readout; no labels.
 */
import type { RgbImage } from "../stimuli/image.ts";
import { resize } from "../stimuli/resize.ts";

const SIDE = 256;

/**
 * The 196,608 features, 0 … 255 in height × width × colour order, after Pillow's bicubic resize to 256 × 256. They are
 * bytes, as in Brain-Score, where the similarity of two pictures is therefore a dot product modulo 256. A picture of that
 * size already gives its own bytes, not a copy.
 */
export function pixelFeatures(image: RgbImage): Uint8Array {
  return resize(image, SIDE, SIDE, "bicubic").rgb;
}
