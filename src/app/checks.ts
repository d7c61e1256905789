/**
 * The self-check in the workbench: made before a run that needs a backend, or because a person wants it, and what it found.
 * How it is made is lab/self-check.ts's.
 */
import type { StoreApi } from "zustand/vanilla";
import { version } from "../../package.json";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import type { LabWorkers } from "../lab/run.ts";
import { faultOf, type Proven, SelfCheck, type Verdict } from "../lab/self-check.ts";
import type { KeyValueStore } from "../lab/store.ts";
import type { durableRuns } from "./durable.ts";
import { browserName } from "./results.ts";
import { benchmarksOf, readySubjects, type WorkbenchState } from "./state.ts";

interface Surroundings {
  readonly store: StoreApi<WorkbenchState>;
  readonly say: (text: string) => void;
  readonly workers: LabWorkers;
  readonly verdicts: KeyValueStore<Verdict>;
  readonly threads: number;
  readonly durable: Pick<ReturnType<typeof durableRuns>, "begin" | "end">;
}

export function checks({ store, say, workers, verdicts, threads, durable }: Surroundings) {
  const { getState: get, setState: set } = store;
  const selfCheck = new SelfCheck({
    ...{ workers, verdicts, threads },
    made: `${version}|${browserName(navigator.userAgent)}`,
    onVerdict: (verdict) => set(({ checks }) => ({ checks: { ...checks, [verdict.backend]: verdict } })),
  });
  return {
    /** What the run that has begun may use. Throws `backend-off` where it can use nothing, and `cancelled`. */
    async prove(signal: AbortSignal): Promise<Proven> {
      const { running } = get();
      if (running !== undefined && !("layers" in running)) set({ running: { ...running, checking: true } });
      try {
        return await selfCheck.prove(get().wish, signal);
      } finally {
        set({ running });
      }
    },

    /** Tells what earlier visits found. */
    recall: (adapter: string | null): Promise<void> => selfCheck.recall(adapter),

    /** Checks every backend anew, when no run is under way. */
    async checkAgain(): Promise<void> {
      const control = await durable.begin({ progress: undefined, checking: true });
      if (control === undefined) return;
      try {
        await selfCheck.again(control.signal);
      } catch (error) {
        const { code, message } = GapscopeError.from(error);
        if (code !== "cancelled") say(`The backends could not be checked: ${message}`);
      } finally {
        durable.end();
      }
    },
  };
}

/** Whether the next run computes anything on a backend. Recorded answers to a task are compared without one. */
export function needsBackend(state: Pick<WorkbenchState, "subjects" | "packages">): boolean {
  const chosen = readySubjects(state).filter(({ selected }) => selected);
  const networks = chosen.some(({ state }) => state.source.kind === "network");
  return networks || (chosen.length > 0 && benchmarksOf(state).some(({ track }) => track === "neural"));
}

/** The verdicts of backends that are off. */
export function backendsOff({ checks }: Pick<WorkbenchState, "checks">): readonly Verdict[] {
  return [checks.wasm, checks.webgpu].flatMap((verdict) =>
    verdict === undefined || verdict.finding.status === "agreed" ? [] : [verdict],
  );
}

/** Why the next run would be refused; nothing where it would not be, for all that is known. */
export function offFaults(state: Pick<WorkbenchState, "checks" | "subjects" | "packages">): readonly Fault[] {
  const { wasm } = state.checks;
  return wasm === undefined || wasm.finding.status === "agreed" || !needsBackend(state) ? [] : [faultOf(wasm)];
}
