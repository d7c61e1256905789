/**
 * A run: benchmarks × subjects → results.
 *
 * The plan is one subject after another, so that one network is in memory at a time, and for each subject one
 * benchmark after another. A cell that cannot be scored gets a reason and the run goes on; cancelling settles at once
 * and keeps every stored activation and every result so far. Intervals of scores are computed beside, in a worker of their
 * own, and follow their scores. The run knows workers; it does not know the page.
 */
import { type BehavioralAssembly, type ChoiceAssembly, isProbabilities } from "../assembly/assembly.ts";
import type { Benchmark, NeuralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError, type GapscopeErrorRecord } from "../faults/faults.ts";
import type { InnerProducts } from "../numerics/activations.ts";
import { argmax } from "../numerics/float32.ts";
import type { Interval, NoInterval } from "../scoring/bootstrap.ts";
import type { Ceiling, Score } from "../scoring/ceiled.ts";
import { type Reality, realityOf, type View } from "../scoring/reality.ts";
import { record, respond } from "../scoring/score.ts";
import { NetworkSubject } from "../subject/network.ts";
import type { Subject } from "../subject/subject.ts";
import type { BackendWish, Choice } from "./backend.ts";
import { Clock, type Progress } from "./clock.ts";
import type { Gate } from "./gate.ts";
import { Intervals } from "./intervals.ts";
import type { Network } from "./network.ts";
import { type BatchFacts, NetworkRunner } from "./network-runner.ts";
import type { WorkerClient } from "./rpc.ts";
import { Scorer } from "./scorer.ts";
import type { ScoringApi } from "./scoring-api.ts";
import type { SubjectSource } from "./source.ts";
import { COMPUTED, type KeyValueStore, unstored } from "./store.ts";
import type { SubjectApi } from "./subject-api.ts";

/**
 * What a subject answered, kept so that a cell can be looked into: a value per presentation. Of probabilities the likeliest
 * choice, with the probabilities as evidence.
 */
export type Answers = Pick<ChoiceAssembly, "values" | "evidence">;

export type CellResult =
  | {
      readonly status: "scored";
      readonly score: Score;
      /** Of a task. */
      readonly answers?: Answers;
      /** Of a recording: the layer of each time bin. */
      readonly layers?: readonly string[];
      /** Of a recording: how many features each of these gave. */
      readonly features?: readonly number[];
      /** Of a task: what keeps the score from being misread. */
      readonly reality?: Reality;
      /** Of a task: follows the score (RunEvents.onInterval); absent until then, and where the run was cancelled before. */
      readonly interval?: Interval | NoInterval;
      /** Absent for recorded subjects. */
      readonly backend?: Choice;
    }
  | { readonly status: "not applicable"; readonly reason: string }
  | { readonly status: "failed"; readonly error: GapscopeErrorRecord }
  | { readonly status: "cancelled" };

/** A result as it is stored. */
export interface KeptResult {
  readonly score: Score;
  readonly answers?: Answers;
  readonly interval?: Interval | NoInterval;
}

export interface LabWorkers {
  readonly subject: () => WorkerClient<SubjectApi>;
  readonly scoring: () => WorkerClient<ScoringApi>;
}

export interface LabStores {
  readonly activations: KeyValueStore<Float32Array>;
  readonly results: KeyValueStore<KeptResult>;
  readonly choices: KeyValueStore<Choice>;
  /** By what scorer.ts calls them; whoever has none computes them each time. */
  readonly inner?: KeyValueStore<InnerProducts>;
}

export interface RunRequest {
  readonly benchmarks: readonly Benchmark[];
  readonly subjects: readonly SubjectSource[];
  readonly wish: BackendWish;
  /** Why WebGPU may not be taken. */
  readonly webgpuOff?: string | undefined;
  readonly threads: number;
  /** Whether activations are kept for next time; false: in memory, a network's until the next one's turn. */
  readonly storing?: boolean;
  readonly signal: AbortSignal;
  /** Closed, the run stands still once the steps in progress are done; it is cancelled as before. */
  readonly gate?: Gate;
  /** The 1,000 WordNet ids in ILSVRC order. */
  readonly synsets: readonly string[];
}

