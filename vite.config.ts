import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/**
 * The build and the server that `npm start` and the command line use.
 *
 * The policies below are what makes "nothing leaves this machine" checkable: the page and its workers may fetch from their
 * own origin only, but for one worker, which may fetch from the hosts of weights only, and runs when a person asks for a
 * download (docs/decisions/0006-downloads.md).
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

/** The policy of the download worker: nothing but the hosts of weights that let pages fetch, redirects included. */
const DOWNLOAD_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src https://huggingface.co https://*.huggingface.co https://*.hf.co",
].join("; ");

/** Where the download worker is built to, apart from the other scripts, so that a rule by path can tell it from them. */
const DOWNLOAD_FOLDER = "download";
const DOWNLOAD_WORKER = "download.worker";

const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/** Policies by path. No two of them match the same file: hosts differ in what they make of that. */
const POLICIES: readonly (readonly [path: string, policy: string])[] = [
  ["/", `${POLICY}; frame-ancestors 'none'`],
  ["/index.html", `${POLICY}; frame-ancestors 'none'`],
  ["/assets/*", `${POLICY}; frame-ancestors 'none'`],
  [`/${DOWNLOAD_FOLDER}/*`, DOWNLOAD_POLICY],
];

function policyOf(path: string): string | undefined {
  return POLICIES.find(([rule]) => (rule.endsWith("*") ? path.startsWith(rule.slice(0, -1)) : path === rule))?.[1];
}

/**
 * The policy as a meta element (built pages only: the development server injects inline scripts), as `_headers`, and by
 * the server of the built page.
 */
function policy(): Plugin {
  return {
    name: "gapscope-policy",
    transformIndexHtml: {
      handler: (_, { server }) =>
        server === undefined
          ? [
              {
                tag: "meta",
                attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
                injectTo: "head-prepend",
              },
            ]
          : [],
    },
    generateBundle() {
      const rules = [
        ["/*", ...Object.entries(HEADERS).map(([name, value]) => `  ${name}: ${value}`)],
        ...POLICIES.map(([path, policy]) => [path, `  Content-Security-Policy: ${policy}`]),
      ];
      this.emitFile({ type: "asset", fileName: "_headers", source: `${rules.flat().join("\n")}\n` });
    },
    configurePreviewServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const policy = policyOf(new URL(request.url ?? "/", "http://localhost").pathname);
        if (policy !== undefined) response.setHeader("Content-Security-Policy", policy);
        next();
      });
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
  worker: {
    format: "es",
    rolldownOptions: {
      output: {
        entryFileNames: ({ name }) => `${name === DOWNLOAD_WORKER ? DOWNLOAD_FOLDER : "assets"}/[name]-[hash].js`,
      },
    },
  },
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  server: { headers: HEADERS },
  preview: { headers: HEADERS, host: "127.0.0.1" },
});
