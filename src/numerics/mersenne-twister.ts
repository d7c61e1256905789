/**
 * The generator MT19937 of Matsumoto & Nishimura 1998 (doi 10.1145/272991.272995) as its authors' reference code seeds it.
 *
 * numpy's RandomState and Python's random.Random draw from it, each in its own way; those ways are theirs and not here.
 */

const N = 624;
const M = 397;

export class MersenneTwister {
  readonly #state = new Uint32Array(N);
  #next = N;

  /** `seed`: a whole number of 32 bits (the authors' init_genrand). */
  constructor(seed: number) {
    this.#state[0] = seed;
    for (let i = 1; i < N; i++) this.#state[i] = Math.imul(1812433253, this.#mixed(i)) + i;
  }

  /** From a key of 32-bit words (the authors' init_by_array). */
  static ofKey(key: readonly number[]): MersenneTwister {
    const made = new MersenneTwister(19650218);
    made.#stir(Math.max(N, key.length), 1, 1664525, (k) => (key[k % key.length] ?? 0) + (k % key.length));
    const first = 1 + (Math.max(N, key.length) % (N - 1));
    made.#stir(N - 1, first, 1566083941, (_, i) => -i);
    made.#state[0] = 0x80000000;
    return made;
  }

  /** The next 32 bits. */
  word(): number {
    if (this.#next === N) this.#twist();
    let y = this.#state[this.#next++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** Mixes each word with the one before it, `steps` times from place `first` on; place 0 always follows the last. */
  #stir(steps: number, first: number, factor: number, add: (step: number, place: number) => number): void {
    const state = this.#state;
    let i = first;
    for (let k = 0; k < steps; k++) {
      state[i] = ((state[i] ?? 0) ^ Math.imul(factor, this.#mixed(i))) + add(k, i);
      if (++i === N) {
        state[0] = state[N - 1] ?? 0;
        i = 1;
      }
    }
  }

  #mixed(i: number): number {
    const before = this.#state[i - 1] ?? 0;
    return before ^ (before >>> 30);
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
