/**
 * Whose turn it is: one run at a time over all tabs of this page.
 *
 * Two runs at once would halve each other's speed and take twice the memory. (Downloads have locks of their own, in their
 * worker: download.ts.) A tab asks for its turn through the browser's Web Locks, which give a dead tab's turn back by
 * themselves; it may wait, or take the turn from whoever has it. This is manners, not safety: what is stored is right
 * whoever writes it (store.ts). Where there are no Web Locks (insecure addresses) it is always one's turn.
 */
import { GapscopeError } from "../faults/faults.ts";

export interface Turn {
  /** Aborted when another tab takes the turn. */
  readonly lost: AbortSignal;
  end(): void;
}

export class Turns {
  readonly #name: string;
  readonly #locks: LockManager | undefined;
  /** Ends the waiting, so that the turn is taken. */
  #impatient: AbortController | undefined;

  constructor(name: string, locks = browserLocks()) {
    this.#name = `gapscope-${name}`;
    this.#locks = locks;
  }

  /** Resolves when it is this tab's turn; calls `onWait` if another tab has it. Rejects with `cancelled`. */
  async take(signal: AbortSignal, onWait: () => void): Promise<Turn> {
    const free = await this.takeIfFree();
    if (free !== undefined) return free;
    onWait();
    const impatient = new AbortController();
    this.#impatient = impatient;
    try {
      const turn = await this.#request({ signal: AbortSignal.any([signal, impatient.signal]) });
      if (turn !== undefined) return turn;
    } catch {
      if (signal.aborted) throw GapscopeError.cancelled();
    } finally {
      this.#impatient = undefined;
    }
    return (await this.#request({ steal: true })) ?? UNSHARED;
  }

  /** The turn, or undefined where another tab has it. */
  takeIfFree(): Promise<Turn | undefined> {
    return this.#request({ ifAvailable: true });
  }

  /** Takes the turn that this tab waits for from the tab that has it. */
  takeOver(): void {
    this.#impatient?.abort();
  }

  /** Whether any tab has it, this one too. */
  async taken(): Promise<boolean> {
    const { held = [] } = (await this.#locks?.query()) ?? {};
    return held.some(({ name }) => name === this.#name);
  }

  #request(options: LockOptions): Promise<Turn | undefined> {
    const locks = this.#locks;
    if (locks === undefined) return Promise.resolve(UNSHARED);
    return new Promise((resolve, reject) => {
      const lost = new AbortController();
      const held = (lock: Lock | null): Promise<void> | undefined => {
        if (lock === null) {
          resolve(undefined);
          return undefined;
        }
        return new Promise((end) => resolve({ lost: lost.signal, end }));
      };
      locks.request(this.#name, options, held).catch((error: unknown) => {
        lost.abort(); // of a turn that one has this is the only error: it was taken
        reject(error);
      });
    });
  }
}

const UNSHARED: Turn = { lost: new AbortController().signal, end: () => undefined };

function browserLocks(): LockManager | undefined {
  return typeof navigator !== "undefined" && "locks" in navigator ? navigator.locks : undefined;
}
