/**
 * A small known network: what a backend must compute right before it is trusted with anybody's (lab/self-check.ts).
 *
 * It is drawn of the operators that the panel is drawn of, in the shapes that have been computed wrong somewhere: padding
 * that differs by side, strides, groups, one channel at a time, attention. Its weights and images come from a rule of
 * integers and are exact in float32, so there is no file of them; its answers were computed by numpy in float64
 * (reference/self_check.py), which knows nothing of ONNX. It was trained on nothing and tells nothing apart.
 */
import type { NetworkFile } from "./assemble.ts";
import type { ModelCard } from "./card.ts";
import golden from "./golden/self-check.json" with { type: "json" };
import { constant, EXTERNAL_DATA, Graph, scalar, type Weight } from "./graph.ts";

/** Images that it is shown. Two, because a single one takes other paths through the runtime's kernels. */
export const COUNT = 2;
const SIDE = 32;
const FILE = "self-check.onnx";

/** An output of the network: its name, and the values for every image. */
export interface KnownOutput {
  readonly tap: string;
  readonly values: readonly number[];
}

export interface KnownNetwork {
  readonly card: ModelCard;
  readonly files: readonly NetworkFile[];
  /** COUNT images as the network takes them. */
  readonly images: Float32Array;
  /** What it answers, in the order of the network. */
  readonly outputs: readonly KnownOutput[];
}

/** The network with its images and answers. */
export async function knownNetwork(): Promise<KnownNetwork> {
  const { model, weights } = await draw().build(golden.outputs.map(({ tap }) => tap));
  const card: ModelCard = {
    identifier: "self-check",
    onnx: FILE,
    external_data: [EXTERNAL_DATA],
    input: { size: [SIDE, SIDE], mean: [0, 0, 0], std: [1, 1, 1], layout: "NCHW", range: [0, 1], resize: "bilinear" },
    regions: {},
    visual_degrees: 8,
  };
  const files = [
    { name: FILE, bytes: new Blob([model]) },
    { name: EXTERNAL_DATA, bytes: weights },
  ];
  return { card, files, images: Float32Array.from(series(0, COUNT * 3 * SIDE * SIDE)), outputs: golden.outputs };
}

/** The drawing. Each weight takes the next series, so the order of the calls is part of the rule. */
function draw(): Graph {
  const g = new Graph();
  let drawn = 0;
  const weight = (scale: number, ...shape: number[]): Weight => {
    drawn += 1;
    const values = series(
      drawn,
      shape.reduce((product, size) => product * size, 1),
    );
    return constant(
      shape,
      values.map((value) => value * scale),
    );
  };
  /** Values around 1, for what must be positive. */
  const around = (size: number): Weight => {
    drawn += 1;
    return constant(
      [size],
      series(drawn, size).map((value) => 1 + value / 4),
    );
  };

  const image = g.input("image", 3, SIDE, SIDE);
  const convolved = g.conv(image, weight(1 / 4, 16, 3, 5, 5), {
    bias: weight(1 / 4, 16),
    stride: 2,
    pads: [2, 1, 1, 2],
  });
  const normed = g.batchNorm(convolved, [around(16), weight(1 / 2, 16), weight(1 / 4, 16), around(16)], 1e-5);
  const pooled = g.maxPool(g.relu(normed), 3, { stride: 2, pads: 1 });

  const grouped = g.conv(pooled, weight(1 / 4, 16, 4, 3, 3), { bias: weight(1 / 4, 16), pads: 1, groups: 4 });
  const gated = g.clip(g.mul(grouped, g.sigmoid(grouped)), 0, 6);
  const single = g.conv(gated, weight(1 / 2, 16, 1, 3, 3), { bias: weight(1 / 4, 16), stride: 2, pads: 1, groups: 16 });
  const shortcut = g.conv(pooled, weight(1 / 4, 16, 16, 1, 1), { stride: 2 });
  const averaged = g.averagePool(pooled, 2, { stride: 2 });
  const joined = g.tap("convolution", g.concat(1, g.add(single, shortcut), averaged));

  const tokens = g.transpose(g.reshape(joined, -1, 32, 16), 0, 2, 1);
  const all = g.linear(
    g.layerNorm(tokens, around(32), weight(1 / 4, 32), 1e-6),
    weight(1 / 4, 96, 32),
    weight(1 / 4, 96),
    16,
  );
  const [query, key, value] = [0, 1, 2].map((part) =>
    g.reshape(g.slice(all, 2, 32 * part, 32 * part + 32), -1, 16, 2, 16),
  );
  if (query === undefined || key === undefined || value === undefined) throw new RangeError("three parts have three");
  const affinity = g.matmul(g.transpose(query, 0, 2, 1, 3), g.transpose(key, 0, 2, 3, 1));
  const attended = g.matmul(g.softmax(g.mul(affinity, scalar(1 / 4))), g.transpose(value, 0, 2, 1, 3));
  const merged = g.reshape(g.transpose(attended, 0, 2, 1, 3), -1, 16, 32);
  const mixed = g.tap("attention", g.add(tokens, g.linear(merged, weight(1 / 4, 32, 32), weight(1 / 4, 32), 16)));

  const normalised = g.layerNorm(mixed, around(32), weight(1 / 4, 32), 1e-6);
  const hidden = g.gelu(g.linear(normalised, weight(1 / 4, 64, 32), weight(1 / 4, 64), 16));
  const blended = g.add(mixed, g.linear(hidden, weight(1 / 8, 32, 64), weight(1 / 4, 32), 16));
  const mean = g.flatten(g.globalAveragePool(g.reshape(g.transpose(blended, 0, 2, 1), -1, 32, 4, 4)));
  g.tap("logits", g.linear(mean, weight(1 / 4, 10, 32), weight(1 / 4, 10)));
  return g;
}

/** Numbers of a series: multiples of 1/256 between -1 and 1, by integer arithmetic that every language has. */
function series(number: number, length: number): number[] {
  return Array.from({ length }, (_, i) => {
    let bits = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca77);
    bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
    bits = Math.imul(bits ^ (bits >>> 13), 0x297a2d39);
    return ((bits >>> 24) - 127.5) / 128;
  });
}
