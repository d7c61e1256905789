import { describe, expect, it } from "vitest";
import { readGolden } from "../testing/golden.ts";
import { activationsOf, type MadeRecordings, products, recordingsOf } from "../testing/regression-recordings.ts";
import { centredKernel, centredTargets } from "./kernel.ts";
import { fitPls, type PlsFit } from "./pls.ts";
import { transposed } from "./products.ts";

interface Case {
  readonly data: MadeRecordings;
  readonly iterations: readonly number[];
  /** The last tenth of the stimuli × the first five targets. */
  readonly predicted: readonly (readonly number[])[];
}

// reference/brainscore_regressions.py says the file's form.
const { pls: cases } = readGolden("brainscore-regressions.json") as { readonly pls: readonly Case[] };

const range = (first: number, end: number): number[] => Array.from({ length: end - first }, (_, i) => first + i);

/** The fit, and what it predicts for the last tenth of the stimuli. */
async function fitted(
  data: MadeRecordings,
  space: "targets" | "stimuli",
  components = 25,
): Promise<{ fit: PlsFit; predicted: Float64Array }> {
  const { x, y } = recordingsOf(data);
  const train = data.n - Math.floor(data.n / 10);
  const gram = await activationsOf(x).gram();
  const { n, train: k, test } = centredKernel(gram, data.n, range(0, train), range(train, data.n));
  const { values, means } = centredTargets(Float64Array.from(y.values.subarray(0, train * data.m)), n, data.m);
  const ownGram = await products.double(values, transposed(values, n, data.m), n, data.m, n);
  const targets = { m: data.m, columns: values, ...(space === "stimuli" ? { gram: ownGram } : {}) };
  const fit = await fitPls(k, n, targets, components, products);
  const inScores = await products.double(test, fit.weights, data.n - train, n, fit.components);
  const loadings = await products.double(transposed(fit.scores, n, fit.components), values, fit.components, n, data.m);
  const centred = await products.double(inScores, loadings, data.n - train, fit.components, data.m);
  return { fit, predicted: centred.map((value, place) => value + (means[place % data.m] ?? Number.NaN)) };
}

describe("partial least squares against scikit-learn's", () => {
  const named = cases.map((each) => [JSON.stringify(each.data), each] as const);

  it.each(named)("has its iterations and predictions in the space of the targets: %s", async (_, each) => {
    const { fit, predicted } = await fitted(each.data, "targets");
    expect(fit.iterations).toEqual(each.iterations);
    expectPredictions(each, predicted);
  });

  it.each(named)("and in the space of the stimuli: %s", async (_, each) => {
    const { fit, predicted } = await fitted(each.data, "stimuli");
    expect(fit.iterations).toEqual(each.iterations);
    expectPredictions(each, predicted);
  });

  it("stops where the features are exhausted, and says so", async () => {
    const { fit } = await fitted({ n: 60, p: 12, m: 5, seed: 3 }, "targets");
    expect(fit.components).toBe(12);
    expect(fit.exhausted).toBe(true);
  });

  it("stops where the targets are exhausted", async () => {
    const flat = { n: 60, p: 40, m: 3, seed: 3, constant: [0, 1, 2] };
    for (const space of ["targets", "stimuli"] as const) {
      const { fit } = await fitted(flat, space);
      expect(fit).toMatchObject({ components: 0, exhausted: false });
    }
  });
});

function expectPredictions({ data, predicted }: Case, actual: Float64Array): void {
  const worst = predicted.flatMap((row, i) =>
    row.map((value, j) => Math.abs(value - (actual[i * data.m + j] ?? Number.NaN))),
  );
  expect(Math.max(...worst)).toBeLessThan(1e-9);
}
