/**
 * What the scoring worker does for recordings: ceilings, scores of activations that it reads from the page by rows, and what
 * is behind a score.
 *
 * The Gram matrix of a layer is kept for the next metric over the same activations. How numbers are made is
 * scoring/neural.ts's business; scoring-api.ts offers this with the rest.
 */
import { GapscopeError } from "../faults/faults.ts";
import type { ByRow } from "../metrics/metric.ts";
import type { ComparedRdms, RdmChoice } from "../metrics/neural/compared-rdms.ts";
import type { Correlations, FoldPrediction, PrimateData, Recording } from "../metrics/neural-metric.ts";
import type { Activations, FeatureValues, InnerProducts, RowSource } from "../numerics/activations.ts";
import type { Products } from "../numerics/products.ts";
import { StreamedActivations } from "../numerics/streamed-activations.ts";
import type { Ceiling, Score } from "../scoring/ceiled.ts";
import {
  correlateFolds,
  dissimilarities,
  foldCount,
  type NeuralComparison,
  neuralCeiling,
  predictSite,
  scoreFolds,
  scoreRecording,
  siteCeilings,
  targetOf,
} from "../scoring/neural.ts";

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

  const keep = (key: string, layer: Layer): void => {
    kept.delete(key);
    kept.set(key, layer);
    for (const old of [...kept.keys()].slice(0, -KEPT)) kept.delete(old);
  };
  const layerOf = (bin: BinFacts, reader: Reader): Layer => {
    const layer = kept.get(bin.key) ?? new Layer(bin, products);
    keep(bin.key, layer);
    layer.reader = reader;
    return layer;
  };

  const benchmarks = new Map<string, Held>();
  const heldOf = (digest: string): Held => {
    const held = benchmarks.get(digest);
    if (held === undefined) throw new GapscopeError("internal", "a neural benchmark that was not handed over");
    return held;
  };

  const readied = (digest: string): { benchmark: NeuralComparison; target: PrimateData } => {
    const held = heldOf(digest);
    held.target ??= targetOf(held.benchmark);
    return { benchmark: held.benchmark, target: held.target };
  };

  const recordingOf = ({ bins, notes: _, ...facts }: RecordingFacts, reader: Reader): Recording => ({
    ...facts,
    bins: bins.map((bin) => layerOf(bin, reader).activations),
  });

  return {
    /** Hands over a benchmark's recordings, which may take hundreds of megabytes, once for all calls of its digest. */
    holdRecordings(digest: string, benchmark: NeuralComparison): void {
      benchmarks.set(digest, { benchmark, target: undefined });
    },

    /** Hands over inner products that are known from before. */
    holdInner(bin: BinFacts, inner: InnerProducts): void {
      if (kept.get(bin.key)?.activations.known === undefined) keep(bin.key, new Layer(bin, products, inner));
    },

    /** The inner products of a layer, where they have been computed here. */
    knownInner(key: string): InnerProducts | undefined {
      return kept.get(key)?.activations.known;
    },

    neuralCeiling(digest: string, onStage: OnStage): Promise<Ceiling> {
      const onProgress = (share: number): void => onStage("the ceiling", share);
      return neuralCeiling(heldOf(digest).benchmark, { products, onProgress });
    },

    /** Reads each row as often as the metric needs it. */
    scoreRecording(
      digest: string,
      facts: RecordingFacts,
      ceiling: Ceiling,
      read: ReadRows,
      onStage: OnStage,
    ): Promise<Score> {
      const { benchmark, target } = readied(digest);
      const recording = recordingOf(facts, { read, onStage });
      const onProgress = (share: number): void => onStage(benchmark.metric.name, share);
      return scoreRecording(benchmark, target, recording, facts.notes, ceiling, { products, onProgress });
    },

    /** What the metric predicts of the site at place `site`, fold by fold. Fits the metric's regressions anew. */
    predictSite(
      digest: string,
      facts: RecordingFacts,
      site: number,
      read: ReadRows,
      onStage: OnStage,
    ): Promise<readonly FoldPrediction[]> {
      const { benchmark, target } = readied(digest);
      const recording = recordingOf(facts, { read, onStage });
      const onProgress = (share: number): void => onStage(benchmark.metric.name, share);
      return predictSite(benchmark, target, recording, site, { products, onProgress });
    },

    dissimilarities(
      digest: string,
      facts: RecordingFacts,
      which: RdmChoice,
      read: ReadRows,
      onStage: OnStage,
    ): Promise<ComparedRdms> {
      return dissimilarities(heldOf(digest).benchmark, recordingOf(facts, { read, onStage }), which, { products });
    },

    siteCeilings(digest: string): Promise<readonly ByRow[]> {
      return siteCeilings(heldOf(digest).benchmark, { products });
    },

    /** What other workers need to do some of the metric's folds; undefined where it has none that may be done apart. */
    async shareFolds(
      digest: string,
      { bins }: RecordingFacts,
      read: ReadRows,
      onStage: OnStage,
    ): Promise<SharedFolds | undefined> {
      const { benchmark, target } = readied(digest);
      const [bin] = bins;
      const count = foldCount(benchmark, target);
      if (count < 2 || bin === undefined) return undefined;
      const gram = await layerOf(bin, { read, onStage }).activations.gram();
      return { count, target, gram: shared(gram), metric: benchmark.metric };
    },

    /** Folds `which` of those that were shared; this worker need hold nothing. */
    correlateFolds(
      { target, gram, metric }: SharedFolds,
      { bins: [bin], ...facts }: RecordingFacts,
      which: readonly number[],
      onFold: () => void,
    ): Promise<Correlations> {
      const { rows = 0, columns = 0 } = bin ?? {};
      const recording = { ...facts, bins: [onlyGram(gram, rows, columns)] };
      return correlateFolds({ metric }, target, recording, which, { products, onProgress: onFold });
    },

    scoreFolds(digest: string, found: Correlations, notes: readonly string[], ceiling: Ceiling): Score {
      const { benchmark, target } = readied(digest);
      return scoreFolds(benchmark, target, found, notes, ceiling);
    },
  };
}

