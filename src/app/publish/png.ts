/** A figure as a PNG for print: 600 dots an inch, and the file says so. */
import CRC32 from "crc-32";

const DOTS_PER_INCH = 600;
const INCH = 25.4;

/** `svg` is a whole file, its size in millimetres as given. */
export async function pngOf(
  svg: string,
  millimetres: { readonly width: number; readonly height: number },
): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = new OffscreenCanvas(dots(millimetres.width), dots(millimetres.height));
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("this browser draws no pictures");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
    return new Blob([withResolution(bytes, DOTS_PER_INCH)], { type: "image/png" });
  } finally {
    URL.revokeObjectURL(address);
  }
}

function dots(millimetres: number): number {
  return Math.round((millimetres / INCH) * DOTS_PER_INCH);
}

/** Where the header's chunk, which comes first, ends: signature, length, name, 13 bytes, sum. */
const HEADER_END = 8 + 4 + 4 + 13 + 4;

/** A PNG with its resolution in a `pHYs` chunk after its header (PNG specification, 11.3.4.3): dots a metre, both ways. */
export function withResolution(png: Uint8Array, perInch: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(4 + 4 + 9 + 4);
  const view = new DataView(chunk.buffer);
  const perMetre = Math.round((perInch * 1000) / INCH);
  view.setUint32(0, 9);
  chunk.set(new TextEncoder().encode("pHYs"), 4);
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  view.setUint8(16, 1); // the unit is the metre
  view.setInt32(17, CRC32.buf(chunk.subarray(4, 17)));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, HEADER_END));
  whole.set(chunk, HEADER_END);
  whole.set(png.subarray(HEADER_END), HEADER_END + chunk.length);
  return whole;
}
