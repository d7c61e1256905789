/**
 * The subject worker: stimuli → activations. It only wires ONNX Runtime's builds to what lab/subject-api.ts does.
 *
 * WebGPU runs in the JSPI build, wasm in the plain one: both are below the 25 MiB a file that common static hosts allow,
 * and the asyncify build is not. Glue and wasm are files of this origin; nothing comes from a CDN.
 */
import jspiGlue from "onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url";
import jspiWasm from "onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url";
import wasmGlue from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { serve } from "../src/lab/rpc.ts";
import { subjectApi } from "../src/lab/subject-api.ts";
import { browserCodecs } from "../src/stimuli/codecs.browser.ts";
import { provideCodecs } from "../src/stimuli/codecs.ts";

const absolute = (url: string): string => new URL(url, self.location.href).href;

provideCodecs(browserCodecs);
serve(
  subjectApi(async (backend, threads) => {
    const ort = backend === "webgpu" ? await import("onnxruntime-web/jspi") : await import("onnxruntime-web/wasm");
    const [mjs, file] = backend === "webgpu" ? [jspiGlue, jspiWasm] : [wasmGlue, wasm];
    ort.env.wasm.wasmPaths = { mjs: absolute(mjs), wasm: absolute(file) };
    ort.env.wasm.numThreads = threads;
    ort.env.logLevel = "error";
    return ort;
  }),
);
