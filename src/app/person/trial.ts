/**
 * One trial, frame by frame: a cross, the picture, noise in its place, the choices.
 *
 * Geirhos et al. 2021 (arXiv 2106.07411) show a cross for 300 ms, the picture for 200 ms and noise with a 1/f spectrum for
 * 200 ms. Here pictures come once a second at most, so that even a held key gives three changes of light a second and no
 * more; what is above three flashes a second is what WCAG 2.3.1 forbids.
 */
import type { PersonResponse, Sitting } from "../../subject/person.ts";
import type { FrameClock } from "./frames.ts";

export const FIXATION_MS = 300;
const ONSETS_APART_MS = 1000;

/** Draws into the frame that is being made. */
export interface Screen {
  cross(): void;
  pictures(): void;
  mask(): void;
  blank(): void;
}

export interface Answered {
  readonly answer: string;
  readonly input: PersonResponse["input"];
  /** The event's time stamp, on the clock of the frames. */
  readonly at: number;
}

export interface TrialOptions {
  readonly screen: Screen;
  readonly clock: FrameClock;
  readonly timing: Pick<Sitting, "presentationMs" | "maskMs">;
  /** Offers the choices and waits for one of them. Rejects with `cancelled`. */
  readonly ask: (signal: AbortSignal) => Promise<Answered>;
  /** Onset of the trial before; undefined for the first. */
  readonly lastOnset: number | undefined;
  /** Called once the picture is on the screen. */
  readonly onOnset: (timestamp: number) => void;
  readonly signal: AbortSignal;
}

/** Runs a trial. Throws `cancelled`, and leaves the screen blank in any case. */
export async function runTrial(options: TrialOptions): Promise<Omit<PersonResponse, "picturePx">> {
  const { screen, clock, timing, ask, lastOnset, onOnset, signal } = options;
  clock.rest();
  try {
    const begun = await clock.next(signal);
    screen.cross();
    const earliest = lastOnset === undefined ? 0 : lastOnset + ONSETS_APART_MS;
    const onset = await clock.until(Math.max(begun + FIXATION_MS, earliest), signal);
    screen.pictures();
    onOnset(onset);
    if (timing.presentationMs === null) {
      const answered = await ask(signal);
      clock.rest();
      const offset = await clock.next(signal);
      return responseOf(answered, onset, offset, clock);
    }
    const offset = await clock.until(onset + timing.presentationMs, signal);
    if (timing.maskMs > 0) {
      screen.mask();
      await clock.until(offset + timing.maskMs, signal);
    }
    screen.blank();
    return responseOf(await ask(signal), onset, offset, clock);
  } finally {
    screen.blank();
  }
}

function responseOf({ answer, input, at }: Answered, onset: number, offset: number, clock: FrameClock) {
  return { answer, input, presentationMs: offset - onset, responseMs: at - onset, frameMs: clock.interval };
}
