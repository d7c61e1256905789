import { describe, expect, it } from "vitest";
import { readGolden } from "../testing/golden.ts";
import { activationsOf, products, recordingsOf } from "../testing/regression-recordings.ts";
import { centredKernel, centredTargets } from "./kernel.ts";
import { solvePositive } from "./positive-solve.ts";
import { fitLeastSquares, fitRidge, fitRidgeCv } from "./ridge.ts";

interface Vectors {
  readonly T17: {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly alpha: number;
    readonly mse: number;
    readonly predicted: readonly number[];
  };
  readonly T18: readonly number[];
}

// reference/brainscore_regressions.py says the file's form.
const { vectors } = readGolden("brainscore-regressions.json") as { readonly vectors: Vectors };

const range = (end: number): number[] => Array.from({ length: end }, (_, i) => i);

async function centred(n: number, p: number, m: number, x: Float64Array, y: Float64Array) {
  const gram = await activationsOf({ rows: n, columns: p, values: x }).gram();
  return { kernel: centredKernel(gram, n, range(n), range(n)), targets: centredTargets(y, n, m) };
}

/** The greatest element of A·X − B. */
async function residual(a: Float64Array, x: Float64Array, b: Float64Array, n: number, m: number): Promise<number> {
  const product = await products.double(a, x, n, n, m);
  return Math.max(...product.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
}

describe("RidgeCV", () => {
  const { x, y, alpha, mse, predicted } = vectors.T17;

  it("T17 chooses scikit-learn's alpha and predicts as it does", async () => {
    const { kernel, targets } = await centred(30, 80, 3, Float64Array.from(x), Float64Array.from(y));
    const found = await fitRidgeCv(kernel.train, targets.values, 30, 3, vectors.T18, products);
    expect(found.alpha).toBe(alpha);
    const centredPredictions = await products.double(kernel.test, found.coefficients, 30, 30, 3);
    for (const [place, value] of predicted.entries())
      expect((centredPredictions[place] ?? Number.NaN) + (targets.means[place % 3] ?? 0)).toBeCloseTo(value, 10);
  });

  it("its errors are those of leaving each stimulus out in turn", async () => {
    // A list of one alpha: the error is found by fitting 30 times.
    const whole = Float64Array.from(x);
    const gram = await activationsOf({ rows: 30, columns: 80, values: whole }).gram();
    let sum = 0;
    for (const left of range(30)) {
      const others = range(30).filter((i) => i !== left);
      const { train, test } = centredKernel(gram, 30, others, [left]);
      const known = others.flatMap((i) => y.slice(3 * i, 3 * i + 3));
      const { values, means } = centredTargets(Float64Array.from(known), 29, 3);
      const coefficients = await fitRidge(train, values, 29, 3, alpha, products);
      const predictedHere = await products.double(test, coefficients, 1, 29, 3);
      for (let j = 0; j < 3; j++) sum += ((y[3 * left + j] ?? 0) - (predictedHere[j] ?? 0) - (means[j] ?? 0)) ** 2;
    }
    expect(sum / 90).toBeCloseTo(mse, 10);
  });
});

describe("solving in blocks", () => {
  it.each([1, 5, 95, 96, 97, 200, 300])("%d rows", async (n) => {
    const { x, y } = recordingsOf({ n, p: n + 20, m: 7, seed: n });
    const gram = await activationsOf(x).gram();
    for (let i = 0; i < n; i++) gram[i * n + i] = (gram[i * n + i] ?? 0) + 1;
    const b = Float64Array.from(y.values);
    const kept = gram.slice();
    const solved = await solvePositive(gram, b, n, 7, products);
    expect(gram).toEqual(kept);
    expect(await residual(gram, solved, b, n, 7)).toBeLessThan(1e-11);
  });

  it("refuses a matrix that is not positive definite", async () => {
    await expect(solvePositive(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1), 2, 1, products)).rejects.toThrow(
      "positive definite",
    );
  });
});

it("least squares of fewer features than stimuli leaves residuals orthogonal to the features", async () => {
  const { x, y } = recordingsOf({ n: 50, p: 12, m: 3, seed: 8, repeat: 9 });
  const { kernel, targets } = await centred(50, 12, 3, Float64Array.from(x.values), Float64Array.from(y.values));
  const coefficients = await fitLeastSquares(kernel.train, targets.values, 50, 3, products);
  const fit = await products.double(kernel.train, coefficients, 50, 50, 3);
  const rest = fit.map((value, i) => value - (targets.values[i] ?? 0));
  expect(Math.max(...rest.map(Math.abs))).toBeGreaterThan(0.1);
  expect(await residual(kernel.train, rest, new Float64Array(150), 50, 3)).toBeLessThan(1e-11);
});
