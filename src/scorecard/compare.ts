/**
 * Is a scorecard what this machine finds? The scores that somebody's card claims against a card of a run here.
 *
 * A claim is reproduced where the same inputs give the same entry: byte for byte by its digest, with the same numbers, or,
 * between backends, within a tolerance that is stated. Elsewhere it says which numbers differ and by how much, and which
 * inputs do. A claim about other inputs is never reproduced, even where the numbers agree. What only the run here has is
 * not looked at. Layers are not compared.
 */
import type { Scorecard, ScorecardBenchmark, ScorecardFile, ScorecardScore } from "./scorecard.ts";
import { scoreDigest } from "./scorecard.ts";

/**
 * Largest difference of a number that still counts as reproduced. On the same backend another browser's or version's
 * arithmetic may differ in the last digits; all that is promised there is agreement with Brain-Score to 1e-6. Networks agree
 * between WebGPU and wasm to 1e-3 (lab/backend.ts), which mostly leaves answers, and so scores, as they are.
 */
export const TOLERANCE = { "same backend": 1e-6, "other backend": 1e-3 } as const;
export type Closeness = keyof typeof TOLERANCE;

/** Something that a score is made from or with, where the two sides differ in it. */
export interface InputDifference {
  readonly what: string;
  readonly there: string;
  /** Absent where it is missing here. */
  readonly here?: string;
}

/** A number where the two sides differ in it; a side that lacks it is absent. */
export interface NumberDifference {
  readonly what: string;
  readonly there?: number;
  readonly here?: number;
  /** Here minus there; absent where a side lacks it. */
  readonly by?: number;
}

export type Outcome =
  /** The same digest, and the same numbers beside it. */
  | "identical"
  /** The same numbers; something that is no number differs, e.g. a note on the adapter. */
  | "same numbers"
  | "within tolerance"
  | "differs"
  /** The benchmark or the subject is another than the card's, whatever the numbers. */
  | "other inputs"
  /** The card's entry is not what its own digest was made of: somebody changed it. */
  | "altered"
  /** Not open, not selected, not finished, or not applicable there and never asked here. */
  | "not run"
  /** The card has no score there: it failed, or was cancelled. */
  | "no claim";

/** What became of one claim: a score, or the figures of a whole benchmark. */
export interface Finding {
  /** The subject; absent for the benchmark's own figures, its ceiling and means. */
  readonly subject?: string;
  readonly outcome: Outcome;
  readonly inputs: readonly InputDifference[];
  readonly numbers: readonly NumberDifference[];
  /** What else there is to say, in a sentence. */
  readonly reason?: string;
  /** Under which the numbers were compared. */
  readonly closeness?: Closeness;
}

export interface BenchmarkFindings {
  readonly identifier: string;
  readonly version: number;
  readonly digest: string;
  readonly findings: readonly Finding[];
}

export interface Comparison {
  readonly verdict: "reproduced" | "so far" | "not reproduced" | "nothing to compare";
  /** Claims by what became of them; `open` are those that were not run here. */
  readonly counts: { readonly claims: number; readonly reproduced: number; readonly open: number };
  /** What made the numbers, there and here, where that differs. */
  readonly made: readonly InputDifference[];
  readonly benchmarks: readonly BenchmarkFindings[];
}

export function isReproduced(outcome: Outcome): boolean {
  return outcome === "identical" || outcome === "same numbers" || outcome === "within tolerance";
}

/** `claimed` is somebody's card, `here` one of a run on this machine. */
export async function compareScorecards(claimed: Scorecard, here: Scorecard): Promise<Comparison> {
  const files = { there: claimed.files ?? [], here: here.files ?? [] };
  const benchmarks = await Promise.all(claimed.benchmarks.map((each) => benchmarkFindings(each, here, files)));
  const outcomes = benchmarks
    .flatMap(({ findings }) => findings)
    .map(({ outcome }) => outcome)
    .filter((outcome) => outcome !== "no claim");
  const reproduced = outcomes.filter(isReproduced).length;
  const open = outcomes.filter((outcome) => outcome === "not run").length;
  const { version, onnxruntime, browser } = claimed.application;
  return {
    verdict:
      outcomes.length === 0
        ? "nothing to compare"
        : reproduced + open < outcomes.length
          ? "not reproduced"
          : open > 0
            ? "so far"
            : "reproduced",
    counts: { claims: outcomes.length, reproduced, open },
    made: [
      ...inputDifference("Gapscope", version, here.application.version),
      ...inputDifference("ONNX Runtime", onnxruntime, here.application.onnxruntime),
      ...inputDifference("browser", browser, here.application.browser),
    ],
    benchmarks,
  };
}

