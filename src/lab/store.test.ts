import "fake-indexeddb/auto";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { PlacedStimulus } from "../subject/network.ts";
import { activationKey, activationStore, indexedDbStore, openDatabase } from "./store.ts";

afterEach(() => vi.restoreAllMocks());

describe("the store in IndexedDB", () => {
  it("gives back what was put, in the order asked for, and forgets on clear", async () => {
    const troubles: string[] = [];
    const store = indexedDbStore<Float32Array>("test-order", (sentence) => troubles.push(sentence));
    await store.put([
      ["a", Float32Array.of(1)],
      ["b", Float32Array.of(2)],
    ]);
    const again = indexedDbStore<Float32Array>("test-order", (sentence) => troubles.push(sentence));
    expect((await again.get(["b", "nothing", "a"])).map((value) => value?.[0])).toEqual([2, undefined, 1]);
    expect(await again.has(["b", "nothing", "a"])).toEqual([true, false, true]);
    await again.clear();
    expect(await store.get(["a"])).toEqual([undefined]);
    expect(await store.has(["a"])).toEqual([false]);
    expect(troubles).toEqual([]);
  });

  it("goes on in memory when storage is full, and says so once", async () => {
    const troubles: string[] = [];
    const store = indexedDbStore<number>("test-full", (sentence) => troubles.push(sentence));
    await store.put([["before", 1]]);
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    await store.put([["first", 2]]);
    await store.put([["second", 3]]);
    expect(await store.get(["before", "first", "second"])).toEqual([1, 2, 3]);
    expect(await store.has(["before", "first", "third"])).toEqual([true, true, false]);
    expect(troubles.length).toBe(1);
    expect(troubles[0]).toContain("storage is full");
  });
});

/** Lets writes to a store fail for want of room until `room` says otherwise. */
function shortOfRoom(name: string, room: () => boolean): void {
  const { put } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...args) {
    if (this.name === name && !room()) throw new DOMException("no room", "QuotaExceededError");
    return put.apply(this, args);
  });
}

describe("room", () => {
  it("is made for scores before the store gives up; where there is none to make, that is told", async () => {
    let free = false;
    shortOfRoom("test-scores", () => free);
    let full = 0;
    const told = {
      onFull: () => {
        full += 1;
      },
    };
    const makeRoom = vi.fn(() => {
      free = true;
      return Promise.resolve();
    });
    const store = indexedDbStore<number>("test-scores", () => undefined, { ...told, makeRoom });
    await store.put([["a", 1]]);
    await store.put([["b", 2]]);
    expect([makeRoom.mock.calls.length, full]).toEqual([1, 0]);
    expect(await indexedDbStore<number>("test-scores", () => undefined).get(["a", "b"])).toEqual([1, 2]);
    free = false;
    makeRoom.mockImplementation(() => Promise.resolve());
    await store.put([["c", 3]]);
    expect([makeRoom.mock.calls.length, full]).toEqual([2, 1]);
    expect(await store.get(["c"])).toEqual([3]);
  });

  it("is left to scores where the browser says how much there is, and looked for again as it goes", async () => {
    const estimate = { quota: 1e9, usage: 0 };
    vi.stubGlobal("navigator", { storage: { estimate: () => Promise.resolve(estimate) } });
    let full = 0;
    const onFull = (): void => {
      full += 1;
    };
    const store = activationStore({ onTrouble: () => undefined, onFull });
    await store.clear();
    const megabytes = (n: number): Float32Array => new Float32Array((n << 20) / 4);
    await store.put([["pixels-1|ort-1.30.0|n|wasm|it|whole|1", megabytes(1)]]);
    estimate.usage = 1e9 - (33 << 20); // a megabyte more than what is left to scores
    await store.put([["pixels-1|ort-1.30.0|n|wasm|it|whole|2", megabytes(20)]]); // was promised before
    expect(full).toBe(1);
    await store.put([["pixels-1|ort-1.30.0|n|wasm|it|whole|3", megabytes(1)]]);
    expect(full).toBe(1); // once is enough
    expect(await openKeys()).toEqual(["1"]);
    expect(await store.has(["2", "3"].map((id) => `pixels-1|ort-1.30.0|n|wasm|it|whole|${id}`))).toEqual([true, true]);
    estimate.usage = 0;
    await store.shed();
    await store.put([["pixels-1|ort-1.30.0|n|wasm|it|whole|4", megabytes(1)]]);
    expect(await openKeys()).toEqual(["1", "4"]);
    vi.unstubAllGlobals();
  });

  it("is counted by what is used since the page was opened and what is not, and the latter can be had", async () => {
    const before = activationStore({ onTrouble: () => undefined });
    await before.clear();
    const key = (network: string, id: number): string => `pixels-1|ort-1.30.0|${network}|wasm|it|whole|${id}`;
    await before.put([
      [key("old", 1), new Float32Array(100)],
      [key("old", 2), new Float32Array(100)],
      [key("new", 1), new Float32Array(10)],
    ]);
    const store = activationStore({ onTrouble: () => undefined });
    await store.has([key("new", 7)]);
    expect(await store.sizes()).toEqual({ used: 40, unused: 800 });
    await store.shed();
    expect(await store.sizes()).toEqual({ used: 40, unused: 0 });
    expect(await store.has([key("old", 1), key("new", 1)])).toEqual([false, true]);
  });

  it("is not taken by what another version computed", async () => {
    const store = activationStore({ onTrouble: () => undefined });
    await store.clear();
    const of = (versions: string): [string, Float32Array] => [`${versions}|n|wasm|it|whole|1`, Float32Array.of(1)];
    await store.put(
      ["pixels-0|ort-1.30.0", "pixels-1|ort-1.29.0", "pixels-1|ort-1.30.0", "pixels-2|ort-1.30.0"].map(of),
    );
    expect(await store.sweep()).toBe(3);
    expect(await store.sweep()).toBe(0);
    expect(await store.has([of("pixels-1|ort-1.30.0")[0]])).toEqual([true]);
  });
});

