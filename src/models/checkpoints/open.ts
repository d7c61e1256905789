import type { Checkpoint } from "./checkpoint.ts";

export function openCheckpoint(_file: Blob, fileName: string): Promise<Checkpoint> {
  return Promise.reject(new Error(`no reader yet for ${fileName}`));
}
