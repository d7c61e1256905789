import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { offlineSite, type Site, type SiteFile } from "./offline-api.ts";

const SCOPE = "https://example.org/below/";
const POLICY = "default-src 'none'";

/** A host's files by path, and what was asked of it. */
class Host {
  readonly asked: string[] = [];
  up = true;
  constructor(readonly files: Record<string, string>) {}
  readonly fetch = async (address: string): Promise<Response> => {
    this.asked.push(address.slice(SCOPE.length));
    if (!this.up) throw new TypeError("no network");
    const path = decodeURIComponent(address.slice(SCOPE.length));
    const content = this.files[path === "" ? "index.html" : path];
    // A type that is wrong: the list knows better.
    return new Response(content ?? null, {
      status: content === undefined ? 404 : 200,
      headers: { "Content-Type": "text/x-wrong", "X-Host": "hello" },
    });
  };
}

/** What is used of the Cache, in memory. */
function memoryCache() {
  const entries = new Map<string, Response>();
  const cache = {
    match: async (key: RequestInfo | URL) => entries.get(String(key))?.clone(),
    put: async (key: RequestInfo | URL, answer: Response) => void entries.set(String(key), answer),
    keys: async () => [...entries.keys()].map((url) => new Request(url)),
    delete: async (key: RequestInfo | URL) => entries.delete(key instanceof Request ? key.url : String(key)),
  };
  return { entries, open: async () => cache };
}

function siteOf(version: string, files: Record<string, string>, changes: Record<string, Partial<SiteFile>> = {}): Site {
  return {
    version,
    headers: { "Cross-Origin-Embedder-Policy": "require-corp" },
    files: Object.entries(files).map(([path, content]) => ({
      path,
      type: path.endsWith(".html") ? "text/html" : "text/javascript",
      bytes: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
      when: "install",
      ...changes[path],
    })),
  };
}

const FILES = {
  "index.html": "<p>one",
  "assets/a b.js": "let a = 1",
  "docs/guide.html": "<p>guide",
  "big.wasm": "wasm",
};
const CHANGES: Record<string, Partial<SiteFile>> = { "index.html": { policy: POLICY }, "big.wasm": { when: "soon" } };

function setUp(files: Record<string, string> = FILES) {
  const host = new Host({ ...files });
  const cache = memoryCache();
  const site = offlineSite(siteOf("one", FILES, CHANGES), { scope: SCOPE, fetch: host.fetch, cache: cache.open });
  return { host, cache, site };
}

const get = (path: string, mode: RequestMode = "cors") => ({ url: `${SCOPE}${path}`, method: "GET", mode });

describe("the site without a network", () => {
  it("is answered from what was kept at installation, with the list's headers and none of the host's", async () => {
    const { host, site } = setUp();
    await site.install();
    host.up = false;
    const page = await site.answer(get("", "navigate"));
    expect(await page?.text()).toBe("<p>one");
    expect(Object.fromEntries(page?.headers ?? [])).toEqual({
      "content-length": "6",
      "content-security-policy": POLICY,
      "content-type": "text/html",
      "cross-origin-embedder-policy": "require-corp",
    });
    expect(await (await site.answer(get("index.html?from=mail", "navigate")))?.text()).toBe("<p>one");
    const script = await site.answer(get("assets/a%20b.js"));
    expect(await script?.text()).toBe("let a = 1");
    expect(script?.headers.has("content-security-policy")).toBe(false);
    expect(await (await site.answer(get("docs/guide", "navigate")))?.text()).toBe("<p>guide"); // some hosts redirect so
    const elsewhere = await site.answer(get("no/such/page", "navigate"));
    expect([elsewhere?.status, elsewhere?.headers.get("location")]).toEqual([302, SCOPE]);
  });

  it("keeps a large file when it is first used, once for all who want it", async () => {
    const { host, site } = setUp();
    await site.install();
    expect((await site.state()).missing).toEqual([{ path: "big.wasm", bytes: 4, when: "soon" }]);
    host.asked.length = 0;
    const both = await Promise.all([site.answer(get("big.wasm")), site.answer(get("big.wasm"))]);
    expect(await Promise.all(both.map((answer) => answer?.text()))).toEqual(["wasm", "wasm"]);
    expect(host.asked).toEqual(["big.wasm"]);
    expect(await site.state()).toEqual({ version: "one", kept: 6 + 9 + 8 + 4, missing: [] });
    host.up = false;
    expect(await (await site.answer(get("big.wasm")))?.text()).toBe("wasm");
  });

  it("is fetched again where the browser has cleared it", async () => {
    const { cache, site } = setUp();
    await site.install();
    cache.entries.clear();
    expect(await (await site.answer(get("assets/a%20b.js")))?.text()).toBe("let a = 1");
  });

  it("leaves alone what is none of its own", () => {
    const { site } = setUp();
    expect(site.answer({ ...get(""), method: "POST" })).toBeUndefined();
    expect(site.answer({ ...get(""), url: "https://example.org/other/index.html" })).toBeUndefined();
    expect(site.answer({ ...get(""), url: "https://huggingface.co/below/index.html" })).toBeUndefined();
    expect(site.answer(get("not/of/the/site.js"))).toBeUndefined();
    expect(site.owns(`${SCOPE}assets/a%20b.js`)).toBe(true);
    expect(site.owns(`${SCOPE}assets/of-another-version.js`)).toBe(false);
  });
});

describe("two versions", () => {
  it("never mix: a host that has another file, or none, or an error page gives nothing", async () => {
    const { "assets/a b.js": _, ...without } = FILES;
    for (const files of [{ ...FILES, "assets/a b.js": "let a = 2" }, { ...FILES, "index.html": "<p>two" }, without]) {
      const { site } = setUp(files);
      await expect(site.install()).rejects.toThrow(/version one|has no/);
    }
    const { site, cache } = setUp({ ...FILES, "big.wasm": "<p>Not found" });
    await site.install();
    await expect(site.answer(get("big.wasm"))).rejects.toThrow("big.wasm is not that of version one");
    expect(cache.entries.size).toBe(3);
  });

  it("share what did not change, and the old one has all its own until the new one is in charge", async () => {
    const { host, cache, site } = setUp();
    await site.install();
    const files = { "index.html": "<p>two", "assets/a b.js": "let a = 1", "assets/new.js": "let b" };
    Object.assign(host.files, files);
    const next = offlineSite(siteOf("two", files), { scope: SCOPE, fetch: host.fetch, cache: cache.open });
    host.asked.length = 0;
    await next.install();
    expect(host.asked.sort()).toEqual(["", "assets/new.js"]);
    expect(await (await site.answer(get("")))?.text()).toBe("<p>one");
    expect(await (await next.answer(get("")))?.text()).toBe("<p>two");
    await next.activate();
    expect(cache.entries.size).toBe(3);
    host.up = false;
    expect(await (await next.answer(get("assets/a%20b.js")))?.text()).toBe("let a = 1");
    await expect(site.answer(get(""))).rejects.toThrow("no network");
  });
});
