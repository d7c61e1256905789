/**
 * A scorecard that somebody gave us, read and checked.
 *
 * The schema is the contract of version 1 (spec: the scorecard), from the reader's side: what it does not know it leaves out,
 * so that a later version may add. It reads no layers, which nothing here compares. Whether a card's numbers are true is
 * compare.ts's business.
 */
import * as v from "valibot";
import { clip } from "../benchmark/findings.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import type { Scorecard } from "./scorecard.ts";

/** Caps of what is read. A card of a hundred benchmarks with every site of every model has a few million bytes. */
const MOST_BYTES = 32 << 20;
const MOST_BENCHMARKS = 1_000;
const MOST_SCORES = 2_000;
const MOST_ROWS = 100_000;
const MOST_NOTES = 1_000;
const LONGEST = 10_000;
/** More faults than these say nothing more. */
const MOST_FAULTS = 100;

const text = v.pipe(v.string(), v.maxLength(LONGEST));
const name = v.pipe(text, v.nonEmpty());
const digest = v.pipe(
  v.string(),
  v.regex(/^sha256-[0-9a-f]{64}$/, "Invalid digest: expected sha256- and 64 hexadecimal digits"),
);
const number = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const notes = v.pipe(v.array(text), v.maxLength(MOST_NOTES));
const optional = v.exactOptional;

const Interval = v.object({
  low: number,
  high: number,
  level: number,
  draws: count,
  undefined_draws: optional(count),
  over: v.pipe(v.array(v.picklist(["stimuli", "triplets", "people"])), v.maxLength(3)),
});

const who = { subject: name, subject_digest: digest, stands_in_for: optional(name) };

const ScoreSchema = v.variant("status", [
  v.object({
    ...who,
    status: v.literal("scored"),
    score: number,
    raw: number,
    error: optional(number),
    formula: text,
    backend: v.picklist(["webgpu", "wasm", "recorded"]),
    precision: optional(v.literal("fp32")),
    notes,
    by: v.pipe(v.array(v.record(text, v.union([text, number, v.boolean()]))), v.maxLength(MOST_ROWS)),
    digest,
    interval: optional(Interval),
    no_interval: optional(text),
    chance: optional(number),
    human_accuracy: optional(number),
    warnings: optional(notes),
  }),
  v.object({ ...who, status: v.picklist(["not applicable", "failed", "cancelled"]), reason: text }),
]);

const FileSchema = v.object({
  name,
  bytes: count,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "Invalid SHA-256: expected 64 hexadecimal digits")),
  of: v.pipe(v.array(digest), v.maxLength(MOST_SCORES)),
});

const ScorecardSchema = v.object({
  format: v.literal("gapscope-scorecard"),
  format_version: v.literal(1),
  application: v.object({ version: text, onnxruntime: text, browser: text, threads: v.exactOptional(v.number()) }),
  benchmarks: v.pipe(
    v.array(
      v.object({
        identifier: name,
        version: count,
        digest,
        track: v.picklist(["behavioral", "neural"]),
        title: optional(text),
        parent: optional(text),
        metric: name,
        ceiling: optional(v.object({ value: number, error: optional(number) })),
        panel_mean: optional(number),
        panel_size: count,
        panel_mean_with_stand_ins: optional(number),
        panel_size_with_stand_ins: optional(count),
        scores: v.pipe(v.array(ScoreSchema), v.maxLength(MOST_SCORES)),
      }),
    ),
    v.maxLength(MOST_BENCHMARKS),
  ),
  files: optional(v.pipe(v.array(FileSchema), v.maxLength(MOST_SCORES))),
});

/** Bytes of a `.json` that are looked at to tell what it is. Every card that we write says it in the first hundred. */
const HEAD = 1 << 16;

/** Whether a `.json` means to be a scorecard, of whatever version. */
export async function isScorecard(file: Blob): Promise<boolean> {
  return /"format"\s*:\s*"gapscope-scorecard"/.test(await file.slice(0, HEAD).text());
}

/** Reads a scorecard's file. Throws `scorecard-refused` with every fault. */
export async function readScorecard(file: Blob, fileName: string): Promise<Scorecard> {
  if (file.size > MOST_BYTES) {
    throw refused(fileName, [
      {
        code: "scorecard-too-large",
        file: fileName,
        message: "The file is larger than any scorecard.",
        value: `${file.size} bytes`,
        expected: `at most ${MOST_BYTES}`,
      },
    ]);
  }
  return parseScorecard(await file.text(), fileName);
}

/** Reads a scorecard's text. Throws `scorecard-refused` with every fault. */
export function parseScorecard(content: string, fileName: string): Scorecard {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw refused(fileName, [
      {
        code: "scorecard-not-json",
        file: fileName,
        message: `The scorecard is not JSON: ${clip(error instanceof Error ? error.message : String(error))}`,
        remedy: "Save it anew from the page, or with --json; a file that was cut off is the usual cause.",
      },
    ]);
  }
  const newer = versionOf(json);
  if (newer !== undefined && newer > 1) {
    throw refused(fileName, [
      {
        code: "newer-scorecard",
        file: fileName,
        field: "format_version",
        message: "The scorecard was made for a newer Gapscope.",
        value: String(newer),
        expected: "1",
        remedy: "Open it with the version of Gapscope that it names under application.",
      },
    ]);
  }
  const parsed = v.safeParse(ScorecardSchema, json);
  if (parsed.success) return parsed.output;
  throw refused(
    fileName,
    parsed.issues.slice(0, MOST_FAULTS).map((issue) => ({
      code: "scorecard-field",
      file: fileName,
      field: clip(v.getDotPath(issue) ?? ""),
      message: clip(issue.message),
      value: clip(issue.received),
      ...(issue.expected === null ? {} : { expected: issue.expected }),
      remedy: "A scorecard is saved by the page, or with --json; one that was edited may not be readable.",
    })),
  );
}

function versionOf(json: unknown): number | undefined {
  const found = v.safeParse(v.object({ format: v.literal("gapscope-scorecard"), format_version: v.number() }), json);
  return found.success ? found.output.format_version : undefined;
}

function refused(fileName: string, faults: readonly Fault[]): GapscopeError {
  return new GapscopeError(
    "scorecard-refused",
    `${fileName} is not a usable scorecard (${faults.length} ${faults.length === 1 ? "fault" : "faults"}).`,
    { faults },
  );
}
