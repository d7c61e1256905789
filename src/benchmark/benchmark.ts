/**
 * A benchmark as the rest of the house sees it: read, checked, and with its exclusions applied.
 *
 * These types say what a package *means* (spec: the benchmark package, version 1); schema.ts says what its manifest
 * looks like, read.ts makes the one from the other. Nothing here knows about zips or workers. Everything is plain data
 * that survives structured cloning; image bytes are Blobs, which cross threads by reference.
 */
import type { Histogram } from "../assembly/histogram.ts";
import type { NeuroidAssembly, SimilarityAssembly } from "../assembly/neuroids.ts";
import type { Table } from "../assembly/table.ts";
import type { Fault } from "../faults/faults.ts";
import type { ImageFormat, ImageMode } from "../stimuli/image.ts";

export interface Stimulus {
  readonly id: string | number;
  /** Path in the zip. */
  readonly file: string;
  readonly format: ImageFormat;
  readonly mode: ImageMode;
  readonly width: number;
  readonly height: number;
  /** Lower-case hexadecimal SHA-256 of `bytes`. */
  readonly sha256: string;
  readonly bytes: Blob;
}

export interface StimulusSet {
  readonly identifier: string;
  readonly stimuli: readonly Stimulus[];
  /** One row per stimulus, in the same order. */
  readonly table: Table;
  /** Degrees of visual angle that each image spans; null where the images fill the subject's field of view. */
  readonly visualDegrees: readonly number[] | null;
}

export type Region = "V1" | "V2" | "V4" | "IT";

export type Task =
  | { readonly name: "label"; readonly choices: readonly string[] | "imagenet" }
  /** The table of the fitting stimuli has image_label. */
  | { readonly name: "probabilities"; readonly fittingStimuli: StimulusSet }
  /**
   * `triplets` has a row per presentation: ids a, b, c (their text as in the stimulus table), stimulus_id `a|b|c`, and any
   * further columns. Without a measure the similarity is the dot product.
   */
  | { readonly name: "odd_one_out"; readonly triplets: Table; readonly similarityMeasure?: "dot" | "cosine" };

export interface NamedWithOptions {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export type Normalisation = "ratio" | "explained_variance" | "squared_ratio" | "chance_corrected";

interface Described {
  readonly identifier: string;
  readonly version: number;
  readonly title?: string;
  readonly description?: string;
  readonly authors: readonly string[];
  readonly licence?: string;
  readonly bibtex?: string;
  readonly parent?: string;
  /** `sha256-…` over the manifest's meaning, the tables, the data and the images; not over the zip's bytes. */
  readonly digest: string;
  /** Folder of the manifest in the zip, "" for the root. */
  readonly folder: string;
  readonly stimulusSet: StimulusSet;
  readonly numberOfTrials: number;
  readonly metric: NamedWithOptions;
  readonly ceiling: NamedWithOptions;
  readonly normalisation?: Normalisation;
  /** Clamp of the final score; null for an open end. Absent: the metric's own. */
  readonly bounds?: readonly [number | null, number | null];
}

export interface BehavioralBenchmark extends Described {
  readonly track: "behavioral";
  readonly task: Task;
  /**
   * The primate data: one row per trial, with `stimulus_id`, `subject`, `response`, and what the metric needs of the
   * stimulus (`truth`, `condition` and others) inherited from it where the file lacks it. For odd-one-out the stimulus is a
   * triplet, with a, b, c.
   */
  readonly responses: Table;
  /** How many rows `exclude` left out. */
  readonly excluded: { readonly stimuli: number; readonly responses: number };
}

/** What was measured in primates' brains. */
export type Recordings = NeuroidAssembly | SimilarityAssembly | Histogram;

export interface NeuralBenchmark extends Described {
  readonly track: "neural";
  readonly recording: {
    readonly region: Region;
    /** Start and end in milliseconds after stimulus onset. */
    readonly timeBins: readonly (readonly [number, number])[];
  };
  /** The primate data, with their repetitions; presentations have the stimuli's columns as coordinates. */
  readonly recordings: Recordings;
  /** Whether the metric compares with means over repetitions. */
  readonly averageRepetition: boolean;
  /** How many rows `exclude` left out. */
  readonly excluded: { readonly stimuli: number; readonly presentations: number };
}

export type Benchmark = BehavioralBenchmark | NeuralBenchmark;

export interface BenchmarkPackage {
  readonly fileName: string;
  readonly bytes: number;
  /** Of the zip; whoever reads it may know it (lab/archive-api.ts). */
  readonly sha256?: string;
  readonly benchmarks: readonly Benchmark[];
  /** What is allowed but worth knowing, e.g. files in the zip that no manifest names. */
  readonly notices: readonly Fault[];
}
