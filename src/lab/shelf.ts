/**
 * The weights shelf: checkpoints of the panel's models, found by their tensors, hashed once and kept for next time.
 *
 * A file finds its model by what is in it; its name only says which model it was meant for when nothing fits. A file that
 * is not the published one to the bit is usable all the same, and every score made with it says so.
 */
import { GapscopeError } from "../faults/faults.ts";
import { isPublished, PANEL, type PanelModel } from "../models/panel.ts";
import { describeNetwork } from "./intake.ts";
import type { Network } from "./network-runner.ts";
import type { WorkerClient } from "./rpc.ts";
import type { SubjectApi } from "./subject-api.ts";

/** A checkpoint as it is stored, by its model's identifier. */
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

/**
 * Finds the model that a file holds the weights of, and hashes it. Throws `subject-refused` where it is no checkpoint, or
 * one of no model of the panel. `onProgress` counts bytes.
 */
export async function recognise(
  file: File,
  client: WorkerClient<SubjectApi>,
  onProgress: (identifier: string, done: number) => void,
): Promise<{ readonly model: PanelModel; readonly shelved: Shelved }> {
  const fitting = await client.call("identify", [{ name: file.name, bytes: file }]);
  const named = modelByFileName(file.name);
  const identifier = fitting.find((each) => each === named?.card.identifier) ?? fitting[0];
  const model = PANEL.find(({ card }) => card.identifier === identifier);
  if (model?.checkpoint === undefined) {
    throw new GapscopeError("subject-refused", `${file.name} holds the weights of no model of the panel.`, {
      faults: [
        {
          code: "wrong-weights",
          file: file.name,
          message: "Its tensors are not those of any model of the panel.",
          expected:
            named === undefined
              ? "the published checkpoint of one of the models"
              : `the tensors of ${named.card.identifier}`,
          remedy:
            "Take the file from the address that stands with the model. For a network of your own, drop its card with it.",
        },
      ],
    });
  }
  const hashes = await client.call("hash", [file, (done: number) => onProgress(model.card.identifier, done)]);
  const published = isPublished(model.checkpoint, hashes);
  return {
    model,
    shelved: { name: file.name, bytes: file, sha256: hashes.sha256, ...(published === undefined ? {} : { published }) },
  };
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
