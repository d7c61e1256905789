/**
 * What a run finds there and what it has yet to do: which pictures are stored, how large layers are, how fast networks were.
 *
 * It feeds preflight.ts, which decides. Layers and speeds are known from earlier runs (`Measures`), layers also from the first
 * picture, which `measureFirst` runs where it matters. Nothing here changes a score.
 */
import type { Benchmark } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { Backend } from "../models/session.ts";
import { type Look, looksOf, type PlacedStimulus } from "../subject/network.ts";
import { RecordedActivations } from "../subject/recorded-activations.ts";
import type { BackendWish } from "./backend.ts";
import type { Network } from "./network.ts";
import { type BatchFacts, NetworkRunner } from "./network-runner.ts";
import { type Need, needOf, type Work } from "./preflight.ts";
import type { LabStores, LabWorkers } from "./run.ts";
import { type SubjectSource, subjectIdentifier } from "./source.ts";
import { activationKey, type KeyValueStore } from "./store.ts";

/** What earlier runs measured of a network. */
export interface Measures {
  /** By layer. */
  readonly features: Readonly<Record<string, number>>;
  /** By the backend that was wished for. */
  readonly secondsPerPicture: Partial<Readonly<Record<BackendWish, number>>>;
}

export interface SurveyStores {
  readonly activations: KeyValueStore<Float32Array>;
  /** By the network's activations digest. */
  readonly measures: KeyValueStore<Measures>;
}

export interface SurveyRequest {
  readonly benchmarks: readonly Benchmark[];
  readonly subjects: readonly SubjectSource[];
  readonly wish: BackendWish;
  /** Why WebGPU may not be taken. */
  readonly webgpuOff?: string | undefined;
  /** Ignore what is stored. */
  readonly fresh: boolean;
  readonly signal: AbortSignal;
}

type NetworkSource = Extract<SubjectSource, { readonly kind: "network" }>;

/** Keys that are looked up at a time. */
const LOOK_UPS = 1000;

/** What each subject needs, in their order. Throws `cancelled`. */
export async function survey(request: SurveyRequest, stores: SurveyStores): Promise<Need[]> {
  const needs: Need[] = [];
  for (const source of request.subjects) {
    needs.push(
      source.kind === "network"
        ? await networkNeed(source, request, stores)
        : needOf(subjectIdentifier(source), recordedWorks(source.subject, request.benchmarks), undefined),
    );
  }
  return needs;
}

function recordedWorks(
  subject: Extract<SubjectSource, { readonly kind: "recorded" }>["subject"],
  benchmarks: readonly Benchmark[],
): Work[] {
  if (!(subject instanceof RecordedActivations)) return [];
  return benchmarks.flatMap((benchmark): Work[] => {
    const stimuli = benchmark.stimulusSet.stimuli.length;
    if (benchmark.track !== "neural" || stimuli !== subject.rows) return [];
    const { columns, featureBytes } = subject;
    return [
      {
        ...{ benchmark: benchmark.identifier, use: "recording", stimuli, missing: 0, featureBytes },
        features: [columns],
        recorded: recordedValues(benchmark),
      },
    ];
  });
}

async function networkNeed(
  { network, facts }: NetworkSource,
  { benchmarks, wish, fresh, signal }: SurveyRequest,
  stores: SurveyStores,
): Promise<Need> {
  const [measures] = await stores.measures.get([network.activationsDigest]);
  const features = new Map(Object.entries(measures?.features ?? {}));
  const { logits } = network.card;
  if (logits !== undefined && typeof logits.labels !== "string") features.set(logits.output, logits.labels.length);
  const works: Work[] = [];
  /** Looks that benchmarks share are looked once. */
  const seen = new Set<string>();
  for (const benchmark of benchmarks) {
    for (const look of looksOrNone(benchmark, network, facts)) {
      const missing = await missingOf(look, network, fresh ? [] : backendsOf(wish), stores, signal);
      const fromNowOn = missing.filter((key) => !seen.has(key));
      for (const key of fromNowOn) seen.add(key);
      works.push({
        benchmark: benchmark.identifier,
        use: look.use,
        stimuli: look.placed.length,
        missing: fromNowOn.length,
        features: look.taps.map((tap) => features.get(tap)),
        featureBytes: 4,
        recorded: recordedValues(benchmark),
      });
    }
  }
  return needOf(network.card.identifier, works, measures?.secondsPerPicture[wish]);
}

