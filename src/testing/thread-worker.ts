/**
 * Threads of Node with the interface of a browser's workers, so that lab/rpc.ts can be tried on workers that really hang.
 * Callbacks cannot cross: they need the browser's message ports.
 */
import { type MessagePort, Worker as Thread, type TransferListItem } from "node:worker_threads";

/** The side within the thread. */
export function eventsOf(
  port: MessagePort,
): EventTarget & { postMessage(message: unknown, transfer?: Transferable[]): void } {
  const events = new EventTarget();
  port.on("message", (data: unknown) => events.dispatchEvent(new MessageEvent("message", { data })));
  return Object.assign(events, {
    postMessage: (message: unknown, transfer: Transferable[] = []) => port.postMessage(message, buffersOf(transfer)),
  });
}

/** A thread that runs a TypeScript file. */
export class ThreadWorker extends EventTarget {
  readonly #thread: Thread;

  constructor(file: URL) {
    super();
    const [tsx, started] = [import.meta.resolve("tsx/esm/api"), file.href].map((url) => JSON.stringify(url));
    const start = `import(${tsx}).then(({ register }) => { register(); return import(${started}); });`;
    this.#thread = new Thread(start, { eval: true });
    this.#thread.on("message", (data: unknown) => this.dispatchEvent(new MessageEvent("message", { data })));
    this.#thread.on("error", (error) =>
      this.dispatchEvent(Object.assign(new Event("error"), { message: String(error) })),
    );
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#thread.postMessage(message, buffersOf(transfer));
  }

  terminate(): void {
    void this.#thread.terminate();
  }
}

function buffersOf(transfer: readonly Transferable[]): TransferListItem[] {
  return transfer.filter((item) => item instanceof ArrayBuffer);
}
