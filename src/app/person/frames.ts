/**
 * Time as the screen has it: in frames.
 *
 * What is drawn in a frame's callback is painted with that frame, so the frame's time stamp is the time of the first paint,
 * but for the screen's own delay, which is the same for every frame and cancels in durations. Nothing here draws.
 */
import { GapscopeError } from "../../faults/faults.ts";

/** How a frame is asked for; requestAnimationFrame but in tests. */
export interface FrameSource {
  request(callback: (timestamp: number) => void): number;
  cancel(handle: number): void;
}

const ANIMATION: FrameSource = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
};

const REMEMBERED = 121;

export class FrameClock {
  readonly #source: FrameSource;
  readonly #gaps: number[] = [];
  #last: number | undefined;

  constructor(source: FrameSource = ANIMATION) {
    this.#source = source;
  }

  /** Median time between frames so far, in milliseconds; NaN before two frames. */
  get interval(): number {
    const sorted = [...this.#gaps].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  }

  /** The next frame's time stamp; the caller still draws into that frame. Throws `cancelled`. */
  next(signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(GapscopeError.cancelled());
        return;
      }
      const stop = (): void => {
        this.#source.cancel(handle);
        this.#last = undefined;
        reject(GapscopeError.cancelled());
      };
      const handle = this.#source.request((timestamp) => {
        signal.removeEventListener("abort", stop);
        this.#note(timestamp);
        resolve(timestamp);
      });
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** The first frame that is nearer to `at` than the frame after it. Throws `cancelled`. */
  async until(at: number, signal: AbortSignal): Promise<number> {
    for (;;) {
      const now = await this.next(signal);
      // Frames jitter by a fraction of a millisecond; a plain `now >= at` would show every second picture a frame longer.
      if (now >= at - (this.interval || 0) / 2) return now;
    }
  }

  /** Forgets when the last frame was: after a wait without frames. */
  rest(): void {
    this.#last = undefined;
  }

  #note(timestamp: number): void {
    if (this.#last !== undefined) this.#gaps.push(timestamp - this.#last);
    if (this.#gaps.length > REMEMBERED) this.#gaps.shift();
    this.#last = timestamp;
  }
}
