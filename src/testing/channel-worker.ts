import { serve, type WorkerApi } from "../lab/rpc.ts";

/**
 * A worker in this thread: the two ends of a message channel with the events of a real one. Real workers die in the
 * browser tests (e2e/); here each way of not answering is made by hand.
 */
export class ChannelWorker extends EventTarget {
  readonly #channel = new MessageChannel();
  terminated = 0;

  constructor(api: WorkerApi) {
    super();
    serve(api, this.#channel.port2);
    this.#channel.port2.start();
    this.#channel.port1.addEventListener("message", (event) =>
      this.dispatchEvent(new MessageEvent("message", { data: event.data, ports: [...event.ports] })),
    );
    this.#channel.port1.start();
  }
  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#channel.port1.postMessage(message, transfer);
  }
  terminate(): void {
    this.terminated += 1;
    this.#channel.port1.close();
    this.#channel.port2.close();
  }

  /** Dies as a real worker does, on its own. */
  die(message = "boom"): void {
    this.dispatchEvent(Object.assign(new Event("error"), { message }));
  }
}
