/** From the bytes of numbers, little-endian, to float32. */
import type { TensorDtype } from "./checkpoint.ts";

interface Decoder {
  /** Bytes per number. */
  readonly bytes: number;
  /** Every number of the buffer, rounded to float32. */
  readonly decode: (buffer: ArrayBuffer) => Float32Array<ArrayBuffer>;
}

/** Typed arrays read in the machine's order, which is little-endian wherever a browser runs. */
export const NUMBERS: Readonly<Record<TensorDtype, Decoder>> = {
  float16: { bytes: 2, decode: fromHalf },
  bfloat16: { bytes: 2, decode: fromBrain },
  float32: { bytes: 4, decode: (buffer) => new Float32Array(buffer) },
  float64: { bytes: 8, decode: (buffer) => new Float32Array(new Float64Array(buffer)) },
  uint8: { bytes: 1, decode: (buffer) => new Float32Array(new Uint8Array(buffer)) },
  uint16: { bytes: 2, decode: (buffer) => new Float32Array(new Uint16Array(buffer)) },
  uint32: { bytes: 4, decode: (buffer) => new Float32Array(new Uint32Array(buffer)) },
  uint64: { bytes: 8, decode: (buffer) => fromBig(new BigUint64Array(buffer)) },
  int8: { bytes: 1, decode: (buffer) => new Float32Array(new Int8Array(buffer)) },
  int16: { bytes: 2, decode: (buffer) => new Float32Array(new Int16Array(buffer)) },
  int32: { bytes: 4, decode: (buffer) => new Float32Array(new Int32Array(buffer)) },
  int64: { bytes: 8, decode: (buffer) => fromBig(new BigInt64Array(buffer)) },
  bool: { bytes: 1, decode: (buffer) => Float32Array.from(new Uint8Array(buffer), (byte) => (byte === 0 ? 0 : 1)) },
};

function fromBig(values: BigInt64Array | BigUint64Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(values.length);
  values.forEach((value: bigint, i: number) => {
    out[i] = Number(value);
  });
  return out;
}

/** bfloat16 is the upper half of a float32. */
function fromBrain(buffer: ArrayBuffer): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer);
}

/**
 * IEEE 754 half precision. Exponent and fraction moved to where float32 has them are the number times 2^-112, for
 * subnormal numbers too; infinities and NaN keep their fraction under float32's largest exponent.
 */
function fromHalf(buffer: ArrayBuffer): Float32Array<ArrayBuffer> {
  const halves = new Uint16Array(buffer);
  const bits = Uint32Array.from(halves, (half) => {
    const magnitude = (half & 0x7fff) << 13;
    return magnitude >= 0x7c00 << 13 ? 0x7f800000 | magnitude : magnitude;
  });
  const out = new Float32Array(bits.buffer);
  halves.forEach((half, i) => {
    out[i] = (out[i] ?? 0) * (half & 0x8000 ? -1 : 1) * 2 ** 112;
  });
  return out;
}
