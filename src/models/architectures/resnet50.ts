/**
 * ResNet-50 (He et al. 2016, arXiv 1512.03385) as torchvision has it (“v1.5”: a block's stride is on its 3 × 3
 * convolution), and its residual stages for networks with another stem. Layers are named as torchvision's modules; those
 * named `conv…` and `downsample.0` are convolutions before their normalisation.
 */
import type { Graph, Value } from "../graph.ts";
import { batchNormWeights, type Weights } from "../weights.ts";
import type { Architecture } from "./architecture.ts";

const EPSILON = 1e-5;
/** Blocks of layer1 … layer4, each stage twice as wide as the last and, but for the first, at half its resolution. */
const BLOCKS = [3, 4, 6, 3];
/** A block's output has this many times the channels of its 3 × 3 convolution. */
const EXPANSION = 4;

export const resnet50: Architecture = (g, w) => {
  const image = g.input("image", 3, 224, 224);
  const stem = g.tap("conv1", g.conv(image, w("conv1.weight", 64, 3, 7, 7), { stride: 2, pads: 3 })); // 112 × 112
  const normed = g.relu(g.batchNorm(stem, batchNormWeights(w, "bn1", 64), EPSILON));
  residualStages(g, w, g.maxPool(normed, 3, { stride: 2, pads: 1 })); // 56 × 56
};

/** layer1 … layer4, avgpool and fc on 64 × 56 × 56; `prefix` stands before their names. */
export function residualStages(g: Graph, w: Weights, x: Value, prefix = ""): void {
  let from = 64;
  BLOCKS.forEach((blocks, stage) => {
    const narrow = 64 * 2 ** stage;
    for (let block = 0; block < blocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      x = bottleneck(g, w, x, `${prefix}layer${stage + 1}.${block}`, { from, narrow, stride });
      from = EXPANSION * narrow;
    }
  }); // 56 × 56, 28 × 28, 14 × 14, 7 × 7
  const pooled = g.tap(`${prefix}avgpool`, g.globalAveragePool(x));
  const logits = g.linear(g.flatten(pooled), w(`${prefix}fc.weight`, 1000, from), w(`${prefix}fc.bias`, 1000));
  g.tap(`${prefix}fc`, logits);
}

/** relu(bn(conv3(…)) + x), x being projected where its shape changes. */
function bottleneck(
  g: Graph,
  w: Weights,
  x: Value,
  name: string,
  { from, narrow, stride }: { from: number; narrow: number; stride: number },
): Value {
  const wide = EXPANSION * narrow;
  const conv = (v: Value, layer: string, [into, of]: [number, number], kernel: number, step = 1) =>
    g.conv(v, w(`${name}.${layer}.weight`, into, of, kernel, kernel), { stride: step, pads: (kernel - 1) / 2 });
  const norm = (v: Value, layer: string, channels: number) =>
    g.batchNorm(v, batchNormWeights(w, `${name}.${layer}`, channels), EPSILON);

  let y = g.relu(norm(conv(x, "conv1", [narrow, from], 1), "bn1", narrow));
  y = g.relu(norm(conv(y, "conv2", [narrow, narrow], 3, stride), "bn2", narrow));
  y = norm(g.tap(`${name}.conv3`, conv(y, "conv3", [wide, narrow], 1)), "bn3", wide);
  const project = () =>
    norm(g.tap(`${name}.downsample.0`, conv(x, "downsample.0", [wide, from], 1, stride)), "downsample.1", wide);
  const shortcut = from === wide ? x : project();
  return g.tap(name, g.relu(g.add(y, shortcut)));
}
