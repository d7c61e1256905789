import { describe, expect, it } from "vitest";
import type { SubjectSource } from "../lab/source.ts";
import { PANEL } from "../models/panel.ts";
import { outcomeOf, ranked } from "./ranked.ts";
import type { SubjectEntry } from "./state.ts";

type Member = Pick<SubjectEntry, "id" | "identifier" | "panel" | "state" | "weights">;

function member(id: string, counts: boolean): Member {
  const panel = PANEL.find(({ card }) => card.identifier === id);
  if (panel === undefined) throw new Error(id);
  const network = { card: panel.card, digest: "sha256-0", activationsDigest: "0", files: [] };
  const source: SubjectSource = { kind: "network", network, notes: [], panel: counts };
  const weights = { bytes: 1, sha256: "0", published: true, stored: true };
  return { id, identifier: id, panel, state: { status: "ready", source }, weights };
}

const alexnet = member("alexnet", true);
const hmax = member("hmax", true);
const grcnn = member("grcnn", false); // a stand-in
const own: Member = { id: "own", identifier: "own", state: alexnet.state };

const benchmark = (identifier: string, parent?: string) => ({
  identifier,
  digest: identifier,
  track: "behavioral" as const,
  ...(parent === undefined ? {} : { parent }),
});
const leftOut = { missing: "left out", countStandIns: false } as const;
const asZero = { missing: "zero", countStandIns: false } as const;

describe("the rows of the ranking", () => {
  const benchmarks = [benchmark("high"), benchmark("low")];
  const members = [alexnet, hmax, grcnn, own];
  const outcomes = [0.9, null, 0.1, 0.0, 0.3, 0.5, 0.6, 0.9];

  it("are over the panel's models and say over how many", () => {
    const { tracks, panel, pending } = ranked(benchmarks, members, outcomes, leftOut);
    expect([panel, pending]).toEqual([true, 0]);
    expect(tracks).toHaveLength(1);
    expect(tracks[0]?.rows.map(({ name, place, mean, over }) => [name, place, mean, over])).toEqual([
      ["low", 1, 0.4, "of 2 models"],
      ["high", 2, 0.9, "of 1 model; 1 without a score left out"],
    ]);
    expect(tracks[0]?.rows[1]?.dots.map(({ id }) => id)).toEqual(["alexnet"]);
  });

  it("draw what counts as 0, lowest first, and tell it from a score of 0", () => {
    const [, high] = ranked(benchmarks, members, outcomes, asZero).tracks[0]?.rows ?? [];
    expect(high?.over).toBe("of 2 models; 1 without a score counts as 0");
    expect(high?.dots.map(({ id, value, missing }) => [id, value, missing])).toEqual([
      ["hmax", 0, true],
      ["alexnet", 0.9, false],
    ]);
    const [zero] = ranked([benchmark("b")], [alexnet, hmax], [0, 0.5], asZero).tracks[0]?.rows ?? [];
    expect(zero?.dots[0]).toMatchObject({ id: "alexnet", value: 0, missing: false });
  });

  it("count stand-ins where they are asked for", () => {
    const rows = ranked(benchmarks, members, outcomes, { ...leftOut, countStandIns: true }).tracks[0]?.rows;
    expect(rows?.find(({ name }) => name === "low")?.over).toBe("of 3 models, 1 of them a stand-in");
  });

  it("are over every subject where none of the panel has a score", () => {
    const { panel, tracks } = ranked([benchmark("b")], [hmax, own], [null, 0.5], leftOut);
    expect(panel).toBe(false);
    expect(tracks[0]?.rows[0]?.over).toBe("of 1 subject; 1 without a score left out");
  });

  it("keep parts under their parent, a part's dots its own cells", () => {
    const parts = [benchmark("p.one", "p"), benchmark("p.two", "p"), benchmark("alone", "q")];
    const { tracks } = ranked(parts, [alexnet, hmax], [0.2, 0.4, 0.6, null, 0.1, 0.1], leftOut);
    const [first, second] = tracks[0]?.rows ?? [];
    expect(first).toMatchObject({ name: "q", digest: "alone", parts: [] });
    expect(second).toMatchObject({ name: "p", over: "of 2 models; 1 cell without a score left out" });
    expect(second?.digest).toBeUndefined();
    expect(second?.parts.map(({ name, digest, over, place }) => [name, digest, over, place])).toEqual([
      ["p.one", "p.one", "of 2 models", undefined],
      ["p.two", "p.two", "of 1 model; 1 without a score left out", undefined],
    ]);
  });

  it("count what has no result yet as nothing, and say how much it is", () => {
    const { pending, tracks } = ranked(benchmarks, [alexnet, hmax], [0.5, undefined, undefined, undefined], asZero);
    expect(pending).toBe(3);
    expect(tracks[0]?.rows.map(({ name, mean, over }) => [name, mean, over])).toEqual([
      ["high", 0.5, "of 1 model"],
      ["low", undefined, "no model has a score"],
    ]);
  });
});

it("tells a cell without a score from one without a result", () => {
  expect(outcomeOf({ status: "not applicable", reason: "" })).toBeNull();
  expect(outcomeOf({ status: "failed", error: { code: "internal", message: "", faults: [] } })).toBeNull();
  expect(outcomeOf({ status: "cancelled" })).toBeUndefined();
  expect(outcomeOf({ status: "running", done: 1, total: 2 })).toBeUndefined();
  expect(outcomeOf(undefined)).toBeUndefined();
});
