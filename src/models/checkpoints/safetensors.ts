/**
 * safetensors: the length of a JSON header, the header, and the tensors' bytes without gaps.
 * Source: the format's README and safetensors/src/tensor.rs, whose rules on gaps and overlaps are kept. No checksums.
 */
import * as v from "valibot";
import type { Checkpoint, PlainValue, TensorDtype } from "./checkpoint.ts";
import { NUMBERS } from "./numbers.ts";
import { damaged, refusal, truncated } from "./refusal.ts";
import { part, type Region } from "./region.ts";
import { checkpointOf, numel, type StoredTensor } from "./stored.ts";

const DTYPES: ReadonlyMap<string, TensorDtype> = new Map([
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["F32", "float32"],
  ["F64", "float64"],
  ["U8", "uint8"],
  ["U16", "uint16"],
  ["U32", "uint32"],
  ["U64", "uint64"],
  ["I8", "int8"],
  ["I16", "int16"],
  ["I32", "int32"],
  ["I64", "int64"],
  ["BOOL", "bool"],
]);

const LENGTH_BYTES = 8;
/** A header has some 100 bytes a tensor. */
const MAX_HEADER = 16 << 20;

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Tensor = v.object({ dtype: v.string(), shape: v.array(Count), data_offsets: v.tuple([Count, Count]) });
const Metadata = v.record(v.string(), v.string());

export async function openSafetensors(file: Region): Promise<Checkpoint> {
  const length = Number(new DataView((await file.read(0, LENGTH_BYTES)).buffer).getBigUint64(0, true));
  const start = LENGTH_BYTES + length;
  if (start > file.size) throw truncated(file.file, file.size, start);
  if (length > MAX_HEADER) throw damaged(file.file, "The header is larger than that of any checkpoint.");
  const header = parseHeader(await file.read(LENGTH_BYTES, length), file.file);
  const values = new Map<string, PlainValue>();
  const stored: (StoredTensor & { readonly end: number })[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") {
      const metadata = v.safeParse(Metadata, entry);
      for (const [key, value] of Object.entries(metadata.success ? metadata.output : {})) values.set(key, value);
      continue;
    }
    const parsed = v.safeParse(Tensor, entry);
    if (!parsed.success) {
      const message = "The header describes a tensor in a way that safetensors does not.";
      const [issue] = parsed.issues;
      const path = v.getDotPath(issue);
      throw damaged(file.file, message, { field: path === null ? name : `${name}.${path}`, value: issue.received });
    }
    const { dtype: found, shape, data_offsets } = parsed.output;
    const [from, end] = data_offsets;
    const dtype = DTYPES.get(found) ?? "other";
    if (end < from || (dtype !== "other" && numel(shape) * NUMBERS[dtype].bytes !== end - from)) {
      throw refusal(file.file, {
        code: "tensor-shape",
        field: name,
        message: "The tensor's shape does not fit the number of its bytes.",
        value: `${end - from} bytes`,
        expected: `[${shape.join(", ")}] of ${found}`,
      });
    }
    stored.push({
      name,
      dtype,
      found,
      shape,
      offset: 0,
      region: part(file, start + from, end - from),
      end: start + end,
    });
  }
  let at = start;
  for (const { name, region, end } of [...stored].sort((a, b) => a.end - b.end)) {
    if (end > file.size) throw truncated(file.file, file.size, end, name);
    if (end - region.size !== at)
      throw damaged(file.file, "Tensors overlap, or bytes belong to none.", { field: name });
    at = end;
  }
  if (at !== file.size) throw damaged(file.file, "Bytes follow the last tensor.", { value: `${file.size - at} bytes` });
  return checkpointOf({ name: file.file, bytes: file.size }, "safetensors", stored, values);
}

function parseHeader(bytes: Uint8Array<ArrayBuffer>, file: string): Readonly<Record<string, unknown>> {
  try {
    // Not through valibot, which drops keys such as "constructor".
    const parsed: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof parsed === "object" && parsed !== null) return { ...parsed };
  } catch {
    // said below
  }
  throw damaged(file, "The header is not a JSON object.");
}
