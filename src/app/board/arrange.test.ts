import { describe, expect, it } from "vitest";
import {
  type Arrangeable,
  AS_OPENED,
  arrange,
  type BoardView,
  groupOf,
  kindsOf,
  sameArrangement,
  turned,
} from "./arrange.ts";

type Small = Arrangeable;
const metric = { name: "accuracy", options: {} };
const label = (identifier: string, parent?: string): Small => ({
  ...{ identifier, digest: `sha256-${identifier}`, metric, track: "behavioral", task: { name: "label" } },
  ...(parent === undefined ? {} : { parent }),
});
const neural = (identifier: string, region: string, parent?: string): Small => ({
  ...{ identifier, digest: `sha256-${identifier}`, metric: { name: "pls", options: {} } },
  ...{ track: "neural", recording: { region } },
  ...(parent === undefined ? {} : { parent }),
});
const subject = (identifier: string) => ({ id: `id-${identifier}`, identifier });

const benchmarks = [
  label("edge10"),
  label("edge9"),
  neural("Hong-IT", "IT"),
  neural("Hong-V4", "V4"),
  label("sketch", "Geirhos"),
];
const subjects = [subject("vgg"), subject("alexnet"), subject("edge-person")];
/** By benchmark, of each subject. */
const SCORES: Readonly<Record<string, readonly (number | undefined)[]>> = {
  edge10: [0.5, 0.125, undefined],
  edge9: [0.25, 0.375, 0.9],
  "Hong-IT": [0.3125, 0.3125, undefined],
  "Hong-V4": [undefined, undefined, undefined],
  sketch: [0.9, 0.7, undefined],
};
const score = (digest: string, id: string): number | undefined =>
  SCORES[digest.replace("sha256-", "")]?.[subjects.findIndex((each) => each.id === id)];
const mean = ({ identifier }: Small): number | undefined => {
  const known = (SCORES[identifier] ?? []).slice(0, 2).filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
};

/** Names of benchmarks, by group where there are groups, and of subjects. */
function shown(view: Partial<BoardView>) {
  const { groups, subjects: own } = arrange(benchmarks, subjects, { ...AS_OPENED, ...view }, { score, mean });
  const named = groups.map(({ name, benchmarks }) => {
    const list = benchmarks.map(({ identifier }) => identifier).join(" ");
    return name === undefined ? list : `${name}: ${list}`;
  });
  return { benchmarks: named, subjects: own.map(({ identifier }) => identifier).join(" ") };
}

describe("the order of the board", () => {
  it("is that of opening unless another is asked for", () => {
    expect(shown({})).toEqual({
      benchmarks: ["edge10 edge9 Hong-IT Hong-V4 sketch"],
      subjects: "vgg alexnet edge-person",
    });
  });

  it("of benchmarks is by name, numbers as numbers, or by their mean, those without one last either way", () => {
    const by = (by: string, direction: "ascending" | "descending") =>
      shown({ benchmarkOrder: { by, direction } }).benchmarks;
    expect(by("name", "ascending")).toEqual(["edge9 edge10 Hong-IT Hong-V4 sketch"]);
    expect(by("mean", "ascending")).toEqual(["edge10 edge9 Hong-IT sketch Hong-V4"]); // 0.3125 thrice, in their order
    expect(by("mean", "descending")).toEqual(["sketch edge10 edge9 Hong-IT Hong-V4"]);
    expect(by("id-alexnet", "ascending")).toEqual(["edge10 Hong-IT edge9 sketch Hong-V4"]);
  });

  it("of subjects is by name or by a benchmark's scores", () => {
    const by = (by: string, direction: "ascending" | "descending") =>
      shown({ subjectOrder: { by, direction } }).subjects;
    expect(by("name", "descending")).toBe("vgg edge-person alexnet");
    expect(by("sha256-edge9", "descending")).toBe("edge-person alexnet vgg");
    expect(by("sha256-edge10", "ascending")).toBe("alexnet vgg edge-person");
  });

  it("turns with each press of a head: highest first, lowest first, as opened; names from A", () => {
    const highest = turned(undefined, "mean");
    expect(highest).toEqual({ by: "mean", direction: "descending" });
    const lowest = turned(highest, "mean");
    expect(lowest?.direction).toBe("ascending");
    expect(turned(lowest, "mean")).toBeUndefined();
    expect(turned(lowest, "name")).toEqual({ by: "name", direction: "ascending" });
  });
});

describe("the filter of the board", () => {
  it("narrows the side that a word is found on, both where it is found on both, each word by itself", () => {
    expect(shown({ filter: "ALEX" })).toEqual({ benchmarks: shown({}).benchmarks, subjects: "alexnet" });
    expect(shown({ filter: "hong" })).toEqual({ benchmarks: ["Hong-IT Hong-V4"], subjects: shown({}).subjects });
    expect(shown({ filter: " hong  v4 vgg " })).toEqual({ benchmarks: ["Hong-V4"], subjects: "vgg" });
    expect(shown({ filter: "edge" })).toEqual({ benchmarks: ["edge10 edge9"], subjects: "edge-person" });
  });

  it("finds parents, metrics, regions and tasks, and nothing where nothing is meant", () => {
    expect(shown({ filter: "geirhos" }).benchmarks).toEqual(["sketch"]);
    expect(shown({ filter: "pls" }).benchmarks).toEqual(["Hong-IT Hong-V4"]);
    expect(shown({ filter: "hong nowhere" })).toEqual({ benchmarks: [""], subjects: "" });
  });

  it("goes by track, region or task", () => {
    expect(kindsOf(neural("a", "V1"))).toEqual(["neural", "V1"]);
    expect(shown({ kind: "neural" }).benchmarks).toEqual(["Hong-IT Hong-V4"]);
    expect(shown({ kind: "V4" }).benchmarks).toEqual(["Hong-V4"]);
    expect(shown({ kind: "label" }).benchmarks).toEqual(["edge10 edge9 sketch"]);
  });
});

describe("groups", () => {
  it("are by parent, else by Brain-Score's hierarchy, in the order of what is in them", () => {
    expect(groupOf(neural("a", "IT", "Hong"))).toBe("Hong");
    expect(shown({ grouped: true }).benchmarks).toEqual([
      "behavior: edge10 edge9",
      "IT: Hong-IT",
      "V4: Hong-V4",
      "Geirhos: sketch",
    ]);
    expect(shown({ grouped: true, benchmarkOrder: { by: "mean", direction: "descending" } }).benchmarks).toEqual([
      "Geirhos: sketch",
      "behavior: edge10 edge9",
      "IT: Hong-IT",
      "V4: Hong-V4",
    ]);
    expect(shown({ grouped: true, benchmarkOrder: { by: "name", direction: "ascending" } }).benchmarks[0]).toBe(
      "behavior: edge9 edge10",
    );
  });
});

it("an arrangement is the same while it shows the same", () => {
  const arranged = (view: Partial<BoardView>, of = benchmarks) =>
    arrange(of, subjects, { ...AS_OPENED, ...view }, { score, mean });
  expect(sameArrangement(arranged({}), arranged({ filter: "  " }))).toBe(true);
  expect(sameArrangement(arranged({}), arranged({ grouped: true }))).toBe(false);
  expect(sameArrangement(arranged({}), arranged({ filter: "vgg" }))).toBe(false);
  expect(sameArrangement(arranged({}), arranged({}, benchmarks.toReversed()))).toBe(false);
});
