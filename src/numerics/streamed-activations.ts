/**
 * Activations that are read some rows at a time and never all held: their Gram matrix, row sums and columns.
 *
 * A layer of 186,624 features of 640 stimuli is 0.5 GB in float32. A tile of at most 128 MB stays while the rows from it
 * on pass it in pieces of at most 32 MB, of which one is multiplied while the next is read. What is computed from the Gram
 * matrix is not known here.
 */
import { GapscopeError } from "../faults/faults.ts";
import type { Activations, FeatureValues, InnerProducts, RowSource } from "./activations.ts";
import { addProduct, type Block, columnBlocks, mirror, type Products } from "./products.ts";

/** Of the float32 rows that stay. Each row is read once for its own tile and once for each tile before it. */
export const TILE_BYTES = 128 * 2 ** 20;
/** Of the float32 rows that are read at once. */
export const PIECE_BYTES = 32 * 2 ** 20;

export interface StreamOptions {
  readonly products: Products;
  readonly signal?: AbortSignal;
  /** Share of the Gram matrix that is done, 0 … 1. */
  readonly onProgress?: (share: number) => void;
  readonly tileBytes?: number;
  readonly pieceBytes?: number;
  /** Known from before: no rows are read for these. */
  readonly inner?: InnerProducts | undefined;
}

export class StreamedActivations implements Activations {
  readonly rows: number;
  readonly columns: number;
  readonly #source: RowSource;
  readonly #options: StreamOptions;
  #inner: Promise<InnerProducts> | undefined;
  #known: InnerProducts | undefined;

  constructor(source: RowSource, options: StreamOptions) {
    this.rows = source.rows;
    this.columns = source.columns;
    this.#source = source;
    this.#options = options;
    this.#known = options.inner;
  }

  /** The inner products, once they are computed. */
  get known(): InnerProducts | undefined {
    return this.#known;
  }

  /** Throws `cancelled`, `inference-failed` for activations that are not finite, and what the source throws. */
  async gram(): Promise<Float64Array> {
    return (await this.#once()).gram;
  }

  /** Throws as `gram` does. */
  async sums(): Promise<Float64Array> {
    return (await this.#once()).sums;
  }

  read(first: number, count: number): Promise<FeatureValues> {
    return this.#source.read(first, count);
  }

  /** A computation that failed or was cancelled is not remembered. */
  #once(): Promise<InnerProducts> {
    if (this.#known !== undefined) return Promise.resolve(this.#known);
    this.#inner ??= this.#compute().then(
      (inner) => {
        this.#known = inner;
        return inner;
      },
      (error: unknown) => {
        this.#inner = undefined;
        throw error;
      },
    );
    return this.#inner;
  }

  async #compute(): Promise<InnerProducts> {
    const { rows: n, columns } = this;
    const { products, signal, onProgress, tileBytes = TILE_BYTES, pieceBytes = PIECE_BYTES } = this.#options;
    const gram = new Float64Array(n * n);
    const sums = new Float64Array(n);
    const steps = stepsOf(n, rowsIn(tileBytes, columns), rowsIn(pieceBytes, columns));
    const load = (step: Step | undefined): Promise<FeatureValues> | undefined => {
      const reading = step && this.#source.read(step.piece.first, step.piece.rows);
      reading?.catch(() => undefined); // it is awaited in its turn, unless another error comes first
      return reading;
    };
    const add = (left: Block<Float64Array>, right: Block<Float64Array>, width: number): Promise<void> =>
      addProduct(gram, n, left, right, width, (a, b, rows, across) => products.double(a, b, rows, width, across));
    const scratch = { left: new Scratch(), right: new Scratch() };
    let tileValues: FeatureValues = new Float32Array();
    let done = 0;
    let next = load(steps[0]);
    for (const [k, { tile, piece }] of steps.entries()) {
      const values = (await next) ?? new Float32Array();
      next = load(steps[k + 1]); // read while this piece is multiplied
      // Rows of the tile before the piece; the piece itself joins it where it is a part of it.
      const before = { first: tile.first, rows: Math.min(tile.rows, piece.first - tile.first) };
      const within = before.rows < tile.rows;
      if (within) {
        tileValues = before.rows === 0 ? roomLike(values, tile.rows * columns) : tileValues;
        tileValues.set(values, before.rows * columns);
        addSums(sums, piece, values, columns);
      }
      for (const { first, width } of columnBlocks({ rows: before.rows + piece.rows, columns })) {
        if (signal?.aborted === true) throw GapscopeError.cancelled();
        const right = scratch.right.widened(piece, values, columns, first, width);
        if (before.rows > 0) await add(scratch.left.widened(before, tileValues, columns, first, width), right, width);
        if (within) await add(right, right, width);
        done += ((2 * before.rows + (within ? piece.rows : 0)) * piece.rows * width) / (n * n * columns);
        onProgress?.(Math.min(1, done));
      }
    }
    mirror(gram, n);
    for (let i = 0; i < n; i++) {
      if (Number.isFinite(gram[i * n + i])) continue;
      throw new GapscopeError("inference-failed", `The activations of stimulus ${i + 1} are not finite numbers.`, {
        stage: "reading activations",
      });
    }
    return { gram, sums };
  }
}

