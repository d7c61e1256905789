import "fake-indexeddb/auto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { bytesOf, deleteKept, measureKept } from "./kept.ts";
import { partStore } from "./parts.ts";
import { indexedDbStore } from "./store.ts";

const { signal } = new AbortController();
const noTrouble = (sentence: string): never => {
  throw new Error(sentence);
};

it("measures what the stores hold, kind by kind, and deletes one kind alone", async () => {
  const activations = indexedDbStore<Float32Array>("activations", noTrouble);
  await activations.put([
    ["aa", new Float32Array(100)],
    ["bb", new Float32Array(50)],
  ]);
  await indexedDbStore<object>("results", noTrouble).put([["r", { score: 0.5 }]]);
  await indexedDbStore<object>("choices", noTrouble).put([["c", { wasm: true }]]);
  const facts = { url: "", received: 300, parts: 1, complete: false };
  await partStore().append("alexnet", facts, new Blob([new Uint8Array(300)]));

  expect(await measureKept("activations", signal)).toEqual({ entries: 2, bytes: 600 + 8 });
  expect(await measureKept("results", signal)).toEqual({ entries: 2, bytes: 2 + (10 + 8) + 2 + (8 + 1) });
  expect((await measureKept("weights", signal)).entries).toBe(2);
  expect(await measureKept("sittings", signal)).toEqual({ entries: 0, bytes: 0 });

  await deleteKept("weights");
  expect(await measureKept("weights", signal)).toEqual({ entries: 0, bytes: 0 });
  expect((await measureKept("activations", signal)).entries).toBe(2);
  await deleteKept("activations");
  expect(await activations.has(["aa", "bb"])).toEqual([false, false]);
});

it("counts the bytes of whatever is stored", () => {
  expect(bytesOf(new Blob([new Uint8Array(7)]))).toBe(7);
  expect(bytesOf({ ab: new Uint8Array(5), c: ["de", 1, null] })).toBe(4 + 5 + (2 + (4 + 8 + 1)));
  expect(bytesOf(new Map([["a", 1]]))).toBe(2 + 8);
});

it("knows every store that the page makes", () => {
  const src = fileURLToPath(new URL("..", import.meta.url));
  const sources = readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.|kept\.ts$/.test(name))
    .map((name) => readFileSync(`${src}/${name}`, "utf8"))
    .join("\n");
  const made = [
    ...sources.matchAll(/(?:indexedDbStore<[^(]*>|openDatabase)\("([\w-]+)"/g),
    ...sources.matchAll(/(?:partStore|constructor)\(name = "([\w-]+)"/g),
  ].map(([, name]) => name);
  expect(made).toContain("activations");
  const known = readFileSync(`${src}/lab/kept.ts`, "utf8");
  expect(made.filter((name) => !known.includes(`"${name}"`))).toEqual([]);
});
