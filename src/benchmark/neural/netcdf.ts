/**
 * The variables of a netCDF-4 file: their dimensions, attributes and values.
 *
 * It knows netCDF's layout of HDF5 (dimension scales, fill values, the names that netCDF escapes) and nothing of
 * Brain-Score's conventions (packaged-assembly.ts does). HDF5's own C library reads the file, as wasm (h5wasm); it is loaded
 * when a package has such a file, being as large as the rest of the page.
 *
 * h5wasm's own classes are passed by: they do not look at whether a read succeeded, so that a damaged chunk would give
 * whatever was in memory. Its lower functions are called here, and every status is checked. Sizes are held against limits
 * before anything is read. Even so a hostile file can keep the C library busy for ever or bring it down; whoever reads
 * strangers' files does it in a worker that can be stopped (lab/netcdf-api.ts).
 */
import type * as h5wasm from "h5wasm";
import type { Scalar } from "../../assembly/table.ts";
import { GapscopeError } from "../../faults/faults.ts";
import { clip, refused } from "../findings.ts";
import { MAX_VALUES } from "./npy.ts";

export interface Variable {
  readonly name: string;
  /** The dimension of each axis, undefined where the file does not name it. */
  readonly dims: readonly (string | undefined)[];
  readonly shape: readonly number[];
  readonly kind: "number" | "text" | "other";
  /** Those that are needed, texts and first numbers alone: CF's, xarray's and Brain-Score's. */
  readonly attributes: ReadonlyMap<string, string | number>;
}

export interface Netcdf {
  /** Of the root group, in the order of their making, but for dimensions that have no values. */
  readonly variables: readonly Variable[];
  /** Attributes of the file itself. */
  readonly attributes: ReadonlyMap<string, string | number>;
  /** All values of a small variable of numbers or text, typed as xarray types them; a missing number is null. */
  scalars(variable: Variable): Scalar[];
  /**
   * All values of a variable of numbers, some of the first axis at a time, a missing one NaN. `visit` gets the values in C
   * order and the place of the first; the array is used again.
   */
  scan(variable: Variable, visit: (values: Float64Array, first: number) => void): void;
}

type H5Module = typeof h5wasm.Module;
type Metadata = h5wasm.Metadata;

const ATTRIBUTES = [
  "_FillValue",
  "missing_value",
  "scale_factor",
  "add_offset",
  "dtype",
  "units",
  "calendar",
  "coordinates",
  "stimulus_set_identifier",
];
const NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable";
const ESCAPE = "_nc4_non_coord_";

const MAX_VARIABLES = 1000;
const MAX_AXES = 8;
const MAX_SCALARS = 8_000_000;
const MAX_ATTRIBUTE_BYTES = 2 ** 20;
const MAX_TEXT = 2 ** 27;
const MAX_CHUNK_BYTES = 2 ** 28;
const SLAB_BYTES = 2 ** 25;
/** Of the library: a chunk packed and unpacked, and as much again for everything else. A damaged size asks for gigabytes. */
const MAX_MEMORY = 3 * MAX_CHUNK_BYTES;
/** Values to file, once they are past `from` bytes: chunks that were never written cost nothing and read as fill values. */
const RATIO = { most: 1100, from: 2 ** 24 };

const UTF8 = 1;

/** One library for this thread. */
let library: Promise<H5Module> | undefined;
let crashed = false;
let opened = 0;

async function load(): Promise<H5Module> {
  const { ready } = await import("h5wasm");
  const hdf5 = await ready;
  // The library prints the story of every error; what matters of it becomes a fault. Emscripten's types lack getStream.
  const files = hdf5.FS as unknown as { getStream(descriptor: number): FS.FSStream };
  hdf5.FS.close(files.getStream(2));
  hdf5.FS.open("/dev/null", "w");
  limitMemory(hdf5);
  return hdf5;
}

