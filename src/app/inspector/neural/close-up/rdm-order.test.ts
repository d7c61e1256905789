import { describe, expect, it } from "vitest";
import { tableOf } from "../../../../testing/golden.ts";
import { farthestApart, orderBy, orderColumns, pairRows, shadesOf } from "./rdm-order.ts";

/** A symmetric matrix of what stands above its diagonal, row by row. */
function matrix(n: number, upper: readonly number[]): Float64Array {
  const values = new Float64Array(n * n);
  let at = 0;
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) values[i * n + j] = values[j * n + i] = upper[at++] ?? Number.NaN;
  return values;
}

describe("the order of stimuli", () => {
  const table = tableOf({
    stimulus_id: ["a", "b", "c", "d"],
    object: ["face", "car", "face", "car"],
    same: ["x", "x", "x", "x"],
  });

  it("is offered by columns that make groups", () => {
    expect(orderColumns(table)).toEqual(["object"]);
  });

  it("is as the table gives it, or by a column with its groups", () => {
    const rows = [3, 0, 2, 1]; // of the table, along the matrix
    expect(orderBy(rows, undefined)).toEqual({ places: [1, 3, 2, 0], groups: [] });
    expect(orderBy(rows, table.columns.object?.values)).toEqual({
      places: [3, 0, 1, 2], // b d, a c
      groups: [
        { value: "car", first: 0, end: 2 },
        { value: "face", first: 2, end: 4 },
      ],
    });
  });
});

describe("shades", () => {
  const rdm = matrix(4, [0.2, 0.9, 0.4, 0.4, 1.3, 0.1]);

  it("go by rank among the pairs, equal ones alike, the diagonal without any", () => {
    const { shares, low, high } = shadesOf(rdm, 4, "rank");
    expect([low, high]).toEqual([0.1, 1.3]);
    const round = (value: number | undefined) => Number(value?.toFixed(3));
    expect([1, 2, 3, 6, 7, 11].map((cell) => round(shares[cell]))).toEqual([0.2, 0.8, 0.5, 0.5, 1, 0]);
    expect([4, 8, 12].map((cell) => round(shares[cell]))).toEqual([0.2, 0.8, 0.5]);
    expect([0, 5, 10, 15].every((cell) => Number.isNaN(shares[cell]))).toBe(true);
  });

  it("go by value between the least and the greatest", () => {
    const { shares } = shadesOf(rdm, 4, "value");
    expect(shares[1]).toBeCloseTo(0.1 / 1.2, 12);
    expect([shares[11], shares[7]]).toEqual([0, 1]);
  });

  it("leave out what is missing", () => {
    const { shares, low, high } = shadesOf(matrix(3, [0.5, Number.NaN, 0.7]), 3, "rank");
    expect([low, high, shares[1], shares[5], shares[2]]).toEqual([0.5, 0.7, 0, 1, Number.NaN]);
  });
});

describe("pairs that differ most", () => {
  it("come first, also where there are many more than are asked for", () => {
    const n = 40;
    const pairs = (n * (n - 1)) / 2;
    const one = matrix(
      n,
      Array.from({ length: pairs }, (_, i) => (i * 37) % pairs),
    );
    const other = matrix(
      n,
      Array.from({ length: pairs }, (_, i) => (i * 101) % pairs),
    );
    const apart = (cell: number) => Math.abs((one[cell] ?? 0) - (other[cell] ?? 0));
    const every = Array.from({ length: n * n }, (_, cell) => cell).filter((cell) => cell % n > Math.floor(cell / n));
    expect(farthestApart(one, other, n, 7)).toEqual(every.sort((a, b) => apart(b) - apart(a) || a - b).slice(0, 7));
    expect(farthestApart(matrix(2, [1]), matrix(2, [3]), 2, 7)).toEqual([1]);
  });

  it("are rows of a file, each pair once", () => {
    expect(pairRows(3, (i, j) => [`${i}`, `${j}`])).toEqual([
      ["0", "1"],
      ["0", "2"],
      ["1", "2"],
    ]);
  });
});