/** The verdict in a sentence. */
export function verdictText({ verdict, counts: { claims, reproduced, open } }: Comparison): string {
  const of = `${reproduced} of ${claims} ${claims === 1 ? "claim" : "claims"}`;
  switch (verdict) {
    case "reproduced":
      return `Reproduced: ${claims === 1 ? "its one claim" : `all ${claims} claims`}.`;
    case "so far":
      return reproduced === 0
        ? `Not run here yet: ${claims} ${claims === 1 ? "claim" : "claims"}.`
        : `Reproduced so far: ${of}; ${open} not run here.`;
    case "not reproduced":
      return `Not reproduced: ${claims - reproduced - open} of ${claims} ${claims === 1 ? "claim" : "claims"}${open === 0 ? "" : `; ${open} not run here`}.`;
    case "nothing to compare":
      return "The scorecard claims no score.";
    default:
      return verdict satisfies never;
  }
}

/** The files of both cards. */
interface Files {
  readonly there: readonly ScorecardFile[];
  readonly here: readonly ScorecardFile[];
}

async function benchmarkFindings(
  claimed: ScorecardBenchmark,
  here: Scorecard,
  files: Files,
): Promise<BenchmarkFindings> {
  const { identifier, version, digest } = claimed;
  // Of several that were edited one after another, the last that was opened.
  const found =
    here.benchmarks.find((each) => each.digest === digest) ??
    here.benchmarks.findLast((each) => each.identifier === identifier);
  const scores = await Promise.all(claimed.scores.map((score) => scoreFinding(claimed, score, found, files)));
  const scored = claimed.scores.some(({ status }) => status === "scored");
  return {
    ...{ identifier, version, digest },
    findings: scored ? [...scores, figuresFinding(claimed, found, files)] : scores,
  };
}

/** The ceiling and the means, which no digest of a score holds. */
function figuresFinding(claimed: ScorecardBenchmark, here: ScorecardBenchmark | undefined, files: Files): Finding {
  if (here?.ceiling === undefined && here?.panel_mean === undefined)
    return { outcome: "not run", inputs: [], numbers: [] };
  const inputs = changed("benchmark", claimed.digest, here.digest, files);
  const means = (["panel_mean", "panel_mean_with_stand_ins"] as const).map((what) => {
    const size = what === "panel_mean" ? "panel_size" : "panel_size_with_stand_ins";
    return { what, there: claimed[what], here: here[what], of: claimed[size] ?? 0, ofHere: here[size] ?? 0 };
  });
  const comparable = means.filter(({ of, ofHere }) => of === ofHere);
  // No backend makes a ceiling.
  const ceilings = [
    ...numberDifference("ceiling", claimed.ceiling?.value, here.ceiling?.value),
    ...numberDifference("error of the ceiling", claimed.ceiling?.error, here.ceiling?.error),
  ];
  const overScores = comparable.flatMap((mean) =>
    numberDifference(mean.what.replaceAll("_", " "), mean.there, mean.here),
  );
  const numbers = [...ceilings, ...overScores];
  const [other] = means.filter(({ there, of, ofHere }) => there !== undefined && of !== ofHere);
  const closeness: Closeness = backendsOf(claimed) === backendsOf(here) ? "same backend" : "other backend";
  const close =
    ceilings.every((each) => isWithin(each, "same backend")) && overScores.every((each) => isWithin(each, closeness));
  const outcome =
    inputs.length > 0
      ? "other inputs"
      : !close
        ? "differs"
        : other !== undefined
          ? "not run"
          : numbers.length === 0
            ? "identical"
            : "within tolerance";
  return {
    outcome,
    inputs,
    numbers,
    closeness,
    ...(other === undefined
      ? {}
      : {
          reason: `The ${other.what.replaceAll("_", " ")} is over ${other.of} there and over ${other.ofHere} here, and cannot be compared.`,
        }),
  };
}

async function scoreFinding(
  benchmark: ScorecardBenchmark,
  claimed: ScorecardScore,
  here: ScorecardBenchmark | undefined,
  files: Files,
): Promise<Finding> {
  const { subject } = claimed;
  const bare = { subject, inputs: [], numbers: [] };
  if (claimed.status === "failed" || claimed.status === "cancelled")
    return { ...bare, outcome: "no claim", reason: `It ${saidOf(claimed)} there, so there is no score to reproduce.` };
  const found =
    here?.scores.find((each) => each.subject_digest === claimed.subject_digest) ??
    here?.scores.find((each) => each.subject === subject);
  if (here === undefined || found === undefined) return { ...bare, outcome: "not run" };
  if (found.status === "failed" || found.status === "cancelled")
    return { ...bare, outcome: "not run", reason: `It ${saidOf(found)} here.` };
  const inputs = [
    ...changed("benchmark", benchmark.digest, here.digest, files),
    ...changed("subject", claimed.subject_digest, found.subject_digest, files),
  ];
  const same = inputs.length === 0;
  if (claimed.status !== "scored" || found.status !== "scored") {
    const alike = claimed.status === found.status;
    return {
      ...bare,
      inputs,
      outcome: !same ? "other inputs" : alike ? "identical" : "differs",
      ...(alike ? {} : { reason: `It ${saidOf(claimed)} there and ${saidOf(found)} here.` }),
    };
  }
  const closeness: Closeness = claimed.backend === found.backend ? "same backend" : "other backend";
  const numbers = scoreNumbers(claimed, found);
  const finding = {
    subject,
    inputs: [...inputs, ...inputDifference("backend", claimed.backend, found.backend)],
    numbers,
    closeness,
  };
  if ((await scoreDigest(benchmark.digest, claimed)) !== claimed.digest)
    return {
      ...finding,
      outcome: "altered",
      reason: "Its entry is not what its own digest was made of: it was changed after it was saved.",
    };
  if (!same) return { ...finding, outcome: "other inputs" };
  if (numbers.length === 0)
    return { ...finding, outcome: claimed.digest === found.digest ? "identical" : "same numbers" };
  return { ...finding, outcome: numbers.every((each) => isWithin(each, closeness)) ? "within tolerance" : "differs" };
}

