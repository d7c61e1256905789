/**
 * The gate of a run: closed, the run stands still between two steps until it is opened again.
 *
 * It is passed along like the signal that cancels. Whoever does the work asks to pass before each batch or fit; the step in
 * progress is never broken off, and nothing is given up: workers, memory and the run's turn are kept.
 */
import { GapscopeError } from "../faults/faults.ts";

/** `closing` until the first of those who work has come to the gate. */
export type GateState = "open" | "closing" | "closed";

export class Gate {
  readonly #onState: (state: GateState) => void;
  readonly #held = new Set<() => void>();
  #state: GateState = "open";
  #closedAt = 0;
  #closedFor = 0;

  constructor(onState: (state: GateState) => void = () => undefined) {
    this.#onState = onState;
  }

  close(): void {
    if (this.#state === "open") this.#become("closing");
  }

  open(): void {
    if (this.#state === "open") return;
    if (this.#state === "closed") this.#closedFor += performance.now() - this.#closedAt;
    this.#become("open");
    for (const goOn of this.#held) goOn();
    this.#held.clear();
  }

  /** Milliseconds in which the run stood still so far: estimates do not count them. */
  get closedFor(): number {
    return this.#closedFor + (this.#state === "closed" ? performance.now() - this.#closedAt : 0);
  }

  /** Resolves at once, or when the gate is opened. Throws `cancelled`. */
  async pass(signal: AbortSignal | undefined): Promise<void> {
    while (this.#state !== "open") {
      if (signal?.aborted) throw GapscopeError.cancelled();
      if (this.#state === "closing") {
        this.#closedAt = performance.now();
        this.#become("closed");
      }
      await new Promise<void>((resolve) => {
        this.#held.add(resolve);
        signal?.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    if (signal?.aborted) throw GapscopeError.cancelled();
  }

  #become(state: GateState): void {
    this.#state = state;
    this.#onState(state);
  }
}
