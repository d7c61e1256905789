import { describe, expect, it } from "vitest";
import type { GapscopeErrorRecord } from "../faults/faults.ts";
import type { Progress } from "../lab/clock.ts";
import { PANEL } from "../models/panel.ts";
import { announcement } from "./announce.ts";
import type { Cell, PackageEntry, SubjectState, WorkbenchState } from "./state.ts";

type Told = Parameters<typeof announcement>[0];

const quiet: Told = { packages: [], subjects: [], cells: {}, running: undefined, messages: [] };
const running = (done: number, subject = "net"): WorkbenchState["running"] => {
  const progress: Progress = { benchmark: "B", subject, done, total: 10, overall: { done, total: 20 } };
  return { progress };
};

describe("what is announced", () => {
  it("tells stages of a run and not its ticks", () => {
    const begun = { ...quiet, running: { progress: undefined } };
    expect(announcement(begun, quiet)).toBe("Scoring began.");
    const first = { ...quiet, running: running(0) };
    expect(announcement(first, begun)).toBe("Scoring net on B.");
    const tick = { ...quiet, running: running(5) };
    expect(announcement(tick, first)).toBeUndefined();
    expect(announcement({ ...quiet, running: running(0, "other") }, tick)).toBe("Scoring other on B.");
  });

  it("says once what takes long besides answering, and not each per cent of it", () => {
    const at = (stage?: string): Told => {
      const progress: Progress = {
        benchmark: "B",
        subject: "net",
        done: 10,
        total: 20,
        overall: { done: 10, total: 20 },
        ...(stage === undefined ? {} : { stage }),
      };
      return { ...quiet, running: { progress } };
    };
    expect(announcement(at("fitting the readout, 0 %"), at())).toBe("Now fitting the readout.");
    expect(announcement(at("fitting the readout, 40 %"), at("fitting the readout, 0 %"))).toBeUndefined();
    expect(announcement(at(), at("fitting the readout, 100 %"))).toBeUndefined();
    expect(announcement(at("comparing stimuli, 3 %"), { ...quiet, running: running(0, "other") })).toBe(
      "Scoring net on B. Now comparing stimuli.",
    );
  });

  it("tells when a run over layers begins and ends, and not its layers", () => {
    const layers = (done: number): Told => ({
      ...quiet,
      running: { layers: { subject: "net", done, total: 9, stage: "s", share: 0 } },
    });
    expect(announcement(layers(0), quiet)).toBe("Scoring every layer of net.");
    expect(announcement(layers(4), layers(3))).toBeUndefined();
    expect(announcement(quiet, layers(4))).toBe("Stopped: 4 layers of net scored.");
    expect(announcement(quiet, layers(9))).toBe("Done: 9 layers of net scored.");
  });

  it("tells when a run stands still and when it goes on, and not that it is about to", () => {
    const same = running(1);
    const at = (paused: WorkbenchState["paused"]): Told => ({ ...quiet, running: same, paused });
    expect(announcement(at("closing"), at(undefined))).toBeUndefined();
    expect(announcement(at("closed"), at("closing"))).toBe("The run is paused.");
    expect(announcement(at(undefined), at("closed"))).toBe("The run goes on.");
    expect(announcement({ ...quiet, paused: undefined }, at("closed"))).not.toContain("goes on"); // it was cancelled
  });

  it("tells what was removed and that it is back, and not that the time for that is over", () => {
    const entry: PackageEntry = {
      ...{ id: "1", fileName: "edge.zip", bytes: 1, files: [] },
      state: { status: "reading", done: 0, total: 0, what: "the directory" },
    };
    const there: Told = { ...quiet, packages: [entry] };
    const gone: Told = { ...quiet, removed: { id: "2", name: "edge.zip", list: "packages", at: 0, entry } };
    expect(announcement(gone, there)).toBe("Removed edge.zip. Undo is at hand for a while.");
    expect(announcement(there, gone)).toBe("edge.zip is back.");
    expect(announcement(quiet, gone)).toBeUndefined();
  });

  it("sums a run up", () => {
    const failed: Cell = { status: "failed", error: { code: "internal", message: "m", faults: [] } };
    const cells = { a: failed, b: { status: "cancelled" } } satisfies Record<string, Cell>;
    expect(announcement({ ...quiet, cells }, { ...quiet, cells, running: running(5) })).toBe(
      "Cancelled: 0 scores on the board, 1 failed, 1 cancelled.",
    );
    expect(announcement(quiet, { ...quiet, running: running(5) })).toBe("Done: 0 scores on the board.");
  });

  it("tells where the panel's models stand, by name, and counts those that are ready at once", () => {
    const [hmax, alexnet] = PANEL;
    if (hmax === undefined || alexnet === undefined) throw new Error("no panel");
    const told = (...states: SubjectState[]): Told => ({
      ...quiet,
      subjects: [hmax, alexnet].map((panel, i) => ({
        id: String(i),
        identifier: panel.card.identifier,
        kind: "network",
        fileName: panel.card.checkpoint ?? "",
        files: [],
        panel,
        selected: true,
        state: states[i] ?? { status: "needs file" },
      })),
    });
    const network = { card: hmax.card, digest: "", activationsDigest: "", files: [] };
    const ready: SubjectState = { status: "ready", source: { kind: "network", network, notes: [], panel: true } };
    const downloading = (done: number): SubjectState => ({ status: "downloading", progress: { done } });
    const refused: SubjectState = { status: "refused", error: { code: "subject-refused", message: "m", faults: [] } };
    const trouble: SubjectState = {
      status: "needs file",
      trouble: { code: "storage-full", message: "No room.", faults: [] },
    };
    expect(announcement(told(downloading(0)), told())).toBe("Downloading hmax.");
    expect(announcement(told(downloading(5)), told(downloading(0)))).toBeUndefined();
    expect(announcement(told(ready), told(downloading(5)))).toBe("hmax is ready.");
    expect(announcement(told(ready, ready), told())).toBe("2 models of the panel are ready.");
    expect(announcement(told(), told(downloading(5)))).toBe("The download of hmax was stopped.");
    expect(announcement(told(trouble), told(downloading(5)))).toBe("hmax was not downloaded: No room.");
    expect(announcement(told(refused), told())).toBe(
      "universal_patch_set.mat was refused: it is not the file of hmax.",
    );
    expect(announcement(told(), told(ready))).toBe("hmax needs its file.");
  });

  it("tells what became of a file", () => {
    const entry = (state: PackageEntry["state"]): Told => ({
      ...quiet,
      packages: [{ id: "1", fileName: "edge.zip", bytes: 1, files: [], state }],
    });
    const reading = entry({ status: "reading", done: 0, total: 2, what: "" });
    const further = entry({ status: "reading", done: 1, total: 2, what: "" });
    const fault = { code: "missing-image", message: "m" };
    const refused = entry({
      status: "refused",
      error: { code: "package-refused", message: "m", faults: [fault, fault] },
    });
    expect(announcement(further, reading)).toBeUndefined();
    expect(announcement(refused, further)).toBe("edge.zip was refused: 2 faults.");
    expect(announcement(refused, refused)).toBeUndefined();
  });

  it("of a scorecard that is opened or refused", () => {
    const error: GapscopeErrorRecord = {
      code: "scorecard-refused",
      message: "m",
      faults: [{ code: "scorecard-field", message: "m" }],
    };
    const refused: Told = { ...quiet, claims: [{ id: "1", fileName: "a.json", state: { status: "refused", error } }] };
    expect(announcement(refused, quiet)).toBe("a.json was refused: 1 fault.");
    expect(announcement(refused, refused)).toBeUndefined();
  });
});
