/**
 * Opening files in the workbench: each finds out what it is and gets an entry at once, which then becomes ready or refused.
 *
 * What belongs to a desk of its own goes there: the panel's weights, scorecards, files of Brain-Score's storage.
 */
import type { StoreApi } from "zustand/vanilla";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import type { SubjectSource } from "../lab/source.ts";
import { newId, type PackageState, type SubjectEntry, type WorkbenchState } from "./state.ts";
import { archiveWorker } from "./workers.ts";

export interface OpenOptions {
  /** Whether weights are stored for next time; the command line reads them from their folder each time. */
  readonly keepWeights?: boolean;
  /** Identifiers for recordings, by file name; the file's stem otherwise. */
  readonly recordedNames?: ReadonlyMap<File, string>;
  /** Whether the packages are an embedded example's. */
  readonly example?: boolean;
}

/** The benchmarks of the embedded examples, below examples/. */
const EXAMPLES = { shapes: ["shapes/shapes.zip"], "v1-tuning": ["v1-tuning/v1-tuning.zip"] } as const;
export type Example = keyof typeof EXAMPLES;

/** What reads cards, tables and scorecards: the page does without until a file is given. */
const reading = async () => {
  const { openNetwork, openRecording, sortFiles } = await import("../lab/intake.ts");
  const { filesOfCard, readCard } = await import("../models/card.ts"); // intake.ts has brought it
  const { isScorecard } = await import("../scorecard/read.ts");
  return { openNetwork, openRecording, sortFiles, filesOfCard, readCard, isScorecard };
};
type Reading = Awaited<ReturnType<typeof reading>>;

interface Surroundings {
  readonly store: StoreApi<WorkbenchState>;
  readonly say: (text: string, faults?: readonly Fault[]) => void;
  /** Who takes files that are neither packages nor subjects of one's own. */
  readonly desks: {
    readonly brainio: { readonly take: (files: readonly File[]) => Promise<void> };
    readonly claims: { readonly take: (files: readonly File[]) => Promise<void> };
    readonly shelf: { readonly take: (files: readonly File[], stored: boolean) => Promise<void> };
  };
}

export function openings({ store, say, desks: { brainio, claims, shelf } }: Surroundings) {
  const { setState: set } = store;
  // What is removed while it is opened goes on opening: it may be put back.
  const patchPackage = (id: string, state: PackageState): void =>
    set(({ packages, removed }) => ({
      packages: packages.map((entry) => (entry.id === id ? { ...entry, state } : entry)),
      ...(removed?.list === "packages" && removed.entry.id === id
        ? { removed: { ...removed, entry: { ...removed.entry, state } } }
        : {}),
    }));
  const patchSubject = (id: string, patch: Partial<SubjectEntry>): void =>
    set(({ subjects, removed }) => ({
      subjects: subjects.map((entry) => (entry.id === id ? { ...entry, ...patch } : entry)),
      ...(removed?.list === "subjects" && removed.entry.id === id
        ? { removed: { ...removed, entry: { ...removed.entry, ...patch } } }
        : {}),
    }));

  async function openPackage(file: File, example: boolean): Promise<void> {
    const id = newId();
    set(({ packages }) => ({
      packages: [
        ...packages,
        {
          id,
          fileName: file.name,
          bytes: file.size,
          files: [file],
          ...(example ? { example } : {}),
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

  /** Opens whatever these files are. Resolves when each of them is ready or refused; faults stand at their entries. */
  async function openFiles(
    files: readonly File[],
    { recordedNames, keepWeights = true, example = false }: OpenOptions = {},
  ): Promise<void> {
    const read = await reading();
    const sorted = read.sortFiles(files, new Set(recordedNames?.keys()));
    const { packages, recordings, others } = sorted;
    const { claimed, cards } = await toldApart(sorted.cards, read);
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
    const named = new Set((await Promise.all(cards.map((card) => filesNamedBy(card, read)))).flat());
    const weights = others.filter((file) => !networks.includes(file) && !named.has(file.name));
    await Promise.all([
      ...packages.map((file) => openPackage(file, example)),
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
            network: await read.openNetwork(card, others),
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
          subject: await read.openRecording(identifier, file),
        }));
      }),
    ]);
  }

  /** Opens an embedded example: its benchmarks, and the small network that is embedded too. */
  async function openExample(example: Example): Promise<void> {
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
    await openFiles(files, { example: true });
  }

  return { openFiles, openExample };
}

function stem(fileName: string): string {
  return fileName.replace(/\.[^.]+$/, "");
}

/** A `.json` is somebody's scorecard, or a model card. */
async function toldApart(
  files: readonly File[],
  { isScorecard }: Reading,
): Promise<{ claimed: readonly File[]; cards: readonly File[] }> {
  const are = await Promise.all(files.map(isScorecard));
  return { claimed: files.filter((_, i) => are[i]), cards: files.filter((_, i) => are[i] !== true) };
}

/** The files that a card names; none where it cannot be read, which is said where it is opened. */
async function filesNamedBy(card: File, { filesOfCard, readCard }: Reading): Promise<readonly string[]> {
  try {
    return filesOfCard(await readCard(card, card.name));
  } catch {
    return [];
  }
}
