/**
 * MATLAB's MAT-file, level 5 (`save -v6` and `-v7`): numeric arrays, and cell arrays of them.
 *
 * Shapes and values are scipy.io.loadmat's: the file runs through the first index fastest, and reading puts the same
 * array into C order. A cell of `patches` is named `patches[0]`, counting as MATLAB's linear index does, from zero.
 * Structures, text and function handles are passed over. Source: "MAT-File Format", R2024a, chapter 1. The compressed
 * variables are inflated on opening, within a bound; the others are read by slices.
 */
import type { Checkpoint, TensorDtype } from "./checkpoint.ts";
import { NUMBERS } from "./numbers.ts";
import { damaged, encoding, refusal, truncated } from "./refusal.ts";
import { memoryRegion, part, type Region } from "./region.ts";
import { checkpointOf, fortranOrder, MAX_RANK, numel, type StoredTensor } from "./stored.ts";

/** Data types (table 1-1). */
const STORED: Readonly<Record<number, TensorDtype>> = {
  1: "int8",
  2: "uint8",
  3: "int16",
  4: "uint16",
  5: "int32",
  6: "uint32",
  7: "float32",
  9: "float64",
  12: "int64",
  13: "uint64",
};
const INT8 = 1;
const INT32 = 5;
const UINT32 = 6;
const MATRIX = 14;
const COMPRESSED = 15;

/** Array classes (table 1-3). */
const CLASSES: Readonly<Record<number, TensorDtype | "other">> = {
  5: "other", // sparse
  6: "float64",
  7: "float32",
  8: "int8",
  9: "uint8",
  10: "int16",
  11: "uint16",
  12: "int32",
  13: "uint32",
  14: "int64",
  15: "uint64",
};
const CELL = 1;
const COMPLEX = 0x0800;

const HEADER_BYTES = 128;
const TAG_BYTES = 8;
const MAX_INFLATED = 256 << 20;
/** Each costs a read of the file; the panel's has some 50. */
const MAX_ELEMENTS = 10_000;
const MAX_DEPTH = 8;
const MAX_NAME = 256;

interface Element {
  readonly type: number;
  readonly at: number;
  readonly size: number;
  readonly next: number;
}

export async function openMat(file: Region): Promise<Checkpoint> {
  const header = await file.read(0, HEADER_BYTES);
  const order = String.fromCharCode(header[126] ?? 0, header[127] ?? 0);
  if (order !== "IM")
    throw encoding(file.file, "The numbers are stored in another byte order.", order, "IM (little-endian)");
  const reader = new Reader(file.file);
  for (let at = HEADER_BYTES; at < file.size; ) {
    const element = await reader.element(file, at, file.size);
    if (element.type === COMPRESSED) {
      const inflated = memoryRegion(await reader.inflate(part(file, element.at, element.size)), file.file);
      await reader.variable(inflated, await reader.element(inflated, 0, inflated.size));
    } else {
      await reader.variable(file, element);
    }
    at = element.next;
  }
  return checkpointOf({ name: file.file, bytes: file.size }, "mat", reader.tensors);
}

class Reader {
  readonly tensors: StoredTensor[] = [];
  private elements = 0;
  private inflated = 0;

  constructor(private readonly file: string) {}

  /** The data element whose tag stands at `at`; `limit` is the end of what it lies in. */
  async element(region: Region, at: number, limit: number): Promise<Element> {
    if (++this.elements > MAX_ELEMENTS) {
      throw damaged(this.file, "The file has more arrays and cells than are read.", { value: `over ${MAX_ELEMENTS}` });
    }
    if (at + TAG_BYTES > limit) throw truncated(this.file, limit, at + TAG_BYTES);
    const tag = new DataView((await region.read(at, TAG_BYTES)).buffer);
    const word = tag.getUint32(0, true);
    // Up to four bytes of data stand in the tag itself, whose upper half then is their number.
    const small = word >>> 16;
    if (small > 4) throw damaged(this.file, "An element of the file has an impossible tag.", { value: `byte ${at}` });
    if (small > 0) return { type: word & 0xffff, at: at + 4, size: small, next: at + TAG_BYTES };
    const size = tag.getUint32(4, true);
    const end = at + TAG_BYTES + size;
    if (end > limit) throw truncated(this.file, limit, end);
    // Elements are padded to 8 bytes, compressed ones are not; the last of a matrix may lack its padding.
    const next = word === COMPRESSED ? end : Math.min(limit, Math.ceil(end / 8) * 8);
    return { type: word, at: at + TAG_BYTES, size, next };
  }

