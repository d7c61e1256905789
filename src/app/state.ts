/**
 * What the workbench holds: the shapes of its state, and what is read from it in more than one place.
 *
 * It changes nothing: the store and its actions are workbench.ts's.
 */
import type { Benchmark, BenchmarkPackage } from "../benchmark/benchmark.ts";
import type { Fault, GapscopeErrorRecord } from "../faults/faults.ts";
import type { BackendWish } from "../lab/backend.ts";
import type { Progress } from "../lab/clock.ts";
import type { DownloadProgress } from "../lab/download.ts";
import type { GateState } from "../lab/gate.ts";
import type { UnfinishedRun } from "../lab/journal.ts";
import type { Plan } from "../lab/preflight.ts";
import type { CellResult, RunSummary } from "../lab/run.ts";
import type { Verdict } from "../lab/self-check.ts";
import type { SubjectSource } from "../lab/source.ts";
import type { ActivationSizes } from "../lab/store.ts";
import type { PanelModel } from "../models/panel.ts";
import type { Backend } from "../models/session.ts";
import type { Ceiling } from "../scoring/ceiled.ts";
import type { Missing } from "../scoring/ranking.ts";
import type { BoardView } from "./board/arrange.ts";
import type { BrainioState } from "./brainio/desk.ts";
import type { ClaimEntry } from "./compare/claims.ts";
import type { LayerCurve, LayersProgress } from "./layer-curves.ts";
import type { Removed } from "./removals.ts";

export type PackageState =
  | { readonly status: "reading"; readonly done: number; readonly total: number; readonly what: string }
  | { readonly status: "ready"; readonly package: BenchmarkPackage }
  | { readonly status: "refused"; readonly error: GapscopeErrorRecord };

export interface PackageEntry {
  readonly id: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly state: PackageState;
  /** The zip. */
  readonly files: readonly File[];
  /** The same, where it was made here and the person has no file of it. */
  readonly made?: File;
  /** Set for an embedded example. */
  readonly example?: true;
}

export type SubjectState =
  | { readonly status: "opening" }
  /** A model of the panel whose weights nobody has given yet; `trouble` is why its download did not come about. */
  | { readonly status: "needs file"; readonly trouble?: GapscopeErrorRecord }
  | { readonly status: "downloading"; readonly progress: Omit<DownloadProgress, "requests"> }
  /** Its file is being recognised and hashed; bytes. */
  | { readonly status: "checking"; readonly done: number; readonly total: number }
  | { readonly status: "ready"; readonly source: SubjectSource }
  | { readonly status: "refused"; readonly error: GapscopeErrorRecord };

export interface SubjectEntry {
  readonly id: string;
  readonly identifier: string;
  readonly kind: "network" | "recorded";
  readonly fileName: string;
  /** What it was opened from; none for a model of the panel. */
  readonly files: readonly File[];
  /** Set for a model of the competition's panel. */
  readonly panel?: PanelModel;
  /** The weights that a ready model of the panel has. */
  readonly weights?: WeightsFacts | undefined;
  /** How far the download of a panel model's weights has come that is not finished. */
  readonly begun?: { readonly received: number; readonly total?: number } | undefined;
  /** Whether the next run includes it. */
  readonly selected: boolean;
  readonly state: SubjectState;
}

export interface WeightsFacts {
  readonly bytes: number;
  readonly sha256: string;
  /** Whether they are the published file; undefined where no published hash is known. */
  readonly published: boolean | undefined;
  /** Whether they are kept for next time. */
  readonly stored: boolean;
}

/** What a subject is to the panel's mean: one of its models, a stand-in for one, or neither. */
export type Standing = "model" | "stand-in" | "apart";

export function standingOf({ panel, state, weights }: Pick<SubjectEntry, "panel" | "state" | "weights">): Standing {
  if (panel === undefined || state.status !== "ready" || state.source.kind !== "network") return "apart";
  if (state.source.panel) return "model";
  return panel.standsInFor !== undefined && weights?.published !== false ? "stand-in" : "apart";
}

/** A cell of the scoreboard; absent from the map while nothing has been asked of it. */
export type Cell =
  | CellResult
  | { readonly status: "waiting" }
  | { readonly status: "running"; readonly done: number; readonly total: number };

export interface Environment {
  readonly version: string;
  readonly isolated: boolean;
  readonly threads: number;
  /** Name of the GPU adapter that the page sees; null for none, undefined before it is known. */
  readonly adapter: string | null | undefined;
}

