/**
 * The workbench: what is open, what has been scored, what is running. The page renders this and nothing else.
 *
 * A vanilla zustand store with the actions a person has. Components subscribe to slices of it; the command line calls
 * the same actions through automation.ts. Image bytes, answers and activations are reached through the entries but
 * never copied into React state.
 */
import { createStore } from "zustand/vanilla";
import { version } from "../../package.json";
import type { Benchmark, BenchmarkPackage } from "../benchmark/benchmark.ts";
import { type Fault, GapscopeError, type GapscopeErrorRecord } from "../faults/faults.ts";
import type { ArchiveApi } from "../lab/archive-api.ts";
import type { BackendWish, Choice } from "../lab/backend.ts";
import type { Progress } from "../lab/clock.ts";
import type { DownloadApi, DownloadProgress } from "../lab/download.ts";
import { openNetwork, openRecording, sortFiles } from "../lab/intake.ts";
import type { UnfinishedRun } from "../lab/journal.ts";
import type { Plan } from "../lab/preflight.ts";
import { WorkerClient } from "../lab/rpc.ts";
import { type CellResult, type KeptResult, type LabWorkers, type RunSummary, run } from "../lab/run.ts";
import type { ScoringApi } from "../lab/scoring-api.ts";
import { type SubjectSource, subjectDigest } from "../lab/source.ts";
import { type ActivationSizes, type ActivationStore, activationStore, indexedDbStore, RUNTIME } from "../lab/store.ts";
import type { SubjectApi } from "../lab/subject-api.ts";
import type { Measures } from "../lab/survey.ts";
import { filesOfCard, parseCard } from "../models/card.ts";
import { loadImagenetClasses } from "../models/labels.ts";
import { PANEL, type PanelModel } from "../models/panel.ts";
import { answersCsv } from "../scorecard/answers-csv.ts";
import { isScorecard } from "../scorecard/read.ts";
import { makeScorecard, type Scorecard } from "../scorecard/scorecard.ts";
import type { Ceiling } from "../scoring/ceiled.ts";
import type { Missing } from "../scoring/ranking.ts";
import type { PersonTrial, Sitting } from "../subject/person.ts";
import { type BrainioState, brainioDesk, NO_FILES } from "./brainio/desk.ts";
import { type ClaimEntry, claimDesk } from "./compare/claims.ts";
import { differ } from "./compare/difference.ts";
import { durableRuns, type KeepOptions } from "./durable.ts";
import { type LayerCurve, type LayersProgress, layerCurves } from "./layer-curves.ts";
import { panelShelf } from "./panel-shelf.ts";
import { sittingsIn } from "./person/sittings.ts";
import { decksIn, type KeptDeck, type KeptResults } from "./teach/decks.ts";
import { type RunOptions, weighing } from "./weighing.ts";

export type PackageState =
  | { readonly status: "reading"; readonly done: number; readonly total: number; readonly what: string }
  | { readonly status: "ready"; readonly package: BenchmarkPackage }
  | { readonly status: "refused"; readonly error: GapscopeErrorRecord };

export interface PackageEntry {
  readonly id: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly state: PackageState;
  /** The zip. */
  readonly files: readonly File[];
  /** The same, where it was made here and the person has no file of it. */
  readonly made?: File;
}

export type SubjectState =
  | { readonly status: "opening" }
  /** A model of the panel whose weights nobody has given yet; `trouble` is why its download did not come about. */
  | { readonly status: "needs file"; readonly trouble?: GapscopeErrorRecord }
  | { readonly status: "downloading"; readonly progress: Omit<DownloadProgress, "requests"> }
  /** Its file is being recognised and hashed; bytes. */
  | { readonly status: "checking"; readonly done: number; readonly total: number }
  | { readonly status: "ready"; readonly source: SubjectSource }
  | { readonly status: "refused"; readonly error: GapscopeErrorRecord };

