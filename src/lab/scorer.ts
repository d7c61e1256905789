/**
 * The scoring worker of a run, replaced when it dies; each benchmark's ceiling is computed once. What is computed is
 * scoring/'s business; intervals have a worker of their own (intervals.ts).
 */
import type { BehavioralAssembly } from "../assembly/assembly.ts";
import type { BehavioralBenchmark, Benchmark, NeuralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { Correlations } from "../metrics/neural-metric.ts";
import type { Features } from "../numerics/products.ts";
import type { Ceiling, Score } from "../scoring/ceiled.ts";
import type { NeuralComparison } from "../scoring/neural.ts";
import type { LabelDecisions } from "../subject/label.ts";
import type { Readout } from "../subject/network.ts";
import type { SimilarityMeasure } from "../subject/odd-one-out.ts";
import type { ProbabilitiesReadout } from "../subject/probabilities.ts";
import type { LayerRecording } from "../subject/subject.ts";
import type { OnStage, RecordingFacts, SharedFolds } from "./neural-api.ts";
import { type CallOptions, handOver, type WorkerClient } from "./rpc.ts";
import { type ScoringApi, scorable } from "./scoring-api.ts";

/** A step of a large readout or regression may take minutes on a slow machine; between steps the worker reports. */
const PATIENCE = 600_000;

export class Scorer implements Readout {
  readonly #spawn: () => WorkerClient<ScoringApi>;
  readonly #signal: AbortSignal;
  readonly #ceilings = new Map<string, Promise<Ceiling>>();
  /** Digests of the neural benchmarks that a worker has. */
  readonly #held = new WeakMap<WorkerClient<ScoringApi>, Set<string>>();
  #client: WorkerClient<ScoringApi> | undefined;
  /** Do some of a metric's folds; started for the first of them. */
  #helpers: WorkerClient<ScoringApi>[] = [];
  readonly #hands: number;

  /** `hands`: how many workers may share a metric's folds. */
  constructor(spawn: () => WorkerClient<ScoringApi>, signal: AbortSignal, hands = 1) {
    this.#spawn = spawn;
    this.#signal = signal;
    this.#hands = hands;
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
      return ask(client, given, { signal: this.#signal, transfer: [given.values.buffer], patience: PATIENCE });
    });
  }

  ceiling(benchmark: Benchmark): Promise<Ceiling> {
    const known = this.#ceilings.get(benchmark.digest);
    if (known !== undefined) return known;
    const computed = benchmark.track === "neural" ? this.#neuralCeiling(benchmark) : this.#behavioralCeiling(benchmark);
    this.#ceilings.set(benchmark.digest, computed);
    computed.catch(() => this.#ceilings.delete(benchmark.digest)); // a failure must not be remembered
    return computed;
  }

  #behavioralCeiling({ metric, ceiling, responses }: BehavioralBenchmark): Promise<Ceiling> {
    return this.#call((client) => client.call("ceiling", [{ metric, ceiling, responses }], { signal: this.#signal }));
  }

  #neuralCeiling(benchmark: NeuralBenchmark): Promise<Ceiling> {
    return this.#call(async (client) => {
      await this.#hold(client, benchmark);
      return client.call("neuralCeiling", [benchmark.digest, () => undefined], {
        signal: this.#signal,
        patience: PATIENCE,
      });
    });
  }

  async score(benchmark: BehavioralBenchmark, answers: BehavioralAssembly): Promise<Score> {
    const ceiling = await this.ceiling(benchmark);
    return this.#call((client) =>
      client.call("score", [scorable(benchmark), answers, ceiling], { signal: this.#signal }),
    );
  }

  /** Scores a recording; the worker reads its rows from here. */
  async scoreRecording(benchmark: NeuralBenchmark, recording: LayerRecording, onStage: OnStage): Promise<Score> {
    const ceiling = await this.ceiling(benchmark);
    const { coords, timeBins, bins, notes, bytes = false } = recording;
    const facts = {
      coords,
      timeBins,
      notes,
      bytes,
      bins: bins.map(({ key, rows, columns }) => ({ key, rows, columns })),
    };
    const read = async (key: string, first: number, count: number) => {
      const values = await bins.find((bin) => bin.key === key)?.read(first, count);
      return values && handOver(values, [values.buffer]);
    };
    const { digest, metric } = benchmark;
    const options: CallOptions = { signal: this.#signal, patience: PATIENCE };
    return this.#call(async (client) => {
      await this.#hold(client, benchmark);
      const folds =
        this.#hands < 2 ? undefined : await client.call("shareFolds", [digest, facts, read, onStage], options);
      if (folds === undefined) return client.call("scoreRecording", [digest, facts, ceiling, read, onStage], options);
      const found = await this.#together(client, folds, facts, (share) => onStage(metric.name, share));
      return client.call("scoreFolds", [digest, found, notes, ceiling], options);
    });
  }

  /** All folds, dealt out to the worker and its helpers; each is the same wherever it is done. */
  async #together(
    client: WorkerClient<ScoringApi>,
    folds: SharedFolds,
    facts: RecordingFacts,
    onShare: (share: number) => void,
  ): Promise<Correlations> {
    const { count } = folds;
    this.#helpers = this.#helpers.filter(({ alive }) => alive);
    while (this.#helpers.length < Math.min(this.#hands, count) - 1) this.#helpers.push(this.#spawn());
    const hands = [client, ...this.#helpers];
    let done = 0;
    const onFold = (): void => {
      done += 1;
      onShare(done / count);
    };
    const dealt = hands.map((_, hand) =>
      Array.from({ length: count }, (__, fold) => fold).filter((fold) => fold % hands.length === hand),
    );
    const parts = await Promise.all(
      hands.map((hand, i) =>
        hand.call("correlateFolds", [folds, facts, dealt[i] ?? [], onFold], {
          signal: this.#signal,
          patience: PATIENCE,
        }),
      ),
    );
    const perFold: (readonly number[])[] = [];
    for (const [i, part] of parts.entries())
      for (const [k, fold] of (dealt[i] ?? []).entries()) perFold[fold] = part.perFold[k] ?? [];
    return { perFold, notes: [...new Set(parts.flatMap(({ notes }) => notes))] };
  }

  /** Recordings cross to a worker once. */
  async #hold(client: WorkerClient<ScoringApi>, benchmark: NeuralBenchmark): Promise<void> {
    const held = this.#held.get(client) ?? new Set();
    this.#held.set(client, held);
    if (held.has(benchmark.digest)) return;
    const { recordings, averageRepetition, metric, ceiling, normalisation, bounds } = benchmark;
    const comparison: NeuralComparison = {
      ...{ recordings, averageRepetition, metric, ceiling },
      ...(normalisation === undefined ? {} : { normalisation }),
      ...(bounds === undefined ? {} : { bounds }),
    };
    await client.call("holdRecordings", [benchmark.digest, comparison], { signal: this.#signal });
    held.add(benchmark.digest);
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
    for (const helper of this.#helpers) helper.terminate();
    this.#client?.terminate();
  }
}
