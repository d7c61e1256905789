/**
 * numpy's present random numbers: `numpy.random.default_rng`, the generator PCG64 (XSL-RR 128/64, O'Neill 2014) seeded
 * through SeedSequence. predictor_consistency fixes its half-splits with it.
 *
 * Only `permutation` is here, the one draw that is made. This is not `numpy.random.RandomState`, which is another generator.
 */

const BITS_32 = 0xffffffffn;
const BITS_64 = (1n << 64n) - 1n;
const BITS_128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

export class Pcg64 {
  #state = 0n;
  readonly #increment: bigint;
  /** The upper half of the last 64 bits, which is the next 32. */
  #kept: number | null = null;

  /** `seed`: a whole number of 32 bits, as `default_rng(seed)` takes it. */
  constructor(seed: number) {
    const words = seedWords(seed, 8).map(BigInt);
    const long = (i: number) => (words[2 * i] ?? 0n) | ((words[2 * i + 1] ?? 0n) << 32n);
    this.#increment = ((((long(2) << 64n) | long(3)) << 1n) | 1n) & BITS_128;
    this.#step();
    this.#state = (this.#state + ((long(0) << 64n) | long(1))) & BITS_128;
    this.#step();
  }

  /** The items in a new order (`Generator.permutation`), shuffled from the last place down. */
  permutation<Item>(items: readonly Item[]): Item[] {
    const order = Array.from(items.keys());
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.#atMost(i);
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    return order.flatMap((i) => items.slice(i, i + 1));
  }

  /** A whole number from 0 to `maximum` ≥ 1: 32 bits are masked and thrown away until they fit. */
  #atMost(maximum: number): number {
    const mask = 0xffffffff >>> Math.clz32(maximum);
    for (;;) {
      const word = (this.#word() & mask) >>> 0;
      if (word <= maximum) return word;
    }
  }

  /** 32 bits: 64 are drawn at a time, and their lower half goes first. */
  #word(): number {
    if (this.#kept !== null) {
      const kept = this.#kept;
      this.#kept = null;
      return kept;
    }
    const long = this.#long();
    this.#kept = Number(long >> 32n);
    return Number(long & BITS_32);
  }

  #long(): bigint {
    this.#step();
    const folded = ((this.#state >> 64n) ^ this.#state) & BITS_64;
    const turn = this.#state >> 122n;
    return ((folded >> turn) | (folded << (-turn & 63n))) & BITS_64;
  }

  #step(): void {
    this.#state = (this.#state * MULTIPLIER + this.#increment) & BITS_128;
  }
}

/**
 * `SeedSequence(seed).generate_state(count)` for a seed of one word: M. E. O'Neill's hash of a seed into a pool of four
 * words, and of the pool into as many as are asked for.
 */
function seedWords(seed: number, count: number): number[] {
  let multiplier = 0x43b0d7e5;
  const absorb = (word: number): number => {
    const mixed = word ^ multiplier;
    multiplier = Math.imul(multiplier, 0x931e8875);
    return folded(Math.imul(mixed, multiplier));
  };
  const pool = [seed, 0, 0, 0].map(absorb);
  for (const from of pool.keys()) {
    for (const to of pool.keys()) {
      if (from === to) continue;
      const other = absorb(pool[from] ?? 0);
      pool[to] = folded(Math.imul(pool[to] ?? 0, 0xca01f9dd) - Math.imul(other, 0x4973f715));
    }
  }
  multiplier = 0x8b51f9dd;
  return Array.from({ length: count }, (_, i) => {
    const mixed = (pool[i % pool.length] ?? 0) ^ multiplier;
    multiplier = Math.imul(multiplier, 0x58f38ded);
    return folded(Math.imul(mixed, multiplier));
  });
}

function folded(word: number): number {
  return (word ^ (word >>> 16)) >>> 0;
}
