/**
 * From a card and its files to a graph that ONNX Runtime can load, with the wanted taps as outputs.
 *
 * Two ways lead there: an ONNX file gets its taps appended (onnx.ts), an architecture of ours is drawn with the weights of
 * a checkpoint (graph.ts). Everything that can be wrong with the files is found here, before a session is made.
 */
import { clip } from "../benchmark/findings.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import { ARCHITECTURES, FLAGS } from "./architectures/registry.ts";
import type { CheckpointCard, ModelCard } from "./card.ts";
import type { Checkpoint } from "./checkpoints/checkpoint.ts";
import { openCheckpoint } from "./checkpoints/open.ts";
import { EXTERNAL_DATA, Graph } from "./graph.ts";
import { checkSize, type GraphFacts, outputsSuffix, readGraph } from "./onnx.ts";
import { stretchFault } from "./onnx-checks.ts";
import type { PanelModel } from "./panel.ts";
import { weightsOf } from "./weights.ts";

export interface NetworkFile {
  readonly name: string;
  readonly bytes: Blob;
}

export interface Assembled {
  /** For sentences. */
  readonly file: string;
  readonly model: Uint8Array;
  readonly externalData: readonly { readonly path: string; readonly data: Blob }[];
  readonly input: GraphFacts["input"];
}

/** Assembles the network. Throws `subject-refused` with what is wrong with which file, tensor or output. */
export function assemble(card: ModelCard, files: readonly NetworkFile[], taps: readonly string[]): Promise<Assembled> {
  return "onnx" in card ? fromOnnx(card.onnx, files, taps) : fromCheckpoint(card, files[0], taps);
}

async function fromOnnx(file: string, files: readonly NetworkFile[], taps: readonly string[]): Promise<Assembled> {
  const given = new Map(files.map(({ name, bytes }) => [name, bytes]));
  const original = await bytesOf(file, files);
  const graph = readGraph(original, file);
  const missing = taps.filter((tap) => !graph.tensors.has(tap) && !graph.outputs.includes(tap));
  if (missing.length > 0) throw noSuchTensor(file, missing, [...graph.tensors]);
  const beside = [...new Set(graph.external.map(({ file: name }) => name))];
  const absent = beside.filter((name) => !given.has(name));
  if (absent.length > 0) {
    throw new GapscopeError("subject-refused", `${file} needs ${clip(absent.join(", "))}, which was not given.`, {
      faults: absent.slice(0, MOST_FAULTS).map((name) => ({
        code: "missing-external-data",
        file,
        message: "The network's weights are in another file.",
        value: clip(name),
        remedy: `Give ${clip(name)} together with the card, and name it under external_data.`,
      })),
    });
  }
  const short = graph.external.flatMap((part) => stretchFault(part, given.get(part.file)?.size ?? 0) ?? []);
  if (short.length > 0) {
    const names = clip([...new Set(short.map((fault) => fault.file))].join(", "));
    const faults = short.slice(0, MOST_FAULTS);
    throw new GapscopeError("subject-refused", `${names} has not all the weights that ${file} needs.`, { faults });
  }
  const added = taps.filter((tap) => !graph.outputs.includes(tap));
  const externalData = beside.map((path) => ({ path, data: given.get(path) ?? new Blob() }));
  const model = added.length === 0 ? original : concatenate(original, outputsSuffix(added));
  return { file, model, externalData, input: graph.input };
}

async function fromCheckpoint(
  card: CheckpointCard,
  file: NetworkFile | undefined,
  taps: readonly string[],
): Promise<Assembled> {
  const name = file?.name ?? card.architecture;
  const checkpoint = file === undefined ? weightless(name) : await openCheckpoint(file.bytes, file.name);
  const graph = drawn(card, checkpoint);
  const missing = taps.filter((tap) => !graph.taps.includes(tap));
  if (missing.length > 0) throw noSuchTensor(card.architecture, missing, graph.taps);
  const built = await graph.build(taps);
  return {
    file: name,
    model: built.model,
    externalData: built.weights.size === 0 ? [] : [{ path: EXTERNAL_DATA, data: built.weights }],
    input: readGraph(built.model, name).input,
  };
}

/**
 * The first of the architecture's drawings whose tensors the checkpoint has. Throws `subject-refused` with what the first
 * one lacks, or with what the checkpoint says of itself that does not fit.
 */
