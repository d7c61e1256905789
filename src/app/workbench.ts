/**
 * The workbench: what is open, what has been scored, what is running. The page renders this and nothing else.
 *
 * A vanilla zustand store with the actions a person has. Components subscribe to slices of it; the command line calls
 * the same actions through automation.ts. Image bytes, answers and activations are reached through the entries but
 * never copied into React state.
 */
import { createStore } from "zustand/vanilla";
import { version } from "../../package.json";
import type { Benchmark, NeuralBenchmark } from "../benchmark/benchmark.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import type { BackendWish, Choice } from "../lab/backend.ts";
import type { CloseUp } from "../lab/close-up.ts";
import type { KeptResult } from "../lab/run.ts";
import type { Proven, Verdict } from "../lab/self-check.ts";
import type { SubjectSource } from "../lab/source.ts";
import { type ActivationStore, activationStore, indexedDbStore } from "../lab/store.ts";
import type { Measures } from "../lab/survey.ts";
import { loadImagenetClasses } from "../models/labels.ts";
import { PANEL } from "../models/panel.ts";
import type { InnerProducts } from "../numerics/activations.ts";
import type { Scorecard } from "../scorecard/scorecard.ts";
import type { Missing } from "../scoring/ranking.ts";
import type { PersonTrial, Sitting } from "../subject/person.ts";
import { AS_OPENED, type BoardView } from "./board/arrange.ts";
import { brainioDesk, NO_FILES } from "./brainio/desk.ts";
import { checks, needsBackend } from "./checks.ts";
import { claimDesk } from "./compare/claims.ts";
import { differ } from "./compare/difference.ts";
import { durableRuns, type KeepOptions } from "./durable.ts";
import { layerCurves } from "./layer-curves.ts";
import { openings } from "./openings.ts";
import { panelShelf } from "./panel-shelf.ts";
import { sittingsIn } from "./person/sittings.ts";
import { removals } from "./removals.ts";
import { answersOf, scorecardOf } from "./results.ts";
import { runNews } from "./run-news.ts";
import { benchmarksOf, cellKey, newId, readySubjects, type SubjectEntry, type WorkbenchState } from "./state.ts";
import { decksIn, type KeptDeck, type KeptResults } from "./teach/decks.ts";
import { type RunOptions, weighing } from "./weighing.ts";
import { adapterWorker, archiveWorker, downloadWorker, threadsOf, workers } from "./workers.ts";

export type Workbench = ReturnType<typeof createWorkbench>;

