/**
 * Activations that are read some rows at a time and never all held: their Gram matrix, row sums and columns.
 *
 * A layer of 186,624 features of 640 stimuli is 0.5 GB in float32. Rows come in tiles of at most 128 MB; two of them and
 * the one that is being read are there at once. What is computed from the Gram matrix is not known here.
 */
import { GapscopeError } from "../faults/faults.ts";
import type { Activations, FeatureValues, RowSource } from "./activations.ts";
import { addProduct, type Block, columnBlocks, mirror, type Products } from "./products.ts";

const TILE_BYTES = 128 * 2 ** 20;

export interface StreamOptions {
  readonly products: Products;
  readonly signal?: AbortSignal;
  /** Share of the Gram matrix that is done, 0 … 1. */
  readonly onProgress?: (share: number) => void;
  /** Of the float32 rows that are read at once. */
  readonly tileBytes?: number;
}

interface Inner {
  readonly gram: Float64Array;
  readonly sums: Float64Array;
}

export class StreamedActivations implements Activations {
  readonly rows: number;
  readonly columns: number;
  readonly #source: RowSource;
  readonly #options: StreamOptions;
  #inner: Promise<Inner> | undefined;

  constructor(source: RowSource, options: StreamOptions) {
    this.rows = source.rows;
    this.columns = source.columns;
    this.#source = source;
    this.#options = options;
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
  #once(): Promise<Inner> {
    this.#inner ??= this.#compute().catch((error: unknown) => {
      this.#inner = undefined;
      throw error;
    });
    return this.#inner;
  }

  async #compute(): Promise<Inner> {
    const { rows: n, columns } = this;
    const { products, signal, onProgress, tileBytes = TILE_BYTES } = this.#options;
    const gram = new Float64Array(n * n);
    const sums = new Float64Array(n);
    const most = Math.max(1, Math.floor(tileBytes / (4 * columns)));
    const tiles = Array.from({ length: Math.ceil(n / most) }, (_, k) => ({
      first: k * most,
      rows: Math.min(most, n - k * most),
    }));
    // Every pair of tiles on and above the diagonal; the right one is read, the left one stays while its row lasts.
    const pairs = tiles.flatMap((left, k) => tiles.slice(k).map((right) => ({ left, right })));
    const load = (pair: (typeof pairs)[number] | undefined): Promise<FeatureValues> | undefined => {
      const reading = pair === undefined ? undefined : this.#source.read(pair.right.first, pair.right.rows);
      reading?.catch(() => undefined); // it is awaited in its turn, unless another error comes first
      return reading;
    };
    const work = n * n;
    let done = 0;
    let leftValues: FeatureValues = new Float32Array();
    let next = load(pairs[0]);
    for (const [k, { left, right }] of pairs.entries()) {
      const rightValues = (await next) ?? new Float32Array();
      next = load(pairs[k + 1]); // read while this pair is multiplied
      const diagonal = left === right;
      if (diagonal) {
        leftValues = rightValues;
        addSums(sums, right, rightValues, columns);
      }
      for (const { first, width } of columnBlocks({ rows: diagonal ? left.rows : left.rows + right.rows, columns })) {
        if (signal?.aborted === true) throw GapscopeError.cancelled();
        const rightBlock = widened(right, rightValues, columns, first, width);
        const leftBlock = diagonal ? rightBlock : widened(left, leftValues, columns, first, width);
        await addProduct(gram, n, leftBlock, rightBlock, width, (a, b, rows, across) =>
          products.double(a, b, rows, width, across),
        );
        done += (((diagonal ? 1 : 2) * left.rows * right.rows) / work) * (width / columns);
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

function addSums(
  sums: Float64Array,
  { first, rows }: { readonly first: number; readonly rows: number },
  values: FeatureValues,
  columns: number,
): void {
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let at = i * columns; at < (i + 1) * columns; at++) sum += values[at] ?? Number.NaN;
    sums[first + i] = sum;
  }
}

/** Columns first … first + width of a tile in float64. */
function widened(
  tile: { readonly first: number; readonly rows: number },
  values: FeatureValues,
  columns: number,
  first: number,
  width: number,
): Block<Float64Array> {
  const block = new Float64Array(tile.rows * width);
  for (let i = 0; i < tile.rows; i++) {
    const from = i * columns + first;
    block.set(values.subarray(from, from + width), i * width);
  }
  return { first: tile.first, rows: tile.rows, values: block };
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
