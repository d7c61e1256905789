/** Writes safetensors: a JSON header that says where each tensor's bytes stand, and the bytes. */
import { byteLength, bytesOf, type NamedTensors } from "./tensor.ts";

const DTYPES = { float32: "F32", float64: "F64", int64: "I64" };

export function* safetensors(
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = { format: "pt" },
): Generator<Uint8Array> {
  let end = 0;
  const entries = [...tensors].map(([name, tensor]) => {
    const start = end;
    end += byteLength(tensor);
    return [name, { dtype: DTYPES[tensor.dtype], shape: tensor.shape, data_offsets: [start, end] }] as const;
  });
  const header = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  // Spaces behind the JSON let the tensors begin at a multiple of 8 bytes.
  const padded = new Uint8Array(Math.ceil(header.length / 8) * 8).fill(0x20);
  padded.set(header);
  yield new Uint8Array(BigUint64Array.of(BigInt(padded.length)).buffer);
  yield padded;
  for (const tensor of tensors.values()) yield bytesOf(tensor);
}
