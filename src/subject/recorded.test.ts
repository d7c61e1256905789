import { describe, expect, it } from "vitest";
import { isProbabilities } from "../assembly/assembly.ts";
import type { StimulusSet, Task } from "../benchmark/benchmark.ts";
import { parseCsv } from "../benchmark/csv.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import { type Columns, tableOf } from "../testing/golden.ts";
import { RecordedSubject } from "./recorded.ts";

function open(text: string): RecordedSubject {
  const parsed = parseCsv(new TextEncoder().encode(text), "r.csv");
  if (!("table" in parsed)) throw new Error(JSON.stringify(parsed));
  return new RecordedSubject("r", "sha256-0", parsed.table, "r.csv");
}

function refused(text: string): readonly Fault[] {
  try {
    open(text);
  } catch (error) {
    if (error instanceof GapscopeError && error.code === "subject-refused") return error.faults;
    throw error;
  }
  throw new Error("not refused");
}

const set = (columns: Columns): StimulusSet => ({
  identifier: "set",
  visualDegrees: null,
  stimuli: [],
  table: tableOf(columns),
});
const shown = set({ stimulus_id: ["s1", "s2"], truth: ["dog", "cat"] });
const probabilities: Task = {
  name: "probabilities",
  fittingStimuli: set({ stimulus_id: ["f1", "f2", "f3"], image_label: ["dog", "cat", "dog"] }),
};
const oddOneOut: Task = {
  name: "odd_one_out",
  triplets: tableOf({
    a: ["s1", "s2"],
    b: ["s2", "s3"],
    c: ["s3", "s4"],
    stimulus_id: ["s1|s2|s3", "s2|s3|s4"],
  }),
};
const label: Task = { name: "label", choices: ["cat", "dog"] };
const options = { numberOfTrials: 1 };

describe("recorded probabilities", () => {
  it("come in the benchmark's order of choices", async () => {
    const subject = open("stimulus_id,bird,cat,dog\ns2,0.1,0.2,0.7\ns1,0,1,0\nelsewhere,0.5,0.5,0\n");
    subject.startTask(probabilities);
    const answers = await subject.lookAt(shown, options);
    expect(isProbabilities(answers) && answers.choices).toEqual(["dog", "cat"]);
    expect(answers.shape).toEqual([2, 2]);
    expect([...answers.values]).toEqual([0, 1, 0.7, 0.2]);
    expect(answers.coords.truth?.values).toEqual(["dog", "cat"]);
  });

  it("of other labels cannot take part", () => {
    expect(() => open("stimulus_id,bird,cat\ns1,0,1\n").startTask(probabilities)).toThrow(/no probabilities of dog/);
  });

  it("name the stimuli that they lack", async () => {
    const subject = open("stimulus_id,dog,cat\ns1,0,1\n");
    subject.startTask(probabilities);
    await expect(subject.lookAt(shown, options)).rejects.toThrow("no response to 1 of 2 stimuli: s2");
  });

  it.each([
    ["stimulus_id,dog,cat\ns1,0.5,0.5\ns2,1.5,0\n", "not-a-probability", 3, "dog"],
    ["stimulus_id,dog,cat\ns1,0.5,0.5\ns2,,1\n", "not-a-probability", 3, "dog"],
    ["stimulus_id,dog,cat\ns1,0.5,0.5\ns2,high,low\n", "not-a-probability", 2, "dog"],
    ["stimulus_id,dog,cat\ns1,0.5,0.25\n", "probabilities-sum", 2, undefined],
    ["stimulus_id,dog,cat\ns1,1,0\ns1,0,1\n", "duplicate-stimulus", 3, "stimulus_id"],
    ["stimulus_id,dog\ns1,1\n", "missing-column", 1, "response"],
  ])("%j is refused", (text, code, line, column) => {
    expect(refused(text)[0]).toMatchObject({ code, line, ...(column === undefined ? {} : { column }) });
  });
});

describe("recorded odd-one-out choices", () => {
  it("come in the order of the triplets", async () => {
    const subject = open("a,b,c,response\ns2,s3,s4,s4\ns1,s2,s3,s1\n");
    subject.startTask(oddOneOut);
    const answers = await subject.lookAt(shown, options);
    expect(answers.values).toEqual(["s1", "s4"]);
    expect(answers.coords.stimulus_id?.values).toEqual(["s1|s2|s3", "s2|s3|s4"]);
    expect(answers.coords.c?.values).toEqual(["s3", "s4"]);
  });

  it("are missed by name, and may be empty", async () => {
    const subject = open("a,b,c,response\ns1,s2,s3,\n");
    subject.startTask(oddOneOut);
    await expect(subject.lookAt(shown, options)).rejects.toThrow("no response to 1 of 2 triplets: s2|s3|s4");
  });

  it.each([
    ["a,b,c,response\ns1,s2,s3,s4\n", "response-not-in-triplet", 2, "response"],
    ["a,b,c,response\ns1,s2,s3,s3\ns1,s2,s3,s1\n", "duplicate-stimulus", 3, "a"],
    ["a,b,response\ns1,s2,s3\n", "missing-column", 1, "stimulus_id"],
  ])("%j is refused", (text, code, line, column) => {
    expect(refused(text)[0]).toMatchObject({ code, line, column });
  });
});

describe("a recording of one task", () => {
  const recordings = {
    label: "stimulus_id,response\ns1,dog\n",
    probabilities: "stimulus_id,dog,cat\ns1,1,0\n",
    odd_one_out: "a,b,c,response\ns1,s2,s3,s1\n",
  };
  it.each([
    ["label", [probabilities, oddOneOut]],
    ["probabilities", [label, oddOneOut]],
    ["odd_one_out", [label, probabilities]],
  ] as const)("%s takes no other", (own, others) => {
    for (const other of others)
      expect(() => open(recordings[own]).startTask(other)).toThrow(`to the task ${own}, not to ${other.name}`);
  });
});

describe("a hostile recording", () => {
  it("is refused in few words, however long its cells and many its faults", () => {
    const twice = refused(`stimulus_id,response\n${"s1,cat\n".repeat(3000)}`);
    expect(twice).toHaveLength(501);
    expect(twice.at(-1)).toMatchObject({ code: "more-faults", message: expect.stringContaining("2499") });
    const id = "x".repeat(50_000);
    for (const text of [
      `${id},response\n1,2\n`,
      `stimulus_id,response\n${id},cat\n${id},dog\n`,
      `a,b,c,response\n${id},s2,s3,${id}y\n`,
      `stimulus_id,cat,${id}\ns1,0,${id}\n`,
    ]) {
      expect(JSON.stringify(refused(text)).length, text.slice(0, 20)).toBeLessThan(1000);
    }
  });
});
