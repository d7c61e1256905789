import "fake-indexeddb/auto";
import { describe, expect, it, vi } from "vitest";
import type { Choice } from "./backend.ts";
import { Journal, type RunPlan, sinceBegin } from "./journal.ts";
import type { KeptResult, LabStores } from "./run.ts";
import { memoryStore, openDatabase } from "./store.ts";

const zip = new File(["a benchmark"], "one.zip", { lastModified: 1 });
const card = new File(["{}"], "card.json", { lastModified: 2 });
const onnx = new File(["weights"], "net.onnx", { lastModified: 3 });
const plan = (more: Partial<RunPlan> = {}): RunPlan => ({
  opened: [
    { files: [zip], digest: "sha256-one" },
    { files: [card, onnx], digest: "sha256-net" },
  ],
  panel: ["alexnet"],
  wish: "wasm",
  fresh: false,
  benchmarks: ["One"],
  subjects: ["net", "alexnet"],
  total: 1280,
  ...more,
});
const stores = (): LabStores => ({
  activations: memoryStore<Float32Array>(),
  results: memoryStore<KeptResult>(),
  choices: memoryStore<Choice>(),
});

let names = 0;
/** A journal as each page that is opened has its own; all of one test have the same database. */
function journals(): { open: () => Journal; keys: () => Promise<string[]> } {
  const name = `test-journal-${names++}`;
  const database = openDatabase(name);
  const keys = (): Promise<string[]> =>
    database(
      "readonly",
      (store) =>
        new Promise((resolve) => {
          const request = store.getAllKeys();
          request.onsuccess = () => resolve(request.result.map((key) => String(key).split("|")[0] ?? ""));
        }),
    );
  return { open: () => new Journal(name), keys };
}

describe("a run whose page dies", () => {
  it("is there for the next page, with its files and how far it was", async () => {
    const { open } = journals();
    const run = await open().begin(plan(), stores());
    run.progress(0);
    run.progress(96);
    run.progress(412);
    await vi.waitFor(async () => expect((await open().unfinished()).runs[0]?.done).toBe(412));
    const { runs } = await open().unfinished();
    expect(runs).toMatchObject([
      { total: 1280, benchmarks: ["One"], subjects: ["net", "alexnet"], files: ["one.zip", "card.json", "net.onnx"] },
    ]);
    expect(runs[0]?.kept).toBe(zip.size + card.size + onnx.size);
    const again = await open().reopen(runs[0]?.id ?? "");
    expect(again).toMatchObject({ panel: ["alexnet"], wish: "wasm", fresh: false });
    const files = again?.opened.flatMap(({ files }) => files) ?? [];
    expect(files.map(({ name, lastModified }) => [name, lastModified])).toEqual([
      ["one.zip", 1],
      ["card.json", 2],
      ["net.onnx", 3],
    ]);
    expect(await Promise.all(files.map((file) => file.text()))).toEqual(["a benchmark", "{}", "weights"]);
  });

  it("goes on under its own name, never behind where it was, and leaves nothing when it is done", async () => {
    const { open, keys } = journals();
    const first = await open().begin(plan(), stores());
    first.progress(412);
    await vi.waitFor(async () => expect((await open().unfinished()).runs[0]?.done).toBe(412));
    const [{ id = "" } = {}] = (await open().unfinished()).runs;
    const rest = await open().begin(plan(), stores(), id);
    rest.progress(0); // looking up what is stored begins at the first stimulus
    expect((await open().unfinished()).runs).toMatchObject([{ id, done: 412 }]);
    await rest.end();
    expect((await open().unfinished()).runs).toEqual([]);
    expect(await keys()).toEqual([]);
  });

  it("can be discarded; files that another run needs stay", async () => {
    const { open, keys } = journals();
    await open().begin(plan(), stores());
    await open().begin(plan({ benchmarks: ["Two"], opened: [{ files: [zip], digest: "sha256-one" }] }), stores());
    const { runs } = await open().unfinished();
    expect((await keys()).filter((kind) => kind === "file").length).toBe(3); // the zip lies there once
    const of = (name: string): string => runs.find(({ benchmarks }) => benchmarks[0] === name)?.id ?? "";
    await open().discard(of("One"));
    expect((await keys()).sort()).toEqual(["file", "run"]);
    await open().discard(of("Two"));
    expect(await keys()).toEqual([]);
  });
});

