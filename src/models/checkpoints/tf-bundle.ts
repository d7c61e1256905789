/**
 * TensorFlow's V2 checkpoint (`tf.train.Saver`, `tf.train.Checkpoint`) in a tar: an index that says which bytes of which
 * data file each variable is. Source: tensorflow/core/util/tensor_bundle/tensor_bundle.h and naming.cc.
 */
import { fromBinary } from "@bufbuild/protobuf";
import type { Checkpoint, TensorDtype } from "./checkpoint.ts";
import { NUMBERS } from "./numbers.ts";
import { damaged, encoding, refusal, truncated } from "./refusal.ts";
import { CRC32C, checksummed, part, type Region } from "./region.ts";
import { readTable, type TableEntry, unmasked } from "./sorted-table.ts";
import { checkpointOf, numel, type StoredTensor } from "./stored.ts";
import { readTar } from "./tar.ts";
import { type BundleEntryProto, BundleEntryProtoSchema, BundleHeaderProtoSchema } from "./tensor-bundle.generated.ts";

/** DataType of tensorflow/core/framework/types.proto. */
const DTYPES: Readonly<Record<number, TensorDtype>> = {
  1: "float32",
  2: "float64",
  3: "int32",
  4: "uint8",
  5: "int16",
  6: "int8",
  9: "int64",
  10: "bool",
  14: "bfloat16",
  17: "uint16",
  19: "float16",
  22: "uint32",
  23: "uint64",
};

export async function openTfBundle(file: Region): Promise<Checkpoint> {
  const files = await readTar(file);
  const indices = [...files.keys()].filter((path) => /(?:^|\/)(?!\._)[^/]+\.index$/.test(path));
  const [index] = indices;
  const table = index === undefined ? undefined : files.get(index);
  if (index === undefined || table === undefined || indices.length > 1) {
    throw refusal(file.file, {
      code: "not-a-checkpoint",
      message: "The tar does not hold exactly one TensorFlow checkpoint.",
      value: `${indices.length} files named *.index`,
      expected: "one, with its *.data-00000-of-00001 beside it",
      remedy: "Make a tar of one checkpoint's .index and .data files.",
    });
  }
  const [head, ...entries] = await readTable(table, index);
  const shards = readHeader(head, file.file, index);
  const stem = index.slice(0, -".index".length);
  const stored = entries
    // Keys of the parts of partitioned variables begin with NUL and are not names (saved_tensor_slice_util.cc).
    .filter(({ key }) => key[0] !== 0)
    .map(({ key, value }): StoredTensor => {
      const name = new TextDecoder().decode(key);
      const entry = parse(() => fromBinary(BundleEntryProtoSchema, value), file.file, name);
      return tensorOf(name, entry, file, (shard) => {
        const path = `${stem}.data-${digits(shard)}-of-${digits(shards)}`;
        const data = files.get(path);
        if (data !== undefined) return data;
        throw refusal(file.file, {
          code: "checkpoint-truncated",
          field: name,
          message: "The tar lacks the data file that holds the tensor.",
          expected: path,
          remedy: "Make a tar of the checkpoint's .index and all its .data files.",
        });
      });
    });
  return checkpointOf({ name: file.file, bytes: file.size }, "tf-bundle", stored);
}

/** How many data files there are. */
function readHeader(head: TableEntry | undefined, file: string, field: string): number {
  if (head === undefined || head.key.length > 0) throw damaged(file, "The index has no header.", { field });
  const header = parse(() => fromBinary(BundleHeaderProtoSchema, head.value), file, field);
  if (header.endianness !== 0) {
    throw encoding(file, "The numbers are stored in another byte order.", "big-endian", "little-endian");
  }
  return header.numShards;
}

function tensorOf(
  name: string,
  entry: BundleEntryProto,
  file: Region,
  shard: (number: number) => Region,
): StoredTensor {
  const shape = (entry.shape?.dim ?? []).map(({ size }) => Number(size));
  const partitioned = entry.slices.length > 0;
  const dtype = partitioned ? "other" : (DTYPES[entry.dtype] ?? "other");
  const found = partitioned ? "a partitioned variable" : `DataType ${entry.dtype}`;
  if (dtype === "other") return { name, dtype, found, shape, offset: 0, region: file };
  const data = shard(entry.shardId);
  const start = Number(entry.offset);
  const size = Number(entry.size);
  if (size !== numel(shape) * NUMBERS[dtype].bytes) {
    throw refusal(file.file, {
      code: "tensor-shape",
      field: name,
      message: "The tensor's shape does not fit the number of its bytes.",
      value: `${size} bytes`,
      expected: `[${shape.join(", ")}] of ${dtype}`,
    });
  }
  if (start < 0 || !(start + size <= data.size)) throw truncated(file.file, data.size, start + size, name);
  const region = checksummed(part(data, start, size), unmasked(entry.crc32c), CRC32C, name);
  return { name, dtype, found, shape, offset: 0, region };
}

function parse<Message>(read: () => Message, file: string, field: string): Message {
  try {
    return read();
  } catch {
    throw damaged(file, "An entry of the index is damaged.", { field });
  }
}

function digits(number: number): string {
  return String(number).padStart(5, "0");
}
