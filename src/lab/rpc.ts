/**
 * Calls across a worker's border: the one wrapper around Comlink.
 *
 * What Comlink leaves open and this closes: a call whose worker dies, hangs, fails to start or is terminated settles
 * (with a GapscopeError) instead of waiting for ever; a call settles once; errors cross with code, faults, cause and
 * stack; a callback given to a call may answer, and is released when the call ends. It does not retry and does not pool: whoever owns
 * a client replaces it.
 */
import * as Comlink from "comlink";
import { GapscopeError, type GapscopeErrorRecord } from "../faults/faults.ts";

/** What a worker offers: methods that take and give what structured cloning carries, and callbacks. */
// biome-ignore lint/suspicious/noExplicitAny: a constraint over every parameter list; no value ever has this type
export type WorkerApi = Record<string, (...args: any[]) => unknown>;

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Buffers to hand over instead of copying. */
  readonly transfer?: readonly Transferable[];
  /**
   * Milliseconds without a sign of life (an answer, or a callback of this call) after which the worker is given up.
   * Callers derive it from what they have measured; a worker in the middle of a batch cannot say that it lives.
   */
  readonly patience?: number;
}

const PATIENCE = 180_000;
/**
 * Patience is waited for in pieces: a machine that slept finds one of them over when it wakes, not the whole of it, and the
 * worker, which slept too, has time left.
 */
const LOOKS = 10;

export class WorkerClient<Api extends WorkerApi> {
  readonly #worker: Worker;
  readonly #remote: Comlink.Remote<Api>;
  readonly #pending = new Set<(error: GapscopeError) => void>();
  #death: GapscopeError | undefined;

  /** `name` is for sentences: "The subject worker stopped: …". */
  constructor(
    worker: Worker,
    readonly name: string,
  ) {
    this.#worker = worker;
    this.#remote = Comlink.wrap<Api>(worker);
    worker.addEventListener("error", (event) => {
      event.preventDefault?.();
      this.#die(
        new GapscopeError("worker-died", `The ${name} worker stopped: ${event.message || "it could not be started"}.`),
      );
    });
    worker.addEventListener("messageerror", () => {
      this.#die(new GapscopeError("worker-died", `The ${name} worker sent something that could not be read.`));
    });
  }

  get alive(): boolean {
    return this.#death === undefined;
  }

  /** Calls `method`. Rejects with a GapscopeError: what the method threw, `cancelled`, `worker-died` or `worker-hung`. */
  call<Method extends keyof Api & string>(
    method: Method,
    args: Parameters<Api[Method]>,
    { signal, transfer = [], patience = PATIENCE }: CallOptions = {},
  ): Promise<Awaited<ReturnType<Api[Method]>>> {
    return new Promise((resolve, reject) => {
      if (this.#death !== undefined) return reject(this.#death);
      if (signal?.aborted) return reject(GapscopeError.cancelled());

      let watchdog: ReturnType<typeof setTimeout> | undefined;
      const settle = (outcome: () => void): void => {
        clearTimeout(watchdog);
        signal?.removeEventListener("abort", cancel);
        this.#pending.delete(fail);
        outcome();
      };
      const fail = (error: GapscopeError): void => settle(() => reject(error));
      const cancel = (): void => fail(GapscopeError.cancelled());
      const wait = (looks: number): void => {
        watchdog = setTimeout(() => {
          if (looks > 1) return wait(looks - 1);
          const seconds = Math.round(patience / 1000);
          this.#die(new GapscopeError("worker-hung", `The ${this.name} worker gave no sign of life for ${seconds} s.`));
        }, patience / LOOKS);
      };
      const alive = (): void => {
        clearTimeout(watchdog);
        wait(LOOKS);
      };
      this.#pending.add(fail);
      signal?.addEventListener("abort", cancel, { once: true });
      alive();

      const sent = args.map((arg) =>
        typeof arg === "function"
          ? Comlink.proxy((...values: unknown[]) => {
              if (!this.#pending.has(fail)) return undefined; // nobody waits for the answer any more
              alive();
              return arg(...values);
            })
          : arg,
      );
      const first = sent[0];
      if (transfer.length > 0 && typeof first === "object" && first !== null)
        sent[0] = Comlink.transfer(first, [...transfer]);
      // Comlink types a remote method by the API's own; the compiler cannot see through the indexed access.
      const remote = this.#remote[method] as unknown as (
        ...values: unknown[]
      ) => Promise<Awaited<ReturnType<Api[Method]>>>;
      remote(...sent).then(
        (value) => {
          if (this.#pending.has(fail)) settle(() => resolve(value));
        },
        (error: unknown) => {
          if (this.#pending.has(fail)) fail(GapscopeError.from(error));
        },
      );
    });
  }

  /** Stops the worker; every pending call rejects with `cancelled`. */
  terminate(): void {
    this.#die(GapscopeError.cancelled());
  }

  #die(error: GapscopeError): void {
    if (this.#death !== undefined) return;
    this.#death = error;
    this.#worker.terminate();
    for (const fail of [...this.#pending]) fail(error);
  }
}

/** A worker's side: offers `api` to the page (over `endpoint` in tests, else over the worker's own global scope). */
export function serve<Api extends WorkerApi>(api: Api, endpoint?: Comlink.Endpoint): void {
  const wrapped = Object.fromEntries(
    Object.entries(api).map(([name, method]) => [
      name,
      async (...args: unknown[]) => {
        try {
          return await method(...args);
        } finally {
          for (const arg of args) if (typeof arg === "function" && Comlink.releaseProxy in arg) releaseCallback(arg);
        }
      },
    ]),
  );
  Comlink.expose(wrapped, endpoint);
}

/** A value whose buffers the worker hands over to the page instead of copying them. */
export function handOver<T extends object>(value: T, buffers: readonly Transferable[]): T {
  return Comlink.transfer(value, [...buffers]);
}

function releaseCallback(callback: object): void {
  const release = Reflect.get(callback, Comlink.releaseProxy);
  if (typeof release === "function") release.call(callback);
}

/** Comlink's own handler drops everything of an error but name, message and stack; this one sends it whole. */
const thrown = Comlink.transferHandlers.get("throw");
if (thrown !== undefined) {
  Comlink.transferHandlers.set("throw", {
    canHandle: thrown.canHandle,
    serialize: (box: unknown): [GapscopeErrorRecord, Transferable[]] => {
      const value = typeof box === "object" && box !== null && "value" in box ? box.value : box;
      return [GapscopeError.from(value).toRecord(), []];
    },
    deserialize: (record: GapscopeErrorRecord): never => {
      throw GapscopeError.fromRecord(record);
    },
  });
}
