/** A web server as plain as they come: files of a folder below a path, with types and, if asked, a host's headers. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

export interface HostOptions {
  /** Begins and ends with a slash. */
  readonly base?: string;
  /** Headers of a file, by its path from the folder on; none without. */
  readonly headers?: (path: string) => Readonly<Record<string, string>>;
}

export class StaticHost {
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #base: string;
  readonly #headers: (path: string) => Readonly<Record<string, string>>;

  private constructor(
    /** May be changed: another version is served from then on. */
    public folder: string,
    { base = "/", headers = () => ({}) }: HostOptions,
  ) {
    this.#base = base;
    this.#headers = headers;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Serves `folder` on a free port. */
  static async open(folder: string, options: HostOptions = {}): Promise<StaticHost> {
    const host = new StaticHost(folder, options);
    await new Promise<void>((resolve) => host.#server.listen(0, "127.0.0.1", resolve));
    return host;
  }

  get origin(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the host is closed");
    return `http://127.0.0.1:${address.port}`;
  }

  get address(): string {
    return `${this.origin}${this.#base}`;
  }

  /** Refuses every connection from now on, those that are open too. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #answer({ url = "/" }: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(new URL(url, "http://host").pathname);
    this.asked.push(path);
    const below = path.startsWith(this.#base) ? normalize(path.slice(this.#base.length)) : "..";
    const name = below === "" || below === "." ? "index.html" : below;
    try {
      if (name.startsWith("..")) throw new Error("outside");
      const content = readFileSync(join(this.folder, name));
      response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "", ...this.#headers(below) });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  }
}
