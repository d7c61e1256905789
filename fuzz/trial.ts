/**
 * The process that tries inputs of one format, one after another, until it is told to end, hangs or dies.
 *
 * It keeps its ledger before and after each input and tells the process that started it (run.ts) of crashes and of kinds of
 * refusal that it has not seen. Memory that grew past the limit is not judged here, where other inputs may have left
 * garbage: the process ends, and the input is tried again alone.
 */
import { FORMATS, type FormatName, inputsFrom } from "./formats.ts";
import { judge } from "./judge.ts";
import { EMPTY, type Ledger, ledgerIn } from "./ledger.ts";

/** The one argument of the process, as JSON. */
export interface Order {
  readonly format: FormatName;
  readonly seed: number;
  readonly from: number;
  /** Inputs, at most. */
  readonly most: number;
  /** Milliseconds of trying, without the start. */
  readonly spend: number;
  readonly ledger: string;
}

export type Report =
  | { readonly kind: "kinds"; readonly codes: readonly string[]; readonly templates: readonly string[] }
  | { readonly kind: "crash"; readonly at: number; readonly reason: string; readonly detail: string }
  | { readonly kind: "memory"; readonly at: number; readonly bytes: number }
  | { readonly kind: "end" };

export const BASE_MEMORY = 300 * 2 ** 20;
const MEMORY_PER_BYTE = 30;
/** A run may give out more sentences than anybody reads. */
const MOST_TEMPLATES = 3000;

/** The most memory that the process ever had. */
const peak = (): number => process.resourceUsage().maxRSS * 1024;

async function tryAll({ format: name, seed, from, most, spend, ledger: path }: Order): Promise<void> {
  const tell = (report: Report): void => void process.send?.(report);
  const keep = ledgerIn(path);
  const ledger: Ledger = { ...EMPTY, ready: 1, next: from };
  const format = await FORMATS[name]();
  // What the reader needs once, the code that it loads and compiles, is no input's doing.
  for (const bytes of format.sound) await judge(format, bytes);
  const inputs = inputsFrom(format, seed, from);
  // An error that nobody waits for, after its input was read: a worker of the page would end of it.
  for (const event of ["uncaughtException", "unhandledRejection"]) {
    process.on(event, (thrown: unknown) => {
      const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      tell({ kind: "crash", at: Math.max(from, ledger.next - 1), reason: "an error that nobody waits for", detail });
    });
  }
  const seen = { codes: new Set<string>(), templates: new Set<string>() };
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const start = performance.now();
  while (ledger.tried < most && ledger.spent < spend) {
    const bytes = inputs.next().value;
    const limit = (format.memory ?? BASE_MEMORY) + MEMORY_PER_BYTE * bytes.length;
    keep(ledger);
    const [rss, highest] = [process.memoryUsage.rss(), peak()];
    const began = performance.now();
    const verdict = await judge(format, bytes);
    const took = performance.now() - began;
    const at = ledger.next;
    ledger.next += 1;
    ledger.tried += 1;
    ledger.spent = performance.now() - start;
    if (took > ledger.slowest) Object.assign(ledger, { slowest: took, slowestAt: at });
    // The peak says what the reader took where it is a new one; else what it left behind says something of it.
    const grown = (peak() > highest ? peak() : process.memoryUsage.rss()) - rss;
    if (grown <= limit) ledger.memory = Math.max(ledger.memory, grown);
    if (verdict.kind === "crash") tell({ ...verdict, at });
    else ledger[verdict.kind] += 1;
    if (verdict.kind === "refused" && seen.templates.size < MOST_TEMPLATES) {
      const codes = verdict.codes.filter((code) => !seen.codes.has(code));
      const templates = verdict.templates.filter((template) => !seen.templates.has(template));
      for (const code of codes) seen.codes.add(code);
      for (const template of templates) seen.templates.add(template);
      if (templates.length > 0) tell({ kind: "kinds", codes, templates });
    }
    keep(ledger);
    if (grown > limit) {
      tell({ kind: "memory", at, bytes: grown });
      break;
    }
    if (process.memoryUsage.rss() > before + BASE_MEMORY / 2) globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve)); // for what the reader left to be done later
  }
  format.close?.();
  tell({ kind: "end" });
  process.disconnect?.();
}

const [order] = process.argv.slice(2);
if (order !== undefined) await tryAll(JSON.parse(order));
