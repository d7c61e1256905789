import { describe, expect, it } from "vitest";
import { GapscopeError } from "../../faults/faults.ts";
import { FrameClock, type FrameSource } from "./frames.ts";
import { type Answered, runTrial, type TrialOptions } from "./trial.ts";

/** A screen that makes a frame whenever one is asked for, `interval` ms after the last, give or take `jitter`. */
class MadeUpFrames implements FrameSource {
  now = 1000;
  #handle = 0;
  readonly #cancelled = new Set<number>();

  constructor(
    readonly interval = 1000 / 60,
    readonly jitter: () => number = () => 0,
  ) {}

  request(callback: (timestamp: number) => void): number {
    this.#handle += 1;
    const handle = this.#handle;
    queueMicrotask(() => {
      if (this.#cancelled.has(handle)) return;
      this.now += this.interval;
      callback(this.now + this.jitter());
    });
    return handle;
  }

  cancel(handle: number): void {
    this.#cancelled.add(handle);
  }
}

const PICTURE_AND_MASK = { presentationMs: 200, maskMs: 200 };

function trial(frames: MadeUpFrames, more: Partial<TrialOptions> = {}) {
  const seen: [string, number][] = [];
  const draw = (what: string) => () => {
    seen.push([what, frames.now]);
  };
  const screen = { cross: draw("cross"), pictures: draw("pictures"), mask: draw("mask"), blank: draw("blank") };
  const answer = (): Promise<Answered> => {
    seen.push(["ask", frames.now]);
    return Promise.resolve({ answer: "dog", input: "key", at: frames.now + 512.5 });
  };
  const options: TrialOptions = {
    screen,
    clock: new FrameClock(frames),
    timing: PICTURE_AND_MASK,
    ask: answer,
    lastOnset: undefined,
    onOnset: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
  return { seen, run: runTrial(options) };
}

describe("a trial", () => {
  it("shows cross, picture, noise and choices, each for its time", async () => {
    const { seen, run } = trial(new MadeUpFrames());
    const response = await run;
    expect(seen.map(([what]) => what)).toEqual(["cross", "pictures", "mask", "blank", "ask", "blank"]);
    const [cross = 0, pictures = 0, mask = 0, blank = 0] = seen.map(([, at]) => at);
    expect(pictures - cross).toBeCloseTo(300, 6);
    expect(mask - pictures).toBeCloseTo(200, 6);
    expect(blank - mask).toBeCloseTo(200, 6);
    expect(response.presentationMs).toBeCloseTo(200, 6);
    expect(response.responseMs).toBeCloseTo(400 + 512.5, 6);
    expect(response.frameMs).toBeCloseTo(1000 / 60, 6);
  });

  it.each([60, 75, 120, 144])("at %i Hz is shown for the number of frames that is nearest", async (rate) => {
    // A deterministic jitter of a fifth of a millisecond: frames are never quite in time.
    let step = 0;
    const jitter = (): number => {
      step += 1;
      return 0.2 * Math.sin(step * 12.9898);
    };
    const { presentationMs } = await trial(new MadeUpFrames(1000 / rate, jitter)).run;
    const nearest = (Math.round((200 * rate) / 1000) * 1000) / rate;
    expect(Math.abs(presentationMs - nearest)).toBeLessThan(0.5);
  });

  it("measures what was shown, not what was asked, when frames are dropped", async () => {
    const frames = new MadeUpFrames();
    const { run } = trial(frames, {
      onOnset: () => {
        frames.now += 90; // the browser was busy
      },
    });
    expect((await run).presentationMs).toBeGreaterThanOrEqual(200 - 1000 / 120);
    const slow = new MadeUpFrames(125);
    expect((await trial(slow).run).presentationMs).toBeCloseTo(250, 6);
  });

  it("leaves the picture until it is answered where no time is set", async () => {
    const { seen, run } = trial(new MadeUpFrames(), { timing: { presentationMs: null, maskMs: 0 } });
    await run;
    expect(seen.map(([what]) => what)).toEqual(["cross", "pictures", "ask", "blank"]);
  });

  it("begins a second after the one before, however fast that was answered", async () => {
    const frames = new MadeUpFrames();
    const onsets: number[] = [];
    let lastOnset: number | undefined;
    for (let i = 0; i < 5; i++) {
      await trial(frames, {
        timing: { presentationMs: 100, maskMs: 0 },
        lastOnset,
        onOnset: (at) => {
          lastOnset = at;
          onsets.push(at);
        },
      }).run;
    }
    for (const [i, onset] of onsets.slice(1).entries())
      expect(onset - (onsets[i] ?? 0)).toBeGreaterThanOrEqual(1000 - 1000 / 120);
  });

  it("broken off leaves the screen blank and says cancelled", async () => {
    const stop = new AbortController();
    const { seen, run } = trial(new MadeUpFrames(), { signal: stop.signal, onOnset: () => stop.abort() });
    await expect(run).rejects.toSatisfy((error) => error instanceof GapscopeError && error.code === "cancelled");
    expect(seen.map(([what]) => what)).toEqual(["cross", "pictures", "blank"]);
  });
});