/** Something to tell that belongs to no row: files that are nothing we know, trouble with storage. */
export interface Message {
  readonly id: string;
  readonly text: string;
  readonly faults: readonly Fault[];
}

export interface WorkbenchState {
  readonly packages: readonly PackageEntry[];
  /** Files of Brain-Score's storage that are no benchmark yet. */
  readonly brainio: BrainioState;
  readonly subjects: readonly SubjectEntry[];
  /** By `cellKey`. */
  readonly cells: Readonly<Record<string, Cell>>;
  /** By benchmark digest. */
  readonly ceilings: Readonly<Record<string, Ceiling>>;
  /** `waiting` while another tab of this page runs, `checking` while backends are checked. */
  readonly running:
    | { readonly progress: Progress | undefined; readonly waiting?: true; readonly checking?: true }
    | { readonly layers: LayersProgress }
    | undefined;
  /** The run is to stand still: `closing` until its step in progress is done. */
  readonly paused: Exclude<GateState, "open"> | undefined;
  /** Runs that ended before they were done, when the page was opened. */
  readonly unfinished: readonly UnfinishedRun[];
  /** What activations take, where storage is full; undefined while there is room. */
  readonly full: ActivationSizes | undefined;
  /** By `cellKey`, where layers have been scored. */
  readonly curves: Readonly<Record<string, LayerCurve>>;
  /** What the next run will need; undefined before it is known. */
  readonly plan: Plan | undefined;
  /** What the last run did; undefined before the first. */
  readonly lastRun: RunSummary | undefined;
  readonly wish: BackendWish;
  readonly messages: readonly Message[];
  /** Whether the board's panel mean counts stand-ins; the scorecard gives both. */
  readonly countStandIns: boolean;
  /** What the board shows: every score, or the benchmarks in order of their means. */
  readonly view: "scores" | "ranking";
  /** How the board is laid out. */
  readonly board: BoardView;
  /** What a cell without a score counts for in the ranking. */
  readonly missing: Missing;
  /** Requests to other sites that downloads made since the page was opened. */
  readonly requests: number;
  readonly environment: Environment;
  /** What the self-check found of backends, now or on an earlier visit; none of those that were not checked yet. */
  readonly checks: Readonly<Partial<Record<Backend, Verdict>>>;
  /** Somebody's scorecards that what is scored here is held against. */
  readonly claims: readonly ClaimEntry[];
  /** What was removed last, while it can be put back. */
  readonly removed: Removed | undefined;
  /** What stands beside the board where no cell does. */
  readonly desk: "compare" | "publish" | undefined;
  /** The cell that is looked into. */
  readonly open: { readonly benchmark: string; readonly subject: string } | undefined;
  /** Digest of the benchmark that the person before the page takes. */
  readonly taking: string | undefined;
  /** Digest of the benchmark whose slides are made or shown. */
  readonly teaching: string | undefined;
}

export function cellKey(benchmark: Pick<Benchmark, "digest">, subjectId: string): string {
  return `${benchmark.digest}|${subjectId}`;
}

/** Every benchmark of every package that was read, in the order of opening; equal ones once. */
export function benchmarksOf(state: Pick<WorkbenchState, "packages">): Benchmark[] {
  const all = state.packages.flatMap(({ state }) => (state.status === "ready" ? state.package.benchmarks : []));
  return [...new Map(all.map((benchmark) => [benchmark.digest, benchmark])).values()];
}

/** The subjects that can be scored. */
export function readySubjects(
  state: Pick<WorkbenchState, "subjects">,
): (SubjectEntry & { readonly state: { readonly status: "ready" } })[] {
  return state.subjects.filter(
    (entry): entry is SubjectEntry & { state: { status: "ready"; source: SubjectSource } } =>
      entry.state.status === "ready",
  );
}

/** The subjects that the board has a row for: those that the next run includes, and those that have a result. */
export function boardSubjects(state: Pick<WorkbenchState, "subjects" | "packages" | "cells">): SubjectEntry[] {
  const benchmarks = benchmarksOf(state);
  return readySubjects(state).filter(
    ({ id, selected }) => selected || benchmarks.some((benchmark) => state.cells[cellKey(benchmark, id)] !== undefined),
  );
}

let ids = 0;
/** An identity for an entry, new to this page. */
export function newId(): string {
  ids += 1;
  return String(ids);
}
