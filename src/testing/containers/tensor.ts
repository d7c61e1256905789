/** A tensor as the writers beside this file take it: its numbers are made when they are written, and not kept. */

const BYTES = { float32: 4, float64: 8, int64: 8 } as const;

export interface Tensor {
  readonly dtype: keyof typeof BYTES;
  readonly shape: readonly number[];
  /** In C order. */
  values(): Float32Array | Float64Array | BigInt64Array;
}

export type NamedTensors = ReadonlyMap<string, Tensor>;

export function numel({ shape }: Tensor): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function byteLength(tensor: Tensor): number {
  return numel(tensor) * BYTES[tensor.dtype];
}

/** The numbers little-endian, as every container has them. Throws Error where they are not as many as the shape says. */
export function bytesOf(tensor: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength: length } = tensor.values();
  if (length !== byteLength(tensor)) throw new Error(`${length} bytes for [${tensor.shape.join(", ")}]`);
  return new Uint8Array(buffer, byteOffset, length);
}

export function concatenate(pieces: Iterable<Uint8Array>): Uint8Array<ArrayBuffer> {
  const list = [...pieces];
  const whole = new Uint8Array(list.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of list) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