export interface SubjectEntry {
  readonly id: string;
  readonly identifier: string;
  readonly kind: "network" | "recorded";
  readonly fileName: string;
  /** What it was opened from; none for a model of the panel. */
  readonly files: readonly File[];
  /** Set for a model of the competition's panel. */
  readonly panel?: PanelModel;
  /** The weights that a ready model of the panel has. */
  readonly weights?: WeightsFacts | undefined;
  /** How far the download of a panel model's weights has come that is not finished. */
  readonly begun?: { readonly received: number; readonly total?: number } | undefined;
  /** Whether the next run includes it. */
  readonly selected: boolean;
  readonly state: SubjectState;
}

export interface WeightsFacts {
  readonly bytes: number;
  readonly sha256: string;
  /** Whether they are the published file; undefined where no published hash is known. */
  readonly published: boolean | undefined;
  /** Whether they are kept for next time. */
  readonly stored: boolean;
}

/** What a subject is to the panel's mean: one of its models, a stand-in for one, or neither. */
export type Standing = "model" | "stand-in" | "apart";

export function standingOf({ panel, state, weights }: Pick<SubjectEntry, "panel" | "state" | "weights">): Standing {
  if (panel === undefined || state.status !== "ready" || state.source.kind !== "network") return "apart";
  if (state.source.panel) return "model";
  return panel.standsInFor !== undefined && weights?.published !== false ? "stand-in" : "apart";
}

/** A cell of the scoreboard; absent from the map while nothing has been asked of it. */
export type Cell =
  | CellResult
  | { readonly status: "waiting" }
  | { readonly status: "running"; readonly done: number; readonly total: number };

export interface Environment {
  readonly version: string;
  readonly isolated: boolean;
  readonly threads: number;
  /** Name of the GPU adapter that the page sees; null for none, undefined before it is known. */
  readonly adapter: string | null | undefined;
}

/** Something to tell that belongs to no row: files that are nothing we know, trouble with storage. */
export interface Message {
  readonly id: string;
  readonly text: string;
  readonly faults: readonly Fault[];
}

export interface WorkbenchState {
  readonly packages: readonly PackageEntry[];
  /** Files of Brain-Score's storage that are no benchmark yet. */
  readonly brainio: BrainioState;
  readonly subjects: readonly SubjectEntry[];
  /** By `cellKey`. */
  readonly cells: Readonly<Record<string, Cell>>;
  /** By benchmark digest. */
  readonly ceilings: Readonly<Record<string, Ceiling>>;
  /** `waiting` while another tab of this page runs. */
  readonly running:
    | { readonly progress: Progress | undefined; readonly waiting?: true }
    | { readonly layers: LayersProgress }
    | undefined;
  /** Runs that ended before they were done, when the page was opened. */
  readonly unfinished: readonly UnfinishedRun[];
  /** What activations take, where storage is full; undefined while there is room. */
  readonly full: ActivationSizes | undefined;
  /** By `cellKey`, where layers have been scored. */
  readonly curves: Readonly<Record<string, LayerCurve>>;
  /** What the next run will need; undefined before it is known. */
  readonly plan: Plan | undefined;
  /** What the last run did; undefined before the first. */
  readonly lastRun: RunSummary | undefined;
  readonly wish: BackendWish;
  readonly messages: readonly Message[];
  /** Whether the board's panel mean counts stand-ins; the scorecard gives both. */
  readonly countStandIns: boolean;
  /** What the board shows: every score, or the benchmarks in order of their means. */
  readonly view: "scores" | "ranking";
  /** What a cell without a score counts for in the ranking. */
  readonly missing: Missing;
  /** Requests to other sites that downloads made since the page was opened. */
  readonly requests: number;
  readonly environment: Environment;
  /** Somebody's scorecards that what is scored here is held against. */
  readonly claims: readonly ClaimEntry[];
  /** What stands beside the board where no cell does. */
  readonly desk: "compare" | "publish" | undefined;
  /** The cell that is looked into. */
  readonly open: { readonly benchmark: string; readonly subject: string } | undefined;
  /** Digest of the benchmark that the person before the page takes. */
  readonly taking: string | undefined;
  /** Digest of the benchmark whose slides are made or shown. */
  readonly teaching: string | undefined;
}

