/**
 * The weights shelf: checkpoints of the panel's models, found by their tensors, hashed once and kept for next time.
 *
 * A file finds its model by what is in it; its name only says which model it was meant for when nothing fits. A file that
 * a person gives need not be the published one to the bit: it is usable, and every score made with it says so. A file that
 * the page downloads must be, where a hash is published.
 */
import { delMany, getMany, setMany } from "idb-keyval";
import { GapscopeError } from "../faults/faults.ts";
import { type CheckpointSource, isPublished, PANEL, type PanelModel } from "../models/panel.ts";
import { describeNetwork, type Network } from "./network.ts";
import { type PartFacts, partStore, storageTrouble } from "./parts.ts";
import type { WorkerClient } from "./rpc.ts";
import { openDatabase } from "./store.ts";
import type { SubjectApi } from "./subject-api.ts";

/** A checkpoint of a model of the panel. */
export interface Shelved {
  readonly name: string;
  readonly bytes: Blob;
  readonly sha256: string;
  /** Whether it is the published file; absent where no published hash is known. */
  readonly published?: boolean;
}

/** A model of the panel with its weights. */
export interface PanelNetwork {
  readonly network: Network;
  /** What every score made with it must say. */
  readonly notes: readonly string[];
  /** Whether its scores count for the panel's mean: the published weights of the competition's own model. */
  readonly counts: boolean;
}

/** Which model a file was meant for, by its name; undefined where the name says nothing. */
export function modelByFileName(name: string): PanelModel | undefined {
  return PANEL.find(({ checkpoint }) => checkpoint?.fileNames.includes(name));
}

export interface RecogniseOptions {
  /** Counts bytes. */
  readonly onProgress: (model: PanelModel, done: number) => void;
  readonly signal?: AbortSignal;
  /** The model that the page downloaded it for. */
  readonly downloadedFor?: PanelModel;
}

/**
 * Finds the model that a file holds the weights of, and hashes it. Throws `subject-refused` where it is no checkpoint, or
 * one of no model of the panel; a downloaded file also where it is another model's, or not the published file.
 */
export async function recognise(
  file: File,
  client: WorkerClient<SubjectApi>,
  { onProgress, signal, downloadedFor }: RecogniseOptions,
): Promise<{ readonly model: PanelModel; readonly shelved: Shelved }> {
  const call = signal === undefined ? {} : { signal };
  const fitting = await client.call("identify", [{ name: file.name, bytes: file }], call);
  const meant = downloadedFor ?? modelByFileName(file.name);
  const identifier =
    fitting.find((each) => each === meant?.card.identifier) ?? (downloadedFor === undefined ? fitting[0] : undefined);
  const model = PANEL.find(({ card }) => card.identifier === identifier);
  if (model?.checkpoint === undefined) throw fitsNone(file.name, meant);
  const hashes = await client.call("hash", [file, (done: number) => onProgress(model, done)], call);
  const published = isPublished(model.checkpoint, hashes);
  if (downloadedFor !== undefined && published === false && model.checkpoint.fileNames.includes(file.name)) {
    throw notPublished(file.name, model.checkpoint, hashes);
  }
  return {
    model,
    shelved: { name: file.name, bytes: file, sha256: hashes.sha256, ...(published === undefined ? {} : { published }) },
  };
}

function fitsNone(file: string, meant: PanelModel | undefined): GapscopeError {
  return new GapscopeError("subject-refused", `${file} holds the weights of no model of the panel.`, {
    faults: [
      {
        code: "wrong-weights",
        file,
        message:
          meant === undefined
            ? "Its tensors are not those of any model of the panel."
            : `Its tensors are not those of ${meant.card.identifier}.`,
        expected:
          meant === undefined
            ? "the published checkpoint of one of the models"
            : `the tensors of ${meant.card.identifier}`,
        remedy:
          "Take the file from the address that stands with the model. For a network of your own, drop its card with it.",
      },
    ],
  });
}

