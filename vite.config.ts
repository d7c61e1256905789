import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/**
 * The build and the server that `npm start` and the command line use.
 *
 * The policy below is what makes "nothing leaves this machine" checkable: the page may fetch from its own origin only.
 * `wasm-unsafe-eval` compiles ONNX Runtime's wasm; no script is ever evaluated from text. Isolation gives wasm its
 * threads. Hosts that cannot set headers still get the policy from the page itself.
 */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "style-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Content-Security-Policy": `${POLICY}; frame-ancestors 'none'`,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/** The policy as a meta element (built pages only: the development server injects inline scripts), and as `_headers`. */
function policy(): Plugin {
  return {
    name: "gapscope-policy",
    apply: "build",
    transformIndexHtml: () => [
      { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: POLICY }, injectTo: "head-prepend" },
    ],
    generateBundle() {
      const lines = Object.entries(HEADERS).map(([name, value]) => `  ${name}: ${value}`);
      this.emitFile({ type: "asset", fileName: "_headers", source: ["/*", ...lines, ""].join("\n") });
    },
  };
}

// ONNX Runtime's glue is loaded as a file of this origin, so that its threads can start from it (workers/subject.worker.ts).
const conditions = ["onnxruntime-web-use-extern-wasm", "module", "browser", "development|production"];

export default defineConfig({
  base: "./",
  appType: "mpa",
  plugins: [react(), policy()],
  resolve: { conditions },
  worker: { format: "es" },
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  server: {
    headers: Object.fromEntries(Object.entries(HEADERS).filter(([name]) => name !== "Content-Security-Policy")),
  },
  preview: { headers: HEADERS, host: "127.0.0.1" },
});
