/** For tests: the decoders from node_modules. No product code imports this file. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { CodecLoaders } from "./codecs.ts";

const { resolve } = createRequire(import.meta.url);

export const nodeCodecs: CodecLoaders = {
  jpeg: async () => WebAssembly.compile(await readFile(resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"))),
  webp: async () => WebAssembly.compile(await readFile(resolve("@jsquash/webp/codec/dec/webp_dec.wasm"))),
};