  async variable(region: Region, element: Element): Promise<void> {
    if (element.type !== MATRIX) throw damaged(this.file, "The file has something between its variables.");
    await this.matrix(region, element, undefined);
  }

  /** `name` is that of the cell; a variable has its own. */
  private async matrix(region: Region, { at, size }: Element, name: string | undefined, depth = 0): Promise<void> {
    if (size === 0) return; // an empty cell
    const end = at + size;
    const flags = await this.element(region, at, end);
    if (flags.type !== UINT32 || flags.size !== 8) throw this.badHeader(at);
    const word = new DataView((await region.read(flags.at, 4)).buffer).getUint32(0, true);
    const kind = word & 0xff;
    const dtype = CLASSES[kind];
    if (dtype === undefined && kind !== CELL) return;
    const dimensions = await this.element(region, flags.next, end);
    const label = await this.element(region, dimensions.next, end);
    if (dimensions.type !== INT32 || dimensions.size % 4 !== 0 || dimensions.size > 4 * MAX_RANK) {
      throw this.badHeader(at);
    }
    if (label.type !== INT8 || label.size > MAX_NAME) throw this.badHeader(at);
    const shape = [...new Int32Array((await region.read(dimensions.at, dimensions.size)).buffer)];
    if (shape.some((length) => length < 0)) throw this.badHeader(at);
    const own = name ?? new TextDecoder().decode(await region.read(label.at, label.size));
    if (own === "") return; // what MATLAB keeps of its objects
    if (dtype === undefined) return this.cells(region, { at: label.next, end, count: numel(shape) }, own, depth);
    const facts = { name: own, shape, strides: fortranOrder(shape), found: `class ${kind}`, offset: 0 };
    if (dtype === "other" || (word & COMPLEX) !== 0) {
      const found = dtype === "other" ? "a sparse array" : "complex numbers";
      this.tensors.push({ ...facts, dtype: "other", found, region });
      return;
    }
    const real = await this.element(region, label.next, end);
    const storedAs = STORED[real.type];
    if (storedAs === undefined || real.size !== numel(shape) * NUMBERS[storedAs].bytes) {
      throw refusal(this.file, {
        code: "tensor-shape",
        field: own,
        message: "The array's shape does not fit the number of its bytes.",
        value: `${real.size} bytes of type ${real.type}`,
        expected: `[${shape.join(", ")}]`,
      });
    }
    this.tensors.push({ ...facts, dtype, storedAs, region: part(region, real.at, real.size) });
  }

  private async cells(
    region: Region,
    { at, end, count }: { readonly at: number; readonly end: number; readonly count: number },
    name: string,
    depth: number,
  ): Promise<void> {
    if (depth >= MAX_DEPTH)
      throw damaged(this.file, "Cell arrays are nested too deeply.", { field: name.slice(0, 80) });
    let next = at;
    for (let i = 0; i < count; i++) {
      const cell = await this.element(region, next, end);
      if (cell.type !== MATRIX) throw damaged(this.file, "A cell holds no array.", { field: `${name}[${i}]` });
      await this.matrix(region, cell, `${name}[${i}]`, depth + 1);
      next = cell.next;
    }
  }

  private badHeader(at: number): Error {
    return damaged(this.file, "An array of the file has an impossible header.", { value: `byte ${at}` });
  }

  /** zlib, its checksum checked; stops where the whole file has given more than any model's arrays have. */
  async inflate(compressed: Region): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await compressed.read(0, compressed.size);
    const pieces: Uint8Array[] = [];
    let length = 0;
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    for (;;) {
      const piece = await reader.read().catch(() => undefined);
      if (piece === undefined) throw damaged(this.file, "A compressed array of the file cannot be inflated.");
      if (piece.done) break;
      pieces.push(piece.value);
      length += piece.value.length;
      this.inflated += piece.value.length;
      if (this.inflated > MAX_INFLATED) {
        await reader.cancel().catch(() => undefined);
        throw refusal(this.file, {
          code: "tensor-too-large",
          message: "The file's compressed arrays are larger than any that are read.",
          expected: `at most ${MAX_INFLATED} bytes in all`,
        });
      }
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}
