/**
 * The journal: what is kept of a run while it goes on, so that one that ends by itself can be gone on with.
 *
 * Activations and scores are kept by their content already (store.ts). What a page takes with it when it dies is what was
 * open and how far the run was: the journal keeps the files that were opened (the panel's weights lie on their shelf), what
 * was asked for, and the number of answers. Files are written before the record that names them, on disk before it is
 * said; a run that ends, is cancelled or is discarded takes its record first and its files after it. The journal is a
 * convenience: where nothing can be stored, or the files are too many for the room there is, the run goes on all the same.
 *
 * A run that computes everything anew must not go on with what an earlier one had stored. It sees the stores through
 * `sinceBegin`: only what was put since it began, before or after it was interrupted.
 */
import { delMany, getMany, promisifyRequest, setMany, type UseStore } from "idb-keyval";
import type { BackendWish } from "./backend.ts";
import type { LabStores } from "./run.ts";
import { type KeyValueStore, openDatabase } from "./store.ts";
import { Turns } from "./turn.ts";

/** Files that were opened together: a zip; a card and its network's files; a recording. */
export interface OpenedFiles {
  readonly files: readonly File[];
  /** Digest of what they are. */
  readonly digest: string;
  /** What a recording was called. */
  readonly name?: string;
}

/** What a run is of. */
export interface RunPlan {
  readonly opened: readonly OpenedFiles[];
  /** The panel's models that take part. */
  readonly panel: readonly string[];
  readonly wish: BackendWish;
  readonly fresh: boolean;
  /** Digests of whose layers are scored on what; absent of a run that scores subjects. */
  readonly layers?: { readonly subject: string; readonly benchmark: string };
  /** For sentences. */
  readonly benchmarks: readonly string[];
  readonly subjects: readonly string[];
  /** Answers; of a run over layers, hundredths. */
  readonly total: number;
}

/** A run that ended before it was done. */
export interface UnfinishedRun {
  readonly id: string;
  readonly benchmarks: readonly string[];
  readonly subjects: readonly string[];
  /** Whether layers are scored. */
  readonly layers: boolean;
  readonly done: number;
  readonly total: number;
  readonly files: readonly string[];
  /** Bytes of the files; 0 where they were more than there was room for, and have to be opened again by hand. */
  readonly kept: number;
}

/** The run that is under way. Its methods never reject. */
export interface Journalled {
  /** The stores as the run must see them. */
  readonly stores: LabStores;
  progress(done: number): void;
  /** The run is over, whatever came of it. */
  end(): Promise<void>;
}

/** Raise when a record changes its shape; runs of before are told of and discarded. */
const FORMAT = 1;

interface RunRecord extends Omit<RunPlan, "opened"> {
  readonly format: number;
  readonly opened: readonly (Omit<OpenedFiles, "files"> & { readonly files: readonly KeptFile[] })[];
  /** Of the files that are here. */
  readonly bytes: number;
}

interface KeptFile {
  readonly key: string;
  readonly name: string;
  readonly lastModified: number;
}

/** `run|id` is a run's record, `done|id` its answers so far, `seen|id|…` what it stored; files have keys of their own. */
const RUN = "run|";
const doneKey = (id: string): string => `done|${id}`;
const seenKey = (id: string, part: string): string => `seen|${id}|${part}`;

export class Journal {
  readonly #database: UseStore;
  /** For what a power cut may take. */
  readonly #quick: UseStore;

  constructor(name = "journal") {
    this.#database = openDatabase(name);
    this.#quick = openDatabase(name, "relaxed");
  }