type Scored = Extract<ScorecardScore, { readonly status: "scored" }>;

/** What an entry without a score says: `failed`, with its reason. */
function saidOf(entry: ScorecardScore): string {
  if (entry.status === "scored") return "has a score";
  const said = { "not applicable": "is not applicable", failed: "failed", cancelled: "was cancelled" };
  return `${said[entry.status]} (${entry.reason})`;
}

function scoreNumbers(there: Scored, here: Scored): NumberDifference[] {
  const both = there.interval !== undefined && here.interval !== undefined;
  return [
    ...numberDifference("score", there.score, here.score),
    ...numberDifference("raw", there.raw, here.raw),
    ...numberDifference("error", there.error, here.error),
    ...partsDifference(there.by, here.by),
    // An interval follows its score, so one that was not waited for is no difference; nor is a chance that was not known.
    ...(both ? numberDifference("low end of the interval", there.interval.low, here.interval.low) : []),
    ...(both ? numberDifference("high end of the interval", there.interval.high, here.interval.high) : []),
    ...(there.chance === undefined ? [] : numberDifference("chance", there.chance, here.chance)),
    ...(there.human_accuracy === undefined
      ? []
      : numberDifference("people’s accuracy", there.human_accuracy, here.human_accuracy)),
  ];
}

/** The part whose raw value differs most, of conditions, sites or whatever the metric tells apart. */
function partsDifference(there: Scored["by"], here: Scored["by"]): NumberDifference[] {
  const keyOf = ({ raw: _, ...key }: Scored["by"][number]): string => JSON.stringify(Object.entries(key).sort());
  const hereBy = new Map(here.map((row) => [keyOf(row), row.raw]));
  const differing = there.flatMap((row) => {
    const { raw, ...key } = row;
    const name = `raw at ${Object.values(key).join(", ")}`;
    return numberDifference(name, numeric(raw), numeric(hereBy.get(keyOf(row))));
  });
  const most = differing.reduce<NumberDifference | undefined>(
    (worst, each) => (worst === undefined || sizeOf(each) > sizeOf(worst) ? each : worst),
    undefined,
  );
  const more =
    here.length === there.length ? [] : [{ what: "number of parts", there: there.length, here: here.length }];
  return most === undefined ? more : [most, ...more];
}

function numeric(value: string | number | boolean | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** A benchmark or subject that is another than the card's, and which of its files are others, where both cards say. */
function changed(what: string, there: string, here: string, files: Files): InputDifference[] {
  if (there === here) return [];
  const theirs = files.there.filter(({ of }) => of.includes(there));
  const own = files.here.filter(({ of }) => of.includes(here));
  if (own.length === 0) return [{ what, there, here }];
  const without = (some: readonly ScorecardFile[], files: readonly ScorecardFile[]): ScorecardFile[] =>
    some.filter(({ sha256 }) => files.every((file) => file.sha256 !== sha256));
  const others = without(theirs, own);
  const added = without(own, theirs);
  return [
    { what, there, here },
    ...others.map(({ name, sha256 }): InputDifference => {
      // By its name; else, of one file for another, by that.
      const only = others.length === 1 && added.length === 1 ? added[0] : undefined;
      const instead = added.find((file) => file.name === name) ?? only;
      return {
        what: `file ${name}`,
        there: `sha256-${sha256}`,
        ...(instead === undefined ? {} : { here: `sha256-${instead.sha256}` }),
      };
    }),
  ];
}

/** The backends that a benchmark's scores were made on, in words. */
function backendsOf({ scores }: ScorecardBenchmark): string {
  const backends = scores.flatMap((score) => (score.status === "scored" ? [score.backend] : []));
  return [...new Set(backends)].sort().join(", ");
}

function inputDifference(what: string, there: string, here: string): InputDifference[] {
  return there === here ? [] : [{ what, there, here }];
}

function numberDifference(what: string, there: number | undefined, here: number | undefined): NumberDifference[] {
  if (there === here) return [];
  return [
    {
      what,
      ...(there === undefined ? {} : { there }),
      ...(here === undefined ? {} : { here }),
      ...(there === undefined || here === undefined ? {} : { by: here - there }),
    },
  ];
}

function sizeOf({ by }: NumberDifference): number {
  return by === undefined ? Number.POSITIVE_INFINITY : Math.abs(by);
}

function isWithin(difference: NumberDifference, closeness: Closeness): boolean {
  return sizeOf(difference) <= TOLERANCE[closeness];
}
