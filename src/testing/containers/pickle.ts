/**
 * Writes the pickles of PyTorch's files, protocol 2: dictionaries, lists, calls, and tensors as references to storages.
 *
 * A writer of what torch.save writes for state dicts, flags and optimizers; not of Python's pickles at large. Objects are
 * not memoised, so nothing may contain itself. Instructions: Lib/pickletools.py of CPython.
 */
import { numel, type Tensor } from "./tensor.ts";

/**
 * Numbers are ints where they are whole and floats elsewhere, records and maps are dicts, arrays are lists. A tensor that
 * occurs twice is two tensors of one storage.
 */
export type Python =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Python[]
  | ReadonlyMap<string | number | bigint, Python>
  | { readonly [key: string]: Python }
  | Tuple
  | Global
  | Call
  | Tensor;

export class Tuple {
  constructor(readonly items: readonly Python[]) {}
}

/** A class or function by module and name. */
export class Global {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}
}

export class Call {
  constructor(
    readonly callable: Global,
    readonly args: readonly Python[],
    /** Set on what the call gives: entries, then attributes. */
    readonly then: { readonly entries?: ReadonlyMap<string, Python>; readonly attributes?: Python } = {},
  ) {}
}

/** A module's state dict: an OrderedDict with the attribute that torch keeps versions of layers in. */
export function stateDict(entries: ReadonlyMap<string, Python>): Call {
  const versions = new Call(ORDERED_DICT, [], { entries: new Map([["", { version: 1 }]]) });
  return new Call(ORDERED_DICT, [], { entries, attributes: { _metadata: versions } });
}

const ORDERED_DICT = new Global("collections", "OrderedDict");
const REBUILD_TENSOR = new Global("torch._utils", "_rebuild_tensor_v2");
const STORAGES = { float32: "FloatStorage", float64: "DoubleStorage", int64: "LongStorage" };

export class Pickler {
  /** The storages that the pickles refer to, by key. */
  readonly storages = new Map<string, Tensor>();
  readonly #keys = new Map<Tensor, string>();

  /** `legacy`: a reference to a storage has a sixth part, which says that it is not a view. */
  constructor(private readonly legacy: boolean) {}

  pickle(value: Python): Uint8Array<ArrayBuffer> {
    const out: number[] = [0x80, 2]; // PROTO
    this.#put(out, value);
    out.push(0x2e); // STOP
    return Uint8Array.from(out);
  }

  #put(out: number[], value: Python): void {
    if (value === null)
      out.push(0x4e); // NONE
    else if (typeof value === "boolean")
      out.push(value ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
    else if (typeof value === "string") putText(out, value);
    else if (typeof value === "bigint") putLong(out, value);
    else if (typeof value === "number") putNumber(out, value);
    else if (value instanceof Tuple)
      this.#several(out, value.items, 0x74); // TUPLE
    else if (value instanceof Global) putGlobal(out, value);
    else if (value instanceof Call) this.#call(out, value);
    else if (value instanceof Map) this.#dict(out, value);
    else if (isList(value)) {
      out.push(0x5d); // EMPTY_LIST
      this.#several(out, value, 0x65); // APPENDS
    } else if (isTensor(value)) this.#tensor(out, value);
    else this.#dict(out, new Map(Object.entries(value)));
  }

  /** MARK, the values, and the instruction that takes them. */
  #several(out: number[], values: Iterable<Python>, opcode: number): void {
    out.push(0x28); // MARK
    for (const value of values) this.#put(out, value);
    out.push(opcode);
  }

  #dict(out: number[], entries: ReadonlyMap<string | number | bigint, Python>): void {
    out.push(0x7d); // EMPTY_DICT
    this.#several(out, [...entries].flat(), 0x75); // SETITEMS
  }

  #call(out: number[], { callable, args, then: { entries, attributes } }: Call): void {
    putGlobal(out, callable);
    this.#put(out, new Tuple(args));
    out.push(0x52); // REDUCE
    if (entries !== undefined) this.#several(out, [...entries].flat(), 0x75); // SETITEMS
    if (attributes === undefined) return;
    this.#put(out, attributes);
    out.push(0x62); // BUILD
  }

  #tensor(out: number[], tensor: Tensor): void {
    const { shape, dtype } = tensor;
    const key = this.#keys.get(tensor) ?? String(this.#keys.size);
    this.#keys.set(tensor, key);
    this.storages.set(key, tensor);
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
    putGlobal(out, REBUILD_TENSOR);
    out.push(0x28); // MARK
    const storage = ["storage", new Global("torch", STORAGES[dtype]), key, "cpu", numel(tensor)];
    this.#put(out, new Tuple(this.legacy ? [...storage, null] : storage));
    out.push(0x51); // BINPERSID
    for (const part of [0, new Tuple(shape), new Tuple(strides), false, new Call(ORDERED_DICT, [])]) {
      this.#put(out, part);
    }
    out.push(0x74, 0x52); // TUPLE, REDUCE
  }
}

function putNumber(out: number[], value: number): void {
  const view = new DataView(new ArrayBuffer(8));
  if (!Number.isInteger(value)) {
    view.setFloat64(0, value, false);
    out.push(0x47, ...new Uint8Array(view.buffer)); // BINFLOAT
  } else if (value === (value | 0)) {
    view.setInt32(0, value, true);
    out.push(0x4a, ...new Uint8Array(view.buffer, 0, 4)); // BININT
  } else putLong(out, BigInt(value));
}

/** LONG1: two's complement in as few bytes as hold it, by which readers know PyTorch's magic number. */
function putLong(out: number[], value: bigint): void {
  let length = 1;
  while (BigInt.asIntN(8 * length, value) !== value) length++;
  out.push(0x8a, length);
  for (let i = 0; i < length; i++) out.push(Number((value >> BigInt(8 * i)) & 0xffn));
}

/** BINUNICODE. */
function putText(out: number[], text: string): void {
  const bytes = new TextEncoder().encode(text);
  out.push(0x58, ...new Uint8Array(Uint32Array.of(bytes.length).buffer), ...bytes);
}

/** GLOBAL. */
function putGlobal(out: number[], { module, name }: Global): void {
  out.push(0x63, ...new TextEncoder().encode(`${module}\n${name}\n`));
}

function isList(value: object): value is readonly Python[] {
  return Array.isArray(value);
}

function isTensor(value: object): value is Tensor {
  return "values" in value && typeof value.values === "function";
}
