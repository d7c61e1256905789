/**
 * PNG as Pillow reads it for Brain-Score: the stored colours of the default image, no gamma, no profile, no alpha.
 *
 * Inflation is the platform's own (`DecompressionStream`), stopped at the size that the header announces, so that a
 * small file cannot fill the memory; it also checks zlib's Adler-32. The rest is the unfiltering and unpacking of the
 * PNG specification (3rd edition, sections 7 to 9). A package was not used because of what they do here: fast-png 8
 * gives wrong pixels, silently, for interlaced images of fewer than 8 bits, does not bound inflation and does not check
 * Adler-32. Every chunk's CRC is verified up to IEND; Pillow does not verify those of IDAT and after.
 */
import CRC32 from "crc-32";
import type { ImageHeader, ImageMode } from "./image.ts";
import { imageRefused, truncatedHeader, undecodable } from "./image-fault.ts";
import { fullPalette, greyRamp } from "./palette.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const HEADER_BYTES = 33;
const PALETTE_COLOUR = 3;

/** Pillow's PngImagePlugin._MODES by `depth,colour type`; 16-bit grey with alpha is RGBA there too. */
const MODES: Readonly<Record<string, ImageMode | "I;16">> = {
  "1,0": "1",
  "2,0": "L",
  "4,0": "L",
  "8,0": "L",
  "16,0": "I;16",
  "8,2": "RGB",
  "16,2": "RGB",
  "1,3": "P",
  "2,3": "P",
  "4,3": "P",
  "8,3": "P",
  "8,4": "LA",
  "16,4": "RGBA",
  "8,6": "RGBA",
  "16,6": "RGBA",
};
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Adam7: first column and row, column and row step of each pass. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((value, i) => bytes[i] === value);
}

export function pngHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < HEADER_BYTES) throw truncatedHeader("PNG");
  const view = viewOf(bytes);
  if (chunkName(view, 8) !== "IHDR" || view.getUint32(8) !== 13) {
    throw imageRefused("not-an-image", "The file has a PNG signature but does not begin with a PNG header.");
  }
  const { depth, colour, width, height } = layout(bytes);
  const mode = MODES[`${depth},${colour}`];
  if (mode === undefined) {
    throw imageRefused("unsupported-image", `PNG has no images of ${depth} bits with colour type ${colour}.`);
  }
  if (mode === "I;16") {
    throw imageRefused("unsupported-image", "16-bit grey PNGs have no RGB form that Brain-Score's models accept.", {
      value: "16-bit grey",
      expected: "8 bits a channel",
      remedy: "Save the image with 8 bits a channel.",
    });
  }
  return { format: "png", mode, width, height };
}