function notPublished(
  file: string,
  { sha256, sha1 }: CheckpointSource,
  hashes: { readonly sha256: string; readonly sha1: string },
): GapscopeError {
  const message = "What was downloaded is not the file that its authors published, so it was deleted.";
  return new GapscopeError("subject-refused", message, {
    faults: [
      {
        code: "wrong-hash",
        file,
        message,
        value: sha256 === undefined ? `sha1 ${hashes.sha1}` : `sha256 ${hashes.sha256}`,
        expected: sha256 === undefined ? `sha1 ${sha1}` : `sha256 ${sha256}`,
        remedy: "Download it again, or take it from another address and drop it here.",
      },
    ],
  });
}

/** The network of a panel model with these weights; `shelved` is undefined for the model that has none. */
export async function panelNetwork(model: PanelModel, shelved: Shelved | undefined): Promise<PanelNetwork> {
  const files = shelved === undefined ? [] : [{ name: shelved.name, bytes: shelved.bytes }];
  const network = await describeNetwork(model.card, files, shelved === undefined ? [] : [shelved.sha256]);
  const { standsInFor } = model;
  const notes = [
    ...(standsInFor === undefined ? [] : [`stands in for ${standsInFor.identifier}: ${standsInFor.reason}`]),
    ...(shelved?.published === false
      ? [`its weights are not the published file (sha256 ${shelved.sha256.slice(0, 8)}…)`]
      : []),
    ...(shelved !== undefined && shelved.published === undefined
      ? [
          `its weights could not be compared with the published file, whose hash is not known (sha256 ${shelved.sha256.slice(0, 8)}…)`,
        ]
      : []),
  ];
  return { network, notes, counts: standsInFor === undefined && shelved?.published !== false };
}

/** What is stored, by model's identifier. */
export interface Stock {
  readonly whole: ReadonlyMap<string, Shelved>;
  /** Downloads that are not finished. */
  readonly begun: ReadonlyMap<string, PartFacts>;
}

/** The shelf between visits. Downloaded files lie in the parts they came in; others are stored whole. */
export interface Shelf {
  /** Everything that is stored; nothing where the browser stores nothing. */
  stock(): Promise<Stock>;
  /** The file that a download has finished, under `name`. */
  downloaded(identifier: string, name: string): Promise<File>;
  /** Keeps weights for next time. Throws `storage-full`. */
  keep(identifier: string, shelved: Shelved, from: "download" | "file"): Promise<void>;
  /** Deletes what is stored of a model, downloads that are not finished too. */
  free(identifier: string): Promise<void>;
}

/** A checkpoint as it is stored; without bytes where the parts of its download are the file. */
type Stored = Omit<Shelved, "bytes"> & { readonly bytes?: Blob };

export function weightsShelf(): Shelf {
  const database = openDatabase("weights");
  const parts = partStore();
  const identifiers = PANEL.map(({ card }) => card.identifier);
  return {
    async stock() {
      const whole = new Map<string, Shelved>();
      const begun = new Map<string, PartFacts>();
      const nothing = (): undefined[] => identifiers.map(() => undefined);
      const [records, facts] = await Promise.all([
        getMany<Stored | undefined>(identifiers, database).catch(nothing),
        parts.facts(identifiers).catch(nothing),
      ]);
      for (const [i, identifier] of identifiers.entries()) {
        const record = records[i];
        const bytes = record && (record.bytes ?? (await parts.file(identifier).catch(() => undefined)));
        const unfinished = facts[i];
        if (record !== undefined && bytes !== undefined) whole.set(identifier, { ...record, bytes });
        else if (unfinished !== undefined && unfinished.received > 0) begun.set(identifier, unfinished);
      }
      return { whole, begun };
    },
    async downloaded(identifier, name) {
      const bytes = await parts.file(identifier);
      if (bytes === undefined) throw new GapscopeError("internal", `The parts of ${name} are gone.`);
      return new File([bytes], name);
    },
    async keep(identifier, { bytes, ...facts }, from) {
      const record: Stored = from === "download" ? facts : { ...facts, bytes };
      await setMany([[identifier, record]], database).catch((error: unknown) => {
        throw storageTrouble(error);
      });
      if (from === "file") await parts.forget(identifier);
    },
    async free(identifier) {
      await delMany([identifier], database);
      await parts.forget(identifier);
    },
  };
}
