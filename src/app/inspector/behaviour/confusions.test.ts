import { describe, expect, it } from "vitest";
import type { Task } from "../../../benchmark/benchmark.ts";
import { madeUpBenchmark } from "../../../testing/behaviour.ts";
import type { Columns } from "../../../testing/golden.ts";
import { joinAnswers } from "../../answers.ts";
import { type Confusions, type Counts, confusionsOf, itemsBehind } from "./confusions.ts";

const benchmark = (task: Task, stimuli: Columns, responses: Columns) => madeUpBenchmark(stimuli, responses, { task });

/** The matrix as rows of counts, the last column that of the rest where there is one. */
function rowsOf({ labels, rest }: Confusions, counts: Counts | undefined): number[][] {
  const columns = labels.length + Number(rest);
  return labels.map((_, row) => Array.from({ length: columns }, (_, column) => counts?.n(row, column) ?? Number.NaN));
}

const three: Task = { name: "label", choices: ["knife", "fork", "cup"] };
const stimuli = { stimulus_id: ["a", "b", "c", "d"], truth: ["knife", "knife", "fork", "cup"] };

describe("what is taken for what", () => {
  const made = benchmark(three, stimuli, {
    subject: ["p", "p", "p", "p", "q", "q", "q", "q"],
    stimulus_id: ["a", "b", "c", "d", "a", "b", "c", "d"],
    response: ["knife", "fork", "fork", "cup", "fork", "fork", "na", "cup"],
  });
  const items = joinAnswers(made, { values: ["fork", "knife", null, "cup"] });
  const confusions = confusionsOf(made, items);
  if (confusions === undefined) throw new Error("no confusions");

  it("counts both over the choices in their order, and answers that are none of them apart", () => {
    expect(confusions).toMatchObject({ labels: ["knife", "fork", "cup"], rest: true, left: 0 });
    expect(rowsOf(confusions, confusions.people)).toEqual([
      [1, 3, 0, 0],
      [0, 1, 0, 1],
      [0, 0, 2, 0],
    ]);
    expect(rowsOf(confusions, confusions.subject)).toEqual([
      [1, 1, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 1, 0],
    ]);
    expect([0, 1, 2].map((row) => [confusions.people?.total(row), confusions.subject.total(row)])).toEqual([
      [4, 2],
      [2, 1],
      [2, 1],
    ]);
  });

  it("finds the stimuli behind a cell, of either side", () => {
    const behind = (row: number, column: number, side: "people" | "subject") =>
      itemsBehind(items, confusions, { row, column }, side).map(({ id }) => id);
    expect(behind(0, 1, "subject")).toEqual(["a"]);
    expect(behind(0, 1, "people")).toEqual(["a", "b"]);
    expect(behind(1, 3, "subject")).toEqual(["c"]);
    expect(behind(1, 3, "people")).toEqual(["c"]);
    expect(behind(2, 0, "people")).toEqual([]);
  });
});

it("takes people's answers that name no stimulus by their own truth", () => {
  const pooled = benchmark(three, stimuli, { subject: ["p", "p"], truth: ["knife", "cup"], response: ["cup", "cup"] });
  const confusions = confusionsOf(pooled, joinAnswers(pooled, { values: ["knife", "knife", "fork", "cup"] }));
  if (confusions === undefined) throw new Error("no confusions");
  expect(rowsOf(confusions, confusions.people)).toEqual([
    [0, 0, 1],
    [0, 0, 0],
    [0, 0, 1],
  ]);
});

it("of many labels takes the most frequent, the others' answers together, and says how many are left", () => {
  const truth = Array.from({ length: 60 }, (_, i) => `t${String(i).padStart(2, "0")}`);
  const twice = [...truth, ...truth.slice(30, 50), "t30"];
  const many = benchmark(
    { name: "label", choices: "imagenet" },
    { stimulus_id: twice.map((_, i) => i), truth: twice },
    {},
  );
  const values = twice.map((label, row) => (row === 30 ? "t00" : label));
  const confusions = confusionsOf(many, joinAnswers(many, { values }));
  expect(confusions).toMatchObject({ labels: [...truth.slice(30, 50)], left: 40, rest: true, people: undefined });
  expect([confusions?.subject.n(0, 20), confusions?.subject.total(0), confusions?.subject.n(0, 0)]).toEqual([1, 3, 2]);
});

it("has nothing to count without truths, or with one alone", () => {
  const untold = benchmark(three, { stimulus_id: ["a"] }, {});
  expect(confusionsOf(untold, joinAnswers(untold, { values: ["cup"] }))).toBeUndefined();
  const one = benchmark({ name: "label", choices: "imagenet" }, { stimulus_id: ["a"], truth: ["cup"] }, {});
  expect(confusionsOf(one, joinAnswers(one, { values: ["cup"] }))).toBeUndefined();
});
