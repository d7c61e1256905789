/**
 * What a run will need, said before it starts: pictures, time, room in storage, memory of its largest step; and where that
 * does not fit, what would.
 *
 * Pure arithmetic on what survey.ts found. Estimates are of what grows with benchmark and network: inner products, tiles,
 * copies in float64, recordings, gathered features. A network's own working memory is not among them. What is not known
 * counts for nothing, unless it could decide whether the run fits: then `unsettled` names whose first picture would tell.
 */

import { PIECE_BYTES, TILE_BYTES } from "../numerics/streamed-activations.ts";

/** What one benchmark has one subject do. */
export interface Work {
  readonly benchmark: string;
  /**
   * Whether rows are read piece by piece for their inner products, gathered whole (label and odd_one_out), or gathered and
   * fitted to (probabilities).
   */
  readonly use: "recording" | "gathered" | "fitted";
  readonly stimuli: number;
  /** Pictures that its network has to be run on, equal ones once. */
  readonly missing: number;
  /** Features of each layer that is read; undefined where nobody has measured them. */
  readonly features: readonly (number | undefined)[];
  /** Bytes of a feature as it is read. */
  readonly featureBytes: number;
  /** Values of the primate data. */
  readonly recorded: number;
}

/** Memory that is needed at once. */
export interface Step {
  readonly what: string;
  readonly bytes: number;
  /** Of the largest single array in it. */
  readonly array: number;
}

/** What one subject needs for all benchmarks of a run. */
export interface Need {
  readonly subject: string;
  readonly pictures: number;
  readonly secondsPerPicture: number | undefined;
  /** Bytes of activations to be stored; undefined where a layer's features are not known. */
  readonly stores: number | undefined;
  /** The same with the largest layer that there might be where one is not known. */
  readonly storesAtMost: number;
  /** The largest; undefined where nothing is asked of the subject. */
  readonly step: Step | undefined;
}

export interface Room {
  /** Bytes that the browser has left for this page; undefined where it does not say. */
  readonly storage: number | undefined;
  /** Bytes of memory that this machine has at least; undefined where the browser does not say. */
  readonly memory: number | undefined;
}

export type Offer =
  | { readonly kind: "without storing" }
  /** These subjects alone, by identifier. */
  | { readonly kind: "fewer"; readonly subjects: readonly string[] };

export interface Shortage {
  readonly of: "storage" | "memory";
  readonly needed: number;
  /** What there is; of memory, undefined where a single array is larger than any browser gives. */
  readonly room: number | undefined;
  /** Of memory: the step that does not fit, and whose it is. */
  readonly step?: Step;
  readonly subjects: readonly string[];
  readonly offers: readonly Offer[];
}

export interface Plan {
  readonly pictures: number;
  /** Of the networks; undefined where one that has pictures to see was never timed. */
  readonly seconds: number | undefined;
  readonly stores: number | undefined;
  /** The largest. */
  readonly step: Step | undefined;
  /** Subjects whose unknown layers could decide whether the run fits. */
  readonly unsettled: readonly string[];
  readonly shortage?: Shortage;
}

/** More than any layer of the panel has (VOneNet's 512 × 56 × 56 is 1.6 million). */
const MOST_FEATURES = 2 ** 22;
/** Chromium 156 gives arrays of up to 8 GiB less a byte (tried); nothing larger is counted on anywhere. */
const MOST_ARRAY = 2 ** 33 - 1;
/** The share of the room that is planned with: the database takes more than it is given, and is not alone. */
const USABLE = 0.9;
/** Memory that is counted on where the browser does not say how much there is. */
const USUAL_MEMORY = 2 ** 32;

/** What lab/neural-api.ts keeps, and numerics/streamed-activations.ts and products.ts hold at once. */
const KEPT_GRAMS = 2;
/** One that is multiplied, one that is read, the store's copy of it, and two that are not yet collected. */
const PIECES = 5;
const BLOCK = 2 ** 22;

/** The memory of one piece of work, in bytes. */
export function stepOf({ benchmark, use, stimuli: n, features, featureBytes, recorded }: Work): Step {
  const columns = Math.max(0, ...features.map((count) => count ?? 0));
  const gram = 8 * n * n;
  // A block of columns in float64, turned once, and the engine's copy of each.
  const blocks = 4 * 8 * Math.min(n * columns, Math.max(BLOCK, 64 * n));
  if (use === "recording") {
    const rows = (bytes: number): number => Math.min(n, Math.max(1, Math.floor(bytes / (4 * Math.max(1, columns)))));
    const tiles = (rows(TILE_BYTES) + PIECES * rows(PIECE_BYTES)) * columns * featureBytes;
    const data = 3 * 8 * recorded; // the page's, the worker's, and averaged or centred
    const inner = KEPT_GRAMS * gram + tiles + blocks + data;
    // The parts of the matrix that a fold trains and tests on, and what its fit makes of them.
    const metric = (KEPT_GRAMS + 2) * gram + data;
    const what = `inner products of ${n} stimuli`;
    return { what: `${benchmark}: ${what}`, bytes: Math.max(inner, metric), array: Math.max(gram, 8 * recorded) };
  }
  const gathered = n * columns * featureBytes;
  const products = use === "fitted" ? 3 * gram : gram;
  const what = `${n} × ${columns} features at once`;
  const bytes = gathered + (columns < n && use === "gathered" ? 0 : products + blocks);
  return { what: `${benchmark}: ${what}`, bytes, array: Math.max(gathered, gram) };
}

