/**
 * What goes wrong, as data.
 *
 * A `Fault` is one thing wrong with a file that somebody gave us: where it stands, what was found, what was expected
 * and how to mend it. A `GapscopeError` is what is thrown; it has a code that callers switch on, and carries the faults
 * when there are any. Both are plain records underneath, so that they cross a worker's border whole (see lab/rpc.ts).
 *
 * This is not a logger and holds no user-interface text beyond the sentences themselves.
 */

/** Where in somebody's file a fault stands. Lines count from 1, the header of a table being line 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: string;
  /** A dotted path into a JSON document, e.g. `stimulus_set.visual_degrees`. */
  readonly field?: string;
}

/** One thing wrong with a file. `code` is stable and kebab-case (`missing-image`); tests and people search for it. */
export interface Fault extends Place {
  readonly code: string;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** The value that was found, shortened for display. */
  readonly value?: string;
  readonly expected?: string;
  /** What the person can do about it, in one sentence. */
  readonly remedy?: string;
}

export type ErrorCode =
  /** A benchmark zip was refused; `faults` holds every reason. */
  | "package-refused"
  /** A model card, its network file or a recording was refused. */
  | "subject-refused"
  /** A scorecard file was refused; `faults` holds every reason. */
  | "scorecard-refused"
  /** The subject cannot take part in this task or recording; a fact about the pair, not a failure. */
  | "not-applicable"
  /** The metric has no value on these data (0/0). */
  | "undefined-score"
  | "inference-failed"
  | "worker-died"
  | "worker-hung"
  /** Memory that a network or a computation asked for was not to be had; the worker is not to be trusted after it. */
  | "out-of-memory"
  | "device-lost"
  /** The self-check found that a backend computes wrong on this machine, or gives no answer; `faults` says what. */
  | "backend-off"
  | "storage-full"
  | "cancelled"
  /** A defect of ours. */
  | "internal";

export interface GapscopeErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly faults: readonly Fault[];
  readonly stage?: string;
  readonly stack?: string;
  readonly cause?: GapscopeErrorRecord;
}

export class GapscopeError extends Error {
  override readonly name = "GapscopeError";
  readonly code: ErrorCode;
  readonly faults: readonly Fault[];
  /** What was being done, e.g. `reading stimuli.csv`. */
  readonly stage: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { readonly faults?: readonly Fault[]; readonly stage?: string; readonly cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.faults = more.faults ?? [];
    this.stage = more.stage;
  }

  static cancelled(): GapscopeError {
    return new GapscopeError("cancelled", "Cancelled.");
  }

  static notApplicable(reason: string): GapscopeError {
    return new GapscopeError("not-applicable", reason);
  }

  /** Anything thrown, as a GapscopeError: ours stay as they are, others become `internal` (or `fallback`) with a cause. */
  static from(thrown: unknown, fallback: ErrorCode = "internal", stage?: string): GapscopeError {
    if (thrown instanceof GapscopeError) return thrown;
    if (thrown instanceof DOMException && thrown.name === "AbortError") return GapscopeError.cancelled();
    const message = isUnreadable(thrown) ? UNREADABLE : thrown instanceof Error ? thrown.message : String(thrown);
    return new GapscopeError(fallback, message, stage === undefined ? { cause: thrown } : { cause: thrown, stage });
  }

  toRecord(): GapscopeErrorRecord {
    return {
      code: this.code,
      message: this.message,
      faults: this.faults,
      ...(this.stage === undefined ? {} : { stage: this.stage }),
      ...(this.stack === undefined ? {} : { stack: this.stack }),
      ...(this.cause === undefined ? {} : { cause: recordOfCause(this.cause) }),
    };
  }

  static fromRecord(record: GapscopeErrorRecord): GapscopeError {
    const error = new GapscopeError(record.code, record.message, {
      faults: record.faults,
      ...(record.stage === undefined ? {} : { stage: record.stage }),
      ...(record.cause === undefined ? {} : { cause: GapscopeError.fromRecord(record.cause) }),
    });
    if (record.stack !== undefined) error.stack = record.stack;
    return error;
  }
}

const UNREADABLE =
  "A file could not be read: it was changed, moved or deleted after it was opened here. Open it again.";

/** What browsers throw when a file on disk is not the one that was given any more. */
function isUnreadable(thrown: unknown): boolean {
  if (!(thrown instanceof DOMException)) return false;
  return thrown.name === "NotReadableError" || (thrown.name === "NotFoundError" && thrown.message.includes("file"));
}

/** A cause as a record. An error that is not ours stays itself; wrapping it again would never end. */
function recordOfCause(cause: unknown): GapscopeErrorRecord {
  if (cause instanceof GapscopeError) return cause.toRecord();
  if (!(cause instanceof Error)) return { code: "internal", message: String(cause), faults: [] };
  return {
    code: "internal",
    message: cause.message,
    faults: [],
    ...(cause.stack === undefined ? {} : { stack: cause.stack }),
    ...(cause.cause === undefined || cause.cause === cause ? {} : { cause: recordOfCause(cause.cause) }),
  };
}

/** A fault as one line, the form of compilers: `stimuli.csv:12 [filename] missing-image: … (found "x"; expected …). …`. */
export function faultLine(fault: Fault): string {
  const line = fault.line === undefined ? "" : `:${fault.line}`;
  const at = fault.column ?? fault.field;
  const where = `${fault.file ?? ""}${line}${at === undefined ? "" : ` [${at}]`}`.trim();
  const facts = [
    fault.value === undefined ? undefined : `found ${JSON.stringify(fault.value)}`,
    fault.expected === undefined ? undefined : `expected ${fault.expected}`,
  ].filter((fact) => fact !== undefined);
  return [
    where === "" ? "" : `${where} `,
    `${fault.code}: ${fault.message}`,
    facts.length === 0 ? "" : ` (${facts.join("; ")})`,
    fault.remedy === undefined ? "" : ` ${fault.remedy}`,
  ].join("");
}
