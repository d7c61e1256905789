/**
 * NumPy's .npy to float64 in C order, or to what is wrong with it; or to where its values lie, for who reads some at a time.
 *
 * It reads the format's versions 1 to 3 (numpy/lib/format.py describes them) with real numbers of any width and byte order.
 * Nothing in the file is run: object arrays, which hold pickles, are refused. npyjs, the npm library for this format, was
 * looked at and not taken: it reads big-endian numbers as if they were little-endian, leaves Fortran order to its caller and
 * allocates what the header says before looking at the length; checking all that first is the header parser below.
 * golden/npy.json holds files as numpy writes them (reference/brainscore_packaging.py).
 */
import type { Fault } from "../../faults/faults.ts";
import { clip } from "../findings.ts";

export interface NpyArray {
  readonly shape: readonly number[];
  /** C order. Where the file holds little-endian float64 in that order, a view of its bytes. */
  readonly values: Float64Array<ArrayBuffer>;
}

/** 1 GiB of float64. */
export const MAX_VALUES = 2 ** 27;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const ENTRY = /\s*'(descr|fortran_order|shape)'\s*:\s*('[^']*'|True|False|\([\d\s,L]*\)|\[[^\]]*\])\s*(?:,|$)/y;
const KINDS: Readonly<Record<string, (bytes: ArrayBuffer) => ArrayLike<number | bigint>>> = {
  f2: halves,
  f4: (bytes) => new Float32Array(bytes),
  f8: (bytes) => new Float64Array(bytes),
  i1: (bytes) => new Int8Array(bytes),
  i2: (bytes) => new Int16Array(bytes),
  i4: (bytes) => new Int32Array(bytes),
  i8: (bytes) => new BigInt64Array(bytes),
  u1: (bytes) => new Uint8Array(bytes),
  u2: (bytes) => new Uint16Array(bytes),
  u4: (bytes) => new Uint32Array(bytes),
  u8: (bytes) => new BigUint64Array(bytes),
};

/** Where an array's values lie in its file, and how they are read. */
export interface NpyLayout {
  readonly shape: readonly number[];
  /** Whether the first index runs fastest. */
  readonly fortran: boolean;
  /** Bytes before the first value, and of a value. */
  readonly start: number;
  readonly size: number;
  /**
   * Some of the values, of the file's bytes from `start` on: float32 stays float32, everything else becomes float64. A view
   * where the bytes are such numbers already. Undefined where whole numbers cannot be told apart in float64.
   */
  decode(bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | undefined;
}

/**
 * What the first bytes of a file (`head`, some kilobytes) and its length say, or one fault: `npy-not-npy`, `npy-version`,
 * `npy-header`, `npy-dtype`, `npy-too-large` for more than `most` values, `npy-truncated`, `npy-surplus`.
 */
export function npyLayout(
  head: Uint8Array,
  fileBytes: number,
  file: string,
  most = Number.POSITIVE_INFINITY,
): NpyLayout | Fault {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < 10 || MAGIC.some((byte, i) => head[i] !== byte)) {
    return {
      code: "npy-not-npy",
      file,
      message: "The file is not a .npy array.",
      value: head.length === 0 ? "0 bytes" : clip(new TextDecoder("latin1").decode(head.subarray(0, 6))),
      remedy: "Save the array with numpy.save; .npz and MATLAB files are not read.",
    };
  }
  const version = view.getUint8(6);
  if (version < 1 || version > 3) {
    const remedy = "Save the array again with numpy.save.";
    return {
      code: "npy-version",
      file,
      message: "The version is unknown.",
      value: `${version}`,
      expected: "1, 2 or 3",
      remedy,
    };
  }
  const wide = version > 1;
  const before = wide ? 12 : 10;
  const headerBytes = head.length < before ? Number.NaN : wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (!(before + headerBytes <= fileBytes)) return truncated(file, fileBytes, before + headerBytes);
  const header = parseHeader(head.subarray(before, before + headerBytes));
  if (header === undefined) {
    return {
      code: "npy-header",
      file,
      message: "The header of the array cannot be read.",
      value: clip(new TextDecoder().decode(head.subarray(before, before + Math.min(headerBytes, 200))).trim()),
      expected: "{'descr': '<f8', 'fortran_order': False, 'shape': (640, 50), }",
      remedy: "Save the array again with numpy.save.",
    };
  }
  const [order = "", kind = ""] = /^([<>|=]?)(.*)$/.exec(header.descr)?.slice(1) ?? [];
  const typed = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (typed === undefined) return wrongDtype(file, header.descr);
  const { shape, fortran } = header;
  const size = Number(kind.slice(1));
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (!(count <= most && shape.every(Number.isSafeInteger))) {
    return {
      code: "npy-too-large",
      file,
      message: "The array is too large.",
      value: clip(shape.join(" × ")),
      expected: `at most ${Math.min(most, Number.MAX_SAFE_INTEGER)} values`,
      remedy: "Leave out neuroids or average over repetitions.",
    };
  }
  const start = before + headerBytes;
  if (!(start + count * size <= fileBytes)) return truncated(file, fileBytes, start + count * size);
  if (start + count * size < fileBytes) {
    const expected = `${start + count * size} bytes for ${shape.join(" × ")} of ${header.descr}`;
    const remedy = "Save the array again with numpy.save, one array a file.";
    const value = `${fileBytes} bytes`;
    return { code: "npy-surplus", file, message: "The file goes on after its array.", value, expected, remedy };
  }
  const decode: NpyLayout["decode"] = (bytes) => {
    const asIs = kind === "f8" && order !== ">" && bytes.byteOffset % 8 === 0;
    if (asIs) return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
    const own = native(bytes, order === ">" ? size : 1);
    return kind === "f4" ? new Float32Array(own) : toFloat64(typed(own));
  };
  return { shape, fortran, start, size, decode };
}

