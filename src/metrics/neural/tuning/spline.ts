/**
 * Cubic splines through points, with which a tuning curve is read between the stimuli that were shown.
 *
 * The third derivative does not jump at the second and the last but one point (“not a knot”), as FITPACK's splines have it
 * that pass through their points (scipy's UnivariateSpline with s = 0); packages for JavaScript offer the natural ends,
 * which are another curve. A spline is linear in its ordinates: for abscissae that many units share it is one matrix.
 */
import { Matrix, solve } from "ml-matrix";

/**
 * From ordinates at `knots` (ascending, at least four) to the spline's values at `places`. Beyond the ends the outermost
 * pieces go on.
 */
export function splineThrough(
  knots: readonly number[],
  places: readonly number[],
): (ordinates: readonly number[]) => number[] {
  const n = knots.length;
  const x = (i: number) => knots[i] ?? Number.NaN;
  const h = (i: number) => x(i + 1) - x(i);
  // Second derivatives m at the knots: left · m = right · ordinates (de Boor, A Practical Guide to Splines, chapter IV).
  const left = Matrix.zeros(n, n);
  const right = Matrix.zeros(n, n);
  for (let i = 1; i < n - 1; i++) {
    setRow(left, i, i - 1, [h(i - 1) / 6, (h(i - 1) + h(i)) / 3, h(i) / 6]);
    setRow(right, i, i - 1, [1 / h(i - 1), -1 / h(i - 1) - 1 / h(i), 1 / h(i)]);
  }
  setRow(left, 0, 0, [1 / h(0), -1 / h(0) - 1 / h(1), 1 / h(1)]);
  setRow(left, n - 1, n - 3, [1 / h(n - 3), -1 / h(n - 3) - 1 / h(n - 2), 1 / h(n - 2)]);
  const second = solve(left, right);
  const values = Matrix.zeros(places.length, n);
  for (const [row, place] of places.entries()) {
    const after = knots.findIndex((knot) => knot > place);
    const i = Math.min(Math.max(after === -1 ? n - 2 : after - 1, 0), n - 2);
    const a = (x(i + 1) - place) / h(i);
    const b = 1 - a;
    const bend = (share: number) => ((share ** 3 - share) * h(i) ** 2) / 6;
    for (let k = 0; k < n; k++) values.set(row, k, bend(a) * second.get(i, k) + bend(b) * second.get(i + 1, k));
    values.set(row, i, values.get(row, i) + a);
    values.set(row, i + 1, values.get(row, i + 1) + b);
  }
  return (ordinates) => values.mmul(Matrix.columnVector([...ordinates])).to1DArray();
}

function setRow(matrix: Matrix, row: number, first: number, values: readonly number[]): void {
  for (const [i, value] of values.entries()) matrix.set(row, first + i, value);
}
