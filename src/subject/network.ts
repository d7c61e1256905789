/**
 * A network as a subject.
 *
 * It turns a task into the taps it needs and the taps' activations into answers. Where the activations come from
 * (a session in this thread, workers with a store) is the `ActivationSource`'s business.
 */
import type { BehavioralAssembly, ChoiceAssembly, ProbabilityAssembly } from "../assembly/assembly.ts";
import { compareScalars, type Table } from "../assembly/table.ts";
import type { Benchmark, Region, Stimulus, StimulusSet, Task } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { ModelCard } from "../models/card.ts";
import type { Features } from "../numerics/products.ts";
import { screenNotes } from "../stimuli/screen.ts";
import { decideImagenet, type decideLabels, type LabelDecisions, labelReadout } from "./label.ts";
import type { SimilarityMeasure } from "./odd-one-out.ts";
import type { ProbabilitiesReadout } from "./probabilities.ts";
import {
  type LayerRecording,
  type LookOptions,
  presentationCoords,
  type StoredRows,
  type Subject,
  type TimeBin,
} from "./subject.ts";

/** Whether the activations are the picture's own bytes: Brain-Score's `pixels` keeps them as bytes. */
export function keepsBytes(card: ModelCard): boolean {
  return "architecture" in card && card.architecture === "pixels";
}

/** How a stimulus is put on the subject's screen: both in degrees of visual angle; null, it fills the field of view. */
export type Screen = { readonly source: number; readonly target: number } | null;

export interface PlacedStimulus {
  readonly stimulus: Stimulus;
  readonly screen: Screen;
}

export interface ActivationSource {
  /**
   * Activations of `taps` for every placed stimulus: one array per tap, stimuli × features in C order.
   * Throws `cancelled` when the signal is, else the reason for which there are none.
   */
  activations(
    stimuli: readonly PlacedStimulus[],
    taps: readonly string[],
    options: Pick<LookOptions, "signal" | "onProgress">,
  ): Promise<readonly Float32Array[]>;
  /** The same, a reader per tap: for layers whose activations of all stimuli do not fit into memory. */
  stream(
    stimuli: readonly PlacedStimulus[],
    taps: readonly string[],
    options: Pick<LookOptions, "signal" | "onProgress">,
  ): Promise<readonly StoredRows[]>;
}

/** A share of what takes long, 0 … 1. */
type OnShare = (share: number) => void;

/**
 * Who turns activations into answers: the page asks its scoring worker, because a fit may take minutes. Features are given
 * as a function, to be asked again where the worker dies: they are handed over, not copied.
 */
export interface Readout {
  label(...args: Parameters<typeof decideLabels>): LabelDecisions | Promise<LabelDecisions>;
  fit(features: () => Promise<Features>, labels: readonly string[], onShare: OnShare): Promise<ProbabilitiesReadout>;
  probabilities(readout: ProbabilitiesReadout, features: () => Promise<Features>): Promise<Float64Array>;
  oddOnes(
    features: () => Promise<Features>,
    triplets: Uint32Array,
    measure: SimilarityMeasure,
    onShare: OnShare,
  ): Promise<Uint8Array>;
}

/** Features that are read out at a time, 128 MB: only the fitting stimuli need all of theirs at once. */
const AT_A_TIME = 1 << 25;

/** What is known of a network and its card cannot say. */
export interface NetworkFacts {
  /** Why it has no logits, where it has none and the reason is known. */
  readonly noLogits?: string;
  /** Brain-Score's candidate layers, in its order. */
  readonly candidates?: readonly string[];
  /** Of a network with time steps, by region: start of the first in milliseconds, length, and how many there are. */
  readonly timeSteps?: Readonly<Record<string, readonly [number, number, number]>>;
}

export class NetworkSubject implements Subject {
  readonly kind = "network";
  readonly identifier: string;
  readonly visualDegrees: number;
  #task: Task | undefined;
  #recording: Pick<LayerRecording, "timeBins" | "layers"> | undefined;

