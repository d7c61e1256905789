/** A scorecard as a table of text. */
import type { ScorecardLayers } from "../src/scorecard/layers.ts";
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
  const notes = [...new Set(benchmark.scores.flatMap((score) => (score.status === "scored" ? score.notes : [])))];
  const rows = [
    ["subject", "score", "raw", "error", "95 % interval", "backend", "formula"],
    ...benchmark.scores.map((score) => row(score, notes)),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const body = rows.map((cells) =>
    `  ${cells.map((cell, i) => (i === 0 || i > 4 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}`.trimEnd(),
  );
  const conditions = partsTable(benchmark.scores);
  const warnings = warningList(benchmark.scores);
  const layers = (benchmark.layers ?? []).flatMap(layersTable);
  const foot = notes.map((note, i) => `  [${i + 1}] ${note}`);
  return `${[...head, "", ...body, ...means(benchmark), ...foot, ...conditions, ...warnings, ...layers].join("\n")}\n`;
}

/** The panel's mean, and with stand-ins where there are some; without the panel, that of all subjects. */
function means(benchmark: ScorecardBenchmark): string[] {
  const { panel_mean, panel_size, panel_mean_with_stand_ins, panel_size_with_stand_ins, scores } = benchmark;
  const line = (mean: number | undefined, of: string): string[] =>
    mean === undefined ? [] : [`  mean of ${of}: ${mean.toFixed(6)}`];
  if (panel_mean !== undefined || panel_mean_with_stand_ins !== undefined) {
    return [
      ...line(panel_mean, `the panel, ${panel_size} with a score`),
      ...line(panel_mean_with_stand_ins, `the panel with stand-ins, ${panel_size_with_stand_ins} with a score`),
    ];
  }
  const scored = scores.flatMap((score) => (score.status === "scored" ? [score.score] : []));
  const mean = scored.reduce((sum, score) => sum + score, 0) / scored.length;
  return scored.length < 2 ? [] : line(mean, `${scored.length} subjects`);
}

/** `notes` are the table's; a row points at its own. */
function row(score: ScorecardScore, notes: readonly string[]): string[] {
  const { stands_in_for } = score;
  const subject = stands_in_for === undefined ? score.subject : `${score.subject} (for ${stands_in_for})`;
  if (score.status !== "scored")
    return [subject, score.status === "not applicable" ? "n/a" : score.status, "", "", "", "", score.reason];
  return [
    subject,
    score.score.toFixed(6),
    score.raw.toFixed(6),
    score.error?.toFixed(6) ?? "–",
    score.interval === undefined ? "–" : `${score.interval.low.toFixed(3)} … ${score.interval.high.toFixed(3)}`,
    score.backend,
    [score.formula, ...score.notes.map((note) => `[${notes.indexOf(note) + 1}]`)].join(" "),
  ];
}

/** Raw values by condition, or over sites, where a benchmark has several. */
function partsTable(scores: readonly ScorecardScore[]): string[] {
  const parted = scores.flatMap((score) => (score.status === "scored" && score.by.length > 1 ? [score] : []));
  const [first] = parted;
  if (first === undefined) return [];
  const named = Object.keys(first.by[0] ?? {}).filter((name) => name !== "raw" && name !== "error");
  const sites = named.includes("neuroid_id");
  const lines = parted.map(({ subject, by }) => `  ${subject}  ${sites ? spread(by) : listed(by, named)}`);
  return ["", `  raw by ${sites ? "site" : named.join(", ")}`, ...lines];
}

type Parts = Extract<ScorecardScore, { readonly status: "scored" }>["by"];

function listed(by: Parts, named: readonly string[]): string {
  return by
    .map(({ raw, ...part }) => {
      const name = named.map((column) => short(part[column] ?? "–")).join(" ");
      return `${name} ${typeof raw === "number" ? raw.toFixed(3) : "–"}`;
    })
    .join("  ");
}

function short(value: string | number | boolean): string {
  return typeof value === "number" ? String(Number(value.toPrecision(3))) : String(value);
}

/** Sites are too many to list: the scorecard has them all. */
function spread(by: Parts): string {
  const values = by.flatMap(({ raw }) => (typeof raw === "number" ? [raw] : [])).sort((a, b) => a - b);
  const at = (share: number): string => (values[Math.round(share * (values.length - 1))] ?? Number.NaN).toFixed(3);
  return `${values.length} of ${by.length} sites: lowest ${at(0)}, quarter ${at(0.25)}, middle ${at(0.5)}, three quarters ${at(0.75)}, highest ${at(1)}`;
}

/** Every layer in the network's order; which is committed, and which best, with what is to be said of it. */
function layersTable({ subject, best, layers }: ScorecardLayers): string[] {
  const width = Math.max(...layers.map(({ layer }) => layer.length));
  const lines = layers.map((row) => {
    const { layer, features, committed } = row;
    const numbers =
      row.status === "scored"
        ? [row.score.toFixed(6), row.raw.toFixed(6), row.error?.toFixed(6) ?? "–".padStart(8)].join("  ")
        : row.reason;
    const words = [...(committed ? ["committed"] : []), ...(layer === best?.layer ? [best.note] : [])].join("; ");
    return `  ${layer.padEnd(width)}  ${String(features).padStart(9)}  ${numbers}  ${words}`.trimEnd();
  });
  return ["", `  ${subject}, layer by layer: features, score, raw, error`, ...lines];
}

/** Each warning once, with whom it is about where it is not everybody. */
function warningList(scores: readonly ScorecardScore[]): string[] {
  const scored = scores.flatMap((score) => (score.status === "scored" ? [score] : []));
  const warnings = [...new Set(scored.flatMap((score) => score.warnings ?? []))];
  const lines = warnings.map((warning) => {
    const whom = scored.filter((score) => score.warnings?.includes(warning)).map(({ subject }) => subject);
    return `  ${whom.length === scored.length ? "" : `${whom.join(", ")}: `}${warning}`;
  });
  return lines.length === 0 ? [] : ["", "  read with care", ...lines];
}
