/**
 * What was done, in words that fit a methods section, with what it cites. Pure.
 *
 * Every fact comes from the scorecard, the benchmarks and the models' cards; what is not known is not said.
 */
import { groupBy } from "../../assembly/table.ts";
import type { Benchmark, Task } from "../../benchmark/benchmark.ts";
import { behavioralMetrics } from "../../metrics/registry.ts";
import type { Scorecard, ScorecardBenchmark, ScorecardScore } from "../../scorecard/scorecard.ts";
import { observersOf } from "../answers.ts";
import { count, decimal, percent, plural, plusMinus } from "../format.ts";
import { bibtex, type CiteKey, citation, citesOfMetric, keysIn } from "./bibliography.ts";

/** What is known of a subject beyond its entry in the scorecard. */
export interface SubjectFacts {
  readonly kind: "network" | "recorded";
  readonly title?: string;
  readonly cites: readonly CiteKey[];
}

export interface Methods {
  readonly paragraphs: readonly string[];
  readonly bibtex: string;
}

type Scored = Extract<ScorecardScore, { readonly status: "scored" }>;

/** `facts` by subject digest. */
export function methodsOf(
  card: Scorecard,
  benchmarks: readonly Benchmark[],
  facts: ReadonlyMap<string, SubjectFacts>,
): Methods {
  const scores = card.benchmarks.flatMap((entry) => entry.scores);
  const scored = scores.filter(({ status }) => status === "scored");
  const subjects = [...new Map(scored.map((score) => [score.subject_digest, score])).values()];
  const about = card.benchmarks.flatMap((entry) => {
    const benchmark = benchmarks.find(({ digest }) => digest === entry.digest);
    return benchmark === undefined || entry.scores.length === 0 ? [] : [{ entry, benchmark }];
  });
  const networks = scores.some((score) => score.status === "scored" && score.backend !== "recorded");
  const cites: readonly CiteKey[] = [
    "schrimpf2018",
    "schrimpf2020",
    ...(networks ? (["onnxruntime"] as const) : []),
    ...about.flatMap(({ entry }) => citesOfMetric(entry.metric)),
    ...subjects.flatMap((score) => facts.get(score.subject_digest)?.cites ?? []),
  ];
  return {
    paragraphs: [
      softwareText(card, scores),
      ...about.map(({ entry, benchmark }) => benchmarkText(entry, benchmark)),
      ...subjectsText(subjects, facts),
      ...intervalsText(scores),
    ],
    bibtex: bibtex(
      cites,
      about.flatMap(({ benchmark }) => benchmark.bibtex ?? []),
      { onnxruntime: `onnxruntime-web ${card.application.onnxruntime}` },
    ),
  };
}

function softwareText({ application }: Scorecard, scores: readonly ScorecardScore[]): string {
  const { version, onnxruntime, browser } = application;
  const backends = [...new Set(scores.flatMap((score) => (score.status === "scored" ? [score.backend] : [])))];
  const run = backends.filter((backend) => backend !== "recorded").map((each) => (each === "webgpu" ? "WebGPU" : each));
  const networks =
    run.length === 0
      ? ""
      : ` Networks ran in 32-bit floating point with ONNX Runtime Web ${onnxruntime} ${citation(["onnxruntime"])} on ${run.join(" and ")}.`;
  return `Scores were computed in the browser (${browser}) with Gapscope ${version}, which follows the benchmarks, metrics and ceilings of Brain-Score ${citation(["schrimpf2018", "schrimpf2020"])}.${networks}`;
}

function benchmarkText(entry: ScorecardBenchmark, benchmark: Benchmark): string {
  const { identifier, version, digest, title, stimulusSet } = benchmark;
  const own = keysIn(benchmark.bibtex ?? "");
  const name = [
    title === undefined ? identifier : `${title} (${identifier})`,
    `, version ${version}`,
    own.length === 0 ? "" : ` [${own.join(", ")}]`,
    `, ${digestText(digest)}`,
  ].join("");
  const degrees = new Set(stimulusSet.visualDegrees ?? []);
  const [only] = degrees.size === 1 ? degrees : [];
  const size =
    stimulusSet.visualDegrees === null
      ? "filling the field of view"
      : only === undefined
        ? "at their own sizes in degrees of visual angle"
        : `at ${only}° of visual angle`;
  return [
    `Benchmark: ${name}.`,
    `Its ${plural(stimulusSet.stimuli.length, "stimulus", "stimuli")} were shown ${size}; ${askedText(benchmark)}.`,
    comparedText(entry, benchmark),
    ceilingText(entry, benchmark),
    resultsText(entry),
  ].join(" ");
}

function askedText(benchmark: Benchmark): string {
  if (benchmark.track === "behavioral") return `each subject was asked to ${askText(benchmark.task)}`;
  const { region, timeBins } = benchmark.recording;
  const bins = timeBins.map(([start, end]) => `${start}–${end} ms`).join(", ");
  return `${region} was recorded (${bins} after onset), of a network the layer that its card commits to that region`;
}

