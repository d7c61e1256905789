/**
 * What has been tried, in a file that outlives the process that writes it.
 *
 * A reader may hang or bring its process down at any input. The process says before each which one it is at, and after
 * each what came of it, in one small write, so that whoever watches knows both and can go on behind it.
 */
import { existsSync, openSync, readFileSync, writeSync } from "node:fs";

const FIELDS = [
  "ready",
  "next",
  "tried",
  "accepted",
  "refused",
  "stopped",
  "memory",
  "slowest",
  "slowestAt",
  "spent",
] as const;

/**
 * `ready` is 1 once the first input is tried; `next` is the input that is being tried. `memory` is in bytes; `slowest`, at
 * input `slowestAt`, and `spent` are in milliseconds.
 */
export type Ledger = Record<(typeof FIELDS)[number], number>;

export const EMPTY: Ledger = {
  ready: 0,
  next: 0,
  tried: 0,
  accepted: 0,
  refused: 0,
  stopped: 0,
  memory: 0,
  slowest: 0,
  slowestAt: 0,
  spent: 0,
};

/** Writes the ledger as often as it is called. */
export function ledgerIn(path: string): (ledger: Ledger) => void {
  const file = openSync(path, "w");
  const row = new Float64Array(FIELDS.length);
  return (ledger) => {
    for (const [i, field] of FIELDS.entries()) row[i] = ledger[field];
    writeSync(file, row, 0, row.byteLength, 0);
  };
}

/** The ledger of a process that began at input `from`, which may not have written it yet. */
export function readLedger(path: string, from: number): Ledger {
  const bytes = existsSync(path) ? readFileSync(path) : new Uint8Array(0);
  const ledger = { ...EMPTY, next: from };
  if (bytes.length < 8 * FIELDS.length) return ledger;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [i, field] of FIELDS.entries()) ledger[field] = view.getFloat64(8 * i, true);
  return ledger;
}
