/**
 * The odd-one-out task: of three images, the one that is not of the most similar pair.
 *
 * Source: brainscore_vision/model_helpers/brain_transformation/behavior.py, OddOneOut (brainscore.md §2.11). Similarity is
 * computed in the features' dtype, which decides ties: float32 dot products are rounded to float32, and those of bytes
 * (the model `pixels`) are taken modulo 256, because numpy's product of two byte arrays is a byte.
 */
import { argmax } from "../numerics/float32.ts";
import { type Features, gram, matrixOf, type Products } from "../numerics/products.ts";

/** Brain-Score's `similarity_measure`; its benchmarks use the dot product. */
export type SimilarityMeasure = "dot" | "cosine";

/** Float32 sums over so few columns lose nothing that shows after rounding, and for bytes nothing: 255²·256 < 2²⁴. */
const WIDTH = 256;

/**
 * The odd one of each triplet: 0, 1 or 2. `triplets` holds three row numbers of `features` for each. The pairs are compared
 * in the order (a, b), (a, c), (b, c), and the first of equally similar ones counts, so that a tie of all leaves c out.
 */
export async function chooseOddOnes(
  features: Features,
  triplets: Uint32Array,
  measure: SimilarityMeasure,
  products: Products,
  onProgress?: (share: number) => void,
): Promise<Uint8Array> {
  const { rows: n, values } = features;
  const precision = values instanceof Float64Array ? "double" : "single";
  const dots = await gram(matrixOf(features), products, {
    precision,
    width: WIDTH,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const round = values instanceof Float32Array ? Math.fround : (value: number): number => value;
  const norms = Array.from({ length: n }, (_, i) => round(Math.sqrt(dots[i * n + i] ?? Number.NaN)));
  const similarity = (i: number, j: number): number => {
    const exact = dots[i * n + j] ?? Number.NaN;
    const dot = values instanceof Uint8Array ? exact % 256 : round(exact);
    return measure === "dot" ? dot : round(dot / round((norms[i] ?? Number.NaN) * (norms[j] ?? Number.NaN)));
  };
  return Uint8Array.from({ length: triplets.length / 3 }, (_, t) => {
    const [a = 0, b = 0, c = 0] = triplets.subarray(3 * t, 3 * t + 3);
    return 2 - argmax([similarity(a, b), similarity(a, c), similarity(b, c)]);
  });
}
