/**
 * A picture in memory, as Pillow would hold it once Brain-Score has made it RGB.
 *
 * Brain-Score drops alpha without compositing on every path (pytorch.py load_image pastes onto a black RGB canvas
 * without a mask; screen.py pastes onto grey the same way), so the stored RGB of every pixel is all that can reach a
 * network, and all that is kept here.
 */

/** Pillow's image modes, as far as Brain-Score's stimuli use them. */
export type ImageMode = "1" | "L" | "LA" | "P" | "RGB" | "RGBA";
export type ImageFormat = "png" | "jpeg" | "webp" | "gif" | "bmp";

/** What a file's header says, before anything is decoded. */
export interface ImageHeader {
  readonly format: ImageFormat;
  readonly mode: ImageMode;
  readonly width: number;
  readonly height: number;
}

export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** height × width × 3, row-major, 8 bits. */
  readonly rgb: Uint8Array;
}

export interface DecodedImage extends RgbImage {
  readonly format: ImageFormat;
  readonly mode: ImageMode;
}
