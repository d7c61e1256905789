/**
 * What a benchmark may ask of a subject.
 *
 * Brain-Score's `BrainModel` (model_interface.py) with its two ways of being looked into: a behavioural task, or a
 * recording. A network, a file of recorded responses and a person are three kinds of subject; a benchmark never learns
 * which it talks to. Nothing here knows about workers: how a network gets its activations is the `Activations`
 * given to it.
 */
import type { BehavioralAssembly, Coordinate } from "../assembly/assembly.ts";
import type { Table } from "../assembly/table.ts";
import type { Benchmark, Region, StimulusSet, Task } from "../benchmark/benchmark.ts";
import type { RowSource } from "../numerics/activations.ts";

export interface LookOptions {
  /** Brain-Score's number_of_trials: without effect on a deterministic subject (brainscore.md §2.7). */
  readonly numberOfTrials: number;
  readonly signal?: AbortSignal;
  /** Called as presentations are answered, fitting stimuli counting too; `stage` names what takes long besides. */
  readonly onProgress?: (done: number, total: number, stage?: string) => void;
}

export type SubjectKind = "network" | "recorded";

export interface Subject {
  readonly identifier: string;
  readonly kind: SubjectKind;
  /** `sha256-…` of everything that makes the subject answer as it does. */
  readonly digest: string;
  /** Edge length of the field of view in degrees of visual angle. */
  readonly visualDegrees: number;
  /** Throws `not-applicable` where the subject cannot take part, with the reason. */
  startTask(task: Task): void;
  /** Throws `not-applicable` where the subject has no such region. */
  startRecording(region: Region, timeBins: readonly TimeBin[]): void;
  /**
   * Places the stimuli on the subject's screen and looks at each. Presentations come back in the order of the set's
   * rows, every column of its table a coordinate; for odd-one-out in the order of the triplets, with their columns.
   * Throws `cancelled`, `inference-failed`, and whatever the means of getting activations throws.
   */
  lookAt(stimuli: StimulusSet, options: LookOptions): Promise<BehavioralAssembly>;
  /**
   * As `lookAt`, after `startRecording`: what the region gave for every stimulus, in the order of the set's rows. Throws as
   * `lookAt` does.
   */
  record(stimuli: StimulusSet, options: LookOptions): Promise<LayerRecording>;
}

/** A recording of a subject: stimuli × features for each time bin, read some rows at a time. */
export interface LayerRecording {
  /** Every column of the stimulus table, along "presentation". */
  readonly coords: Readonly<Record<string, Coordinate>>;
  /** Start and end in milliseconds. */
  readonly timeBins: readonly TimeBin[];
  /** One a time bin. A subject without a time axis gives the same one for each (brainscore.md §2.8). */
  readonly bins: readonly StoredRows[];
  /** Set where Brain-Score keeps the activations as bytes. */
  readonly bytes?: boolean;
  /** Of a network, the layer of each bin. */
  readonly layers: readonly string[];
  readonly notes: readonly string[];
}

/** Activations that lie somewhere for as long as a run lasts. */
export interface StoredRows extends RowSource {
  /** Names them: where keys are equal, so are the rows. */
  readonly key: string;
}

export type TimeBin = readonly [start: number, end: number];

/** A table's columns as coordinates of the presentations. `truth` is a label and stays as it was written. */
export function presentationCoords(table: Table): Record<string, Coordinate> {
  return Object.fromEntries(
    Object.entries(table.columns).map(([name, column]) => [
      name,
      { dim: "presentation", values: name === "truth" ? column.text : column.values },
    ]),
  );
}

/** How many pictures a subject has to look at. */
export function presentationsOf(benchmark: Benchmark): number {
  const { stimuli } = benchmark.stimulusSet;
  if (benchmark.track === "neural" || benchmark.task.name !== "probabilities") return stimuli.length;
  return stimuli.length + benchmark.task.fittingStimuli.stimuli.length;
}
