/**
 * A deck: which slides a teacher shows of a benchmark, in which order, and the sentences that the teacher wrote.
 *
 * Pure. A deck holds choices and words, never pictures or numbers: what a slide says is made from the benchmark and the
 * results when it is shown (screens.ts). A heading or sentence that nobody edited is made then too, so that it follows the
 * results and the words for who took part.
 */
import type { Benchmark } from "../../benchmark/benchmark.ts";
import type { Answers } from "../../lab/run.ts";
import type { Interval } from "../../scoring/bootstrap.ts";
import type { Score } from "../../scoring/ceiled.ts";
import { observersOf } from "../answers.ts";
import { byReason, groupsOf, joinAll, type Presented, type Reason } from "./joined.ts";
import { byResponse, type RecordedReason, type RecordedResponses, recordedResponses } from "./recorded.ts";

/** A subject of a finished run. Plain data, kept with the deck: a deck can be shown before anything is scored again. */
export interface Result {
  readonly name: string;
  readonly kind: "network" | "recorded";
  /** The model that it stands in for. */
  readonly standsInFor?: string;
  readonly score: Score;
  readonly interval?: Interval;
  /** To a behavioural task. */
  readonly answers?: Answers;
  /** Of a network whose layers were scored one by one. */
  readonly layers?: readonly LayerPoint[];
}

export interface LayerPoint {
  readonly layer: string;
  /** From 0, the first layer, to 1, the last. */
  readonly depth: number;
  readonly score: number;
}

interface Words {
  /** Within its deck. */
  readonly id: number;
  /** Absent where it is the one that is made. */
  readonly heading?: string;
  readonly sentence?: string;
}

export type Why = Reason | RecordedReason;

export type Slide =
  | (Words & { readonly kind: "stimulus"; readonly row: number; readonly why: Why })
  | (Words & { readonly kind: "title" | "score" | "conditions" | "layers" | "method" | "words" });

export interface Deck {
  /** Whom the benchmark's data are of, in a word: people, monkeys, a name. */
  readonly who: string;
  /** What was scored, in a word: models. */
  readonly them: string;
  readonly slides: readonly Slide[];
}

/** What a deck is made from: a benchmark, the results of a run, and what everybody did on each stimulus. */
export interface Lesson {
  readonly benchmark: Benchmark;
  readonly results: readonly Result[];
  /** By presentation; empty for recordings. */
  readonly presented: readonly Presented[];
  /** Of recordings to single stimuli. */
  readonly recorded: RecordedResponses | undefined;
  /** Rows of stimuli or triplets that are worth showing, by why, the best first. */
  readonly worth: ReadonlyMap<Why, readonly number[]>;
}

export function lessonOf(benchmark: Benchmark, results: readonly Result[]): Lesson {
  if (benchmark.track === "neural") {
    const recorded = recordedResponses(benchmark);
    const first = benchmark.stimulusSet.stimuli.map((_, row) => row);
    const worth = recorded === undefined ? new Map<Why, number[]>([["other", first]]) : byResponse(recorded);
    return { benchmark, results, presented: [], recorded, worth };
  }
  const answerers = results.flatMap(({ name, answers }) => (answers === undefined ? [] : [{ name, answers }]));
  const presented = joinAll(benchmark, answerers);
  const worth = new Map([...byReason(presented)].map(([why, group]) => [why, group.map(({ index }) => index)]));
  return { benchmark, results, presented, recorded: undefined, worth };
}

/** How many of each a new deck has, in the order of showing. */
const PROPOSED: readonly (readonly [Why, number])[] = [
  ["all", 1],
  ["right", 1],
  ["people", 3],
  ["wrong", 3],
  ["models", 1],
  ["strongest", 1],
  ["weakest", 1],
  ["unusual", 1],
];

