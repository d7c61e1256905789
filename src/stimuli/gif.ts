/**
 * The first frame of a GIF as Pillow reads it for Brain-Score (GifImagePlugin.py, libImaging/GifDecode.c).
 *
 * Pixels outside the frame, if it is smaller than the screen, take the transparent colour or else colour 0; transparent
 * pixels keep the palette's colour. Later frames are not looked at. The packages omggif and gifuct-js were not used:
 * both fill the pixels that a damaged file lacks with colour 0 and go on.
 */
import type { ImageHeader } from "./image.ts";
import { imageRefused, truncatedHeader, undecodable } from "./image-fault.ts";
import { fullPalette, greyRamp } from "./palette.ts";

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  /** The size of the picture: the screen, stretched where the frame goes beyond it. */
  readonly screen: readonly [width: number, height: number];
  readonly interlaced: boolean;
  readonly transparent: number | null;
  /** The colours that the file gives for this frame: the local ones, else the global ones, else none. */
  readonly palette: Uint8Array;
  /** Where the LZW data begin: the byte with the code size. */
  readonly data: number;
}

export function isGif(bytes: Uint8Array): boolean {
  const magic = String.fromCharCode(...bytes.subarray(0, 6));
  return magic === "GIF87a" || magic === "GIF89a";
}

export function gifHeader(bytes: Uint8Array): ImageHeader {
  const frame = firstFrame(bytes);
  const [width, height] = frame.width === 0 || frame.height === 0 ? [0, 0] : frame.screen;
  return { format: "gif", mode: isGrey(frame) ? "L" : "P", width, height };
}

/** height × width × 3. Throws `undecodable-image`. */
export function decodeGif(bytes: Uint8Array): Uint8Array {
  const frame = firstFrame(bytes);
  const [width, height] = frame.screen;
  const colours = isGrey(frame) ? greyRamp() : fullPalette(frame.palette, 3, "rgb");
  const screen = new Uint8Array(width * height).fill(frame.transparent ?? 0);
  const indices = lzw(bytes, frame.data, frame.width * frame.height);
  const rows = frame.interlaced ? interlacedRows(frame.height) : Array.from({ length: frame.height }, (_, row) => row);
  rows.forEach((row, i) => {
    const line = indices.subarray(i * frame.width, (i + 1) * frame.width);
    screen.set(line, (frame.top + row) * width + frame.left);
  });
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < screen.length; i++) {
    const colour = 3 * (screen[i] ?? 0);
    rgb[3 * i] = colours[colour] ?? 0;
    rgb[3 * i + 1] = colours[colour + 1] ?? 0;
    rgb[3 * i + 2] = colours[colour + 2] ?? 0;
  }
  return rgb;
}

/** Pillow drops a palette whose colours are their own indices, and takes a picture without palette for grey. */
function isGrey(frame: Frame): boolean {
  return frame.palette.every((value, i) => value === Math.floor(i / 3));
}

function firstFrame(bytes: Uint8Array): Frame {
  const byte = (at: number): number => {
    const value = bytes[at];
    if (value === undefined) throw truncatedHeader("GIF");
    return value;
  };
  const word = (at: number): number => byte(at) | (byte(at + 1) << 8);
  const table = (at: number, flags: number): Uint8Array => {
    const size = flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
    if (at + size > bytes.length) throw truncatedHeader("GIF");
    return bytes.subarray(at, at + size);
  };
  const screen = [word(6), word(8)] as const;
  const global = table(13, byte(10));
  let at = 13 + global.length;
  let transparent: number | null = null;
  for (;;) {
    const block = byte(at);
    if (block === 0x2c) break;
    if (block === 0x3b) throw imageRefused("unsupported-image", "The GIF file holds no frame.");
    if (block !== 0x21) {
      at++; // Pillow skips bytes between blocks that belong to none.
      continue;
    }
    if (byte(at + 1) === 0xf9 && byte(at + 2) >= 4 && byte(at + 3) & 1) transparent = byte(at + 6);
    at += 2;
    while (byte(at) !== 0) at += 1 + byte(at);
    at++;
  }
  const [left, top, width, height] = [word(at + 1), word(at + 3), word(at + 5), word(at + 7)];
  const flags = byte(at + 9);
  const local = table(at + 10, flags);
  const data = at + 10 + local.length;
  byte(data);
  return {
    width,
    height,
    left,
    top,
    screen: [Math.max(screen[0], left + width), Math.max(screen[1], top + height)],
    interlaced: (flags & 0x40) !== 0,
    transparent,
    palette: flags & 0x80 ? local : global,
    data,
  };
}

function interlacedRows(height: number): number[] {
  const passes: readonly (readonly [first: number, step: number])[] = [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ];
  return passes.flatMap(([first, step]) => {
    const count = Math.max(0, Math.ceil((height - first) / step));
    return Array.from({ length: count }, (_, i) => first + i * step);
  });
}

/** `count` colour indices from the sub-blocks at `at`. Throws when the data hold fewer or are not LZW. */
function lzw(bytes: Uint8Array, at: number, count: number): Uint8Array {
  const bits = bytes[at] ?? 0;
  if (bits > 8) throw undecodable("GIF", `its code size of ${bits} bits is not possible`);
  const clear = 1 << bits;
  const out = new Uint8Array(count);
  // Every string of the table is a stretch of the output already written: where it starts, and how long it is.
  const starts = new Int32Array(4096);
  const lengths = new Int32Array(4096);
  const nextByte = subBlockReader(bytes, at + 1);
  let filled = 0;
  let size = bits + 1;
  let next = clear + 2;
  let previous = -1;
  let previousStart = 0;
  let previousLength = 0;
  let buffer = 0;
  let held = 0;
  while (filled < count) {
    while (held < size) {
      const value = nextByte();
      if (value < 0) throw undecodable("GIF", "the image file is truncated");
      buffer |= value << held;
      held += 8;
    }
    const code = buffer & ((1 << size) - 1);
    buffer >>= size;
    held -= size;
    if (code === clear) {
      size = bits + 1;
      next = clear + 2;
      previous = -1;
      continue;
    }
    if (code === clear + 1) throw undecodable("GIF", "its data end before the last pixel");
    if (code > next || (code === next && previous < 0)) throw undecodable("GIF", "its compressed data are damaged");
    // The string that this code completes: the previous one and one pixel more, which is this one's first.
    const known = next < 4096 && previous >= 0;
    if (known) {
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
    }
    const start = filled;
    if (code < clear) {
      out[filled++] = code;
      previousLength = 1;
    } else {
      const from = starts[code] ?? 0;
      previousLength = lengths[code] ?? 0;
      // Pixel by pixel: where code === next, the stretch overlaps the pixels being written.
      for (let i = 0; i < previousLength && filled < count; i++) out[filled++] = out[from + i] ?? 0;
    }
    if (known) {
      next++;
      if (next === 1 << size && size < 12) size++;
    }
    previous = code;
    previousStart = start;
  }
  return out;
}

/** The bytes of the sub-blocks in turn; -1 after the last one, and from the start of one that the file does not hold whole. */
function subBlockReader(bytes: Uint8Array, start: number): () => number {
  let at = start;
  let left = 0;
  return () => {
    if (left === 0) {
      left = bytes[at++] ?? 0;
      if (left === 0 || at + left > bytes.length) return -1;
    }
    left--;
    return bytes[at++] ?? -1;
  };
}
