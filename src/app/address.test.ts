import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { type AddressBar, addressOf, followAddress, type Place, readAddress } from "./address.ts";
import { AS_OPENED } from "./board/arrange.ts";
import type { PackageEntry, SubjectEntry, WorkbenchState } from "./state.ts";

const BENCHMARK = `sha256-${"b".repeat(64)}`;
const SUBJECT = `sha256-${"5".repeat(64)}`;

type Shown = Pick<
  WorkbenchState,
  "packages" | "subjects" | "open" | "desk" | "view" | "missing" | "countStandIns" | "board"
>;
const first: Shown = {
  ...{ packages: [], subjects: [], open: undefined, desk: undefined, view: "scores" },
  ...{ missing: "left out", countStandIns: false, board: AS_OPENED },
};
// Only what an address is made of.
const packages = [
  { state: { status: "ready", package: { benchmarks: [{ digest: BENCHMARK }] } } },
] as unknown as readonly PackageEntry[];
const subjects = [
  { id: "7", state: { status: "ready", source: { kind: "recorded", subject: { digest: SUBJECT } } } },
] as unknown as readonly SubjectEntry[];

/** A page that opens at an address, with the history that it makes. */
function page(at = "", state: Partial<Shown> = {}) {
  const entries = [at];
  let now = 0;
  let gone = (): void => undefined;
  const bar: AddressBar = {
    read: () => entries[now] ?? "",
    write: (address, step) => {
      if (step === "go") entries.splice(++now, entries.length, address);
      else entries[now] = address;
    },
    onGone: (listener) => {
      gone = listener;
    },
  };
  const store = createStore<WorkbenchState>(() => ({ ...first, ...state }) as WorkbenchState);
  followAddress(store, bar);
  const go = (steps: number): void => {
    now += steps;
    gone();
  };
  return { entries, go, get: store.getState, set: (change: Partial<Shown>) => store.setState(change) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const CELL = "#open=bbbbbbbb.55555555";
const cell = { benchmark: BENCHMARK, subject: "7" };

describe("an address", () => {
  it("is read as it was written, and is empty for a first visit", () => {
    expect(addressOf({})).toBe("");
    const place: Place = {
      open: ["bbbbbbbb", "55555555"],
      ...{ view: "ranking", missing: "zero", standIns: true, grouped: true },
      ...{ benchmarks: "-mean", subjects: "bbbbbbbb", filter: "V1 & größer", kind: "IT" },
    };
    expect(readAddress(addressOf(place))).toEqual(place);
  });

  it("that makes no sense is passed over, part by part", () => {
    expect(readAddress("#open=..%2F&desk=evil&benchmarks=--mean&kind=%3Cb%3E&view=ranking&nonsense&filter=+")).toEqual({
      view: "ranking",
    });
    expect(readAddress("%E0%A4%A")).toEqual({});
  });
});

describe("the page at its address", () => {
  it("opens the cell once its benchmark and its subject are there, and the address stays", () => {
    const { get, set, entries } = page(CELL);
    set({ packages });
    expect(get().open).toBeUndefined();
    set({ subjects });
    expect(get().open).toEqual(cell);
    vi.runAllTimers();
    expect(entries).toEqual([CELL]);
  });

  it("does not open it where the person has turned to something else", () => {
    const { get, set } = page(CELL, { packages });
    set({ desk: "publish" });
    set({ subjects });
    expect(get().open).toBeUndefined();
    expect(get().desk).toBe("publish");
  });

  it("sorts by a subject that comes later, unless the person has sorted otherwise", () => {
    const order = { by: "7", direction: "descending" };
    const later = page("#benchmarks=-55555555&filter=V1");
    expect(later.get().board.filter).toBe("V1");
    later.set({ subjects });
    expect(later.get().board.benchmarkOrder).toEqual(order);
    const turned = page("#benchmarks=-55555555");
    turned.set({ board: { ...AS_OPENED, benchmarkOrder: { by: "name", direction: "ascending" } } });
    turned.set({ subjects });
    expect(turned.get().board.benchmarkOrder?.by).toBe("name");
  });

  it("keeps what is sorted and filtered in the entry that one is on", () => {
    const { set, entries } = page("", { packages, subjects });
    set({ board: { ...AS_OPENED, filter: "V" } });
    set({ board: { ...AS_OPENED, filter: "V1", subjectOrder: { by: BENCHMARK, direction: "ascending" } } });
    expect(entries).toEqual([""]); // while the person types
    vi.runAllTimers();
    expect(entries).toEqual(["#subjects=bbbbbbbb&filter=V1"]);
  });

  it("goes back from a cell to the board as it was, and forth to the cell", () => {
    const { set, get, go, entries } = page("", { packages, subjects });
    set({ board: { ...AS_OPENED, grouped: true } });
    set({ open: cell }); // before the address has followed
    expect(entries).toEqual(["#group=parent", `${CELL}&group=parent`]);
    go(-1);
    expect(get().open).toBeUndefined();
    expect(get().board.grouped).toBe(true);
    go(1);
    expect(get().open).toEqual(cell);
    vi.runAllTimers();
    expect(entries).toHaveLength(2);
  });

  it("makes one entry of cells that are looked into one after another, and one of a desk", () => {
    const others = [
      ...subjects,
      {
        id: "8",
        state: { status: "ready", source: { kind: "recorded", subject: { digest: `sha256-${"8".repeat(64)}` } } },
      },
    ] as unknown as readonly SubjectEntry[];
    const { set, entries } = page("", { packages, subjects: others });
    set({ open: cell });
    set({ open: { ...cell, subject: "8" } });
    vi.runAllTimers();
    expect(entries).toEqual(["", "#open=bbbbbbbb.88888888"]);
    set({ open: undefined, desk: "compare" });
    expect(entries).toEqual(["", "#open=bbbbbbbb.88888888", "#desk=compare"]);
  });

  it("holds nothing of a benchmark and a subject but the first digits of their digests", () => {
    const { set, entries } = page("", { packages, subjects });
    set({ open: cell, board: { ...AS_OPENED, benchmarkOrder: { by: "7", direction: "ascending" } } });
    expect(entries.at(-1)).toBe(`${CELL}&benchmarks=55555555`);
  });
});
