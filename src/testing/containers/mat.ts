/**
 * Writes MATLAB's MAT-files, level 5, as `save -v7` does: matrices of doubles and rows of cells, each variable compressed.
 * Source: “MAT-File Format”, R2024a, chapter 1.
 */
import { deflateSync } from "node:zlib";
import { concatenate, numel, type Tensor } from "./tensor.ts";

/** Data types (table 1-1). */
const INT8 = 1;
const INT32 = 5;
const UINT32 = 6;
const DOUBLE = 9;
const MATRIX = 14;
const COMPRESSED = 15;

/** Array classes (table 1-3). */
const CELL_CLASS = 1;
const DOUBLE_CLASS = 6;

/** Two-dimensional tensors, and lists of them: a row of cells. */
export function* mat(variables: ReadonlyMap<string, Tensor | readonly Tensor[]>): Generator<Uint8Array> {
  const header = new Uint8Array(128).fill(0x20, 0, 116);
  header.set(new TextEncoder().encode("MATLAB 5.0 MAT-file, generated numbers of no trained network"));
  header.set([0x00, 0x01, 0x49, 0x4d], 124); // version 1, and the order of bytes
  yield header;
  for (const [name, value] of variables) {
    const compressed = deflateSync("shape" in value ? matrix(name, value) : cells(name, value));
    yield new Uint8Array(Uint32Array.of(COMPRESSED, compressed.length).buffer);
    yield compressed;
  }
}

function cells(name: string, row: readonly Tensor[]): Uint8Array {
  return array(CELL_CLASS, [1, row.length], name, concatenate(row.map((tensor) => matrix("", tensor))));
}

function matrix(name: string, tensor: Tensor): Uint8Array {
  const [rows, columns] = tensor.shape;
  if (rows === undefined || columns === undefined || tensor.shape.length !== 2) throw new Error(`${name} is no matrix`);
  const values = tensor.values();
  const doubles = new Float64Array(numel(tensor));
  // MATLAB's order: down the columns.
  for (let at = 0, column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) doubles[at++] = Number(values[row * columns + column]);
  return array(DOUBLE_CLASS, tensor.shape, name, element(DOUBLE, new Uint8Array(doubles.buffer)));
}

function array(kind: number, shape: readonly number[], name: string, contents: Uint8Array): Uint8Array {
  const flags = element(UINT32, new Uint8Array(Uint32Array.of(kind, 0).buffer));
  const dimensions = element(INT32, new Uint8Array(Int32Array.from(shape).buffer));
  const label = element(INT8, new TextEncoder().encode(name));
  return element(MATRIX, concatenate([flags, dimensions, label, contents]));
}

/** A tag and its data, padded to 8 bytes. */
function element(type: number, data: Uint8Array): Uint8Array {
  const padding = new Uint8Array(-data.length & 7);
  return concatenate([new Uint8Array(Uint32Array.of(type, data.length).buffer), data, padding]);
}
