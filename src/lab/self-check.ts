/**
 * Whether this machine's backends compute what they should, found out before they are used.
 *
 * Each backend runs the known network (models/self-check.ts) in a worker like any run's; wasm also multiplies known matrices
 * in a scoring worker. A verdict holds for one backend of one browser with one version of the page, and is kept; so the check
 * is made before the first run on a machine and again after each update. Where WebGPU is wrong, it is off and wasm is taken;
 * where wasm is, nothing can be run, because scores are made on it too. Which of two right backends is taken is backend.ts's
 * decision.
 */
import { type Fault, GapscopeError } from "../faults/faults.ts";
import type { AdapterFacts } from "../models/adapter.ts";
import type { Backend } from "../models/session.ts";
import type { BackendWish } from "./backend.ts";
import { deviationOf } from "./deviation.ts";
import type { LabWorkers } from "./run.ts";
import { COMPUTED, type KeyValueStore } from "./store.ts";

/** A value that was computed, and what it should be. */
export interface Computed {
  readonly what: string;
  readonly computed: number;
  readonly expected: number;
}

export interface Verdict {
  readonly backend: Backend;
  /** The GPU adapter; absent on wasm. */
  readonly adapter?: string;
  /** Milliseconds since 1970, and how many the check took. */
  readonly at: number;
  readonly milliseconds: number;
  readonly finding:
    | {
        readonly status: "agreed" | "disagreed";
        /** Largest |computed − expected| over the largest |expected|, the worst of the outputs; Infinity where a value is none. */
        readonly deviation: number;
        readonly tolerance: number;
        /** Where that is. */
        readonly worst: Computed;
      }
    /** It gave no answer; `reason` is a sentence. */
    | { readonly status: "no answer"; readonly reason: string };
}

/** Networks must agree with their reference so far (design.md §5). */
const TOLERANCE: Readonly<Record<Backend, number>> = { wasm: 1e-4, webgpu: 1e-3 };
/** A worker that gives no answer is replaced once. */
const ATTEMPTS = 2;

export interface SelfCheckOptions {
  readonly workers: LabWorkers;
  readonly verdicts: KeyValueStore<Verdict>;
  /** Of wasm. */
  readonly threads: number;
  /** The versions of page and browser, which a verdict holds for. */
  readonly made: string;
  /** Told each verdict, of earlier visits too. */
  readonly onVerdict: (verdict: Verdict) => void;
}

/** What a run may use. */
export interface Proven {
  /** Why WebGPU, which the run would have taken, is off. */
  readonly webgpuOff?: string;
}

type Signal = AbortSignal | undefined;

export class SelfCheck {
  readonly #options: SelfCheckOptions;
  /** Undefined before it was looked for. */
  #adapter: AdapterFacts | null | undefined;
  /** By key, of this visit. */
  readonly #known = new Map<string, Verdict>();

  constructor(options: SelfCheckOptions) {
    this.#options = options;
  }

  /**
   * What a run that wishes for this backend may use, checked now where nobody has. Throws `backend-off` where wasm computes
   * wrong, or gives no answer.
   */
  async prove(wish: BackendWish, signal?: AbortSignal): Promise<Proven> {
    const wasm = await this.#verdict("wasm", undefined, signal);
    if (wasm.finding.status !== "agreed") throw wasmOff(wasm);
    if (wish === "wasm") return {};
    let adapter: AdapterFacts | null;
    try {
      adapter = await this.#findAdapter(signal);
    } catch (error) {
      const { code, message } = GapscopeError.from(error);
      if (code === "cancelled") throw error;
      return { webgpuOff: `WebGPU could not be checked: ${message}` };
    }
    // Nor is a software adapter taken unasked.
    if (adapter === null || (adapter.fallback && wish === "auto")) return {};
    const webgpu = await this.#verdict("webgpu", adapter.name, signal);
    return webgpu.finding.status === "agreed" ? {} : { webgpuOff: verdictText(webgpu) };
  }

  /** Checks wasm, and WebGPU where there is an adapter, whatever is known. Throws `cancelled` alone. */
  async again(signal?: AbortSignal): Promise<void> {
    await this.#check("wasm", undefined, signal);
    const adapter = await this.#findAdapter(signal).catch(() => null);
    if (adapter !== null) await this.#check("webgpu", adapter.name, signal);
  }

