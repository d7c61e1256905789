/** A scorecard as a table of text. */
import type { Scorecard, ScorecardBenchmark, ScorecardScore } from "../src/scorecard/scorecard.ts";

export function scoreTable(card: Scorecard): string {
  return card.benchmarks.map(benchmarkTable).join("\n");
}

function benchmarkTable(benchmark: ScorecardBenchmark): string {
  const { ceiling } = benchmark;
  const error = ceiling?.error === undefined ? "" : ` ± ${ceiling.error.toFixed(6)}`;
  const head = [
    `${benchmark.identifier}  (${benchmark.metric}, ceiling ${ceiling === undefined ? "undefined" : ceiling.value.toFixed(6)}${error})`,
    ...(benchmark.title === undefined ? [] : [benchmark.title]),
  ];
  const rows = [["subject", "score", "raw", "error", "backend", "formula"], ...benchmark.scores.map(row)];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const body = rows.map((cells) =>
    `  ${cells.map((cell, i) => (i === 0 || i > 3 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}`.trimEnd(),
  );
  const scored = benchmark.scores.flatMap((score) => (score.status === "scored" ? [score.score] : []));
  const mean =
    scored.length < 2
      ? []
      : [
          `  mean of ${scored.length} subjects: ${(scored.reduce((sum, score) => sum + score, 0) / scored.length).toFixed(6)}`,
        ];
  const conditions = conditionTable(benchmark.scores);
  return `${[...head, "", ...body, ...mean, ...conditions].join("\n")}\n`;
}

function row(score: ScorecardScore): string[] {
  if (score.status !== "scored")
    return [score.subject, score.status === "not applicable" ? "n/a" : score.status, "", "", "", score.reason];
  return [
    score.subject,
    score.score.toFixed(6),
    score.raw.toFixed(6),
    score.error?.toFixed(6) ?? "–",
    score.backend,
    [score.formula, ...score.notes].join("; "),
  ];
}

/** Raw values by condition, where a benchmark has several. */
function conditionTable(scores: readonly ScorecardScore[]): string[] {
  const lines = scores.flatMap((score) =>
    score.status === "scored" && score.by.length > 1
      ? [
          `  ${score.subject}  ${score.by.map(({ condition, raw }) => `${condition} ${typeof raw === "number" ? raw.toFixed(3) : "–"}`).join("  ")}`,
        ]
      : [],
  );
  return lines.length === 0 ? [] : ["", "  raw by condition", ...lines];
}
