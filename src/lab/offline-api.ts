/**
 * The page without a network: which files are kept, and with which headers they are given out.
 *
 * This is what the service worker does, as plain functions; workers/offline.worker.ts wires them to its events, and
 * src/app/offline.ts is the page's side. It is not a cache of whatever was fetched: the build lists every file with its
 * hash (cli/seal.ts), files are kept under their hashes, and what the host gives is taken only if it has the hash that the
 * list says. So a version reads its own files or none, whatever the host has been given in the meantime, and a new
 * version fetches only what changed.
 *
 * Every answer has the headers that the list says (cli/hosting.ts), whether the host can send them or not: isolation, which
 * gives wasm its threads, and the policies of the page and of each worker.
 */
import { GapscopeError } from "../faults/faults.ts";

export interface SiteFile {
  /** Relative to the folder that the site lies in, without a leading slash. */
  readonly path: string;
  /** The MIME type; hosts know some of them wrong, `.mjs` and `.wasm` for two. */
  readonly type: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Its Content-Security-Policy; absent for what is neither page nor script. */
  readonly policy?: string;
  /**
   * When it is kept: `install`, before this version answers anything; `soon`, large, once the page has opened; `gpu`, the
   * same, but only where there is a GPU to use it. All are kept when they are first used.
   */
  readonly when: "install" | "soon" | "gpu";
}

/** One version of the site. */
export interface Site {
  /** Over every file and header: two builds of the same have the same. */
  readonly version: string;
  /** Headers of every answer, beside its policy and type. */
  readonly headers: Readonly<Record<string, string>>;
  readonly files: readonly SiteFile[];
}

export interface OfflineSurroundings {
  /** The address of the folder that the site lies in, with its last slash. */
  readonly scope: string;
  readonly fetch: (address: string, options: RequestInit) => Promise<Response>;
  readonly cache: () => Promise<Pick<Cache, "match" | "put" | "keys" | "delete">>;
}

export interface OfflineState {
  readonly version: string;
  /** Bytes that are kept. */
  readonly kept: number;
  readonly missing: readonly Pick<SiteFile, "path" | "bytes" | "when">[];
}

/** What the page may ask of the service worker; the answer comes through the port that the question brings. */
export type OfflineQuestion =
  /** Answered with an OfflineState. */
  | { readonly ask: "state" }
  /** To answer this page, which was loaded without it, if it is of this version: `script` is its main script's address. Answered with a boolean. */
  | { readonly ask: "claim"; readonly script: string }
  /** To replace the version before. Answered with how many other pages are open, and done where there are none. */
  | { readonly ask: "take over" };

type Asked = Pick<Request, "url" | "method" | "mode">;

export type OfflineSite = ReturnType<typeof offlineSite>;