export function createWorkbench() {
  const threads = threadsOf(navigator.hardwareConcurrency, crossOriginIsolated);
  const store = createStore<WorkbenchState>(() => ({
    packages: [],
    brainio: NO_FILES,
    subjects: PANEL.map((model) => ({
      id: newId(),
      identifier: model.card.identifier,
      kind: "network",
      fileName: model.card.checkpoint ?? "",
      files: [],
      panel: model,
      selected: model.checkpoint !== undefined, // pixels is there unasked and can take no label task
      state: { status: "needs file" },
    })),
    cells: {},
    ceilings: {},
    running: undefined,
    paused: undefined,
    unfinished: [],
    full: undefined,
    curves: {},
    plan: undefined,
    lastRun: undefined,
    wish: "auto",
    messages: [],
    countStandIns: false,
    view: "scores",
    board: AS_OPENED,
    missing: "left out",
    requests: 0,
    environment: { version, isolated: crossOriginIsolated, threads, adapter: undefined },
    checks: {},
    claims: [],
    removed: undefined,
    desk: undefined,
    open: undefined,
    taking: undefined,
    teaching: undefined,
  }));
  const { getState: get, setState: set } = store;
  const say = (text: string, faults: readonly Fault[] = []): void =>
    set(({ messages }) => ({ messages: [...messages, { id: newId(), text, faults }] }));
  const onFull = (): void => void activations.sizes().then((full) => set({ full }));
  const activations: ActivationStore = activationStore({ onTrouble: say, onFull });
  const stores = {
    activations,
    results: indexedDbStore<KeptResult>("results", say, { onFull, makeRoom: activations.shed }),
    choices: indexedDbStore<Choice>("choices", say),
    inner: indexedDbStore<InnerProducts>("inner", say, { onFull, makeRoom: activations.shed }),
  };
  const durable = durableRuns({ store, say, stores });
  const { begin, end } = durable;
  const { prove, checkAgain, recall } = checks({
    ...{ store, say, workers, threads, durable },
    // What is not kept is checked again; the other stores say that nothing can be kept.
    verdicts: indexedDbStore<Verdict>("checks", () => undefined),
  });

  const patchSubject = (id: string, patch: Partial<SubjectEntry>): void =>
    set(({ subjects }) => ({ subjects: subjects.map((entry) => (entry.id === id ? { ...entry, ...patch } : entry)) }));

  const shelf = panelShelf({ store, say, subject: workers.subject, download: downloadWorker });
  const { weigh, settle, remember } = weighing({
    ...{ store, workers, stores, threads },
    measures: indexedDbStore<Measures>("measures", say),
  });
  const claims = claimDesk(store);
  const brainio = brainioDesk({
    store,
    archive: archiveWorker,
    add: (made, read) =>
      set(({ packages }) => ({
        packages: [
          ...packages,
          {
            ...{ id: newId(), fileName: made.name, bytes: made.size, files: [made], made },
            state: { status: "ready", package: read },
          },
        ],
      })),
  });

  const { openFiles, openExample } = openings({ store, say, desks: { brainio, claims, shelf } });
  const removing = removals({ store, brainio });

  return {
    store,
    openFiles,
    openExample,
    /** Answers of people who take a benchmark here. Nothing could compute them anew. */
    sittings: sittingsIn(indexedDbStore<Sitting>("sittings", say), indexedDbStore<PersonTrial>("sitting-trials", say)),
    /** Slides that a person made of a benchmark. */
    decks: decksIn(indexedDbStore<KeptDeck>("decks", say), indexedDbStore<KeptResults>("deck-results", say)),

    /** Makes a benchmark of a set of files from Brain-Score's storage, as a person completed it, and opens it. */
    openBrainio: brainio.open,
    /** Puts away the files of Brain-Score's storage that are no benchmark yet. */
    clearBrainio: removing.brainio,
    /** Puts away a scorecard of somebody's. */
    removeClaim: removing.claim,
    removePackage: removing.package,
    /** Closes a subject of the person's own. The panel's models stay. */
    removeSubject: removing.subject,
    /** Puts back what was removed last. */
    undoRemoval: removing.undo,
    forgetRemoved: removing.forget,
    /** The interval of the difference of two scores. */
    differ: differ(workers.scoring),

    /** Downloads the weights of a model of the panel, from where an earlier download left off. */
    download: shelf.download,
    /** Stops a download at once. What has arrived is kept. */
    cancelDownload: shelf.cancelDownload,
    /** Deletes what is stored of a panel model's weights; it needs its file again. */
    free: shelf.free,
    /** Takes the weights of earlier visits from the shelf. */
    restore: shelf.restore,
    setCountStandIns(countStandIns: boolean): void {
      set({ countStandIns });
    },
    setView(view: WorkbenchState["view"]): void {
      set({ view });
    },
    /** Lays the board out in another way. */
    arrange(change: Partial<BoardView>): void {
      set(({ board }) => ({ board: { ...board, ...change } }));
    },
    setMissing(missing: Missing): void {
      set({ missing });
    },
    select(id: string, selected: boolean): void {
      patchSubject(id, { selected });
    },
    /** Selects these subjects, by identifier, and no other. */
    selectAlone(identifiers: readonly string[]): void {
      for (const { id, identifier } of readySubjects(get()))
        patchSubject(id, { selected: identifiers.includes(identifier) });
    },
    /** Weighs what the next run will need. */
    weigh,
    setWish(wish: BackendWish): void {
      set({ wish });
    },
    dismiss(id: string): void {
      set(({ messages }) => ({ messages: messages.filter((message) => message.id !== id) }));
    },
    look(open: WorkbenchState["open"]): void {
      set(open === undefined ? { open } : { open, desk: undefined });
    },
    /** Opens what stands beside the board in place of a cell; undefined closes it. */
    show(desk: WorkbenchState["desk"]): void {
      set({ desk, open: undefined });
    },
    /** Opens a benchmark for the person before the page to take; undefined closes it. */
    take(taking: WorkbenchState["taking"]): void {
      set({ taking });
    },
    /** Opens a benchmark's slides; undefined closes them. */
    teach(teaching: WorkbenchState["teaching"]): void {
      set({ teaching });
    },

    /**
     * Scores every open benchmark with every selected subject. Resolves when each cell has its result; where the run does
     * not fit, at once, with the reason in `plan`; where it needs a backend and none computes right here, in `checks`.
     */
    async score({
      fresh = false,
      storing = true,
      journalled = storing,
      goesOn,
    }: Partial<RunOptions & KeepOptions> = {}): Promise<void> {
      const control = await begin({ progress: undefined });
      if (control === undefined) return;
      const { signal, gate } = control;
      let proven: Proven = {};
      try {
        if (needsBackend(get())) proven = await prove(signal);
        if ((await settle({ fresh, storing, ...proven }, signal)).shortage !== undefined) return end();
      } catch (error) {
        const { code, message } = GapscopeError.from(error);
        // What is off stands above the board, with its reason.
        if (code !== "cancelled" && code !== "backend-off") say(`What the run needs could not be told: ${message}`);
        return end();
      }
      const benchmarks = benchmarksOf(get());
      const chosen = readySubjects(get()).filter((entry) => entry.selected);
      const idOf = new Map(chosen.map((entry) => [entry.state.source, entry.id]));
      const key = (benchmark: Benchmark, source: SubjectSource): string => cellKey(benchmark, idOf.get(source) ?? "");
      const news = runNews(store);

      for (const benchmark of benchmarks)
        for (const { state } of chosen) news.putCell(key(benchmark, state.source), { status: "waiting" });
      const kept = await durable.keep({ fresh, journalled, goesOn });
      try {
        const [{ run }, { synsets }] = await Promise.all([import("../lab/run.ts"), loadImagenetClasses()]);
        const lastRun = await run(
          {
            benchmarks,
            subjects: chosen.map((entry) => entry.state.source),
            wish: get().wish,
            ...proven,
            threads,
            storing,
            signal,
            gate,
            synsets,
          },
          workers,
          kept.stores,
          {
            onCell: (benchmark, source, cell) => news.putCell(key(benchmark, source), cell),
            onCeiling: (benchmark, ceiling) => news.putCeiling(benchmark.digest, ceiling),
            onInterval: (benchmark, source, interval) => {
              const at = key(benchmark, source);
              const cell = news.cell(at);
              if (cell?.status === "scored") news.putCell(at, { ...cell, interval });
            },
            onBatch: remember,
            onProgress: (benchmark, source, progress) => {
              const { done, total, overall } = progress;
              const at = key(benchmark, source);
              // A cell that has its score keeps it while its interval is drawn.
              if (news.cell(at)?.status !== "scored") news.putCell(at, { status: "running", done, total });
              news.putProgress(progress);
              kept.progress(overall.done);
            },
          },
        );
        set({ lastRun });
      } catch (error) {
        say(`The run stopped: ${GapscopeError.from(error).message}`);
      } finally {
        await news.settle();
        await kept.end();
        end();
      }
    },
    /** Opens a close-up of a recording that was scored; `wish` is the backend that it was scored on. Whoever opens it closes it. */
    async closeUp(benchmark: NeuralBenchmark, source: SubjectSource, wish: BackendWish = get().wish): Promise<CloseUp> {
      const { CloseUp } = await import("../lab/close-up.ts");
      return new CloseUp({ benchmark, source, wish, threads }, workers, stores);
    },
    /** Scores every layer of a network, on a benchmark and all others of the same stimuli. */
    scoreEveryLayer: layerCurves({ store, workers, threads, begin, end, keep: durable.keepLayers, prove }),

    /** Cancels the run at once. What is stored stays stored. */
    cancel: durable.cancel,
    /** Pauses the run, or goes on with it. */
    pause: durable.pause,
    goOn: durable.goOn,
    /** Stops another tab's run that this tab waits for. */
    takeOver: durable.takeOver,
    /** Looks for runs that ended before they were done. */
    findUnfinished: durable.find,
    /** Opens what an unfinished run was of, and goes on with it. */
    resume(id: string): Promise<void> {
      return durable.resume(id, this);
    },
    discard: durable.discard,
    /** Forgets activations that nothing has asked for since the page was opened, so that new ones can be stored. */
    async makeRoom(): Promise<void> {
      await activations.shed();
      set({ full: undefined });
    },

    /** Results of every ready benchmark and subject, as a scorecard. */
    scorecard: (): Promise<Scorecard> => scorecardOf(get()),
    /** What a subject answered, as a table; undefined where that cell has no score. Both by identifier. */
    answers: (benchmark: string, subject: string): string | undefined => answersOf(get(), benchmark, subject),

    /** Checks every backend anew. */
    checkAgain,

    /** Looks for a GPU adapter, and for what is known of the backends, for the header. */
    async inspectEnvironment(): Promise<void> {
      const client = adapterWorker();
      const adapter = await client.call("adapter", []).catch(() => null);
      client.terminate();
      const name = adapter === null ? null : adapter.name;
      set(({ environment }) => ({ environment: { ...environment, adapter: name } }));
      await recall(name);
    },
  };
}
