import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combinationOf, pivotedCholesky } from "./cholesky.ts";

/** Rows of a few numbers; some repeat others, so that the Gram matrix is singular. */
const rows = fc
  .record({
    own: fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 }), {
      minLength: 1,
      maxLength: 6,
    }),
    again: fc.array(fc.nat(20), { maxLength: 4 }),
  })
  .map(({ own, again }) => [...own, ...again.map((i) => own[i % own.length] ?? [])]);

function gramOf(z: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(z.flatMap((a) => z.map((b) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0))));
}

describe("Cholesky's factorisation with pivoting", () => {
  it("multiplies out to the matrix, whatever its rank", () => {
    fc.assert(
      fc.property(rows, (z) => {
        const n = z.length;
        const g = gramOf(z);
        const { values, rank } = pivotedCholesky(g, n);
        expect(rank).toBeLessThanOrEqual(Math.min(n, 4));
        const size = 1 + Math.max(...g.map(Math.abs));
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let t = 0; t < rank; t++) sum += (values[i * rank + t] ?? 0) * (values[j * rank + t] ?? 0);
            expect(Math.abs(sum - (g[i * n + j] ?? 0)) / size).toBeLessThan(1e-13);
          }
      }),
    );
  });

  it("finds the combination of rows that coordinates stand for", () => {
    fc.assert(
      fc.property(rows, (z) => {
        const factor = pivotedCholesky(gramOf(z), z.length);
        // Coordinates of the first row: factorᵀ·e₁ is the factor's first row.
        const a = combinationOf(factor, factor.values.slice(0, factor.rank), 1);
        const [first = []] = z;
        for (const [i, value] of first.entries()) {
          const made = z.reduce((sum, row, r) => sum + (a[r] ?? 0) * (row[i] ?? 0), 0);
          expect(made).toBeCloseTo(value, 8);
        }
      }),
    );
  });

  it("has no rank where there is no length", () => {
    expect(pivotedCholesky(new Float64Array(9), 3)).toMatchObject({ rank: 0, pivots: [] });
  });
});