export function proposeDeck(lesson: Lesson): Deck {
  const { benchmark, results, worth } = lesson;
  const chosen = PROPOSED.flatMap(([why, n]) => (worth.get(why) ?? []).slice(0, n).map((row) => ({ row, why })));
  // Of data that say nothing of single stimuli, or say the same of all: the first, to show what was looked at.
  const shown =
    chosen.length > 0 ? chosen : (worth.get("other") ?? []).slice(0, 2).map((row) => ({ row, why: "other" as const }));
  const kinds = [
    "score",
    ...(groupsOf(lesson.presented) === undefined ? [] : ["conditions" as const]),
    ...(results.some(({ layers }) => layers !== undefined) ? ["layers" as const] : []),
    "method",
  ] as const;
  const empty: Deck = {
    who: whoOf(benchmark),
    them: results.every(({ kind }) => kind === "network") ? "models" : "subjects",
    slides: [{ id: 0, kind: "title" }],
  };
  const withStimuli = shown.reduce((deck, { row, why }) => added(deck, { kind: "stimulus", row, why }), empty);
  return kinds.reduce((deck, kind) => added(deck, { kind }), withStimuli);
}

/** Data of one subject are called by its name, because one row of data need not be a person's. */
function whoOf(benchmark: Benchmark): string {
  if (benchmark.track === "neural") return `${benchmark.recording.region} sites`;
  const { n, name } = observersOf(benchmark);
  return n === 1 ? `“${name}”` : "people";
}

type New =
  | { readonly kind: "stimulus"; readonly row: number; readonly why: Why }
  | { readonly kind: Exclude<Slide["kind"], "stimulus"> };

/** The deck with a slide more: a stimulus after the last stimulus, any other at the end but before how it was measured. */
export function added(deck: Deck, slide: New): Deck {
  const { slides } = deck;
  const id = Math.max(-1, ...slides.map((each) => each.id)) + 1;
  const lastStimulus = slides.findLastIndex(({ kind }) => kind === "stimulus");
  const method = slides.findIndex(({ kind }) => kind === "method");
  const end = method < 0 ? slides.length : method;
  const at = slide.kind === "stimulus" && lastStimulus >= 0 ? lastStimulus + 1 : slide.kind === "title" ? 0 : end;
  return { ...deck, slides: slides.toSpliced(at, 0, { ...slide, id }) };
}

export function removed(deck: Deck, id: number): Deck {
  return { ...deck, slides: deck.slides.filter((each) => each.id !== id) };
}

/** The deck with a slide one place nearer the start (-1) or the end (1); as it was where there is no such place. */
export function moved(deck: Deck, id: number, by: -1 | 1): Deck {
  const from = deck.slides.findIndex((each) => each.id === id);
  const slide = deck.slides[from];
  const to = from + by;
  if (slide === undefined || to < 0 || to >= deck.slides.length) return deck;
  return { ...deck, slides: deck.slides.toSpliced(from, 1).toSpliced(to, 0, slide) };
}

/** The deck with a slide's words changed; undefined gives back the one that is made. */
export function reworded(deck: Deck, id: number, part: "heading" | "sentence", text: string | undefined): Deck {
  const slides = deck.slides.map((slide): Slide => {
    if (slide.id !== id) return slide;
    const { [part]: _, ...rest } = slide;
    return text === undefined ? rest : { ...rest, [part]: text };
  });
  return { ...deck, slides };
}

/** The rows of the same kind that the deck does not show, the best first. */
export function notShown({ slides }: Deck, { worth }: Lesson, why: Why): readonly number[] {
  const shown = new Set(slides.flatMap((slide) => (slide.kind === "stimulus" ? [slide.row] : [])));
  return (worth.get(why) ?? []).filter((row) => !shown.has(row));
}

/**
 * The deck with the next stimulus of the same kind in a slide's place: after the last comes the first again. Words that
 * were written for the old one go.
 */
export function swapped(deck: Deck, lesson: Lesson, id: number): Deck {
  const slides = deck.slides.map((slide): Slide => {
    if (slide.id !== id || slide.kind !== "stimulus") return slide;
    const all = lesson.worth.get(slide.why) ?? [];
    const free = new Set(notShown(deck, lesson, slide.why));
    const at = all.indexOf(slide.row);
    const row = [...all.slice(at + 1), ...all.slice(0, Math.max(0, at))].find((each) => free.has(each));
    return row === undefined ? slide : { id, kind: "stimulus", row, why: slide.why };
  });
  return { ...deck, slides };
}
