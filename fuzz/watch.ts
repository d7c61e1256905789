/**
 * One format, tried for a while: processes that are started anew where one hangs or dies, and every input of which that is
 * true tried once more, alone, before it counts.
 */
import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FORMATS, type FormatName, inputsFrom } from "./formats.ts";
import { EMPTY, type Ledger, readLedger } from "./ledger.ts";
import type { Order, Report } from "./trial.ts";

export interface Crash {
  readonly at: number;
  readonly reason: string;
  readonly detail: string;
  /** Where the input lies; of many crashes of one reason, the first ones alone. */
  readonly file?: string;
}

export interface Outcome {
  readonly format: FormatName;
  readonly ledger: Ledger;
  readonly codes: ReadonlySet<string>;
  readonly templates: ReadonlySet<string>;
  readonly crashes: readonly Crash[];
  /** How often a process was started anew for what did not happen again. */
  readonly restarts: number;
}

export interface WatchOptions {
  readonly seconds: number;
  readonly seed: number;
  /** The folder for inputs that crash a reader. */
  readonly out: string;
}

/** Milliseconds of work that one input may cost. */
const PATIENCE = 10_000;
/** Milliseconds without work, or for starting; a busy machine lets a process wait. */
const WAIT = 300_000;
const LOOK = 500;
const SAVED_PER_REASON = 3;

type End =
  | { readonly kind: "over" }
  | { readonly kind: "hung" | "died"; readonly at: number; readonly detail: string }
  | { readonly kind: "memory"; readonly at: number; readonly bytes: number };

const REASONS = {
  hung: `no end after ${PATIENCE / 1000} s of work`,
  died: "its process died",
  memory: "too much memory",
} as const;

export async function watch(name: FormatName, { seconds, seed, out }: WatchOptions): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "gapscope-fuzz-"));
  const total: Ledger = { ...EMPTY };
  const codes = new Set<string>();
  const templates = new Set<string>();
  const crashes: Crash[] = [];
  const saved = new Map<string, number>();
  let restarts = 0;

  const crash = async (at: number, reason: string, detail: string): Promise<void> => {
    const before = saved.get(reason) ?? 0;
    saved.set(reason, before + 1);
    const file = before < SAVED_PER_REASON ? join(out, `${name}-${seed}-${at}.bin`) : undefined;
    crashes.push({ at, reason, detail, ...(file === undefined ? {} : { file }) });
    if (file === undefined) return;
    mkdirSync(out, { recursive: true });
    writeFileSync(file, inputsFrom(await FORMATS[name](), seed, at).next().value);
    writeFileSync(`${file}.txt`, `${name}, seed ${seed}, input ${at}\n${reason}\n${detail}\n`);
  };

  const run = async (from: number, most: number, spend: number): Promise<End> => {
    const path = join(folder, `${from}-${most}`);
    const waiting: Promise<void>[] = [];
    const end = await trial({ format: name, seed, from, most, spend, ledger: path }, (report) => {
      if (report.kind === "kinds") {
        for (const code of report.codes) codes.add(code);
        for (const template of report.templates) templates.add(template);
      } else if (report.kind === "crash") waiting.push(crash(report.at, report.reason, report.detail));
    });
    await Promise.all(waiting);
    add(total, readLedger(path, from));
    return end;
  };

  const most = 1000 * seconds;
  try {
    while (total.spent < most) {
      const from = total.next;
      const end = await run(from, Number.MAX_SAFE_INTEGER, most - total.spent);
      if (end.kind === "over") break;
      // An input that grew memory was counted when it ended; one that never ended was not.
      const again = await (end.kind === "memory"
        ? alone(name, seed, end.at, folder)
        : run(end.at, 1, Number.MAX_SAFE_INTEGER));
      if (again.kind === "over") restarts += 1;
      else {
        await crash(end.at, REASONS[again.kind], again.kind === "memory" ? `${again.bytes} bytes` : again.detail);
        if (again.kind !== "memory") {
          total.tried += 1;
          total.spent += PATIENCE; // a reader that falls at once must come to its end, too
        }
      }
      total.next = end.at + 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { format: name, ledger: total, codes, templates, crashes, restarts };
}

/** Once more, without counting. */
function alone(format: FormatName, seed: number, at: number, folder: string): Promise<End> {
  const order = {
    format,
    seed,
    from: at,
    most: 1,
    spend: Number.MAX_SAFE_INTEGER,
    ledger: join(folder, `alone-${at}`),
  };
  return trial(order, () => undefined);
}

/** Runs a process until it ends, and ends it where it does nothing for too long. */
function trial(order: Order, onReport: (report: Report) => void): Promise<End> {
  return new Promise((resolve, reject) => {
    const options = {
      execArgv: ["--import", "tsx", "--expose-gc"],
      stdio: ["ignore", "ignore", "pipe", "ipc"] as const,
    };
    const child = fork(new URL("trial.ts", import.meta.url), [JSON.stringify(order)], {
      ...options,
      stdio: [...options.stdio],
    });
    let last: Report | undefined;
    let said = "";
    let hung = false;
    let mark = { ready: 0, tried: 0, next: 0, since: Date.now(), worked: 0 };
    child.stderr?.on("data", (text: Buffer) => {
      said = (said + text.toString()).slice(-4000);
    });
    child.on("message", (message: Report) => {
      if (message.kind === "memory" || message.kind === "end") last = last?.kind === "memory" ? last : message;
      else onReport(message);
    });
    const look = setInterval(() => {
      const { ready, tried, next } = readLedger(order.ledger, order.from);
      if (ready !== mark.ready || tried !== mark.tried || next !== mark.next) {
        mark = { ready, tried, next, since: Date.now(), worked: workOf(child.pid) ?? Date.now() };
      }
      const worked = (workOf(child.pid) ?? Date.now()) - mark.worked;
      if (Date.now() - mark.since < WAIT && (ready === 0 || worked < PATIENCE)) return;
      hung = true;
      child.kill("SIGKILL");
    }, LOOK);
    child.on("close", (code, signal) => {
      clearInterval(look);
      const { next: at, ready } = readLedger(order.ledger, order.from);
      if (ready === 0) reject(new Error(`${order.format} could not be started: exit ${code ?? signal}\n${said}`));
      else if (last?.kind === "memory") resolve({ kind: "memory", at: last.at, bytes: last.bytes });
      else if (last?.kind === "end") resolve({ kind: "over" });
      // A process that ends by itself before its time waits for nothing: the reader's promise will never be settled.
      else if (hung || (code === 13 && signal === null)) resolve({ kind: "hung", at, detail: said });
      else resolve({ kind: "died", at, detail: `exit ${code ?? signal}\n${said}` });
    });
  });
}

/** Milliseconds of processor time; undefined where the system does not tell, and time on the wall has to do. */
function workOf(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return 10 * (Number(fields[11]) + Number(fields[12])); // user's and system's, in hundredths of a second
  } catch {
    return undefined;
  }
}

function add(total: Ledger, more: Ledger): void {
  const slower = more.slowest > total.slowest;
  Object.assign(total, {
    next: more.next,
    tried: total.tried + more.tried,
    accepted: total.accepted + more.accepted,
    refused: total.refused + more.refused,
    stopped: total.stopped + more.stopped,
    spent: total.spent + more.spent,
    memory: Math.max(total.memory, more.memory),
    ...(slower ? { slowest: more.slowest, slowestAt: more.slowestAt } : {}),
  });
}