  constructor(
    readonly card: ModelCard,
    readonly digest: string,
    readonly source: ActivationSource,
    /** The 1,000 WordNet ids in ILSVRC 2012 order, for choices `"imagenet"`. */
    readonly synsets: readonly string[],
    readonly readout: Readout,
    readonly facts: NetworkFacts = {},
  ) {
    this.identifier = card.identifier;
    this.visualDegrees = card.visual_degrees;
  }

  startTask(task: Task): void {
    tapOf(task, this.card, this.facts);
    this.#task = task;
  }

  startRecording(region: Region, timeBins: readonly TimeBin[]): void {
    this.#recording = { timeBins, layers: layersOf(region, timeBins, this.card, this.facts) };
  }

  lookAt(stimuli: StimulusSet, options: LookOptions): Promise<BehavioralAssembly> {
    const task = this.#task;
    if (task === undefined) throw new GapscopeError("internal", "lookAt before startTask");
    switch (task.name) {
      case "label":
        return this.#label(task.choices, stimuli, options);
      case "probabilities":
        return this.#probabilities(task.fittingStimuli, stimuli, options);
      case "odd_one_out":
        return this.#oddOneOut(task.triplets, task.similarityMeasure ?? "dot", stimuli, options);
      default:
        return task satisfies never;
    }
  }

  async record(stimuli: StimulusSet, options: LookOptions): Promise<LayerRecording> {
    const recording = this.#recording;
    if (recording === undefined) throw new GapscopeError("internal", "record before startRecording");
    const placed = place(stimuli, this.visualDegrees);
    const taps = [...new Set(recording.layers)];
    const rows = await this.source.stream(placed, taps, options);
    const bins = recording.layers.map((layer) => rows[taps.indexOf(layer)]);
    if (!bins.every((bin) => bin !== undefined)) throw new GapscopeError("internal", "a layer was not recorded");
    return {
      ...recording,
      ...(this.#bytes ? { bytes: true } : {}),
      bins,
      coords: presentationCoords(stimuli.table),
      notes: screenNotesOf(placed),
    };
  }

  async #label(
    choices: readonly string[] | "imagenet",
    stimuli: StimulusSet,
    options: LookOptions,
  ): Promise<ChoiceAssembly> {
    const { logits } = this.card;
    if (logits === undefined) throw new GapscopeError("internal", "a label task without logits");
    const placed = place(stimuli, this.visualDegrees);
    const values = await this.#activations(placed, logits.output, options);
    const n = stimuli.stimuli.length;
    const coords = presentationCoords(stimuli.table);
    const base = { dims: ["presentation"] as const, shape: [n], coords, notes: screenNotesOf(placed) };
    if (choices === "imagenet") return { ...base, values: decideImagenet(values, n, logits.labels, this.synsets) };
    const { probabilities, answers } = await this.readout.label(values, n, logits.labels, choices);
    return { ...base, values: answers, evidence: { choices, probabilities } };
  }

