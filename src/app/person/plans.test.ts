import { expect, it } from "vitest";
import type { BehavioralBenchmark, Stimulus } from "../../benchmark/benchmark.ts";
import { placesOf } from "../../subject/person.ts";
import { tableOf } from "../../testing/golden.ts";
import { plansOf, practicePlans } from "./plans.ts";
import type { Shown } from "./stage.ts";

const stimuli = ["s1", "s2", "s3"].map(
  (id): Stimulus => ({
    id,
    file: `${id}.png`,
    format: "png",
    mode: "RGB",
    width: 8,
    height: 8,
    sha256: id,
    bytes: new Blob([]),
  }),
);
const base = {
  track: "behavioral",
  identifier: "made up",
  version: 1,
  authors: [],
  digest: "sha256-0",
  folder: "",
  stimulusSet: {
    identifier: "set",
    stimuli,
    visualDegrees: [8, 4, 8],
    table: tableOf({ stimulus_id: ["s1", "s2", "s3"] }),
  },
  numberOfTrials: 1,
  responses: tableOf({}),
  metric: { name: "accuracy", options: {} },
  ceiling: { name: "constant", options: { value: 1 } },
  excluded: { stimuli: 0, responses: 0 },
} as const;
const label: BehavioralBenchmark = { ...base, task: { name: "label", choices: ["cat", "dog", "owl"] } };
const odd: BehavioralBenchmark = {
  ...base,
  task: {
    name: "odd_one_out",
    triplets: tableOf({ a: ["s1", "s3"], b: ["s2", "s1"], c: ["s3", "s2"], stimulus_id: ["s1|s2|s3", "s3|s1|s2"] }),
  },
};
const idOf = (shown: Shown): unknown => (shown.kind === "picture" ? shown.stimulus.id : shown.word);

it("a label trial shows its picture at its size and offers every choice", () => {
  const [trial] = plansOf(label, [1], 3, undefined);
  expect(trial?.shown(400).map((shown) => [idOf(shown), shown.side])).toEqual([["s2", 200]]);
  expect(trial?.choices.map(({ answer, key }) => [answer, key])).toEqual([
    ["cat", "1"],
    ["dog", "2"],
    ["owl", "3"],
  ]);
});

it("key 1 of a triplet is the picture on the left, wherever the table has it", () => {
  for (let seed = 0; seed < 6; seed++) {
    const [trial] = plansOf(odd, [1], seed, undefined);
    const onScreen = trial?.shown(400).map(idOf);
    expect(trial?.choices.map(({ answer }) => answer)).toEqual(onScreen);
    expect(onScreen).toEqual(placesOf(seed, 1).map((place) => ["s3", "s1", "s2"][place]));
  }
});

it("practice shows words and no picture, and each has its answer among the choices", () => {
  for (const benchmark of [label, odd])
    for (const trial of practicePlans(benchmark)) {
      expect(trial.shown(400).every(({ kind }) => kind === "word")).toBe(true);
      expect(trial.choices.map(({ answer }) => answer)).toContain(trial.truth);
      if (benchmark === label) expect(trial.shown(400).map(idOf)).toEqual([trial.truth]);
      else {
        const words = trial.shown(400).map(idOf);
        const odd = words.findIndex((word) => words.filter((other) => other === word).length === 1);
        expect(trial.truth).toBe(String(odd));
      }
    }
});
