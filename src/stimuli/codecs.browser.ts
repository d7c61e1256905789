/** Where a page or worker built by Vite finds the decoders: assets of its own origin, fetched when first needed. */
import jpegUrl from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm?url";
import webpUrl from "@jsquash/webp/codec/dec/webp_dec.wasm?url";
import type { CodecLoaders } from "./codecs.ts";

/** Not compileStreaming: it needs the server to send `application/wasm`, which static hosts do not always do. */
async function compiled(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} could not be loaded (HTTP ${response.status})`);
  return WebAssembly.compile(await response.arrayBuffer());
}

export const browserCodecs: CodecLoaders = { jpeg: () => compiled(jpegUrl), webp: () => compiled(webpUrl) };
