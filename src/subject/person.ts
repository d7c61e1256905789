/**
 * A person as a subject: which trials they are shown, in which order, and their answers as a file.
 *
 * Pure. Nothing is shown here and nobody is waited for: app/person does that. The file is one of recorded responses
 * (recorded.ts) with further columns about each trial, so that a person who has answered everything takes the benchmark
 * as any recorded subject does. It has a column `subject`, so that the files of a class, one below the other, are the
 * responses of a benchmark.
 */
import { csvFormat } from "d3-dsv";
import { inert } from "../assembly/spreadsheet.ts";
import type { Column, Table } from "../assembly/table.ts";
import type { BehavioralBenchmark, Task } from "../benchmark/benchmark.ts";
import { RandomState } from "../numerics/random-state.ts";

/** How the trials of a sitting are run, and what is known of the screen. Plain data, kept as it is. */
export interface Sitting {
  /** What the person calls themselves. */
  readonly name: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Of the subset, its order, and the places of three pictures. */
  readonly seed: number;
  /** Rows of the presentations, in the order of showing. */
  readonly order: readonly number[];
  /** How long a picture is to be seen; null until it is answered. */
  readonly presentationMs: number | null;
  /** How long noise covers the picture's place afterwards; 0 for not at all. */
  readonly maskMs: number;
  /** The time to answer in; null for no limit. */
  readonly limitMs: number | null;
  /** Where the person measured their screen. */
  readonly viewing?: Viewing;
}

export interface Viewing {
  /** CSS pixels per millimetre of screen. */
  readonly pxPerMm: number;
  readonly distanceCm: number;
}

/** What came of one trial. Times are in milliseconds, of frames as the browser reports them. */
export interface PersonResponse {
  /** A choice, or the id of a stimulus; empty where the time to answer ran out. */
  readonly answer: string;
  readonly input: "key" | "pointer" | "none";
  /** From the first frame with the picture to the first frame without it. */
  readonly presentationMs: number;
  /** From the first frame with the picture to the answer. */
  readonly responseMs: number;
  /** Median time between frames, in which presentations are counted. */
  readonly frameMs: number;
  /** Width of the picture's square, in CSS pixels. */
  readonly picturePx: number;
}

export interface PersonTrial {
  /** How often its picture was shown: more than once where the trial was broken off. */
  readonly shown: number;
  readonly response?: PersonResponse;
}

/** Why no person can take a benchmark of this task in the page; undefined where they can. */
export function whyNotTaken(task: Task): string | undefined {
  switch (task.name) {
    case "label":
      return task.choices === "imagenet" ? "a person cannot choose among 1,000 classes" : undefined;
    case "probabilities":
      return "a person answers with one label, not with a probability for each";
    case "odd_one_out":
      return undefined;
    default:
      return task satisfies never;
  }
}

/** The table with a row for each trial that there can be: the stimuli, or the triplets. */
export function presentationsTable({ task, stimulusSet }: Pick<BehavioralBenchmark, "task" | "stimulusSet">): Table {
  return task.name === "odd_one_out" ? task.triplets : stimulusSet.table;
}

/**
 * The rows to show, in order. A subset takes truths evenly, and within that conditions, then their combinations: each
 * next row is of the truth that has fewest so far. `seed` is a whole number of 32 bits; the same seed, the same trials.
 */
export function planTrials(presentations: Table, count: number, seed: number): number[] {
  const random = new RandomState(seed);
  const order = random.permutation(presentations.length);
  if (count >= order.length) return order;
  const rows = balanced(order, presentations, count);
  random.shuffle(rows); // balancing takes truths in turn, which would tell what comes next
  return rows;
}