export interface RunEvents {
  readonly onCell: (benchmark: Benchmark, subject: SubjectSource, result: CellResult) => void;
  /** The interval of a cell that was scored before. */
  readonly onInterval: (benchmark: Benchmark, subject: SubjectSource, interval: Interval | NoInterval) => void;
  readonly onCeiling: (benchmark: Benchmark, ceiling: Ceiling) => void;
  /** Also of intervals, once every cell is settled. */
  readonly onProgress: (benchmark: Benchmark, subject: SubjectSource, progress: Progress) => void;
  /** A batch of pictures that a network was run on. */
  readonly onBatch?: (network: Network, batch: BatchFacts) => void;
}

/** What a run did: how many presentations were answered by networks, and for how many one had to be run. */
export interface RunSummary {
  readonly inferred: number;
  readonly seconds: number;
}

/** Runs everything. Resolves when each cell has its result and interval; never rejects for a cell's sake. */
export async function run(
  request: RunRequest,
  workers: LabWorkers,
  stores: LabStores,
  events: RunEvents,
): Promise<RunSummary> {
  const started = performance.now();
  const inner = request.storing === false ? undefined : stores.inner;
  const scorer = new Scorer(workers.scoring, request.signal, request.threads, request.gate, inner);
  const intervals = new Intervals(workers.scoring, request.signal, request.gate);
  const clock = new Clock(request.benchmarks, request.subjects, events.onProgress);
  const following: Promise<void>[] = [];
  let settled = false;
  try {
    for (const benchmark of request.benchmarks) {
      // A ceiling that is undefined is each cell's failure, with the reason; it is found again there.
      await scorer.ceiling(benchmark).then(
        (ceiling) => events.onCeiling(benchmark, ceiling),
        () => undefined,
      );
    }
    for (const source of request.subjects) {
      const runner =
        source.kind === "network" ? networkRunner(source.network, request, workers, stores, clock, events) : undefined;
      try {
        for (const benchmark of request.benchmarks) {
          const { result, interval } = await cell(benchmark, source, runner, request, scorer, stores, clock);
          events.onCell(benchmark, source, result);
          if (interval === undefined) continue;
          const onShare = (share: number) => settled && clock.follow(benchmark, source, share);
          const told = interval(intervals, onShare).then((found) => {
            if (found !== undefined) events.onInterval(benchmark, source, found);
          });
          following.push(told);
        }
      } finally {
        runner?.close(); // the only way to give a network's memory back
      }
    }
    settled = true;
    await Promise.all(following);
    return { inferred: clock.inferred, seconds: (performance.now() - started) / 1000 };
  } finally {
    scorer.close();
    intervals.close();
  }
}

/** Computes and keeps an interval. Resolves with undefined where the run is cancelled; never rejects. */
type Following = (intervals: Intervals, onShare: (share: number) => void) => Promise<Interval | NoInterval | undefined>;

interface CellOutcome {
  readonly result: CellResult;
  /** Absent where the result has its interval, or can have none. */
  readonly interval?: Following;
}

async function cell(
  benchmark: Benchmark,
  source: SubjectSource,
  runner: NetworkRunner | undefined,
  request: RunRequest,
  scorer: Scorer,
  stores: LabStores,
  clock: Clock,
): Promise<CellOutcome> {
  const { signal } = request;
  if (signal.aborted) return { result: { status: "cancelled" } };
  clock.begin(benchmark, source);
  try {
    const subject =
      source.kind === "network" && runner !== undefined
        ? new NetworkSubject(source.network.card, source.network.digest, runner, request.synsets, scorer, source.facts)
        : source.kind === "recorded"
          ? source.subject
          : undefined;
    if (subject === undefined) throw new GapscopeError("internal", "a network without a runner");
    const keyOn = (backend: Choice | undefined): string =>
      [SCORES, benchmark.digest, subject.digest, backend?.backend ?? "recorded", COMPUTED].join("|");
    if (benchmark.track === "neural") {
      return { result: await recordingCell(benchmark, subject, source, runner, keyOn, request, scorer, stores, clock) };
    }
    const answers = await respond(benchmark, subject, {
      signal,
      onProgress: (done, _, stage) => clock.advance(done, stage),
    });
    const backend = runner?.choice;
    const key = keyOn(backend);
    const [kept] = await stores.results.get([key]);
    const own = answersOf(answers);
    const scored: KeptResult = kept ?? { score: await scorer.score(benchmark, answers), answers: own };
    if (kept === undefined) await stores.results.put([[key, scored]]);
    const { ceiling } = scored.score;
    const reality = realityOf(benchmark, own.values, ceiling, viewOf(source));
    const interval: Following = (intervals, onShare) =>
      intervals.of(benchmark, answers, ceiling, onShare).then(
        async (found) => {
          await stores.results.put([[key, { ...scored, interval: found }]]);
          return found;
        },
        (error: unknown) => {
          const trouble = GapscopeError.from(error);
          return trouble.code === "cancelled" ? undefined : { reason: trouble.message };
        },
      );
    const rest = scored.interval === undefined ? { interval } : {};
    if (backend === undefined) return { result: { status: "scored", ...scored, reality }, ...rest };
    return {
      result: { status: "scored", ...scored, score: ofThisRun(scored.score, source, backend), reality, backend },
      ...rest,
    };
  } catch (error) {
    const trouble = GapscopeError.from(error);
    if (trouble.code === "cancelled") return { result: { status: "cancelled" } };
    if (trouble.code === "not-applicable") return { result: { status: "not applicable", reason: trouble.message } };
    return { result: { status: "failed", error: trouble.toRecord() } };
  } finally {
    clock.end();
  }
}

