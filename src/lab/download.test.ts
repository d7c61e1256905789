import "fake-indexeddb/auto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import { type DownloadProgress, type DownloadSurroundings, downloadApi } from "./download.ts";
import { type PartStore, partStore } from "./parts.ts";

/** 100,000 bytes that a shift of one byte would change. */
const FILE = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7 + (i >> 8)) % 251);

/** What the host does with the requests of a test, each in its turn; the last one answers all further ones. */
type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answers: Answer[] = [];
let asked: IncomingMessage[] = [];
let server: Server;
let url = "";

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  url = `http://127.0.0.1:${address.port}/weights.pth`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface Host {
  readonly file?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection is cut after so many bytes of this answer. */
  readonly cutAfter?: number;
  readonly ignoresRange?: boolean;
}

/** A host of files that takes ranges, unless told otherwise. */
function host({ file = FILE, headers = { ETag: '"a"' }, cutAfter, ignoresRange = false }: Host = {}): Answer {
  return (request, response) => {
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
    const start = from === undefined || ignoresRange ? 0 : Number(from);
    if (start >= file.length) return void response.writeHead(416).end();
    const range = { "Content-Range": `bytes ${start}-${file.length - 1}/${file.length}` };
    const body = file.subarray(start);
    response.writeHead(start === 0 ? 200 : 206, {
      ...headers,
      ...(start === 0 ? {} : range),
      "Content-Length": body.length,
    });
    if (cutAfter === undefined) return void response.end(body);
    response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 30));
  };
}

