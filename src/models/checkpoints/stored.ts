/**
 * From where tensors lie to a checkpoint: checks every claim against the bytes there are, and reads values by strides.
 *
 * The readers of containers end here; nothing here knows one container from another.
 */
import type { Checkpoint, PlainValue, TensorDtype, TensorFacts } from "./checkpoint.ts";
import { NUMBERS } from "./numbers.ts";
import { damaged, refusal } from "./refusal.ts";
import type { Region } from "./region.ts";

export interface StoredTensor extends TensorFacts {
  /** How its numbers are stored, where that is not `dtype`: MATLAB stores doubles as bytes where they fit. */
  readonly storedAs?: TensorDtype;
  /** The container's own word for the dtype, for sentences. */
  readonly found: string;
  /** In numbers, like `offset`; C order where left out. */
  readonly strides?: readonly number[];
  /** Of the tensor's first number in `region`. */
  readonly offset: number;
  readonly region: Region;
}

/** A tensor above this is none of a network's weights (the largest of the panel's are 151 MB), and would end the page. */
const MAX_TENSOR_BYTES = 2 ** 30;
export const MAX_RANK = 32;

/** Throws `subject-refused` where a tensor does not fit its bytes, two have one name, or there is none. */
export function checkpointOf(
  file: { readonly name: string; readonly bytes: number },
  container: Checkpoint["container"],
  stored: readonly StoredTensor[],
  values?: ReadonlyMap<string, PlainValue>,
): Checkpoint {
  const byName = new Map<string, StoredTensor>();
  const tensors = new Map<string, TensorFacts>();
  for (const tensor of stored) {
    const { name, dtype, shape } = tensor;
    if (byName.has(name)) throw damaged(file.name, "The file has two tensors of this name.", { field: name });
    check(tensor, file);
    byName.set(name, tensor);
    tensors.set(name, { name, dtype, shape });
  }
  if (tensors.size === 0) {
    throw refusal(file.name, {
      code: "not-a-checkpoint",
      message: "The file holds no named tensors.",
      remedy: "Save a dictionary of tensors: in PyTorch model.state_dict(), not the model itself.",
    });
  }
  const known = (name: string): StoredTensor => {
    const tensor = byName.get(name);
    if (tensor !== undefined) return tensor;
    throw refusal(file.name, {
      code: "no-such-tensor",
      field: name,
      message: "The checkpoint has no tensor of this name.",
      expected: `one of its ${tensors.size} tensors, such as ${[...tensors.keys()].slice(0, 3).join(", ")}`,
    });
  };
  return {
    file: file.name,
    container,
    tensors,
    ...(values === undefined ? {} : { values }),
    read: async (name) => readTensor(known(name)),
    slice: async (name) => sliceTensor(known(name)),
  };
}

function check(tensor: StoredTensor, file: { readonly name: string; readonly bytes: number }): void {
  const { shape, offset, region } = tensor;
  const strides = tensor.strides ?? cOrder(shape);
  const sound = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
  if (shape.length > MAX_RANK || strides.length !== shape.length || ![...shape, offset].every(sound)) {
    throw misshapen(file.name, tensor, "The tensor's shape is impossible.");
  }
  const encoding = encodingOf(tensor);
  if (encoding === undefined || shape.includes(0)) return;
  if (!strides.every(sound))
    throw misshapen(file.name, tensor, "The tensor's strides are impossible.", "strides from 0");
  const end = (offset + span(shape, strides)) * encoding.bytes;
  if (end > region.size) {
    const message = "The tensor reaches beyond the numbers that are stored for it.";
    throw misshapen(file.name, tensor, message, `at most ${region.size} bytes, not ${end}`);
  }
  // Strides of 0 repeat numbers: a handful of bytes may claim any size.
  if (numel(shape) > Math.max(file.bytes, region.size)) {
    const message = "The tensor repeats its numbers to more than the whole file has bytes.";
    throw misshapen(file.name, tensor, message, `at most ${file.bytes} numbers`);
  }
}

