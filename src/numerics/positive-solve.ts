/**
 * Solves A·X = B for a symmetric positive definite A by Cholesky's factorisation in blocks.
 *
 * ml-matrix factorises a block of the diagonal; everything that grows with the matrix is a product and goes to the engine
 * (numerics/products.ts), which is ten times as fast at 1,000 rows as factorising the whole there. Golub & Van Loan, Matrix
 * Computations (2013), §4.2.9. For matrices that may be singular see cholesky.ts.
 */
import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";
import { GapscopeError } from "../faults/faults.ts";
import { type Products, transposed } from "./products.ts";

const BLOCK = 96;

/** X, n × m. Only the lower triangle of `a`, n × n, is read. Throws `internal` where `a` is not positive definite. */
export async function solvePositive(
  a: Float64Array,
  b: Float64Array,
  n: number,
  m: number,
  products: Products,
): Promise<Float64Array> {
  let rest = a; // what is still to be factorised, size × size
  let below = b; // the right-hand side of its rows, size × m
  const blocks: { width: number; inverse: Float64Array; turned: Float64Array; solved: Float64Array }[] = [];
  for (let size = n; size > 0; ) {
    const width = Math.min(BLOCK, size);
    const left = size - width;
    const corner = Array.from({ length: width }, (_, i) =>
      Array.from({ length: width }, (_, j) => rest[Math.max(i, j) * size + Math.min(i, j)] ?? Number.NaN),
    );
    const decomposition = new CholeskyDecomposition(new Matrix(corner));
    if (!decomposition.isPositiveDefinite())
      throw new GapscopeError("internal", "A matrix that should be positive definite is not.");
    const inverted = Float64Array.from(inverse(decomposition.lowerTriangularMatrix).to1DArray());
    const solved = await products.double(inverted, below.slice(0, width * m), width, width, m);
    if (left === 0) {
      blocks.push({ width, inverse: inverted, turned: new Float64Array(), solved });
      break;
    }
    const under = new Float64Array(left * width);
    for (let i = 0; i < left; i++) {
      const from = (width + i) * size;
      under.set(rest.subarray(from, from + width), i * width);
    }
    const panel = await products.double(under, transposed(inverted, width, width), left, width, width);
    const turned = transposed(panel, left, width);
    const [square, known] = [
      await products.double(panel, turned, left, width, left),
      await products.double(panel, solved, left, width, m),
    ];
    const smaller = new Float64Array(left * left);
    for (let i = 0; i < left; i++) {
      const from = (width + i) * size + width;
      for (let j = 0; j <= i; j++) smaller[i * left + j] = (rest[from + j] ?? 0) - (square[i * left + j] ?? 0);
    }
    const remaining = below.slice(width * m);
    for (let i = 0; i < remaining.length; i++) remaining[i] = (remaining[i] ?? 0) - (known[i] ?? 0);
    blocks.push({ width, inverse: inverted, turned, solved });
    rest = smaller;
    below = remaining;
    size = left;
  }
  // Back again, from the last block to the first.
  const x = new Float64Array(n * m);
  let first = n;
  for (const { width, inverse: inverted, turned, solved } of blocks.reverse()) {
    const behind = first;
    first -= width;
    if (behind < n) {
      const known = await products.double(turned, x.subarray(behind * m), width, n - behind, m);
      for (let i = 0; i < solved.length; i++) solved[i] = (solved[i] ?? 0) - (known[i] ?? 0);
    }
    x.set(await products.double(transposed(inverted, width, width), solved, width, width, m), first * m);
  }
  return x;
}
