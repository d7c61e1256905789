import { describe, expect, it } from "vitest";
import { matrixFiles, neuralFiles } from "../../benchmark/neural/recorded.fixture.ts";
import { added, lessonOf, moved, notShown, proposeDeck, removed, reworded, type Slide, swapped } from "./deck.ts";
import { benchmarkOf, labelLesson, resultOf } from "./lesson.fixture.ts";

const kinds = ({ slides }: { readonly slides: readonly Slide[] }) =>
  slides.map((slide) => (slide.kind === "stimulus" ? `${slide.why} ${slide.row}` : slide.kind));

describe("a proposed deck", () => {
  it("goes from the question over telling stimuli to scores, conditions and method", async () => {
    const deck = proposeDeck(await labelLesson());
    expect(kinds(deck)).toEqual(["title", "all 3", "people 0", "models 1", "score", "conditions", "method"]);
    expect(deck).toMatchObject({ who: "people", them: "models" });
  });

  it("calls data of one subject by its name, and subjects that are no networks subjects", async () => {
    const responses = "stimulus_id,subject,response\ns1,drawer,cat\ns2,drawer,cat\ns3,drawer,dog\ns4,drawer,dog\n";
    const lesson = await labelLesson({ "responses.csv": responses }, [
      { ...resultOf("r", ["cat", "cat", "cat", "cat"]), kind: "recorded" },
    ]);
    expect(proposeDeck(lesson)).toMatchObject({ who: "“drawer”", them: "subjects" });
  });

  it("of recordings shows what the sites respond to, and layers only where they were scored", async () => {
    const benchmark = await benchmarkOf(neuralFiles());
    const plain = proposeDeck(lessonOf(benchmark, [resultOf("net")]));
    expect(kinds(plain)).toEqual(["title", "strongest 3", "weakest 0", "unusual 0", "score", "method"]);
    const layers = [{ layer: "conv1", depth: 0, score: 0.1 }];
    const deep = proposeDeck(lessonOf(benchmark, [{ ...resultOf("net"), layers }]));
    expect(kinds(deep).slice(-3)).toEqual(["score", "layers", "method"]);
  });

  it("of data that are no responses to single stimuli shows the first of them", async () => {
    const deck = proposeDeck(lessonOf(await benchmarkOf(matrixFiles()), [resultOf("net")]));
    expect(kinds(deck)).toEqual(["title", "other 0", "other 1", "score", "method"]);
  });
});

describe("editing a deck", () => {
  it("adds stimuli after the last, other slides before the method, and never an id twice", async () => {
    const deck = removed(proposeDeck(await labelLesson()), 0);
    const more = added(added(added(deck, { kind: "stimulus", row: 2, why: "other" }), { kind: "words" }), {
      kind: "title",
    });
    expect(kinds(more)).toEqual([
      ...["title", "all 3", "people 0", "models 1", "other 2", "score", "conditions", "words", "method"],
    ]);
    expect(new Set(more.slides.map(({ id }) => id)).size).toBe(more.slides.length);
  });

  it("moves a slide, but not out of the deck", async () => {
    const deck = proposeDeck(await labelLesson());
    expect(kinds(moved(deck, 1, 1)).slice(0, 3)).toEqual(["title", "people 0", "all 3"]);
    expect(moved(deck, 0, -1)).toBe(deck);
    expect(moved(deck, 6, 1)).toBe(deck);
  });

  it("swaps a stimulus for the next of its kind, over the end to the first, without the words of the old", async () => {
    const lesson = await labelLesson({}, [resultOf("all wrong", ["dog", "dog", "dog", "cat"])]);
    expect(lesson.worth.get("people")).toEqual([0, 3]); // of the other two, half of the people are wrong too
    const deck = proposeDeck(lesson);
    const one = removed(deck, deck.slides.find((slide) => slide.kind === "stimulus" && slide.row === 0)?.id ?? -1);
    const left = one.slides.find(({ kind }) => kind === "stimulus");
    if (left === undefined) throw new Error("no stimulus is left");
    expect(notShown(one, lesson, "people")).toEqual([0]);
    const after = swapped(reworded(one, left.id, "heading", "Look"), lesson, left.id);
    expect(after.slides.find(({ id }) => id === left.id)).toEqual({
      id: left.id,
      kind: "stimulus",
      row: 0,
      why: "people",
    });
    expect(swapped(deck, lesson, left.id)).toEqual(deck); // every one of the kind is shown already
  });

  it("gives back the made words where the own ones are taken away", async () => {
    const deck = proposeDeck(await labelLesson());
    const own = reworded(deck, 0, "sentence", "");
    expect(own.slides[0]).toEqual({ id: 0, kind: "title", sentence: "" });
    expect(reworded(own, 0, "sentence", undefined)).toEqual(deck);
  });
});