function askText(task: Task): string {
  switch (task.name) {
    case "label":
      return task.choices === "imagenet"
        ? "name each with one of 1,000 ImageNet classes"
        : `name each with one of ${count(task.choices.length)} labels`;
    case "probabilities":
      return `say how likely each label is, which is read out from ${plural(task.fittingStimuli.stimuli.length, "fitting stimulus", "fitting stimuli")}`;
    case "odd_one_out":
      return `pick the odd one out of three, in ${plural(task.triplets.length, "triplet")}`;
    default:
      return task satisfies never;
  }
}

function comparedText({ metric }: ScorecardBenchmark, benchmark: Benchmark): string {
  const by = `${metric.replaceAll("_", " ")} ${citation(citesOfMetric(metric))}`.trim();
  if (benchmark.track === "neural") return `Activations were compared with the recordings by ${by}.`;
  const { n, name, data } = observersOf(benchmark);
  const { length } = benchmark.responses;
  // A metric that reads no people compares answers with the truth alone.
  const reads = behavioralMetrics.get(metric)?.needs(benchmark.metric.options).people !== "unread";
  if (data === "none" || !reads) return `Answers were measured by ${by}.`;
  const whose = n > 1 ? `of ${count(n)} people` : `of ${name}`;
  const what = data === "results" ? "results" : plural(length, "response");
  return `Answers were compared with ${what} ${whose} by ${by}.`;
}

function ceilingText({ ceiling, scores }: ScorecardBenchmark, benchmark: Benchmark): string {
  const formulas = [...new Set(scores.flatMap((score) => (score.status === "scored" ? [score.formula] : [])))];
  const how = formulas.length === 0 ? "" : ` The score is ${formulas.join("; ")}.`;
  if (ceiling === undefined) return `The ceiling is undefined.${how}`;
  const { name } = benchmark.ceiling;
  const source =
    name === "constant"
      ? "a constant of the benchmark"
      : name === "metric"
        ? "the metric’s own, of the primate data with themselves"
        : name.replaceAll("_", " ");
  const error = ceiling.error === undefined ? "" : ` ${plusMinus(ceiling.error)}`;
  return `The ceiling (${source}) is ${decimal(ceiling.value)}${error}.${how}`;
}

function resultsText({ scores, panel_mean, panel_size }: ScorecardBenchmark): string {
  const scored = scores.flatMap((score) => (score.status === "scored" ? [score] : []));
  const lacking = scores.flatMap((score) => (score.status === "scored" ? [] : [score]));
  const list = scored.map((score) => `${score.subject} ${decimal(score.score)}${intervalText(score)}`).join(", ");
  return [
    ...(scored.length === 0 ? [] : [`Scores: ${list}.`]),
    ...(panel_mean === undefined
      ? []
      : [`The panel mean is ${decimal(panel_mean)}, over ${plural(panel_size, "model")}.`]),
    ...[...groupBy(lacking, ({ status, reason }) => `${status} (${reason})`)].map(
      ([why, group]) => `${group.map(({ subject }) => subject).join(", ")}: ${why}.`,
    ),
  ].join(" ");
}

function intervalText({ interval }: Scored): string {
  return interval === undefined
    ? ""
    : ` (${percent(interval.level)} interval ${decimal(interval.low)} to ${decimal(interval.high)})`;
}

function subjectsText(subjects: readonly ScorecardScore[], facts: ReadonlyMap<string, SubjectFacts>): string[] {
  if (subjects.length === 0) return [];
  const list = subjects.map(({ subject, subject_digest, stands_in_for }) => {
    const known = facts.get(subject_digest);
    const of = [
      ...(known?.title === undefined ? [] : [known.title]),
      ...(known?.kind === "recorded" ? ["responses recorded elsewhere"] : []),
      ...(stands_in_for === undefined ? [] : [`stands in for ${stands_in_for}`]),
      digestText(subject_digest),
    ];
    return `${subject} (${of.join("; ")})${known === undefined || known.cites.length === 0 ? "" : ` ${citation(known.cites)}`}`;
  });
  return [`Subjects: ${list.join(", ")}.`];
}

/** Enough of a digest to find what it is of; the scorecard has all of it. */
function digestText(digest: string): string {
  return `SHA-256 begins ${digest.replace(/^sha256-/, "").slice(0, 12)}`;
}

/** How intervals were drawn, where there are some. */
function intervalsText(scores: readonly ScorecardScore[]): string[] {
  const drawn = scores.flatMap((score) =>
    score.status === "scored" && score.interval !== undefined ? [score.interval] : [],
  );
  if (drawn.length === 0) return [];
  const over = [...new Set(drawn.flatMap((interval) => interval.over))];
  const draws = drawn.map((interval) => interval.draws + (interval.undefined_draws ?? 0));
  const [fewest, most] = [Math.min(...draws), Math.max(...draws)];
  const number = fewest === most ? count(most) : `${count(fewest)} to ${count(most)}`;
  return [
    `Intervals are percentiles of the scores of ${number} bootstrap draws: ${over.join(" and ")} drawn anew with replacement, stimuli within their condition; the ceiling of a draw is that of its stimuli and of the original people.`,
  ];
}
