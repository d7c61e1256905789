import { describe, expect, it } from "vitest";
import { matrixFiles, neuralFiles } from "../../benchmark/neural/recorded.fixture.ts";
import { manifest, oddOneOut, packageFiles } from "../../benchmark/sound.fixture.ts";
import { added, type Deck, type Lesson, lessonOf, proposeDeck, reworded } from "./deck.ts";
import { benchmarkOf, labelLesson, resultOf } from "./lesson.fixture.ts";
import { type Screen, type StimulusScreen, screensOf } from "./screens.ts";

const screens = (lesson: Lesson, deck: Deck = proposeDeck(lesson)): Screen[] => screensOf(deck, lesson, "0.0");

function one<Kind extends Screen["kind"]>(all: readonly Screen[], kind: Kind): Extract<Screen, { kind: Kind }> {
  const isKind = (each: Screen): each is Extract<Screen, { kind: Kind }> => each.kind === kind;
  const found = all.find(isKind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}

const stimulus = (all: readonly Screen[], row: number): StimulusScreen => {
  const found = all.find(
    (each): each is StimulusScreen => each.kind === "stimulus" && each.pictures.some((picture) => picture.row === row),
  );
  if (found === undefined) throw new Error(`stimulus ${row} is not shown`);
  return found;
};

describe("a stimulus", () => {
  it("asks, says what people and models did with how many, and ends with the truth", async () => {
    const screen = stimulus(screens(await labelLesson()), 0);
    expect(screen.choices).toEqual([
      { answer: "cat", label: "cat", key: "1" },
      { answer: "dog", label: "dog", key: "2" },
    ]);
    expect(screen.people?.bars).toEqual([{ label: "cat", n: 2, share: 1 }]);
    expect(screen.people?.note).toBe("n = 2 responses to this picture; the data have 2 subjects.");
    expect(screen.given?.rows.map(({ name, label }) => [name, label])).toEqual([
      ["one", "dog"],
      ["two", "dog"],
    ]);
    expect(screen.reveal).toMatchObject({ heading: "cat", answer: "cat" });
    expect(screen.reveal?.standings.map(({ who, right }) => [who, right])).toEqual([
      ["people", true],
      ["one", false],
      ["two", false],
    ]);
    expect(screen.sentence).toBe("Who gave the right answer: 2 of 2 responses of people; 0 of 2 models.");
  });

  it("names one subject's data as that subject's, never as people's", async () => {
    const responses = "stimulus_id,subject,response\ns1,drawer,cat\ns2,drawer,cat\ns3,drawer,dog\ns4,drawer,dog\n";
    const all = screens(await labelLesson({ "responses.csv": responses }));
    expect(stimulus(all, 0).people).toMatchObject({
      heading: "What “drawer” answered",
      note: "n = 1 response to this picture; the data have one subject, “drawer”.",
    });
    expect(JSON.stringify(all)).not.toMatch(/people(?!")/); // but for the names of fields and roles
  });

  it("says people's word as the teacher has it, in every sentence that nobody edited", async () => {
    const lesson = await labelLesson();
    const deck = reworded({ ...proposeDeck(lesson), who: "monkeys" }, 1, "heading", "Und das?");
    const screen = one(screens(lesson, deck), "stimulus");
    expect(screen).toMatchObject({ heading: "Und das?", people: { heading: "What monkeys answered" } });
    expect(screen.sentence).toContain("of monkeys");
  });

  it("of a triplet has places for choices, and what people took most often for an end", async () => {
    const picks = "a,b,c,subject,response\ns1,s2,s3,ann,s3\ns1,s3,s4,ann,s4\ns1,s2,s3,bob,s1\ns1,s3,s4,bob,s4\n";
    const files = packageFiles({ ...oddOneOut(), "responses.csv": picks });
    const lesson = lessonOf(await benchmarkOf(files), [resultOf("one", ["s1", "s1"])]);
    const screen = stimulus(screens(lesson, added(proposeDeck(lesson), { kind: "stimulus", row: 1, why: "other" })), 3);
    expect(screen.pictures.map(({ row, label }) => [row, label])).toEqual([
      [0, "left"],
      [2, "middle"],
      [3, "right"],
    ]);
    expect(screen.choices.map(({ answer, label }) => [answer, label])).toEqual([
      ["s1", "left"],
      ["s3", "middle"],
      ["s4", "right"],
    ]);
    expect(screen.reveal?.heading).toBe("Most often taken by people: right");
    expect(screen.sentence).toBe("Who took the right: 2 of 2 responses of people; not one.");
    // Of the first triplet two pictures were taken as often, so that nothing is revealed.
    expect(
      stimulus(screens(lesson, added(proposeDeck(lesson), { kind: "stimulus", row: 0, why: "other" })), 1).reveal,
    ).toBeUndefined();
  });

  it("with 1,000 classes asks openly", async () => {
    const imagenet = manifest({
      task: { name: "label", choices: "imagenet" },
      metric: { name: "accuracy" },
      ceiling: { name: "constant", options: { value: 1 } },
    });
    expect(one(screens(await labelLesson({ "benchmark.json": imagenet })), "stimulus").choices).toEqual([]);
  });

  it("of recordings shows every site, and none where the data are dissimilarities", async () => {
    const recorded = one(screens(lessonOf(await benchmarkOf(neuralFiles()), [resultOf("net")])), "stimulus");
    expect(recorded.sites?.values.length).toBe(3);
    expect(recorded.sites?.note).toContain("2 repetitions, 70 to 170 ms");
    expect(recorded.sentence).toBe("Strongest mean response: number 1 of 4.");
    const rdm = one(screens(lessonOf(await benchmarkOf(matrixFiles()), [resultOf("net")])), "stimulus");
    expect(rdm).toMatchObject({ sites: undefined, reveal: undefined });
    expect(rdm.sentence).toContain("no responses to single pictures");
  });
});

describe("scores, conditions and method", () => {
  it("the ceiling is drawn at 1, as the people's own; a constant is nobody's", async () => {
    const measured = one(screens(await labelLesson()), "score");
    expect(measured).toMatchObject({ domain: [0, 1], ceiling: { name: "people", text: "ceiling, 0.400 ± 0.10 raw" } });
    const constant = manifest({ ceiling: { name: "constant", options: { value: 0.4 } } });
    expect(one(screens(await labelLesson({ "benchmark.json": constant })), "score").ceiling.name).toBe("ceiling");
  });

  it("a score above the ceiling stays on the axis", async () => {
    const result = resultOf("one", ["cat", "cat", "dog", "dog"]);
    const high = { ...result, score: { ...result.score, score: 1.3 } };
    expect(one(screens(await labelLesson({}, [high])), "score").domain[1]).toBeGreaterThanOrEqual(1.3);
  });

  it("says where the gap is widest", async () => {
    const lesson = await labelLesson({}, [resultOf("one", ["dog", "cat", "cat", "dog"])]);
    const screen = one(screens(lesson), "conditions");
    expect(screen.sentence).toBe("The widest gap is at condition “0”: people 75 % right, models 0 %.");
    expect(screen.groups.map(({ label }) => label)).toEqual(["all", "0", "1"]);
  });

  it("the method states the licence, and that there is none", async () => {
    const factsOf = async (files = {}) => new Map(one(screens(await labelLesson(files)), "method").facts);
    expect((await factsOf()).get("licence")).toBe("The package states none.");
    const licensed = await factsOf({ "benchmark.json": manifest({ licence: "CC-BY-4.0" }) });
    expect(licensed.get("licence")).toBe("CC-BY-4.0");
    expect(licensed.get("data")).toBe("8 responses of 2 subjects (people)");
  });
});