interface Rows {
  readonly first: number;
  readonly rows: number;
}

interface Step {
  readonly tile: Rows;
  readonly piece: Rows;
}

function rowsIn(bytes: number, columns: number): number {
  return Math.max(1, Math.floor(bytes / (4 * columns)));
}

/** For each tile, the pieces of itself and of all rows after it: what is on and above the diagonal. */
function stepsOf(n: number, tileRows: number, pieceRows: number): readonly Step[] {
  const cut = (from: number, to: number, most: number): Rows[] =>
    Array.from({ length: Math.ceil((to - from) / most) }, (_, k) => {
      const first = from + k * most;
      return { first, rows: Math.min(most, to - first) };
    });
  return cut(0, n, tileRows).flatMap((tile) => {
    const end = tile.first + tile.rows;
    const pieces = [...cut(tile.first, end, pieceRows), ...cut(end, n, pieceRows)];
    return pieces.map((piece) => ({ tile, piece }));
  });
}

function roomLike(values: FeatureValues, length: number): FeatureValues {
  return values instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
}

function addSums(sums: Float64Array, { first, rows }: Rows, values: FeatureValues, columns: number): void {
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let at = i * columns; at < (i + 1) * columns; at++) sum += values[at] ?? Number.NaN;
    sums[first + i] = sum;
  }
}

/** Room for a block in float64 that is used again, so that none waits to be collected. */
class Scratch {
  #room = new Float64Array();

  /** Columns first … first + width of some rows; good until the next call. */
  widened(
    { first: row, rows }: Rows,
    values: FeatureValues,
    columns: number,
    first: number,
    width: number,
  ): Block<Float64Array> {
    if (this.#room.length < rows * width) this.#room = new Float64Array(rows * width);
    const block = this.#room.subarray(0, rows * width);
    for (let i = 0; i < rows; i++) {
      const from = i * columns + first;
      block.set(values.subarray(from, from + width), i * width);
    }
    return { first: row, rows, values: block };
  }
}

/** Bytes of a chunk of columns in float32. Who uses it widens it, and the engine has a copy: five times as much in all. */
const CHUNK_BYTES = 64 * 2 ** 20;
/** Bytes of the rows that are read at once while a chunk of columns is gathered. */
const READ_BYTES = 32 * 2 ** 20;

/** All rows of some columns. */
export interface ColumnChunk {
  readonly first: number;
  readonly width: number;
  /** rows × width in C order. */
  readonly values: FeatureValues;
}

/**
 * Activations by columns, for what the Gram matrix does not say: a layer that is too large is read as often as it has
 * chunks, because sources give rows. Throws `cancelled` and what the source throws.
 */
export async function* columnChunks(
  source: RowSource,
  {
    signal,
    chunkBytes = CHUNK_BYTES,
  }: { readonly signal?: AbortSignal | undefined; readonly chunkBytes?: number } = {},
): AsyncGenerator<ColumnChunk> {
  const { rows, columns } = source;
  const most = Math.max(1, Math.floor(chunkBytes / (4 * rows)));
  const together = Math.max(1, Math.floor(READ_BYTES / (4 * columns)));
  for (let first = 0; first < columns; first += most) {
    const width = Math.min(most, columns - first);
    let values: FeatureValues | undefined;
    for (let row = 0; row < rows; row += together) {
      if (signal?.aborted === true) throw GapscopeError.cancelled();
      const count = Math.min(together, rows - row);
      const read = await source.read(row, count);
      values ??= read instanceof Float64Array ? new Float64Array(rows * width) : new Float32Array(rows * width);
      for (let i = 0; i < count; i++) {
        const from = i * columns + first;
        values.set(read.subarray(from, from + width), (row + i) * width);
      }
    }
    yield { first, width, values: values ?? new Float32Array() };
  }
}
