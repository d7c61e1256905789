/**
 * Whatever happens to a zip on its way, the reader says "refused" or reads what was meant, and never anything third.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import { readPackage } from "./read.ts";
import { packageFiles, zip } from "./sound.fixture.ts";

type Mutation =
  | { readonly kind: "flip"; readonly at: number; readonly bit: number }
  | { readonly kind: "cut"; readonly at: number; readonly length: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "swap"; readonly at: number; readonly other: number; readonly length: number };

/** 2³⁰ths of the way through the zip; without fast-check's bias, which favours the start. */
const place = fc.noBias(fc.nat(2 ** 30 - 1));
const placeIn = (bytes: Uint8Array, at: number): number => Math.floor((at / 2 ** 30) * bytes.length);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("flip" as const), at: place, bit: fc.nat(7) }) },
  fc.record({ kind: fc.constant("cut" as const), at: place, length: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant("insert" as const), at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  fc.record({ kind: fc.constant("swap" as const), at: place, other: place, length: fc.integer({ min: 1, max: 30 }) }),
);

function mutate(bytes: Uint8Array<ArrayBuffer>, change: Mutation): Uint8Array<ArrayBuffer> {
  const at = placeIn(bytes, change.at);
  const copy = bytes.slice();
  switch (change.kind) {
    case "flip":
      copy[at] = (copy[at] ?? 0) ^ (1 << change.bit);
      return copy;
    case "cut":
      return new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + change.length)]);
    case "insert":
      return new Uint8Array([...bytes.subarray(0, at), ...change.bytes, ...bytes.subarray(at)]);
    case "swap": {
      const other = placeIn(bytes, change.other);
      const length = Math.min(change.length, bytes.length - Math.max(at, other));
      copy.set(bytes.subarray(other, other + length), at);
      copy.set(bytes.subarray(at, at + length), other);
      return copy;
    }
  }
}

describe("readPackage under random damage", () => {
  it.each(["DEFLATE", "STORE"] as const)(
    "refuses or reads the same (%s)",
    { timeout: 120_000 },
    async (compression) => {
      const sound = await zip(packageFiles(), compression);
      const read = (bytes: Uint8Array<ArrayBuffer>) => readPackage(new Blob([bytes]), { fileName: "m.zip" });
      const meant = (await read(sound)).benchmarks.map(({ digest }) => digest);
      const seen = { refused: 0, same: 0 };
      const before = process.memoryUsage().arrayBuffers;
      let most = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (changes) => {
          const found: unknown = await read(changes.reduce(mutate, sound)).catch((error: unknown) => error);
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
          if (found instanceof GapscopeError) {
            expect(found.code).toBe("package-refused");
            expect(found.faults.length).toBeGreaterThan(0);
            seen.refused += 1;
          } else {
            expect(found).toMatchObject({ benchmarks: meant.map((digest) => ({ digest })) });
            seen.same += 1;
          }
        }),
        { numRuns: 1500, seed: 20260101 },
      );
      expect(seen.refused).toBeGreaterThan(500);
      expect(seen.same).toBeGreaterThan(20); // a flipped date or attribute changes nothing
      expect(most).toBeLessThan(256 * 2 ** 20); // a thousand times the zip; a size taken at its word would be gigabytes
    },
  );
});