export function offlineSite(site: Site, { scope, fetch, cache }: OfflineSurroundings) {
  const byPath = new Map(site.files.map((file) => [file.path, file]));
  const keyOf = ({ sha256 }: Pick<SiteFile, "sha256">): string => `${scope}kept/${sha256}`;
  const onTheirWay = new Map<string, Promise<ArrayBuffer>>();

  /** The file that an address stands for; `guide` stands for `guide.html`, which some hosts redirect to it. */
  function fileAt(address: string): SiteFile | undefined {
    const { origin, pathname } = new URL(address);
    if (!`${origin}${pathname}`.startsWith(scope)) return undefined;
    const path = decodeURIComponent(`${origin}${pathname}`.slice(scope.length));
    return byPath.get(path === "" ? "index.html" : path) ?? byPath.get(`${path}.html`);
  }

  /** Fetches a file and keeps it. Throws where the host has none or another. Several who want it share one request. */
  function bring(file: SiteFile): Promise<ArrayBuffer> {
    const known = onTheirWay.get(file.sha256);
    if (known !== undefined) return known;
    const bringing = fetchFile(file).finally(() => onTheirWay.delete(file.sha256));
    onTheirWay.set(file.sha256, bringing);
    return bringing;
  }

  async function fetchFile(file: SiteFile): Promise<ArrayBuffer> {
    // Some hosts redirect index.html to its folder; none the other way round.
    const address = file.path === "index.html" ? scope : new URL(encodeURI(file.path), scope).href;
    const answer = await fetch(address, { cache: "no-cache" });
    if (!answer.ok) throw new GapscopeError("internal", `The host has no ${file.path} (${answer.status}).`);
    const bytes = await answer.arrayBuffer();
    if ((await sha256Of(bytes)) !== file.sha256) {
      throw new GapscopeError("internal", `The host's ${file.path} is not that of version ${site.version}.`);
    }
    const kept = new Response(bytes, { headers: { "Content-Length": String(bytes.byteLength) } });
    await (await cache()).put(keyOf(file), kept);
    return bytes;
  }

  async function answerWith(file: SiteFile): Promise<Response> {
    const kept = await cache()
      .then((cache) => cache.match(keyOf(file)))
      .catch(() => undefined); // the browser may have cleared it
    const { policy, type } = file;
    return new Response(kept?.body ?? (await bring(file)), {
      headers: {
        ...site.headers,
        "Content-Type": type,
        "Content-Length": String(file.bytes),
        ...(policy === undefined ? {} : { "Content-Security-Policy": policy }),
      },
    });
  }

  /** For an address that is no file of this version: the host's answer, or the way to the page where there is no host. */
  async function answerElse(address: string): Promise<Response> {
    try {
      return await fetch(address, {});
    } catch {
      return Response.redirect(scope);
    }
  }

  async function keptKeys(): Promise<ReadonlySet<string>> {
    const requests = await (await cache()).keys();
    return new Set(requests.map(({ url }) => url));
  }

  return {
    /** Keeps what the page needs to open. Rejects, and leaves the version before in charge, where a file is missing. */
    async install(): Promise<void> {
      const kept = await keptKeys();
      const wanted = site.files.filter((file) => file.when === "install" && !kept.has(keyOf(file)));
      await Promise.all(wanted.map(bring));
    },

    /** Forgets the files of versions before, once no page of theirs is open. */
    async activate(): Promise<void> {
      const mine = new Set(site.files.map(keyOf));
      const old = [...(await keptKeys())].filter((key) => !mine.has(key));
      const kept = await cache();
      await Promise.all(old.map((key) => kept.delete(key)));
    },

    /** The answer to a request; undefined where it is none of ours and the browser should go on by itself. */
    answer({ url, method, mode }: Asked): Promise<Response> | undefined {
      if (method !== "GET" || !url.startsWith(scope)) return undefined;
      const file = fileAt(url);
      if (file !== undefined) return answerWith(file);
      return mode === "navigate" ? answerElse(url) : undefined;
    },

    async state(): Promise<OfflineState> {
      const kept = await keptKeys();
      const has = (file: SiteFile): boolean => kept.has(keyOf(file));
      return {
        version: site.version,
        kept: site.files.filter(has).reduce((sum, { bytes }) => sum + bytes, 0),
        missing: site.files.filter((file) => !has(file)).map(({ path, bytes, when }) => ({ path, bytes, when })),
      };
    },

    /** Whether a script is of this version; its name has its content's hash, and those of all that it loads. */
    owns: (script: string): boolean => fileAt(script) !== undefined,
  };
}

/** The name of the cache: several copies of the page may lie under one origin. */
export const cacheName = (scope: string): string => `gapscope-files ${new URL(scope).pathname}`;

async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What is used of a service worker's scope, which TypeScript's DOM library does not know. */
export interface ServiceWorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: {
      readonly type: "window";
      readonly includeUncontrolled: true;
    }): Promise<readonly { readonly url: string }[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: Lasting) => void): void;
  addEventListener(type: "fetch", listener: (event: Lasting & FetchEventPart) => void): void;
  addEventListener(type: "message", listener: (event: Lasting & MessageEvent<OfflineQuestion>) => void): void;
}
interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEventPart {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

/** Wires `site` to a service worker's events. A version that is installed waits until it is asked to take over. */
export function serveOffline(worker: ServiceWorkerScope, site: OfflineSite): void {
  const { scope } = worker.registration;
  worker.addEventListener("install", (event) => event.waitUntil(site.install()));
  worker.addEventListener("activate", (event) => event.waitUntil(site.activate()));
  worker.addEventListener("fetch", (event) => {
    const answer = site.answer(event.request);
    if (answer !== undefined) event.respondWith(answer);
  });
  worker.addEventListener("message", (event) => {
    const [port] = event.ports;
    event.waitUntil(reply(event.data).then((answer) => port?.postMessage(answer)));
  });

  async function reply(question: OfflineQuestion): Promise<OfflineState | boolean | number> {
    switch (question.ask) {
      case "state":
        return site.state();
      case "claim": {
        const mine = site.owns(question.script);
        if (mine) await worker.clients.claim();
        return mine;
      }
      case "take over": {
        const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
        const others = pages.filter(({ url }) => url.startsWith(scope)).length - 1;
        if (others > 0) return others;
        await worker.skipWaiting();
        return 0;
      }
      default:
        return question satisfies never;
    }
  }
}
