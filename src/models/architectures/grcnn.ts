/**
 * GRCNN-55, the gated recurrent convolutional network (Wang & Hu 2021, “Convolutional neural networks with gated
 * recurrent connections”, arXiv 2106.02859), without selective kernels. Layers are named as its authors' modules. conv_g_r runs
 * once an iteration, and its name stands for its last output, as with Brain-Score's hooks.
 */
import type { ConvOptions, Value } from "../graph.ts";
import { batchNormWeights } from "../weights.ts";
import type { Architecture } from "./architecture.ts";

const EPSILON = 1e-5;
/** A layer's state has this many times the channels of the 3 × 3 convolutions inside its iterations. */
const EXPANSION = 4;
const GROUPS = 32;
/** Iterations of layer1 … layer4, each twice as wide as the last; all but the last end by halving the resolution. */
const ITERATIONS = [3, 3, 4, 3];

export const grcnn: Architecture = (g, w) => {
  const conv = (
    x: Value,
    layer: string,
    [into, from]: readonly [number, number],
    kernel: number,
    options: ConvOptions = {},
  ): Value => {
    const weight = w(`${layer}.weight`, into, from / (options.groups ?? 1), kernel, kernel);
    return g.conv(x, weight, { pads: (kernel - 1) / 2, ...options });
  };
  const norm = (x: Value, layer: string, channels: number) =>
    g.batchNorm(x, batchNormWeights(w, layer, channels), EPSILON);
  const activated = (x: Value, layer: string, channels: number) => g.relu(norm(x, layer, channels));

  /** What an iteration adds to the state, before it is gated. */
  const iteration = (state: Value, name: string, narrow: number, wide: number): Value => {
    let x = conv(activated(state, `${name}.0`, wide), `${name}.2`, [narrow, wide], 1);
    x = g.relu(g.tap(`${name}.3`, norm(x, `${name}.3`, narrow)));
    x = activated(conv(x, `${name}.5`, [narrow, narrow], 3), `${name}.6`, narrow);
    return g.tap(`${name}.8`, conv(x, `${name}.8`, [wide, narrow], 1));
  };

  const recurrent = (x: Value, name: string, [wide, from]: readonly [number, number], times: number): Value => {
    const grouped = { groups: GROUPS };
    let state = conv(activated(x, `${name}.bn_f`, from), `${name}.conv_f`, [wide, from], 3, grouped);
    g.tap(`${name}.conv_f`, state);
    const fromInput = conv(activated(x, `${name}.bn_g_f`, from), `${name}.conv_g_f`, [wide, from], 1, {
      ...grouped,
      bias: w(`${name}.conv_g_f.bias`, wide),
    });
    g.tap(`${name}.conv_g_f`, fromInput);
    for (let t = 1; t <= times; t++) {
      const gating = g.tap(`${name}.iter_g_${t}.1`, activated(state, `${name}.iter_g_${t}.0`, wide));
      const fromState = g.tap(`${name}.conv_g_r`, conv(gating, `${name}.conv_g_r`, [wide, wide], 1, grouped));
      const gate = g.sigmoid(g.add(fromState, fromInput));
      state = g.add(g.mul(iteration(state, `${name}.iter_${t}`, wide / EXPANSION, wide), gate), state);
    }
    return state;
  };

  /** Halves the resolution in two ways at once: by averaging, and by a convolution of stride 2. */
  const downsampled = (x: Value, name: string, wide: number): Value => {
    const narrow = wide / EXPANSION;
    const pooled = g.averagePool(activated(x, `${name}.d_bn`, wide), 2, { stride: 2 });
    const averaged = conv(pooled, `${name}.d_conv`, [wide, wide], 1);
    let y = conv(activated(x, `${name}.d_bn_1`, wide), `${name}.d_conv_1`, [narrow, wide], 1);
    y = activated(g.tap(`${name}.d_conv_1`, y), `${name}.d_bn_3`, narrow);
    y = g.tap(`${name}.d_conv_3`, conv(y, `${name}.d_conv_3`, [narrow, narrow], 3, { stride: 2 }));
    y = g.tap(`${name}.d_conv_1e`, conv(y, `${name}.d_conv_1e`, [wide, narrow], 1));
    return g.add(averaged, y);
  };

  let x = g.input("image", 3, 224, 224);
  x = g.tap("conv1", conv(x, "conv1", [64, 3], 7, { stride: 2 })); // 112 × 112
  x = g.maxPool(activated(x, "bn1", 64), 3, { stride: 2, pads: 1 }); // 56 × 56
  x = g.tap("conv2", conv(x, "conv2", [64, 64], 3));
  let from = 64;
  ITERATIONS.forEach((times, i) => {
    const name = `layer${i + 1}`;
    const wide = EXPANSION * 64 * 2 ** i;
    x = recurrent(x, name, [wide, from], times);
    if (i + 1 < ITERATIONS.length) x = downsampled(x, name, wide);
    g.tap(name, x);
    from = wide;
  }); // 28 × 28, 14 × 14, 7 × 7, 7 × 7
  x = g.tap("lastact.1", activated(x, "lastact.0", from));
  x = g.linear(g.flatten(g.globalAveragePool(x)), w("classifier.weight", 1000, from), w("classifier.bias", 1000));
  g.tap("classifier", x);
};
