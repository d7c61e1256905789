/**
 * Python's random numbers: `random.Random`, which is MT19937 seeded and read in its own way (CPython's random.py and
 * _randommodule.c). Islam 2021 fixes its pairs of stimuli with it. Only `choice` is here, the one draw that it makes.
 */
import { MersenneTwister } from "./mersenne-twister.ts";

export class PythonRandom {
  readonly #words: MersenneTwister;

  /** `seed`: a whole number of 32 bits, as `random.Random(seed)` takes it. */
  constructor(seed: number) {
    this.#words = MersenneTwister.ofKey([seed]);
  }

  /** One of the items (`Random.choice`), which must not be empty. */
  choice<Item>(items: readonly Item[]): Item {
    const [first] = items;
    if (first === undefined) throw new RangeError("there is nothing to choose from");
    return items[this.#below(items.length)] ?? first;
  }

  /** A whole number below `limit`: as many bits as the limit has, thrown away until they fit. */
  #below(limit: number): number {
    const bits = 32 - Math.clz32(limit);
    for (;;) {
      const drawn = this.#words.word() >>> (32 - bits);
      if (drawn < limit) return drawn;
    }
  }
}
