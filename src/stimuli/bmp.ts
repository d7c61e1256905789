/**
 * Uncompressed BMP as Pillow reads it (BmpImagePlugin.py): 1, 4 and 8 bits with a palette, 16, 24 and 32 bits with the
 * channel masks that Pillow knows, bottom-up and top-down, OS/2 and Windows headers.
 *
 * The packages fast-bmp and bmp-ts were not used: the first leaves palettes and top-down images out, the second needs
 * Node's Buffer. Run-length compression is not read.
 */
import type { ImageHeader, ImageMode } from "./image.ts";
import { imageRefused, truncatedHeader, undecodable } from "./image-fault.ts";
import { fullPalette, greyRamp } from "./palette.ts";

const HEADER_SIZES = [12, 40, 52, 56, 64, 108, 124];
const RAW = 0;
const BITFIELDS = 3;

/** Where red, green and blue lie in a pixel's bytes, by its masks (red, green, blue, alpha); `alpha`: Pillow says RGBA. */
const FIELDS_32: Readonly<
  Record<string, { readonly rgb: readonly [number, number, number]; readonly alpha: boolean }>
> = {
  "ff0000,ff00,ff,0": { rgb: [2, 1, 0], alpha: false },
  "ff000000,ff0000,ff00,0": { rgb: [3, 2, 1], alpha: false },
  "ff000000,ff00,ff,0": { rgb: [3, 1, 0], alpha: false },
  "ff000000,ff0000,ff00,ff": { rgb: [3, 2, 1], alpha: true },
  "ff,ff00,ff0000,ff000000": { rgb: [0, 1, 2], alpha: true },
  "ff0000,ff00,ff,ff000000": { rgb: [2, 1, 0], alpha: true },
  "ff000000,ff00,ff,ff0000": { rgb: [3, 1, 0], alpha: true },
  "0,0,0,0": { rgb: [2, 1, 0], alpha: true },
};

interface Layout {
  readonly mode: ImageMode;
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  /** 256 × RGB; for 1, 4 and 8 bits. */
  readonly palette: Uint8Array;
  /** For 24 and 32 bits. */
  readonly rgb: readonly [number, number, number];
  /** For 16 bits: green has 5 bits or 6. */
  readonly green: 5 | 6;
  readonly offset: number;
}

export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d;
}

export function bmpHeader(bytes: Uint8Array): ImageHeader {
  const { mode, width, height } = layout(bytes);
  return { format: "bmp", mode, width, height };
}

/** height × width × 3. Throws `undecodable-image` where the file ends before the last row. */
export function decodeBmp(bytes: Uint8Array): Uint8Array {
  const { width, height, topDown, bits, palette, rgb: order, green, offset } = layout(bytes);
  const stride = ((width * bits + 31) >> 3) & ~3;
  // The padding after the last row may be missing; Pillow does not ask for it.
  if (offset + stride * (height - 1) + Math.ceil((width * bits) / 8) > bytes.length) {
    throw undecodable("BMP", "the image file is truncated");
  }
  const rgb = new Uint8Array(width * height * 3);
  let to = 0;
  for (let row = 0; row < height; row++) {
    const start = offset + stride * (topDown ? row : height - 1 - row);
    for (let column = 0; column < width; column++, to += 3) {
      if (bits <= 8) {
        const bit = column * bits;
        const entry = (((bytes[start + (bit >> 3)] ?? 0) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1)) * 3;
        rgb[to] = palette[entry] ?? 0;
        rgb[to + 1] = palette[entry + 1] ?? 0;
        rgb[to + 2] = palette[entry + 2] ?? 0;
      } else if (bits === 16) {
        const pixel = (bytes[start + 2 * column] ?? 0) | ((bytes[start + 2 * column + 1] ?? 0) << 8);
        rgb[to] = widened((pixel >> (5 + green)) & 31, 31);
        rgb[to + 1] = widened((pixel >> 5) & ((1 << green) - 1), (1 << green) - 1);
        rgb[to + 2] = widened(pixel & 31, 31);
      } else {
        const from = start + (column * bits) / 8;
        rgb[to] = bytes[from + order[0]] ?? 0;
        rgb[to + 1] = bytes[from + order[1]] ?? 0;
        rgb[to + 2] = bytes[from + order[2]] ?? 0;
      }
    }
  }
  return rgb;
}