  /** Brain-Score fits when the task starts; here it waits for the stimuli, so that it can be cancelled and watched. */
  async #probabilities(
    fittingStimuli: StimulusSet,
    stimuli: StimulusSet,
    options: LookOptions,
  ): Promise<ProbabilityAssembly> {
    const fitting = place(fittingStimuli, this.visualDegrees);
    const placed = place(stimuli, this.visualDegrees);
    const total = fitting.length + placed.length;
    const { onProgress } = options;
    const labels = fittingStimuli.table.columns.image_label?.text ?? [];
    const tell = (share: number) => onProgress?.(fitting.length, total, `fitting the readout, ${percent(share)}`);
    const readout = await this.readout.fit(
      async () => {
        const quiet = { ...options, onProgress: (done: number) => onProgress?.(done, total) };
        const features = await this.#features(fitting, quiet);
        tell(0);
        return features;
      },
      labels,
      tell,
    );
    const k = readout.choices.length;
    const values = new Float64Array(placed.length * k);
    const step = Math.max(1, Math.floor(AT_A_TIME / readout.mean.length));
    for (let first = 0; first < placed.length; first += step) {
      const before = fitting.length + first;
      const some = placed.slice(first, first + step);
      const part = await this.readout.probabilities(readout, () =>
        this.#features(some, { ...options, onProgress: (done) => onProgress?.(before + done, total) }),
      );
      values.set(part, first * k);
    }
    return {
      dims: ["presentation", "choice"],
      shape: [placed.length, k],
      values,
      choices: readout.choices,
      coords: presentationCoords(stimuli.table),
      notes: [
        ...screenNotesOf([...fitting, ...placed]),
        ...(this.#bytes ? [] : [ITERATED_IN_DOUBLE]),
        ...(readout.converged
          ? []
          : [
              `the readout's fit ended before it met its tolerance, after ${readout.iterations} Newton steps, as scikit-learn's does`,
            ]),
      ],
    };
  }

  async #oddOneOut(
    triplets: Table,
    measure: SimilarityMeasure,
    stimuli: StimulusSet,
    options: LookOptions,
  ): Promise<ChoiceAssembly> {
    const { a, b, c, stimulus_id: ids } = triplets.columns;
    if (a === undefined || b === undefined || c === undefined || ids === undefined)
      throw new GapscopeError("internal", "triplets without a, b, c and stimulus_id");
    const order = stimuli.table.columns.stimulus_id;
    const all = place(stimuli, this.visualDegrees);
    // Unique stimuli of the triplets, sorted by id (behavior.py:306-307).
    const shown = new Set([...a.text, ...b.text, ...c.text]);
    const rows = (order?.values ?? [])
      .map((id, row) => ({ id, row, text: order?.text[row] ?? "" }))
      .filter(({ text }) => shown.has(text))
      .sort((left, right) => compareScalars(left.id, right.id));
    const placed = rows.flatMap(({ row }) => all[row] ?? []);
    const rowOf = new Map(rows.map(({ text }, i) => [text, i]));
    const triples = new Uint32Array(3 * triplets.length);
    for (const [place, column] of [a, b, c].entries())
      for (const [t, text] of column.text.entries()) triples[3 * t + place] = rowOf.get(text) ?? 0;
    const compare = (share: number) =>
      options.onProgress?.(placed.length, placed.length, `comparing stimuli, ${percent(share)}`);
    const odd = await this.readout.oddOnes(() => this.#features(placed, options), triples, measure, compare);
    return {
      dims: ["presentation"],
      shape: [triplets.length],
      values: Array.from(odd, (which, t) => [a, b, c][which]?.text[t] ?? null),
      coords: presentationCoords(triplets),
      notes: [...screenNotesOf(placed), ...(this.#bytes ? [MODULO_256] : [])],
    };
  }

  get #bytes(): boolean {
    return keepsBytes(this.card);
  }

  async #features(placed: readonly PlacedStimulus[], options: LookOptions): Promise<Features> {
    const { readout } = this.card;
    if (readout === undefined) throw new GapscopeError("internal", "a readout task without a readout layer");
    const values = await this.#activations(placed, readout.output, options);
    const columns = placed.length === 0 ? 0 : values.length / placed.length;
    return { rows: placed.length, columns, values: this.#bytes ? new Uint8Array(values) : values };
  }

  async #activations(placed: readonly PlacedStimulus[], tap: string, options: LookOptions): Promise<Float32Array> {
    const [values] = await this.source.activations(placed, [tap], options);
    if (values === undefined) throw new GapscopeError("internal", `no activations of ${tap}`);
    return values;
  }
}

/** The layer that a task reads. Throws `not-applicable` where the network cannot take part. */
function tapOf(task: Task, { logits, readout }: ModelCard, { noLogits }: NetworkFacts): string {
  if (task.name !== "label") {
    if (readout !== undefined) return readout.output;
    throw GapscopeError.notApplicable(`its card names no readout layer, which the task ${task.name} reads`);
  }
  if (logits === undefined)
    throw GapscopeError.notApplicable(noLogits ?? "its card names no logits, which the label task reads");
  if (task.choices !== "imagenet") labelReadout(logits.labels, task.choices);
  else if (typeof logits.labels !== "string")
    throw GapscopeError.notApplicable("it does not have the 1,000 ImageNet classes");
  return logits.output;
}

