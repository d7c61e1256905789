/** Golden values by Brain-Score's place_on_screen and Pillow: reference/pillow_pixels.py. */
import { describe, expect, it } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import golden from "./golden/pixels.json" with { type: "json" };
import type { DecodedImage, ImageFormat } from "./image.ts";
import { resavedJpeg } from "./jpeg-resave.ts";
import { placeOnScreen, screenNotes, screenSize } from "./screen.ts";
import { picture, sha256 } from "./testing.ts";

/** Measured with Brain-Score itself: width, height, source, target; width, height, offset. */
const VERIFIED_SIZES = [
  [256, 256, 8, 8.8, 282, 282, 13, 13],
  [225, 225, 10, 8, 180, 180, 22, 22],
  [5, 5, 10, 11, 6, 6, 0, 0],
  [25, 25, 10, 11, 28, 28, 2, 2],
  [500, 400, 7, 8, 571, 457, 36, 28],
  [512, 512, 18, 8, 228, 228, 142, 142],
  [256, 256, 4, 8, 512, 512, 128, 128],
  [224, 224, 2.986667, 8, 600, 600, 188, 188],
  [1000, 1000, 17.70753, 8, 452, 452, 274, 274],
  [341, 256, 3, 8, 909, 683, 284, 214],
  [11, 7, 8, 5, 7, 4, 2, 2],
] as const;

function asFormat(text: string): ImageFormat {
  if (text === "png" || text === "jpeg" || text === "bmp") return text;
  throw new Error(`no format ${text}`);
}

describe("screenSize", () => {
  it.each(VERIFIED_SIZES)(
    "%d × %d at %d on %d degrees",
    (width, height, source, target, toWidth, toHeight, left, top) => {
      const kind = target > source ? "pad" : "crop";
      expect(screenSize(width, height, source, target)).toEqual({ width: toWidth, height: toHeight, left, top, kind });
    },
  );

  it("leaves a picture of the screen's own size alone", () => {
    expect(screenSize(31, 17, 8, 8)).toEqual({ width: 31, height: 17, left: 0, top: 0, kind: "same" });
  });
});

describe("placeOnScreen", () => {
  it.each(golden.screens)("$picture $mode $format $size at $source on $target degrees", async (expected) => {
    const [width = 0, height = 0] = expected.size;
    const mode = expected.mode === "L" ? "L" : "RGB";
    const source = picture(expected.picture, width, height, 2, mode);
    const image: DecodedImage = { ...source, format: asFormat(expected.format), mode };
    const result = await placeOnScreen(image, expected.source, expected.target);
    expect([result.width, result.height]).toEqual(expected.placed);
    expect(await sha256(result.rgb)).toBe(expected.rgb);
  });

  it("refuses degrees that leave nothing or ask for too much", async () => {
    const image: DecodedImage = { ...picture("waves", 10, 10, 1), format: "png", mode: "RGB" };
    const code = async (source: number, target: number): Promise<string | undefined> => {
      const error = await placeOnScreen(image, source, target).catch((thrown: unknown) => thrown);
      return error instanceof GapscopeError ? error.faults[0]?.code : undefined;
    };
    expect(await code(180, 1)).toBe("empty-image");
    expect(await code(0.001, 8)).toBe("image-too-large");
  });
});

describe("resavedJpeg is Pillow's save and open", () => {
  it.each(golden.resaves)("$picture $mode $size", async (expected) => {
    const [width = 0, height = 0] = expected.size;
    const mode = expected.mode === "L" ? "L" : "RGB";
    expect(await sha256(resavedJpeg(picture(expected.picture, width, height, width, mode), mode).rgb)).toBe(
      expected.rgb,
    );
  });
});

describe("screenNotes", () => {
  it("speaks where Brain-Score's saving loses what we keep, and only there", () => {
    for (const format of ["png", "bmp", "jpeg", "webp", "gif"] as const) expect(screenNotes(format, 8, 8)).toEqual([]);
    for (const format of ["png", "bmp", "jpeg"] as const) expect(screenNotes(format, 4, 8)).toEqual([]);
    expect(screenNotes("webp", 4, 8)).toHaveLength(1);
    expect(screenNotes("webp", 10, 8)).toHaveLength(1);
    expect(screenNotes("gif", 4, 8)).toHaveLength(1);
    expect(screenNotes("gif", 10, 8)).toEqual([]);
  });
});
