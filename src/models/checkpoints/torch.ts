/**
 * What PyTorch's pickles mean, for both of its containers: which calls of theirs make tensors, and which dictionaries
 * name them.
 *
 * Calls: torch/_utils.py, `_rebuild_…`; storages: torch/serialization.py, `persistent_id`. Any other call stays opaque
 * and holds no tensor, so a sparse or quantised tensor and a pickled module are as if they were not there.
 */
import type { PlainValue, TensorDtype } from "./checkpoint.ts";
import { PickleCall, PickleGlobal, PickleReference, type PickleValue } from "./pickle.ts";
import { damaged, refusal } from "./refusal.ts";
import type { Region } from "./region.ts";
import { MAX_RANK, type StoredTensor } from "./stored.ts";

/** A run of numbers that tensors are views of. */
export interface Storage {
  readonly key: string;
  readonly found: string;
  readonly dtype: TensorDtype | "other";
  /** Bytes per number. */
  readonly itemBytes: number;
  readonly numel: number;
  /** Where the storage is itself a view of the stored one (PyTorch before 0.4), how many numbers it lies in. */
  readonly viewOffset: number;
}

/** By the name of the class: dtype, and bytes per number. */
const STORAGES: ReadonlyMap<string, readonly [TensorDtype | "other", number]> = new Map([
  ["HalfStorage", ["float16", 2]],
  ["BFloat16Storage", ["bfloat16", 2]],
  ["FloatStorage", ["float32", 4]],
  ["DoubleStorage", ["float64", 8]],
  ["ByteStorage", ["uint8", 1]],
  ["CharStorage", ["int8", 1]],
  ["ShortStorage", ["int16", 2]],
  ["IntStorage", ["int32", 4]],
  ["LongStorage", ["int64", 8]],
  ["BoolStorage", ["bool", 1]],
  ["ComplexFloatStorage", ["other", 8]],
  ["ComplexDoubleStorage", ["other", 16]],
  ["QInt8Storage", ["other", 1]],
  ["QUInt8Storage", ["other", 1]],
  ["QInt32Storage", ["other", 4]],
  ["QUInt4x2Storage", ["other", 1]],
  ["QUInt2x4Storage", ["other", 1]],
  ["UntypedStorage", ["other", 1]], // whose dtype the tensor names itself: float8 and the like
]);

const MAX_DEPTH = 32;
const MAX_ENTRIES = 200_000;
const MAX_NAME = 1024;
/** Of all tensors and values together, in characters: a few long keys, nested, would make gigabytes of names. */
const MAX_NAMES = 16 << 20;

interface TorchContents {
  readonly tensors: readonly StoredTensor[];
  readonly values: ReadonlyMap<string, PlainValue>;
}

/** `("storage", class, key, device, numel[, view])`; undefined for a reference to something else (source code). */
export function storageOf({ id }: PickleReference, file: string): Storage | undefined {
  if (!Array.isArray(id) || id[0] !== "storage") return undefined;
  const [, type, key, , numel, view] = id;
  const found = type instanceof PickleGlobal ? type.name : "no class";
  const known = found.startsWith("torch.") ? STORAGES.get(found.slice(found.lastIndexOf(".") + 1)) : undefined;
  const viewOffset = Array.isArray(view) ? view[1] : 0;
  if (known === undefined) {
    throw refusal(file, {
      code: "checkpoint-pickle",
      message: "The file stores numbers in a kind of storage that is not known.",
      value: found,
      expected: "one of PyTorch's storages, such as torch.FloatStorage",
    });
  }
  if ((typeof key !== "string" && typeof key !== "number") || !isCount(numel) || !isCount(viewOffset)) {
    throw damaged(file, "The file describes one of its storages in a way that PyTorch does not.", { value: found });
  }
  const [dtype, itemBytes] = known;
  return { key: String(key), found, dtype, itemBytes, numel, viewOffset };
}