/** What the library cannot have it does without: it says that it could not read. */
function limitMemory(hdf5: H5Module): void {
  const heap = hdf5 as unknown as { readonly HEAPU8: Uint8Array }; // which Emscripten's types lack
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (pages) {
    const { buffer } = this;
    if (buffer === heap.HEAPU8.buffer && buffer.byteLength + 65536 * pages > MAX_MEMORY)
      throw new RangeError("the netCDF library may have no more memory");
    return grow.call(this, pages);
  };
}

/**
 * Opens `bytes` for as long as `use` runs; the bytes are the library's from then on.
 * Throws `package-refused` with one fault (`netcdf-not-netcdf`, `netcdf-damaged`, `netcdf-too-large`), what `use` throws, or
 * `worker-died` where the library was brought down before.
 */
export async function withNetcdf<Result>(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  use: (netcdf: Netcdf) => Result,
): Promise<Result> {
  if (crashed) throw new GapscopeError("worker-died", "The netCDF library stopped at an earlier file.");
  checkSignature(bytes, file);
  library ??= load();
  const hdf5 = await library.catch((error: unknown) => {
    library = undefined; // a failure must not be remembered
    throw error;
  });
  // A read that fails may leave its file open in the library, which would take the next of the same name for it.
  const path = `/${++opened}.nc`;
  try {
    const owned = { flags: "w", canOwn: true };
    hdf5.FS.writeFile(path, bytes, owned);
    const id = hdf5.open(path, hdf5.H5F_ACC_RDONLY, false, -1, -1);
    if (id < 0n) throw damaged(file, "it cannot be opened");
    try {
      return use(new OpenFile(hdf5, id, file, bytes.length));
    } finally {
      hdf5.close_file(id);
      hdf5.FS.unlink(path);
    }
  } catch (error) {
    if (error instanceof GapscopeError) throw error;
    // The library's own words ("name not defined!") help nobody.
    crashed ||= error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    throw damaged(file, crashed ? "it brings the library down that reads it" : "its structure is broken");
  }
}

/** HDF5's signature, or the word for what the file is instead. */
function checkSignature(bytes: Uint8Array, file: string): void {
  const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
  if (signature.every((byte, i) => bytes[i] === byte)) return;
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 4));
  const classic = start.startsWith("CDF");
  throw refused(file, [
    {
      code: "netcdf-not-netcdf",
      file,
      message: classic ? "The file is netCDF of an older kind than netCDF-4." : "The file is not netCDF-4.",
      value: bytes.length === 0 ? "0 bytes" : clip(start),
      expected: "a file as Brain-Score's packaging writes it",
      remedy: classic ? "Write it again with to_netcdf(…, format='NETCDF4')." : "Write it with to_netcdf of xarray.",
    },
  ]);
}

function damaged(file: string, reason: string): GapscopeError {
  return refused(file, [
    {
      code: "netcdf-damaged",
      file,
      message: `The file cannot be read: ${clip(reason)}.`,
      remedy: "Copy or write it again; it may be cut or damaged.",
    },
  ]);
}

class OpenFile implements Netcdf {
  readonly variables: readonly Variable[];
  readonly attributes: ReadonlyMap<string, string | number>;
  readonly #hdf5: H5Module;
  readonly #id: bigint;
  readonly #file: string;
  readonly #bytes: number;
  readonly #paths = new Map<Variable, { readonly path: string; readonly metadata: Metadata }>();
  #text = 0;

