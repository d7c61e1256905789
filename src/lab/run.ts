/**
 * A run: benchmarks × subjects → results.
 *
 * The plan is one subject after another, so that one network is in memory at a time, and for each subject one
 * benchmark after another. A cell that cannot be scored gets a reason and the run goes on; cancelling settles at once
 * and keeps every stored activation and every result so far. The run knows workers; it does not know the page.
 */
import { type BehavioralAssembly, type ChoiceAssembly, isProbabilities } from "../assembly/assembly.ts";
import type { Benchmark } from "../benchmark/benchmark.ts";
import { GapscopeError, type GapscopeErrorRecord } from "../faults/faults.ts";
import { argmax } from "../numerics/float32.ts";
import type { Features } from "../numerics/products.ts";
import type { Ceiling, Score } from "../scoring/score.ts";
import { respond } from "../scoring/score.ts";
import type { LabelDecisions } from "../subject/label.ts";
import { type NetworkFacts, NetworkSubject, type Readout } from "../subject/network.ts";
import type { SimilarityMeasure } from "../subject/odd-one-out.ts";
import type { ProbabilitiesReadout } from "../subject/probabilities.ts";
import type { RecordedSubject } from "../subject/recorded.ts";
import { presentationsOf } from "../subject/subject.ts";
import type { BackendWish, Choice } from "./backend.ts";
import { type Network, NetworkRunner } from "./network-runner.ts";
import type { CallOptions, WorkerClient } from "./rpc.ts";
import type { ScoringApi } from "./scoring-api.ts";
import { type KeyValueStore, RUNTIME } from "./store.ts";
import type { SubjectApi } from "./subject-api.ts";

export type SubjectSource =
  | {
      readonly kind: "network";
      readonly network: Network;
      /** What every score of this subject must say, e.g. that it stands in for another. */
      readonly notes: readonly string[];
      /** Whether its scores count for the panel's mean. */
      readonly panel: boolean;
      readonly facts?: NetworkFacts;
    }
  | { readonly kind: "recorded"; readonly subject: RecordedSubject };

/**
 * What a subject answered, kept so that a cell can be looked into: a value per presentation. Of probabilities the likeliest
 * choice, with the probabilities as evidence.
 */
export type Answers = Pick<ChoiceAssembly, "values" | "evidence">;

export type CellResult =
  | {
      readonly status: "scored";
      readonly score: Score;
      readonly answers: Answers;
      /** Absent for recorded subjects. */
      readonly backend?: Choice;
    }
  | { readonly status: "not applicable"; readonly reason: string }
  | { readonly status: "failed"; readonly error: GapscopeErrorRecord }
  | { readonly status: "cancelled" };

/** A result as it is stored. */
export interface KeptResult {
  readonly score: Score;
  readonly answers: Answers;
}

/** Where a run stands; `secondsLeft` only once something has been measured. */
export interface Progress {
  readonly benchmark: string;
  readonly subject: string;
  readonly done: number;
  readonly total: number;
  /** What takes long besides presentations, e.g. fitting a readout. */
  readonly stage?: string;
  /** Presentations answered and asked for over the whole run, fitting stimuli included. */
  readonly overall: { readonly done: number; readonly total: number };
  readonly secondsLeft?: number;
}

export interface LabWorkers {
  readonly subject: () => WorkerClient<SubjectApi>;
  readonly scoring: () => WorkerClient<ScoringApi>;
}

export interface LabStores {
  readonly activations: KeyValueStore<Float32Array>;
  readonly results: KeyValueStore<KeptResult>;
  readonly choices: KeyValueStore<Choice>;
}

export interface RunRequest {
  readonly benchmarks: readonly Benchmark[];
  readonly subjects: readonly SubjectSource[];
  readonly wish: BackendWish;
  readonly threads: number;
  readonly fresh: boolean;
  readonly signal: AbortSignal;
  /** The 1,000 WordNet ids in ILSVRC order. */
  readonly synsets: readonly string[];
}

export interface RunEvents {
  readonly onCell: (benchmark: Benchmark, subject: SubjectSource, result: CellResult) => void;
  readonly onCeiling: (benchmark: Benchmark, ceiling: Ceiling) => void;
  readonly onProgress: (benchmark: Benchmark, subject: SubjectSource, progress: Progress) => void;
}

export function subjectIdentifier(source: SubjectSource): string {
  return source.kind === "network" ? source.network.card.identifier : source.subject.identifier;
}

export function subjectDigest(source: SubjectSource): string {
  return source.kind === "network" ? source.network.digest : source.subject.digest;
}

/** What a run did: how many presentations were answered by networks, and for how many one had to be run. */
export interface RunSummary {
  readonly inferred: number;
  readonly seconds: number;
}

