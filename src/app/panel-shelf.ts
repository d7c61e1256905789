/**
 * The panel's weights in the workbench: files that are given, downloads that are asked for, what is kept between visits.
 *
 * The part of the workbench that moves a panel model between *needs file*, *downloading*, *checking*, *refused* and
 * *ready*. Which file belongs to which model is for lab/shelf.ts to find; this only says so.
 */
import type { StoreApi } from "zustand/vanilla";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import type { DownloadApi, DownloadProgress } from "../lab/download.ts";
import type { WorkerClient } from "../lab/rpc.ts";
import { modelByFileName, panelNetwork, recognise, type Shelved, weightsShelf } from "../lab/shelf.ts";
import type { SubjectSource } from "../lab/source.ts";
import type { SubjectApi } from "../lab/subject-api.ts";
import { PANEL, type PanelModel } from "../models/panel.ts";
import type { SubjectEntry, SubjectState, WeightsFacts, WorkbenchState } from "./state.ts";

interface Surroundings {
  readonly store: StoreApi<WorkbenchState>;
  readonly say: (text: string, faults?: readonly Fault[]) => void;
  readonly subject: () => WorkerClient<SubjectApi>;
  readonly download: () => WorkerClient<DownloadApi>;
}

/** The address that the page itself may fetch a model's weights from; undefined where there is none. */
export function directAddress(model: PanelModel): string | undefined {
  return model.checkpoint?.from.find(({ direct }) => direct)?.url;
}

