/**
 * The end of a build: lists every file with its hash, makes the service worker that knows the list, and writes what hosts
 * read. After this nothing of the folder may change, or the service worker takes it for another version's.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { Site, SiteFile } from "../src/lab/offline-api.ts";
import { HEADERS, hostFiles, OFFLINE_SCRIPT, policyOf, policyRules, WEIGHT_HOSTS } from "./hosting.ts";

const WORKER = join(dirname(fileURLToPath(import.meta.url)), "../workers/offline.worker.ts");

/** Bytes above which a file is kept after the page has opened and not before: ONNX Runtime's wasm, HDF5. */
const LARGE = 1 << 20;
/** Only where there is a GPU: the build of ONNX Runtime that has WebGPU (docs/decisions/0003-backends.md). */
const GPU = /\.jspi/;

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".onnx": "application/octet-stream",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".zip": "application/zip",
};

/** Seals the built site in `folder`. `weightHosts` is what its download worker may talk to. */
export async function seal(folder: string, weightHosts = WEIGHT_HOSTS): Promise<Site> {
  const rules = policyRules(weightHosts);
  const beside = hostFiles(rules);
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path !== OFFLINE_SCRIPT && !(path in beside) && statSync(join(folder, path)).isFile())
    .sort();
  const files = paths.map((path): SiteFile => {
    const content = readFileSync(join(folder, path));
    const type = TYPES[extname(path)];
    if (type === undefined) throw new Error(`${path} is of no kind that the site has so far: name its type in seal.ts`);
    const policy = policyOf(path, rules);
    return {
      path,
      type,
      bytes: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
      ...(policy === undefined ? {} : { policy }),
      when: content.length <= LARGE ? "install" : GPU.test(path) ? "gpu" : "soon",
    };
  });
  const version = createHash("sha256")
    .update(JSON.stringify([HEADERS, files]))
    .digest("hex")
    .slice(0, 16);
  const site: Site = { version, headers: HEADERS, files };
  writeFileSync(join(folder, OFFLINE_SCRIPT), await workerFor(site));
  for (const [name, text] of Object.entries(beside)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return site;
}

/** The service worker as one plain script: not every browser starts one from modules. */
async function workerFor(site: Site): Promise<string> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    define: { SITE: JSON.stringify(site) },
    build: {
      write: false,
      target: "es2023",
      reportCompressedSize: false,
      rolldownOptions: { input: WORKER, output: { format: "iife" } },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  const script = output !== undefined && "output" in output ? output.output[0] : undefined;
  if (script === undefined) throw new Error("the service worker was not built");
  return script.code;
}
