import { describe, expect, it } from "vitest";
import type { Progress } from "../lab/run.ts";
import { announcement } from "./announce.ts";
import type { Cell, PackageEntry, WorkbenchState } from "./workbench.ts";

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

  it("sums a run up", () => {
    const failed: Cell = { status: "failed", error: { code: "internal", message: "m", faults: [] } };
    const cells = { a: failed, b: { status: "cancelled" } } satisfies Record<string, Cell>;
    expect(announcement({ ...quiet, cells }, { ...quiet, cells, running: running(5) })).toBe(
      "Cancelled: 0 scores on the board, 1 failed, 1 cancelled.",
    );
    expect(announcement(quiet, { ...quiet, running: running(5) })).toBe("Done: 0 scores on the board.");
  });

  it("tells what became of a file", () => {
    const entry = (state: PackageEntry["state"]): Told => ({
      ...quiet,
      packages: [{ id: "1", fileName: "edge.zip", bytes: 1, state }],
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
});