/** Runs everything. Resolves when each cell has its result; never rejects for a cell's sake. */
export async function run(
  request: RunRequest,
  workers: LabWorkers,
  stores: LabStores,
  events: RunEvents,
): Promise<RunSummary> {
  const started = performance.now();
  const scorer = new Scorer(workers.scoring, request.signal);
  const clock = new Clock(request, events.onProgress);
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
        source.kind === "network" ? networkRunner(source.network, request, workers, stores, clock) : undefined;
      try {
        for (const benchmark of request.benchmarks) {
          const result = await cell(benchmark, source, runner, request, scorer, stores, clock);
          events.onCell(benchmark, source, result);
        }
      } finally {
        runner?.close(); // the only way to give a network's memory back
      }
    }
    return { inferred: clock.inferred, seconds: (performance.now() - started) / 1000 };
  } finally {
    scorer.close();
  }
}

async function cell(
  benchmark: Benchmark,
  source: SubjectSource,
  runner: NetworkRunner | undefined,
  request: RunRequest,
  scorer: Scorer,
  stores: LabStores,
  clock: Clock,
): Promise<CellResult> {
  const { signal } = request;
  if (signal.aborted) return { status: "cancelled" };
  clock.begin(benchmark, source);
  try {
    const subject =
      source.kind === "network" && runner !== undefined
        ? new NetworkSubject(source.network.card, source.network.digest, runner, request.synsets, scorer, source.facts)
        : source.kind === "recorded"
          ? source.subject
          : undefined;
    if (subject === undefined) throw new GapscopeError("internal", "a network without a runner");
    const answers = await respond(benchmark, subject, {
      signal,
      onProgress: (done, _, stage) => clock.advance(done, stage),
    });
    const backend = runner?.choice;
    const key = [SCORES, benchmark.digest, subject.digest, backend?.backend ?? "recorded", RUNTIME].join("|");
    const [kept] = request.fresh ? [] : await stores.results.get([key]);
    const scored = kept ?? { score: await scorer.score(benchmark, answers), answers: answersOf(answers) };
    if (kept === undefined) await stores.results.put([[key, scored]]);
    if (backend === undefined) return { status: "scored", ...scored };
    // Why this backend is a fact of this run, not of the result that is kept.
    const { score } = scored;
    const notes = [
      ...score.notes,
      ...(source.kind === "network" ? source.notes : []),
      ...(backend.fellBack ? [`run on wasm: ${backend.reason}`] : []),
    ];
    return { status: "scored", ...scored, score: { ...score, notes }, backend };
  } catch (error) {
    const trouble = GapscopeError.from(error);
    if (trouble.code === "cancelled") return { status: "cancelled" };
    if (trouble.code === "not-applicable") return { status: "not applicable", reason: trouble.message };
    return { status: "failed", error: trouble.toRecord() };
  } finally {
    clock.end();
  }
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

/** Raise when a metric, a ceiling or a normalisation changes its numbers. */
const SCORES = "scores-1";

function networkRunner(
  network: Network,
  request: RunRequest,
  workers: LabWorkers,
  stores: LabStores,
  clock: Clock,
): NetworkRunner {
  return new NetworkRunner(network, {
    wish: request.wish,
    threads: request.threads,
    activations: stores.activations,
    choices: stores.choices,
    fresh: request.fresh,
    spawn: workers.subject,
    onBatch: (images, seconds) => clock.measured(images, seconds),
  });
}

/** A step of a large readout may take minutes on a slow machine; between steps the worker reports. */
const READOUT_PATIENCE = 600_000;

/** The scoring worker of a run, replaced when it dies; each benchmark's ceiling is computed once. */
class Scorer implements Readout {
  readonly #spawn: () => WorkerClient<ScoringApi>;
  readonly #signal: AbortSignal;
  readonly #ceilings = new Map<string, Promise<Ceiling>>();
  #client: WorkerClient<ScoringApi> | undefined;

  constructor(spawn: () => WorkerClient<ScoringApi>, signal: AbortSignal) {
    this.#spawn = spawn;
    this.#signal = signal;
  }

  readonly label = (...args: Parameters<ScoringApi["decideLabels"]>): Promise<LabelDecisions> =>
    this.#call((client) => client.call("decideLabels", args, { signal: this.#signal }));

  readonly fit = (
    features: () => Promise<Features>,
    labels: readonly string[],
    onShare: (share: number) => void,
  ): Promise<ProbabilitiesReadout> =>
    this.#handingOver(features, (client, given, options) =>
      client.call("fitProbabilities", [given, labels, onShare], options),
    );

  readonly probabilities = (readout: ProbabilitiesReadout, features: () => Promise<Features>): Promise<Float64Array> =>
    this.#handingOver(features, (client, given, options) =>
      client.call("readProbabilities", [given, readout], options),
    );

  readonly oddOnes = (
    features: () => Promise<Features>,
    triplets: Uint32Array,
    measure: SimilarityMeasure,
    onShare: (share: number) => void,
  ): Promise<Uint8Array> =>
    this.#handingOver(features, (client, given, options) =>
      client.call("chooseOddOnes", [given, triplets, measure, onShare], options),
    );

  /** Gives the features away to the worker; a second worker gets them anew. */
  #handingOver<Result>(
    features: () => Promise<Features>,
    ask: (client: WorkerClient<ScoringApi>, given: Features, options: CallOptions) => Promise<Result>,
  ): Promise<Result> {
    return this.#call(async (client) => {
      const given = await features();
      return ask(client, given, { signal: this.#signal, transfer: [given.values.buffer], patience: READOUT_PATIENCE });
    });
  }

  ceiling(benchmark: Benchmark): Promise<Ceiling> {
    const known = this.#ceilings.get(benchmark.digest);
    if (known !== undefined) return known;
    const { metric, ceiling, responses } = benchmark;
    const computed = this.#call((client) =>
      client.call("ceiling", [{ metric, ceiling, responses }], { signal: this.#signal }),
    );
    this.#ceilings.set(benchmark.digest, computed);
    computed.catch(() => this.#ceilings.delete(benchmark.digest)); // a failure must not be remembered
    return computed;
  }

  async score(benchmark: Benchmark, answers: BehavioralAssembly): Promise<Score> {
    const ceiling = await this.ceiling(benchmark);
    const { metric, responses, normalisation, bounds, task } = benchmark;
    const lean = {
      // Of a task only its chance level matters, which probabilities bring along: no triplets or pictures need to cross.
      ...(task.name === "label" ? { task } : {}),
      ...(task.name === "odd_one_out" ? { task: { name: task.name, triplets: { length: 0, columns: {} } } } : {}),
      metric,
      responses,
      ceiling: benchmark.ceiling,
      ...(normalisation === undefined ? {} : { normalisation }),
      ...(bounds === undefined ? {} : { bounds }),
    };
    return this.#call((client) => client.call("score", [lean, answers, ceiling], { signal: this.#signal }));
  }

  async #call<Result>(ask: (client: WorkerClient<ScoringApi>) => Promise<Result>): Promise<Result> {
    const attempt = (): Promise<Result> => {
      if (this.#client?.alive !== true) this.#client = this.#spawn();
      return ask(this.#client);
    };
    try {
      return await attempt();
    } catch (error) {
      if (GapscopeError.from(error).code !== "worker-died") throw error;
      return await attempt();
    }
  }

  close(): void {
    this.#client?.terminate();
  }
}

/** Counts presentations and estimates what is left from the images per second of the batches so far. */
class Clock {
  readonly #emit: RunEvents["onProgress"];
  readonly #total: number;
  #before = 0;
  /** Pictures that networks were run on. */
  inferred = 0;
  #current: { readonly benchmark: Benchmark; readonly source: SubjectSource; readonly done: number } | undefined;
  #images = 0;
  #seconds = 0;

  constructor(request: Pick<RunRequest, "benchmarks" | "subjects">, emit: RunEvents["onProgress"]) {
    this.#emit = emit;
    this.#total =
      request.subjects.length *
      request.benchmarks.reduce((sum, { task, stimulusSet }) => sum + presentationsOf(task, stimulusSet), 0);
  }

  begin(benchmark: Benchmark, source: SubjectSource): void {
    this.#current = { benchmark, source, done: 0 };
    this.#report();
  }

  advance(done: number, stage?: string): void {
    if (this.#current !== undefined) this.#current = { ...this.#current, done };
    this.#report(stage);
  }

  measured(images: number, seconds: number): void {
    this.inferred += images;
    // Recent batches count more: the first ones load and compile.
    this.#images = this.#images * 0.8 + images;
    this.#seconds = this.#seconds * 0.8 + seconds;
  }

  end(): void {
    if (this.#current !== undefined) {
      const { task, stimulusSet } = this.#current.benchmark;
      this.#before += presentationsOf(task, stimulusSet);
    }
    this.#current = undefined;
  }

  #report(stage?: string): void {
    if (this.#current === undefined) return;
    const { benchmark, source, done } = this.#current;
    const overall = { done: this.#before + done, total: this.#total };
    const left = this.#images === 0 ? undefined : ((overall.total - overall.done) * this.#seconds) / this.#images;
    this.#emit(benchmark, source, {
      benchmark: benchmark.identifier,
      subject: subjectIdentifier(source),
      done,
      total: presentationsOf(benchmark.task, benchmark.stimulusSet),
      ...(stage === undefined ? {} : { stage }),
      overall,
      ...(left === undefined ? {} : { secondsLeft: left }),
    });
  }
}
