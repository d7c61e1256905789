/**
 * Scores of every layer in the workbench: runs over layers, what they found, how far they are.
 *
 * A run scores one network's layers on every open benchmark of the same stimuli. It is a run like any other: one at a time,
 * and cancelled by the same button. What a layer's score is made of is lab/layers.ts's business.
 */
import type { StoreApi } from "zustand/vanilla";
import type { NeuralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError, type GapscopeErrorRecord } from "../faults/faults.ts";
import { sinceBegin } from "../lab/journal.ts";
import { type LayerScore, scoreLayers, sharingStimuli } from "../lab/layers.ts";
import type { LabStores, LabWorkers } from "../lab/run.ts";
import type { SubjectSource } from "../lab/source.ts";
import { benchmarksOf, cellKey, type SubjectEntry, type WorkbenchState } from "./workbench.ts";

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

/** The open benchmarks whose layers are scored in one run with `benchmark`'s, itself included. */
export function scoredTogether(
  benchmark: NeuralBenchmark,
  state: Pick<WorkbenchState, "packages">,
): readonly NeuralBenchmark[] {
  const neural = benchmarksOf(state).filter((each) => each.track === "neural");
  return sharingStimuli(benchmark, neural);
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
  readonly stores: LabStores;
  readonly threads: number;
  /** Begins a run: its signal, or undefined while another is under way. */
  readonly begin: (running: NonNullable<WorkbenchState["running"]>) => Promise<AbortSignal | undefined>;
  readonly end: () => void;
}

export function layerCurves({ store, workers, stores, threads, begin, end }: Surroundings) {
  const { getState: get, setState: set } = store;

  /**
   * Scores every layer of the network on `benchmark` and on all that are open of the same stimuli. Resolves when that is
   * done, cancelled or has failed; which of them, and with what, stands at the curves.
   */
  return async function scoreEveryLayer(
    benchmark: NeuralBenchmark,
    entry: ReadyNetwork,
    { fresh = false }: { readonly fresh?: boolean } = {},
  ): Promise<void> {
    let progress: LayersProgress = {
      ...{ subject: entry.identifier, done: 0, total: 0, stage: "looking at its layers", share: 0 },
    };
    const signal = await begin({ layers: progress });
    if (signal === undefined) return;
    const benchmarks = scoredTogether(benchmark, get());
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
    let begun: number | undefined;
    // Large activations take a while to store; nobody waits for that who cancels.
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(GapscopeError.cancelled()), { once: true });
    });
    try {
      const scoring = scoreLayers(
        {
          ...{ benchmarks, source: entry.state.source, wish: get().wish, threads, signal },
          room: await storageRoom(),
        },
        workers,
        fresh ? sinceBegin(stores, new Set()) : stores,
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
            begun ??= performance.now();
            const left = secondsLeft((performance.now() - begun) / 1000, share);
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
      end();
    }
  };
}
