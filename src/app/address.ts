/**
 * The page's address: what is open, sorted, filtered and grouped, so that a reload, a bookmark and the Back button find it again.
 *
 * It names benchmarks and subjects by the first digits of their digests and holds nothing of what is in them. What it names
 * is usually not there yet when the page opens; it is shown as soon as its files are given, unless the person has turned to
 * something else by then.
 */
import type { StoreApi } from "zustand/vanilla";
import { subjectDigest } from "../lab/source.ts";
import { AS_OPENED, type Order } from "./board/arrange.ts";
import { shortDigest } from "./format.ts";
import { benchmarksOf, readySubjects, type WorkbenchState } from "./state.ts";

/** What an address says. Parts that are as on a first visit are absent. */
export interface Place {
  /** Short digests of a benchmark and a subject. */
  readonly open?: readonly [string, string];
  readonly desk?: "compare" | "publish";
  readonly view?: "ranking";
  readonly missing?: "zero";
  readonly standIns?: true;
  /** `mean`, `-name`, or a short digest of the other side; with a minus the highest come first. */
  readonly benchmarks?: string;
  readonly subjects?: string;
  readonly filter?: string;
  readonly kind?: string;
  readonly grouped?: true;
}

type Shown = Pick<
  WorkbenchState,
  "packages" | "subjects" | "open" | "desk" | "view" | "missing" | "countStandIns" | "board"
>;

/** Where the address stands: the browser's bar and history, or a test's. */
export interface AddressBar {
  /** `#…`, or nothing. */
  read(): string;
  /** Writes over the entry of the history that one is on, or adds one. */
  write(address: string, step: "stay" | "go"): void;
  /** Calls back when the person has gone to another entry. */
  onGone(listener: () => void): void;
}

/** `#open=1f3a09bc.77aa01de&view=ranking`; empty for a first visit's state. */
export function addressOf({ open, standIns, grouped, ...words }: Place): string {
  const parts = new URLSearchParams();
  if (open !== undefined) parts.set("open", open.join("."));
  for (const [name, value] of Object.entries(words)) if (value !== undefined) parts.set(name, value);
  if (standIns) parts.set("stand-ins", "counted");
  if (grouped) parts.set("group", "parent");
  const text = parts.toString();
  return text === "" ? "" : `#${text}`;
}

const DIGEST = "[0-9a-f]{8}";
const OPEN = new RegExp(`^(${DIGEST})\\.(${DIGEST})$`);
const ORDER = new RegExp(`^-?(name|mean|${DIGEST})$`);
/** Nobody types more; an address that is longer is not of this page's making. */
const MOST = 200;

