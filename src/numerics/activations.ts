/**
 * A layer's activations as metrics read them: stimuli × features, never all of them at once.
 *
 * Almost every metric needs only the inner products of stimuli (the Gram matrix); those that need features stream them by
 * rows. Where rows come from (the store, a file of recorded activations, memory) is the `RowSource`'s business.
 */

/** float32 as networks give them; recorded activations may be float64, whose digits are kept. */
export type FeatureValues = Float32Array | Float64Array;

/** Rows × columns, read some rows at a time. */
export interface RowSource {
  readonly rows: number;
  readonly columns: number;
  /** Rows first … first + count − 1 in C order, all of one kind. May be asked for the same rows again. */
  read(first: number, count: number): Promise<FeatureValues>;
}

export interface Activations {
  readonly rows: number;
  readonly columns: number;
  /** X·Xᵀ in float64, rows × rows, uncentred; computed once. */
  gram(): Promise<Float64Array>;
  /** The sum over features of each row, in float64. */
  sums(): Promise<Float64Array>;
  /** Rows of the features themselves. */
  read(first: number, count: number): Promise<FeatureValues>;
}

/** What of activations almost every metric needs, and all that has to be kept of them for another. */
export interface InnerProducts {
  /** As `Activations.gram`. */
  readonly gram: Float64Array;
  /** As `Activations.sums`. */
  readonly sums: Float64Array;
}
