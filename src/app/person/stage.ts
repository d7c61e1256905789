/**
 * The canvas that trials are drawn on: mid-grey, with pictures side by side in its middle.
 *
 * Pictures are decoded before the trial begins, so that drawing takes less than a frame. The browser decodes and scales
 * them; a person does not need Pillow's very bits.
 */
import type { Stimulus } from "../../benchmark/benchmark.ts";
import { pinkNoise } from "./noise.ts";
import { GAP_PX, widthOf } from "./size.ts";
import type { Screen } from "./trial.ts";

/** What can be shown: a stimulus, or for practice a word, so that nobody has seen a picture before its trial. */
export type Shown =
  | { readonly kind: "picture"; readonly stimulus: Stimulus; readonly side: number }
  | { readonly kind: "word"; readonly word: string; readonly side: number };

/** The grey of half of 255, on which Brain-Score places pictures too. */
const GREY = "rgb(128 128 128)";
const INK = "rgb(0 0 0)";
const CROSS_PX = 22;
const NOISE_PX = 256;

export interface PreparedScreen extends Screen {
  /** Gives the pictures' memory back. */
  close(): void;
}

/** A screen for one trial: `room` is the side of each picture's place in CSS pixels. Throws where a picture does not decode. */
export async function prepareScreen(
  canvas: HTMLCanvasElement,
  shown: readonly Shown[],
  room: number,
  mask: boolean,
): Promise<PreparedScreen> {
  const bitmaps = await Promise.all(
    shown.map((each) => (each.kind === "picture" ? createImageBitmap(each.stimulus.bytes) : undefined)),
  );
  const noise = mask ? shown.map(noiseCanvas) : [];
  const context = contextOf(canvas, shown.length, room);
  /** Draws on the square of each picture, given its left upper corner. */
  const onEach = (draw: (context: CanvasRenderingContext2D, x: number, y: number, i: number) => void): void => {
    blank();
    shown.forEach(({ side }, i) => {
      draw(context, i * (room + GAP_PX) + (room - side) / 2, (room - side) / 2, i);
    });
  };
  const boxOf = (i: number, side: number): { width: number; height: number } => {
    const bitmap = bitmaps[i];
    if (bitmap === undefined) return { width: side, height: side };
    const scale = side / Math.max(bitmap.width, bitmap.height);
    return { width: bitmap.width * scale, height: bitmap.height * scale };
  };
  const blank = (): void => {
    context.fillStyle = GREY;
    context.fillRect(0, 0, canvas.width, canvas.height);
  };
  blank();
  return {
    blank,
    cross() {
      blank();
      const x = widthOf(shown.length, room) / 2;
      context.fillStyle = INK;
      context.fillRect(x - CROSS_PX / 2, room / 2 - 1.5, CROSS_PX, 3);
      context.fillRect(x - 1.5, room / 2 - CROSS_PX / 2, 3, CROSS_PX);
    },
    pictures() {
      onEach((to, x, y, i) => {
        const each = shown[i];
        const bitmap = bitmaps[i];
        if (each === undefined) return;
        const { width, height } = boxOf(i, each.side);
        if (bitmap !== undefined)
          to.drawImage(bitmap, x + (each.side - width) / 2, y + (each.side - height) / 2, width, height);
        else if (each.kind === "word") drawWord(to, each.word, x, y, each.side);
      });
    },
    mask() {
      onEach((to, x, y, i) => {
        const side = shown[i]?.side ?? 0;
        const { width, height } = boxOf(i, side);
        const over = noise[i];
        if (over !== undefined) to.drawImage(over, x + (side - width) / 2, y + (side - height) / 2, width, height);
      });
    },
    close() {
      for (const bitmap of bitmaps) bitmap?.close();
    },
  };
}

/** Gives the canvas as many pixels as the screen has for it. Throws where the browser has no 2D context to give. */
function contextOf(canvas: HTMLCanvasElement, across: number, room: number): CanvasRenderingContext2D {
  const ratio = window.devicePixelRatio;
  const width = widthOf(across, room);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(room * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${room}px`;
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null) throw new Error("the browser gives no canvas to draw on");
  context.scale(ratio, ratio);
  context.imageSmoothingQuality = "high";
  return context;
}

function drawWord(to: CanvasRenderingContext2D, word: string, x: number, y: number, side: number): void {
  to.fillStyle = "rgb(240 240 240)";
  to.fillRect(x, y, side, side);
  to.fillStyle = INK;
  to.textAlign = "center";
  to.textBaseline = "middle";
  const family = getComputedStyle(document.body).fontFamily;
  to.font = `100px ${family}`;
  const size = Math.min(side / 4, (100 * side * 0.86) / to.measureText(word).width);
  to.font = `${size}px ${family}`;
  to.fillText(word, x + side / 2, y + side / 2);
}

function noiseCanvas(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = NOISE_PX;
  canvas.height = NOISE_PX;
  const context = canvas.getContext("2d");
  const image = context?.createImageData(NOISE_PX, NOISE_PX);
  pinkNoise(NOISE_PX).forEach((grey, i) => {
    image?.data.set([grey, grey, grey, 255], i * 4);
  });
  if (image !== undefined) context?.putImageData(image, 0, 0);
  return canvas;
}
