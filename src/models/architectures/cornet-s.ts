/**
 * CORnet-S (Kubilius et al. 2019, “Brain-like object recognition with high-performing shallow recurrent ANNs”, arXiv
 * 1909.06161). V2, V4 and IT run several times with the same convolutions and a normalisation of their own each time; the
 * drawing is unrolled and the convolutions' weights are shared. A layer is named `area.output-t` with the time step, as
 * Brain-Score's wrapper names it (brainscore_vision/models/cornet_s).
 */
import type { Value } from "../graph.ts";
import { batchNormWeights } from "../weights.ts";
import type { Architecture } from "./architecture.ts";

const EPSILON = 1e-5;
/** The 3 × 3 convolution of an area has this many times the channels of the area. */
const SCALE = 4;

export const cornetS: Architecture = (g, w) => {
  const conv = (x: Value, layer: string, [into, from]: [number, number], kernel: number, stride = 1) =>
    g.conv(x, w(`${layer}.weight`, into, from, kernel, kernel), { stride, pads: (kernel - 1) / 2 });
  const norm = (x: Value, layer: string, channels: number) =>
    g.batchNorm(x, batchNormWeights(w, layer, channels), EPSILON);

  const area = (x: Value, name: string, [into, from]: [number, number], times: number): Value => {
    const wide = SCALE * into;
    let state = conv(x, `${name}.conv_input`, [into, from], 1);
    for (let t = 0; t < times; t++) {
      const stride = t === 0 ? 2 : 1;
      const skip = t === 0 ? norm(conv(state, `${name}.skip`, [into, into], 1, 2), `${name}.norm_skip`, into) : state;
      let y = g.relu(norm(conv(state, `${name}.conv1`, [wide, into], 1), `${name}.norm1_${t}`, wide));
      y = g.relu(norm(conv(y, `${name}.conv2`, [wide, wide], 3, stride), `${name}.norm2_${t}`, wide));
      y = norm(conv(y, `${name}.conv3`, [into, wide], 1), `${name}.norm3_${t}`, into);
      state = g.tap(`${name}.output-t${t}`, g.relu(g.add(y, skip)));
    }
    return state;
  };

  let x = g.input("image", 3, 224, 224);
  x = g.relu(norm(conv(x, "V1.conv1", [64, 3], 7, 2), "V1.norm1", 64)); // 112 × 112
  x = g.maxPool(x, 3, { stride: 2, pads: 1 }); // 56 × 56
  x = g.tap("V1.output-t0", g.relu(norm(conv(x, "V1.conv2", [64, 64], 3), "V1.norm2", 64)));
  x = area(x, "V2", [128, 64], 2); // 28 × 28
  x = area(x, "V4", [256, 128], 4); // 14 × 14
  x = area(x, "IT", [512, 256], 2); // 7 × 7
  x = g.tap("decoder.avgpool-t0", g.globalAveragePool(x));
  x = g.linear(g.flatten(x), w("decoder.linear.weight", 1000, 512), w("decoder.linear.bias", 1000));
  g.tap("decoder.output", x);
};
