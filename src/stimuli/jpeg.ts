/**
 * JPEG: the header, and whether the file is whole. The pixels come from MozJPEG (codecs.ts).
 *
 * Pillow refuses a JPEG that lacks its end-of-image marker ("image file is truncated") where libjpeg alone would fill
 * the rest with grey. Damage that libjpeg only warns of passes in Pillow; here it is refused (codecs.ts), since no two
 * decoders agree on the pixels then.
 */
import { decodeWith } from "./codecs.ts";
import type { ImageHeader, ImageMode } from "./image.ts";
import { imageRefused, truncatedHeader, undecodable } from "./image-fault.ts";

const MODES: Readonly<Record<number, ImageMode | "CMYK">> = { 1: "L", 3: "RGB", 4: "CMYK" };
/** Baseline, extended and progressive, with Huffman or arithmetic coding. */
const READABLE_FRAMES = [0xc0, 0xc1, 0xc2, 0xc9, 0xca];

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

export function jpegHeader(bytes: Uint8Array): ImageHeader {
  for (const { marker, at, length } of segments(bytes)) {
    if (marker === 0xda || marker === 0xd9) break;
    if (!isFrame(marker)) continue;
    if (at + Math.max(length, 8) > bytes.length) break;
    const [precision, height, width, layers] = [
      bytes[at + 2],
      word(bytes, at + 3),
      word(bytes, at + 5),
      bytes[at + 7] ?? 0,
    ];
    const mode = MODES[layers];
    if (mode === "CMYK") {
      throw imageRefused("unsupported-image", "CMYK JPEGs have no RGB form that Brain-Score's models accept.", {
        value: "CMYK",
        expected: "grey or RGB",
        remedy: "Convert the image to RGB.",
      });
    }
    if (mode === undefined || precision !== 8 || !READABLE_FRAMES.includes(marker)) {
      throw imageRefused(
        "unsupported-image",
        `JPEGs of ${layers} layers with ${precision} bits in coding process ${marker - 0xc0} are not read.`,
        {
          remedy: "Save the image as PNG.",
        },
      );
    }
    return { format: "jpeg", mode, width, height };
  }
  throw truncatedHeader("JPEG");
}

/** height × width × 3. Throws `undecodable-image`. */
export async function decodeJpeg(bytes: Uint8Array, header: ImageHeader): Promise<Uint8Array> {
  let whole = false;
  for (const { marker } of segments(bytes)) if (marker === 0xd9) whole = true;
  if (!whole) throw undecodable("JPEG", "the image file is truncated");
  return decodeWith("jpeg", bytes, header.width, header.height);
}

interface Segment {
  readonly marker: number;
  /** Where its length field stands. */
  readonly at: number;
  /** What the length field says, itself included; 0 for markers that have none. */
  readonly length: number;
}

/** The file's markers in order, entropy-coded data passed over, until the end-of-image marker or the end of the file. */
function* segments(bytes: Uint8Array): Generator<Segment> {
  let at = 2;
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) {
      at++; // Entropy-coded data, or bytes that libjpeg would skip.
      continue;
    }
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++; // A fill byte.
      continue;
    }
    at += 2;
    const bare = marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (bare) continue;
    if (marker === 0xd9) {
      yield { marker, at, length: 0 };
      return;
    }
    const length = word(bytes, at);
    yield { marker, at, length };
    at += length;
  }
}

/** SOF0 to SOF15, without DHT, JPG and DAC, which share the range. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
