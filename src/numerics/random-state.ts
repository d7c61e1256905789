/**
 * numpy's legacy random numbers: `numpy.random.RandomState`, which draws from MT19937.
 *
 * Brain-Score fixes its half-splits and cross-validation splits by seed, so that a score depends on these very numbers.
 * Only the draws that its metrics and the bootstrap make are here. This is not `numpy.random.default_rng`, which is
 * another generator.
 */
import { MersenneTwister } from "./mersenne-twister.ts";

export class RandomState {
  readonly #words: MersenneTwister;

  /** `seed`: a whole number of 32 bits, as `RandomState(seed)` takes it. */
  constructor(seed: number) {
    this.#words = new MersenneTwister(seed);
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

  /** `size` whole numbers below `end` (`RandomState.randint(0, end, size)`). */
  integers(end: number, size: number): number[] {
    return Array.from({ length: size }, () => this.#atMost(end - 1));
  }

  /** A whole number from 0 to `maximum`: words are masked and thrown away until one fits. Draws nothing for 0. */
  #atMost(maximum: number): number {
    if (maximum === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(maximum);
    for (;;) {
      const word = (this.#words.word() & mask) >>> 0;
      if (word <= maximum) return word;
    }
  }
}
