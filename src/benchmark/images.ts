/**
 * The pictures that stimulus tables name: hashed, inspected and decoded once each.
 *
 * Decoding is the only honest proof that a picture can be decoded, so every one is; the decoded pixels are dropped at
 * once. Files of identical bytes are decoded once.
 */

import { sha256 } from "../assembly/digest.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { DecodedImage, ImageHeader } from "../stimuli/image.ts";
import type { Archive } from "./archive.ts";
import type { Stimulus } from "./benchmark.ts";
import { clip, type Findings } from "./findings.ts";

export interface Decoders {
  /** Reads a picture's header. Both throw a GapscopeError whose first fault says what is wrong. */
  readonly inspect: (bytes: Uint8Array) => ImageHeader;
  readonly decode: (bytes: Uint8Array) => Promise<DecodedImage>;
}

/** All of a stimulus but its id. */
export type Picture = Omit<Stimulus, "id">;

export interface ReadingOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
}

/**
 * Reads the pictures of `wanted` (path in the zip → the id of the first stimulus that shows it). Those with a fault
 * are not in the result; `empty-image`, what the decoders say, and what the archive says go to `findings`.
 * Throws `cancelled`.
 */
export async function readPictures(
  wanted: ReadonlyMap<string, string>,
  archive: Archive,
  { inspect, decode }: Decoders,
  findings: Findings,
  { signal, onProgress }: ReadingOptions,
): Promise<ReadonlyMap<string, Picture>> {
  const pictures = new Map<string, Picture>();
  const byHash = new Map<string, Picture>();
  let done = 0;
  for (const [file, stimulus] of wanted) {
    if (signal?.aborted) throw GapscopeError.cancelled();
    onProgress?.(done, wanted.size, file);
    done += 1;
    try {
      const bytes = await archive.read(file, signal === undefined ? {} : { signal });
      if (bytes.length === 0) {
        findings.add({
          code: "empty-image",
          file,
          message: `Stimulus “${clip(stimulus)}”: the picture is an empty file (0 bytes).`,
          remedy: "Put the picture into the zip again.",
        });
        continue;
      }
      const hash = await sha256(bytes);
      const twin = byHash.get(hash);
      if (twin !== undefined) {
        pictures.set(file, { ...twin, file });
        continue;
      }
      const { format, mode, width, height } = await prove(() => inspect(bytes));
      await prove(() => decode(bytes));
      const picture = { file, format, mode, width, height, sha256: hash, bytes: new Blob([bytes]) };
      byHash.set(hash, picture);
      pictures.set(file, picture);
    } catch (thrown) {
      report(thrown, file, stimulus, findings);
    }
  }
  onProgress?.(wanted.size, wanted.size, "");
  return pictures;
}

/** What a decoder throws in words of its own is a fault of the picture too: a decoder meets files that nobody foresaw. */
async function prove<Result>(look: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof GapscopeError) throw error;
    const message = `The picture cannot be decoded: ${clip(error instanceof Error ? error.message : String(error))}`;
    const remedy = "Open it in another program and save it again.";
    throw new GapscopeError("package-refused", message, { faults: [{ code: "undecodable-image", message, remedy }] });
  }
}

/** The fault of a picture, with its file and stimulus. A cancellation or a defect of ours goes on. */
function report(thrown: unknown, file: string, stimulus: string, findings: Findings): void {
  if (!(thrown instanceof GapscopeError) || thrown.faults.length === 0) throw thrown;
  for (const fault of thrown.faults) {
    findings.add({ ...fault, file, message: `Stimulus “${clip(stimulus)}”: ${fault.message}` });
  }
}
