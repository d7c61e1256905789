/**
 * What the scoring worker does for recordings: ceilings, and scores of activations that it reads from the page by rows.
 *
 * The Gram matrix of a layer is kept for the next metric over the same activations. How numbers are made is
 * scoring/neural.ts's business; scoring-api.ts offers this with the rest.
 */
import { GapscopeError } from "../faults/faults.ts";
import type { PrimateData, Recording } from "../metrics/neural-metric.ts";
import type { FeatureValues, RowSource } from "../numerics/activations.ts";
import type { Products } from "../numerics/products.ts";
import { StreamedActivations } from "../numerics/streamed-activations.ts";
import type { Ceiling, Score } from "../scoring/ceiled.ts";
import { type NeuralComparison, neuralCeiling, scoreRecording, targetOf } from "../scoring/neural.ts";

/** A recording without its activations: those are read from the page. */
export interface RecordingFacts extends Omit<Recording, "bins"> {
  /** One a time bin. */
  readonly bins: readonly BinFacts[];
  /** The subject's, for the score. */
  readonly notes: readonly string[];
}

export interface BinFacts extends Pick<RowSource, "rows" | "columns"> {
  /** Names the activations: bins with equal keys have the same. */
  readonly key: string;
}

/** Rows of the activations of a bin, by the bin's key. Undefined where nobody waits for the answer any more. */
export type ReadRows = (key: string, first: number, count: number) => Promise<FeatureValues | undefined>;

/** What is being done, and the share of it that is. */
export type OnStage = (stage: string, share: number) => void;

/** Gram matrices that are kept: 82 MB each with 3,200 stimuli. */
const KEPT = 2;

export function neuralApi(products: Products) {
  /** By key, the least recently used first. */
  const kept = new Map<string, Layer>();

  const layerOf = (bin: BinFacts, reader: Reader): Layer => {
    const layer = kept.get(bin.key) ?? new Layer(bin, products);
    kept.delete(bin.key);
    kept.set(bin.key, layer);
    for (const key of [...kept.keys()].slice(0, -KEPT)) kept.delete(key);
    layer.reader = reader;
    return layer;
  };

  const benchmarks = new Map<string, Held>();
  const heldOf = (digest: string): Held => {
    const held = benchmarks.get(digest);
    if (held === undefined) throw new GapscopeError("internal", "a neural benchmark that was not handed over");
    return held;
  };

  return {
    /** Hands over a benchmark's recordings, which may take hundreds of megabytes, once for all calls of its digest. */
    holdRecordings(digest: string, benchmark: NeuralComparison): void {
      benchmarks.set(digest, { benchmark, target: undefined });
    },

    neuralCeiling(digest: string, onStage: OnStage): Promise<Ceiling> {
      const onProgress = (share: number): void => onStage("the ceiling", share);
      return neuralCeiling(heldOf(digest).benchmark, { products, onProgress });
    },

    /** Reads each row as often as the metric needs it. */
    scoreRecording(
      digest: string,
      { coords, timeBins, bins, notes }: RecordingFacts,
      ceiling: Ceiling,
      read: ReadRows,
      onStage: OnStage,
    ): Promise<Score> {
      const held = heldOf(digest);
      held.target ??= targetOf(held.benchmark);
      const layers = bins.map((bin) => layerOf(bin, { read, onStage }).activations);
      const { benchmark, target } = held;
      const onProgress = (share: number): void => onStage(benchmark.metric.name, share);
      const recording = { coords, timeBins, bins: layers };
      return scoreRecording(benchmark, target, recording, notes, ceiling, { products, onProgress });
    },
  };
}

interface Held {
  readonly benchmark: NeuralComparison;
  /** Made when it is first asked for. */
  target: PrimateData | undefined;
}

interface Reader {
  readonly read: ReadRows;
  readonly onStage: OnStage;
}

/** A layer's activations, with whoever reads them at the moment: a call's callbacks end with the call. */
class Layer {
  readonly activations: StreamedActivations;
  reader: Reader | undefined;

  constructor({ key, rows, columns }: BinFacts, products: Products) {
    const read = async (first: number, count: number): Promise<FeatureValues> => {
      const values = await this.reader?.read(key, first, count);
      if (values === undefined) throw GapscopeError.cancelled();
      return values;
    };
    this.activations = new StreamedActivations(
      { rows, columns, read },
      { products, onProgress: (share) => this.reader?.onStage("inner products of stimuli", share) },
    );
  }
}
