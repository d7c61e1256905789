/**
 * Every format, fuzzed for a second: the same inputs and the same judgement as `npm run fuzz`, in one process. A failure
 * names the seed and keeps the input, which fast-check has made as small as it could in the time.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Format } from "./format.ts";
import { FORMATS, isFormat } from "./formats.ts";
import { judge, type Verdict } from "./judge.ts";

const SEED = 20260101;
const MILLISECONDS = 800;
/** For a reader that hangs without keeping the process from this. */
const PATIENCE = 10_000;

const late = (): Promise<Verdict> =>
  new Promise((resolve) => {
    setTimeout(() => resolve({ kind: "crash", reason: `no end after ${PATIENCE} ms`, detail: "" }), PATIENCE).unref();
  });

async function fuzz(name: string, format: Format): Promise<Record<string, number>> {
  const seen: Record<string, number> = { accepted: 0, refused: 0, stopped: 0 };
  const property = fc.asyncProperty(format.inputs, async (bytes) => {
    const verdict = await Promise.race([judge(format, bytes), late()]);
    if (verdict.kind === "crash") throw new Error(`${verdict.reason}\n${verdict.detail}`);
    seen[verdict.kind] = (seen[verdict.kind] ?? 0) + 1;
  });
  const { failed, counterexample, errorInstance, seed } = await fc.check(property, {
    seed: SEED,
    numRuns: 1_000_000,
    interruptAfterTimeLimit: MILLISECONDS,
  });
  if (failed && counterexample !== null) {
    const folder = join(tmpdir(), "gapscope-fuzz");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name}-ci.bin`);
    writeFileSync(file, counterexample[0]);
    const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    throw new Error(`${name}, seed ${seed}: ${reason}\nTry it again: npm run fuzz -- --replay ${file} ${name}`);
  }
  return seen;
}

describe("hostile input", () => {
  it.each(Object.keys(FORMATS).filter(isFormat))("%s is read right or refused", { timeout: 60_000 }, async (name) => {
    const format = await FORMATS[name]();
    try {
      for (const bytes of format.sound) expect(await judge(format, bytes)).toEqual({ kind: "accepted" });
      const { refused } = await fuzz(name, format);
      expect(refused).toBeGreaterThan(0);
    } finally {
      format.close?.();
    }
  });
});