/** A host that gives ten pieces of 10,000 bytes, so that parts are as large as a test wants them. */
const inPieces: typeof fetch = () => {
  const pieces = Array.from({ length: 10 }, (_, i) => FILE.slice(i * 10_000, (i + 1) * 10_000));
  const body = new ReadableStream({
    pull: (controller) => {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
  return Promise.resolve(new Response(body, { headers: { ETag: '"a"', "Content-Length": String(FILE.length) } }));
};

let stores = 0;
const newStore = (): PartStore => partStore(`test-${stores++}`);

interface Outcome {
  readonly error?: GapscopeError;
  readonly progress: readonly DownloadProgress[];
}

async function download(parts: PartStore, more: Partial<DownloadSurroundings> = {}): Promise<Outcome> {
  const progress: DownloadProgress[] = [];
  const api = downloadApi({
    fetch: (address, options) => fetch(address, options),
    parts,
    room: () => Promise.resolve(undefined),
    blocked: () => Promise.resolve(false),
    alone: (_, act) => act(),
    pauses: [1, 1, 1],
    partBytes: 10_000,
    ...more,
  });
  try {
    await api.download("net", url, (each) => progress.push(each));
    return { progress };
  } catch (error) {
    if (!(error instanceof GapscopeError)) throw error;
    return { error, progress };
  }
}

async function bytesOf(parts: PartStore): Promise<Uint8Array | undefined> {
  const file = await parts.file("net");
  return file && new Uint8Array(await file.arrayBuffer());
}

const faultOf = ({ error }: Outcome) => error?.faults[0];
const ranges = (): (string | undefined)[] => asked.map((request) => request.headers.range);

describe("a download", () => {
  it("stores the file in parts, sends nothing of the person and counts its bytes", async () => {
    answers = [host()];
    const parts = newStore();
    const { error, progress } = await download(parts);
    expect(error).toBeUndefined();
    expect(await bytesOf(parts)).toEqual(FILE);
    const [facts] = await parts.facts(["net"]);
    expect(facts).toMatchObject({ received: FILE.length, total: FILE.length, complete: true });
    expect(facts?.parts).toBeGreaterThan(1);
    expect(progress[0]).toEqual({ done: 0, requests: 1 });
    expect(progress.at(-1)).toMatchObject({ done: FILE.length, total: FILE.length, requests: 1 });
    expect(asked.map(({ headers }) => [headers.cookie, headers.referer, headers.authorization])).toEqual([
      [undefined, undefined, undefined],
    ]);
  });

  it("goes on by itself where the connection broke, with a range", async () => {
    answers = [host({ cutAfter: 35_000 }), host({ cutAfter: 20_000 }), host()];
    const parts = newStore();
    expect((await download(parts)).error).toBeUndefined();
    expect(await bytesOf(parts)).toEqual(FILE);
    expect(ranges()).toEqual([undefined, "bytes=35000-", "bytes=55000-"]);
  });

  it("gives up when nothing more comes, keeps what has come, and a later call goes on from there", async () => {
    const gone: Answer = (_, response) => response.destroy();
    answers = [host({ cutAfter: 35_000 }), gone];
    const parts = newStore();
    const outcome = await download(parts);
    expect(outcome.error?.code).toBe("subject-refused");
    expect(faultOf(outcome)).toMatchObject({ code: "download-broken", file: url });
    expect(faultOf(outcome)?.remedy).toContain("is kept");
    expect(asked.length).toBe(4); // the first and one after each pause
    expect(await bytesOf(parts)).toBeUndefined();
    expect(await parts.facts(["net"])).toMatchObject([{ received: 35_000, total: FILE.length, complete: false }]);

    asked = [];
    answers = [host()];
    const { error, progress } = await download(parts);
    expect(error).toBeUndefined();
    expect(progress[0]).toMatchObject({ done: 35_000, total: FILE.length });
    expect(ranges()).toEqual(["bytes=35000-"]);
    expect(await bytesOf(parts)).toEqual(FILE);
  });

  it("starts over where the host ignores the range", async () => {
    answers = [host({ cutAfter: 35_000 }), host({ ignoresRange: true })];
    const parts = newStore();
    expect((await download(parts)).error).toBeUndefined();
    expect(ranges()).toEqual([undefined, "bytes=35000-"]);
    expect(await bytesOf(parts)).toEqual(FILE);
  });

  it("starts over where the file is another one now, by its ETag, its date or its length", async () => {
    const file = FILE.map((byte) => byte ^ 1);
    const shorter = file.subarray(0, 30_000);
    const date = "Last-Modified";
    const cases: [Host, Host][] = [
      [{}, { file, headers: { ETag: '"b"' } }],
      [
        { headers: { [date]: "Mon, 01 Jan 2024 00:00:00 GMT" } },
        { file, headers: { [date]: "Tue, 02 Jan 2024 00:00:00 GMT" } },
      ],
      [{}, { file: shorter, headers: { ETag: '"b"' } }],
    ];
    for (const [before, after] of cases) {
      answers = [host({ ...before, cutAfter: 35_000 }), host(after)];
      const parts = newStore();
      expect((await download(parts)).error).toBeUndefined();
      expect(await bytesOf(parts)).toEqual(after.file);
    }
  });

  it("starts over where nothing says that the rest is of the same file", async () => {
    for (const headers of [{}, { ETag: 'W/"a"' }]) {
      asked = [];
      answers = [host({ headers, cutAfter: 35_000 }), host({ headers })];
      const parts = newStore();
      expect((await download(parts)).error).toBeUndefined();
      expect(ranges()).toEqual([undefined, undefined]);
      expect(await bytesOf(parts)).toEqual(FILE);
    }
  });

  it("takes a rest that begins elsewhere than asked for as none", async () => {
    const shifted: Answer = (_, response) => {
      const body = FILE.subarray(34_000);
      const headers = { ETag: '"a"', "Content-Range": `bytes 34000-99999/100000`, "Content-Length": body.length };
      response.writeHead(206, headers).end(body);
    };
    answers = [host({ cutAfter: 35_000 }), shifted, host()];
    const parts = newStore();
    expect((await download(parts)).error).toBeUndefined();
    expect(await bytesOf(parts)).toEqual(FILE);
  });

  it("does not take a body that ends early for the file", async () => {
    const short: typeof fetch = () =>
      Promise.resolve(new Response(FILE.slice(0, 60_000), { headers: { ETag: '"a"', "Content-Length": "100000" } }));
    const parts = newStore();
    const outcome = await download(parts, { fetch: short, pauses: [] });
    expect(faultOf(outcome)).toMatchObject({
      code: "download-broken",
      value: "60000 bytes, then: the file ended early",
    });
    expect(await parts.file("net")).toBeUndefined();
  });

  it("refuses a body that is longer than announced and keeps nothing of it", async () => {
    const long: typeof fetch = () =>
      Promise.resolve(new Response(FILE.slice(), { headers: { "Content-Length": "60000" } }));
    const parts = newStore();
    expect(faultOf(await download(parts, { fetch: long }))).toMatchObject({ code: "download-size" });
    expect(await parts.facts(["net"])).toEqual([undefined]);
  });

  it("gives up a connection that falls silent", async () => {
    const silent: Answer = (_, response) => {
      response.writeHead(200, { ETag: '"a"', "Content-Length": FILE.length });
      response.write(FILE.subarray(0, 25_000));
    };
    answers = [silent, host()];
    const parts = newStore();
    expect((await download(parts, { stall: 200 })).error).toBeUndefined();
    expect(ranges()).toEqual([undefined, "bytes=25000-"]);
    expect(await bytesOf(parts)).toEqual(FILE);
  });

  it("says what the host answered, and does not ask again for what it does not give", async () => {
    answers = [(_, response) => response.writeHead(404).end()];
    expect(faultOf(await download(newStore()))).toMatchObject({ code: "download-refused", value: "HTTP 404" });
    expect(asked.length).toBe(1);
  });

  it("says that a host is not reached, or that this page's policy stops it", async () => {
    answers = [(_, response) => response.destroy()];
    expect(faultOf(await download(newStore()))).toMatchObject({ code: "download-unreachable" });
    const blocked = await download(newStore(), { blocked: () => Promise.resolve(true) });
    expect(faultOf(blocked)).toMatchObject({ code: "download-blocked" });
    expect(faultOf(blocked)?.remedy).toContain("link");
  });

  it("asks for room before it fills it", async () => {
    answers = [host()];
    const parts = newStore();
    const { error } = await download(parts, { room: () => Promise.resolve(50_000) });
    expect(error?.code).toBe("storage-full");
    expect(error?.message).toBe("1 MB are needed, and the browser has 1 MB left for this page.");
    expect(await parts.facts(["net"])).toEqual([undefined]);
  });

  it("says that storage is full and keeps the parts that fitted", async () => {
    const parts = newStore();
    const put = IDBObjectStore.prototype.put;
    let puts = 0;
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...args) {
      puts += 1;
      if (puts > 4) throw new DOMException("no room", "QuotaExceededError"); // two puts a part
      return put.apply(this, args);
    });
    const { error } = await download(parts, { fetch: inPieces });
    expect(error?.code).toBe("storage-full");
    expect(error?.faults[0]?.remedy).toContain("Free");
    vi.restoreAllMocks();
    const [facts] = await parts.facts(["net"]);
    expect(facts).toMatchObject({ parts: 2, received: 20_000 });
    answers = [host()];
    expect((await download(parts)).error).toBeUndefined();
    expect(await bytesOf(parts)).toEqual(FILE);
  });

  it("leaves whole parts behind when its worker is stopped in the middle", async () => {
    // A worker that is stopped never returns from what it was doing; this one never gets its next part stored.
    const parts = newStore();
    let stored = 0;
    const stopped: PartStore = {
      ...parts,
      append: (...part) => (++stored > 3 ? new Promise(() => undefined) : parts.append(...part)),
    };
    void download(stopped, { fetch: inPieces });
    await vi.waitFor(() => expect(stored).toBe(4));
    const [facts] = await parts.facts(["net"]);
    expect(facts).toMatchObject({ parts: 3, received: 30_000, complete: false });
    answers = [host()];
    expect((await download(parts)).error).toBeUndefined();
    expect(ranges()).toEqual(["bytes=30000-"]);
    expect(await bytesOf(parts)).toEqual(FILE);
  });

  it("starts over for another address, and makes no request for what is here", async () => {
    answers = [host({ cutAfter: 35_000 }), (_, response) => response.destroy()];
    const parts = newStore();
    await download(parts, { pauses: [] });
    answers = [host()];
    asked = [];
    url += "?copy";
    expect((await download(parts)).error).toBeUndefined();
    expect(ranges()).toEqual([undefined]);
    expect((await download(parts)).error).toBeUndefined();
    expect(asked.length).toBe(1);
  });
});

describe("the store of parts", () => {
  it("gives no file whose parts are not all there, and forgets all of one", async () => {
    const parts = newStore();
    const facts = { url: "u", received: 3, parts: 1, complete: false };
    await parts.append("net", facts, new Blob(["abc"]));
    expect(await parts.file("net")).toBeUndefined();
    await parts.note("net", { ...facts, received: 6, parts: 2, complete: true });
    expect(await parts.file("net")).toBeUndefined();
    await parts.note("net", { ...facts, complete: true });
    expect(await (await parts.file("net"))?.text()).toBe("abc");
    await parts.forget("net");
    expect(await parts.facts(["net"])).toEqual([undefined]);
    expect(await parts.file("net")).toBeUndefined();
  });
});
