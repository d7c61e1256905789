/**
 * Brain-Score's `pixels`: the picture itself, as a reference for what no network adds
 * (brainscore_vision/models/pixels/model.py). The resize to 256 × 256 is Pillow's bicubic and belongs to the card's
 * input, as do the unscaled values 0 … 255 in height × width × colour order.
 */
import type { Architecture } from "./architecture.ts";

export const pixels: Architecture = (g) => {
  g.tap("pixels", g.input("image", 256, 256, 3));
};
