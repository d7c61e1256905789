/**
 * The ResNet-18 of local aggregation (Zhuang, Zhai & Yamins 2019, arXiv 1903.12355) as its authors built it in TensorFlow
 * for Zhuang et al. 2021: a bias before every batch normalisation, no padding around the first convolution, TensorFlow's
 * SAME padding elsewhere. The encoder alone; the embedding that the loss is computed on is no part of Brain-Score's model.
 *
 * Layers are named as the authors' endpoints, tensors as in their TF checkpoint, kernels being height × width × in × out.
 * Activations are laid out channels first, whereas TensorFlow's are channels last: an endpoint's features are the same in
 * another order, which no metric sees.
 */
import type { Value, Weight } from "../graph.ts";
import type { Architecture } from "./architecture.ts";

type Pads = readonly [top: number, left: number, bottom: number, right: number];

const NONE: Pads = [0, 0, 0, 0];
const ALL_ROUND: Pads = [1, 1, 1, 1];
/** SAME for a 3 × 3 window with stride 2 on an even side. On an odd one it is all round. */
const BELOW_AND_RIGHT: Pads = [0, 0, 1, 1];
const EPSILON = 1e-5;

export const resnet18LocalAggregation: Architecture = (g, w) => {
  const conv = (x: Value, name: string, [into, from]: [number, number], kernel: number, stride: number, pads: Pads) => {
    const weight = outputsFirst(w(`${name}/weights`, kernel, kernel, from, into));
    const norm = (tensor: string) => w(`${name}/batch_normalization/${tensor}`, into);
    return g.batchNorm(
      g.conv(x, weight, { bias: w(`${name}/bias`, into), stride, pads }),
      [norm("gamma"), norm("beta"), norm("moving_mean"), norm("moving_variance")],
      EPSILON,
    );
  };
  /** Two 3 × 3 convolutions beside a shortcut; where the size changes, `pads` are the first one's. */
  const block = (x: Value, layer: number, [into, from]: [number, number], pads: Pads = ALL_ROUND) => {
    const name = `encode${layer}`;
    const stride = into === from ? 1 : 2;
    const inner = g.relu(conv(x, `${name}/conv_0`, [into, from], 3, stride, pads));
    const residual = conv(inner, `${name}/conv_1`, [into, into], 3, 1, ALL_ROUND);
    const shortcut = into === from ? x : conv(x, `${name}/transfer`, [into, from], 1, stride, NONE);
    return g.tap(`encode_${layer}`, g.relu(g.add(residual, shortcut)));
  };

  let x = g.input("image", 3, 224, 224);
  x = g.tap("encode_1.conv", g.relu(conv(x, "encode1", [64, 3], 7, 2, NONE))); // 109 × 109
  x = g.tap("encode_1", g.maxPool(x, 3, { stride: 2, pads: ALL_ROUND })); // 55 × 55
  x = block(block(x, 2, [64, 64]), 3, [64, 64]);
  x = block(block(x, 4, [128, 64]), 5, [128, 128]); // 28 × 28
  x = block(block(x, 6, [256, 128], BELOW_AND_RIGHT), 7, [256, 256]); // 14 × 14
  block(block(x, 8, [512, 256], BELOW_AND_RIGHT), 9, [512, 512]); // 7 × 7
};

/** A kernel height × width × in × out as out × in × height × width. */
function outputsFirst(kernel: Weight): Weight {
  const [height = 0, width = 0, from = 0, into = 0] = kernel.shape;
  return {
    shape: [into, from, height, width],
    async read() {
      const values = await kernel.read();
      const turned = new Float32Array(values.length);
      const places = height * width;
      for (let place = 0, i = 0; place < places; place++) {
        for (let c = 0; c < from; c++) {
          for (let o = 0; o < into; o++, i++) turned[(o * from + c) * places + place] = values[i] ?? 0;
        }
      }
      return turned;
    },
  };
}