  /** Keeps what the run needs; `goesOn` is the unfinished run that it is the rest of. Never rejects. */
  async begin(plan: RunPlan, stores: LabStores, goesOn?: string): Promise<Journalled> {
    const id = goesOn ?? crypto.randomUUID();
    const turn = await turnOf(id).takeIfFree();
    const kept = await this.#keep(id, plan).then(
      () => true,
      () => false, // the stores tell of trouble
    );
    const [before = 0, seen = []] =
      goesOn === undefined ? [] : await Promise.all([this.#done(id), this.#seen(id)]).catch(() => []);
    const note = async (keys: readonly string[]): Promise<void> => {
      if (kept) await this.#put(seenKey(id, crypto.randomUUID()), keys).catch(() => undefined);
    };
    let wanted = before;
    let written = before;
    let writing: Promise<void> = Promise.resolve();
    const write = async (): Promise<void> => {
      if (written === wanted) return; // written with an earlier one
      written = wanted;
      await setMany([[doneKey(id), wanted]], this.#quick).catch(() => undefined);
    };
    return {
      stores: plan.fresh ? sinceBegin(stores, new Set(seen), note) : stores,
      progress: (done) => {
        wanted = Math.max(wanted, done); // what is stored already is passed by quickly, and may be cut short
        if (kept) writing = writing.then(write);
      },
      end: async () => {
        await writing;
        await this.#forget(id, true).catch(() => undefined);
        turn?.end();
      },
    };
  }

  /** The runs that ended before they were done; also how many of an earlier version, which are discarded. */
  async unfinished(): Promise<{ readonly runs: readonly UnfinishedRun[]; readonly outdated: number }> {
    const runs: UnfinishedRun[] = [];
    let outdated = 0;
    for (const [id, record] of await this.#records()) {
      if (await turnOf(id).taken()) continue; // another tab is at it
      if (record.format !== FORMAT) {
        outdated += 1;
        await this.discard(id);
        continue;
      }
      const { benchmarks, subjects, total, opened, bytes } = record;
      const files = opened.flatMap(({ files }) => files.map(({ name }) => name));
      const layers = record.layers !== undefined;
      runs.push({ id, benchmarks, subjects, layers, total, files, kept: bytes, done: await this.#done(id) });
    }
    await this.#sweep();
    return { runs, outdated };
  }

  /** What an unfinished run was of, with its files; those that are not here are missing. Undefined where it is gone. */
  async reopen(id: string): Promise<RunPlan | undefined> {
    const record = (await this.#records()).get(id);
    if (record === undefined) return undefined;
    const opened = await Promise.all(
      record.opened.map(async ({ files, ...rest }) => {
        const bytes = await getMany<Blob | undefined>(
          files.map(({ key }) => key),
          this.#database,
        );
        const here = files.flatMap(({ name, lastModified }, i) => {
          const blob = bytes[i];
          return blob === undefined ? [] : [new File([blob], name, { lastModified })];
        });
        return { ...rest, files: here.length === files.length ? here : [] };
      }),
    );
    return { ...record, opened };
  }

  /** Forgets a run, and the files that no other one needs. */
  discard(id: string): Promise<void> {
    return this.#forget(id, false);
  }

  /** `mine`: this tab has the turn, so that nobody else is writing. */
  async #forget(id: string, mine: boolean): Promise<void> {
    const parts = await this.#keys(seenKey(id, ""));
    await delMany([`${RUN}${id}`, doneKey(id), ...parts], this.#quick);
    await this.#sweep(mine);
  }

  /** Files first, then the record that names them. */
  async #keep(id: string, plan: RunPlan): Promise<void> {
    const files = plan.opened.flatMap(({ files, digest }) => files.map((file) => ({ file, key: keyOf(file, digest) })));
    const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
    const room = await freeRoom();
    const fits = room === undefined || bytes <= room / 2;
    if (fits) {
      const there = new Set(await this.#keys(FILE));
      for (const { file, key } of files) if (!there.has(key)) await this.#put(key, file);
    }
    const opened = plan.opened.map(({ files, ...rest }) => ({
      ...rest,
      files: files.map((file) => ({ key: keyOf(file, rest.digest), name: file.name, lastModified: file.lastModified })),
    }));
    const record: RunRecord = { ...plan, opened, format: FORMAT, bytes: fits ? bytes : 0 };
    await this.#put(`${RUN}${id}`, record);
  }

  /** Deletes what belongs to no record: of runs that ended while they were written down. */
  async #sweep(mine = false): Promise<void> {
    if (!mine && (await new Turns(RUNS).taken())) return; // somebody may be writing
    const records = await this.#records();
    const needed = new Set(
      [...records].flatMap(([id, { opened }]) => [
        doneKey(id),
        ...opened.flatMap(({ files }) => files.map(({ key }) => key)),
      ]),
    );
    const keys = [...(await this.#keys(FILE)), ...(await this.#keys(doneKey("")))];
    const idle = keys.filter((key) => !needed.has(key));
    if (idle.length > 0) await delMany(idle, this.#quick);
  }

  async #records(): Promise<ReadonlyMap<string, RunRecord>> {
    const keys = await this.#keys(RUN);
    const records = await getMany<RunRecord>(keys, this.#database);
    return new Map(keys.map((key, i) => [key.slice(RUN.length), records[i]] as const).filter(isThere));
  }

  async #done(id: string): Promise<number> {
    const [done] = await getMany<number | undefined>([doneKey(id)], this.#database);
    return done ?? 0;
  }

  async #seen(id: string): Promise<readonly string[]> {
    const parts = await getMany<readonly string[]>(await this.#keys(seenKey(id, "")), this.#database);
    return parts.flatMap((keys) => [...(keys ?? [])]);
  }

  async #keys(prefix: string): Promise<string[]> {
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    const keys = await this.#database("readonly", (store) => promisifyRequest(store.getAllKeys(range)));
    return keys.map(String);
  }

  #put(key: string, value: unknown): Promise<void> {
    return setMany([[key, value]], this.#database);
  }
}

/** The turn of the runs of all tabs, and of one run: while somebody has it, the run is not unfinished. */
export const RUNS = "runs";
const turnOf = (id: string): Turns => new Turns(`run-${id}`);

const FILE = "file|";
/** A file by what it is of and what tells its versions apart. */
function keyOf({ name, size, lastModified }: File, digest: string): string {
  return `${FILE}${digest}|${size}|${lastModified}|${name}`;
}

function isThere<Key, Value>(entry: readonly [Key, Value | undefined]): entry is readonly [Key, Value] {
  return entry[1] !== undefined;
}

/** Bytes that the browser has left for this page; undefined where it does not say. */
async function freeRoom(): Promise<number | undefined> {
  const { quota, usage = 0 } = (await globalThis.navigator?.storage?.estimate().catch(() => undefined)) ?? {};
  return quota === undefined ? undefined : quota - usage;
}

/**
 * The stores with nothing in them but what is put through this view, and what `seen` names. `note` is told of it after it
 * is stored.
 */
export function sinceBegin(
  stores: LabStores,
  seen: Set<string>,
  note: (keys: readonly string[]) => Promise<void> = () => Promise.resolve(),
): LabStores {
  const view = <Value>(name: string, store: KeyValueStore<Value>): KeyValueStore<Value> => {
    const own = (key: string): string => `${name}|${key}`;
    const known = (keys: readonly string[]): string[] => keys.filter((key) => seen.has(own(key)));
    /** What `ask` gives for the keys that are known, in the places of all. */
    const among = async <Answer>(
      keys: readonly string[],
      ask: (keys: readonly string[]) => Promise<Answer[]>,
      otherwise: Answer,
    ): Promise<Answer[]> => {
      const asked = known(keys);
      const answers = asked.length === 0 ? [] : await ask(asked);
      const byKey = new Map(asked.map((key, i) => [key, answers[i]] as const).filter(isThere));
      return keys.map((key) => byKey.get(key) ?? otherwise);
    };
    return {
      get: (keys) => among<Value | undefined>(keys, store.get, undefined),
      has: (keys) => among(keys, store.has, false),
      put: async (entries) => {
        await store.put(entries);
        const keys = entries.map(([key]) => own(key)).filter((key) => !seen.has(key));
        for (const key of keys) seen.add(key);
        if (keys.length > 0) await note(keys);
      },
      remove: store.remove,
      clear: store.clear,
    };
  };
  return {
    activations: view("activations", stores.activations),
    results: view("results", stores.results),
    choices: view("choices", stores.choices),
    ...(stores.inner === undefined ? {} : { inner: view("inner", stores.inner) }),
  };
}