export function cellKey(benchmark: Pick<Benchmark, "digest">, subjectId: string): string {
  return `${benchmark.digest}|${subjectId}`;
}

/** Every benchmark of every package that was read, in the order of opening; equal ones once. */
export function benchmarksOf(state: Pick<WorkbenchState, "packages">): Benchmark[] {
  const all = state.packages.flatMap(({ state }) => (state.status === "ready" ? state.package.benchmarks : []));
  return [...new Map(all.map((benchmark) => [benchmark.digest, benchmark])).values()];
}

/** The subjects that can be scored. */
export function readySubjects(
  state: Pick<WorkbenchState, "subjects">,
): (SubjectEntry & { readonly state: { readonly status: "ready" } })[] {
  return state.subjects.filter(
    (entry): entry is SubjectEntry & { state: { status: "ready"; source: SubjectSource } } =>
      entry.state.status === "ready",
  );
}

/** The subjects that the board has a row for: those that the next run includes, and those that have a result. */
export function boardSubjects(state: Pick<WorkbenchState, "subjects" | "packages" | "cells">): SubjectEntry[] {
  const benchmarks = benchmarksOf(state);
  return readySubjects(state).filter(
    ({ id, selected }) => selected || benchmarks.some((benchmark) => state.cells[cellKey(benchmark, id)] !== undefined),
  );
}

export interface OpenOptions {
  /** Whether weights are stored for next time; the command line reads them from their folder each time. */
  readonly keepWeights?: boolean;
  /** Identifiers for recordings, by file name; the file's stem otherwise. */
  readonly recordedNames?: ReadonlyMap<File, string>;
}