export function drawn(card: Pick<CheckpointCard, "architecture" | "prefix">, checkpoint: Checkpoint): Graph {
  const attempts = ARCHITECTURES[card.architecture].map((architecture) => {
    const { weights, check } = weightsOf(checkpoint, card.prefix);
    const graph = new Graph();
    architecture(graph, weights);
    return { graph, check };
  });
  const fitting = attempts.find(({ check }) => {
    try {
      check();
      return true;
    } catch {
      return false; // another library's names, perhaps
    }
  });
  if (fitting !== undefined) {
    checkFlags(card, checkpoint);
    return fitting.graph;
  }
  attempts[0]?.check();
  throw new GapscopeError("internal", `${card.architecture} has no drawing`);
}

/** Throws where the checkpoint says of itself that it is of a network that the drawing is not. */
function checkFlags({ architecture }: Pick<CheckpointCard, "architecture">, { file, values }: Checkpoint): void {
  const faults = Object.entries(FLAGS[architecture] ?? {}).flatMap(([field, expected]): Fault[] => {
    const found = values?.get(field);
    if (found === undefined || found === expected) return [];
    return [
      {
        code: "checkpoint-flags",
        file,
        field,
        message: `The checkpoint is of another network than ${architecture}, by what it says of itself.`,
        value: String(found ?? "None"),
        expected: String(expected ?? "None"),
      },
    ];
  });
  if (faults.length === 0) return;
  throw new GapscopeError("subject-refused", `${file} is not a checkpoint of ${architecture}.`, { faults });
}

/** More faults of one file than these say nothing more. */
const MOST_FAULTS = 20;

/** Layers of a network that are chosen for a person, at most: a curve of more says no more. */
const MOST_LAYERS = 24;

/**
 * The layers of a network that are worth scoring, in its order: those that its card names; else what ends its blocks, thinned
 * out evenly, with every layer that the card commits to something. Throws as `assemble` does.
 */
export async function layersOf(card: ModelCard, files: readonly NetworkFile[]): Promise<string[]> {
  if (card.layers !== undefined) return [...card.layers];
  const { layers, all } = "onnx" in card ? await onnxLayers(card.onnx, files) : await checkpointLayers(card, files[0]);
  const committed = [...Object.values(card.regions), card.readout?.output].filter((layer) => layer !== undefined);
  const step = Math.max(1, layers.length / MOST_LAYERS);
  const thinned = layers.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  const wanted = new Set([...thinned, ...committed]);
  return all.filter((layer) => wanted.has(layer));
}

/** The network's own file, none of it read where it is too large to be one. */
async function bytesOf(file: string, files: readonly NetworkFile[]): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = files.find(({ name }) => name === file)?.bytes ?? new Blob([]);
  checkSize(bytes.size, file);
  return new Uint8Array(await bytes.arrayBuffer());
}

async function onnxLayers(file: string, files: readonly NetworkFile[]) {
  const { layers, tensors } = readGraph(await bytesOf(file, files), file);
  return { layers, all: [...tensors] };
}

async function checkpointLayers(card: CheckpointCard, file: NetworkFile | undefined) {
  const name = file?.name ?? card.architecture;
  const { taps } = drawn(card, file === undefined ? weightless(name) : await openCheckpoint(file.bytes, file.name));
  return { layers: taps, all: taps };
}

/** Which of the panel's models this file holds the weights of, by its tensors. Throws where it is no checkpoint. */
export async function identify(file: NetworkFile, models: readonly PanelModel[]): Promise<string[]> {
  const checkpoint = await openCheckpoint(file.bytes, file.name);
  return models.flatMap(({ card }) => {
    if (card.checkpoint === undefined) return [];
    try {
      drawn(card, checkpoint);
      return [card.identifier];
    } catch {
      return [];
    }
  });
}

/** The checkpoint of an architecture that has no weights: it lacks every tensor. */
function weightless(file: string): Checkpoint {
  return {
    file,
    container: "safetensors",
    tensors: new Map(),
    read: (name) => Promise.reject(new GapscopeError("internal", `${file} has no ${name}`)),
    slice: () => Promise.resolve(undefined),
  };
}

function noSuchTensor(file: string, missing: readonly string[], known: readonly string[]): GapscopeError {
  return new GapscopeError("subject-refused", `${file} has no tensor named ${clip(missing.join(", "))}.`, {
    faults: missing.slice(0, MOST_FAULTS).map(
      (tap): Fault => ({
        code: "no-such-tensor",
        file,
        message: "The card names an output that the network does not have.",
        value: clip(tap),
        expected: `one of ${nearest(tap, known).map(clip).join(", ")} …`,
      }),
    ),
  });
}

/** A few names that share the longest beginnings with `wanted`. */
function nearest(wanted: string, names: readonly string[]): string[] {
  const shared = (name: string): number => {
    let i = 0;
    while (i < name.length && name[i] === wanted[i]) i++;
    return i;
  };
  return [...names].sort((a, b) => shared(b) - shared(a)).slice(0, 5);
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
