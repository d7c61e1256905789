/**
 * Hostile input, made and tried: what a person may give to the page, changed by chance and by malice.
 *
 * This folder feeds every reader of strangers' files with sound files that were changed (bytes.ts, json.ts, csv.ts,
 * protobuf.ts) and holds what comes of it against one rule (judge.ts): the right result, or a typed refusal that says what
 * is wrong, within time and memory. `npm run fuzz` does it for as long as one likes, each format in a process of its own
 * (run.ts, trial.ts); fuzz.test.ts for a second each. Nothing here is part of the page, and nothing is random but the seed:
 * the same seed tries the same inputs.
 *
 * A format is one kind of file with the reader that the product has for it.
 */
import type fc from "fast-check";
import { type ErrorCode, type Fault, GapscopeError } from "../src/faults/faults.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

export interface Format {
  /** Files that are accepted as they are. */
  readonly sound: readonly Bytes[];
  /** Those, changed. */
  readonly inputs: fc.Arbitrary<Bytes>;
  /** The code of the product's refusals. */
  readonly refusal: ErrorCode;
  /**
   * Reads a file as the product does. Resolves where it is accepted; rejects with the refusal, with `worker-died` or
   * `worker-hung` where the product stops a reader that it does not trust, and with any other error for a wrong result. The
   * bytes are its own from then on.
   */
  read(bytes: Bytes): Promise<void>;
  /** Bytes of memory that one file may take beyond thirty times its size; a limit of the product's own, where given. */
  readonly memory?: number;
  /** Stops what `read` started. */
  close?(): void;
}

/** Throws the refusal of a reader that gives back faults instead of throwing them. */
export function refuse(code: ErrorCode, faults: readonly Fault[]): never {
  throw new GapscopeError(code, "The file was refused.", { faults });
}

/** Throws where a result is not what it should be. `what` names no value, so that the same mistake reads the same. */
export function hold(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`a wrong result: ${what}`);
}

export const utf8 = (text: string): Bytes => new Uint8Array(new TextEncoder().encode(text));

export const product = (extents: readonly number[]): number => extents.reduce((all, extent) => all * extent, 1);
