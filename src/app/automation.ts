/**
 * The command line's door into the page: the same actions that a person's clicks call, on `window.gapscope`.
 *
 * It is there in every build, because the command line drives the same bundle that people open (design.md §3.5), and it
 * can do nothing that a person at the keyboard cannot.
 */
import { faultLine } from "../faults/faults.ts";
import type { BackendWish } from "../lab/backend.ts";
import type { Progress } from "../lab/clock.ts";
import type { RunSummary } from "../lab/run.ts";
import { scorecardCsv } from "../scorecard/csv.ts";
import { layersEntry, type ScorecardLayers } from "../scorecard/layers.ts";
import type { Scorecard } from "../scorecard/scorecard.ts";
import { offFaults } from "./checks.ts";
import { isReadyNetwork, type LayersProgress } from "./layer-curves.ts";
import { offerOption, planText, shortageText } from "./plan-text.ts";
import { benchmarksOf, cellKey } from "./state.ts";
import type { Workbench } from "./workbench.ts";

export interface ScoreResult {
  readonly scorecard: Scorecard;
  readonly csv: string;
  /** Absent where the run itself stopped. */
  readonly summary: RunSummary | undefined;
  /** Why the run did not start, and what would: sentences. Empty where it did. */
  readonly refused: readonly string[];
}

export interface Automation {
  /** Opens files; `names[i]` is the identifier of `files[i]` where it is a recording. Resolves with what was refused. */
  open(files: FileList | readonly File[], names?: readonly (string | null)[]): Promise<readonly string[]>;
  /** The panel's weights among these files, read where they lie and not stored. Resolves with what was refused. */
  openWeights(files: FileList | readonly File[]): Promise<readonly string[]>;
  /** Selects these models of the panel and no other; resolves with a sentence for each that has no weights. */
  selectPanel(identifiers: readonly string[]): Promise<readonly string[]>;
  openExample(): Promise<readonly string[]>;
  score(options: {
    readonly wish: BackendWish;
    readonly fresh: boolean;
    readonly storing?: boolean;
  }): Promise<ScoreResult>;
  /** What such a run will need, in words; empty where there is nothing to say. */
  needs(options: { readonly wish: BackendWish; readonly storing?: boolean }): Promise<string>;
  /**
   * Scores every layer of a network on a neural benchmark, both by identifier; what this page has scored already it gives
   * again. Resolves with a sentence where that failed or was cancelled, and with undefined where there are no layers: of a
   * behavioural benchmark, of a recorded subject.
   */
  layers(
    benchmark: string,
    subject: string,
    options: { readonly fresh: boolean },
  ): Promise<{ readonly entry: ScorecardLayers } | { readonly reason: string } | undefined>;
  /** Has the self-check made of every backend. */
  checkBackends(): Promise<void>;
  cancel(): void;
  /** A scored cell's answers as a table, or undefined where there are none. */
  answers(benchmark: string, subject: string): string | undefined;
  /** Where the run stands, for a progress line. */
  progress(): Progress | LayersProgress | undefined;
}

declare global {
  interface Window {
    gapscope?: Automation;
  }
}

/** Of a set of Brain-Score's files, which only the page's form makes a benchmark of. */
const FILL_IN =
  "the files do not say all that a benchmark needs; open them in the page (npm start), fill that in and save the package";

export function automate(workbench: Workbench): Automation {
  const refusals = (): string[] => {
    const { packages, subjects, claims, messages, brainio } = workbench.store.getState();
    const lines = [
      ...(brainio.found?.faults.map(faultLine) ?? []),
      ...(brainio.found?.sets.map(({ set }) => `${set.assembly}: ${FILL_IN}`) ?? []),
    ];
    for (const { state, fileName } of [...packages, ...subjects, ...claims]) {
      if (state.status !== "refused") continue;
      const { faults, message } = state.error;
      if (faults.length === 0) lines.push(`${fileName}: ${message}`);
      else lines.push(...faults.map((fault) => (fault.file === fileName ? "" : `${fileName}: `) + faultLine(fault)));
    }
    return [
      ...lines,
      ...messages.flatMap((message) => (message.faults.length === 0 ? [message.text] : message.faults.map(faultLine))),
    ];
  };
  return {
    async open(files, names = []) {
      const list = [...files];
      const recordedNames = new Map(list.flatMap((file, i) => (names[i] ? [[file, names[i]] as const] : [])));
      await workbench.openFiles(list, { recordedNames });
      return refusals();
    },
    async openWeights(files) {
      await workbench.openFiles([...files], { keepWeights: false });
      return refusals();
    },
    async selectPanel(identifiers) {
      await workbench.restore();
      const { subjects } = workbench.store.getState();
      return subjects.flatMap(({ id, identifier, panel, state }) => {
        if (panel === undefined) return [];
        const wanted = identifiers.includes(identifier);
        workbench.select(id, wanted);
        return wanted && state.status !== "ready"
          ? [
              `${identifier}: needs its weights (${panel.checkpoint?.fileNames.join(" or ")}); name their folder with --weights`,
            ]
          : [];
      });
    },
    async openExample() {
      await workbench.openExample("shapes");
      return refusals();
    },
    async score({ wish, fresh, storing = true }) {
      workbench.setWish(wish);
      await workbench.score({ fresh, storing, journalled: false });
      const scorecard = await workbench.scorecard();
      const { lastRun: summary, plan } = workbench.store.getState();
      const shortage = plan?.shortage;
      const refused = [
        ...offFaults(workbench.store.getState()).map(faultLine),
        ...(shortage === undefined ? [] : [shortageText(shortage), ...shortage.offers.map(offerOption)]),
      ];
      return { scorecard, csv: scorecardCsv(scorecard), summary, refused };
    },
    async needs({ wish, storing = true }) {
      workbench.setWish(wish);
      await workbench.weigh({ storing });
      const { plan } = workbench.store.getState();
      return plan === undefined || plan.shortage !== undefined ? "" : planText(plan);
    },
    async layers(benchmark, subject, { fresh }) {
      const state = workbench.store.getState();
      const found = benchmarksOf(state).find(({ identifier }) => identifier === benchmark);
      const entry = state.subjects.find(({ identifier, state }) => identifier === subject && state.status === "ready");
      if (found?.track !== "neural" || entry === undefined || !isReadyNetwork(entry)) return undefined;
      const key = cellKey(found, entry.id);
      const curve = () => workbench.store.getState().curves[key];
      if (curve()?.status !== "whole") await workbench.scoreEveryLayer(found, entry, { fresh, journalled: false });
      const made = curve();
      if (made?.status !== "whole")
        return { reason: made?.error?.message ?? "The run over layers was cancelled before it was done." };
      return { entry: layersEntry(subject, entry.state.source.network.digest, made.layers) };
    },
    checkBackends: () => workbench.checkAgain(),
    cancel: () => workbench.cancel(),
    answers: (benchmark, subject) => workbench.answers(benchmark, subject),
    progress: () => {
      const { running } = workbench.store.getState();
      return running === undefined || "layers" in running ? running?.layers : running.progress;
    },
  };
}