/** Every tensor that nested dictionaries lead to, by dotted path. The state of optimizers is passed over. */
export function contentsOf(root: PickleValue, file: string, region: (storage: Storage) => Region): TorchContents {
  const tensors: StoredTensor[] = [];
  const values = new Map<string, PlainValue>();
  let spent = 0;
  let named = 0;

  // What one dictionary costs to walk is counted before it is walked: a pickle may name it a million times.
  function spend(entries: number): void {
    spent += entries;
    if (spent <= MAX_ENTRIES) return;
    throw tooIntricate(file);
  }

  function visit(value: PickleValue, name: string, depth: number): void {
    if (depth > MAX_DEPTH || name.length > MAX_NAME) throw tooIntricate(file);
    const tensor = tensorOf(value, name, file, region);
    const entries = tensor === undefined ? entriesOf(value, spend) : undefined;
    if (entries === undefined) {
      named += name.length;
      if (named > MAX_NAMES) throw tooIntricate(file);
      if (name === "") return;
      if (tensor !== undefined) tensors.push(tensor);
      else if (isPlain(value)) values.set(name, value);
      return;
    }
    if (entries.has("state") && entries.has("param_groups")) return; // Optimizer.state_dict()
    for (const [key, entry] of entries) {
      if (typeof key !== "string" && typeof key !== "number") continue;
      visit(entry, name === "" ? String(key) : `${name}.${key}`, depth + 1);
    }
  }

  visit(root, "", 0);
  return { tensors, values };
}

function tensorOf(
  value: PickleValue,
  name: string,
  file: string,
  region: (storage: Storage) => Region,
): StoredTensor | undefined {
  const call = unwrapped(value);
  if (call === undefined) return undefined;
  const [reference, offset, shape, strides] = call;
  const storage = reference instanceof PickleReference ? storageOf(reference, file) : undefined;
  if (storage === undefined || !isCount(offset) || !isCounts(shape) || !isCounts(strides)) {
    throw damaged(file, "The file describes a tensor in a way that PyTorch does not.", { field: name });
  }
  const { dtype, found, viewOffset } = storage;
  return { name, dtype, found, shape, strides, offset: viewOffset + offset, region: region(storage) };
}

/** The arguments of `_rebuild_tensor`, from under a parameter or a tensor with attributes. */
function unwrapped(value: PickleValue, depth = 0): readonly PickleValue[] | undefined {
  if (!(value instanceof PickleCall) || !(value.callable instanceof PickleGlobal)) return undefined;
  const { args } = value;
  if (!Array.isArray(args) || depth > 4) return undefined;
  switch (value.callable.name) {
    case "torch._utils._rebuild_tensor":
    case "torch._utils._rebuild_tensor_v2":
    case "torch._utils._rebuild_tensor_v3":
      return args;
    case "torch._utils._rebuild_parameter":
    case "torch._utils._rebuild_parameter_with_state":
      return unwrapped(args[0] ?? null, depth + 1);
    case "torch._tensor._rebuild_from_type_v2":
      return unwrapped(new PickleCall(args[0] ?? null, args[2] ?? null), depth + 1);
    default:
      return undefined;
  }
}

/** A dictionary's entries, or an OrderedDict's: set on it, or (Python 2) given to it as a list of pairs. */
function entriesOf(
  value: PickleValue,
  spend: (entries: number) => void,
): ReadonlyMap<PickleValue, PickleValue> | undefined {
  if (value instanceof Map) {
    spend(value.size);
    return value;
  }
  if (!(value instanceof PickleCall) || !(value.callable instanceof PickleGlobal)) return undefined;
  if (!["collections.OrderedDict", "collections.defaultdict"].includes(value.callable.name)) return undefined;
  const pairs = Array.isArray(value.args) && Array.isArray(value.args[0]) ? value.args[0] : [];
  spend(pairs.length + value.entries.size);
  const given = pairs.flatMap((pair): [PickleValue, PickleValue][] =>
    Array.isArray(pair) && pair.length === 2 ? [[pair[0] ?? null, pair[1] ?? null]] : [],
  );
  return given.length === 0 ? value.entries : new Map([...given, ...value.entries]);
}

function isPlain(value: PickleValue): value is PlainValue {
  return value === null || ["boolean", "number", "string"].includes(typeof value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MAX_RANK && value.every(isCount);
}

function tooIntricate(file: string): Error {
  return refusal(file, {
    code: "checkpoint-pickle",
    message: "The file's dictionaries are nested deeper, or have more or longer names, than those of any checkpoint.",
    remedy: "Save only the tensors: torch.save(model.state_dict()).",
  });
}