async function readTensor(tensor: StoredTensor): Promise<Float32Array<ArrayBuffer>> {
  const { name, shape, region, found } = tensor;
  const encoding = encodingOf(tensor);
  if (encoding === undefined) {
    throw refusal(region.file, {
      code: "tensor-dtype",
      field: name,
      message: "The tensor's numbers are of a kind that is not read.",
      value: found,
      expected: `one of ${Object.keys(NUMBERS).join(", ")}`,
    });
  }
  if (shape.includes(0)) return new Float32Array(0);
  const strides = tensor.strides ?? cOrder(shape);
  const count = span(shape, strides);
  if (Math.max(count, numel(shape)) * Math.max(encoding.bytes, 4) > MAX_TENSOR_BYTES) {
    throw refusal(region.file, {
      code: "tensor-too-large",
      field: name,
      message: "The tensor is larger than any that is read.",
      value: `[${shape.join(", ")}]`,
      expected: `at most ${MAX_TENSOR_BYTES} bytes`,
    });
  }
  const bytes = await region.read(tensor.offset * encoding.bytes, count * encoding.bytes);
  try {
    const values = encoding.decode(bytes.buffer);
    return isCOrder(shape, strides) ? values : gather(values, shape, strides);
  } catch (thrown) {
    // Out of memory: the file is not to blame, but the model cannot be had.
    const message = "There is not memory enough for the tensor.";
    throw refusal(region.file, { code: "tensor-too-large", field: name, message, remedy: "Close other tabs." }, thrown);
  }
}

/** Where the tensor lies, if it lies there as float32 in C order. */
async function sliceTensor(tensor: StoredTensor): Promise<Blob | undefined> {
  const { dtype, storedAs = dtype, shape, strides, offset, region } = tensor;
  if (dtype !== "float32" || storedAs !== "float32" || !isCOrder(shape, strides ?? cOrder(shape))) return undefined;
  return region.slice(4 * offset, 4 * numel(shape));
}

/** The numbers at every index in C order. */
function gather(
  values: Float32Array<ArrayBuffer>,
  shape: readonly number[],
  strides: readonly number[],
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(numel(shape));
  const last = shape.length - 1;
  const inner = shape[last] ?? 1;
  const step = strides[last] ?? 1;
  const index = shape.map(() => 0);
  let from = 0;
  for (let at = 0; at < out.length; at += inner) {
    for (let i = 0; i < inner; i++) out[at + i] = values[from + i * step] ?? Number.NaN;
    for (let axis = last - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      const next = (index[axis] ?? 0) + 1;
      from += strides[axis] ?? 0;
      if (next < size) {
        index[axis] = next;
        break;
      }
      from -= (strides[axis] ?? 0) * size;
      index[axis] = 0;
    }
  }
  return out;
}

function encodingOf(tensor: StoredTensor): (typeof NUMBERS)[TensorDtype] | undefined {
  const stored = tensor.storedAs ?? tensor.dtype;
  return tensor.dtype === "other" || stored === "other" ? undefined : NUMBERS[stored];
}

/** From the first number of a tensor that has some to behind its last. */
function span(shape: readonly number[], strides: readonly number[]): number {
  return 1 + shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), 0);
}

export function numel(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function cOrder(shape: readonly number[]): number[] {
  return fortranOrder(shape.toReversed()).reverse();
}

/** MATLAB's order: the first index runs fastest. */
export function fortranOrder(shape: readonly number[]): number[] {
  let stride = 1;
  return shape.map((size) => {
    const own = stride;
    stride *= size;
    return own;
  });
}

/** The stride of an axis of one index does not matter. */
function isCOrder(shape: readonly number[], strides: readonly number[]): boolean {
  const ordered = cOrder(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === ordered[axis]);
}

function misshapen(
  file: string,
  { name, shape, found }: StoredTensor,
  message: string,
  expected = `at most ${MAX_RANK} axes, none negative`,
): Error {
  return refusal(file, {
    code: "tensor-shape",
    field: name,
    message,
    value: `${found}, [${shape.join(", ")}]`,
    expected,
  });
}
