/** The built page: built when it is missing or older than its sources, and served on a free loopback port. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, preview } from "vite";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const SOURCES = [
  ...["src", "workers", "public", "docs", "index.html", "vite.config.ts", "package.json", "LICENSE"],
  ...["documents", "hosting", "licences", "seal"].map((name) => `cli/${name}.ts`),
];

/** Milliseconds of the newest file at or below `path`. */
function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Builds `dist/` unless it is up to date. Progress goes to standard error. */
export async function ensureBuilt(): Promise<void> {
  const index = join(ROOT, "dist", "index.html");
  if (existsSync(index) && statSync(index).mtimeMs > Math.max(...SOURCES.map((name) => newest(join(ROOT, name)))))
    return;
  process.stderr.write("Building the page …\n");
  await build({ root: ROOT, configFile: join(ROOT, "vite.config.ts"), logLevel: "warn" });
}

/** The built script of a worker, by the worker's name; a path from the site's address on. */
export function workerPath(name: string): string {
  const script = readdirSync(join(ROOT, "dist", "assets")).find((file) => file.startsWith(`${name}.worker-`));
  if (script === undefined) throw new Error(`dist/assets has no script of the ${name} worker`);
  return `assets/${script}`;
}

export interface Site {
  readonly port: number;
  readonly address: string;
  close(): Promise<void>;
}

/** Serves `dist/` with the headers it is meant to have. `port` 0 takes a free one. */
export async function serveSite(port = 0): Promise<Site> {
  const server = await preview({
    root: ROOT,
    configFile: join(ROOT, "vite.config.ts"),
    logLevel: "warn",
    preview: { port: port === 0 ? await freePort() : port, strictPort: port === 0 },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { port: address.port, address: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no free port")),
      );
    });
  });
}
