/**
 * cka, cka_biased and cka_cv: centred kernel alignment of the subject's patterns with the brain's, with a linear kernel.
 *
 * Kornblith et al. 2019 (ICML); brainscore_vision/metrics/cka/metric.py. With the Gram matrices K and L of n stimuli,
 * CKA = HSIC(K, L) / √(HSIC(K, K) · HSIC(L, L)). `cka` uses the unbiased HSIC of Song et al. 2007 (arXiv 0704.2668), which
 * may be negative; where the product under the root is not positive the value is 0. It has been so in Brain-Score since
 * January 2026; before, `cka` was what is `cka_biased` now, with the sum of products of the doubly centred matrices.
 * Neither has an error. cka_cv takes the mean of the unbiased one over random subsets of the stimuli; its error is the
 * standard error over subsets.
 *
 * Brain-Score keeps the Gram matrix of float32 activations in float32; here it is float64, so the last digits may differ.
 * Activations that it keeps as bytes (the model pixels) numpy multiplies modulo 256, their Gram matrix, and in the unbiased
 * estimate the sums of its rows and products of two such: the same is done here, and a note says so.
 */
import * as v from "valibot";
import type { NeuroidAssembly } from "../../assembly/neuroids.ts";
import { gram, matrixOf } from "../../numerics/products.ts";
import { NO_OPTIONS } from "../metric.ts";
import type { NeuralContext, NeuralMetric, Recording } from "../neural-metric.ts";
import { defineNeuralMetric } from "./define.ts";
import { onlyBin, pairStimuli, patternFaults, patternsOf, takePatterns } from "./patterns.ts";
import { overSubsets, SUBSET_OPTIONS, subsetFaults } from "./subsets.ts";

/** The unbiased estimate divides by n − 3. */
const LEAST_UNBIASED = 4;
const LEAST_BIASED = 2;
/** Added to the denominator in the reference. */
const EPSILON = 1e-12;

const shared = { unit: "CKA", normalisation: "ratio", bounds: [null, null], data: "neuroids" } as const;

export const cka = plain("cka", LEAST_UNBIASED, unbiasedCka);
export const ckaBiased = plain("cka_biased", LEAST_BIASED, biasedCka);

export const ckaCv = defineNeuralMetric({
  ...shared,
  name: "cka_cv",
  options: v.strictObject(SUBSET_OPTIONS),

  check: (target, options) => [
    ...patternFaults("cka_cv", target, LEAST_UNBIASED),
    ...subsetFaults("cka_cv", target, options, LEAST_UNBIASED),
  ],

  async compare(source, target, options, context) {
    const { n, model, data } = await gramsOf(source, target, context);
    const of = ({ values, bytes }: Kernel, places: readonly number[]) => ({ values: block(values, n, places), bytes });
    const measured = overSubsets(source, target, options, (places) =>
      unbiasedCka(of(model, places), of(data, places), places.length),
    );
    return { ...measured, ...notesOn(source) };
  },
});

/** An n × n kernel; in `bytes` numbers are modulo 256. */
interface Kernel {
  readonly values: Float64Array;
  readonly bytes: boolean;
}

type Cka = (k: Kernel, l: Kernel, n: number) => number;

function notesOn({ bytes }: Recording): { notes?: readonly string[] } {
  if (bytes !== true) return {};
  return {
    notes: [
      "similarities are products of bytes modulo 256, as numpy makes them of Brain-Score's pixels; they say nothing of the pictures' likeness",
    ],
  };
}

function plain(name: string, least: number, measure: Cka): NeuralMetric {
  return defineNeuralMetric({
    ...shared,
    name,
    options: NO_OPTIONS,
    check: (target) => patternFaults(name, target, least),
    async compare(source, target, _, context) {
      const { n, model, data } = await gramsOf(source, target, context);
      return { value: measure(model, data, n), by: [], ...notesOn(source) };
    },
  });
}

/** The Gram matrices of the same stimuli in the same order. */
async function gramsOf(source: Recording, target: NeuroidAssembly, { products }: NeuralContext) {
  const pairing = pairStimuli(source, target);
  const activations = onlyBin(source);
  const bytes = source.bytes === true;
  const own = block(await activations.gram(), activations.rows, pairing.source);
  const model: Kernel = { values: bytes ? own.map((value) => value % 256) : own, bytes };
  const patterns = takePatterns(patternsOf(target), pairing.target);
  const values = await gram(matrixOf(patterns), products, { precision: "double" });
  const data: Kernel = { values, bytes: false };
  return { n: patterns.rows, model, data };
}

/** The rows and columns `rows` of an n × n matrix. */
function block(matrix: Float64Array, n: number, rows: readonly number[]): Float64Array {
  const taken = new Float64Array(rows.length ** 2);
  let to = 0;
  for (const row of rows) for (const column of rows) taken[to++] = matrix[row * n + column] ?? Number.NaN;
  return taken;
}

function unbiasedCka(k: Kernel, l: Kernel, n: number): number {
  const product = unbiasedHsic(k, k, n) * unbiasedHsic(l, l, n);
  if (product <= 0) return 0;
  return unbiasedHsic(k, l, n) / (Math.sqrt(product) + EPSILON);
}

/** Of n × n kernels whose diagonals count as zero. */
function unbiasedHsic({ values: k, bytes: kBytes }: Kernel, { values: l, bytes: lBytes }: Kernel, n: number): number {
  const kept = (value: number, bytes: boolean): number => (bytes ? value % 256 : value);
  let products = 0; // Σ K∘L
  let rowProducts = 0; // (K1)ᵀ(L1)
  let [sumK, sumL] = [0, 0];
  for (let i = 0; i < n; i++) {
    let [rowK, rowL] = [0, 0];
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const [a, b] = [k[i * n + j] ?? Number.NaN, l[i * n + j] ?? Number.NaN];
      products += kept(a * b, kBytes && lBytes);
      rowK += a;
      rowL += b;
    }
    [rowK, rowL] = [kept(rowK, kBytes), kept(rowL, lBytes)];
    rowProducts += kept(rowK * rowL, kBytes && lBytes);
    sumK += rowK;
    sumL += rowL;
  }
  return (products + (sumK * sumL) / ((n - 1) * (n - 2)) - (2 * rowProducts) / (n - 2)) / (n * (n - 3));
}

function biasedCka(k: Kernel, l: Kernel, n: number): number {
  const [a, b] = [centred(k.values, n), centred(l.values, n)];
  const hsic = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? Number.NaN), 0);
  return hsic(a, b) / (Math.sqrt(hsic(a, a)) * Math.sqrt(hsic(b, b)));
}

/** A symmetric matrix with the means of its rows and columns taken off. */
function centred(matrix: Float64Array, n: number): Float64Array {
  const means = Float64Array.from(
    { length: n },
    (_, i) => matrix.subarray(i * n, (i + 1) * n).reduce((sum, value) => sum + value, 0) / n,
  );
  const all = means.reduce((sum, value) => sum + value, 0) / n;
  return matrix.map((value, place) => value - (means[Math.floor(place / n)] ?? 0) - (means[place % n] ?? 0) + all);
}