function looksOrNone(benchmark: Benchmark, { card }: Network, facts: NetworkSource["facts"]): Look[] {
  try {
    return looksOf(benchmark, card, facts);
  } catch (error) {
    if (GapscopeError.from(error).code === "not-applicable") return [];
    throw error;
  }
}

function recordedValues(benchmark: Benchmark): number {
  return benchmark.track === "neural" && "values" in benchmark.recordings ? benchmark.recordings.values.length : 0;
}

/** Those that activations may lie under: which one it will be is measured in the run. */
function backendsOf(wish: BackendWish): Backend[] {
  return wish === "wasm" ? ["wasm"] : ["webgpu", "wasm"];
}

/** The pictures (named by bytes, screen and layers) that are not stored, of the backend that most of them are stored of. */
async function missingOf(
  { placed, taps }: Look,
  network: Network,
  backends: readonly Backend[],
  { activations }: SurveyStores,
  signal: AbortSignal,
): Promise<string[]> {
  const keysOf = (one: PlacedStimulus, backend: Backend): string[] =>
    taps.map((tap) => activationKey(one, network.activationsDigest, tap, backend));
  const pictures = [...new Map(placed.map((one) => [keysOf(one, "wasm").join("\n"), one]))];
  const together = Math.max(1, Math.floor(LOOK_UPS / taps.length));
  let fewest = pictures.map(([name]) => name);
  for (const backend of backends) {
    const missing: string[] = [];
    for (let first = 0; first < pictures.length; first += together) {
      if (signal.aborted) throw GapscopeError.cancelled();
      const some = pictures.slice(first, first + together);
      const found = await activations.has(some.flatMap(([, one]) => keysOf(one, backend)));
      const whole = (p: number): boolean => taps.every((_, t) => found[p * taps.length + t] === true);
      missing.push(...some.flatMap(([name], p) => (whole(p) ? [] : [name])));
    }
    if (missing.length < fewest.length) fewest = missing;
  }
  return fewest;
}

/** What a batch adds to what was measured of its network. Later batches count more: the first ones load and compile. */
export function measuresWith(before: Measures, wish: BackendWish, batch: BatchFacts): Measures {
  const own = batch.seconds / Math.max(1, batch.images);
  const known = before.secondsPerPicture[wish];
  return {
    features: { ...before.features, ...batch.features },
    secondsPerPicture: {
      ...before.secondsPerPicture,
      [wish]: known === undefined ? own : 0.8 * known + 0.2 * own,
    },
  };
}

/**
 * Runs a network on one picture: the features of every layer that these benchmarks read. What it gives is stored like any
 * activation. Throws `cancelled`, and why the network gives none.
 */
export async function measureFirst(
  { network, facts }: NetworkSource,
  { benchmarks, wish, webgpuOff, signal }: SurveyRequest,
  workers: Pick<LabWorkers, "subject">,
  { activations, choices }: Pick<LabStores, "activations" | "choices">,
  threads: number,
): Promise<Readonly<Record<string, number>>> {
  const looks = benchmarks.flatMap((benchmark) => looksOrNone(benchmark, network, facts));
  const [first] = looks.flatMap(({ placed }) => placed);
  if (first === undefined) return {};
  const taps = [...new Set(looks.flatMap((look) => look.taps))];
  const runner = new NetworkRunner(network, {
    ...{ wish, webgpuOff, threads, activations, choices },
    spawn: workers.subject,
  });
  try {
    const rows = await runner.stream([first], taps, { signal });
    return Object.fromEntries(rows.map(({ columns }, t) => [taps[t] ?? "", columns]));
  } finally {
    runner.close();
  }
}
