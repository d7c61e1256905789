/** The scorecard as a table: one row per benchmark × subject, with d3-dsv. */
import { csvFormat } from "d3-dsv";
import { inert } from "../assembly/spreadsheet.ts";
import type { Scorecard } from "./scorecard.ts";

export function scorecardCsv(card: Scorecard): string {
  const rows = card.benchmarks.flatMap((benchmark) =>
    benchmark.scores.map((score) => ({
      benchmark: inert(benchmark.identifier),
      benchmark_version: benchmark.version,
      benchmark_digest: benchmark.digest,
      metric: benchmark.metric,
      ceiling: benchmark.ceiling?.value ?? "",
      ceiling_error: benchmark.ceiling?.error ?? "",
      subject: inert(score.subject),
      subject_digest: score.subject_digest,
      stands_in_for: inert(score.stands_in_for ?? ""),
      status: score.status,
      score: score.status === "scored" ? score.score : "",
      raw: score.status === "scored" ? score.raw : "",
      error: score.status === "scored" ? (score.error ?? "") : "",
      interval_low: score.status === "scored" ? (score.interval?.low ?? "") : "",
      interval_high: score.status === "scored" ? (score.interval?.high ?? "") : "",
      chance: score.status === "scored" ? (score.chance ?? "") : "",
      human_accuracy: score.status === "scored" ? (score.human_accuracy ?? "") : "",
      formula: score.status === "scored" ? score.formula : "",
      backend: score.status === "scored" ? score.backend : "",
      notes: inert(score.status === "scored" ? score.notes.join("; ") : score.reason),
      warnings: inert(score.status === "scored" ? (score.warnings ?? []).join(" ") : ""),
    })),
  );
  return `${csvFormat(rows)}\n`;
}