function balanced(order: readonly number[], { columns }: Table, count: number): number[] {
  const truth = (row: number): string => columns.truth?.text[row] ?? "";
  const condition = (row: number): string => columns.condition?.text[row] ?? "";
  const groupings = [truth, condition, (row: number) => JSON.stringify([truth(row), condition(row)])].map((keyOf) => ({
    keyOf,
    taken: new Map<string, number>(),
  }));
  const left = new Set(order);
  return Array.from({ length: count }, () => {
    let best = { row: 0, counts: [Number.POSITIVE_INFINITY] };
    for (const row of left) {
      const counts = groupings.map(({ keyOf, taken }) => taken.get(keyOf(row)) ?? 0);
      if (isLess(counts, best.counts)) best = { row, counts };
    }
    left.delete(best.row);
    for (const { keyOf, taken } of groupings) {
      const key = keyOf(best.row);
      taken.set(key, (taken.get(key) ?? 0) + 1);
    }
    return best.row;
  });
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

/** Where the three pictures of a triplet stand, left to right: people prefer places, so these change from trial to trial. */
export function placesOf(seed: number, row: number): number[] {
  return new RandomState((Math.imul(seed, 31) + row) >>> 0).permutation(3);
}

/**
 * The keys of `n` choices, in their order: digits where they suffice, letters, then both. None beyond 35 choices, which
 * are reached with the arrows.
 */
export function choiceKeys(n: number): string[] {
  const digits = [..."123456789"];
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  if (n <= digits.length) return digits.slice(0, n);
  const all = [...letters, ...digits];
  return n <= all.length ? all.slice(0, n) : [];
}

/** The answers in the order of showing, as a CSV that recorded.ts takes. Trials without an answer are left out. */
export function responsesCsv(
  benchmark: Pick<BehavioralBenchmark, "task" | "stimulusSet">,
  sitting: Sitting,
  trials: ReadonlyMap<number, PersonTrial>,
): string {
  const presentations = presentationsTable(benchmark);
  const { stimulus_id, a, b, c, truth, condition } = presentations.columns;
  const triplet = benchmark.task.name === "odd_one_out" ? { a, b, c } : undefined;
  const cell = (column: Column | undefined, row: number): string => inert(column?.text[row] ?? "");
  const rows = sitting.order.flatMap((row, i) => {
    const trial = trials.get(row);
    const response = trial?.response;
    if (trial === undefined || response === undefined) return [];
    const ids = triplet === undefined ? [] : [a, b, c].map((column) => column?.text[row] ?? "");
    return [
      {
        ...(triplet === undefined
          ? { stimulus_id: cell(stimulus_id, row) }
          : { a: cell(a, row), b: cell(b, row), c: cell(c, row) }),
        subject: inert(sitting.name),
        response: inert(response.answer),
        ...(truth === undefined ? {} : { truth: cell(truth, row), correct: response.answer === truth.text[row] }),
        ...(condition === undefined ? {} : { condition: cell(condition, row) }),
        ...(triplet === undefined
          ? {}
          : {
              left_to_right: inert(
                placesOf(sitting.seed, row)
                  .map((place) => ids[place] ?? "")
                  .join("|"),
              ),
            }),
        trial: i + 1,
        times_shown: trial.shown,
        presentation_ms: tenths(response.presentationMs),
        presentation_asked_ms: sitting.presentationMs ?? "until answered",
        mask_ms: sitting.maskMs,
        response_ms: tenths(response.responseMs),
        limit_ms: sitting.limitMs ?? "none",
        input: response.input,
        frame_ms: tenths(response.frameMs),
        picture_px: Math.round(response.picturePx),
        px_per_mm: sitting.viewing === undefined ? "" : sitting.viewing.pxPerMm.toFixed(3),
        distance_cm: sitting.viewing?.distanceCm ?? "",
        seed: sitting.seed,
        started_at: sitting.startedAt,
      },
    ];
  });
  return `${csvFormat(rows)}\n`;
}

/** Browsers report frames to a tenth of a millisecond at best where a page is not isolated. */
function tenths(ms: number): string {
  return ms.toFixed(1);
}
