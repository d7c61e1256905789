/**
 * What the subject worker does, as plain functions: pictures → tensor, tensor → activations.
 *
 * workers/subject.worker.ts offers this to the page. The two halves may run in two instances of the worker, so that the
 * next batch is prepared while one is inferred; a session stays in the instance that opened it.
 */
import { type FileHashes, hashFile } from "../assembly/file-hashes.ts";
import { GapscopeError } from "../faults/faults.ts";
import { assemble, identify, layersOf, type NetworkFile } from "../models/assemble.ts";
import type { InputSpec, ModelCard } from "../models/card.ts";
import { PANEL } from "../models/panel.ts";
import {
  type Backend,
  NetworkSession,
  type Runtime,
  type SessionFacts,
  type SessionOptions,
} from "../models/session.ts";
import { decodeImage } from "../stimuli/decode.ts";
import { placeOnScreen } from "../stimuli/screen.ts";
import { prepare, writeTensor } from "../stimuli/tensor.ts";
import type { Screen } from "../subject/network.ts";
import { adapterApi } from "./adapter-api.ts";
import { handOver } from "./rpc.ts";

export interface PictureRequest {
  readonly file: string;
  readonly bytes: Blob;
  readonly screen: Screen;
}

export type SubjectApi = ReturnType<typeof subjectApi>;

/** `load` gives the runtime for a backend, configured with `threads`. */
export function subjectApi(load: (backend: Backend, threads: number) => Promise<Runtime>) {
  let session: NetworkSession | undefined;
  return {
    /** The tensor of these pictures as the network sees them: pictures × 3 × H × W floats. */
    async prepare(pictures: readonly PictureRequest[], input: InputSpec): Promise<Float32Array> {
      const [height, width] = input.size;
      const pixels = 3 * height * width;
      const tensor = new Float32Array(pictures.length * pixels);
      for (const [i, { file, bytes, screen }] of pictures.entries()) {
        try {
          const decoded = await decodeImage(new Uint8Array(await bytes.arrayBuffer()));
          const shown = screen === null ? decoded : await placeOnScreen(decoded, screen.source, screen.target);
          writeTensor(prepare(shown, input), input, tensor, i * pixels);
        } catch (error) {
          throw new GapscopeError(
            "inference-failed",
            `${file} could not be shown: ${GapscopeError.from(error).message}`,
            { cause: error, stage: `preparing ${file}` },
          );
        }
      }
      return handOver(tensor, [tensor.buffer]);
    },

    ...adapterApi,

    /** Identifiers of the panel's models whose weights this file holds. */
    identify(file: NetworkFile): Promise<string[]> {
      return identify(file, PANEL);
    },

    /** The layers of a network that are worth scoring, in its order. */
    layers(card: ModelCard, files: readonly NetworkFile[]): Promise<string[]> {
      return layersOf(card, files);
    },

    /** Hashes of a file; `onProgress` counts bytes. */
    hash(file: Blob, onProgress: (done: number) => void): Promise<FileHashes> {
      return hashFile(file, onProgress);
    },

    async open(card: ModelCard, files: readonly NetworkFile[], options: SessionOptions): Promise<SessionFacts> {
      await session?.release();
      session = undefined;
      const network = await assemble(card, files, options.taps);
      session = await NetworkSession.open(await load(options.backend, options.threads), network, options);
      return session.facts;
    },

    /** Activations per tap, `count` × features each. */
    async infer(tensor: Float32Array, count: number): Promise<Float32Array[]> {
      if (session === undefined) throw new GapscopeError("internal", "infer before open");
      const taps = await session.run(tensor, count);
      return handOver(
        taps,
        taps.map((values) => values.buffer),
      );
    },
  };
}
