/** The scoring worker: offers scoring/ and the readouts to the page. It only wires ONNX Runtime's build to lab/products.ts. */
import wasmGlue from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { runtimeProducts } from "../src/lab/products.ts";
import { serve } from "../src/lab/rpc.ts";
import { scoringApi } from "../src/lab/scoring-api.ts";

const absolute = (url: string): string => new URL(url, self.location.href).href;

serve(
  scoringApi(
    runtimeProducts(async () => {
      const ort = await import("onnxruntime-web/wasm");
      ort.env.wasm.wasmPaths = { mjs: absolute(wasmGlue), wasm: absolute(wasm) };
      ort.env.wasm.numThreads = Math.min(4, navigator.hardwareConcurrency);
      ort.env.logLevel = "error";
      return ort;
    }),
  ),
);
