/**
 * A checkpoint: where each tensor of a file lies, and its values when they are asked for.
 *
 * The readers beside this file (one per container) find tensors without reading them; a tensor is then read by a slice
 * of the file. Nothing in a checkpoint is executed, and nothing is trusted: a length that does not fit the file, a dtype
 * that was not expected or a shape that is not the architecture's is an error that names file and tensor.
 */

/** Numbers as the containers name them; all little-endian. */
export type TensorDtype =
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "bool";

export interface TensorFacts {
  readonly name: string;
  /** `other`: complex, quantised, text. Such a tensor is listed, and refused (`tensor-dtype`) when it is read. */
  readonly dtype: TensorDtype | "other";
  readonly shape: readonly number[];
}

export interface Checkpoint {
  /** For sentences: the file's name. */
  readonly file: string;
  readonly container: "torch-zip" | "torch-legacy" | "safetensors" | "mat" | "tf-bundle";
  /**
   * In the order of the file. Names are the file's own: nested dictionaries join their keys with dots
   * (`state_dict.module.conv1.weight`), MATLAB's cells have indices (`patches[0]`).
   */
  readonly tensors: ReadonlyMap<string, TensorFacts>;
  /** What else a PyTorch file's dictionaries or a safetensors file's metadata say, e.g. `flags.k_exc`: 25. */
  readonly values?: ReadonlyMap<string, PlainValue>;
  /**
   * The tensor's values in C order as float32, whatever its dtype and strides in the file: what float32 cannot hold is
   * rounded, and becomes infinite beyond its range. Only the tensor's span of the file is read. Throws `subject-refused`
   * where there is no such tensor, it is not of real numbers, or its bytes are not all there.
   */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
  /**
   * The same values where they lie in the file, if they lie there as float32 in C order: nothing is read but what a
   * checksum asks for. Throws as `read`.
   */
  slice(name: string): Promise<Blob | undefined>;
}

export type PlainValue = string | number | boolean | null;
