/** The results of the workbench as documents: the scorecard, and the answers of one cell. */
import { version } from "../../package.json";
import type { CellResult } from "../lab/run.ts";
import { subjectDigest } from "../lab/source.ts";
import { RUNTIME } from "../lab/store.ts";
import { answersCsv } from "../scorecard/answers-csv.ts";
import { makeScorecard, type Scorecard, type ScorecardFile } from "../scorecard/scorecard.ts";
import { benchmarksOf, cellKey, readySubjects, standingOf, type WorkbenchState } from "./state.ts";

/** Results of every ready benchmark and subject, as a scorecard. */
export function scorecardOf(state: WorkbenchState): Promise<Scorecard> {
  const { threads } = state.environment;
  const subjects = readySubjects(state);
  return makeScorecard(
    { version, onnxruntime: RUNTIME.replace("ort-", ""), browser: browserName(navigator.userAgent), threads },
    benchmarksOf(state).map((benchmark) => {
      const ceiling = state.ceilings[benchmark.digest];
      return {
        benchmark,
        ...(ceiling === undefined ? {} : { ceiling }),
        cells: subjects.flatMap((entry) => {
          const cell = state.cells[cellKey(benchmark, entry.id)];
          if (cell === undefined || cell.status === "waiting" || cell.status === "running") return [];
          const { source } = entry.state;
          const standing = standingOf(entry);
          const standsInFor = entry.panel?.standsInFor?.identifier;
          const who = {
            subject: entry.identifier,
            subjectDigest: subjectDigest(source),
            panel: standing === "model",
            ...(standsInFor === undefined ? {} : { standIn: { for: standsInFor, counts: standing === "stand-in" } }),
          };
          return [{ ...who, outcome: outcomeOf(cell) }];
        }),
      };
    }),
    filesOf(state),
  );
}

/** What is open, by the files that it was opened from. A package that was made here is a file once it is saved. */
function filesOf(state: WorkbenchState): ScorecardFile[] {
  const packages = state.packages.flatMap(({ fileName, bytes, state }): ScorecardFile[] => {
    if (state.status !== "ready" || state.package.sha256 === undefined) return [];
    const { sha256, benchmarks } = state.package;
    return [{ name: fileName, bytes, sha256, of: benchmarks.map(({ digest }) => digest) }];
  });
  const subjects = readySubjects(state).flatMap(({ fileName, files: [file], state: { source } }): ScorecardFile[] => {
    const digest = subjectDigest(source);
    if (source.kind === "network") return (source.network.openedFrom ?? []).map((each) => ({ ...each, of: [digest] }));
    // A recording goes by its file.
    return file === undefined
      ? []
      : [{ name: fileName, bytes: file.size, sha256: digest.replace("sha256-", ""), of: [digest] }];
  });
  return [...packages, ...subjects];
}

/** What a subject answered, as a table; undefined where that cell has no score. Both by identifier. */
export function answersOf(state: WorkbenchState, benchmarkIdentifier: string, subject: string): string | undefined {
  const benchmark = benchmarksOf(state).find(({ identifier }) => identifier === benchmarkIdentifier);
  const entry = readySubjects(state).find(({ identifier }) => identifier === subject);
  const cell = benchmark && entry && state.cells[cellKey(benchmark, entry.id)];
  if (cell?.status !== "scored" || cell.answers === undefined || benchmark?.track !== "behavioral") return undefined;
  return answersCsv(benchmark, cell.answers.values, cell.answers.evidence);
}

function outcomeOf(cell: CellResult) {
  switch (cell.status) {
    case "scored":
      return cell;
    case "not applicable":
      return cell;
    case "failed":
      return { status: cell.status, reason: cell.error.message };
    case "cancelled":
      return { status: cell.status, reason: "cancelled before it was done" };
    default:
      return cell satisfies never;
  }
}

/** e.g. `Chromium 156`: enough to trace a number, too little to trace a person. */
export function browserName(userAgent: string): string {
  const match = /(Firefox|Edg|Chrome)\/(\d+)/.exec(userAgent) ?? /(Version)\/(\d+).*Safari/.exec(userAgent);
  if (match === null) return "unknown";
  const [, name = "", major = ""] = match;
  const known: Readonly<Record<string, string>> = { Edg: "Edge", Chrome: "Chromium", Version: "Safari" };
  return `${known[name] ?? name} ${major}`;
}
