import { describe, expect, it } from "vitest";
import { createStore } from "zustand/vanilla";
import { PANEL } from "../models/panel.ts";
import type { ClaimEntry } from "./compare/claims.ts";
import { removals } from "./removals.ts";
import type { PackageEntry, SubjectEntry, WorkbenchState } from "./state.ts";

const zip = (id: string): PackageEntry => ({
  ...{ id, fileName: `${id}.zip`, bytes: 1, files: [] },
  state: { status: "reading", done: 0, total: 0, what: "the directory" },
});
const own = (id: string): SubjectEntry => ({
  ...{ id, identifier: `net-${id}`, kind: "network", fileName: "card.json", files: [], selected: true },
  state: { status: "opening" },
});
const claim: ClaimEntry = {
  id: "claim-1",
  fileName: "scores.json",
  state: { status: "refused", error: { code: "internal", message: "m", faults: [] } },
};

function bench() {
  const files = [new File([], "assy.nc")];
  const given: (readonly File[])[] = [];
  const store = createStore<WorkbenchState>(
    () =>
      ({
        packages: ["a", "b", "c"].map(zip),
        subjects: [...PANEL.slice(0, 1).map((panel) => ({ ...own("p"), panel })), own("x"), own("y")],
        claims: [claim],
        cells: { "sha256-1|x": { status: "waiting" } },
        brainio: { files, found: undefined, looking: false, attempts: {} },
        removed: undefined,
      }) as Partial<WorkbenchState> as WorkbenchState, // what removals touch
  );
  const brainio = {
    take: async (taken: readonly File[]) => {
      given.push(taken);
    },
    clear: async () => undefined,
  };
  return { ...removals({ store, brainio }), state: store.getState, given, files };
}

const ids = (entries: readonly { readonly id: string }[]): string => entries.map(({ id }) => id).join("");

describe("a removal", () => {
  it("of a package, a subject or a scorecard is undone in its place, scores and all", async () => {
    const { state, undo, ...remove } = bench();
    const before = state();
    remove.package("b");
    expect(ids(state().packages)).toBe("ac");
    expect(state().removed?.name).toBe("b.zip");
    await undo();
    remove.subject("x");
    expect(ids(state().subjects)).toBe("py");
    expect(state().removed?.name).toBe("net-x");
    await undo();
    remove.claim("claim-1");
    expect(state().claims).toEqual([]);
    await undo();
    expect(state()).toEqual(before);
  });

  it("of Brain-Score's files gives them anew", async () => {
    const { given, files, undo, brainio, state } = bench();
    await brainio();
    expect(state().removed?.name).toBe("Brain-Score’s files");
    await undo();
    expect(given).toEqual([files]);
  });

  it("can be undone until the next one, and only until it is forgotten", async () => {
    const { state, undo, forget, ...remove } = bench();
    remove.package("a");
    const first = state().removed?.id ?? "";
    remove.package("c");
    forget(first); // its time is up, and it is another's turn
    await undo();
    expect(ids(state().packages)).toBe("bc");
    remove.package("b");
    forget(state().removed?.id ?? "");
    await undo();
    expect(ids(state().packages)).toBe("c");
  });

  it("never takes a model of the panel", () => {
    const { state, subject } = bench();
    subject("p");
    expect(ids(state().subjects)).toBe("pxy");
    expect(state().removed).toBeUndefined();
  });
});
