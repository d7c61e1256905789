import "fake-indexeddb/auto";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { PlacedStimulus } from "../subject/network.ts";
import { activationKey, indexedDbStore } from "./store.ts";

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
