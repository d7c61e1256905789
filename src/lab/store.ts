/**
 * What is kept between runs: activations and results, in IndexedDB through idb-keyval.
 *
 * Activations are addressed by content (see `activationKey`): an entry is right for ever or not there, so nothing is
 * invalidated. Each write is one transaction, so a run that dies leaves whole entries. When storage is full the
 * store says so once and goes on in memory; the run must not die of it.
 */
import { clear, delMany, getMany, promisifyRequest, setMany, type UseStore } from "idb-keyval";
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

/** Reads what `kept` has and adds nothing to it: what is put is held in memory, for as long as this store is. */
export function unstored<Value>(kept: KeyValueStore<Value>): KeyValueStore<Value> {
  const held = memoryStore<Value>();
  return {
    async get(keys) {
      const own = await held.get(keys);
      if (own.every((value) => value !== undefined)) return own;
      const theirs = await kept.get(keys);
      return own.map((value, i) => value ?? theirs[i]);
    },
    async has(keys) {
      const [own, theirs] = await Promise.all([held.has(keys), kept.has(keys)]);
      return own.map((found, i) => found || theirs[i] === true);
    },
    put: held.put,
    async remove(keys) {
      await Promise.all([held.remove(keys), kept.remove(keys)]);
    },
    clear: held.clear,
  };
}

/**
 * A database with one store, as idb-keyval wants it. What is written is on disk before it is said, so that it is there after a
 * power cut; `relaxed` saves that wait (some 10 ms a batch) where it does not matter.
 */
export function openDatabase(name: string, durability: IDBTransactionDurability = "strict"): UseStore {
  let database: Promise<IDBDatabase> | undefined;
  const forget = (): void => {
    database = undefined;
  };
  const open = async (): Promise<IDBDatabase> => {
    const opened = await openedInTime(`gapscope-${name}`, name);
    opened.onclose = forget; // the browser may close it by itself; the next call opens it again
    opened.onversionchange = () => {
      opened.close(); // another tab deletes it, and would wait for this one
      forget();
    };
    return opened;
  };
  return async (mode, use) => {
    database ??= open();
    return use((await database).transaction(name, mode, { durability }).objectStore(name));
  };
}

/** Raise when a database has other stores than one of its own name; what is in it goes by versions of its own. */
const LAYOUT = 1;
/** Milliseconds. Opening takes a few; where it takes so many, the browser's storage is damaged, or something blocks it. */
const OPENING = 10_000;

function openedInTime(database: string, store: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new DOMException("It gives no answer.", "TimeoutError")), OPENING);
    const request = indexedDB.open(database, LAYOUT);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    request.onsuccess = () => {
      clearTimeout(late);
      resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(late);
      reject(request.error);
    };
  });
}

export interface StoreOptions {
  /** Told once, in words, when nothing can be stored or read; when storage is full, only where `onFull` is not given. */
  readonly onTrouble: (sentence: string) => void;
  /** Told when there is no more room; again after room was made and taken. */
  readonly onFull?: (() => void) | undefined;
  /** Bytes that this store leaves free for others, where the browser says how many there are. */
  readonly reserve?: number;
  /** Makes room before this store gives up. */
  readonly makeRoom?: () => Promise<void>;
}

/**
 * A store in IndexedDB. When the browser refuses to keep more (quota) or anything at all (private windows), new entries
 * live in memory.
 */
export function indexedDbStore<Value>(
  name: string,
  onTrouble: (sentence: string) => void,
  more: Pick<StoreOptions, "onFull" | "makeRoom"> = {},
): KeyValueStore<Value> {
  return storeIn<Value>(openDatabase(name), { onTrouble, ...more }).store;
}

const FULL =
  "The browser's storage is full: this run goes on, but what it computes now is forgotten when the page closes. Clear what is kept to make room.";
const NEWER =
  "A newer version of this page has stored data here that this version cannot read: results are forgotten when the page closes.";
const NOTHING =
  "The browser does not let this page read or store anything: results are forgotten when the page closes.";

function storeIn<Value>(database: UseStore, { onTrouble, onFull, reserve = 0, makeRoom }: StoreOptions) {
  const memory = memoryStore<Value>();
  let troubled = false;
  let held = false;
  /** Bytes that may be written before the browser is asked again how many there are. */
  let known = 0;
  const trouble = (error: unknown): void => {
    if (troubled) return;
    troubled = true;
    const name = nameOf(error);
    if (name === QUOTA && onFull !== undefined) onFull();
    else onTrouble(name === QUOTA ? FULL : name === "VersionError" ? NEWER : NOTHING);
  };
  /** Throws, as the browser would, before the room that is left is smaller than the reserve. */
  const leaveRoom = async (entries: readonly (readonly [string, Value])[]): Promise<void> => {
    if (reserve === 0) return;
    const bytes = entries.reduce((sum, [key, value]) => sum + 2 * key.length + sizeOf(value), 0);
    known -= bytes;
    if (known > 0) return;
    const { quota, usage = 0 } = (await globalThis.navigator?.storage?.estimate().catch(() => undefined)) ?? {};
    if (quota === undefined) return;
    const left = quota - usage - Math.min(reserve, quota / 10);
    if (left < bytes) throw new DOMException("What is left is kept for scores.", QUOTA);
    known = Math.min(left / 4, LOOK_AGAIN);
  };
  const write = (entries: readonly (readonly [string, Value])[]): Promise<void> =>
    setMany(
      entries.map(([key, value]) => [key, value]),
      database,
    );
  const store: KeyValueStore<Value> = {
    async get(keys) {
      const kept = await getMany<Value | undefined>([...keys], database).catch((error: unknown) => {
        trouble(error);
        return keys.map(() => undefined);
      });
      if (!held) return kept;
      const own = await memory.get(keys);
      return kept.map((value, i) => value ?? own[i]);
    },
    async has(keys) {
      const own = await memory.has(keys);
      const kept = await database("readonly", (store) =>
        Promise.all(keys.map((key) => promisifyRequest(store.getKey(key)))),
      ).catch((error: unknown) => {
        trouble(error);
        return [];
      });
      return own.map((found, i) => found || kept[i] !== undefined);
    },
    async put(entries) {
      if (!troubled) {
        try {
          await leaveRoom(entries);
          await write(entries).catch(async (error: unknown) => {
            if (makeRoom === undefined || nameOf(error) !== QUOTA) throw error;
            await makeRoom();
            await write(entries);
          });
          return;
        } catch (error) {
          trouble(error);
        }
      }
      held = true;
      await memory.put(entries);
    },
    async remove(keys) {
      await memory.remove(keys);
      await delMany([...keys], database).catch(trouble);
    },
    async clear() {
      await memory.clear();
      await clear(database).then(again, trouble);
    },
  };
  /** There may be room now. */
  const again = (): void => {
    troubled = false;
    known = 0;
  };
  return { store, again };
}

