/**
 * MobileNetV2, width 1.4 (Sandler et al. 2018, arXiv 1801.04381), as Hugging Face's transformers has it with the weights
 * of TensorFlow's model zoo. Layers are named as its modules. A stride of 2 pads below and to the right alone, as
 * TensorFlow does on even sizes.
 *
 * The checkpoint's classifier has a background class in front, which Brain-Score drops from the logits and from the
 * readout (brainscore_vision/models/mobilenet_v2_1_4_224); so does the layer `classifier` here.
 */
import type { Value } from "../graph.ts";
import { batchNormWeights } from "../weights.ts";
import type { Architecture } from "./architecture.ts";

const EPSILON = 1e-3;
/** An inverted residual widens its input this many times. */
const EXPANSION = 6;
/** Channels and stride of each inverted residual. */
const BLOCKS: readonly (readonly [number, number])[] = [
  [32, 2], // 56 × 56
  [32, 1],
  [48, 2], // 28 × 28
  [48, 1],
  [48, 1],
  [88, 2], // 14 × 14
  [88, 1],
  [88, 1],
  [88, 1],
  [136, 1],
  [136, 1],
  [136, 1],
  [224, 2], // 7 × 7
  [224, 1],
  [224, 1],
  [448, 1],
];
const CLASSES = 1000;

export const mobilenetV2: Architecture = (g, w) => {
  interface Shape {
    readonly into: number;
    readonly from: number;
    readonly kernel: number;
    readonly stride?: number;
    readonly depthwise?: boolean;
  }
  /** Convolution and normalisation. */
  const linear = (x: Value, layer: string, { into, from, kernel, stride = 1, depthwise = false }: Shape): Value => {
    const weight = w(`${layer}.convolution.weight`, into, depthwise ? 1 : from, kernel, kernel);
    const pads = kernel === 1 ? 0 : stride === 2 ? ([0, 0, 1, 1] as const) : 1;
    const y = g.conv(x, weight, { stride, pads, groups: depthwise ? from : 1 });
    return g.batchNorm(y, batchNormWeights(w, `${layer}.normalization`, into), EPSILON);
  };
  const relu6 = (x: Value) => g.clip(x, 0, 6);
  const pointwise = (x: Value, layer: string, into: number, from: number) =>
    linear(x, layer, { into, from, kernel: 1 });
  const depthwise = (x: Value, layer: string, channels: number, stride: number) =>
    relu6(linear(x, layer, { into: channels, from: channels, kernel: 3, stride, depthwise: true }));

  const stem = "mobilenet_v2.conv_stem";
  let x = g.input("image", 3, 224, 224);
  x = relu6(linear(x, `${stem}.first_conv`, { into: 48, from: 3, kernel: 3, stride: 2 })); // 112 × 112
  x = depthwise(x, `${stem}.conv_3x3`, 48, 1);
  x = g.tap(stem, pointwise(x, `${stem}.reduce_1x1`, 24, 48));
  let from = 24;
  BLOCKS.forEach(([into, stride], i) => {
    const block = `mobilenet_v2.layer.${i}`;
    const wide = EXPANSION * from;
    let y = relu6(pointwise(x, `${block}.expand_1x1`, wide, from));
    y = depthwise(y, `${block}.conv_3x3`, wide, stride);
    y = pointwise(y, `${block}.reduce_1x1`, into, wide);
    x = g.tap(block, stride === 1 && into === from ? g.add(x, y) : y);
    from = into;
  });
  x = relu6(pointwise(x, "mobilenet_v2.conv_1x1", 1792, from));
  x = g.tap("mobilenet_v2.pooler", g.globalAveragePool(x));
  x = g.linear(g.flatten(x), w("classifier.weight", 1 + CLASSES, 1792), w("classifier.bias", 1 + CLASSES));
  g.tap("classifier", g.slice(x, 1, 1, 1 + CLASSES));
};