/** What a subject needs for all that is asked of it. */
export function needOf(subject: string, works: readonly Work[], secondsPerPicture: number | undefined): Need {
  const todo = works.filter(({ missing }) => missing > 0);
  const bytes = (unknown: number): number =>
    todo.reduce(
      (sum, { missing, features }) =>
        sum + 4 * missing * features.reduce<number>((columns, count) => columns + (count ?? unknown), 0),
      0,
    );
  const known = todo.every(({ features }) => !features.includes(undefined));
  const steps = works.map(stepOf).sort((a, b) => b.bytes - a.bytes);
  return {
    subject,
    pictures: todo.reduce((sum, { missing }) => sum + missing, 0),
    secondsPerPicture,
    stores: known ? bytes(0) : undefined,
    storesAtMost: bytes(MOST_FEATURES),
    step: steps[0],
  };
}

/** Whether a run of these subjects fits, and what would where it does not. Without `storing`, activations are held in memory. */
export function planOf(all: readonly Need[], room: Room, { storing = true } = {}): Plan {
  const needs = storing ? all : all.map(holding);
  const sum = (some: readonly Need[], of: (need: Need) => number): number =>
    some.reduce((total, need) => total + of(need), 0);
  const running = needs.filter(({ pictures }) => pictures > 0);
  const timed = running.every(({ secondsPerPicture }) => secondsPerPicture !== undefined);
  const usable = room.storage === undefined ? Number.POSITIVE_INFINITY : USABLE * room.storage;
  const least = sum(needs, ({ stores }) => stores ?? 0);
  const most = sum(needs, ({ storesAtMost }) => storesAtMost);
  const step = needs.flatMap((need) => need.step ?? []).sort((a, b) => b.bytes - a.bytes)[0];
  const shortage = memoryShortage(needs, room, usable) ?? storageShortage(needs, room, usable, least);
  return {
    pictures: sum(needs, ({ pictures }) => pictures),
    seconds: timed ? sum(running, (need) => need.pictures * (need.secondsPerPicture ?? 0)) : undefined,
    stores: needs.every(({ stores }) => stores !== undefined) ? least : undefined,
    step,
    unsettled:
      shortage === undefined && most > usable
        ? needs.flatMap(({ subject, stores }) => (stores === undefined ? [subject] : []))
        : [],
    ...(shortage === undefined ? {} : { shortage }),
  };
}

/** Holds in memory what it would have stored: a network's activations, until the next one's turn. */
function holding(need: Need): Need {
  const { stores = 0, step } = need;
  if (stores === 0) return { ...need, storesAtMost: 0 };
  const held = { what: "activations that are not stored", bytes: stores, array: 0 };
  const together = step === undefined ? held : { ...step, bytes: step.bytes + stores };
  return { ...need, stores: 0, storesAtMost: 0, step: together };
}

function fitsMemory({ step }: Need, { memory }: Room): boolean {
  return step === undefined || (step.array <= MOST_ARRAY && step.bytes <= (memory ?? Number.POSITIVE_INFINITY));
}

function memoryShortage(needs: readonly Need[], room: Room, usable: number): Shortage | undefined {
  const large = needs.filter((need) => !fitsMemory(need, room));
  const step = large.flatMap((need) => need.step ?? []).sort((a, b) => b.bytes - a.bytes)[0];
  if (step === undefined) return undefined;
  return {
    of: "memory",
    needed: step.bytes,
    room: step.array > MOST_ARRAY ? undefined : room.memory,
    step,
    subjects: large.map(({ subject }) => subject),
    offers: fewer(needs, room, usable),
  };
}

function storageShortage(needs: readonly Need[], room: Room, usable: number, needed: number): Shortage | undefined {
  if (needed <= usable) return undefined;
  const held = needs.every((need) => (holding(need).step?.bytes ?? 0) <= (room.memory ?? USUAL_MEMORY));
  return {
    of: "storage",
    needed,
    room: room.storage,
    subjects: needs.flatMap(({ subject, stores }) => ((stores ?? 0) > 0 ? [subject] : [])),
    offers: [...(held ? [{ kind: "without storing" } as const] : []), ...fewer(needs, room, usable)],
  };
}

/** Those that fit together, in their order; nothing to offer where there is none. */
function fewer(needs: readonly Need[], room: Room, usable: number): Offer[] {
  let left = usable;
  const subjects = needs.flatMap((need) => {
    const stores = need.stores ?? 0;
    if (!fitsMemory(need, room) || stores > left) return [];
    left -= stores;
    return [need.subject];
  });
  return subjects.length === 0 ? [] : [{ kind: "fewer", subjects }];
}
