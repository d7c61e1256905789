/**
 * From a placed picture to a network's input, in float32 as torchvision computes it (ToTensor, Normalize). A network of
 * TensorFlow 1's has its own resizing, whose values are not rounded to 8 bits; the steps after it are the same.
 *
 * Brain-Score's default is Resize((h, w)) without regard to the aspect ratio (model_helpers/activations/pytorch.py:142-176);
 * with `crop` a CenterCrop follows, after Resize(short side) as in torchvision's own pipelines or after another Resize((h, w)).
 */
import type { RgbImage } from "./image.ts";
import { type Filter, resize } from "./resize.ts";
import { roundHalfEven } from "./rounding.ts";
import { resizeAsTensorFlow1 } from "./tf-resize.ts";

/** What a network wants to be fed; a model card's `input` is one. */
export interface TensorSpec {
  /** Height and width in pixels. */
  readonly size: readonly [height: number, width: number];
  /** Per channel; red, green, blue. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly layout: "NCHW" | "NHWC";
  /** What pixel values 0…255 become before mean and std: [0, 1] or [0, 255]. */
  readonly range: readonly [number, number];
  /** Pillow's filter, or TensorFlow 1's bilinear resizing (tf-resize.ts), which does not go with `crop`. */
  readonly resize: Filter | "tf1-bilinear";
  /** What the picture is resized to before `size` is cut from its centre: its short side, or height and width. */
  readonly crop?: { readonly short_side: number } | { readonly resized: readonly [number, number] } | undefined;
}

/** The picture at the network's size; the picture itself where `writeTensor` resizes it. */
export function prepare(image: RgbImage, spec: TensorSpec): RgbImage {
  const [height, width] = spec.size;
  if (spec.resize === "tf1-bilinear") return image;
  if (spec.crop === undefined) return resize(image, width, height, spec.resize);
  const [columns, rows] = sizeBeforeCrop(image, spec.crop);
  return centreCrop(resize(image, columns, rows, spec.resize), width, height);
}

function sizeBeforeCrop(image: RgbImage, crop: NonNullable<TensorSpec["crop"]>): [width: number, height: number] {
  if ("resized" in crop) return [crop.resized[1], crop.resized[0]];
  const short = crop.short_side;
  // torchvision's _compute_resized_output_size: the long side is truncated.
  const long = Math.trunc((short * Math.max(image.width, image.height)) / Math.min(image.width, image.height));
  return image.width <= image.height ? [short, long] : [long, short];
}

/** torchvision's center_crop: halves round to even; where the picture is the smaller one, black is added around it. */
function centreCrop(image: RgbImage, width: number, height: number): RgbImage {
  const left = cropStart(image.width, width);
  const top = cropStart(image.height, height);
  const rgb = new Uint8Array(width * height * 3);
  const from = Math.max(0, left);
  const columns = Math.min(image.width - from, width - Math.max(0, -left));
  for (let row = 0; row < height; row++) {
    const source = row + top;
    if (source < 0 || source >= image.height) continue;
    const start = (source * image.width + from) * 3;
    rgb.set(image.rgb.subarray(start, start + columns * 3), (row * width + Math.max(0, -left)) * 3);
  }
  return { width, height, rgb };
}

function cropStart(size: number, crop: number): number {
  return crop > size ? -Math.floor((crop - size) / 2) : roundHalfEven((size - crop) / 2);
}

/**
 * Writes a prepared picture into a batch: 3 × height × width (NCHW) or height × width × 3 (NHWC) values
 * from `offset` on. Each value is ((v / 255) - mean) / std, every step rounded to float32, as torchvision rounds.
 */
export function writeTensor(image: RgbImage, spec: TensorSpec, out: Float32Array, offset: number): void {
  const [height, width] = spec.size;
  const pixels = height * width;
  const unrounded = spec.resize === "tf1-bilinear";
  if (!unrounded && (image.width !== width || image.height !== height)) {
    throw new RangeError(`the picture has ${image.width} × ${image.height} pixels, the input ${width} × ${height}`);
  }
  if (offset < 0 || offset + 3 * pixels > out.length) {
    throw new RangeError(`a picture of ${3 * pixels} values does not fit at ${offset} of ${out.length}`);
  }
  const source = unrounded ? resizeAsTensorFlow1(image, width, height) : image.rgb;
  const planes = spec.layout === "NCHW";
  const step = planes ? 1 : 3;
  for (let channel = 0; channel < 3; channel++) {
    const normalise = normaliser(spec, channel);
    const known = unrounded ? undefined : Float32Array.from({ length: 256 }, (_, value) => normalise(value));
    let to = offset + (planes ? channel * pixels : channel);
    for (let from = channel; from < 3 * pixels; from += 3, to += step) {
      const value = source[from] ?? 0;
      out[to] = known === undefined ? normalise(value) : (known[value] ?? 0);
    }
  }
}

/** Of a channel's values; arithmetic in double rounded to float32 after each operation is float32 arithmetic. */
function normaliser(spec: TensorSpec, channel: number): (value: number) => number {
  const mean = Math.fround(spec.mean[channel] ?? 0);
  const std = Math.fround(spec.std[channel] ?? 1);
  const divisor = spec.range[1] === 255 ? 1 : 255;
  return (value) => Math.fround(Math.fround(Math.fround(value / divisor) - mean) / std);
}
