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
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "bool";

export interface TensorFacts {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
}

export interface Checkpoint {
  /** For sentences: the file's name. */
  readonly file: string;
  readonly container: "torch-zip" | "torch-legacy" | "safetensors" | "mat" | "tf-bundle";
  /** In the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorFacts>;
  /**
   * The tensor's values in C order as float32, whatever its dtype and strides in the file; only its bytes are read.
   * Throws `subject-refused` where there is no such tensor or its bytes are not all there.
   */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
}
