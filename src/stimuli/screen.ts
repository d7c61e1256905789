/**
 * Stimuli on a subject's screen (Brain-Score: benchmark_helpers/screen.py): a picture that spans `source` degrees is
 * padded with grey, or cropped, until it spans `target` degrees. Nothing is resampled here.
 *
 * Brain-Score then saves the picture under the name it had. For PNG and BMP that loses nothing; for JPEG it does, and
 * jpeg-resave.ts loses the same. `screenNotes` says where we lose less than Brain-Score.
 */
import { MAX_PIXELS } from "./decode.ts";
import type { DecodedImage, ImageFormat, RgbImage } from "./image.ts";
import { imageRefused } from "./image-fault.ts";
import { resavedJpeg } from "./jpeg-resave.ts";
import { roundHalfEven } from "./rounding.ts";

/** PIL's "gray", #808080. */
const GREY = 128;

export interface ScreenSize {
  readonly width: number;
  readonly height: number;
  /** Pad: where the picture's upper left corner goes. Crop: where the cut-out begins in the picture. */
  readonly left: number;
  readonly top: number;
  readonly kind: "same" | "pad" | "crop";
}

/** Sizes and offsets in pixels (screen.py:81-107, numpy rounds halves to even). */
export function screenSize(width: number, height: number, sourceDegrees: number, targetDegrees: number): ScreenSize {
  if (sourceDegrees === targetDegrees) return { width, height, left: 0, top: 0, kind: "same" };
  const ratio = targetDegrees / sourceDegrees;
  const placed = { width: roundHalfEven(ratio * width), height: roundHalfEven(ratio * height) };
  return ratio >= 1
    ? {
        ...placed,
        left: roundHalfEven((placed.width - width) / 2),
        top: roundHalfEven((placed.height - height) / 2),
        kind: "pad",
      }
    : {
        ...placed,
        left: roundHalfEven((width - placed.width) / 2),
        top: roundHalfEven((height - placed.height) / 2),
        kind: "crop",
      };
}

/**
 * The pixels that Brain-Score's model would load. Throws `package-refused` (`empty-image`, `image-too-large`) where the
 * degrees leave no pixel of the picture or ask for a screen beyond MAX_PIXELS.
 */
export async function placeOnScreen(
  image: DecodedImage,
  sourceDegrees: number,
  targetDegrees: number,
): Promise<RgbImage> {
  const place = screenSize(image.width, image.height, sourceDegrees, targetDegrees);
  if (place.kind === "same") return image;
  const what = `The picture of ${image.width} × ${image.height} pixels, placed from ${sourceDegrees} on ${targetDegrees} degrees,`;
  if (place.width < 1 || place.height < 1) {
    throw imageRefused("empty-image", `${what} has no pixels left.`, {
      remedy: "Check the stimulus set's visual degrees.",
    });
  }
  if (place.width * place.height > MAX_PIXELS) {
    throw imageRefused("image-too-large", `${what} has too many pixels.`, {
      value: `${place.width} × ${place.height}`,
      expected: `${MAX_PIXELS} pixels at most`,
      remedy: "Check the stimulus set's visual degrees.",
    });
  }
  const placed = place.kind === "pad" ? padded(image, place) : cropped(image, place);
  if (image.format !== "jpeg") return placed;
  // Padding pastes onto an RGB canvas; cropping keeps a grey JPEG grey.
  return resavedJpeg(placed, place.kind === "crop" && image.mode === "L" ? "L" : "RGB");
}

/** What a score should say when stimuli of this format are placed: one sentence, or nothing where pixels agree. */
export function screenNotes(format: ImageFormat, sourceDegrees: number, targetDegrees: number): string[] {
  const { kind } = screenSize(1, 1, sourceDegrees, targetDegrees);
  if (kind !== "same" && format === "webp") {
    return [
      "Brain-Score re-encodes WebP stimuli lossily when it places them on a screen; here their pixels stay exact.",
    ];
  }
  if (kind === "pad" && format === "gif") {
    return [
      "Brain-Score saves padded GIF stimuli with 256 colours at most; here one with more, screen grey included, keeps all.",
    ];
  }
  return [];
}

function padded(image: RgbImage, { width, height, left, top }: ScreenSize): RgbImage {
  const rgb = new Uint8Array(width * height * 3).fill(GREY);
  for (let row = 0; row < image.height; row++) {
    const line = image.rgb.subarray(row * image.width * 3, (row + 1) * image.width * 3);
    rgb.set(line, ((top + row) * width + left) * 3);
  }
  return { width, height, rgb };
}

function cropped(image: RgbImage, { width, height, left, top }: ScreenSize): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * image.width + left) * 3;
    rgb.set(image.rgb.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, rgb };
}