/** As `cell`, of a subject that is recorded from. Throws why there is no score. */
async function recordingCell(
  benchmark: NeuralBenchmark,
  subject: Subject,
  source: SubjectSource,
  runner: NetworkRunner | undefined,
  keyOn: (backend: Choice | undefined) => string,
  { signal }: RunRequest,
  scorer: Scorer,
  stores: LabStores,
  clock: Clock,
): Promise<CellResult> {
  const recording = await record(benchmark, subject, { signal, onProgress: (done) => clock.advance(done) });
  const all = benchmark.stimulusSet.stimuli.length;
  const onStage = (stage: string, share: number): void => clock.advance(all, `${stage}, ${Math.floor(100 * share)} %`);
  const backend = runner?.choice;
  const key = keyOn(backend);
  const [kept] = await stores.results.get([key]);
  const scored: KeptResult = kept ?? { score: await scorer.scoreRecording(benchmark, recording, onStage) };
  if (kept === undefined) await stores.results.put([[key, scored]]);
  const recorded = { layers: recording.layers, features: recording.bins.map(({ columns }) => columns) };
  if (backend === undefined) return { status: "scored", score: scored.score, ...recorded };
  return { status: "scored", score: ofThisRun(scored.score, source, backend), ...recorded, backend };
}

/** With what is a fact of this run, not of the result that is kept: why this backend, whose weights. */
function ofThisRun(score: Score, source: SubjectSource, backend: Choice): Score {
  const notes = [
    ...score.notes,
    ...(source.kind === "network" ? source.notes : []),
    ...(backend.fellBack ? [`run on wasm: ${backend.reason}`] : []),
  ];
  return { ...score, notes };
}

/** What a network sees with; nothing is known of whoever made a recording. */
function viewOf(source: SubjectSource): View | undefined {
  if (source.kind !== "network") return undefined;
  const { visual_degrees, input } = source.network.card;
  return { visualDegrees: visual_degrees, input: input.size };
}

function answersOf(assembly: BehavioralAssembly): Answers {
  if (!isProbabilities(assembly)) {
    const { values, evidence } = assembly;
    return { values, ...(evidence === undefined ? {} : { evidence }) };
  }
  const { choices, values } = assembly;
  const k = choices.length;
  const presentations = values.length / k;
  const likeliest = (i: number): string | null => choices[argmax(values.subarray(i * k, (i + 1) * k))] ?? null;
  return {
    values: Array.from({ length: presentations }, (_, i) => likeliest(i)),
    evidence: { choices, probabilities: Float32Array.from(values) },
  };
}

/** Raise when a metric, a ceiling, a normalisation or an interval changes its numbers, or a kept result its shape. */
export const SCORES = "scores-2";

function networkRunner(
  network: Network,
  request: RunRequest,
  workers: LabWorkers,
  stores: LabStores,
  clock: Clock,
  { onBatch }: Pick<RunEvents, "onBatch">,
): NetworkRunner {
  return new NetworkRunner(network, {
    wish: request.wish,
    webgpuOff: request.webgpuOff,
    threads: request.threads,
    activations: request.storing === false ? unstored(stores.activations) : stores.activations,
    choices: stores.choices,
    spawn: workers.subject,
    gate: request.gate,
    onBatch: (batch) => {
      clock.measured(batch.images, batch.seconds);
      onBatch?.(network, batch);
    },
  });
}
