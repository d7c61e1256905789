import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { documents } from "./cli/documents.ts";
import { DOWNLOAD_FOLDER, HEADERS, POLICY, policyOf } from "./cli/hosting.ts";
import { licencesText } from "./cli/licences.ts";
import { seal } from "./cli/seal.ts";

/** The build and the server that `npm start` and the command line use. What is served with what: cli/hosting.ts. */

/** The worker that cli/hosting.ts has a policy of its own for. */
const DOWNLOAD_WORKER = "download.worker";

/**
 * The policy as a meta element (built pages only: the development server injects inline scripts) and by the server of the
 * built page; the licences and the documents as files; at the end the service worker and what hosts read.
 */
function site(): Plugin {
  return {
    name: "gapscope-site",
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
      const files = [
        ["licences.txt", licencesText(import.meta.dirname)],
        ...documents(join(import.meta.dirname, "docs")),
      ] as const;
      for (const [fileName, source] of files) this.emitFile({ type: "asset", fileName, source });
    },
    writeBundle: {
      order: "post",
      sequential: true,
      async handler({ dir }) {
        if (dir !== undefined) await seal(dir);
      },
    },
    configurePreviewServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const path = new URL(request.url ?? "/", "http://localhost").pathname.slice(1);
        const policy = policyOf(path);
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
  plugins: [react(), site()],
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