/** The benchmarks of the embedded examples, below examples/. */
const EXAMPLES = { shapes: ["shapes/shapes.zip"], "v1-tuning": ["v1-tuning/v1-tuning.zip"] } as const;
export type Example = keyof typeof EXAMPLES;

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
    unfinished: [],
    full: undefined,
    curves: {},
    plan: undefined,
    lastRun: undefined,
    wish: "auto",
    messages: [],
    countStandIns: false,
    view: "scores",
    missing: "left out",
    requests: 0,
    environment: { version, isolated: crossOriginIsolated, threads, adapter: undefined },
    claims: [],
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
  };
  const durable = durableRuns({ store, say, stores });
  const { begin, end } = durable;

  const patchPackage = (id: string, state: PackageState): void =>
    set(({ packages }) => ({ packages: packages.map((entry) => (entry.id === id ? { ...entry, state } : entry)) }));
  const patchSubject = (id: string, patch: Partial<SubjectEntry>): void =>
    set(({ subjects }) => ({ subjects: subjects.map((entry) => (entry.id === id ? { ...entry, ...patch } : entry)) }));

  async function openPackage(file: File): Promise<void> {
    const id = newId();
    set(({ packages }) => ({
      packages: [
        ...packages,
        {
          id,
          fileName: file.name,
          bytes: file.size,
          files: [file],
          state: { status: "reading", done: 0, total: 0, what: "the directory" },
        },
      ],
    }));
    const client = archiveWorker();
    try {
      const read = await client.call("read", [
        file,
        file.name,
        (done: number, total: number, what: string) => patchPackage(id, { status: "reading", done, total, what }),
      ]);
      patchPackage(id, { status: "ready", package: read });
    } catch (error) {
      patchPackage(id, { status: "refused", error: GapscopeError.from(error).toRecord() });
    } finally {
      client.terminate();
    }
  }

  async function openSubject(
    kind: SubjectEntry["kind"],
    file: File,
    identifier: string,
    open: () => Promise<SubjectSource>,
    beside: readonly File[] = [],
  ): Promise<void> {
    const id = newId();
    set(({ subjects }) => ({
      subjects: [
        ...subjects,
        { id, identifier, kind, fileName: file.name, files: [file], selected: true, state: { status: "opening" } },
      ],
    }));
    try {
      const source = await open();
      const used = source.kind === "network" ? source.network.files.map(({ bytes }) => bytes) : [];
      patchSubject(id, {
        state: { status: "ready", source },
        files: [file, ...beside.filter((each) => used.includes(each))],
        identifier: source.kind === "network" ? source.network.card.identifier : source.subject.identifier,
      });
    } catch (error) {
      patchSubject(id, { state: { status: "refused", error: GapscopeError.from(error).toRecord() }, selected: false });
    }
  }

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

  return {
    store,
    /** Answers of people who take a benchmark here. Nothing could compute them anew. */
    sittings: sittingsIn(indexedDbStore<Sitting>("sittings", say), indexedDbStore<PersonTrial>("sitting-trials", say)),
    /** Slides that a person made of a benchmark. */
    decks: decksIn(indexedDbStore<KeptDeck>("decks", say), indexedDbStore<KeptResults>("deck-results", say)),

    /** Opens whatever these files are. Resolves when each of them is ready or refused; faults stand at their entries. */
    async openFiles(files: readonly File[], { recordedNames, keepWeights = true }: OpenOptions = {}): Promise<void> {
      const sorted = sortFiles(files, new Set(recordedNames?.keys()));
      const { packages, recordings, others } = sorted;
      const { claimed, cards } = await toldApart(sorted.cards);
      const networks = others.filter((file) => /\.onnx(_data|\.data)?$/i.test(file.name));
      if (cards.length === 0 && networks.length > 0) {
        const names = networks.map((file) => file.name).join(", ");
        say(
          `${names}: nothing here can use ${networks.length === 1 ? "this file" : "these files"} alone.`,
          networks.map((file) => ({
            code: "unknown-file",
            file: file.name,
            message: "A network does not say how pictures are prepared for it.",
            remedy: "A network (.onnx) is dropped together with the .json card that describes it.",
          })),
        );
      }
      const named = new Set((await Promise.all(cards.map(filesNamedBy))).flat());
      const weights = others.filter((file) => !networks.includes(file) && !named.has(file.name));
      await Promise.all([
        ...packages.map(openPackage),
        brainio.take(sorted.brainio),
        claims.take(claimed),
        shelf.take(weights, keepWeights),
        ...cards.map((card) =>
          openSubject(
            "network",
            card,
            stem(card.name),
            async () => ({
              kind: "network",
              network: await openNetwork(card, others),
              notes: [],
              panel: false,
            }),
            others,
          ),
        ),
        ...recordings.map((file) => {
          const identifier = recordedNames?.get(file) ?? stem(file.name);
          return openSubject("recorded", file, identifier, async () => ({
            kind: "recorded",
            subject: await openRecording(identifier, file),
          }));
        }),
      ]);
    },

    /** Opens an embedded example: its benchmarks, and the small network that is embedded too. */
    async openExample(example: Example): Promise<void> {
      const paths = [...EXAMPLES[example], "shapes/card.json", "shapes/shapes-net.onnx"];
      const files = await Promise.all(
        paths.map(async (path) => {
          const name = path.slice(path.indexOf("/") + 1);
          const answer = await fetch(`${import.meta.env.BASE_URL}examples/${path}`);
          if (!answer.ok)
            throw new GapscopeError("internal", `The example's ${name} is missing from this site (${answer.status}).`);
          return new File([await answer.blob()], name);
        }),
      );
      await this.openFiles(files);
    },

    /** Makes a benchmark of a set of files from Brain-Score's storage, as a person completed it, and opens it. */
    openBrainio: brainio.open,
    /** Puts away the files of Brain-Score's storage that are no benchmark yet. */
    clearBrainio: brainio.clear,
    /** Puts away a scorecard of somebody's. */
    removeClaim: claims.remove,
    /** The interval of the difference of two scores. */
    differ: differ(workers.scoring),

    removePackage(id: string): void {
      set(({ packages }) => ({ packages: packages.filter((entry) => entry.id !== id) }));
    },
    /** Closes a subject of the person's own. The panel's models stay. */
    removeSubject(id: string): void {
      set(({ subjects }) => ({ subjects: subjects.filter((each) => each.id !== id || each.panel !== undefined) }));
    },
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
     * not fit, at once, with the reason in `plan`.
     */
    async score({
      fresh = false,
      storing = true,
      journalled = storing,
      goesOn,
    }: Partial<RunOptions & KeepOptions> = {}): Promise<void> {
      const signal = await begin({ progress: undefined });
      if (signal === undefined) return;
      try {
        if ((await settle({ fresh, storing }, signal)).shortage !== undefined) return end();
      } catch (error) {
        const { code, message } = GapscopeError.from(error);
        if (code !== "cancelled") say(`What the run needs could not be told: ${message}`);
        return end();
      }
      const benchmarks = benchmarksOf(get());
      const chosen = readySubjects(get()).filter((entry) => entry.selected);
      const idOf = new Map(chosen.map((entry) => [entry.state.source, entry.id]));
      const key = (benchmark: Benchmark, source: SubjectSource): string => cellKey(benchmark, idOf.get(source) ?? "");
      const setCell = (benchmark: Benchmark, source: SubjectSource, cell: Cell): void =>
        set(({ cells }) => ({ cells: { ...cells, [key(benchmark, source)]: cell } }));

      const waiting = benchmarks.flatMap((benchmark) =>
        chosen.map((entry): [string, Cell] => [key(benchmark, entry.state.source), { status: "waiting" }]),
      );
      set(({ cells }) => ({ cells: { ...cells, ...Object.fromEntries(waiting) } }));
      const kept = await durable.keep({ fresh, journalled, goesOn });
      try {
        const { synsets } = await loadImagenetClasses();
        const lastRun = await run(
          {
            benchmarks,
            subjects: chosen.map((entry) => entry.state.source),
            wish: get().wish,
            threads,
            storing,
            signal,
            synsets,
          },
          workers,
          kept.stores,
          {
            onCell: setCell,
            onCeiling: (benchmark, ceiling) =>
              set(({ ceilings }) => ({ ceilings: { ...ceilings, [benchmark.digest]: ceiling } })),
            onInterval: (benchmark, source, interval) => {
              const cell = get().cells[key(benchmark, source)];
              if (cell?.status === "scored") setCell(benchmark, source, { ...cell, interval });
            },
            onBatch: remember,
            onProgress: (benchmark, source, progress) => {
              // A cell that has its score keeps it while its interval is drawn.
              if (get().cells[key(benchmark, source)]?.status !== "scored")
                setCell(benchmark, source, { status: "running", done: progress.done, total: progress.total });
              set({ running: { progress } });
              kept.progress(progress.overall.done);
            },
          },
        );
        set({ lastRun });
      } catch (error) {
        say(`The run stopped: ${GapscopeError.from(error).message}`);
      } finally {
        await kept.end();
        end();
      }
    },
    /** Scores every layer of a network, on a benchmark and all others of the same stimuli. */
    scoreEveryLayer: layerCurves({ store, workers, stores, threads, begin, end }),

    /** Cancels the run at once. What is stored stays stored. */
    cancel: durable.cancel,
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
    scorecard(): Promise<Scorecard> {
      const state = get();
      const subjects = readySubjects(state);
      return makeScorecard(
        { version, onnxruntime: RUNTIME.replace("ort-", ""), browser: browserName(navigator.userAgent), threads },
        benchmarksOf(state).map((benchmark) => {
          const ceiling = state.ceilings[benchmark.digest];
          return {
            benchmark,
            ...(ceiling === undefined ? {} : { ceiling }),
            cells: subjects.flatMap((entry) => {
              const cell = state.cells[cellKey(benchmark, entry.id)];
              if (cell === undefined || cell.status === "waiting" || cell.status === "running") return [];
              const { source } = entry.state;
              const standing = standingOf(entry);
              const standsInFor = entry.panel?.standsInFor?.identifier;
              const who = {
                subject: entry.identifier,
                subjectDigest: subjectDigest(source),
                panel: standing === "model",
                ...(standsInFor === undefined
                  ? {}
                  : { standIn: { for: standsInFor, counts: standing === "stand-in" } }),
              };
              return [{ ...who, outcome: outcomeOf(cell) }];
            }),
          };
        }),
      );
    },

    /** What a subject answered, as a table; undefined where that cell has no score. Both by identifier. */
    answers(benchmarkIdentifier: string, subject: string): string | undefined {
      const state = get();
      const benchmark = benchmarksOf(state).find(({ identifier }) => identifier === benchmarkIdentifier);
      const entry = readySubjects(state).find(({ identifier }) => identifier === subject);
      const cell = benchmark && entry && state.cells[cellKey(benchmark, entry.id)];
      if (cell?.status !== "scored" || cell.answers === undefined || benchmark?.track !== "behavioral")
        return undefined;
      return answersCsv(benchmark, cell.answers.values, cell.answers.evidence);
    },

    /** Looks for a GPU adapter, for the header. */
    async inspectEnvironment(): Promise<void> {
      const client = workers.subject();
      const adapter = await client.call("adapter", []).catch(() => null);
      client.terminate();
      set(({ environment }) => ({ environment: { ...environment, adapter: adapter === null ? null : adapter.name } }));
    },
  };
}

