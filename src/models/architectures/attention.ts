/** Scaled dot-product attention with several heads (Vaswani et al. 2017), as both transformers of the panel use it. */
import { type Graph, scalar, type Value } from "../graph.ts";

/**
 * Of queries N × T × width on keys and values N × S × width, gives N × T × width. The heads are equal parts of the width,
 * in order; scores are multiplied by (width / heads)^-½.
 */
export function attention(g: Graph, [q, k, v]: readonly [Value, Value, Value], heads: number, width: number): Value {
  const size = width / heads;
  const split = (x: Value, ...perm: number[]) => g.transpose(g.reshape(x, 0, -1, heads, size), ...perm);
  const scores = g.mul(g.matmul(split(q, 0, 2, 1, 3), split(k, 0, 2, 3, 1)), scalar(size ** -0.5));
  const mixed = g.matmul(g.softmax(scores), split(v, 0, 2, 1, 3));
  return g.reshape(g.transpose(mixed, 0, 2, 1, 3), 0, -1, width);
}