/** libImaging/Unpack.c, unpackBGR15 and unpackBGR16: (value × 255) / max in integers. */
function widened(value: number, max: number): number {
  return Math.trunc((value * 255) / max);
}

function layout(bytes: Uint8Array): Layout {
  if (bytes.length < 26) throw truncatedHeader("BMP");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerSize = view.getUint32(14, true);
  if (!HEADER_SIZES.includes(headerSize)) {
    throw imageRefused("unsupported-image", `A BMP header of ${headerSize} bytes is of no known version.`);
  }
  const afterHeader = 14 + headerSize;
  if (bytes.length < afterHeader) throw truncatedHeader("BMP");
  const old = headerSize === 12;
  // Pillow's test for a negative height.
  const topDown = !old && view.getUint8(25) === 0xff;
  const height = old
    ? view.getUint16(20, true)
    : Math.abs(topDown ? view.getInt32(22, true) : view.getUint32(22, true));
  const width = old ? view.getUint16(18, true) : view.getUint32(18, true);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = old ? RAW : view.getUint32(30, true);
  if (![1, 4, 8, 16, 24, 32].includes(bits) || (compression !== RAW && compression !== BITFIELDS)) {
    throw unsupported(compression === RAW ? `${bits} bits a pixel` : `compression ${compression}`);
  }
  const pixels = view.getUint32(10, true);
  const common = { width, height, topDown, bits, palette: greyRamp(), rgb: [2, 1, 0] as const, green: 5 as const };
  if (bits <= 8) {
    if (compression === BITFIELDS) throw unsupported("masks with a palette");
    const padding = old ? 3 : 4;
    const colours = (old ? 0 : view.getUint32(46, true)) || 1 << bits;
    if (colours > 65536) throw unsupported(`a palette of ${colours} colours`);
    const end = afterHeader + padding * colours;
    if (bytes.length < end) throw truncatedHeader("BMP");
    const palette = fullPalette(bytes.subarray(afterHeader, end), padding, "bgr");
    const offset = pixels === afterHeader ? end : pixels || end;
    // Pillow drops a palette that is the grey ramp, or black and white, and reads the samples themselves.
    const grey = isRamp(bytes.subarray(afterHeader, end), padding, colours === 2 ? 255 : 1);
    if (!grey) return { ...common, mode: "P", palette, offset };
    return colours === 2 ? { ...common, mode: "1", palette: greyRamp(255), offset } : { ...common, mode: "L", offset };
  }
  if (compression === RAW) return { ...common, mode: "RGB", offset: pixels || afterHeader };
  const inHeader = headerSize >= 52;
  const masksEnd = inHeader ? afterHeader : afterHeader + 12;
  if (bytes.length < masksEnd) throw truncatedHeader("BMP");
  const mask = (i: number): string => view.getUint32(54 + 4 * i, true).toString(16);
  const rgbMasks = `${mask(0)},${mask(1)},${mask(2)}`;
  const offset = pixels || masksEnd;
  if (bits === 32) {
    const fields = FIELDS_32[`${rgbMasks},${headerSize >= 56 ? mask(3) : "0"}`];
    if (fields !== undefined) return { ...common, mode: fields.alpha ? "RGBA" : "RGB", rgb: fields.rgb, offset };
  } else if (bits === 24 && rgbMasks === "ff0000,ff00,ff") {
    return { ...common, mode: "RGB", offset };
  } else if (bits === 16 && (rgbMasks === "f800,7e0,1f" || rgbMasks === "7c00,3e0,1f")) {
    return { ...common, mode: "RGB", green: rgbMasks === "f800,7e0,1f" ? 6 : 5, offset };
  }
  throw unsupported(`channel masks ${rgbMasks}`);
}

function isRamp(palette: Uint8Array, stride: number, step: number): boolean {
  for (let i = 0; i * stride < palette.length; i++) {
    for (let channel = 0; channel < 3; channel++) if (palette[i * stride + channel] !== i * step) return false;
  }
  return true;
}

function unsupported(what: string) {
  return imageRefused("unsupported-image", `BMP files with ${what} are not read.`, {
    remedy: "Save the image as PNG.",
  });
}