describe("writing it down", () => {
  it("names no file before it is there: cut short after any write, there is a run with its files or nothing", async () => {
    for (const writes of [0, 1, 2, 3, 4]) {
      const { open, keys } = journals();
      const { put } = IDBObjectStore.prototype;
      let left = writes;
      const spy = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
        this: IDBObjectStore,
        ...args
      ) {
        left -= 1;
        if (left < 0) throw new DOMException("the power is gone", "UnknownError");
        return put.apply(this, args);
      });
      await open().begin(plan(), stores());
      spy.mockRestore();
      const { runs } = await open().unfinished(); // clears what belongs to nothing
      expect(runs.length).toBe(writes === 4 ? 1 : 0);
      expect((await keys()).length).toBe(writes === 4 ? 4 : 0);
    }
  });

  it("leaves the files out where they take more than half of what is left, and says so", async () => {
    vi.stubGlobal("navigator", { storage: { estimate: () => Promise.resolve({ quota: 1000, usage: 970 }) } });
    const { open, keys } = journals();
    const run = await open().begin(plan(), stores());
    const { runs } = await open().unfinished();
    expect(runs).toMatchObject([{ kept: 0, files: ["one.zip", "card.json", "net.onnx"] }]);
    expect((await open().reopen(runs[0]?.id ?? ""))?.opened.map(({ files }) => files.length)).toEqual([0, 0]);
    expect(await keys()).toEqual(["run"]);
    await run.end();
    vi.unstubAllGlobals();
  });

  it("does not hold a run up where nothing can be stored", async () => {
    const { open } = journals();
    const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    const own = stores();
    const run = await open().begin(plan(), own);
    run.progress(5);
    await run.end();
    expect(run.stores).toBe(own);
    put.mockRestore();
  });

  it("of an earlier version is told of and forgotten", async () => {
    const { open, keys } = journals();
    await open().begin(plan(), stores());
    const database = openDatabase(`test-journal-${names - 1}`);
    await database("readwrite", async (store) => {
      const [key = ""] = await new Promise<IDBValidKey[]>((resolve) => {
        const request = store.getAllKeys(IDBKeyRange.bound("run|", "run|~"));
        request.onsuccess = () => resolve(request.result);
      });
      store.put({ ...plan(), format: 0, bytes: 0, opened: [] }, key);
    });
    expect(await open().unfinished()).toEqual({ runs: [], outdated: 1 });
    expect(await keys()).toEqual([]);
  });
});

describe("a run that computes everything anew", () => {
  const values = async (store: LabStores["activations"], keys: string[]) =>
    (await store.get(keys)).map((value) => value?.[0]);

  it("sees what it has put and nothing of before", async () => {
    const kept = stores();
    await kept.activations.put([["a", Float32Array.of(1)]]);
    const { activations } = sinceBegin(kept, new Set());
    expect(await values(activations, ["a", "b"])).toEqual([undefined, undefined]);
    expect(await activations.has(["a", "b"])).toEqual([false, false]);
    await activations.put([["b", Float32Array.of(2)]]);
    expect(await values(activations, ["a", "b"])).toEqual([undefined, 2]);
    expect(await activations.has(["a", "b"])).toEqual([false, true]);
    expect(await values(kept.activations, ["a", "b"])).toEqual([1, 2]);
  });

  it("and is interrupted sees what it had put before, and still nothing of before it", async () => {
    const { open } = journals();
    const kept = stores();
    await kept.activations.put([
      ["a", Float32Array.of(1)],
      ["b", Float32Array.of(1)],
    ]);
    const first = await open().begin(plan({ fresh: true }), kept);
    await first.stores.activations.put([["a", Float32Array.of(2)]]);
    const [{ id = "" } = {}] = (await open().unfinished()).runs;
    const rest = await open().begin(plan({ fresh: true }), kept, id);
    expect(await values(rest.stores.activations, ["a", "b"])).toEqual([2, undefined]);
    const other = await open().begin(plan({ fresh: true }), kept);
    expect(await values(other.stores.activations, ["a", "b"])).toEqual([undefined, undefined]);
  });
});