/** The array, or one fault: those of `npyLayout`, and `npy-integer`. */
export function readNpy(bytes: Uint8Array<ArrayBuffer>, file: string): NpyArray | Fault {
  const layout = npyLayout(bytes, bytes.length, file, MAX_VALUES);
  if ("code" in layout) return layout;
  const { shape, fortran, start, decode } = layout;
  const decoded = decode(bytes.subarray(start));
  if (decoded === undefined) return largeInteger(file);
  const values = decoded instanceof Float64Array ? decoded : Float64Array.from(decoded);
  return { shape, values: fortran ? fromFortran(values, shape) : values };
}

/** The fault `npy-integer`. */
export function largeInteger(file: string): Fault {
  return {
    code: "npy-integer",
    file,
    message: "The array holds whole numbers too large to be told apart exactly.",
    expected: "numbers up to 9007199254740991",
    remedy: "Save it as float64.",
  };
}

interface Header {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** The header is a Python dictionary of exactly three entries. */
function parseHeader(bytes: Uint8Array): Header | undefined {
  const text = new TextDecoder().decode(bytes).trim();
  if (!text.startsWith("{") || !text.endsWith("}")) return undefined;
  const inner = text.slice(1, -1).trim();
  const entries = new Map<string, string>();
  ENTRY.lastIndex = 0;
  while (ENTRY.lastIndex < inner.length) {
    const [, key = "", value = ""] = ENTRY.exec(inner) ?? [];
    if (key === "" || entries.has(key)) return undefined;
    entries.set(key, value);
  }
  const descr = entries.get("descr");
  const fortran = entries.get("fortran_order");
  const tuple = entries.get("shape");
  if (descr === undefined || tuple === undefined || !(fortran === "True" || fortran === "False")) return undefined;
  const shape = tuple.startsWith("(") ? extents(tuple.slice(1, -1)) : undefined;
  if (shape === undefined) return undefined;
  return { descr: descr.startsWith("'") ? descr.slice(1, -1) : descr, fortran: fortran === "True", shape };
}

/** `640, 50` and `640,`; Python 2 wrote `640L`. */
function extents(text: string): number[] | undefined {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  if (parts.some((part) => !/^\d+L?$/.test(part))) return undefined;
  return parts.map((part) => Number.parseInt(part, 10));
}

function wrongDtype(file: string, descr: string): Fault {
  return {
    code: "npy-dtype",
    file,
    message: descr.includes("O")
      ? "The array holds Python objects, which are never opened."
      : "The array does not hold real numbers.",
    value: clip(descr),
    expected: "float64, float32, float16 or whole numbers",
    remedy: "Save array.astype('float64').",
  };
}

function truncated(file: string, found: number, expected: number): Fault {
  return {
    code: "npy-truncated",
    file,
    message: "The file ends before its array does.",
    value: `${found} bytes`,
    ...(Number.isNaN(expected) ? {} : { expected: `${expected} bytes` }),
    remedy: "Save or copy it again.",
  };
}

/** A copy of the bytes, with the order of every `swap` of them turned. */
function native(bytes: Uint8Array<ArrayBuffer>, swap: number): ArrayBuffer {
  const copy = bytes.slice();
  if (swap > 1) for (let at = 0; at < copy.length; at += swap) copy.subarray(at, at + swap).reverse();
  return copy.buffer;
}

function toFloat64(values: ArrayLike<number | bigint>): Float64Array<ArrayBuffer> | undefined {
  const wide = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    wide[i] = Number(value);
    if (typeof value === "bigint" && !Number.isSafeInteger(wide[i])) return undefined;
  }
  return wide;
}

/** IEEE 754 binary16: 1 bit sign, 5 exponent, 10 fraction. */
function halves(bytes: ArrayBuffer): Float64Array {
  return Float64Array.from(new Uint16Array(bytes), (half) => {
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    const magnitude =
      exponent === 0x1f
        ? fraction === 0
          ? Number.POSITIVE_INFINITY
          : Number.NaN
        : exponent === 0
          ? fraction * 2 ** -24
          : (1024 + fraction) * 2 ** (exponent - 25);
    return half & 0x8000 ? -magnitude : magnitude;
  });
}

/** From first index fastest to last index fastest. */
function fromFortran(values: Float64Array<ArrayBuffer>, shape: readonly number[]): Float64Array<ArrayBuffer> {
  const out = new Float64Array(values.length);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  const index = shape.map(() => 0);
  let to = 0;
  for (const value of values) {
    out[to] = value;
    for (const [axis, extent] of shape.entries()) {
      const stride = strides[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      to += stride;
      index[axis] = next;
      if (next < extent) break;
      index[axis] = 0;
      to -= stride * extent;
    }
  }
  return out;
}
