/** The checkpoints that the libraries themselves made, with what they read back: reference/checkpoints.py. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Checkpoint, PlainValue, TensorFacts } from "./checkpoint.ts";
import { openCheckpoint } from "./open.ts";

export interface Golden {
  readonly container: Checkpoint["container"];
  readonly values: Readonly<Record<string, PlainValue>> | null;
  /** `sha256`: of the values as float32 in C order; null where the numbers are not real ones. */
  readonly tensors: Readonly<Record<string, Omit<TensorFacts, "name"> & { readonly sha256: string | null }>>;
}

const FOLDER = new URL("golden/", import.meta.url);

export const GOLDEN: Readonly<Record<string, Golden>> = JSON.parse(
  readFileSync(new URL("expected.json", FOLDER), "utf8"),
);

/** The file's bytes, alone in their buffer. */
export function goldenBytes(name: string): Uint8Array<ArrayBuffer> {
  const bytes = readFileSync(new URL(name, FOLDER));
  return new Uint8Array(name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

export function open(bytes: Uint8Array<ArrayBuffer>, name = "some.file"): Promise<Checkpoint> {
  return openCheckpoint(new Blob([bytes]), name);
}
