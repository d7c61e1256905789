import { describe, expect, it } from "vitest";
import type { Task } from "../../benchmark/benchmark.ts";
import { wilson } from "../../numerics/proportion.ts";
import type { PersonTrial } from "../../subject/person.ts";
import { madeUpBenchmark } from "../../testing/behaviour.ts";
import { type Columns, tableOf } from "../../testing/golden.ts";
import { compare, type Model } from "./compare.ts";

const benchmark = (task: Task, stimuli: Columns, responses: Columns) => madeUpBenchmark(stimuli, responses, { task });

function answers(entries: readonly (readonly [number, string | undefined])[]): Map<number, PersonTrial> {
  return new Map(
    entries.map(([row, answer]): [number, PersonTrial] => [
      row,
      answer === undefined
        ? { shown: 1 }
        : {
            shown: 1,
            response: { answer, input: "key", presentationMs: 200, responseMs: 700, frameMs: 16.7, picturePx: 300 },
          },
    ]),
  );
}

const label = benchmark(
  { name: "label", choices: ["cat", "dog"] },
  { stimulus_id: [1, 2, 3, 4], truth: ["cat", "cat", "dog", "dog"] },
  {
    stimulus_id: [1, 2, 3, 4, 1, 2, 3, 4],
    subject: ["ann", "ann", "ann", "ann", "bob", "bob", "bob", "bob"],
    response: ["cat", "dog", "dog", "dog", "cat", "cat", "dog", "cat"],
    truth: ["cat", "cat", "dog", "dog", "cat", "cat", "dog", "dog"],
  },
);
const net: Model = { name: "net", kind: "network", values: ["cat", "dog", "cat", "dog"] };
const echo: Model = { name: "echo", kind: "recorded", values: ["dog", "cat", "cat", null] };

describe("a person beside people and models on a label benchmark", () => {
  // Answered: 1 right, 2 right, 3 wrong. 4 was seen and not answered.
  const trials = answers([
    [0, "cat"],
    [1, "cat"],
    [2, "cat"],
    [3, undefined],
  ]);
  const { measure, standings, taken } = compare(label, trials, "you", [net, echo]);
  const shareOf = (name: string) => standings.find((each) => each.name === name)?.share;

  it("counts everybody on what the person answered, and on nothing else", () => {
    expect(measure).toBe("right");
    expect(shareOf("you")).toBeCloseTo(2 / 3, 12);
    expect(shareOf("net")).toBeCloseTo(1 / 3, 12);
    expect(shareOf("echo")).toBeCloseTo(1 / 3, 12);
    expect(shareOf("people")).toBeCloseTo((2 / 3 + 1) / 2, 12);
  });

  it("says what each span is", () => {
    const people = standings.find(({ kind }) => kind === "people");
    expect(people?.span?.[0]).toBeCloseTo(2 / 3, 12);
    expect(people?.span?.[1]).toBe(1);
    expect(people?.meaning).toContain("person");
    expect(standings[0]?.span).toEqual(wilson(2 / 3, 3));
  });

  it("puts first what models answered otherwise, people siding with the person before others", () => {
    // Apart: both on none; one on 1 (echo) and 2 (net); none on 3. On 1 all people say cat, on 2 half do.
    expect(taken.map(({ id, apart }) => [id, apart])).toEqual([
      ["1", 1],
      ["2", 1],
      ["3", 0],
    ]);
    expect(taken[1]?.people).toEqual([
      { answer: "cat", n: 1 },
      { answer: "dog", n: 1 },
    ]);
  });
});

describe("a person beside people and models on odd one out", () => {
  const triplets = {
    a: ["s1", "s1", "s2"],
    b: ["s2", "s2", "s3"],
    c: ["s3", "s4", "s4"],
    stimulus_id: ["s1|s2|s3", "s1|s2|s4", "s2|s3|s4"],
  };
  const odd = benchmark(
    { name: "odd_one_out", triplets: tableOf(triplets) },
    { stimulus_id: ["s1", "s2", "s3", "s4"] },
    {
      stimulus_id: ["s1|s2|s3", "s1|s2|s3", "s1|s2|s3", "s1|s2|s4"],
      subject: ["ann", "bob", "cy", "ann"],
      response: ["s3", "s3", "s1", "s4"],
    },
  );
  const trials = answers([
    [0, "s3"],
    [1, "s1"],
    [2, "s2"],
  ]);

  it("is the share of people's responses that are the same, where there are any", () => {
    const { measure, standings } = compare(odd, trials, "you", [{ ...net, values: ["s1", "s4", "s4"] }]);
    expect(measure).toBe("agreement");
    expect(standings.find(({ kind }) => kind === "you")?.share).toBeCloseTo((2 / 3 + 0) / 2, 12);
    expect(standings.find(({ kind }) => kind === "network")?.share).toBeCloseTo((1 / 3 + 1) / 2, 12);
    // Of the three pairs of responses to the first triplet one is the same; the second has one response.
    expect(standings.find(({ kind }) => kind === "people")?.share).toBeCloseTo(1 / 3, 12);
  });

  it("has no share where nobody answered", () => {
    const { standings } = compare(odd, answers([[2, "s2"]]), "you", []);
    expect(standings.map(({ share }) => share)).toEqual([undefined, undefined]);
  });
});
