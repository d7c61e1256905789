/** What a person chooses before a sitting, and the sitting that this makes. Pure. */
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import { planTrials, presentationsTable, type Sitting, type Viewing } from "../../subject/person.ts";
import { FIXATION_MS } from "./trial.ts";

export interface Settings {
  readonly name: string;
  readonly count: number;
  /** Null until answered. */
  readonly presentationMs: number | null;
  readonly mask: boolean;
  readonly limitMs: number | null;
  readonly seed: number;
  readonly viewing: Viewing | undefined;
  readonly fullScreen: boolean;
}

/** As in Geirhos et al. 2021; with people who ask for reduced motion a picture stays, and nothing flickers. */
export const PRESENTATION_MS = 200;
const MASK_MS = 200;
export const GEIRHOS_LIMIT_MS = 1500;
export const SUBSETS = [20, 50, 100];
/** What looking and choosing takes a person, beside what the trial itself does. A guess, for the time that is told. */
const CHOOSING_MS = 1800;

export function defaultSettings(total: number, reducedMotion: boolean, seed: number): Settings {
  return {
    name: "you",
    count: Math.min(total, SUBSETS[0] ?? total),
    presentationMs: reducedMotion ? null : PRESENTATION_MS,
    mask: !reducedMotion,
    limitMs: null,
    seed,
    viewing: undefined,
    fullScreen: false,
  };
}

/** The timing of a benchmark's trials. Three pictures are always there until one is chosen. */
export function timingOf(
  settings: Settings,
  { task }: Pick<BehavioralBenchmark, "task">,
): Pick<Sitting, "presentationMs" | "maskMs" | "limitMs"> {
  const presentationMs = task.name === "odd_one_out" ? null : settings.presentationMs;
  return {
    presentationMs,
    maskMs: presentationMs !== null && settings.mask ? MASK_MS : 0,
    limitMs: settings.limitMs,
  };
}

export function sittingOf(settings: Settings, benchmark: BehavioralBenchmark, startedAt: Date): Sitting {
  return {
    name: settings.name.trim() === "" ? "you" : settings.name.trim(),
    startedAt: startedAt.toISOString(),
    seed: settings.seed,
    order: planTrials(presentationsTable(benchmark), settings.count, settings.seed),
    ...timingOf(settings, benchmark),
    ...(settings.viewing === undefined ? {} : { viewing: settings.viewing }),
  };
}

/** About how long a sitting takes, in seconds. */
export function secondsOf(settings: Settings, benchmark: Pick<BehavioralBenchmark, "task">): number {
  const { presentationMs, maskMs } = timingOf(settings, benchmark);
  return (settings.count * (FIXATION_MS + (presentationMs ?? 0) + maskMs + CHOOSING_MS)) / 1000;
}
