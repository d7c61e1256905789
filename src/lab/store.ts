/**
 * What is kept between runs: activations and results, in IndexedDB through idb-keyval.
 *
 * Activations are addressed by content (see `activationKey`): an entry is right for ever or not there, so nothing is
 * invalidated. Each write is one transaction, so a run that dies leaves whole entries. When storage is full the
 * store says so once and goes on in memory; the run must not die of it.
 */
import { clear, createStore, delMany, getMany, promisifyRequest, setMany, type UseStore } from "idb-keyval";
import type { Backend } from "../models/session.ts";
import type { PlacedStimulus } from "../subject/network.ts";

export interface KeyValueStore<Value> {
  get(keys: readonly string[]): Promise<(Value | undefined)[]>;
  /** Which keys have a value, without reading it. */
  has(keys: readonly string[]): Promise<boolean[]>;
  put(entries: readonly (readonly [string, Value])[]): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  clear(): Promise<void>;
}

/** A store that forgets with the page: for tests, and where the browser has no storage to give. */
export function memoryStore<Value>(): KeyValueStore<Value> {
  const entries = new Map<string, Value>();
  return {
    get: (keys) => Promise.resolve(keys.map((key) => entries.get(key))),
    has: (keys) => Promise.resolve(keys.map((key) => entries.has(key))),
    put: (added) => {
      for (const [key, value] of added) entries.set(key, value);
      return Promise.resolve();
    },
    remove: (keys) => {
      for (const key of keys) entries.delete(key);
      return Promise.resolve();
    },
    clear: () => Promise.resolve(entries.clear()),
  };
}

/**
 * A store in IndexedDB. `onTrouble` is told once, in words, when the browser refuses to keep more (quota) or anything
 * at all (private windows); from then on new entries live in memory.
 */
export function indexedDbStore<Value>(name: string, onTrouble: (sentence: string) => void): KeyValueStore<Value> {
  const memory = memoryStore<Value>();
  const database: UseStore = createStore(`gapscope-${name}`, name);
  let troubled = false;
  const trouble = (error: unknown): void => {
    if (troubled) return;
    troubled = true;
    const full = error instanceof DOMException && error.name === "QuotaExceededError";
    onTrouble(
      full
        ? "The browser's storage is full: this run goes on, but what it computes now is forgotten when the page closes. Clear what is kept to make room."
        : "The browser does not let this page store anything: results are forgotten when the page closes.",
    );
  };
  return {
    async get(keys) {
      const kept = await getMany<Value | undefined>([...keys], database).catch((error: unknown) => {
        trouble(error);
        return keys.map(() => undefined);
      });
      if (!troubled) return kept;
      const held = await memory.get(keys);
      return kept.map((value, i) => value ?? held[i]);
    },
    async has(keys) {
      const held = await memory.has(keys);
      const kept = await database("readonly", (store) =>
        Promise.all(keys.map((key) => promisifyRequest(store.getKey(key)))),
      ).catch((error: unknown) => {
        trouble(error);
        return [];
      });
      return held.map((found, i) => found || kept[i] !== undefined);
    },
    async put(entries) {
      if (!troubled) {
        try {
          await setMany(
            entries.map(([key, value]) => [key, value]),
            database,
          );
          return;
        } catch (error) {
          trouble(error);
        }
      }
      await memory.put(entries);
    },
    async remove(keys) {
      await memory.remove(keys);
      await delMany([...keys], database).catch(trouble);
    },
    async clear() {
      await memory.clear();
      await clear(database).catch(trouble);
    },
  };
}

/**
 * The key of one stimulus's activations at one tap. Everything that can change the numbers is in it: the image's bytes,
 * where it is put on the screen, the network's files with its preprocessing (`network`), the tap, the backend's
 * precision class, and the versions of the runtime and of our own pixel arithmetic.
 */
export function activationKey(placed: PlacedStimulus, network: string, tap: string, backend: Backend): string {
  const { stimulus, screen } = placed;
  const shown = screen === null ? "whole" : `${screen.source}/${screen.target}`;
  return [PIXELS, RUNTIME, network, backend, tap, shown, stimulus.sha256].join("|");
}

/** Raise when decoding, screen, resize or normalisation change what a network sees. */
const PIXELS = "pixels-1";
/** The onnxruntime-web release whose kernels made the numbers (package.json). */
export const RUNTIME = "ort-1.30.0";
