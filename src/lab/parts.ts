/**
 * Files that arrive in parts, in IndexedDB through idb-keyval: what a download has brought so far, and the whole of it.
 *
 * A part and the facts about the file are written in one transaction, so that a worker that is stopped in the middle
 * leaves whole parts and right counts. The parts of a finished file stay where they are: it is read as one Blob over
 * them, and no byte is stored twice. Unlike the store of activations this one never goes on in memory: what cannot be
 * kept is an error.
 */
import { delMany, getMany, setMany } from "idb-keyval";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import { openDatabase } from "./store.ts";

export interface PartFacts {
  readonly url: string;
  /** Bytes, and the number of parts that they lie in. */
  readonly received: number;
  readonly parts: number;
  /** Bytes of the whole file, where the host says. */
  readonly total?: number;
  /** The host's strong ETag or its date: what says that a rest is of the same file. */
  readonly validator?: string;
  readonly complete: boolean;
}

export interface PartStore {
  facts(keys: readonly string[]): Promise<(PartFacts | undefined)[]>;
  /** Adds a part; `facts` count it already. Throws `storage-full`. */
  append(key: string, facts: PartFacts, part: Blob): Promise<void>;
  /** Writes the facts alone. */
  note(key: string, facts: PartFacts): Promise<void>;
  /** The file over its parts; undefined where it is not whole. */
  file(key: string): Promise<Blob | undefined>;
  forget(key: string): Promise<void>;
}

export function partStore(name = "downloads"): PartStore {
  const database = openDatabase(name);
  const partKeys = (key: string, parts: number): string[] => Array.from({ length: parts }, (_, i) => `${key}|${i}`);
  const put = (entries: [string, unknown][]): Promise<void> =>
    setMany(entries, database).catch((error: unknown) => {
      throw storageTrouble(error);
    });
  const facts = (keys: readonly string[]): Promise<(PartFacts | undefined)[]> =>
    getMany<PartFacts>([...keys], database);
  return {
    facts,
    append: (key, facts, part) =>
      put([
        [`${key}|${facts.parts - 1}`, part],
        [key, facts],
      ]),
    note: (key, facts) => put([[key, facts]]),
    async file(key) {
      const [known] = await facts([key]);
      if (known?.complete !== true) return undefined;
      const parts = await getMany<Blob>(partKeys(key, known.parts), database);
      const file = new Blob(parts.filter((part) => part !== undefined));
      return file.size === known.received ? file : undefined;
    },
    async forget(key) {
      const [known] = await facts([key]);
      if (known !== undefined) await delMany([key, ...partKeys(key, known.parts)], database);
    },
  };
}

/** A refusal to store, in words: full, or not allowed at all (private windows). */
export function storageTrouble(error: unknown): GapscopeError {
  if (error instanceof GapscopeError) return error;
  const full = error instanceof DOMException && error.name === "QuotaExceededError";
  return storageFull(
    full ? "The browser has no more room for this page." : "The browser does not let this page store anything.",
    full
      ? "Free the weights of a model that you do not need, or space on this machine."
      : "Leave the private window, or allow this page to store data.",
    error,
  );
}

export function storageFull(message: string, remedy: string, cause?: unknown): GapscopeError {
  const fault: Fault = { code: "storage-full", message, remedy };
  return new GapscopeError("storage-full", message, { faults: [fault], ...(cause === undefined ? {} : { cause }) });
}