/** height × width × 3. Throws `undecodable-image`. */
export async function decodePng(bytes: Uint8Array): Promise<Uint8Array> {
  const { width, height, depth, colour, interlaced, filterMethod } = layout(bytes);
  if (filterMethod !== 0) throw undecodable("PNG", `filter method ${filterMethod} is unknown`);
  const chunks = readChunks(bytes);
  const channels = CHANNELS[colour] ?? 1;
  const passes = (interlaced ? ADAM7 : [[0, 0, 1, 1] as const])
    .map(([x, y, dx, dy]) => {
      const columns = Math.ceil((width - x) / dx);
      return {
        x,
        y,
        dx,
        dy,
        columns,
        rows: Math.ceil((height - y) / dy),
        line: Math.ceil((columns * channels * depth) / 8),
      };
    })
    .filter((pass) => pass.columns > 0 && pass.rows > 0);
  const raw = await inflate(
    chunks.data,
    passes.reduce((sum, pass) => sum + pass.rows * (1 + pass.line), 0),
  );
  const rgb = new Uint8Array(width * height * 3);
  const step = Math.max(1, (channels * depth) / 8);
  // Samples of one byte or less go through a table; the others give their high byte, as Pillow's unpackers do.
  const table = colour === PALETTE_COLOUR ? chunks.palette : greyRamp(depth < 8 ? 255 / ((1 << depth) - 1) : 1);
  const byTable = channels === 1;
  const green = colour === 4 ? 0 : depth / 8;
  let at = 0;
  for (const pass of passes) {
    let previous = new Uint8Array(pass.line);
    for (let row = 0; row < pass.rows; row++) {
      const line = raw.subarray(at + 1, at + 1 + pass.line);
      unfilter(raw[at] ?? 0, line, previous, step);
      previous = line;
      at += 1 + pass.line;
      let to = ((pass.y + row * pass.dy) * width + pass.x) * 3;
      for (let column = 0; column < pass.columns; column++, to += 3 * pass.dx) {
        if (byTable) {
          const bit = column * depth;
          const entry = (((line[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1)) * 3;
          rgb[to] = table[entry] ?? 0;
          rgb[to + 1] = table[entry + 1] ?? 0;
          rgb[to + 2] = table[entry + 2] ?? 0;
        } else {
          const from = column * step;
          rgb[to] = line[from] ?? 0;
          rgb[to + 1] = line[from + green] ?? 0;
          rgb[to + 2] = line[from + 2 * green] ?? 0;
        }
      }
    }
  }
  return rgb;
}

function layout(bytes: Uint8Array) {
  const view = viewOf(bytes);
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    depth: view.getUint8(24),
    colour: view.getUint8(25),
    filterMethod: view.getUint8(27),
    interlaced: view.getUint8(28) !== 0,
  };
}

function readChunks(bytes: Uint8Array): { data: Uint8Array<ArrayBuffer>; palette: Uint8Array } {
  const view = viewOf(bytes);
  const data: Uint8Array[] = [];
  let palette = fullPalette(new Uint8Array(0), 3, "rgb");
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) throw undecodable("PNG", "the image file is truncated");
    const length = view.getUint32(at);
    const name = chunkName(view, at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) throw undecodable("PNG", `the image file is truncated within its ${name} chunk`);
    if (CRC32.buf(bytes.subarray(at + 4, end)) >>> 0 !== view.getUint32(end)) {
      throw undecodable("PNG", `the checksum of its ${name} chunk does not match`);
    }
    const content = bytes.subarray(at + 8, end);
    if (name === "IEND") return { data: concatenated(data), palette };
    if (name === "IDAT") data.push(content);
    if (name === "PLTE") palette = fullPalette(content, 3, "rgb");
    at = end + 4;
  }
}

/** Inflates a zlib stream to exactly `size` bytes; what a longer stream holds beyond them is left, as Pillow leaves it. */
async function inflate(data: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(size);
  let filled = 0;
  try {
    const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const piece = next.value.subarray(0, size - filled);
      out.set(piece, filled);
      filled += piece.length;
      if (piece.length < next.value.length) {
        await reader.cancel();
        break;
      }
    }
  } catch (error) {
    throw undecodable("PNG", "its compressed data are damaged", error);
  }
  if (filled < size) throw undecodable("PNG", "its compressed data end before the last row");
  return out;
}

/** Undoes one scan line's filter in place. `step`: bytes from a sample to the same sample of the pixel on its left. */
function unfilter(kind: number, line: Uint8Array, above: Uint8Array, step: number): void {
  if (kind > 4) throw undecodable("PNG", `a row has the unknown filter ${kind}`);
  if (kind === 0) return;
  for (let i = 0; i < line.length; i++) {
    const a = i < step ? 0 : (line[i - step] ?? 0);
    const b = above[i] ?? 0;
    let predicted: number;
    if (kind === 1) predicted = a;
    else if (kind === 2) predicted = b;
    else if (kind === 3) predicted = (a + b) >> 1;
    else {
      const c = i < step ? 0 : (above[i - step] ?? 0);
      const fromA = Math.abs(b - c);
      const fromB = Math.abs(a - c);
      const fromC = Math.abs(a + b - 2 * c);
      predicted = fromA <= fromB && fromA <= fromC ? a : fromB <= fromC ? b : c;
    }
    line[i] = (line[i] ?? 0) + predicted;
  }
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function chunkName(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at + 4),
    view.getUint8(at + 5),
    view.getUint8(at + 6),
    view.getUint8(at + 7),
  );
}
