/** Colour tables as Pillow keeps them: 256 entries, those that a file's palette lacks being black. */

/** A palette of `stride` bytes a colour, red first or blue first; returns 256 × RGB. */
export function fullPalette(bytes: Uint8Array, stride: 3 | 4, order: "rgb" | "bgr"): Uint8Array {
  const table = new Uint8Array(768);
  const entries = Math.min(256, Math.floor(bytes.length / stride));
  for (let i = 0; i < entries; i++) {
    for (let channel = 0; channel < 3; channel++) {
      table[3 * i + channel] = bytes[stride * i + (order === "rgb" ? channel : 2 - channel)] ?? 0;
    }
  }
  return table;
}

/** 256 × RGB, entry i being `step` × i in all three channels, to 255 at most. */
export function greyRamp(step = 1): Uint8Array {
  return Uint8Array.from({ length: 768 }, (_, i) => Math.min(255, step * Math.floor(i / 3)));
}
