/**
 * Whatever happens to a checkpoint on its way, and whatever was put into it on purpose: a refusal that names the file, or
 * tensors; the right ones, bit by bit, where the container has checksums. Never a hang, another error, or memory that a
 * file only claims to need.
 *
 * The files are the golden ones, damaged. `FUZZ_RUNS=10000 npx vitest run src/models/checkpoints/mutation.test.ts` makes
 * so many cases of each file and way, from another seed every time.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { GapscopeError } from "../../faults/faults.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { GOLDEN, goldenBytes, open } from "./golden.fixture.ts";
import { NUMBERS } from "./numbers.ts";
import { sealedAgain } from "./seal.fixture.ts";

const RUNS = Number(process.env.FUZZ_RUNS ?? 200);
const SETTINGS = process.env.FUZZ_RUNS === undefined ? { numRuns: RUNS, seed: 20260101 } : { numRuns: RUNS };
const TIMEOUT = 60_000 + 100 * RUNS;
const MAX_MILLISECONDS = 2000;
/** The golden files have some kilobytes; a length taken at its word would be gigabytes. */
const MAX_BYTES = 128 * 2 ** 20;

// ---------------------------------------------------------------------------------------------------------- mutations

type Mutation =
  | { readonly kind: "flip"; readonly at: number; readonly bit: number }
  | { readonly kind: "cut"; readonly at: number; readonly length: number }
  | { readonly kind: "end"; readonly at: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "copy"; readonly at: number; readonly other: number; readonly length: number }
  | {
      readonly kind: "number";
      readonly at: number;
      readonly value: bigint;
      readonly bits: 8 | 16 | 32 | 64;
      readonly little: boolean;
    };

/** From 0 to 1, evenly: fc.double prefers the smallest of numbers, and every file's first byte would be all that is hit. */
const place = fc.noBias(fc.nat(2 ** 30 - 1)).map((n) => n / 2 ** 30);
const hostile = fc.oneof(
  fc.constantFrom(0n, 1n, 0x7fn, 0x80n, 0xffn, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 2n ** 53n, 2n ** 63n),
  fc.constant(2n ** 64n - 1n),
  fc.bigInt({ min: 0n, max: 40_000n }),
);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("flip" as const), at: place, bit: fc.nat(7) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("number" as const),
      at: place,
      value: hostile,
      bits: fc.constantFrom(8, 16, 32, 64),
      little: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant("end" as const), at: place }),
  fc.record({ kind: fc.constant("cut" as const), at: place, length: fc.integer({ min: 1, max: 600 }) }),
  fc.record({ kind: fc.constant("insert" as const), at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  fc.record({
    kind: fc.constant("copy" as const),
    at: place,
    other: place,
    length: fc.integer({ min: 1, max: 600 }),
  }),
);
const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 });

function mutate(bytes: Uint8Array<ArrayBuffer>, change: Mutation): Uint8Array<ArrayBuffer> {
  const at = Math.floor(change.at * bytes.length);
  const copy = bytes.slice();
  switch (change.kind) {
    case "flip":
      copy[at] = (copy[at] ?? 0) ^ (1 << change.bit);
      return copy;
    case "end":
      return bytes.slice(0, at);
    case "cut":
      return new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + change.length)]);
    case "insert":
      return new Uint8Array([...bytes.subarray(0, at), ...change.bytes, ...bytes.subarray(at)]);
    case "copy": {
      const other = Math.floor(change.other * bytes.length);
      copy.set(bytes.subarray(other, Math.min(other + change.length, other + bytes.length - at)), at);
      return copy;
    }
    case "number": {
      const written = new DataView(new ArrayBuffer(8));
      written.setBigUint64(0, change.value << BigInt(change.little ? 0 : 64 - change.bits), change.little);
      copy.set(new Uint8Array(written.buffer, 0, Math.min(change.bits / 8, bytes.length - at)), at);
      return copy;
    }
  }
}

// ---------------------------------------------------------------------------------------------------------- what holds

interface Outcome {
  readonly refused: boolean;
  /** Values of the tensors that could be read. */
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly checkpoint?: Checkpoint;
}