  /** Tells the verdicts of earlier visits; `adapter` is the name of this browser's. */
  async recall(adapter: string | null): Promise<void> {
    await this.#kept("wasm", undefined);
    if (adapter !== null) await this.#kept("webgpu", adapter);
  }

  async #findAdapter(signal: Signal): Promise<AdapterFacts | null> {
    if (this.#adapter !== undefined) return this.#adapter;
    const client = this.#options.workers.subject();
    try {
      this.#adapter = await client.call("adapter", [], withSignal(signal));
      return this.#adapter;
    } finally {
      client.terminate();
    }
  }

  async #verdict(backend: Backend, adapter: string | undefined, signal: Signal): Promise<Verdict> {
    return (await this.#kept(backend, adapter)) ?? (await this.#check(backend, adapter, signal));
  }

  async #kept(backend: Backend, adapter: string | undefined): Promise<Verdict | undefined> {
    const key = this.#key(backend, adapter);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const [kept] = await this.#options.verdicts.get([key]);
    if (kept === undefined) return undefined;
    this.#known.set(key, kept);
    this.#options.onVerdict(kept);
    return kept;
  }

  async #check(backend: Backend, adapter: string | undefined, signal: Signal): Promise<Verdict> {
    const { workers, threads, verdicts, onVerdict } = this.#options;
    const start = performance.now();
    const finding = await found(backend, workers, threads, signal);
    const milliseconds = performance.now() - start;
    const verdict: Verdict = {
      ...{ backend, at: Date.now(), milliseconds, finding },
      ...(adapter === undefined ? {} : { adapter }),
    };
    const key = this.#key(backend, adapter);
    if (finding.status === "no answer") {
      // Memory may have been short: the next run asks anew.
      this.#known.delete(key);
      await verdicts.remove([key]);
    } else {
      this.#known.set(key, verdict);
      await verdicts.put([[key, verdict]]);
    }
    onVerdict(verdict);
    return verdict;
  }

  #key(backend: Backend, adapter: string | undefined): string {
    const { threads, made } = this.#options;
    return [made, COMPUTED, backend, adapter ?? threads].join("|");
  }
}

/** Runs the check. Throws `cancelled` alone. */
async function found(
  backend: Backend,
  workers: LabWorkers,
  threads: number,
  signal: Signal,
): Promise<Verdict["finding"]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const all = await compare(backend, workers, threads, signal);
      const wrong = all.find(({ deviation, tolerance }) => deviation > tolerance);
      if (wrong !== undefined) return { status: "disagreed", ...wrong };
      const [furthest] = all.toSorted((one, other) => other.deviation - one.deviation);
      if (furthest === undefined) throw new GapscopeError("internal", "the known network has no output");
      return { status: "agreed", ...furthest };
    } catch (error) {
      const trouble = GapscopeError.from(error);
      if (trouble.code === "cancelled") throw trouble;
      if (attempt === ATTEMPTS) return { status: "no answer", reason: trouble.message };
    }
  }
}

/** An output, or a product: how far it is off, and where most. */
interface Compared {
  readonly deviation: number;
  readonly tolerance: number;
  readonly worst: Computed;
}

function compared(
  computed: ArrayLike<number> | undefined,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): Compared {
  const { share: deviation, at } = deviationOf(computed, expected);
  const value = (values: ArrayLike<number> | undefined): number => values?.[at] ?? Number.NaN;
  const worst = { what: `${what}, value ${at + 1}`, computed: value(computed), expected: value(expected) };
  return { deviation, tolerance, worst };
}

