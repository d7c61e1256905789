import { describe, expect, it } from "vitest";
import type { Plan, Shortage } from "../lab/preflight.ts";
import { offerOption, offerText, planText, shortageText } from "./plan-text.ts";

const GB = 1e9;
const plan = (more: Partial<Plan>): Plan => ({
  ...{ pictures: 1280, seconds: 700, stores: 1.2 * GB, step: undefined, unsettled: [] },
  ...more,
});

describe("what a run needs, in words", () => {
  it.each<[Partial<Plan>, string]>([
    [{}, "about 12 min, 1.2 GB on disk"],
    [{ seconds: undefined }, "1,280 pictures to run, time known after the first, 1.2 GB on disk"],
    [{ stores: undefined }, "about 12 min, room on disk known after the first"],
    [{ pictures: 0, seconds: 0, stores: 0 }, ""],
    [{ step: { what: "x", bytes: 3.4 * GB, array: 1 } }, "about 12 min, 1.2 GB on disk, 3.4 GB of memory"],
    [{ step: { what: "x", bytes: 0.2 * GB, array: 1 } }, "about 12 min, 1.2 GB on disk"],
  ])("%j", (more, text) => expect(planText(plan(more))).toBe(text));

  const storage: Shortage = {
    ...{ of: "storage", needed: 12 * GB, room: 3 * GB, subjects: ["alexnet", "resnet"] },
    offers: [{ kind: "without storing" }, { kind: "fewer", subjects: ["alexnet"] }],
  };

  it("says what does not fit and what would", () => {
    expect(shortageText(storage)).toBe(
      "The activations of alexnet and resnet take 12 GB, and the browser has 3 GB left for this page.",
    );
    expect(storage.offers.map(offerText)).toEqual(["Run without storing", "Score alexnet alone"]);
    expect(storage.offers.map(offerOption)).toEqual([
      "--no-store runs it without keeping activations.",
      "alexnet alone would fit.",
    ]);
    const step = { what: "Big-pls: inner products of 40000 stimuli", bytes: 51 * GB, array: 12.8 * GB };
    const memory: Shortage = { of: "memory", needed: step.bytes, room: 4 * GB, step, subjects: ["a"], offers: [] };
    expect(shortageText(memory)).toBe(
      "a on Big-pls: inner products of 40000 stimuli: that needs 51 GB of memory, and this machine has 4 GB.",
    );
    expect(shortageText({ ...memory, room: undefined })).toContain("an array of 13 GB, more than a browser gives");
  });

  it("does not list everybody", () => {
    expect(shortageText({ ...storage, subjects: ["a", "b", "c", "d", "e"] })).toContain("a, b, c and 2 more take");
  });
});