/** The last parts of the keys that the store of activations has on disk. */
function openKeys(): Promise<string[]> {
  return openDatabase("activations")(
    "readonly",
    (store) =>
      new Promise((resolve) => {
        const request = store.getAllKeys();
        request.onsuccess = () => resolve(request.result.map((key) => String(key).split("|").at(-1) ?? ""));
      }),
  );
}

describe("a browser that", () => {
  it("never opens its storage is not waited for", async () => {
    vi.useFakeTimers();
    vi.spyOn(IDBFactory.prototype, "open").mockImplementation(() => Object.create(IDBOpenDBRequest.prototype));
    const troubles: string[] = [];
    const store = indexedDbStore<number>("test-silent", (sentence) => troubles.push(sentence));
    const putting = store.put([["a", 1]]);
    await vi.advanceTimersByTimeAsync(10_000);
    await putting;
    expect(await store.get(["a"])).toEqual([1]); // at once: it is not asked again
    expect(troubles).toEqual([expect.stringContaining("does not let this page read or store anything")]);
    vi.useRealTimers();
  });

  it("has storage of a newer version of this page says so", async () => {
    await new Promise((resolve) => {
      const request = indexedDB.open("gapscope-test-newer", 2);
      request.onsuccess = () => {
        request.result.close();
        resolve(undefined);
      };
    });
    const troubles: string[] = [];
    const store = indexedDbStore<number>("test-newer", (sentence) => troubles.push(sentence));
    await store.put([["a", 1]]);
    expect(troubles).toEqual([expect.stringContaining("A newer version of this page")]);
  });

  it("closes a database by itself has it opened again", async () => {
    const database = openDatabase("test-closed");
    const connections: IDBDatabase[] = [];
    const put = (value: number): Promise<unknown> =>
      database("readwrite", (store) => {
        connections.push(store.transaction.db);
        return new Promise((resolve) => {
          store.put(value, "a").onsuccess = resolve;
        });
      });
    await put(1);
    connections[0]?.close();
    connections[0]?.onclose?.(new Event("close"));
    await put(2);
    expect(connections[1]).not.toBe(connections[0]);
  });
});

describe("the key of an activation", () => {
  const placed = (sha256: string, screen: PlacedStimulus["screen"] = null): PlacedStimulus => ({
    stimulus: { id: 1, file: "a.png", format: "png", mode: "RGB", width: 1, height: 1, sha256, bytes: new Blob([]) },
    screen,
  });

  it("differs with everything that can change the numbers, and with nothing else", () => {
    const key = activationKey(placed("aa"), "net", "logits", "wasm");
    expect(
      activationKey(
        { ...placed("aa"), stimulus: { ...placed("aa").stimulus, id: 2, file: "b.png" } },
        "net",
        "logits",
        "wasm",
      ),
    ).toBe(key);
    const others = [
      activationKey(placed("bb"), "net", "logits", "wasm"),
      activationKey(placed("aa", { source: 3, target: 8 }), "net", "logits", "wasm"),
      activationKey(placed("aa", { source: 4, target: 8 }), "net", "logits", "wasm"),
      activationKey(placed("aa"), "other", "logits", "wasm"),
      activationKey(placed("aa"), "net", "fc7", "wasm"),
      activationKey(placed("aa"), "net", "logits", "webgpu"),
    ];
    expect(new Set([key, ...others]).size).toBe(7);
  });
});