/** What cannot be understood is passed over: an address may be old, or cut off. */
export function readAddress(address: string): Place {
  const parts = new URLSearchParams(address.replace(/^#/, ""));
  const one = <Value extends string>(name: string, ...allowed: readonly Value[]): Value | undefined =>
    allowed.find((value) => value === parts.get(name));
  const like = (name: string, pattern: RegExp): string | undefined => {
    const value = parts.get(name);
    return value !== null && value.length <= MOST && pattern.test(value) ? value : undefined;
  };
  const [, benchmark, subject] = OPEN.exec(parts.get("open") ?? "") ?? [];
  return present({
    open: benchmark === undefined || subject === undefined ? undefined : [benchmark, subject],
    desk: one("desk", "compare", "publish"),
    view: one("view", "ranking"),
    missing: one("missing", "zero"),
    benchmarks: like("benchmarks", ORDER),
    subjects: like("subjects", ORDER),
    filter: like("filter", /\S/),
    kind: like("kind", /^\w+$/),
    standIns: parts.get("stand-ins") === "counted" || undefined,
    grouped: parts.get("group") === "parent" || undefined,
  });
}

/** What the page shows, as far as an address can say it. */
function placeOf(state: Shown): Place {
  const { open, desk, view, missing, countStandIns, board } = state;
  const subject = (id: string): string | undefined => {
    const entry = readySubjects(state).find((each) => each.id === id);
    return entry && shortDigest(subjectDigest(entry.state.source));
  };
  const opened = open && subject(open.subject);
  const order = (given: Order | undefined, other: (by: string) => string | undefined): string | undefined => {
    const by = given && (BY_ITSELF.has(given.by) ? given.by : other(given.by));
    return by && `${given?.direction === "descending" ? "-" : ""}${by}`;
  };
  return present({
    open: open === undefined || opened === undefined ? undefined : [shortDigest(open.benchmark), opened],
    desk: open === undefined ? desk : undefined,
    view: view === "ranking" ? view : undefined,
    missing: missing === "zero" ? missing : undefined,
    benchmarks: order(board.benchmarkOrder, subject),
    subjects: order(board.subjectOrder, shortDigest),
    filter: board.filter.trim() === "" ? undefined : board.filter,
    kind: board.kind,
    standIns: countStandIns || undefined,
    grouped: board.grouped || undefined,
  });
}

const BY_ITSELF: ReadonlySet<string> = new Set(["name", "mean"]);

type Optional<T> = { readonly [Key in keyof T]: T[Key] | undefined };

/** Without the parts that are undefined. */
function present(place: Optional<Place>): Place {
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}

/** Parts of a place that name what may not be there yet. */
type Waiting = Pick<Place, "open" | "desk" | "benchmarks" | "subjects">;

/** Writing over the same entry waits until the person pauses: browsers count how often a page does it. */
const SETTLE = 250;

/** Takes up what the address says, and from now on keeps the two the same. */
export function followAddress(store: StoreApi<WorkbenchState>, bar: AddressBar): void {
  let waiting: Waiting = {};
  let taking = false;
  let later: ReturnType<typeof setTimeout> | undefined;

  const address = (state: WorkbenchState): string => addressOf({ ...waiting, ...placeOf(state) });
  const write = (state: WorkbenchState, step: "stay" | "go"): void => {
    clearTimeout(later);
    later = undefined;
    const now = address(state);
    if (now !== bar.read()) bar.write(now, step);
  };

  /** Changes the state by what an address said, which is not written back. */
  const take = (change: (state: WorkbenchState) => Partial<WorkbenchState>): void => {
    taking = true;
    store.setState(change);
    taking = false;
  };

  /** Shows what was waited for and has come. */
  const settle = (): void => {
    if (Object.keys(waiting).length === 0) return;
    const state = store.getState();
    const { open, desk } = waiting;
    const [cell, there] = [open && cellAt(state, open), benchmarksOf(state).length > 0];
    const benchmarkOrder = orderAt(waiting.benchmarks, (by) => subjectAt(state, by));
    const subjectOrder = orderAt(waiting.subjects, (by) => benchmarkAt(state, by));
    const found = {
      open: cell !== undefined,
      desk: desk !== undefined && there,
      benchmarks: benchmarkOrder !== undefined,
      subjects: subjectOrder !== undefined,
    };
    if (!Object.values(found).includes(true)) return;
    const { open: _, desk: __, ...orders } = waiting;
    waiting = present({
      ...(found.open || found.desk ? {} : { open, desk }),
      benchmarks: found.benchmarks ? undefined : orders.benchmarks,
      subjects: found.subjects ? undefined : orders.subjects,
    });
    take(({ board }) => ({
      ...(cell === undefined ? (found.desk ? { desk } : {}) : { open: cell, desk: undefined }),
      board: {
        ...board,
        ...(benchmarkOrder === undefined ? {} : { benchmarkOrder }),
        ...(subjectOrder === undefined ? {} : { subjectOrder }),
      },
    }));
  };

  const turnTo = (place: Place): void => {
    clearTimeout(later);
    later = undefined;
    const { open, desk, benchmarks, subjects, view = "scores", missing = "left out", standIns = false } = place;
    waiting = present({ open, desk, benchmarks, subjects });
    take(() => ({
      ...{ open: undefined, desk: undefined, view, missing, countStandIns: standIns },
      board: {
        ...AS_OPENED,
        filter: place.filter ?? "",
        kind: place.kind,
        grouped: place.grouped ?? false,
      },
    }));
    settle();
  };

  turnTo(readAddress(bar.read()));
  bar.onGone(() => turnTo(readAddress(bar.read())));
  store.subscribe((state, before) => {
    if (taking) return;
    const { open, desk, benchmarks, subjects } = waiting;
    const turnedAway = state.open !== before.open || state.desk !== before.desk;
    waiting = present({
      ...(turnedAway ? {} : { open, desk }),
      benchmarks: state.board.benchmarkOrder === before.board.benchmarkOrder ? benchmarks : undefined,
      subjects: state.board.subjectOrder === before.board.subjectOrder ? subjects : undefined,
    });
    if (state.packages !== before.packages || state.subjects !== before.subjects) settle();
    if (besides(state) !== besides(before) || state.view !== before.view) {
      if (later !== undefined) write(before, "stay");
      write(store.getState(), "go");
    } else if (sides(state).some((each, i) => each !== sides(before)[i])) {
      clearTimeout(later);
      later = setTimeout(() => write(store.getState(), "stay"), SETTLE);
    }
  });
}

/** What stands beside the board; one cell after another is one place to go back from. */
function besides({ open, desk }: Shown): string | undefined {
  return open === undefined ? desk : "cell";
}

/** All that an address says less what is gone back from. */
function sides({ open, board, missing, countStandIns }: Shown): readonly unknown[] {
  return [open, board, missing, countStandIns];
}

function benchmarkAt(state: Shown, short: string): string | undefined {
  return benchmarksOf(state).find(({ digest }) => shortDigest(digest) === short)?.digest;
}

function subjectAt(state: Shown, short: string): string | undefined {
  return readySubjects(state).find((entry) => shortDigest(subjectDigest(entry.state.source)) === short)?.id;
}

function cellAt(state: Shown, [benchmark, subject]: readonly [string, string]): WorkbenchState["open"] {
  const [digest, id] = [benchmarkAt(state, benchmark), subjectAt(state, subject)];
  return digest === undefined || id === undefined ? undefined : { benchmark: digest, subject: id };
}

function orderAt(token: string | undefined, other: (short: string) => string | undefined): Order | undefined {
  if (token === undefined) return undefined;
  const short = token.replace(/^-/, "");
  const by = BY_ITSELF.has(short) ? short : other(short);
  return by === undefined ? undefined : { by, direction: token.startsWith("-") ? "descending" : "ascending" };
}

/** The browser's own. */
export const browserBar: AddressBar = {
  read: () => location.hash,
  write: (address, step) => {
    const url = address === "" ? location.pathname + location.search : address;
    if (step === "go") history.pushState(null, "", url);
    else history.replaceState(null, "", url);
  },
  onGone: (listener) => window.addEventListener("popstate", listener),
};
