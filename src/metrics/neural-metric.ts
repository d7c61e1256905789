/**
 * What a neural metric is: a comparison of a layer's activations with recordings. The sibling of metric.ts for the track
 * whose subjects are recorded from; it knows nothing of ceilings' division or of where activations come from.
 */
import type * as v from "valibot";
import type { Coordinate } from "../assembly/assembly.ts";
import type { Histogram } from "../assembly/histogram.ts";
import type { NeuroidAssembly, SimilarityAssembly } from "../assembly/neuroids.ts";
import type { Normalisation } from "../benchmark/benchmark.ts";
import type { Activations } from "../numerics/activations.ts";
import type { Products } from "../numerics/products.ts";
import type { Measurement, MetricOptions } from "./metric.ts";

/** What a subject's region gave for every stimulus of the set, one matrix a time bin. */
export interface Recording {
  /** Along "presentation": every column of the stimulus table, `stimulus_id` unique, in the table's order. */
  readonly coords: Readonly<Record<string, Coordinate>>;
  /** Start and end in milliseconds. */
  readonly timeBins: readonly (readonly [number, number])[];
  /** Set where Brain-Score keeps the activations as bytes: of the model pixels. Its products are modulo 256. */
  readonly bytes?: boolean;
  /** One a time bin; a static model gives the same object for each. */
  readonly bins: readonly Activations[];
}

export interface NeuralContext {
  readonly products: Products;
  readonly signal?: AbortSignal;
  /** Share of the work that is done, 0 … 1. */
  readonly onProgress?: (share: number) => void;
}

/** What was recorded, stimulus by stimulus. */
export type NeuralData = NeuroidAssembly | SimilarityAssembly;
/** All that a metric may compare with: a recording, or how a property of cells is distributed. */
export type PrimateData = NeuralData | Histogram;

/** How well each unit was predicted, fold by fold: Pearson's r. */
export interface Correlations {
  readonly perFold: readonly (readonly number[])[];
  readonly notes: readonly string[];
}

/** What a metric predicts of one neuroid for the test stimuli of one fold, in an order of its own. */
export interface FoldPrediction {
  /** Rows of the subject's recording. */
  readonly presentations: readonly number[];
  readonly predicted: readonly number[];
  /** As the metric compares with it. */
  readonly recorded: readonly number[];
}

/**
 * Folds of a cross-validated metric that need nothing of each other and of the activations only the Gram matrix, so that
 * they may be done in several places. `whole(correlate(all folds))` is what `compare` gives.
 */
export interface IndependentFolds {
  count(target: PrimateData, options: MetricOptions): number;
  /** Of the folds `which`, in that order. Throws as `compare` does. */
  correlate(
    source: Recording,
    target: PrimateData,
    options: MetricOptions,
    which: readonly number[],
    context: NeuralContext,
  ): Promise<Correlations>;
  whole(found: Correlations, target: PrimateData): Measurement;
}

export interface NeuralMetric {
  readonly name: string;
  /** What `raw` is called in figures, e.g. "Pearson r". */
  readonly unit: string;
  readonly normalisation: Normalisation;
  /** Brain-Score's clamp of the ceiled score; null for an open end. */
  readonly bounds: readonly [number | null, number | null];
  /** Which form of data it compares with. */
  readonly data: "neuroids" | "similarities" | "either" | "histogram";
  /** Its keyword arguments, by Brain-Score's names and with its defaults. */
  readonly options: v.GenericSchema<unknown, unknown>;
  /**
   * What is wrong with data or options before any model has run, e.g. too few stimuli for PLS, a stratification coordinate
   * that is absent: sentences. Empty where nothing is.
   */
  check(target: PrimateData, options: MetricOptions): readonly string[];
  /** Of a metric that reads what the stimuli are: as `check`, of their columns as the recording will give them. */
  checkStimuli?(coords: Recording["coords"], options: MetricOptions): readonly string[];
  /**
   * `target` is averaged over repetitions. Rows of source and target are matched by stimulus_id, as in the Python original.
   * `by` of the measurement holds a row per neuroid (`neuroid_id`, `raw` = mean over splits) where the metric has neuroids.
   */
  compare(source: Recording, target: PrimateData, options: MetricOptions, context: NeuralContext): Promise<Measurement>;
  /** Absent where the metric has no such folds. */
  readonly folds?: IndependentFolds;
  /**
   * What it predicts of the neuroid at place `neuroid`, fold by fold; absent of metrics that predict none. The neuroid's `raw`
   * is the mean over folds of Pearson's r of these. Throws as `compare` does.
   */
  predict?(
    source: Recording,
    target: PrimateData,
    neuroid: number,
    options: MetricOptions,
    context: NeuralContext,
  ): Promise<readonly FoldPrediction[]>;
}

/** A ceiling of recordings: internal_consistency, predictor_consistency, rsa_ceiling. */
export interface NeuralCeiling {
  readonly name: string;
  readonly data: "neuroids" | "similarities" | "either" | "histogram";
  readonly options: v.GenericSchema<unknown, unknown>;
  /** As of a metric. `target` has its repetitions. */
  check(target: PrimateData, options: MetricOptions): readonly string[];
  compute(target: PrimateData, options: MetricOptions, context: NeuralContext): Promise<Measurement>;
}
