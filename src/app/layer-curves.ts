/**
 * Scores of every layer in the workbench: runs over layers, what they found, how far they are.
 *
 * A run scores one network's layers on every open benchmark of the same stimuli. It is a run like any other: one at a time,
 * and cancelled by the same button. What a layer's score is made of is lab/layers.ts's business.
 */
import type { StoreApi } from "zustand/vanilla";
import type { NeuralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError, type GapscopeErrorRecord } from "../faults/faults.ts";
import type { Journalled } from "../lab/journal.ts";
import type { LayerScore } from "../lab/layers.ts";
import type { LabWorkers } from "../lab/run.ts";
import type { Proven } from "../lab/self-check.ts";
import type { SubjectSource } from "../lab/source.ts";
import type { KeepOptions, RunControl } from "./durable.ts";
import { benchmarksOf, cellKey, type SubjectEntry, type WorkbenchState } from "./state.ts";

/** What is known of a network's layers on a benchmark. */
export interface LayerCurve {
  /** Those that have been looked at, in the network's order. */
  readonly layers: readonly LayerScore[];
  readonly status: "running" | "whole" | "cancelled" | "failed";
  /** Why it failed. */
  readonly error?: GapscopeErrorRecord;
}

/** Where a run over layers stands. */
export interface LayersProgress {
  readonly subject: string;
  /** Layers that have their scores; `total` is 0 until it is known. */
  readonly done: number;
  readonly total: number;
  readonly stage: string;
  /** Of the whole run, roughly. */
  readonly share: number;
  readonly secondsLeft?: number;
}

/** A network that stands ready: only such have layers. */
export type ReadyNetwork = SubjectEntry & {
  readonly state: { readonly status: "ready"; readonly source: Extract<SubjectSource, { readonly kind: "network" }> };
};

export function isReadyNetwork(entry: SubjectEntry): entry is ReadyNetwork {
  return entry.state.status === "ready" && entry.state.source.kind === "network";
}

export function openRecordings(state: Pick<WorkbenchState, "packages">): readonly NeuralBenchmark[] {
  return benchmarksOf(state).filter((each) => each.track === "neural");
}

const GIGABYTE = 1e9;

/** Bytes of activations that a run may store at a time: half of what the browser has free, at most 8 GB. */
export function roomOf({ quota, usage = 0 }: StorageEstimate): number {
  // A browser that does not say how much it has, has some.
  if (quota === undefined) return GIGABYTE;
  return Math.min(8 * GIGABYTE, Math.max(0, quota - usage) / 2);
}

/** What this browser says; undefined on insecure origins. */
export async function storageRoom(): Promise<number> {
  const estimate = await navigator.storage?.estimate().catch(() => undefined);
  return roomOf(estimate ?? {});
}

/** The first thousandths of a run say nothing of its pace. */
const TELLING = 0.02;

/** How long a run takes yet whose `share` took `seconds`; undefined while that cannot be told. */
export function secondsLeft(seconds: number, share: number): number | undefined {
  return share < TELLING ? undefined : (seconds * (1 - share)) / share;
}

interface Surroundings {
  readonly store: StoreApi<WorkbenchState>;
  readonly workers: LabWorkers;
  readonly threads: number;
  /** Begins a run: what stops it, or undefined while another is under way. */
  readonly begin: (running: NonNullable<WorkbenchState["running"]>) => Promise<RunControl | undefined>;
  readonly end: () => void;
  readonly keep: (
    benchmarks: readonly NeuralBenchmark[],
    entry: ReadyNetwork,
    options: KeepOptions,
  ) => Promise<Journalled>;
  /** What the run may use. Throws why it can use nothing. */
  readonly prove: (signal: AbortSignal) => Promise<Proven>;
}

export function layerCurves({ store, workers, threads, begin, end, keep, prove }: Surroundings) {
  const { getState: get, setState: set } = store;

  /**
   * Scores every layer of the network on `benchmark` and on all that are open of the same stimuli. Resolves when that is
   * done, cancelled or has failed; which of them, and with what, stands at the curves.
   */
  return async function scoreEveryLayer(
    benchmark: NeuralBenchmark,
    entry: ReadyNetwork,
    { fresh = false, journalled = true, goesOn }: Partial<KeepOptions> = {},
  ): Promise<void> {
    const { scoreLayers, sharingStimuli } = await import("../lab/layers.ts");
    let progress: LayersProgress = {
      ...{ subject: entry.identifier, done: 0, total: 0, stage: "looking at its layers", share: 0 },
    };
    const control = await begin({ layers: progress });
    if (control === undefined) return;
    const { signal, gate } = control;
    const benchmarks = sharingStimuli(benchmark, openRecordings(get()));
    const patch = (change: (curve: LayerCurve, benchmark: NeuralBenchmark) => LayerCurve): void =>
      set(({ curves }) => ({
        curves: {
          ...curves,
          ...Object.fromEntries(
            benchmarks.map((each) => {
              const key = cellKey(each, entry.id);
              return [key, change(curves[key] ?? { layers: [], status: "running" }, each)];
            }),
          ),
        },
      }));
    const tell = (change: Partial<LayersProgress>): void => {
      progress = { ...progress, ...change };
      set({ running: { layers: progress } });
    };
    patch(() => ({ layers: [], status: "running" }));
    const first = [benchmark, ...benchmarks.filter((each) => each !== benchmark)];
    const kept = await keep(first, entry, { fresh, journalled, goesOn });
    let begun: number | undefined;
    // Large activations take a while to store; nobody waits for that who cancels.
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(GapscopeError.cancelled()), { once: true });
    });
    try {
      const proven = await Promise.race([prove(signal), stopped]);
      const scoring = scoreLayers(
        {
          ...{ benchmarks, source: entry.state.source, wish: get().wish, ...proven, threads, signal, gate },
          room: await storageRoom(),
        },
        workers,
        kept.stores,
        {
          onLayer: (scored, layer) => {
            if (signal.aborted) return;
            patch((curve, each) =>
              each === scored
                ? { ...curve, layers: [...curve.layers, layer].sort((a, b) => a.place - b.place) }
                : curve,
            );
            if (scored === benchmarks.at(-1)) tell({ done: progress.done + 1, total: layer.layers });
          },
          onProgress: (stage, share) => {
            if (signal.aborted) return;
            kept.progress(Math.floor(100 * share));
            begun ??= performance.now();
            const left = secondsLeft((performance.now() - begun - gate.closedFor) / 1000, share);
            tell({ stage, share, ...(left === undefined ? {} : { secondsLeft: left }) });
          },
        },
      );
      await Promise.race([scoring, stopped]);
      patch((curve) => ({ ...curve, status: "whole" }));
    } catch (error) {
      const trouble = GapscopeError.from(error);
      const status = trouble.code === "cancelled" ? "cancelled" : "failed";
      patch((curve) => ({ ...curve, status, ...(status === "failed" ? { error: trouble.toRecord() } : {}) }));
    } finally {
      await kept.end();
      end();
    }
  };
}
