/**
 * Products of matrices too large to be held in float64 at once: the engine's interface, and Gram matrices in blocks.
 *
 * The multiplying itself is an engine's (lab/products.ts gives it to ONNX Runtime); nothing here is a BLAS. Matrices are
 * dense and in C order throughout.
 */

/** Multiplies a (rows × inner) by b (inner × columns). The result is the caller's to keep. */
export interface Products {
  double(a: Float64Array, b: Float64Array, rows: number, inner: number, columns: number): Promise<Float64Array>;
  single(a: Float32Array, b: Float32Array, rows: number, inner: number, columns: number): Promise<Float32Array>;
}

/** A matrix that is read some columns at a time, e.g. standardised features. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Writes columns first … first + width of every row, rows × width, to the beginning of `out`. */
  read(first: number, width: number, out: Float32Array | Float64Array): void;
}

/** A dense matrix as it is held: float32 activations of a network, or the bytes of the model `pixels`. */
export interface Features {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array | Float64Array | Uint8Array;
}

/** The features as they are, read by columns. */
export function matrixOf({ rows, columns, values }: Features): Matrix {
  return {
    rows,
    columns,
    read(first, width, out) {
      for (let i = 0; i < rows; i++) {
        const from = i * columns + first;
        out.set(values.subarray(from, from + width), i * width);
      }
    },
  };
}

export type Precision = "single" | "double";

/** Values of a block: 16 MB in float32, 32 MB in float64, and as much again in the engine. */
const BLOCK = 1 << 22;
/** Rows of a tile of the Gram matrix. Only tiles on and above the diagonal are multiplied: 56 % of all at 2,000 rows. */
const TILE = 256;

/** Ranges of columns, each of at most `most` columns. */
export function* columnBlocks(
  { rows, columns }: Pick<Matrix, "rows" | "columns">,
  most = Number.POSITIVE_INFINITY,
): Generator<{ readonly first: number; readonly width: number }> {
  const width = Math.min(columns, most, Math.max(64, Math.floor(BLOCK / rows)));
  for (let first = 0; first < columns; first += width) yield { first, width: Math.min(width, columns - first) };
}

export interface GramOptions {
  /** In which a block of columns is multiplied; blocks are summed in float64 always. */
  readonly precision: Precision;
  /** Columns of a block at most, where the precision asks for narrow ones. */
  readonly width?: number;
  /** Share of the work that is done. */
  readonly onProgress?: (share: number) => void;
}

/** X·Xᵀ, rows × rows. */
export async function gram(
  x: Matrix,
  products: Products,
  { precision, width: most, onProgress }: GramOptions,
): Promise<Float64Array> {
  const n = x.rows;
  const sums = new Float64Array(n * n);
  for (const { first, width } of columnBlocks(x, most)) {
    if (precision === "single") {
      const values: Float32Array = new Float32Array(n * width);
      x.read(first, width, values);
      const block = { first: 0, rows: n, values };
      await addProduct(sums, n, block, block, width, (a, b, rows, columns) =>
        products.single(a, b, rows, width, columns),
      );
    } else {
      const values: Float64Array = new Float64Array(n * width);
      x.read(first, width, values);
      const block = { first: 0, rows: n, values };
      await addProduct(sums, n, block, block, width, (a, b, rows, columns) =>
        products.double(a, b, rows, width, columns),
      );
    }
    onProgress?.((first + width) / x.columns);
  }
  mirror(sums, n);
  return sums;
}

/** Some columns of some rows of a matrix, in C order. */
export interface Block<Values> {
  /** The first row's place in the matrix. */
  readonly first: number;
  readonly rows: number;
  readonly values: Values;
}

/**
 * Adds left·rightᵀ at its place in `sums`, n × n, tile by tile. Where both are the same block, tiles below the diagonal are
 * left out.
 */
export async function addProduct<Values extends Float32Array | Float64Array>(
  sums: Float64Array,
  n: number,
  left: Block<Values>,
  right: Block<Values>,
  width: number,
  multiply: (a: Values, b: Values, rows: number, columns: number) => Promise<Values>,
): Promise<void> {
  for (let across = 0; across < right.rows; across += TILE) {
    const columns = Math.min(TILE, right.rows - across);
    const turned = transposed(rowsOf(right.values, across, columns, width), columns, width);
    for (let down = 0; down < left.rows && (left !== right || down <= across); down += TILE) {
      const rows = Math.min(TILE, left.rows - down);
      const tile = await multiply(rowsOf(left.values, down, rows, width), turned, rows, columns);
      for (let i = 0; i < rows; i++) {
        const to = (left.first + down + i) * n + right.first + across;
        for (let j = 0; j < columns; j++) sums[to + j] = (sums[to + j] ?? 0) + (tile[i * columns + j] ?? 0);
      }
    }
  }
}

/** Completes a symmetric matrix, n × n, of which what is on and above the diagonal is there. */
export function mirror(sums: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) sums[i * n + j] = sums[j * n + i] ?? 0;
}

/** `subarray` keeps the kind of array, which its type does not say. */
function rowsOf<Values extends Float32Array | Float64Array>(
  values: Values,
  first: number,
  rows: number,
  width: number,
): Values {
  return values.subarray(first * width, (first + rows) * width) as Values;
}

/** The transpose of a rows × columns matrix, in tiles so that both sides stay in cache. */
export function transposed<Values extends Float32Array | Float64Array>(
  values: Values,
  rows: number,
  columns: number,
): Values {
  const turned = values.slice() as Values; // `slice` keeps the kind of array, which its type does not say
  const STEP = 32;
  for (let top = 0; top < rows; top += STEP) {
    for (let left = 0; left < columns; left += STEP) {
      for (let r = top; r < Math.min(rows, top + STEP); r++) {
        for (let c = left; c < Math.min(columns, left + STEP); c++) turned[c * rows + r] = values[r * columns + c] ?? 0;
      }
    }
  }
  return turned;
}
