/**
 * Writes TensorFlow's V2 checkpoint, a data file and its index, in a tar.
 *
 * Sources: tensorflow/core/util/tensor_bundle/tensor_bundle.h; LevelDB's doc/table_format.md; POSIX.1-1988 ustar.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import CRC32C from "crc-32/crc32c.js";
import { BundleEntryProtoSchema, BundleHeaderProtoSchema } from "../../models/checkpoints/tensor-bundle.generated.ts";
import { byteLength, bytesOf, concatenate, type NamedTensors, type Tensor } from "./tensor.ts";

/** DataType of tensorflow/core/framework/types.proto. */
const DTYPES = { float32: 1, float64: 2, int64: 9 };
const MAGIC = 0xdb4775248b80fb57n;
/** A block of the index is ended above this size, and a key written in full every so often: LevelDB's numbers. */
const BLOCK_BYTES = 4096;
const RESTART_INTERVAL = 16;
const TAR_BLOCK = 512;

interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A tar of `<stem>.data-00000-of-00001` and `<stem>.index`. Names of variables are ASCII. */
export function* tfBundle(stem: string, tensors: NamedTensors): Generator<Uint8Array> {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const size = sorted.reduce((sum, [, tensor]) => sum + byteLength(tensor), 0);
  const header = toBinary(BundleHeaderProtoSchema, create(BundleHeaderProtoSchema, { numShards: 1 }));
  const entries: Entry[] = [{ key: new Uint8Array(0), value: header }];
  yield tarHeader(`${stem}.data-00000-of-00001`, size);
  let offset = 0;
  for (const [name, tensor] of sorted) {
    const bytes = bytesOf(tensor);
    entries.push({ key: new TextEncoder().encode(name), value: entryOf(tensor, offset, CRC32C.buf(bytes)) });
    offset += bytes.length;
    yield bytes;
  }
  yield tarPadding(size);
  const index = table(entries);
  yield tarHeader(`${stem}.index`, index.length);
  yield index;
  yield tarPadding(index.length);
  yield new Uint8Array(2 * TAR_BLOCK);
}

function entryOf(tensor: Tensor, offset: number, crc: number): Uint8Array {
  const entry = create(BundleEntryProtoSchema, {
    dtype: DTYPES[tensor.dtype],
    shape: { dim: tensor.shape.map((size) => ({ size: BigInt(size) })) },
    offset: BigInt(offset),
    size: BigInt(byteLength(tensor)),
    crc32c: masked(crc),
  });
  return toBinary(BundleEntryProtoSchema, entry);
}

/** crc32c.h, `Mask`. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** LevelDB's table: blocks of entries, an empty block of filters, a block of the blocks' last keys, and a footer. */
function table(entries: readonly Entry[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  const write = (block: Uint8Array): Uint8Array => {
    const trailer = new DataView(new ArrayBuffer(5)); // not compressed, and the checksum
    trailer.setUint32(1, masked(CRC32C.buf(new Uint8Array(1), CRC32C.buf(block))), true);
    pieces.push(block, new Uint8Array(trailer.buffer));
    const handle = Uint8Array.from([...varint(at), ...varint(block.length)]);
    at += block.length + trailer.byteLength;
    return handle;
  };
  const index: Entry[] = [];
  for (let rest = entries; rest.length > 0; ) {
    let size = 0;
    const full = rest.findIndex(({ key, value }) => {
      size += key.length + value.length;
      return size >= BLOCK_BYTES;
    });
    const some = rest.slice(0, full < 0 ? rest.length : full + 1);
    rest = rest.slice(some.length);
    index.push({ key: some.at(-1)?.key ?? new Uint8Array(0), value: write(block(some, RESTART_INTERVAL)) });
  }
  const filters = write(block([], 1));
  const blocks = write(block(index, 1));
  const footer = new Uint8Array(48);
  footer.set([...filters, ...blocks]);
  new DataView(footer.buffer).setBigUint64(40, MAGIC, true);
  return concatenate([...pieces, footer]);
}

/** Entries whose keys leave out what they share with the key before, except at a restart; then where the restarts are. */
function block(entries: readonly Entry[], restartInterval: number): Uint8Array {
  const out: number[] = [];
  const restarts = entries.length === 0 ? [0] : [];
  let last = new Uint8Array(0);
  for (const [i, { key, value }] of entries.entries()) {
    const restart = i % restartInterval === 0;
    if (restart) restarts.push(out.length);
    const differs = key.findIndex((byte, k) => byte !== last[k]);
    const shared = restart ? 0 : differs < 0 ? key.length : differs;
    out.push(...varint(shared), ...varint(key.length - shared), ...varint(value.length));
    out.push(...key.subarray(shared), ...value);
    last = Uint8Array.from(key);
  }
  const trailer = Uint32Array.of(...restarts, restarts.length);
  return concatenate([Uint8Array.from(out), new Uint8Array(trailer.buffer)]);
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

function tarHeader(name: string, size: number): Uint8Array {
  const header = new Uint8Array(TAR_BLOCK);
  const put = (at: number, text: string): void => header.set(new TextEncoder().encode(text), at);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");
  put(0, name);
  put(100, `${octal(0o644, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0${octal(size, 11)}\0${octal(0, 11)}\0`);
  put(148, " ".repeat(8)); // the checksum counts itself as spaces
  put(156, "0ustar\u000000");
  put(
    148,
    `${octal(
      header.reduce((sum, byte) => sum + byte),
      6,
    )}\0 `,
  );
  return header;
}

function tarPadding(size: number): Uint8Array {
  return new Uint8Array(-size & (TAR_BLOCK - 1));
}
