/**
 * The scorecard: results as a file (spec: the scorecard, version 1).
 *
 * Two runs on the same inputs and backend give the same bytes under `scores`: nothing in it tells the time, and each
 * score carries a digest of itself. There is no NaN and no null; a cell without a score has a status and a reason. What
 * stands beside a score (interval, chance, people's accuracy, warnings) is not in its digest: the score does not depend on it.
 */
import { canonicalJson, type FileDigest, sha256 } from "../assembly/digest.ts";
import type { Benchmark } from "../benchmark/benchmark.ts";
import type { Interval, NoInterval } from "../scoring/bootstrap.ts";
import type { Ceiling, Score } from "../scoring/ceiled.ts";
import type { Reality } from "../scoring/reality.ts";
import type { ScorecardLayers } from "./layers.ts";

export interface Scorecard {
  readonly format: "gapscope-scorecard";
  readonly format_version: 1;
  readonly application: {
    readonly version: string;
    readonly onnxruntime: string;
    readonly browser: string;
    /** Of wasm. They change no bit, but of a network whose file takes one image at a time. */
    readonly threads?: number;
  };
  readonly benchmarks: readonly ScorecardBenchmark[];
  /** The files that all of it was made from, as far as they are known. */
  readonly files?: readonly ScorecardFile[];
}

export interface ScorecardFile extends FileDigest {
  /** Digests of the benchmarks and subjects that it holds something of. */
  readonly of: readonly string[];
}

export interface ScorecardBenchmark {
  readonly identifier: string;
  readonly version: number;
  readonly digest: string;
  readonly track: "behavioral" | "neural";
  readonly title?: string;
  readonly parent?: string;
  readonly metric: string;
  /** Absent where the ceiling is undefined; each score then says so. */
  readonly ceiling?: { readonly value: number; readonly error?: number };
  /** Absent where no subject of the panel has a score. */
  readonly panel_mean?: number;
  readonly panel_size: number;
  /** The same with the stand-ins of models that are not to be had; absent where no stand-in has a score. */
  readonly panel_mean_with_stand_ins?: number;
  readonly panel_size_with_stand_ins?: number;
  readonly scores: readonly ScorecardScore[];
  /** Of every layer of networks, where these were asked for. */
  readonly layers?: readonly ScorecardLayers[];
}

/** What keeps a score from being misread. None of it is in the score's digest. */
export interface ScorecardReality {
  /** Of the score, by bootstrap. Absent where it was not drawn. */
  readonly interval?: {
    readonly low: number;
    readonly high: number;
    readonly level: number;
    readonly draws: number;
    /** Draws without a score, which are left out; absent for none. */
    readonly undefined_draws?: number;
    readonly over: readonly ("stimuli" | "triplets" | "people")[];
  };
  /** Why there can be no interval. */
  readonly no_interval?: string;
  /** The raw value of a subject that guesses. */
  readonly chance?: number;
  /** The share of people's trials that are right; absent unless there are several people. */
  readonly human_accuracy?: number;
  /** Why a low score may say little. */
  readonly warnings?: readonly string[];
}

export type ScorecardScore =
  | ({
      readonly subject: string;
      readonly subject_digest: string;
      /** The competition's model that this one stands in for. */
      readonly stands_in_for?: string;
      readonly status: "scored";
      readonly score: number;
      readonly raw: number;
      readonly error?: number;
      readonly formula: string;
      /** `recorded` for a file of responses. */
      readonly backend: "webgpu" | "wasm" | "recorded";
      readonly precision?: "fp32";
      readonly notes: readonly string[];
      readonly by: readonly Readonly<Record<string, string | number | boolean>>[];
      readonly digest: string;
    } & ScorecardReality)
  | {
      readonly subject: string;
      readonly subject_digest: string;
      readonly stands_in_for?: string;
      readonly status: "not applicable" | "failed" | "cancelled";
      readonly reason: string;
    };

/** A cell of the scoreboard as the scorecard needs it. */
export interface ScorecardCell {
  readonly subject: string;
  readonly subjectDigest: string;
  /** Whether the subject is one of the competition's panel. A stand-in is not. */
  readonly panel: boolean;
  /** Set for a stand-in; `counts` where the mean with stand-ins is taken over it too. */
  readonly standIn?: { readonly for: string; readonly counts: boolean };
  readonly outcome:
    | {
        readonly status: "scored";
        readonly score: Score;
        readonly backend?: { readonly backend: "webgpu" | "wasm"; readonly adapter?: string };
        readonly reality?: Reality;
        readonly interval?: Interval | NoInterval;
      }
    | { readonly status: "not applicable" | "failed" | "cancelled"; readonly reason: string };
}

export interface ScorecardRow {
  readonly benchmark: Benchmark;
  readonly ceiling?: Ceiling;
  readonly cells: readonly ScorecardCell[];
}

