/**
 * Image files in, Pillow's RGB out (Brain-Score: model_helpers/activations/pytorch.py, load_image).
 *
 * The format is told by the first bytes, never by the file's name. Alpha is dropped, not composited; no gamma, colour
 * profile or EXIF rotation is applied, because Pillow and Brain-Score apply none. Where this reader and Pillow differ,
 * it is that this one refuses more: checksums that Pillow skips, 16-bit grey and CMYK (which Brain-Score's models
 * cannot take either), animated WebP, run-length BMP, pictures beyond MAX_PIXELS.
 */
import { GapscopeError } from "../faults/faults.ts";
import { bmpHeader, decodeBmp, isBmp } from "./bmp.ts";
import { decodeGif, gifHeader, isGif } from "./gif.ts";
import type { DecodedImage, ImageFormat, ImageHeader } from "./image.ts";
import { imageRefused, undecodable } from "./image-fault.ts";
import { decodeJpeg, isJpeg, jpegHeader } from "./jpeg.ts";
import { decodePng, isPng, pngHeader } from "./png.ts";
import { decodeWebp, isWebp, webpHeader } from "./webp.ts";

/** 64 megapixels: 192 MB of RGB, and 256 MB more within a WebAssembly decoder. */
export const MAX_PIXELS = 64 * 1024 * 1024;

interface Format {
  readonly name: string;
  readonly is: (bytes: Uint8Array) => boolean;
  readonly header: (bytes: Uint8Array) => ImageHeader;
  readonly decode: (bytes: Uint8Array, header: ImageHeader) => Uint8Array | Promise<Uint8Array>;
}

const FORMATS: Readonly<Record<ImageFormat, Format>> = {
  png: { name: "PNG", is: isPng, header: pngHeader, decode: decodePng },
  jpeg: { name: "JPEG", is: isJpeg, header: jpegHeader, decode: decodeJpeg },
  webp: { name: "WebP", is: isWebp, header: webpHeader, decode: decodeWebp },
  gif: { name: "GIF", is: isGif, header: gifHeader, decode: decodeGif },
  bmp: { name: "BMP", is: isBmp, header: bmpHeader, decode: decodeBmp },
};

/**
 * What the file's header says; nothing is decoded. Throws `package-refused` with exactly one fault: `empty-image`,
 * `not-an-image`, `truncated-image`, `unsupported-image` or `image-too-large`.
 */
export function inspectImage(bytes: Uint8Array): ImageHeader {
  if (bytes.length === 0) throw imageRefused("empty-image", "The image file is empty (0 bytes).");
  const format = Object.values(FORMATS).find((candidate) => candidate.is(bytes));
  if (format === undefined) {
    throw imageRefused("not-an-image", "The file is not an image that can be read.", {
      value: firstBytes(bytes),
      expected: "PNG, JPEG, WebP, GIF or BMP",
      remedy: "Save the image in one of these formats; the name's ending does not count.",
    });
  }
  const header = format.header(bytes);
  const size = `${header.width} × ${header.height}`;
  if (header.width === 0 || header.height === 0) {
    throw imageRefused("empty-image", `The ${format.name} image has no pixels.`, { value: size });
  }
  if (header.width * header.height > MAX_PIXELS) {
    throw imageRefused("image-too-large", `The ${format.name} image has too many pixels.`, {
      value: size,
      expected: `${MAX_PIXELS} pixels at most`,
      remedy: "Make the image smaller; models look at a few hundred pixels a side.",
    });
  }
  return header;
}

/** Decodes a whole file. Throws as `inspectImage` does, and `undecodable-image` where the pixels cannot be read. */
export async function decodeImage(bytes: Uint8Array): Promise<DecodedImage> {
  const header = inspectImage(bytes);
  const format = FORMATS[header.format];
  try {
    return { ...header, rgb: await format.decode(bytes, header) };
  } catch (error) {
    if (error instanceof GapscopeError) throw error;
    throw undecodable(format.name, error instanceof Error ? error.message : String(error), error);
  }
}

function firstBytes(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 8), (value) => value.toString(16).padStart(2, "0")).join(" ");
}