async function compare(
  backend: Backend,
  workers: LabWorkers,
  threads: number,
  signal: Signal,
): Promise<readonly Compared[]> {
  const network = networkOn(backend, workers, threads, signal);
  if (backend === "webgpu") return network;
  // Both are waited for, so that nothing of a failed attempt goes on beside the next.
  const both = await Promise.allSettled([network, products(workers, signal)]);
  return both.flatMap((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
}

async function networkOn(backend: Backend, workers: LabWorkers, threads: number, signal: Signal): Promise<Compared[]> {
  const { COUNT, knownNetwork } = await import("../models/self-check.ts");
  const { card, files, images, outputs } = await knownNetwork();
  const { size, layout } = card.input;
  const session = { backend, taps: outputs.map(({ tap }) => tap), size, layout, batch: COUNT, threads };
  const client = workers.subject();
  try {
    await client.call("open", [card, files, session], withSignal(signal));
    const computed = await client.call("infer", [images, COUNT], withSignal(signal));
    return outputs.map(({ tap, values }, t) => compared(computed[t], values, TOLERANCE[backend], `output ${tap}`));
  } finally {
    client.terminate();
  }
}

/** Rows, inner size and columns of the products: enough work to be shared among threads. */
const [ROWS, INNER, COLUMNS] = [48, 64, 48] as const;
/** Integers below these have sums of products that are exact, in whatever order they are summed: below 2⁵³, and 2²⁴. */
const MOST = { double: 2 ** 21, single: 2 ** 8 } as const;

async function products(workers: LabWorkers, signal: Signal): Promise<Compared[]> {
  const [a, b] = [integers(ROWS * INNER, MOST.double), integers(INNER * COLUMNS, MOST.double)];
  const [c, d] = [integers(ROWS * INNER, MOST.single), integers(INNER * COLUMNS, MOST.single)];
  const client = workers.scoring();
  try {
    const double = await client.call(
      "multiplyDouble",
      [Float64Array.from(a), Float64Array.from(b), ROWS, INNER, COLUMNS],
      withSignal(signal),
    );
    const single = await client.call(
      "multiplySingle",
      [Float32Array.from(c), Float32Array.from(d), ROWS, INNER, COLUMNS],
      withSignal(signal),
    );
    return [
      compared(double, multiplied(a, b), 0, "product of matrices in float64"),
      compared(single, multiplied(c, d), 0, "product of matrices in float32"),
    ];
  } finally {
    client.terminate();
  }
}

/** Integers between -most and most. */
function integers(length: number, most: number): number[] {
  return Array.from({ length }, (_, i) => ((i * 7_919_317 + 12_345) % (2 * most - 1)) - (most - 1));
}

function multiplied(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: ROWS * COLUMNS }, (_, at) => {
    const [row, column] = [Math.floor(at / COLUMNS), at % COLUMNS];
    let sum = 0;
    for (let k = 0; k < INNER; k++) sum += (a[row * INNER + k] ?? 0) * (b[k * COLUMNS + column] ?? 0);
    return sum;
  });
}

export const BACKEND_NAMES: Readonly<Record<Backend, string>> = { wasm: "wasm", webgpu: "WebGPU" };

/** What a check found, in a sentence. */
export function verdictText({ backend, adapter, finding }: Verdict): string {
  const who = adapter === undefined ? BACKEND_NAMES[backend] : `${BACKEND_NAMES[backend]} (${adapter})`;
  if (finding.status === "no answer") return `${who} could not be checked: ${finding.reason}`;
  const { deviation, tolerance, worst } = finding;
  if (finding.status === "agreed") return `${who} agreed with known results to ${deviation.toExponential(0)}.`;
  return `${who} computes wrong here: ${worst.what}, is ${precise(worst.computed)} and should be ${precise(worst.expected)}, which is off by ${deviation.toExponential(1)} of the largest value; ${tolerance} is allowed.`;
}

function precise(value: number): string {
  return String(Number(value.toPrecision(7)));
}

/** A backend that is off, as a fault: what was computed, what is right, how to go on. */
export function faultOf({ backend, adapter, finding }: Verdict): Fault {
  const name = BACKEND_NAMES[backend];
  const at = adapter === undefined ? {} : { field: adapter };
  if (finding.status !== "no answer") {
    const { worst, tolerance } = finding;
    return {
      ...{ code: "backend-wrong", ...at },
      message: `The self-check found that ${name} computes wrong here: ${worst.what}.`,
      value: precise(worst.computed),
      expected: `${precise(worst.expected)}${tolerance === 0 ? "" : `, to ${tolerance} of the largest value`}`,
      remedy: `Update ${backend === "wasm" ? "this browser" : "the browser or the GPU’s driver"}, or take another browser, and check again.`,
    };
  }
  return {
    ...{ code: "backend-no-answer", ...at },
    message: `The self-check of ${name} gave no answer: ${finding.reason}`,
    remedy: "Close other tabs to free memory and check again; else reload the page or take another browser.",
  };
}

/** Why nothing can be run. */
function wasmOff(verdict: Verdict): GapscopeError {
  return new GapscopeError("backend-off", verdictText(verdict), { faults: [faultOf(verdict)], stage: "checking wasm" });
}

function withSignal(signal: Signal): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
