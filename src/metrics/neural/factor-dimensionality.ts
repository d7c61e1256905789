/**
 * factor_dimensionality: what share of a layer's units encodes shape, what share texture?
 *
 * Islam et al. 2021 (ICLR), after Esser, Rombach & Ommer 2020; brainscore_vision/metrics/dimensionality/metric.py and
 * benchmarks/islam2021/benchmark.py. Every stimulus is paired with another that shares its shape or its texture: Python's
 * random.Random(1751) chooses which, stimulus by stimulus in the set's order, then the other texture, or the other shape
 * and one of its stimuli. For the pairs of a factor, with m the mean of all their responses (either side's mean weighing
 * half), s = Σ_units mean((a − m)(b − m)) / Σ_units var, the variance being that of all stimuli and all their partners.
 * With s = 1 for the residual, the softmax of the three is cut to whole units, of which the residual gets what is left.
 * The value is the factor's share of the units; there is no error.
 *
 * Nobody was recorded from: the data are not read, and a constant ceiling of 1 makes the score what it is in Brain-Score.
 * Stimuli have the columns `shape`, `texture` and `original_image_id`.
 */
import * as v from "valibot";
import type { Coordinate } from "../../assembly/assembly.ts";
import { distinct, groupBy, type Scalar } from "../../assembly/table.ts";
import { GapscopeError } from "../../faults/faults.ts";
import type { Activations } from "../../numerics/activations.ts";
import { PythonRandom } from "../../numerics/python-random.ts";
import { defineNeuralMetric } from "./define.ts";
import { onlyBin } from "./patterns.ts";

const SEED = 1751;
/** Bytes of the rows that are read at once. */
const READ_BYTES = 64 * 2 ** 20;

type Factor = "shape" | "texture";

/** Of stimulus i, what it shares with its partner. */
export interface Pair {
  readonly factor: Factor;
  readonly partner: number;
}

export const factorDimensionality = defineNeuralMetric({
  name: "factor_dimensionality",
  unit: "share of units",
  normalisation: "ratio",
  bounds: [null, null],
  data: "either",
  options: v.strictObject({ factor: v.picklist(["shape", "texture", "residual"]) }),
  check: () => [],

  async compare(source, _target, { factor }, { signal, onProgress }) {
    const shares = await dimensionality(onlyBin(source), pairsOf(source.coords), { signal, onProgress });
    return {
      value: shares[factor],
      by: Object.entries(shares).map(([name, raw]) => ({ factor: name, raw })),
    };
  },
});

/** The partner of every stimulus. Throws `package-refused` where the columns do not give one. */
export function pairsOf(coords: Readonly<Record<string, Coordinate>>): Pair[] {
  const [shape, texture, image] = ["shape", "texture", "original_image_id"].map((name) => {
    const found = coords[name];
    if (found !== undefined) return found.values;
    throw new GapscopeError("package-refused", `factor_dimensionality needs a column “${name}” of the stimuli.`);
  });
  const random = new PythonRandom(SEED);
  const rows = [...(shape?.keys() ?? [])];
  const byImage = groupBy(rows, (row) => key(image?.[row], texture?.[row]));
  const byShape = groupBy(rows, (row) => key(shape?.[row], texture?.[row]));
  const shapes = distinct(shape ?? []);
  const textures = distinct(texture ?? []);
  const choose = (values: readonly Scalar[], own: Scalar | undefined): Scalar => {
    const others = values.filter((value) => value !== own);
    if (others.length > 0) return random.choice(others);
    throw new GapscopeError("package-refused", "factor_dimensionality needs stimuli of several shapes and textures.");
  };
  return rows.map((row): Pair => {
    const factor = random.choice<Factor>(["shape", "texture"]);
    if (factor === "shape") {
      const other = choose(textures, texture?.[row]);
      const [partner, ...more] = byImage.get(key(image?.[row], other)) ?? [];
      if (partner !== undefined && more.length === 0) return { factor, partner };
      throw new GapscopeError(
        "package-refused",
        `factor_dimensionality needs one stimulus of every original image with every texture; “${image?.[row]}” has ` +
          `${more.length + (partner === undefined ? 0 : 1)} with “${other}”.`,
      );
    }
    const other = choose(shapes, shape?.[row]);
    const possible = byShape.get(key(other, texture?.[row])) ?? [];
    if (possible.length > 0) return { factor, partner: random.choice(possible) };
    throw new GapscopeError(
      "package-refused",
      `factor_dimensionality needs stimuli of every shape with every texture; “${other}” has none with “${texture?.[row]}”.`,
    );
  });
}

function key(...values: readonly (Scalar | undefined)[]): string {
  return JSON.stringify(values);
}

/** Responses of stimuli and of their partners, summed over the pairs of a factor. */
interface Sums {
  count: number;
  products: number;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** The shares of the units. */
export async function dimensionality(
  activations: Activations,
  pairs: readonly Pair[],
  {
    signal,
    onProgress,
  }: { readonly signal?: AbortSignal | undefined; readonly onProgress?: ((share: number) => void) | undefined } = {},
): Promise<Record<Factor | "residual", number>> {
  const { columns } = activations;
  const empty = (): Sums => ({
    count: 0,
    products: 0,
    first: new Float64Array(columns),
    second: new Float64Array(columns),
  });
  const sums: Record<Factor, Sums> = { shape: empty(), texture: empty() };
  let squares = 0;
  const together = Math.max(1, Math.floor(READ_BYTES / (4 * columns)));
  for (let start = 0; start < pairs.length; start += together) {
    const block = pairs.slice(start, start + together);
    const values = await activations.read(start, block.length);
    for (const [i, { factor, partner }] of block.entries()) {
      if (signal?.aborted === true) throw GapscopeError.cancelled();
      const own = values.subarray(i * columns, (i + 1) * columns);
      const other = await activations.read(partner, 1);
      const sum = sums[factor];
      sum.count++;
      for (let unit = 0; unit < columns; unit++) {
        const [a, b] = [own[unit] ?? Number.NaN, other[unit] ?? Number.NaN];
        sum.first[unit] = (sum.first[unit] ?? 0) + a;
        sum.second[unit] = (sum.second[unit] ?? 0) + b;
        sum.products += a * b;
        squares += a * a + b * b;
      }
    }
    onProgress?.((start + block.length) / pairs.length);
  }
  const used = [sums.shape, sums.texture].filter(({ count }) => count > 0);
  const all = 2 * pairs.length;
  let variance = squares / all;
  for (let unit = 0; unit < columns; unit++) {
    const total = used.reduce((sum, { first, second }) => sum + (first[unit] ?? 0) + (second[unit] ?? 0), 0);
    variance -= (total / all) ** 2;
  }
  const scoreOf = ({ count, products, first, second }: Sums): number => {
    let shared = products / count;
    for (let unit = 0; unit < columns; unit++) {
      shared -= (((first[unit] ?? 0) + (second[unit] ?? 0)) / (2 * count)) ** 2;
    }
    return shared / variance;
  };
  const weights = [scoreOf(sums.shape), scoreOf(sums.texture), 1].map(Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const [shape = Number.NaN, texture = Number.NaN] = weights.map((weight) => Math.trunc((weight / total) * columns));
  return { shape: shape / columns, texture: texture / columns, residual: (columns - shape - texture) / columns };
}
