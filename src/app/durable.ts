/**
 * Runs that outlive their page, in the workbench: whose turn it is among the tabs, what is kept of a run while it goes on,
 * and going on with one that ended before it was done.
 *
 * What is kept, and how, is lab/journal.ts's business; this says what is open, and opens it again.
 */
import type { StoreApi } from "zustand/vanilla";
import type { Benchmark, NeuralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import { Gate } from "../lab/gate.ts";
import { Journal, type Journalled, type OpenedFiles, RUNS, type RunPlan, sinceBegin } from "../lab/journal.ts";
import type { LabStores } from "../lab/run.ts";
import { subjectDigest } from "../lab/source.ts";
import type { ActivationStore } from "../lab/store.ts";
import { type Turn, Turns } from "../lab/turn.ts";
import { presentationsOf } from "../subject/subject.ts";
import { plural } from "./format.ts";
import { isReadyNetwork, type ReadyNetwork } from "./layer-curves.ts";
import type { OpenOptions } from "./openings.ts";
import { benchmarksOf, type PackageEntry, readySubjects, type SubjectEntry, type WorkbenchState } from "./state.ts";

interface Surroundings {
  readonly store: StoreApi<WorkbenchState>;
  readonly say: (text: string) => void;
  readonly stores: LabStores & { readonly activations: ActivationStore };
}

/** How a run is kept. */
export interface KeepOptions {
  /** See no more of the stores than what this run put there. */
  readonly fresh: boolean;
  /** Whether it can be gone on with. */
  readonly journalled: boolean;
  /** The unfinished run that it is the rest of. */
  readonly goesOn?: string | undefined;
}

/** What a run is stopped by, for good or for a while. */
export interface RunControl {
  readonly signal: AbortSignal;
  readonly gate: Gate;
}

/** How a run goes on. */
interface GoOn {
  readonly fresh: boolean;
  readonly goesOn: string;
}

/** What opens files, and what runs. */
export interface Doors {
  readonly restore: () => Promise<void>;
  readonly openFiles: (files: readonly File[], options?: OpenOptions) => Promise<void>;
  readonly score: (options: GoOn) => Promise<void>;
  readonly scoreEveryLayer: (benchmark: NeuralBenchmark, entry: ReadyNetwork, options: GoOn) => Promise<void>;
}

/** What a run is of. */
interface Undertaking {
  readonly benchmarks: readonly Benchmark[];
  readonly subjects: readonly SubjectEntry[];
  readonly total: number;
  readonly layers?: RunPlan["layers"];
}

export function durableRuns({ store, say, stores }: Surroundings) {
  const { getState: get, setState: set } = store;
  const turns = new Turns(RUNS);
  const journal = new Journal();
  let cancellation: AbortController | undefined;
  let gate: Gate | undefined;
  let turn: Turn | undefined;

  const end = (): void => {
    turn?.end();
    cancellation = gate = turn = undefined;
    set({ running: undefined, paused: undefined });
  };
  const drop = (id: string): void =>
    set(({ unfinished }) => ({ unfinished: unfinished.filter((run) => run.id !== id) }));

  return {
    /**
     * Begins a run once it is this tab's turn, with what cancels and pauses it; undefined while another run of this tab is
     * under way, or where it was cancelled before its turn came.
     */
    async begin(running: NonNullable<WorkbenchState["running"]>): Promise<RunControl | undefined> {
      if (get().running !== undefined) return undefined;
      const controller = new AbortController();
      const own = new Gate((state) => set({ paused: state === "open" ? undefined : state }));
      cancellation = controller;
      gate = own;
      set({ running });
      try {
        turn = await turns.take(controller.signal, () => set({ running: { progress: undefined, waiting: true } }));
      } catch {
        end();
        return undefined;
      }
      turn.lost.addEventListener("abort", () => {
        say("Another tab of this page has begun a run, so this one was stopped. What it had done is kept.");
        controller.abort();
      });
      set({ running });
      return { signal: controller.signal, gate: own };
    },
    end,
    cancel: (): void => cancellation?.abort(),
    /** Holds the run once the step in progress is done. It keeps its turn, its workers and what it has. */
    pause: (): void => gate?.close(),
    goOn: (): void => gate?.open(),
    /** Stops the other tab's run, so that the one that waits begins. */
    takeOver: (): void => turns.takeOver(),

    /** The stores for a run of what is open and selected, and what is kept of it. */
    keep(options: KeepOptions): Promise<Journalled> {
      const benchmarks = benchmarksOf(get());
      const subjects = readySubjects(get()).filter(({ selected }) => selected);
      const presentations = benchmarks.reduce((sum, benchmark) => sum + presentationsOf(benchmark), 0);
      return keep({ benchmarks, subjects, total: presentations * subjects.length }, options);
    },

    /** The same for a run over a network's layers on `benchmarks`, begun at the first. */
    keepLayers(benchmarks: readonly NeuralBenchmark[], entry: ReadyNetwork, options: KeepOptions): Promise<Journalled> {
      const layers = { subject: subjectDigest(entry.state.source), benchmark: benchmarks[0]?.digest ?? "" };
      return keep({ benchmarks, subjects: [entry], total: 100, layers }, options);
    },

    /** Looks for runs that ended before they were done, and clears what versions of before have left. */
    async find(): Promise<void> {
      try {
        const idle = await turns.takeIfFree();
        const cleared = idle === undefined ? 0 : await stores.activations.sweep();
        idle?.end();
        if (cleared > 0) {
          const what = plural(cleared, "stored activation");
          say(
            `This version of the page computes activations anew, so it forgot ${what} of an earlier version. Scores are kept.`,
          );
        }
        const { runs, outdated } = await journal.unfinished();
        if (outdated > 0)
          say("A run of an earlier version of this page was not finished. It cannot be resumed and was forgotten.");
        set({ unfinished: runs });
      } catch {
        // Nothing can be read: there is nothing to resume, and the stores tell why when they are used.
      }
    },

    /** Opens what an unfinished run was of, and goes on with it. */
    async resume(id: string, { restore, openFiles, score, scoreEveryLayer }: Doors): Promise<void> {
      if (get().running !== undefined) return;
      try {
        const plan = await journal.reopen(id);
        if (plan === undefined) {
          drop(id);
          return say("That run was resumed or discarded in another tab.");
        }
        await restore();
        for (const { files, digest, name } of plan.opened) {
          if (isOpen(get(), digest) || files.length === 0) continue;
          const recordedNames = new Map(name === undefined ? [] : files.map((file) => [file, name] as const));
          await openFiles(files, { recordedNames });
        }
        const lacking = lackingOf(get(), id, plan.opened, plan.panel);
        if (lacking.length > 0) return say(`To resume this run, open again: ${lacking.join(", ")}.`);
        const { fresh, layers } = plan;
        if (layers !== undefined) {
          const benchmark = benchmarksOf(get()).find(({ digest }) => digest === layers.benchmark);
          const entry = readySubjects(get()).find(({ state }) => subjectDigest(state.source) === layers.subject);
          if (benchmark?.track !== "neural" || entry === undefined || !isReadyNetwork(entry))
            return say(
              `To resume this run, open again: ${plan.subjects.join(", ")} and ${plan.benchmarks.join(", ")}.`,
            );
          set({ wish: plan.wish });
          drop(id);
          set({ open: { benchmark: benchmark.digest, subject: entry.id }, desk: undefined });
          return await scoreEveryLayer(benchmark, entry, { fresh, goesOn: id });
        }
        const digests = new Set(plan.opened.map(({ digest }) => digest));
        set(({ subjects }) => ({
          wish: plan.wish,
          subjects: subjects.map((entry) => ({
            ...entry,
            selected:
              entry.panel === undefined
                ? digests.has(openedOf(entry)?.digest ?? "")
                : plan.panel.includes(entry.identifier),
          })),
        }));
        drop(id);
        await score({ fresh, goesOn: id });
      } catch (error) {
        say(`The run could not be resumed: ${GapscopeError.from(error).message}`);
      }
    },

    /** Forgets an unfinished run and its files. What it had computed stays. */
    async discard(id: string): Promise<void> {
      await journal.discard(id).catch((error: unknown) => say(GapscopeError.from(error).message));
      drop(id);
    },
  };

  async function keep(what: Undertaking, { fresh, journalled, goesOn }: KeepOptions): Promise<Journalled> {
    if (!journalled)
      return {
        stores: fresh ? sinceBegin(stores, new Set()) : stores,
        progress: () => undefined,
        end: () => Promise.resolve(),
      };
    const { benchmarks, subjects, total, layers } = what;
    const { packages, wish } = get();
    return journal.begin(
      {
        ...{ opened: [...packages, ...subjects].flatMap((entry) => openedOf(entry) ?? []), fresh, wish, total },
        panel: subjects.flatMap(({ panel, identifier }) => (panel === undefined ? [] : [identifier])),
        benchmarks: benchmarks.map(({ identifier }) => identifier),
        subjects: subjects.map(({ identifier }) => identifier),
        ...(layers === undefined ? {} : { layers }),
      },
      stores,
      goesOn,
    );
  }

  /** What has to be opened by hand. */
  function lackingOf(
    state: WorkbenchState,
    id: string,
    opened: readonly OpenedFiles[],
    panel: readonly string[],
  ): readonly string[] {
    const files = state.unfinished.find((run) => run.id === id)?.files ?? [];
    const open = opened.every(({ digest }) => isOpen(state, digest));
    const ready = new Set(readySubjects(state).map(({ identifier }) => identifier));
    return [
      ...(open ? [] : files),
      ...panel.filter((model) => !ready.has(model)).map((model) => `the weights of ${model}`),
    ];
  }
}

function isOpen(state: WorkbenchState, digest: string): boolean {
  return [...state.packages, ...state.subjects].some((entry) => openedOf(entry)?.digest === digest);
}

/** The files of an entry that is ready, and what they are; undefined of others, and of the panel's models. */
function openedOf(entry: PackageEntry | SubjectEntry): OpenedFiles | undefined {
  const { files, state } = entry;
  if (state.status !== "ready" || files.length === 0) return undefined;
  if ("package" in state) return { files, digest: state.package.benchmarks.map(({ digest }) => digest).join("+") };
  const { source } = state;
  const name = source.kind === "recorded" ? { name: source.subject.identifier } : {};
  return { files, digest: subjectDigest(source), ...name };
}
