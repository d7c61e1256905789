/** The rows of the ranking: from the board's cells to places, over whom each mean is, and what is missing. Pure. */
import { groupBy } from "../assembly/table.ts";
import type { Benchmark } from "../benchmark/benchmark.ts";
import { type MeanOverModels, type Missing, type RankedBenchmark, rank } from "../scoring/ranking.ts";
import { plural } from "./format.ts";
import { inPanelMean } from "./means.ts";
import { type Cell, type SubjectEntry, standingOf } from "./state.ts";

/** A score; null where it was asked for and there is none; undefined where there is no result yet. */
export type Outcome = number | null | undefined;

export function outcomeOf(cell: Cell | undefined): Outcome {
  switch (cell?.status) {
    case "scored":
      return cell.score.score;
    case "not applicable":
    case "failed":
      return null;
    default:
      return undefined;
  }
}

/** What a model counts with on a benchmark, or on the mean of several parts. */
export interface RankedDot {
  readonly id: string;
  readonly name: string;
  readonly standIn: boolean;
  /** Within [0, 1]. */
  readonly value: number;
  /** Counted as 0 because there is no score at all. */
  readonly missing: boolean;
}

export interface RankedRow {
  readonly name: string;
  /** The benchmark that the dots are cells of; absent where they are means over parts. */
  readonly digest?: string;
  /** Absent for parts, and where nobody has a score. */
  readonly place?: number;
  readonly mean?: number;
  /** Over whom the mean is, in words. */
  readonly over: string;
  /** By value, lowest first. */
  readonly dots: readonly RankedDot[];
  /** Several, or none. */
  readonly parts: readonly RankedRow[];
}

export interface Ranked {
  readonly tracks: readonly { readonly track: Benchmark["track"]; readonly rows: readonly RankedRow[] }[];
  /** Whether it is over the panel's models; else over every subject, because none of the panel has a score. */
  readonly panel: boolean;
  /** Cells of those that it is over which have no result yet. */
  readonly pending: number;
}

type Ranking = Pick<Benchmark, "identifier" | "digest" | "track" | "parent">;
type Member = Pick<SubjectEntry, "id" | "identifier" | "panel" | "state" | "weights">;

/** `outcomes` are benchmark by benchmark, one of each subject. */
export function ranked(
  benchmarks: readonly Ranking[],
  subjects: readonly Member[],
  outcomes: readonly Outcome[],
  { missing, countStandIns }: { readonly missing: Missing; readonly countStandIns: boolean },
): Ranked {
  const at = (b: number, s: number): Outcome => outcomes[b * subjects.length + s];
  const inPanel = subjects.map((subject) => inPanelMean(subject, countStandIns));
  const panel = inPanel.some((yes, s) => yes && benchmarks.some((_, b) => typeof at(b, s) === "number"));
  const members = subjects.flatMap((subject, s) => (!panel || inPanel[s] === true ? [{ ...subject, s }] : []));
  const asked = benchmarks.map(
    ({ identifier, digest, track, parent }, b): RankedBenchmark => ({
      identifier,
      digest,
      track,
      ...(parent === undefined ? {} : { parent }),
      scores: new Map(
        members.flatMap(({ id, s }) => {
          const outcome = at(b, s);
          return outcome === undefined ? [] : [[id, outcome ?? undefined] as const];
        }),
      ),
    }),
  );
  const scoresOf = new Map(asked.map(({ digest, scores }) => [digest, scores]));
  const row = (name: string, mean: MeanOverModels, digests: string[]) =>
    rowOf(
      name,
      mean,
      digests.map((digest) => scoresOf.get(digest) ?? new Map()),
      members,
      missing,
      panel ? "model" : "subject",
    );
  const rows = rank(asked, missing).map((place) => {
    const { name, track, parts } = place;
    const digests = parts.map(({ digest }) => digest);
    const [only] = digests.length === 1 ? digests : [];
    const whole: RankedRow = {
      ...row(name, place, digests),
      ...(place.place === undefined ? {} : { place: place.place }),
      ...(only === undefined ? {} : { digest: only }),
      parts:
        only === undefined
          ? parts.map((part) => ({ ...row(part.identifier, part, [part.digest]), digest: part.digest }))
          : [],
    };
    return { track, row: whole };
  });
  return {
    tracks: [...groupBy(rows, ({ track }) => track)].map(([track, own]) => ({
      track,
      rows: own.map(({ row }) => row),
    })),
    panel,
    pending: benchmarks.flatMap((_, b) => members.filter(({ s }) => at(b, s) === undefined)).length,
  };
}

function rowOf(
  name: string,
  { mean, models, counted }: MeanOverModels,
  parts: readonly ReadonlyMap<string, number | undefined>[],
  members: readonly Member[],
  missing: Missing,
  who: "model" | "subject",
): RankedRow {
  const dots = members.flatMap((member): RankedDot[] => {
    const value = counted.get(member.id);
    if (value === undefined) return [];
    return [
      {
        id: member.id,
        name: member.identifier,
        standIn: standingOf(member) === "stand-in",
        value,
        missing: parts.every((scores) => scores.get(member.id) === undefined),
      },
    ];
  });
  const without = parts.flatMap((scores) => [...scores.values()].filter((score) => score === undefined)).length;
  const standIns = dots.filter(({ standIn }) => standIn).length;
  return {
    name,
    ...(mean === undefined ? {} : { mean }),
    over:
      mean === undefined
        ? `no ${who} has a score`
        : [
            `of ${plural(models, who)}`,
            standIns === 0 ? "" : `, ${standIns} of them ${standIns === 1 ? "a stand-in" : "stand-ins"}`,
            without === 0 ? "" : `; ${withoutText(without, parts.length > 1, missing)}`,
          ].join(""),
    dots: dots.toSorted((a, b) => a.value - b.value),
    parts: [],
  };
}

function withoutText(n: number, cells: boolean, missing: Missing): string {
  const what = cells ? plural(n, "cell") : String(n);
  if (missing === "left out") return `${what} without a score left out`;
  return `${what} without a score ${n === 1 ? "counts" : "count"} as 0`;
}