export function panelShelf({ store, say, subject, download }: Surroundings) {
  const { getState: get, setState: set } = store;
  const shelf = weightsShelf();
  /** Downloads that run, by entry. */
  const running = new Map<string, AbortController>();

  const entryOf = (model: PanelModel): SubjectEntry | undefined => get().subjects.find(({ panel }) => panel === model);
  const patch = (model: PanelModel, patch: Partial<SubjectEntry>): void =>
    set(({ subjects }) => ({
      subjects: subjects.map((entry) => (entry.panel === model ? { ...entry, ...patch } : entry)),
    }));
  const checking = (model: PanelModel, done: number, total: number): void =>
    patch(model, { state: { status: "checking", done, total } });

  /** Keeps a ready model's weights for next time; where that cannot be, the model stays ready and the person is told. */
  async function keep(model: PanelModel, shelved: Shelved, from: "download" | "file"): Promise<void> {
    const { identifier } = model.card;
    try {
      await shelf.keep(identifier, shelved, from);
      patch(model, { weights: factsOf(shelved, true), begun: undefined });
    } catch (error) {
      const { message, faults } = GapscopeError.from(error);
      say(`${identifier} is ready but its weights are not kept for next time. ${message}`, faults);
    }
  }

  /** Puts a file on the shelf if it holds the weights of a model of the panel. */
  async function shelve(file: File, stored: boolean): Promise<void> {
    const meant = modelByFileName(file.name);
    // The model whose row shows the progress: by the file's name at first, then by what is in it.
    let shown: { readonly model: PanelModel; readonly before: SubjectState } | undefined;
    const putBack = (): void => {
      if (shown !== undefined) patch(shown.model, { state: shown.before });
    };
    const show = (model: PanelModel, done: number): void => {
      if (shown?.model !== model) {
        putBack();
        const before = entryOf(model)?.state;
        shown = before && { model, before };
      }
      checking(model, done, file.size);
    };
    const client = subject();
    try {
      if (meant !== undefined) show(meant, 0);
      const { model, shelved } = await recognise(file, client, { onProgress: show });
      running.get(entryOf(model)?.id ?? "")?.abort();
      if (shown?.model !== model) putBack();
      patch(model, await readyWith(model, shelved));
      if (stored) await keep(model, shelved, "file");
    } catch (error) {
      const refused = GapscopeError.from(error).toRecord();
      const better = shown?.before.status === "ready" || shown?.before.status === "downloading";
      if (shown === undefined || better) {
        putBack();
        say(refused.message, refused.faults);
      } else {
        patch(shown.model, { state: { status: "refused", error: refused }, fileName: file.name });
      }
    } finally {
      client.terminate();
    }
  }

  /** Fetches and checks; the model is ready after it. Throws what the person has to know. */
  async function fetchWeights(model: PanelModel, url: string, signal: AbortSignal): Promise<void> {
    const { identifier } = model.card;
    let counted = 0;
    const arrived = ({ requests, ...progress }: DownloadProgress): void => {
      const more = requests - counted;
      counted = requests;
      patch(model, { state: { status: "downloading", progress } });
      if (more > 0) set((state) => ({ requests: state.requests + more }));
    };
    const fetcher = download();
    try {
      await fetcher.call("download", [identifier, url, arrived], { signal });
    } finally {
      fetcher.terminate();
    }
    const file = await shelf.downloaded(identifier, fileNameOf(url));
    checking(model, 0, file.size);
    const checker = subject();
    try {
      const onProgress = (_: PanelModel, done: number): void => checking(model, done, file.size);
      const { shelved } = await recognise(file, checker, { onProgress, signal, downloadedFor: model });
      patch(model, await readyWith(model, shelved));
      await keep(model, shelved, "download");
    } catch (error) {
      const trouble = GapscopeError.from(error);
      if (trouble.code === "subject-refused") await shelf.free(identifier); // whole, and wrong
      throw trouble;
    } finally {
      checker.terminate();
    }
  }

  return {
    /** Gives these files to the models whose weights they hold, one after another: each may be as large as memory. */
    async take(files: readonly File[], stored: boolean): Promise<void> {
      for (const file of files) await shelve(file, stored);
    },

    /** Resolves when the model is ready, or the download was stopped, or did not come about: its entry says which. */
    async download(id: string): Promise<void> {
      const model = get().subjects.find((entry) => entry.id === id)?.panel;
      const url = model && directAddress(model);
      if (model === undefined || url === undefined || running.has(id)) return;
      const abort = new AbortController();
      running.set(id, abort);
      const begun = entryOf(model)?.begun;
      patch(model, {
        state: {
          status: "downloading",
          progress: { done: begun?.received ?? 0, ...(begun?.total === undefined ? {} : { total: begun.total }) },
        },
      });
      try {
        await fetchWeights(model, url, abort.signal);
      } catch (error) {
        if (entryOf(model)?.state.status === "ready") return; // a file was given in the meantime
        const trouble = GapscopeError.from(error);
        patch(model, { state: stateAfter(trouble) });
        patch(model, { begun: (await shelf.stock()).begun.get(model.card.identifier) });
      } finally {
        running.delete(id);
      }
    },

    cancelDownload(id: string): void {
      running.get(id)?.abort();
    },

    async free(id: string): Promise<void> {
      const model = get().subjects.find((entry) => entry.id === id)?.panel;
      if (model === undefined || running.has(id)) return;
      await shelf.free(model.card.identifier).catch((error: unknown) => say(GapscopeError.from(error).message));
      patch(model, { state: { status: "needs file" }, weights: undefined, begun: undefined });
    },

    /** All at once, so that it is told in one sentence. What a person gave in the meantime is left alone. */
    async restore(): Promise<void> {
      const { whole, begun } = await shelf.stock();
      const found = new Map<PanelModel, Partial<SubjectEntry>>();
      for (const model of PANEL) {
        const { identifier } = model.card;
        const shelved = whole.get(identifier);
        if (shelved !== undefined || model.checkpoint === undefined)
          found.set(model, await readyWith(model, shelved, shelved !== undefined));
        else if (begun.has(identifier)) found.set(model, { begun: begun.get(identifier) });
      }
      set(({ subjects }) => ({
        subjects: subjects.map((entry) =>
          entry.panel === undefined || entry.state.status !== "needs file"
            ? entry
            : { ...entry, ...found.get(entry.panel) },
        ),
      }));
    },
  };
}

/** What becomes of the entry when its download ends otherwise than well. */
function stateAfter(trouble: GapscopeError): SubjectState {
  if (trouble.code === "cancelled") return { status: "needs file" };
  const error = trouble.toRecord();
  const wrongFile =
    trouble.code === "subject-refused" && !trouble.faults.some(({ code }) => code.startsWith("download-"));
  return wrongFile ? { status: "refused", error } : { status: "needs file", trouble: error };
}

async function readyWith(
  model: PanelModel,
  shelved: Shelved | undefined,
  stored = false,
): Promise<Partial<SubjectEntry>> {
  const { network, notes, counts } = await panelNetwork(model, shelved);
  const { noLogits, timeSteps, candidates } = model;
  const source: SubjectSource = {
    kind: "network",
    network,
    notes,
    panel: counts,
    facts: {
      candidates,
      ...(noLogits === undefined ? {} : { noLogits }),
      ...(timeSteps === undefined ? {} : { timeSteps }),
    },
  };
  return {
    state: { status: "ready", source },
    fileName: shelved?.name ?? "",
    weights: shelved && factsOf(shelved, stored),
  };
}

function factsOf({ bytes, sha256, published }: Shelved, stored: boolean): WeightsFacts {
  return { bytes: bytes.size, sha256, published, stored };
}

/** The last part of the address's path, as the file would be named if a person saved it. */
export function fileNameOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "");
}
