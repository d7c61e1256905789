import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { runtimeProducts } from "../lab/products.ts";
import { fitLogisticRegression } from "../numerics/logistic-regression.ts";
import { fitScaler, standardise } from "../numerics/standard-scaler.ts";
import { readGolden } from "../testing/golden.ts";
import { featuresOf, type MadeFeatures } from "../testing/readout-features.ts";
import { fitProbabilities, readProbabilities } from "./probabilities.ts";

interface Answers {
  readonly iterations: number;
  readonly probabilities: readonly (readonly number[])[];
}

interface Case extends MadeFeatures, Answers {
  /**
   * How far Brain-Score's own answers move when stimuli and features are put in another order: of float32 features, and
   * where the loss is so flat that float64 does not settle them either.
   */
  readonly reordered?: number;
  readonly name: string;
  readonly k: number;
  readonly C: number;
  readonly labels: readonly number[];
  readonly choices: readonly string[];
  /** Of float32 features: what the same iteration gives in float64. */
  readonly double?: Answers;
}

// reference/brainscore_readouts.py says the file's form.
const { probabilities: cases } = readGolden("brainscore-readouts.json") as { readonly probabilities: readonly Case[] };
const products = runtimeProducts(() => Promise.resolve(ort));

/** Labels of the cases by class, as the script names them. */
const nameOf = (label: number): string => ["dog", "cat", "bear", "airplane"][label] ?? `label ${label}`;

// Float32 features: the same iteration in float64 is met exactly, scikit-learn's own as nearly as it meets itself.
describe("the probabilities task against Brain-Score's ProbabilitiesMapping", () => {
  it.each(cases.map((each) => [each.name, each] as const))("%s", async (_, each) => {
    const { readout, distance } = await answers(each);
    expect(readout.choices).toEqual(each.choices);
    const { iterations, probabilities } = each.double ?? each;
    if (each.double !== undefined || each.reordered === undefined) {
      expect(readout.iterations).toBe(iterations);
      expect(distance(probabilities)).toBeLessThanOrEqual(1e-9);
    }
    if (each.reordered !== undefined)
      expect(distance(each.probabilities)).toBeLessThanOrEqual(Math.max(1e-6, each.reordered));
  });

  it("gives one answer in the span of the stimuli and among the features", async () => {
    for (const each of cases.filter(({ n, p }) => n * p < 20_000)) {
      const features = featuresOf(each);
      const z = standardise(features, fitScaler(features));
      const classes = each.labels.map((label) => each.choices.indexOf(nameOf(label)));
      const fitIn = (space: "span" | "features") =>
        fitLogisticRegression(z, classes, each.k, { C: each.C, products, space });
      const [span, among] = [await fitIn("span"), await fitIn("features")];
      expect(span.iterations, each.name).toBe(among.iterations);
      const worst = Math.max(
        ...span.coefficients.map((value, i) => Math.abs(value - (among.coefficients[i] ?? Number.NaN))),
      );
      const size = Math.max(...among.coefficients.map(Math.abs));
      expect(worst / size, each.name).toBeLessThanOrEqual(1e-9);
    }
  });

  it("refuses features that are not numbers", async () => {
    const square = (...values: number[]) => ({ rows: 2, columns: 2, values: Float32Array.from(values) });
    const bad = square(1, Number.NaN, 2, 3);
    await expect(fitProbabilities(bad, ["a", "b"], products)).rejects.toMatchObject({ code: "inference-failed" });
    const readout = await fitProbabilities(square(1, 2, 2, 3), ["a", "b"], products);
    await expect(readProbabilities(readout, square(1, 2, Number.POSITIVE_INFINITY, 3), products)).rejects.toMatchObject(
      { code: "inference-failed" },
    );
  });
});

async function answers(each: Case) {
  const readout = await fitProbabilities(featuresOf(each), each.labels.map(nameOf), products, { C: each.C });
  const made = { ...each, n: each.probabilities.length, seed: each.seed + 1, labels: [], signal: 0, repeat: null };
  const ours = await readProbabilities(readout, featuresOf(made), products);
  const distance = (theirs: readonly (readonly number[])[]): number =>
    Math.max(...theirs.flat().map((p, i) => Math.abs(p - (ours[i] ?? Number.NaN))));
  return { readout, distance };
}
