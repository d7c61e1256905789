/** The made-up features of reference/brainscore_readouts.py (`features`), value for value. Of tests alone. */
import type { Features } from "../numerics/products.ts";

export interface MadeFeatures {
  readonly n: number;
  readonly p: number;
  readonly dtype: "float32" | "float64" | "uint8";
  readonly seed: number;
  readonly labels?: readonly number[];
  readonly signal?: number;
  readonly spread?: number;
  readonly constant?: readonly number[];
  /** Rows from this one on repeat the first ones. */
  readonly repeat?: number | null;
}

/** x ← 1664525 x + 1013904223 mod 2³² (Numerical Recipes); the upper 24 bits of each. */
export function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state >>> 8;
  };
}

export function featuresOf({
  n,
  p,
  dtype,
  seed,
  labels = [],
  signal = 0,
  spread = 1,
  constant = [],
  repeat = null,
}: MadeFeatures): Features {
  const next = lcg(seed);
  const fixed = new Set(constant);
  const centres = new Map<number, Float64Array>();
  const centre = (label: number): Float64Array => {
    const known = centres.get(label);
    if (known !== undefined) return known;
    const own = lcg(1000 + label);
    const made = Float64Array.from({ length: p }, () => own() / 2 ** 23 - 1);
    centres.set(label, made);
    return made;
  };
  const values =
    dtype === "uint8" ? new Uint8Array(n * p) : dtype === "float32" ? new Float32Array(n * p) : new Float64Array(n * p);
  for (let i = 0; i < n; i++) {
    const shift = signal === 0 ? undefined : centre(labels[i] ?? 0);
    for (let j = 0; j < p; j++) {
      const u = next();
      const value = u / 2 ** 23 - 1 + (shift === undefined ? 0 : signal * (shift[j] ?? 0));
      values[i * p + j] =
        dtype === "uint8" ? Math.floor(256 * (u / 2 ** 24)) : fixed.has(j) ? 3 : value * spread ** (j % 4);
    }
  }
  if (repeat !== null)
    for (let i = repeat; i < n; i++) values.copyWithin(i * p, (i % repeat) * p, ((i % repeat) + 1) * p);
  return { rows: n, columns: p, values };
}
