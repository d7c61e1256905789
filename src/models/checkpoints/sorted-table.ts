/**
 * LevelDB's table file, as TensorFlow writes the index of a checkpoint with it: keys in order, each sharing a prefix with
 * the one before, in blocks with checksums. Layout: doc/table_format.md of LevelDB, tensorflow/core/lib/io/format.cc.
 */
import { createCRC32, type IHasher } from "hash-wasm";
import { damaged, encoding } from "./refusal.ts";
import { CRC32C, type Region } from "./region.ts";

const FOOTER_BYTES = 48;
const TRAILER_BYTES = 5;
/** LevelDB's number, the lower half of which comes first. */
const MAGIC = 0xdb4775248b80fb57n;
/** A tensor's entry has some 50 bytes and its name; a table may have 100 times those of the panel's networks. */
const MAX_TABLE = 16 << 20;
const MAX_KEY = 1024;
const MAX_VALUE = 1 << 16;
const MAX_ENTRIES = 100_000;

export interface TableEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Every entry, in order of keys. `field` names the table in sentences. */
export async function readTable(table: Region, field: string): Promise<readonly TableEntry[]> {
  if (table.size < FOOTER_BYTES || table.size > MAX_TABLE)
    throw damaged(table.file, "The index is damaged.", { field });
  const bytes = await table.read(0, table.size);
  const footer = bytes.subarray(-FOOTER_BYTES);
  if (new DataView(bytes.buffer).getBigUint64(bytes.length - 8, true) !== MAGIC) {
    throw damaged(table.file, "The index does not end as TensorFlow's do.", { field });
  }
  const reader = new Reader(table.file, field, await createCRC32(CRC32C));
  const handles = new Cursor(footer, reader);
  handles.varint(); // the filter's block, offset
  handles.varint(); // and size
  const index = reader.block(bytes, handles.varint(), handles.varint());
  const entries: TableEntry[] = [];
  let last = 0;
  for (const { value } of index) {
    const handle = new Cursor(value, reader);
    const start = handle.varint();
    const size = handle.varint();
    // Blocks follow each other; were one named again and again, reading the table would never end.
    if (start < last) throw reader.damaged();
    last = start + size + TRAILER_BYTES;
    for (const entry of reader.block(bytes, start, size)) {
      if (entries.push(entry) > MAX_ENTRIES) throw reader.damaged();
    }
  }
  return entries;
}

/** TensorFlow's and LevelDB's way of keeping a CRC apart from the CRCs of data that hold CRCs (crc32c.h, `Unmask`). */
export function unmasked(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

class Reader {
  constructor(
    private readonly file: string,
    private readonly field: string,
    private readonly crc: IHasher,
  ) {}

  damaged(): Error {
    return damaged(this.file, "The index is damaged.", { field: this.field });
  }

  /** The entries of the block of `size` bytes at `start`. */
  block(bytes: Uint8Array, start: number, size: number): TableEntry[] {
    const end = start + size;
    if (end + TRAILER_BYTES > bytes.length) throw this.damaged();
    const trailer = new DataView(bytes.buffer, bytes.byteOffset + end, TRAILER_BYTES);
    const found = this.crc
      .init()
      .update(bytes.subarray(start, end + 1))
      .digest("hex");
    if (Number.parseInt(found, 16) !== unmasked(trailer.getUint32(1, true))) throw this.damaged();
    if (trailer.getUint8(0) !== 0) {
      throw encoding(this.file, "The index is compressed.", trailer.getUint8(0) === 1 ? "snappy" : "unknown", "none");
    }
    const data = bytes.subarray(start, end);
    if (data.length < 4) throw this.damaged();
    const restarts = new DataView(data.buffer, data.byteOffset, data.length).getUint32(data.length - 4, true);
    const length = data.length - 4 * (restarts + 1);
    if (length < 0) throw this.damaged();
    return this.entries(new Cursor(data.subarray(0, length), this));
  }

  private entries(cursor: Cursor): TableEntry[] {
    const entries: TableEntry[] = [];
    let last = new Uint8Array(0);
    while (!cursor.done) {
      const shared = cursor.varint();
      const own = cursor.varint();
      const size = cursor.varint();
      if (shared > last.length || shared + own > MAX_KEY || size > MAX_VALUE || entries.length >= MAX_ENTRIES)
        throw this.damaged();
      const key = new Uint8Array(shared + own);
      key.set(last.subarray(0, shared));
      key.set(cursor.take(own), shared);
      entries.push({ key, value: cursor.take(size) });
      last = key;
    }
    return entries;
  }
}

class Cursor {
  private at = 0;
  constructor(
    private readonly bytes: Uint8Array,
    private readonly reader: Reader,
  ) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.bytes.length) throw this.reader.damaged();
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  /** Seven bits a byte, the lowest first, as far as numbers are exact. */
  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 49; scale *= 128) {
      const byte = this.take(1)[0] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw this.reader.damaged();
  }
}
