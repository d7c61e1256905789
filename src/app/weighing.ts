/**
 * What the next run will need, in the workbench: weighed when what is open or chosen changes, and again before a run starts.
 *
 * The arithmetic is lab/preflight.ts's, what is known lab/survey.ts's; here they are given this browser's room.
 */
import type { StoreApi } from "zustand/vanilla";
import { GapscopeError } from "../faults/faults.ts";
import type { Network } from "../lab/network.ts";
import type { BatchFacts } from "../lab/network-runner.ts";
import { type Plan, planOf, type Room } from "../lab/preflight.ts";
import type { LabStores, LabWorkers } from "../lab/run.ts";
import type { Proven } from "../lab/self-check.ts";
import { subjectIdentifier } from "../lab/source.ts";
import type { KeyValueStore } from "../lab/store.ts";
import type { Measures, SurveyRequest } from "../lab/survey.ts";
import { benchmarksOf, readySubjects, type WorkbenchState } from "./state.ts";

/** It knows how networks are run, which the page does without until something is to be scored. */
const surveying = () => import("../lab/survey.ts");

interface Surroundings {
  readonly store: StoreApi<WorkbenchState>;
  readonly workers: LabWorkers;
  readonly stores: LabStores;
  readonly measures: KeyValueStore<Measures>;
  readonly threads: number;
}

export interface RunOptions {
  readonly fresh: boolean;
  /** Whether activations may be stored. */
  readonly storing: boolean;
}

export function weighing({ store, workers, stores, measures, threads }: Surroundings) {
  const { getState: get, setState: set } = store;
  const surveyed = { activations: stores.activations, measures };
  let weighed = new AbortController();

  const requestOf = ({ fresh }: Pick<RunOptions, "fresh">, signal: AbortSignal): SurveyRequest => ({
    benchmarks: benchmarksOf(get()),
    subjects: readySubjects(get()).flatMap(({ selected, state }) => (selected ? [state.source] : [])),
    ...{ wish: get().wish, fresh, signal },
  });

  /** The plan of a run that would start now. */
  async function planFor(request: SurveyRequest, { storing }: Pick<RunOptions, "storing">): Promise<Plan> {
    const { survey } = await surveying();
    return planOf(await survey(request, surveyed), await roomHere(), { storing });
  }

  /** One after the other, because each builds on what is known. */
  let learning: Promise<void> = Promise.resolve();
  const learn = (key: string, add: (known: Measures) => Measures | Promise<Measures>): Promise<void> => {
    learning = learning.then(async () => {
      const [known = { features: {}, secondsPerPicture: {} }] = await measures.get([key]);
      await measures.put([[key, await add(known)]]);
    });
    return learning;
  };

  return {
    /** Weighs the next run anew; a later call stops an earlier one. */
    async weigh({ storing = true }: Partial<Pick<RunOptions, "storing">> = {}): Promise<void> {
      weighed.abort();
      weighed = new AbortController();
      const { signal } = weighed;
      await learning;
      const plan = await planFor(requestOf({ fresh: false }, signal), { storing }).catch(() => undefined);
      if (!signal.aborted) set({ plan });
    },

    /**
     * The plan of a run that is about to start. Where layers that nobody has measured decide whether it fits, their networks
     * are run on one picture first. Throws `cancelled`.
     */
    async settle({ webgpuOff, ...options }: RunOptions & Proven, signal: AbortSignal): Promise<Plan> {
      weighed.abort();
      const request = requestOf(options, signal);
      let plan = await planFor(request, options);
      for (const source of request.subjects) {
        if (source.kind !== "network" || !plan.unsettled.includes(subjectIdentifier(source))) continue;
        const { activationsDigest: key } = source.network;
        try {
          const { measureFirst } = await surveying();
          const features = await measureFirst(source, { ...request, webgpuOff }, workers, stores, threads);
          await learn(key, (known) => ({ ...known, features: { ...known.features, ...features } }));
        } catch (error) {
          if (GapscopeError.from(error).code === "cancelled") throw error;
          // The run says of its cell what is wrong with it.
        }
      }
      if (plan.unsettled.length > 0) plan = await planFor(request, options);
      set({ plan });
      return plan;
    },

    /** Remembers what a batch showed of its network. */
    remember({ activationsDigest }: Network, batch: BatchFacts): void {
      const { wish } = get();
      void learn(activationsDigest, async (known) => (await surveying()).measuresWith(known, wish, batch));
    },
  };
}

const GIBIBYTE = 2 ** 30;
/** Chromium says no more than this of any machine, or a multiple of it. */
const MOST_TOLD = 8;

/** What this browser has left for the page. Neither is told on insecure origins, nor the memory outside Chromium. */
async function roomHere(): Promise<Room> {
  const { quota, usage = 0 } = (await navigator.storage?.estimate().catch(() => undefined)) ?? {};
  const told: unknown = Reflect.get(navigator, "deviceMemory"); // not in TypeScript's declarations
  return {
    storage: quota === undefined ? undefined : Math.max(0, quota - usage),
    memory: typeof told === "number" && told < MOST_TOLD ? told * GIBIBYTE : undefined,
  };
}