/** The layer of each time bin. Throws `not-applicable`. */
function layersOf(
  region: Region,
  timeBins: readonly TimeBin[],
  { regions }: ModelCard,
  { timeSteps }: NetworkFacts,
): string[] {
  const layer = regions[region];
  if (layer === undefined) throw GapscopeError.notApplicable(`no layer of it is committed to ${region}`);
  const steps = timeSteps?.[region];
  return timeBins.map(([start]) => (steps === undefined ? layer : stepLayer(layer, steps, start)));
}

/** Stimuli that a network looks at, and the layers that are read of each. */
export interface Look {
  readonly placed: readonly PlacedStimulus[];
  readonly taps: readonly string[];
  /** As in preflight.ts. */
  readonly use: "recording" | "gathered" | "fitted";
}

/** What a benchmark will have a network look at. Throws `not-applicable` where it cannot take part. */
export function looksOf(benchmark: Benchmark, card: ModelCard, facts: NetworkFacts = {}): Look[] {
  const placed = place(benchmark.stimulusSet, card.visual_degrees);
  if (benchmark.track === "neural") {
    const { region, timeBins } = benchmark.recording;
    return [{ placed, taps: [...new Set(layersOf(region, timeBins, card, facts))], use: "recording" }];
  }
  const { task } = benchmark;
  const taps = [tapOf(task, card, facts)];
  if (task.name === "label") return [{ placed, taps, use: "gathered" }];
  if (task.name === "probabilities") {
    const fitting = place(task.fittingStimuli, card.visual_degrees);
    return [
      { placed: fitting, taps, use: "fitted" },
      { placed, taps, use: "gathered" },
    ];
  }
  const { a, b, c } = task.triplets.columns;
  const shown = new Set([a, b, c].flatMap((column) => column?.text ?? []));
  const ids = benchmark.stimulusSet.table.columns.stimulus_id?.text ?? [];
  return [{ placed: placed.filter((_, row) => shown.has(ids[row] ?? "")), taps, use: "gathered" }];
}

/**
 * The layer of the step whose start is nearest to the bin's (candidate_models' CORnetCommitment; the first of two that are
 * as near). A card names the layer of the first step, `…-t0`.
 */
function stepLayer(layer: string, [first, length, count]: readonly [number, number, number], start: number): string {
  const distance = (step: number): number => Math.abs(first + step * length - start);
  const steps = Array.from({ length: count }, (_, step) => step);
  const nearest = steps.reduce((best, step) => (distance(step) < distance(best) ? step : best), 0);
  return layer.replace(/-t0$/, `-t${nearest}`);
}

function percent(share: number): string {
  return `${Math.floor(100 * share)} %`;
}

const ITERATED_IN_DOUBLE =
  "the readout was fitted in float64; scikit-learn iterates in float32 here, and its stopping rules turn that rounding into differences: up to some 1e-4 in a probability, and more where fitting stimuli are few";
const MODULO_256 =
  "similarities are dot products of bytes modulo 256, as numpy makes them of Brain-Score's pixels; they say nothing about the pictures' likeness";

/** Where our pixels on the screen are not Brain-Score's, said once each. */
function screenNotesOf(placed: readonly PlacedStimulus[]): string[] {
  const notes = placed.flatMap(({ stimulus, screen }) =>
    screen === null ? [] : screenNotes(stimulus.format, screen.source, screen.target),
  );
  return [...new Set(notes)];
}

/**
 * place_on_screen's decision for each stimulus (screen.py:28-34): images whose degrees are the subject's are shown as
 * they are. The pixels are moved later, where they are decoded (stimuli/screen.ts).
 */
export function place(stimuli: StimulusSet, targetDegrees: number): PlacedStimulus[] {
  return stimuli.stimuli.map((stimulus, i) => {
    const source = stimuli.visualDegrees?.[i];
    return {
      stimulus,
      screen: source === undefined || source === targetDegrees ? null : { source, target: targetDegrees },
    };
  });
}
