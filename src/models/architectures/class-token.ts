/** How a vision transformer's sequence begins: the class token, then the patches, all with their place's embedding. */
import type { Graph, Value, Weight } from "../graph.ts";

/**
 * N × (1 + tokens) × width of N × tokens × width: a class token 1 × 1 × width in front, plus the embedding of places,
 * 1 × (1 + tokens) × width.
 *
 * An ONNX Concat does not repeat the class token for every image of a batch, so a row of zeros is put in front and the
 * class token is added to the first place's embedding: the same sums, rounded the same.
 */
export function classTokenFirst(g: Graph, x: Value, token: Weight, places: Weight): Value {
  const added: Weight = {
    shape: places.shape,
    async read() {
      const values = Float32Array.from(await places.read());
      for (const [i, value] of (await token.read()).entries()) values[i] = value + (values[i] ?? 0);
      return values;
    },
  };
  return g.add(g.op("Pad", [x, [0, 1, 0, 0, 0, 0]]), added);
}