const QUOTA = "QuotaExceededError";
/** Bytes after which the browser is asked again how much room is left; others may have taken it. */
const LOOK_AGAIN = 16 << 20;

const nameOf = (error: unknown): string => (error instanceof DOMException ? error.name : "");

/** Bytes of a value, as far as they matter. */
function sizeOf(value: unknown): number {
  return ArrayBuffer.isView(value) ? value.byteLength : 0;
}

/** How much room activations take: of what was used since the page was opened, and of all else. Bytes. */
export interface ActivationSizes {
  readonly used: number;
  readonly unused: number;
}

/** The store of activations: the largest by far, and the first to make room. */
export interface ActivationStore extends KeyValueStore<Float32Array> {
  sizes(): Promise<ActivationSizes>;
  /** Forgets what nothing has asked for since the page was opened. */
  shed(): Promise<void>;
  /** Forgets what versions of this page have stored that compute other numbers; how many entries. */
  sweep(): Promise<number>;
}

/** Bytes left for scores and the journal when activations have taken all that they may. */
const RESERVE = 32 << 20;

export function activationStore(options: Pick<StoreOptions, "onTrouble" | "onFull">): ActivationStore {
  const database = openDatabase("activations");
  const { store, again } = storeIn<Float32Array>(database, { ...options, reserve: RESERVE });
  /** Groups of keys that differ in nothing but the stimulus; their values are of one size. */
  const used = new Set<string>();
  const use = (keys: readonly string[]): void => {
    for (const key of keys) used.add(groupOf(key));
  };
  const groups = async (): Promise<ReadonlyMap<string, string[]>> => {
    const found = new Map<string, string[]>();
    for (let last = ""; ; ) {
      const range = IDBKeyRange.lowerBound(last, true);
      const keys = await database("readonly", (entries) => promisifyRequest(entries.getAllKeys(range, KEYS)));
      for (const key of keys.map(String)) {
        const group = groupOf(key);
        const own = found.get(group);
        if (own === undefined) found.set(group, [key]);
        else own.push(key);
        last = key;
      }
      if (keys.length < KEYS) return found;
    }
  };
  return {
    ...store,
    get: (keys) => {
      use(keys);
      return store.get(keys);
    },
    has: (keys) => {
      use(keys);
      return store.has(keys);
    },
    put: (entries) => {
      use(entries.map(([key]) => key));
      return store.put(entries);
    },
    async sizes() {
      const sizes = { used: 0, unused: 0 };
      for (const [group, keys] of await groups()) {
        const [one] = await getMany<Float32Array | undefined>(keys.slice(0, 1), database);
        sizes[used.has(group) ? "used" : "unused"] += keys.length * (one?.byteLength ?? 0);
      }
      return sizes;
    },
    async shed() {
      for (const [group, keys] of await groups()) if (!used.has(group)) await delMany(keys, database);
      again();
    },
    sweep: () =>
      database("readwrite", async (entries) => {
        const current = `${COMPUTED}|`;
        const others = [IDBKeyRange.upperBound(current, true), IDBKeyRange.lowerBound(`${current}\uffff`)];
        const counts = await Promise.all(others.map((range) => promisifyRequest(entries.count(range))));
        for (const range of others) entries.delete(range);
        await promisifyRequest(entries.transaction);
        return counts.reduce((sum, count) => sum + count, 0);
      }).catch(() => 0),
  };
}

/** Keys read at a time. */
const KEYS = 10_000;

function groupOf(key: string): string {
  return key.slice(0, key.lastIndexOf("|"));
}

/**
 * The key of one stimulus's activations at one tap. Everything that can change the numbers is in it: the image's bytes,
 * where it is put on the screen, the network's files with its preprocessing (`network`), the tap, the backend's
 * precision class, and the versions of the runtime and of our own pixel arithmetic.
 */
export function activationKey(placed: PlacedStimulus, network: string, tap: string, backend: Backend): string {
  const { stimulus, screen } = placed;
  const shown = screen === null ? "whole" : `${screen.source}/${screen.target}`;
  return [COMPUTED, network, backend, tap, shown, stimulus.sha256].join("|");
}

/** Raise when decoding, screen, resize or normalisation change what a network sees. */
const PIXELS = "pixels-1";
/** The onnxruntime-web release whose kernels made the numbers (package.json). */
export const RUNTIME = "ort-1.30.0";
/** What a number computed by this version of the page goes by. */
export const COMPUTED = `${PIXELS}|${RUNTIME}`;