  constructor(hdf5: H5Module, id: bigint, file: string, bytes: number) {
    this.#hdf5 = hdf5;
    this.#id = id;
    this.#file = file;
    this.#bytes = bytes;
    const names = hdf5.get_names(id, "/", false);
    if (names.length > MAX_VARIABLES) throw this.#tooLarge("variables", names.length, MAX_VARIABLES);
    this.attributes = this.#attributesOf("/");
    this.variables = names.flatMap((name) => this.#variable(name) ?? []);
  }

  #variable(key: string): Variable | undefined {
    const path = `/${key}`;
    if (this.#hdf5.get_type(this.#id, path) !== this.#hdf5.H5G_DATASET) return undefined;
    const metadata = this.#hdf5.get_dataset_metadata(this.#id, path);
    const shape = metadata.shape ?? [];
    if (shape.length > MAX_AXES) throw this.#tooLarge(`axes of ${clip(key)}`, shape.length, MAX_AXES);
    const names = this.#namesOf(path);
    const scale = names.has("CLASS") ? this.#attribute(path, "NAME") : undefined;
    if (typeof scale === "string" && scale.startsWith(NO_VARIABLE)) return undefined;
    const name = unescaped(key);
    const dims = shape.map((_, axis) => {
      const [attached] = this.#hdf5.get_attached_scales(this.#id, path, axis);
      if (attached !== undefined) return unescaped(attached.slice(attached.lastIndexOf("/") + 1));
      return scale !== undefined && shape.length === 1 ? name : undefined; // a coordinate of its own dimension
    });
    const variable = { name, dims, shape, kind: this.#kindOf(metadata), attributes: this.#attributesOf(path) };
    this.#paths.set(variable, { path, metadata });
    return variable;
  }

  #kindOf(metadata: Metadata): Variable["kind"] {
    const text = metadata.type === this.#hdf5.H5T_class_t.H5T_STRING.value;
    if (text) return metadata.vlen || metadata.size > 1 ? "text" : "other"; // single letters are netCDF-3's text
    return Object.hasOwn(VIEWS, this.#typeOf(metadata)) ? "number" : "other";
  }

  /** `count` numbers of the library's memory, good until it allocates again. */
  #numbers(metadata: Metadata, pointer: number, count: number): ArrayLike<number | bigint> {
    const view = VIEWS[this.#typeOf(metadata)];
    if (view === undefined) throw new GapscopeError("internal", "numbers of no known type");
    return view(this.#hdf5.HEAPU8.buffer, pointer, count);
  }

  /** As numpy writes it: f8, i4. */
  #typeOf({ type, size, signed }: Metadata): string {
    const { H5T_INTEGER, H5T_FLOAT } = this.#hdf5.H5T_class_t;
    return `${type === H5T_FLOAT.value ? "f" : type !== H5T_INTEGER.value ? "?" : signed ? "i" : "u"}${size}`;
  }

  #namesOf(path: string): ReadonlySet<string> {
    return new Set(this.#hdf5.get_attribute_names(this.#id, path));
  }

  #attributesOf(path: string): ReadonlyMap<string, string | number> {
    const names = this.#namesOf(path);
    return new Map(
      ATTRIBUTES.flatMap((name): [string, string | number][] => {
        const value = names.has(name) ? this.#attribute(path, name) : undefined;
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  /** The first element of an attribute of numbers or text. Attributes of other types are never read: they may be endless. */
  #attribute(path: string, name: string): string | number | undefined {
    const metadata = this.#hdf5.get_attribute_metadata(this.#id, path, name);
    const kind = this.#kindOf(metadata);
    const bytes = metadata.size * metadata.total_size;
    if (kind === "other" || metadata.shape === null || bytes === 0) return undefined;
    if (!(bytes <= MAX_ATTRIBUTE_BYTES)) throw this.#tooLarge(`bytes of ${clip(name)}`, bytes, MAX_ATTRIBUTE_BYTES);
    return this.#withMemory(bytes, (pointer) => {
      this.#check(this.#hdf5.get_attribute_data(this.#id, path, name, BigInt(pointer)), name);
      try {
        if (kind === "text") return this.#texts(metadata, pointer, 1)[0];
        return Number(this.#numbers(metadata, pointer, 1)[0]);
      } finally {
        if (metadata.vlen) this.#hdf5.reclaim_vlen_memory(this.#id, path, name, BigInt(pointer));
      }
    });
  }

  scalars(variable: Variable): Scalar[] {
    const { metadata } = this.#of(variable);
    const count = metadata.total_size;
    if (!(count <= MAX_SCALARS)) throw this.#tooLarge(`values of ${clip(variable.name)}`, count, MAX_SCALARS);
    if (variable.kind === "text") return this.#allTexts(variable);
    const out: Scalar[] = [];
    const truths = variable.attributes.get("dtype") === "bool";
    const whole = /[iu]8/.test(this.#typeOf(metadata));
    this.scan(variable, (values) => {
      const large = whole ? values.find((value) => Math.abs(value) > Number.MAX_SAFE_INTEGER) : undefined;
      if (large !== undefined) throw this.#tooLarge(`digits in ${clip(variable.name)}`, large, Number.MAX_SAFE_INTEGER);
      for (const value of values) out.push(Number.isNaN(value) ? null : truths ? value !== 0 : value);
    });
    return out;
  }

  scan(variable: Variable, visit: (values: Float64Array, first: number) => void): void {
    const { path, metadata } = this.#of(variable);
    const { shape } = variable;
    const missing = ["_FillValue", "missing_value"].flatMap((name) => variable.attributes.get(name) ?? []);
    if (!(metadata.total_size <= MAX_VALUES)) {
      throw this.#tooLarge(`values of ${clip(variable.name)}`, metadata.total_size, MAX_VALUES);
    }
    const unpacked = metadata.total_size * metadata.size;
    const most = Math.max(RATIO.from, RATIO.most * this.#bytes);
    if (unpacked > most) throw this.#tooLarge(`bytes of ${clip(variable.name)} for its size`, unpacked, most);
    const chunk = (metadata.chunks ?? []).reduce((product, extent) => product * extent, metadata.size);
    if (!(chunk <= MAX_CHUNK_BYTES)) {
      throw this.#tooLarge(`bytes in a chunk of ${clip(variable.name)}`, chunk, MAX_CHUNK_BYTES);
    }
    const rows = shape[0] ?? 1;
    const width = shape.slice(1).reduce((product, extent) => product * extent, 1);
    const deep = metadata.chunks?.[0] ?? 1;
    const fit = Math.max(1, Math.floor(SLAB_BYTES / Math.max(1, width * metadata.size)));
    const step = fit > deep ? fit - (fit % deep) : fit; // a chunk is unpacked for every slab that it has a part in
    const buffer = new Float64Array(Math.min(step, rows) * width);
    for (let first = 0; first < rows; first += step) {
      const count = Math.min(step, rows - first);
      this.#withMemory(count * width * metadata.size, (pointer) => {
        this.#readSlab(path, shape, first, count, pointer);
        const raw = this.#numbers(metadata, pointer, count * width);
        for (let i = 0; i < raw.length; i++) buffer[i] = Number(raw[i]);
      });
      const slab = buffer.subarray(0, count * width);
      for (const absent of missing) for (let i = 0; i < slab.length; i++) if (slab[i] === absent) slab[i] = Number.NaN;
      visit(slab, first);
    }
  }

  /** Texts of one axis. A text is at most as long as the file, so few at a time keep a hostile one from filling memory. */
  #allTexts(variable: Variable): string[] {
    const { path, metadata } = this.#of(variable);
    const rows = variable.shape[0] ?? 1;
    if (variable.shape.length > 1) throw damaged(this.#file, `${clip(variable.name)} has text along two axes`);
    const step = Math.min(65_536, Math.max(64, Math.floor(SLAB_BYTES / this.#bytes)));
    const out: string[] = [];
    for (let first = 0; first < rows; first += step) {
      const count = Math.min(step, rows - first);
      this.#withMemory(count * metadata.size, (pointer) => {
        this.#readSlab(path, variable.shape, first, count, pointer);
        try {
          out.push(...this.#texts(metadata, pointer, count));
        } finally {
          if (metadata.vlen && variable.shape.length === 0) {
            this.#hdf5.reclaim_vlen_memory(this.#id, path, "", BigInt(pointer));
          } else if (metadata.vlen) {
            this.#hdf5.reclaim_vlen_memory_count(this.#id, path, "", BigInt(pointer), [BigInt(count)]);
          }
        }
      });
    }
    return out;
  }

  #texts({ vlen, cset, size }: Metadata, pointer: number, count: number): string[] {
    const decoder = new TextDecoder(cset === UTF8 ? "utf-8" : "latin1");
    return Array.from({ length: count }, (_, i) => {
      const at = vlen ? (new Uint32Array(this.#hdf5.HEAPU8.buffer, pointer, count)[i] ?? 0) : pointer + i * size;
      if (at === 0) return "";
      const most = vlen ? Math.min(this.#bytes, MAX_TEXT) : size;
      const bytes = this.#hdf5.HEAPU8.subarray(at, at + most);
      const end = bytes.indexOf(0);
      const text = decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
      this.#text += text.length;
      if (this.#text > MAX_TEXT) throw this.#tooLarge("letters", this.#text, MAX_TEXT);
      return text;
    });
  }

  #of(variable: Variable) {
    const found = this.#paths.get(variable);
    if (found === undefined) throw new GapscopeError("internal", "a variable of another file");
    return found;
  }

  #readSlab(path: string, shape: readonly number[], first: number, count: number, pointer: number): void {
    const scalar = shape.length === 0;
    const counts = scalar ? null : shape.map((extent, axis) => BigInt(axis === 0 ? count : extent));
    const offset = scalar ? null : shape.map((_, axis) => BigInt(axis === 0 ? first : 0));
    const strides = scalar ? null : shape.map(() => 1n);
    this.#check(this.#hdf5.get_dataset_data(this.#id, path, counts, offset, strides, BigInt(pointer)), path.slice(1));
  }

  #check(status: number, name: string): void {
    if (status < 0) throw damaged(this.#file, `the values of ${name} do not unpack`);
  }

  /** Memory of the library, all zero at first, so that a pointer that was not written is none. */
  #withMemory<Result>(bytes: number, use: (pointer: number) => Result): Result {
    const pointer = this.#hdf5._malloc(Math.max(1, bytes));
    if (pointer === 0) throw damaged(this.#file, "there is not enough memory");
    try {
      this.#heap(pointer, bytes).fill(0);
      return use(pointer);
    } finally {
      this.#hdf5._free(pointer);
    }
  }

  /** A view, good until the library allocates again. */
  #heap(pointer: number, bytes: number): Uint8Array {
    return this.#hdf5.HEAPU8.subarray(pointer, pointer + bytes);
  }

  #tooLarge(what: string, found: number, most: number): GapscopeError {
    return refused(this.#file, [
      {
        code: "netcdf-too-large",
        file: this.#file,
        message: `The file has too many ${what}.`,
        value: String(found),
        expected: `at most ${most}`,
        remedy: "Leave out what the benchmark does not need, and write it again.",
      },
    ]);
  }
}

function unescaped(name: string): string {
  return name.startsWith(ESCAPE) ? name.slice(ESCAPE.length) : name;
}

type View = (buffer: ArrayBufferLike, from: number, count: number) => ArrayLike<number | bigint>;

/** By numpy's names. The library gives numbers in little-endian order, at places where typed arrays may begin. */
const VIEWS: Readonly<Record<string, View>> = {
  f4: (buffer, from, count) => new Float32Array(buffer, from, count),
  f8: (buffer, from, count) => new Float64Array(buffer, from, count),
  i1: (buffer, from, count) => new Int8Array(buffer, from, count),
  i2: (buffer, from, count) => new Int16Array(buffer, from, count),
  i4: (buffer, from, count) => new Int32Array(buffer, from, count),
  i8: (buffer, from, count) => new BigInt64Array(buffer, from, count),
  u1: (buffer, from, count) => new Uint8Array(buffer, from, count),
  u2: (buffer, from, count) => new Uint16Array(buffer, from, count),
  u4: (buffer, from, count) => new Uint32Array(buffer, from, count),
  u8: (buffer, from, count) => new BigUint64Array(buffer, from, count),
};
