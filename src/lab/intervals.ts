/**
 * Intervals of scores, one after another in a scoring worker of their own.
 *
 * Scores and readouts must not wait for a bootstrap, and a bootstrap that fills its thread is stopped only with its worker.
 * The worker is started for the first interval. What an interval is is scoring/bootstrap.ts's business.
 */
import type { BehavioralAssembly } from "../assembly/assembly.ts";
import type { BehavioralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { Interval, NoInterval } from "../scoring/bootstrap.ts";
import type { Ceiling } from "../scoring/ceiled.ts";
import type { Gate } from "./gate.ts";
import type { WorkerClient } from "./rpc.ts";
import { scorable } from "./scorable.ts";
import type { ScoringApi } from "./scoring-api.ts";

/** A draw of a ceiling that splits its data hundreds of times may take seconds. */
const PATIENCE = 600_000;

export class Intervals {
  readonly #spawn: () => WorkerClient<ScoringApi>;
  readonly #signal: AbortSignal;
  readonly #gate: Gate | undefined;
  #client: WorkerClient<ScoringApi> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** None is begun while `gate` is closed. */
  constructor(spawn: () => WorkerClient<ScoringApi>, signal: AbortSignal, gate?: Gate) {
    this.#spawn = spawn;
    this.#signal = signal;
    this.#gate = gate;
  }

  /** Waits for those asked for before. `onShare` counts from 0 to 1. Throws `cancelled`, or why the worker failed. */
  of(
    benchmark: BehavioralBenchmark,
    answers: BehavioralAssembly,
    ceiling: Ceiling,
    onShare: (share: number) => void,
  ): Promise<Interval | NoInterval> {
    const next = this.#last.then(async () => {
      await this.#gate?.pass(this.#signal);
      if (this.#signal.aborted) throw GapscopeError.cancelled();
      if (this.#client?.alive !== true) this.#client = this.#spawn();
      return this.#client.call("interval", [scorable(benchmark), answers, ceiling, benchmark.digest, onShare], {
        signal: this.#signal,
        patience: PATIENCE,
      });
    });
    this.#last = next.catch(() => undefined);
    return next;
  }

  close(): void {
    this.#client?.terminate();
  }
}
