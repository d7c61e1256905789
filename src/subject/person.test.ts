import { describe, expect, it } from "vitest";
import type { Table } from "../assembly/table.ts";
import type { StimulusSet, Task } from "../benchmark/benchmark.ts";
import { parseCsv } from "../benchmark/csv.ts";
import { tableOf } from "../testing/golden.ts";
import {
  choiceKeys,
  type PersonResponse,
  type PersonTrial,
  placesOf,
  planTrials,
  presentationsTable,
  responsesCsv,
  type Sitting,
  whyNotTaken,
} from "./person.ts";
import { RecordedSubject } from "./recorded.ts";

/** `each` stimuli of every truth × condition. */
function crossed(truths: number, conditions: number, each: number): Table {
  const n = truths * conditions * each;
  const rows = Array.from({ length: n }, (_, i) => i);
  return tableOf({
    stimulus_id: rows,
    truth: rows.map((i) => `t${i % truths}`),
    condition: rows.map((i) => Math.floor(i / truths) % conditions),
  });
}

function spread(table: Table, column: string, rows: readonly number[]): { least: number; most: number } {
  const counts = new Map((table.columns[column]?.text ?? []).map((value) => [value, 0]));
  for (const row of rows) {
    const value = table.columns[column]?.text[row] ?? "";
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return { least: Math.min(...counts.values()), most: Math.max(...counts.values()) };
}

describe("the trials of a sitting", () => {
  it("are the same for the same seed, and others for another", () => {
    const table = crossed(16, 8, 10);
    expect(planTrials(table, 50, 7)).toEqual(planTrials(table, 50, 7));
    expect(planTrials(table, 50, 7)).not.toEqual(planTrials(table, 50, 8));
  });

  it("are numpy's permutation where all are shown", () => {
    // numpy.random.RandomState(1).permutation(10)
    expect(planTrials(crossed(10, 1, 1), 10, 1)).toEqual([2, 9, 6, 4, 0, 3, 1, 7, 8, 5]);
    expect(planTrials(crossed(10, 1, 1), 99, 1)).toEqual([2, 9, 6, 4, 0, 3, 1, 7, 8, 5]);
  });

  it.each([
    [16, 8, 10, 20],
    [16, 8, 10, 50],
    [16, 10, 8, 100],
    [2, 3, 1, 4],
    [9, 2, 20, 50],
  ])("%i truths × %i conditions × %i: %i are shown evenly, none twice", (truths, conditions, each, count) => {
    const table = crossed(truths, conditions, each);
    for (let seed = 0; seed < 10; seed++) {
      const rows = planTrials(table, count, seed);
      expect(new Set(rows).size).toBe(count);
      for (const column of ["truth", "condition"]) {
        const { least, most } = spread(table, column, rows);
        expect(most - least, `${column}, seed ${seed}`).toBeLessThanOrEqual(1);
      }
    }
  });

  it("take what there is of a rare truth", () => {
    const truth = Array.from({ length: 100 }, (_, i) => (i < 3 ? "cat" : "dog"));
    const rows = planTrials(tableOf({ stimulus_id: truth.map((_, i) => i), truth }), 20, 5);
    expect(rows.filter((row) => row < 3).length).toBe(3);
  });

  it("do not come with truths in turn", () => {
    const table = crossed(2, 1, 20);
    const truths = planTrials(table, 20, 3).map((row) => row % 2);
    expect(truths.some((truth, i) => i > 0 && truth === truths[i - 1])).toBe(true);
  });
});

describe("the places of a triplet", () => {
  it("are one for each picture, and every order occurs", () => {
    const orders = Array.from({ length: 200 }, (_, row) => placesOf(12, row));
    for (const order of orders) expect([...order].sort()).toEqual([0, 1, 2]);
    expect(new Set(orders.map(String)).size).toBe(6);
    expect(placesOf(12, 3)).toEqual(placesOf(12, 3));
  });
});

describe("the keys of choices", () => {
  it("differ from each other, as many as choices", () => {
    for (const n of [2, 9, 10, 16, 26, 27, 35]) expect(new Set(choiceKeys(n)).size).toBe(n);
    expect(choiceKeys(3)).toEqual(["1", "2", "3"]);
    expect(choiceKeys(16).at(-1)).toBe("p");
    expect(choiceKeys(36)).toEqual([]);
  });
});

it("says who cannot be asked, and why", () => {
  expect(whyNotTaken({ name: "label", choices: ["a", "b"] })).toBeUndefined();
  expect(whyNotTaken({ name: "odd_one_out", triplets: tableOf({}) })).toBeUndefined();
  expect(whyNotTaken({ name: "label", choices: "imagenet" })).toContain("1,000");
  expect(whyNotTaken({ name: "probabilities", fittingStimuli: set({ stimulus_id: [1] }) })).toContain("probability");
});

function set(columns: Parameters<typeof tableOf>[0]): StimulusSet {
  return { identifier: "set", visualDegrees: null, stimuli: [], table: tableOf(columns) };
}

function sitting(order: readonly number[], more: Partial<Sitting> = {}): Sitting {
  return {
    name: "Ann",
    startedAt: "2026-01-02T03:04:05.000Z",
    seed: 9,
    order,
    presentationMs: 200,
    maskMs: 200,
    limitMs: null,
    ...more,
  };
}

function answered(answer: string, more: Partial<PersonResponse> = {}, shown = 1): PersonTrial {
  const response: PersonResponse = {
    answer,
    input: "key",
    presentationMs: 200.04,
    responseMs: 812.35,
    frameMs: 16.67,
    picturePx: 400.4,
    ...more,
  };
  return { shown, response };
}

function parsed(csv: string): Table {
  const read = parseCsv(new TextEncoder().encode(csv), "ann.csv");
  if (!("table" in read)) throw new Error(JSON.stringify(read));
  return read.table;
}

async function recorded(csv: string, task: Task, stimuli: StimulusSet) {
  const subject = new RecordedSubject("Ann", "sha256-0", parsed(csv), "ann.csv");
  subject.startTask(task);
  return subject.lookAt(stimuli, { numberOfTrials: 1 });
}

describe("the file of answers", () => {
  const label = { task: { name: "label", choices: ["cat", "dog", "=cmd"] } as const };
  const stimuli = set({ stimulus_id: ["s1", "-s2", "s3"], truth: ["cat", "dog", "=cmd"], condition: ["0", "1", "1"] });

  it("is a recorded subject with the same answers, in whatever order they were given", async () => {
    const csv = responsesCsv(
      { ...label, stimulusSet: stimuli },
      sitting([2, 0, 1]),
      new Map([
        [0, answered("cat")],
        [1, answered("", { input: "none" })],
        [2, answered("=cmd")],
      ]),
    );
    const assembly = await recorded(csv, label.task, stimuli);
    expect([...assembly.values]).toEqual(["cat", null, "=cmd"]);
  });

  it("tells of each trial when it came and how long it was", () => {
    const csv = responsesCsv(
      { ...label, stimulusSet: stimuli },
      sitting([2, 0, 1], { viewing: { pxPerMm: 3.78, distanceCm: 60 } }),
      new Map([
        [0, answered("dog", { input: "pointer" }, 2)],
        [2, answered("=cmd")],
      ]),
    );
    const { length, columns } = parsed(csv);
    expect(length).toBe(2); // the trial without an answer is left out
    const values = (name: string) => columns[name]?.values;
    expect(values("stimulus_id")).toEqual(["s3", "s1"]);
    expect(values("subject")).toEqual(["Ann", "Ann"]);
    expect(values("correct")).toEqual([true, false]);
    expect(values("trial")).toEqual([1, 2]);
    expect(values("times_shown")).toEqual([1, 2]);
    expect(values("presentation_ms")).toEqual([200, 200]);
    expect(values("presentation_asked_ms")).toEqual([200, 200]);
    expect(values("response_ms")).toEqual([812.4, 812.4]);
    expect(values("input")).toEqual(["key", "pointer"]);
    expect(values("seed")).toEqual([9, 9]);
    expect(values("px_per_mm")).toEqual([3.78, 3.78]);
  });

  it("of triplets keeps their order and tells where each picture stood", async () => {
    const triplets = tableOf({
      a: ["s1", "s2"],
      b: ["s2", "s3"],
      c: ["s3", "s4"],
      stimulus_id: ["s1|s2|s3", "s2|s3|s4"],
    });
    const task: Task = { name: "odd_one_out", triplets };
    const benchmark = { task, stimulusSet: set({ stimulus_id: ["s1", "s2", "s3", "s4"] }) };
    expect(presentationsTable(benchmark)).toBe(triplets);
    const csv = responsesCsv(
      benchmark,
      sitting([1, 0], { presentationMs: null, maskMs: 0 }),
      new Map([
        [0, answered("s1")],
        [1, answered("s4")],
      ]),
    );
    const { columns } = parsed(csv);
    expect(columns.presentation_asked_ms?.text).toEqual(["until answered", "until answered"]);
    const ids = ["s2", "s3", "s4"];
    expect(columns.left_to_right?.text[0]).toBe(
      placesOf(9, 1)
        .map((place) => ids[place])
        .join("|"),
    );
    expect([...(await recorded(csv, task, benchmark.stimulusSet)).values]).toEqual(["s1", "s4"]);
  });
});
