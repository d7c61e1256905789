/**
 * numpy's legacy random numbers: `numpy.random.RandomState`, the MT19937 generator of Matsumoto & Nishimura 1998.
 *
 * Brain-Score fixes its half-splits and cross-validation splits by seed, so that a score depends on these very numbers.
 * Only the draws that its metrics make are here. This is not `numpy.random.default_rng`, which is another generator.
 */

const N = 624;
const M = 397;

export class RandomState {
  readonly #state = new Uint32Array(N);
  #next = N;

  /** `seed`: a whole number of 32 bits, as `RandomState(seed)` takes it. */
  constructor(seed: number) {
    this.#state[0] = seed;
    for (let i = 1; i < N; i++) {
      const before = this.#state[i - 1] ?? 0;
      this.#state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
    }
  }

  /** Shuffles in place, from the last place down (`RandomState.shuffle`). */
  shuffle(items: unknown[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.#atMost(i);
      [items[i], items[j]] = [items[j], items[i]];
    }
  }

  /** The numbers 0 … n − 1 in a new order (`RandomState.permutation`). */
  permutation(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    this.shuffle(order);
    return order;
  }

  /** `size` of the items, none twice (`RandomState.choice(items, size, replace=False)`). */
  choice<Item>(items: readonly Item[], size: number): Item[] {
    return this.permutation(items.length)
      .slice(0, size)
      .flatMap((i) => items.slice(i, i + 1));
  }

  /** A whole number from 0 to `maximum`: words are masked and thrown away until one fits. Draws nothing for 0. */
  #atMost(maximum: number): number {
    if (maximum === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(maximum);
    for (;;) {
      const word = (this.#word() & mask) >>> 0;
      if (word <= maximum) return word;
    }
  }

  #word(): number {
    if (this.#next === N) this.#twist();
    let y = this.#state[this.#next++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    const at = (i: number): number => state[i % N] ?? 0;
    for (let i = 0; i < N; i++) {
      const y = (at(i) & 0x80000000) | (at(i + 1) & 0x7fffffff);
      state[i] = at(i + M) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}
