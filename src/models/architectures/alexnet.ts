/**
 * AlexNet in the “one weird trick” form (Krizhevsky 2014, arXiv 1404.5997), as torchvision has it: no local response
 * normalisation, bias everywhere, 224 × 224 input. Layers are named as torchvision's modules; dropout is off.
 *
 * Average pooling to 6 × 6 is the identity at 224 and is left out.
 */
import type { Value } from "../graph.ts";
import type { Architecture } from "./architecture.ts";

export const alexnet: Architecture = (g, w) => {
  const conv = (
    x: Value,
    layer: number,
    [into, from]: [number, number],
    kernel: number,
    stride: number,
    pads: number,
  ) =>
    g.tap(
      `features.${layer}`,
      g.conv(x, w(`features.${layer}.weight`, into, from, kernel, kernel), {
        bias: w(`features.${layer}.bias`, into),
        stride,
        pads,
      }),
    );
  const relu = (x: Value, layer: string) => g.tap(layer, g.relu(x));
  const pool = (x: Value, layer: number) => g.tap(`features.${layer}`, g.maxPool(x, 3, { stride: 2 }));
  const linear = (x: Value, layer: number, into: number, from: number) =>
    g.tap(
      `classifier.${layer}`,
      g.linear(x, w(`classifier.${layer}.weight`, into, from), w(`classifier.${layer}.bias`, into)),
    );

  let x = g.input("image", 3, 224, 224);
  x = pool(relu(conv(x, 0, [64, 3], 11, 4, 2), "features.1"), 2); // 27 × 27
  x = pool(relu(conv(x, 3, [192, 64], 5, 1, 2), "features.4"), 5); // 13 × 13
  x = relu(conv(x, 6, [384, 192], 3, 1, 1), "features.7");
  x = relu(conv(x, 8, [256, 384], 3, 1, 1), "features.9");
  x = pool(relu(conv(x, 10, [256, 256], 3, 1, 1), "features.11"), 12); // 6 × 6
  x = relu(linear(g.flatten(x), 1, 4096, 256 * 6 * 6), "classifier.2");
  x = relu(linear(x, 4, 4096, 4096), "classifier.5");
  linear(x, 6, 1000, 4096);
};
