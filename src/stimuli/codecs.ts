/**
 * The two WebAssembly decoders: MozJPEG for JPEG, libwebp for WebP (@jsquash). They start when the first such file turns
 * up, and their pixels were found equal to Pillow's (golden/decode.json).
 *
 * This file does not know where the .wasm files lie: whoever owns the thread says so once with `provideCodecs`
 * (codecs.browser.ts for pages and workers built by Vite, codecs.node.ts for tests). A canvas could decode too, but
 * fingerprinting protection adds noise to what is read back from it.
 */
import decodeWithMozJpeg, { init as initMozJpeg } from "@jsquash/jpeg/decode.js";
import decodeWithLibwebp, { init as initLibwebp } from "@jsquash/webp/decode.js";
import { GapscopeError } from "../faults/faults.ts";

export type CodecName = "jpeg" | "webp";
/** How to come by each decoder's compiled module. A loader that fails is asked again for the next file. */
export type CodecLoaders = Readonly<Record<CodecName, () => Promise<WebAssembly.Module>>>;

interface Codec {
  readonly init: (options: CodecOptions) => Promise<void>;
  readonly decode: (
    bytes: ArrayBuffer,
  ) => Promise<{ readonly width: number; readonly height: number; readonly data: ArrayLike<number> }>;
}

/** What we set of Emscripten's module options. */
interface CodecOptions {
  readonly instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ) => WebAssembly.Exports;
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
}

const CODECS: Readonly<Record<CodecName, Codec>> = {
  jpeg: { init: initMozJpeg, decode: decodeWithMozJpeg },
  webp: { init: initLibwebp, decode: decodeWithLibwebp },
};

let loaders: CodecLoaders | undefined;
const started = new Map<CodecName, Promise<void>>();
/** What the decoder printed since the last file: libjpeg's warnings, which alone do not make it fail. */
let complaints: string[] = [];
/** Warnings that mean lost pixels. Stray bytes between segments are not among them. */
const DAMAGE = /^Corrupt JPEG data: (?!\d+ extraneous)|^Premature end of JPEG/;

export function provideCodecs(given: CodecLoaders): void {
  loaders = given;
}

/** height × width × 3, alpha dropped. Throws what the decoder said, as an Error. */
export async function decodeWith(
  name: CodecName,
  bytes: Uint8Array,
  width: number,
  height: number,
): Promise<Uint8Array> {
  let starting = started.get(name);
  if (starting === undefined) {
    starting = start(name);
    started.set(name, starting);
    // A failed start is forgotten, so that the next file tries again.
    starting.catch(() => started.delete(name));
  }
  await starting;
  complaints = [];
  let image: Awaited<ReturnType<Codec["decode"]>>;
  try {
    image = await CODECS[name].decode(bytes.slice().buffer);
  } catch (error) {
    // After a fault inside WebAssembly the decoder's memory is not to be trusted: the next file gets a fresh one.
    started.delete(name);
    throw new Error(complaints.at(-1) ?? (error instanceof Error ? error.message : String(error)), { cause: error });
  }
  const damage = complaints.find((line) => DAMAGE.test(line));
  if (damage !== undefined) throw new Error(damage);
  if (image.width !== width || image.height !== height) {
    throw new Error(`it decodes to ${image.width} × ${image.height} pixels and its header says ${width} × ${height}`);
  }
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = image.data[from] ?? 0;
    rgb[to + 1] = image.data[from + 1] ?? 0;
    rgb[to + 2] = image.data[from + 2] ?? 0;
  }
  return rgb;
}

async function start(name: CodecName): Promise<void> {
  if (loaders === undefined) throw new GapscopeError("internal", "provideCodecs was not called in this thread.");
  const module = await loaders[name]();
  standInForImageData();
  await CODECS[name].init({
    instantiateWasm: (imports, done) => {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
    print: () => {},
    printErr: (line) => {
      complaints.push(line);
    },
  });
}

/** The decoders hand their pixels over in an ImageData, which Node does not have; a record does as well. */
function standInForImageData(): void {
  if (typeof ImageData !== "undefined") return;
  class PlainImageData {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
    constructor(data: Uint8ClampedArray, width: number, height: number) {
      this.data = data;
      this.width = width;
      this.height = height;
    }
  }
  Object.defineProperty(globalThis, "ImageData", { value: PlainImageData, configurable: true });
}
