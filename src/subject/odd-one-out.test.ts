import * as ort from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { runtimeProducts } from "../lab/products.ts";
import { readGolden } from "../testing/golden.ts";
import { featuresOf, type MadeFeatures } from "../testing/readout-features.ts";
import { chooseOddOnes, type SimilarityMeasure } from "./odd-one-out.ts";

type Id = string | number;

interface Case extends MadeFeatures {
  readonly name: string;
  readonly measure: SimilarityMeasure;
  readonly zero: boolean;
  readonly stimulus_ids: readonly Id[];
  readonly triplets: readonly (readonly [Id, Id, Id])[];
  readonly choices: readonly Id[];
}

// reference/brainscore_readouts.py says the file's form.
const { odd_one_out: cases } = readGolden("brainscore-readouts.json") as { readonly odd_one_out: readonly Case[] };
const products = runtimeProducts(() => Promise.resolve(ort));

async function choose({ triplets, stimulus_ids, measure, ...made }: Case): Promise<Id[]> {
  const features = featuresOf(made);
  if (made.zero) features.values.fill(0);
  const rows = Uint32Array.from(triplets.flat(), (id) => stimulus_ids.indexOf(id));
  const odd = await chooseOddOnes(features, rows, measure, products);
  return triplets.map((triplet, t) => triplet[odd[t] ?? -1] ?? "none");
}

describe("the odd-one-out task against Brain-Score's OddOneOut", () => {
  it.each(cases.map((each) => [each.name, each] as const))("%s", async (_, each) => {
    expect(await choose(each)).toEqual(each.choices);
  });

  it("differs where bytes are not taken modulo 256", async () => {
    const bytes = cases.find(({ name }) => name === "bytes, modulo 256");
    if (bytes === undefined) throw new Error("the golden file has no such case");
    const { values, ...shape } = featuresOf(bytes);
    const rows = Uint32Array.from(bytes.triplets.flat(), (id) => bytes.stimulus_ids.indexOf(id));
    const floats = { ...shape, values: Float64Array.from(values) };
    const odd = await chooseOddOnes(floats, rows, "dot", products);
    expect(bytes.triplets.map((triplet, t) => triplet[odd[t] ?? -1])).not.toEqual(bytes.choices);
  });
});
