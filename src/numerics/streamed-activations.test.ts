import { describe, expect, it } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import { inMemory, products, recordingsOf } from "../testing/regression-recordings.ts";
import type { RowSource } from "./activations.ts";
import { columnChunks, StreamedActivations } from "./streamed-activations.ts";

const { x } = recordingsOf({ n: 37, p: 290, m: 1, seed: 5, dtype: "float32" });
const source = inMemory(x);

/** The definition. */
function innerProducts(values: ArrayLike<number>, n: number, p: number): number[] {
  return Array.from({ length: n * n }, (_, place) => {
    const [i, j] = [Math.floor(place / n), place % n];
    let sum = 0;
    for (let c = 0; c < p; c++) sum += (values[i * p + c] ?? 0) * (values[j * p + c] ?? 0);
    return sum;
  });
}

/** A source that counts what is read of it. */
function counted(): { source: RowSource; reads: [number, number][] } {
  const reads: [number, number][] = [];
  return {
    reads,
    source: {
      ...source,
      read(first, count) {
        reads.push([first, count]);
        return source.read(first, count);
      },
    },
  };
}

describe("Gram matrices of streamed rows", () => {
  it.each([
    [1, 1],
    [3, 2],
    [3, 100],
    [10, 3],
    [36, 5],
    [37, 8],
    [100, 37],
    [100, 100],
  ])("in tiles of %d rows and pieces of %d", async (rows, piece) => {
    const [tileBytes, pieceBytes] = [rows * 290 * 4, piece * 290 * 4];
    const activations = new StreamedActivations(source, { products, tileBytes, pieceBytes });
    const gram = await activations.gram();
    const expected = innerProducts(x.values, 37, 290);
    expect(Math.max(...expected.map((value, i) => Math.abs(value - (gram[i] ?? 0))))).toBeLessThan(1e-11);
    const sums = await activations.sums();
    for (let i = 0; i < 37; i++) {
      const row = x.values.subarray(i * 290, (i + 1) * 290);
      expect(sums[i]).toBeCloseTo(
        [...row].reduce((sum, value) => sum + value, 0),
        12,
      );
    }
  });

  it("is computed once, from tiles on and above the diagonal", async () => {
    const { source: watched, reads } = counted();
    const shares: number[] = [];
    const activations = new StreamedActivations(watched, {
      products,
      tileBytes: 10 * 290 * 4,
      pieceBytes: 4 * 290 * 4,
      onProgress: (share) => shares.push(share),
    });
    await Promise.all([activations.gram(), activations.sums(), activations.gram()]);
    expect(reads.every(([, count]) => count <= 4)).toBe(true);
    // Four tiles; each passes itself and what comes after it.
    expect(reads.reduce((sum, [, count]) => sum + count, 0)).toBe(37 + 27 + 17 + 7);
    expect(shares.at(-1)).toBeCloseTo(1, 12);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  it("stops when cancelled, and can be asked again", async () => {
    const controller = new AbortController();
    let refuse = true;
    const activations = new StreamedActivations(source, {
      products,
      signal: controller.signal,
      tileBytes: 10 * 290 * 4,
      onProgress: () => refuse && controller.abort(),
    });
    await expect(activations.gram()).rejects.toMatchObject({ code: "cancelled" });
    refuse = false;
    const again = new StreamedActivations(source, { products });
    await expect(again.gram()).resolves.toHaveLength(37 * 37);
  });

  it("forgets a failure", async () => {
    let broken = true;
    const failing: RowSource = {
      ...source,
      read: (first, count) =>
        broken ? Promise.reject(new GapscopeError("internal", "the store is gone")) : source.read(first, count),
    };
    const activations = new StreamedActivations(failing, { products });
    await expect(activations.gram()).rejects.toThrow("the store is gone");
    broken = false;
    await expect(activations.gram()).resolves.toHaveLength(37 * 37);
  });

  it("names the first stimulus whose activations are not finite", async () => {
    const values = x.values.slice();
    values[12 * 290 + 3] = Number.NaN;
    const activations = new StreamedActivations(inMemory({ ...x, values }), { products });
    await expect(activations.gram()).rejects.toMatchObject({ code: "inference-failed" });
    await expect(activations.gram()).rejects.toThrow("stimulus 13");
  });
});

it.each([1, 7, 290, 1000])("columns in chunks of %d", async (width) => {
  const joined = new Float32Array(37 * 290);
  let next = 0;
  for await (const chunk of columnChunks(source, { chunkBytes: width * 37 * 4 })) {
    expect(chunk.first).toBe(next);
    expect(chunk.width).toBeLessThanOrEqual(width);
    for (let i = 0; i < 37; i++)
      for (let c = 0; c < chunk.width; c++)
        joined[i * 290 + next + c] = chunk.values[i * chunk.width + c] ?? Number.NaN;
    next += chunk.width;
  }
  expect(joined).toEqual(x.values);
});