export async function makeScorecard(
  application: Scorecard["application"],
  rows: readonly ScorecardRow[],
  files: readonly ScorecardFile[] = [],
): Promise<Scorecard> {
  const benchmarks = await Promise.all(rows.map(benchmarkEntry));
  const named = new Set(benchmarks.flatMap(({ digest, scores }) => [digest, ...scores.map((s) => s.subject_digest)]));
  const used = files.filter(({ of }) => of.some((digest) => named.has(digest)));
  return {
    ...{ format: "gapscope-scorecard", format_version: 1, application, benchmarks },
    ...(used.length === 0 ? {} : { files: used }),
  };
}

async function benchmarkEntry({ benchmark, ceiling, cells }: ScorecardRow): Promise<ScorecardBenchmark> {
  const scoresOf = (counts: (cell: ScorecardCell) => boolean): number[] =>
    cells.flatMap((cell) => (counts(cell) && cell.outcome.status === "scored" ? [cell.outcome.score.score] : []));
  const panel = scoresOf((cell) => cell.panel);
  const withStandIns = scoresOf((cell) => cell.panel || cell.standIn?.counts === true);
  return {
    identifier: benchmark.identifier,
    version: benchmark.version,
    digest: benchmark.digest,
    track: benchmark.track,
    ...(benchmark.title === undefined ? {} : { title: benchmark.title }),
    ...(benchmark.parent === undefined ? {} : { parent: benchmark.parent }),
    metric: benchmark.metric.name,
    ...(ceiling === undefined ? {} : { ceiling: ceilingEntry(ceiling) }),
    ...(panel.length === 0 ? {} : { panel_mean: mean(panel) }),
    panel_size: panel.length,
    ...(withStandIns.length === panel.length
      ? {}
      : { panel_mean_with_stand_ins: mean(withStandIns), panel_size_with_stand_ins: withStandIns.length }),
    scores: await Promise.all(cells.map((cell) => scoreEntry(cell, benchmark.digest))),
  };
}

function ceilingEntry({ value, error }: Ceiling): NonNullable<ScorecardBenchmark["ceiling"]> {
  return { value, ...(error === undefined ? {} : { error }) };
}

function mean(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

async function scoreEntry(cell: ScorecardCell, benchmarkDigest: string): Promise<ScorecardScore> {
  const who = {
    subject: cell.subject,
    subject_digest: cell.subjectDigest,
    ...(cell.standIn === undefined ? {} : { stands_in_for: cell.standIn.for }),
  };
  if (cell.outcome.status !== "scored") return { ...who, status: cell.outcome.status, reason: cell.outcome.reason };
  const { score, backend } = cell.outcome;
  const entry = {
    ...who,
    status: "scored" as const,
    score: score.score,
    raw: score.raw,
    ...(score.error === undefined ? {} : { error: score.error }),
    formula: score.formula,
    backend: backend?.backend ?? ("recorded" as const),
    ...(backend === undefined ? {} : { precision: "fp32" as const }),
    notes:
      backend?.adapter === undefined || backend.backend === "wasm"
        ? score.notes
        : [...score.notes, `GPU adapter: ${backend.adapter}`],
    by: score.by.map((row) =>
      Object.fromEntries(Object.entries(row).flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
    ),
  };
  return { ...entry, digest: await scoreDigest(benchmarkDigest, entry), ...realityEntry(cell.outcome) };
}

type ScoredEntry = Extract<ScorecardScore, { readonly status: "scored" }>;

/** The digest of an entry on a benchmark, of its own members: not of itself, nor of what keeps it from being misread. */
export async function scoreDigest(
  benchmarkDigest: string,
  entry: Omit<ScoredEntry, "digest"> & Partial<Pick<ScoredEntry, "digest">>,
): Promise<string> {
  const beside = ["digest", "interval", "no_interval", "chance", "human_accuracy", "warnings"];
  const own = Object.fromEntries(Object.entries(entry).filter(([name]) => !beside.includes(name)));
  return `sha256-${await sha256(canonicalJson({ benchmark: benchmarkDigest, ...own }))}`;
}

function realityEntry({
  interval,
  reality,
}: {
  readonly interval?: Interval | NoInterval;
  readonly reality?: Reality;
}): ScorecardReality {
  return {
    ...(interval === undefined ? {} : intervalEntry(interval)),
    ...(reality?.chance === undefined ? {} : { chance: reality.chance }),
    ...(reality?.humanAccuracy === undefined ? {} : { human_accuracy: reality.humanAccuracy }),
    ...(reality === undefined || reality.warnings.length === 0 ? {} : { warnings: reality.warnings }),
  };
}

function intervalEntry(found: Interval | NoInterval): ScorecardReality {
  if ("reason" in found) return { no_interval: found.reason };
  const { undefinedDraws, over, ...interval } = found;
  return { interval: { ...interval, ...(undefinedDraws === 0 ? {} : { undefined_draws: undefinedDraws }), over } };
}
