/**
 * A scored recording looked into: predictions of a site, dissimilarities, ceilings of sites, each computed when it is asked
 * for.
 *
 * The inner products that a run has kept do for most questions; where they are not there, activations are read from the store,
 * and what is not there either is inferred again. The Gram matrix stays in a scoring worker of its own until the close-up is closed. Questions take turns.
 */
import type { NeuralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { ByRow } from "../metrics/metric.ts";
import type { ComparedRdms, RdmChoice } from "../metrics/neural/compared-rdms.ts";
import type { FoldPrediction } from "../metrics/neural-metric.ts";
import { record } from "../scoring/score.ts";
import { NetworkSubject } from "../subject/network.ts";
import type { LayerRecording, Subject } from "../subject/subject.ts";
import type { BackendWish } from "./backend.ts";
import { NetworkRunner } from "./network-runner.ts";
import type { OnStage } from "./neural-api.ts";
import type { LabStores, LabWorkers } from "./run.ts";
import { Scorer } from "./scorer.ts";
import type { SubjectSource } from "./source.ts";

export interface CloseUpRequest {
  readonly benchmark: NeuralBenchmark;
  readonly source: SubjectSource;
  /** That the score was made on. */
  readonly wish: BackendWish;
  readonly threads: number;
}

export class CloseUp {
  readonly #request: CloseUpRequest;
  readonly #workers: LabWorkers;
  readonly #stores: LabStores;
  #open: Opened | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(request: CloseUpRequest, workers: LabWorkers, stores: LabStores) {
    this.#request = request;
    this.#workers = workers;
    this.#stores = stores;
  }

  /** What the metric predicts of the site at place `site` of the recordings. Throws as `Scorer.scoreRecording` does. */
  predictSite(site: number, onStage: OnStage): Promise<readonly FoldPrediction[]> {
    const { benchmark } = this.#request;
    return this.#ask(async (opened) =>
      opened.scorer.predictSite(benchmark, await opened.recording(onStage), site, onStage),
    );
  }

  dissimilarities(which: RdmChoice, onStage: OnStage): Promise<ComparedRdms> {
    const { benchmark } = this.#request;
    return this.#ask(async (opened) =>
      opened.scorer.dissimilarities(benchmark, await opened.recording(onStage), which, onStage),
    );
  }

  /** Of the data alone: no activations are read. */
  siteCeilings(): Promise<readonly ByRow[]> {
    return this.#ask(({ scorer }) => scorer.siteCeilings(this.#request.benchmark));
  }

  /** Stops whatever is computed, which rejects with `cancelled`, and gives memory back. A later question opens it again. */
  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  #ask<Answer>(question: (opened: Opened) => Promise<Answer>): Promise<Answer> {
    this.#open ??= new Opened(this.#request, this.#workers, this.#stores);
    const opened = this.#open;
    const answer = this.#turn.then(() => opened.answer(question));
    this.#turn = answer.catch(() => undefined); // the next one does not mind
    return answer;
  }
}

/** The workers of a close-up that is open. */
class Opened {
  readonly scorer: Scorer;
  readonly #benchmark: NeuralBenchmark;
  readonly #subject: Subject;
  readonly #runner: NetworkRunner | undefined;
  readonly #stopped = new AbortController();
  #recording: Promise<LayerRecording> | undefined;

  constructor({ benchmark, source, wish, threads }: CloseUpRequest, workers: LabWorkers, stores: LabStores) {
    this.#benchmark = benchmark;
    this.scorer = new Scorer(workers.scoring, this.#stopped.signal, 1, undefined, stores.inner);
    if (source.kind === "recorded") {
      this.#subject = source.subject;
      return;
    }
    const { network, facts } = source;
    const { activations, choices } = stores;
    this.#runner = new NetworkRunner(network, { wish, threads, activations, choices, spawn: workers.subject });
    // A recording needs no labels.
    this.#subject = new NetworkSubject(network.card, network.digest, this.#runner, [], this.scorer, facts);
  }

  async answer<Answer>(question: (opened: Opened) => Promise<Answer>): Promise<Answer> {
    if (this.#stopped.signal.aborted) throw GapscopeError.cancelled();
    try {
      return await question(this);
    } finally {
      if (this.#stopped.signal.aborted) this.#terminate(); // what it began since
    }
  }

  /** The recording that was scored; one that failed is made again. */
  recording(onStage: OnStage): Promise<LayerRecording> {
    const onProgress = (done: number, total: number): void => onStage(`${done} of ${total} stimuli`, done / total);
    this.#recording ??= record(this.#benchmark, this.#subject, { signal: this.#stopped.signal, onProgress }).catch(
      (error: unknown) => {
        this.#recording = undefined;
        throw error;
      },
    );
    return this.#recording;
  }

  close(): void {
    this.#stopped.abort();
    this.#terminate();
  }

  #terminate(): void {
    this.#runner?.close();
    this.scorer.close();
  }
}