const workers: LabWorkers = {
  subject: () =>
    new WorkerClient<SubjectApi>(
      new Worker(new URL("../../workers/subject.worker.ts", import.meta.url), { type: "module", name: "subject" }),
      "subject",
    ),
  scoring: () =>
    new WorkerClient<ScoringApi>(
      new Worker(new URL("../../workers/scoring.worker.ts", import.meta.url), { type: "module", name: "scoring" }),
      "scoring",
    ),
};

function archiveWorker(): WorkerClient<ArchiveApi> {
  return new WorkerClient<ArchiveApi>(
    new Worker(new URL("../../workers/archive.worker.ts", import.meta.url), { type: "module", name: "archive" }),
    "archive",
  );
}

function downloadWorker(): WorkerClient<DownloadApi> {
  return new WorkerClient<DownloadApi>(
    new Worker(new URL("../../workers/download.worker.ts", import.meta.url), { type: "module", name: "download" }),
    "download",
  );
}

/** All cores of a small machine, all but one of a larger one; one where threads cannot share memory. */
function threadsOf(cores: number, isolated: boolean): number {
  if (!isolated) return 1;
  return cores <= 2 ? cores : Math.min(8, cores - 1);
}

function outcomeOf(cell: CellResult) {
  switch (cell.status) {
    case "scored":
      return cell;
    case "not applicable":
      return cell;
    case "failed":
      return { status: cell.status, reason: cell.error.message };
    case "cancelled":
      return { status: cell.status, reason: "cancelled before it was done" };
    default:
      return cell satisfies never;
  }
}