/** Opens the file and reads every tensor of it; fails where something third comes of it. */
async function outcomeOf(bytes: Uint8Array<ArrayBuffer>): Promise<Outcome> {
  const file = "mutant.bin";
  const began = performance.now();
  const checkpoint = await settled(open(bytes, file), file);
  const values = new Map<string, Float32Array>();
  for (const [name, { dtype, shape }] of checkpoint?.tensors ?? []) {
    expect(dtype === "other" || dtype in NUMBERS).toBe(true);
    expect(shape.every((size) => Number.isSafeInteger(size) && size >= 0)).toBe(true);
    const read = await settled(checkpoint?.read(name), file);
    if (read === undefined) continue;
    expect(read.length).toBe(shape.reduce((product, size) => product * size, 1));
    const slice = await settled(checkpoint?.slice(name), file);
    if (slice !== undefined) expect(new Uint8Array(await slice.arrayBuffer())).toEqual(bits(read));
    values.set(name, read);
  }
  expect(performance.now() - began).toBeLessThan(MAX_MILLISECONDS);
  return { refused: checkpoint === undefined, values, ...(checkpoint === undefined ? {} : { checkpoint }) };
}

/** Undefined for a refusal that says what and where. */
async function settled<T>(promise: Promise<T> | undefined, file: string): Promise<T | undefined> {
  try {
    return await promise;
  } catch (thrown) {
    if (!(thrown instanceof GapscopeError)) throw thrown;
    expect(thrown.code).toBe("subject-refused");
    expect(thrown.message).toContain(file);
    expect(thrown.message.length).toBeLessThan(600);
    expect(thrown.faults).toMatchObject([{ file, code: expect.any(String), message: expect.any(String) }]);
    for (const { field, value, expected } of thrown.faults) {
      for (const text of [field, value, expected]) expect((text ?? "").length).toBeLessThanOrEqual(201);
    }
    return undefined;
  }
}

const memory = { before: 0, most: 0 };
beforeAll(() => {
  memory.before = process.memoryUsage().arrayBuffers;
});

function expectLittleMemory(): void {
  memory.most = Math.max(memory.most, process.memoryUsage().arrayBuffers - memory.before);
  expect(memory.most).toBeLessThan(MAX_BYTES);
}

/** The compressed MAT-files have zlib's checksums; those that are not compressed, and the other containers, have none. */
const CHECKED = /^torch-zip|^tf-|^mat-(?:patches|classes)\.mat$|^mat-octave-v7/;
const FILES = Object.keys(GOLDEN).filter((file) => !file.endsWith(".gz"));

describe.each(FILES)("%s", (file) => {
  it("damaged, is refused or read", { timeout: TIMEOUT }, async () => {
    const sound = goldenBytes(file);
    const meant = await outcomeOf(sound);
    const seen = { refused: 0, read: 0 };
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        const found = await outcomeOf(changes.reduce(mutate, sound));
        seen[found.refused ? "refused" : "read"]++;
        if (CHECKED.test(file)) {
          for (const [name, facts] of found.checkpoint?.tensors ?? []) {
            expect(facts).toEqual(meant.checkpoint?.tensors.get(name));
          }
          for (const [name, values] of found.values) expect(bits(values), name).toEqual(bits(meant.values.get(name)));
        }
        expectLittleMemory();
      }),
      SETTINGS,
    );
    expect(seen.refused).toBeGreaterThan(RUNS / 5);
    expect(seen.read).toBeGreaterThan(0);
  });
});

/** What is under the checksums, when somebody makes them right again. */
describe.each(FILES.filter((file) => /^torch-zip|^tf-/.test(file)))("%s", (file) => {
  it("forged, is refused or read", { timeout: TIMEOUT }, async () => {
    const sound = goldenBytes(file);
    const { inner, seal } = sealedAgain(sound, file);
    expect(seal(inner)).toEqual(sound);
    const seen = { refused: 0, read: 0 };
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        const mutant = changes.reduce(mutate, inner);
        // Neither shorter nor longer, or the containers' own lengths would be all that is tested.
        const same = new Uint8Array(inner.length);
        same.set(mutant.subarray(0, inner.length));
        const found = await outcomeOf(seal(same));
        seen[found.refused ? "refused" : "read"]++;
        expectLittleMemory();
      }),
      SETTINGS,
    );
    expect(seen.refused).toBeGreaterThan(RUNS / 5);
  });
});

describe.each(FILES)("the beginning of %s", (file) => {
  it("before random bytes is refused or read", { timeout: TIMEOUT }, async () => {
    const sound = goldenBytes(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(600), fc.uint8Array({ maxLength: 800 }), async (length, random) => {
        await outcomeOf(new Uint8Array([...sound.subarray(0, length), ...random]));
        expectLittleMemory();
      }),
      SETTINGS,
    );
  });
});

function bits(values: Float32Array | undefined): Uint8Array | undefined {
  return values === undefined ? undefined : new Uint8Array(values.buffer);
}
