/** The theme's scale in pixels: read from CSS, so that canvases have its colours in either theme. */
import { useEffect, useState } from "react";
import styles from "./close-up.module.css";

const STEPS = 128;

/** RGBA of STEPS shades from 0 to 1. */
export type Scale = Uint8ClampedArray;

/** The scale of the theme that is shown, and of the next one once it is. */
export function useScale(): Scale | undefined {
  const [scale, setScale] = useState<Scale>();
  useEffect(() => {
    const read = (): void => setScale(readScale());
    read();
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", read);
    const chosen = new MutationObserver(read);
    chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      system.removeEventListener("change", read);
      chosen.disconnect();
    };
  }, []);
  return scale;
}

function readScale(): Scale | undefined {
  const canvas = new OffscreenCanvas(STEPS, 1);
  const context = canvas.getContext("2d");
  if (context === null) return undefined;
  const shade = document.createElement("span");
  shade.className = styles.shade ?? "";
  document.body.append(shade);
  for (let step = 0; step < STEPS; step++) {
    shade.style.setProperty("--share", String(step / (STEPS - 1)));
    context.fillStyle = getComputedStyle(shade).backgroundColor;
    context.fillRect(step, 0, 1, 1);
  }
  shade.remove();
  return context.getImageData(0, 0, STEPS, 1).data;
}

/** Puts a row-major picture of shares into a canvas of its size; what is no number stays clear. */
export function paint(
  canvas: HTMLCanvasElement,
  { width, height }: { readonly width: number; readonly height: number },
  shareAt: (x: number, y: number) => number,
  scale: Scale,
): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(width, height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 4) {
      const share = shareAt(x, y);
      if (Number.isNaN(share)) continue;
      const from = 4 * Math.round(share * (STEPS - 1));
      for (let channel = 0; channel < 4; channel++) image.data[to + channel] = scale[from + channel] ?? 0;
    }
  }
  context.putImageData(image, 0, 0);
}