function stem(fileName: string): string {
  return fileName.replace(/\.[^.]+$/, "");
}

/** e.g. `Chromium 156`: enough to trace a number, too little to trace a person. */
function browserName(userAgent: string): string {
  const match = /(Firefox|Edg|Chrome)\/(\d+)/.exec(userAgent) ?? /(Version)\/(\d+).*Safari/.exec(userAgent);
  if (match === null) return "unknown";
  const [, name = "", major = ""] = match;
  const known: Readonly<Record<string, string>> = { Edg: "Edge", Chrome: "Chromium", Version: "Safari" };
  return `${known[name] ?? name} ${major}`;
}

/** A `.json` is somebody's scorecard, or a model card. */
async function toldApart(files: readonly File[]): Promise<{ claimed: readonly File[]; cards: readonly File[] }> {
  const are = await Promise.all(files.map(isScorecard));
  return { claimed: files.filter((_, i) => are[i]), cards: files.filter((_, i) => are[i] !== true) };
}

/** The files that a card names; none where it cannot be read, which is said where it is opened. */
async function filesNamedBy(card: File): Promise<readonly string[]> {
  try {
    return filesOfCard(parseCard(await card.text(), card.name));
  } catch {
    return [];
  }
}

let ids = 0;
function newId(): string {
  ids += 1;
  return String(ids);
}
