/**
 * The scoring worker of a run, replaced when it dies; each benchmark's ceiling is computed once. What is computed is
 * scoring/'s business; intervals have a worker of their own (intervals.ts).
 */
import type { BehavioralAssembly } from "../assembly/assembly.ts";
import type { BehavioralBenchmark, Benchmark, NeuralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { ByRow } from "../metrics/metric.ts";
import type { RdmChoice } from "../metrics/neural/compared-rdms.ts";
import type { Correlations } from "../metrics/neural-metric.ts";
import type { InnerProducts } from "../numerics/activations.ts";
import type { Features } from "../numerics/products.ts";
import type { Ceiling, Score } from "../scoring/ceiled.ts";
import type { NeuralComparison } from "../scoring/neural.ts";
import type { LabelDecisions } from "../subject/label.ts";
import type { Readout } from "../subject/network.ts";
import type { SimilarityMeasure } from "../subject/odd-one-out.ts";
import type { ProbabilitiesReadout } from "../subject/probabilities.ts";
import type { LayerRecording } from "../subject/subject.ts";
import type { Gate } from "./gate.ts";
import type { BinFacts, OnStage, ReadRows, RecordingFacts, SharedFolds } from "./neural-api.ts";
import { type CallOptions, handOver, type WorkerClient } from "./rpc.ts";
import { scorable } from "./scorable.ts";
import type { ScoringApi } from "./scoring-api.ts";
import type { KeyValueStore } from "./store.ts";

/** A step of a large readout or regression may take minutes on a slow machine; between steps the worker reports. */
const PATIENCE = 600_000;

/** Inner products of more stimuli are not kept: 8 MB. */
const MOST_KEPT = 1024;

/** Raise when inner products change their numbers. Activations of another kind have another key. */
const innerKey = ({ key }: BinFacts): string => `inner-1|${key}`;

export class Scorer implements Readout {
  readonly #spawn: () => WorkerClient<ScoringApi>;
  readonly #signal: AbortSignal;
  readonly #ceilings = new Map<string, Promise<Ceiling>>();
  /** Digests of the neural benchmarks that a worker has. */
  readonly #held = new WeakMap<WorkerClient<ScoringApi>, Set<string>>();
  /** Keys of the activations whose inner products a worker was told, or has computed. */
  readonly #told = new WeakMap<WorkerClient<ScoringApi>, Set<string>>();
  #client: WorkerClient<ScoringApi> | undefined;
  /** Do some of a metric's folds; started for the first of them. */
  #helpers: WorkerClient<ScoringApi>[] = [];
  readonly #hands: number;
  readonly #gate: Gate | undefined;
  readonly #inner: KeyValueStore<InnerProducts> | undefined;

  /**
   * `hands`: how many workers may share a metric's folds. Nothing is asked of a worker while `gate` is closed. `inner`
   * keeps inner products for whoever scores or looks into the same activations later.
   */
  constructor(
    spawn: () => WorkerClient<ScoringApi>,
    signal: AbortSignal,
    hands = 1,
    gate?: Gate,
    inner?: KeyValueStore<InnerProducts>,
  ) {
    this.#spawn = spawn;
    this.#signal = signal;
    this.#hands = hands;
    this.#gate = gate;
    this.#inner = inner;
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
    const { digest, metric } = benchmark;
    return this.#reading(benchmark, recording, async (client, facts, read, options) => {
      const folds =
        this.#hands < 2 ? undefined : await client.call("shareFolds", [digest, facts, read, onStage], options);
      if (folds === undefined) return client.call("scoreRecording", [digest, facts, ceiling, read, onStage], options);
      const found = await this.#together(client, folds, facts, (share) => onStage(metric.name, share));
      return client.call("scoreFolds", [digest, found, facts.notes, ceiling], options);
    });
  }

  /** What the metric predicts of the site at place `site` of the recordings, fold by fold. */
  predictSite(benchmark: NeuralBenchmark, recording: LayerRecording, site: number, onStage: OnStage) {
    return this.#reading(benchmark, recording, (client, facts, read, options) =>
      client.call("predictSite", [benchmark.digest, facts, site, read, onStage], options),
    );
  }

  dissimilarities(benchmark: NeuralBenchmark, recording: LayerRecording, which: RdmChoice, onStage: OnStage) {
    return this.#reading(benchmark, recording, (client, facts, read, options) =>
      client.call("dissimilarities", [benchmark.digest, facts, which, read, onStage], options),
    );
  }

  /** The ceiling of each site, of a ceiling that has such. */
  siteCeilings(benchmark: NeuralBenchmark): Promise<readonly ByRow[]> {
    return this.#call(async (client) => {
      await this.#hold(client, benchmark);
      return client.call("siteCeilings", [benchmark.digest], { signal: this.#signal, patience: PATIENCE });
    });
  }

  /** Asks the worker something of a recording; it reads the rows from here. */
  #reading<Result>(
    benchmark: NeuralBenchmark,
    { coords, timeBins, bins, notes, bytes = false }: LayerRecording,
    ask: (
      client: WorkerClient<ScoringApi>,
      facts: RecordingFacts,
      read: ReadRows,
      options: CallOptions,
    ) => Promise<Result>,
  ): Promise<Result> {
    const facts = {
      coords,
      timeBins,
      notes,
      bytes,
      bins: bins.map(({ key, rows, columns }) => ({ key, rows, columns })),
    };
    const read: ReadRows = async (key, first, count) => {
      const values = await bins.find((bin) => bin.key === key)?.read(first, count);
      return values && handOver(values, [values.buffer]);
    };
    return this.#call(async (client) => {
      await this.#hold(client, benchmark);
      await this.#remind(client, facts.bins);
      const answer = await ask(client, facts, read, { signal: this.#signal, patience: PATIENCE });
      await this.#remember(client, facts.bins);
      return answer;
    });
  }

  /** Hands over the inner products that are kept. */
  async #remind(client: WorkerClient<ScoringApi>, bins: readonly BinFacts[]): Promise<void> {
    const told = this.#told.get(client) ?? new Set();
    this.#told.set(client, told);
    for (const bin of bins) {
      if (this.#inner === undefined || bin.rows > MOST_KEPT || told.has(bin.key)) continue;
      told.add(bin.key); // after this call it has them in either case
      const [inner] = await this.#inner.get([innerKey(bin)]);
      if (inner !== undefined) await client.call("holdInner", [bin, inner], { signal: this.#signal });
    }
  }

  /** Keeps inner products that were computed. */
  async #remember(client: WorkerClient<ScoringApi>, bins: readonly BinFacts[]): Promise<void> {
    for (const bin of bins) {
      if (this.#inner === undefined || bin.rows > MOST_KEPT) continue;
      const [known] = await this.#inner.has([innerKey(bin)]);
      if (known === true) continue;
      const inner = await client.call("knownInner", [bin.key], { signal: this.#signal });
      if (inner !== undefined) await this.#inner.put([[innerKey(bin), inner]]);
    }
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
    await this.#gate?.pass(this.#signal);
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