interface Held {
  readonly benchmark: NeuralComparison;
  /** Made when it is first asked for. */
  target: PrimateData | undefined;
}

export interface SharedFolds {
  readonly count: number;
  /** Averaged over repetitions. */
  readonly target: PrimateData;
  /** Of the one time bin. In memory that workers share, where the page may have such. */
  readonly gram: Float64Array;
  readonly metric: NeuralComparison["metric"];
}

function shared(values: Float64Array): Float64Array {
  if (typeof SharedArrayBuffer === "undefined" || globalThis.crossOriginIsolated === false) return values;
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

/** Activations of which the Gram matrix is all that is known. */
function onlyGram(gram: Float64Array, rows: number, columns: number): Activations {
  const unknown = (): Promise<never> =>
    Promise.reject(new GapscopeError("internal", "only the Gram matrix was shared"));
  return { rows, columns, gram: () => Promise.resolve(gram), sums: unknown, read: unknown };
}

interface Reader {
  readonly read: ReadRows;
  readonly onStage: OnStage;
}

/** A layer's activations, with whoever reads them at the moment: a call's callbacks end with the call. */
class Layer {
  readonly activations: StreamedActivations;
  reader: Reader | undefined;

  constructor({ key, rows, columns }: BinFacts, products: Products, inner?: InnerProducts) {
    const read = async (first: number, count: number): Promise<FeatureValues> => {
      const values = await this.reader?.read(key, first, count);
      if (values === undefined) throw GapscopeError.cancelled();
      return values;
    };
    this.activations = new StreamedActivations(
      { rows, columns, read },
      { products, inner, onProgress: (share) => this.reader?.onStage("inner products of stimuli", share) },
    );
  }
}
