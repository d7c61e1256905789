/**
 * Everything that this page keeps in the browser: how much room it takes, and its deletion.
 *
 * It knows the stores by their names, for the privacy panel alone; what is in them is their owners' business (store.ts,
 * parts.ts, shelf.ts, offline-api.ts). Other pages of this origin may keep things too: only names that begin with
 * `gapscope` are looked at or deleted.
 */
import { clear, type UseStore } from "idb-keyval";
import { openDatabase } from "./store.ts";

/** What a person can tell apart. */
export const KEPT_KINDS = [
  "activations",
  "results",
  "runs",
  "weights",
  "sittings",
  "slides",
  "files",
  "settings",
] as const;
export type KeptKind = (typeof KEPT_KINDS)[number];

export interface KeptAmount {
  readonly entries: number;
  /** Bytes of what is in them; the browser's own bookkeeping comes on top. */
  readonly bytes: number;
}

/** The stores of each kind: database by the name of its one store. */
const DATABASES: Readonly<Record<Exclude<KeptKind, "files" | "settings">, readonly string[]>> = {
  activations: ["activations", "inner"],
  results: ["results", "choices", "measures", "checks"],
  runs: ["journal"],
  weights: ["weights", "downloads"],
  sittings: ["sittings", "sitting-trials"],
  slides: ["decks", "deck-results"],
};
const MINE = "gapscope";

/** How much is kept of a kind. Reads through all of it, entry by entry, until `signal` says otherwise. */
export async function measureKept(kind: KeptKind, signal: AbortSignal): Promise<KeptAmount> {
  switch (kind) {
    case "files":
      return measureFiles(signal);
    case "settings":
      return sum(Object.entries(settings()).map(([key, value]) => 2 * (key.length + value.length)));
    default: {
      const amounts = await Promise.all(DATABASES[kind].map((name) => measureStore(openDatabase(name), signal)));
      return {
        entries: amounts.reduce((n, { entries }) => n + entries, 0),
        bytes: amounts.reduce((n, { bytes }) => n + bytes, 0),
      };
    }
  }
}

export async function deleteKept(kind: KeptKind): Promise<void> {
  switch (kind) {
    case "files": {
      const names = (await caches.keys()).filter((name) => name.startsWith(MINE));
      await Promise.all(names.map((name) => caches.delete(name)));
      return;
    }
    case "settings":
      for (const key of Object.keys(settings())) localStorage.removeItem(key);
      return;
    default:
      await Promise.all(DATABASES[kind].map((name) => clear(openDatabase(name))));
  }
}

/** Deletes every kind, and the service worker, so that the next visit is a first one. */
export async function deleteAllKept(): Promise<void> {
  await Promise.all(KEPT_KINDS.map(deleteKept));
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.unregister();
}

/** One entry at a time: activations of a long evening are more than memory holds. */
function measureStore(store: UseStore, signal: AbortSignal): Promise<KeptAmount> {
  return store(
    "readonly",
    (entries) =>
      new Promise((resolve, reject) => {
        let amount: KeptAmount = { entries: 0, bytes: 0 };
        const request = entries.openCursor();
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const cursor = request.result;
          if (cursor === null || signal.aborted) return resolve(amount);
          amount = {
            entries: amount.entries + 1,
            bytes: amount.bytes + bytesOf(cursor.key) + bytesOf(cursor.value),
          };
          cursor.continue();
        };
      }),
  );
}

async function measureFiles(signal: AbortSignal): Promise<KeptAmount> {
  if (!("caches" in globalThis)) return { entries: 0, bytes: 0 };
  const names = (await caches.keys()).filter((name) => name.startsWith(MINE));
  const sizes: number[] = [];
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (signal.aborted) break;
      const kept = await cache.match(request);
      sizes.push(Number(kept?.headers.get("content-length") ?? 0));
    }
  }
  return sum(sizes);
}

function settings(): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith(MINE)));
  } catch {
    return {}; // the browser keeps nothing for this page
  }
}

function sum(sizes: readonly number[]): KeptAmount {
  return { entries: sizes.length, bytes: sizes.reduce((total, bytes) => total + bytes, 0) };
}

/** Bytes of a value that structured cloning stored, without its bookkeeping: 8 a number, 2 a character. */
export function bytesOf(value: unknown): number {
  if (typeof value === "string") return 2 * value.length;
  if (typeof value === "number") return 8;
  if (value instanceof Blob) return value.size;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  if (value instanceof Map) return bytesOf([...value]);
  if (typeof value !== "object" || value === null) return 1;
  let total = 0;
  for (const [key, each] of Object.entries(value)) total += (Array.isArray(value) ? 0 : 2 * key.length) + bytesOf(each);
  return total;
}
