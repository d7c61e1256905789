/**
 * The page's side of the service worker: registering it, keeping the rest of the site, offering updates.
 *
 * Nothing here is forced on anybody. A new version is fetched beside the one that is open and waits until the person says
 * so; the one reload that happens by itself is on a first visit to a host that sends no headers, where it gives wasm its
 * threads, and only while nothing has been opened yet. What the service worker does stands in lab/offline-api.ts.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { GapscopeError } from "../faults/faults.ts";
import type { OfflineState as Kept, OfflineQuestion } from "../lab/offline-api.ts";

export interface OfflineState {
  readonly status:
    | { readonly is: "starting" }
    /** Not to be had here; `why` is a sentence. */
    | { readonly is: "off"; readonly why: string }
    /** The page opens without a network; its large files are on their way. Bytes. */
    | { readonly is: "keeping"; readonly done: number; readonly total: number }
    /** Everything that this machine can use is kept. */
    | { readonly is: "ready"; readonly bytes: number };
  /** What a reload would bring, if anything: `update` a new version, `threads` isolation. */
  readonly offer: "update" | "threads" | undefined;
  /** Other pages of this one that stand in an update's way. */
  readonly others: number;
}

export interface Surroundings {
  /** Whether nothing has been opened, so that a reload costs nothing. */
  readonly untouched: () => boolean;
  /** Whether there is a GPU that the page can use; asked late. */
  readonly gpu: () => boolean;
}

export interface Offline {
  readonly store: StoreApi<OfflineState>;
  start(): Promise<void>;
  /** Reloads into what is offered; a new version takes over first, unless other pages are open. */
  accept(): Promise<void>;
}

/** Set for this tab while a reload for isolation is under way, so that one that does not help is not tried again. */
const RELOADED = "gapscope-reloaded";
/** Milliseconds between looks for a new version, taken when the page comes back into view. */
const LOOK = 30 * 60_000;
/** Milliseconds that the service worker has for an answer. */
const PATIENCE = 15_000;

export function createOffline({ untouched, gpu }: Surroundings): Offline {
  const store = createStore<OfflineState>(() => ({ status: { is: "starting" }, offer: undefined, others: 0 }));
  const { setState: set } = store;
  const off = (why: string): void => set({ status: { is: "off", why } });
  let waiting: ServiceWorker | undefined;

  async function start(): Promise<void> {
    if (!import.meta.env.PROD) return off("This is the development server.");
    if (!("serviceWorker" in navigator)) {
      return off(
        isSecureContext
          ? "This browser has no service workers, or none in private windows."
          : "Service workers need an address with https, or localhost.",
      );
    }
    if (crossOriginIsolated) keep(undefined);
    try {
      const script = new URL("offline.js", document.baseURI);
      const registration = await navigator.serviceWorker.register(script, { updateViaCache: "none" });
      // Automation may forbid it, and then answers with nothing.
      if (registration === undefined) return off("This browser was told not to use service workers.");
      watch(registration);
      await run(await installed(registration));
    } catch (error) {
      off(`The page could not be kept: ${GapscopeError.from(error).message}`);
    }
  }

  async function run(worker: ServiceWorker): Promise<void> {
    const { serviceWorker } = navigator;
    if (serviceWorker.controller === null) {
      // Its name has its hash; in the meantime the host may have got another version, which the service worker is of.
      if ((await ask(worker, { ask: "claim", script: import.meta.url })) !== true) {
        set({ offer: "update" });
        return off("Another version of this page is kept already.");
      }
      if (!crossOriginIsolated && !reloadOnce()) set({ offer: "threads" });
    }
    await fill(worker);
  }

  /** Reloads for isolation unless that costs the person something or was tried. Whether it does. */
  function reloadOnce(): boolean {
    if (!untouched() || reloaded() || !keep("for isolation")) return false;
    location.reload();
    return true;
  }

  /** Keeps the files that the page can do without at first. Requesting them is enough: the service worker keeps them. */
  async function fill(worker: ServiceWorker): Promise<void> {
    const { kept, missing } = await stateOf(worker);
    const wanted = missing.filter(({ when }) => when !== "gpu" || gpu());
    const total = kept + wanted.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = kept;
    for (const { path, bytes } of wanted) {
      set({ status: { is: "keeping", done, total } });
      const answer = await fetch(new URL(encodeURI(path), document.baseURI), { priority: "low" });
      await answer.arrayBuffer();
      done += bytes;
    }
    const left = (await stateOf(worker)).missing.filter(({ when }) => when !== "gpu" || gpu());
    if (left.length > 0) off("The page’s large files could not be kept.");
    else set({ status: { is: "ready", bytes: done } });
  }

  /** Offers whatever version waits now or comes later, and looks for one now and then. */
  function watch(registration: ServiceWorkerRegistration): void {
    const offer = (worker: ServiceWorker): void => {
      waiting = worker;
      set({ offer: "update", others: 0 });
    };
    if (registration.waiting !== null) offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const { installing, active } = registration;
      if (active === null) return; // the first one is no update
      installing?.addEventListener("statechange", () => {
        if (installing.state === "installed") offer(installing);
      });
    });
    let looked = performance.now();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" || performance.now() - looked < LOOK) return;
      looked = performance.now();
      registration.update().catch(() => undefined); // there is no network, then
    });
  }

  return {
    store,
    start,
    async accept() {
      if (waiting === undefined || waiting.state !== "installed") return location.reload();
      const { serviceWorker } = navigator;
      const taken = new Promise((resolve) => serviceWorker.addEventListener("controllerchange", resolve));
      const others = Number(await ask(waiting, { ask: "take over" }));
      set({ others });
      if (others > 0) return;
      await taken;
      location.reload();
    },
  };
}

/** The service worker in charge; of a first visit, once it is. Rejects where it could not be installed. */
async function installed(registration: ServiceWorkerRegistration): Promise<ServiceWorker> {
  if (registration.active !== null) return registration.active;
  const coming = registration.installing ?? registration.waiting;
  const failed = new Promise<never>((_, reject) =>
    coming?.addEventListener("statechange", () => {
      if (coming.state === "redundant")
        reject(new GapscopeError("internal", "a file is missing, or the browser has no room."));
    }),
  );
  const { active } = await Promise.race([navigator.serviceWorker.ready, failed]);
  if (active === null) throw new GapscopeError("internal", "there is no service worker.");
  return active;
}

async function stateOf(worker: ServiceWorker): Promise<Kept> {
  return (await ask(worker, { ask: "state" })) as Kept; // what it answers to this question
}

function ask(worker: ServiceWorker, question: OfflineQuestion): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new GapscopeError("worker-hung", "The service worker gives no answer.")),
      PATIENCE,
    );
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      clearTimeout(timer);
      port1.close();
      resolve(data);
    };
    worker.postMessage(question, [port2]);
  });
}

function reloaded(): boolean {
  try {
    return sessionStorage.getItem(RELOADED) !== null;
  } catch {
    return true;
  }
}

/** Writes or, without a value, removes the note of a reload. Whether that could be done. */
function keep(note: string | undefined): boolean {
  try {
    if (note === undefined) sessionStorage.removeItem(RELOADED);
    else sessionStorage.setItem(RELOADED, note);
    return true;
  } catch {
    return false;
  }
}
