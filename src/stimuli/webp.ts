/**
 * WebP: the header (RFC 9649). The pixels come from libwebp (codecs.ts). Animations are refused: a stimulus is one image.
 */
import { decodeWith } from "./codecs.ts";
import type { ImageHeader } from "./image.ts";
import { imageRefused, truncatedHeader, undecodable } from "./image-fault.ts";

const VP8X_ANIMATION = 0x02;
const VP8X_ALPHA = 0x10;

export function isWebp(bytes: Uint8Array): boolean {
  return ascii(bytes, 0) === "RIFF" && ascii(bytes, 8) === "WEBP";
}

export function webpHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < 30) throw truncatedHeader("WebP");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunk = ascii(bytes, 12);
  if (chunk === "VP8 ") {
    return {
      format: "webp",
      mode: "RGB",
      width: view.getUint16(26, true) & 0x3fff,
      height: view.getUint16(28, true) & 0x3fff,
    };
  }
  if (chunk === "VP8L") {
    const bits = view.getUint32(21, true);
    const alpha = (bits >>> 28) & 1;
    return {
      format: "webp",
      mode: alpha ? "RGBA" : "RGB",
      width: (bits & 0x3fff) + 1,
      height: ((bits >>> 14) & 0x3fff) + 1,
    };
  }
  if (chunk === "VP8X") {
    const flags = view.getUint8(20);
    if (flags & VP8X_ANIMATION) {
      throw imageRefused("unsupported-image", "The WebP file is an animation; a stimulus is one image.", {
        remedy: "Save one frame of it as an image.",
      });
    }
    const size = (at: number): number => (view.getUint16(at, true) | (view.getUint8(at + 2) << 16)) + 1;
    return { format: "webp", mode: flags & VP8X_ALPHA ? "RGBA" : "RGB", width: size(24), height: size(27) };
  }
  throw imageRefused(
    "unsupported-image",
    `A WebP file that begins with a chunk ${JSON.stringify(chunk)} is of no known kind.`,
  );
}

/** height × width × 3. Throws `undecodable-image`. */
export async function decodeWebp(bytes: Uint8Array, header: ImageHeader): Promise<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(4, true) + 8 > bytes.length) throw undecodable("WebP", "the image file is truncated");
  return decodeWith("webp", bytes, header.width, header.height);
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
