import { describe, expect, it } from "vitest";
import type { SubjectSource } from "../lab/source.ts";
import { PANEL } from "../models/panel.ts";
import type { Score } from "../scoring/ceiled.ts";
import { inPanelMean, meanOf, meanText } from "./means.ts";
import { type Cell, type SubjectEntry, standingOf } from "./state.ts";

type Member = Pick<SubjectEntry, "panel" | "state" | "weights">;

/** A ready panel model; `counts` as lab/shelf.ts says it, `published` as the file's hash says it. */
function member(identifier: string, counts: boolean, published?: boolean): Member {
  const panel = PANEL.find(({ card }) => card.identifier === identifier);
  if (panel === undefined) throw new Error(identifier);
  const network = { card: panel.card, digest: "sha256-0", activationsDigest: "0", files: [] };
  const source: SubjectSource = { kind: "network", network, notes: [], panel: counts };
  return { panel, state: { status: "ready", source }, weights: { bytes: 1, sha256: "0", published, stored: true } };
}

const alexnet = member("alexnet", true, true);
const altered = member("alexnet", false, false);
const standIn = member("grcnn", false, true);
const alteredStandIn = member("grcnn", false, false);
const own: Member = { state: alexnet.state }; // a network of one's own, whatever it is called

const score = (value: number): Cell => {
  const made: Score = {
    score: value,
    raw: value,
    ceiling: { value: 1 },
    formula: "raw / ceiling",
    unit: "share correct",
    by: [],
    notes: [],
  };
  return { status: "scored", score: made, answers: { values: [] } };
};

describe("the panel mean", () => {
  it("is taken over the panel's models with the published weights, and over stand-ins when they are asked for", () => {
    const members = [alexnet, altered, standIn, alteredStandIn, own];
    expect(members.map(standingOf)).toEqual(["model", "apart", "stand-in", "apart", "apart"]);
    expect(members.map((each) => inPanelMean(each, false))).toEqual([true, false, false, false, false]);
    expect(members.map((each) => inPanelMean(each, true))).toEqual([true, false, true, false, false]);
    expect(standingOf({ ...alexnet, state: { status: "needs file" } })).toBe("apart");
  });

  it("says over how many it was taken", () => {
    const cells: (Cell | undefined)[] = [
      score(0.2),
      { status: "not applicable", reason: "no logits" },
      score(0.4),
      undefined,
    ];
    const mean = meanOf([alexnet, alexnet, standIn, alexnet], cells);
    expect(mean).toMatchObject({ n: 2, standIns: 1, inapplicable: 1 });
    expect(mean?.value).toBeCloseTo(0.3, 12);
    expect(mean && meanText(mean, "model")).toBe("of 2 models, 1 of them a stand-in; 1 not applicable");
    expect(meanOf([alexnet], [undefined])).toBeUndefined();
    const one = meanOf([alexnet], [score(0.5)]);
    expect(one && meanText(one, "model")).toBe("of 1 model");
  });
});
