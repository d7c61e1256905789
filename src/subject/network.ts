/**
 * A network as a subject.
 *
 * It turns a task into the taps it needs and the taps' activations into answers. Where the activations come from
 * (a session in this thread, workers with a store) is the `ActivationSource`'s business.
 */
import type { ChoiceAssembly } from "../assembly/assembly.ts";
import type { Region, Stimulus, StimulusSet, Task } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { ModelCard } from "../models/card.ts";
import { screenNotes } from "../stimuli/screen.ts";
import { decideImagenet, decideLabels, type LabelDecisions, labelReadout } from "./label.ts";
import { type LookOptions, presentationCoords, type Subject } from "./subject.ts";

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
}

/** Who turns logits into answers. The page asks its scoring worker: 5,000 presentations take a third of a second. */
export interface Readout {
  label: (...args: Parameters<typeof decideLabels>) => LabelDecisions | Promise<LabelDecisions>;
}

export class NetworkSubject implements Subject {
  readonly kind = "network";
  readonly identifier: string;
  readonly visualDegrees: number;
  #task: Task | undefined;

  constructor(
    readonly card: ModelCard,
    readonly digest: string,
    readonly source: ActivationSource,
    /** The 1,000 WordNet ids in ILSVRC 2012 order, for choices `"imagenet"`. */
    readonly synsets: readonly string[],
    readonly readout: Readout = { label: decideLabels },
    /** Why the network has no logits, where it has none and the reason is known. */
    readonly noLogits = "its card names no logits, which the label task reads",
  ) {
    this.identifier = card.identifier;
    this.visualDegrees = card.visual_degrees;
  }

  startTask(task: Task): void {
    if (task.name !== "label") throw GapscopeError.notApplicable(`this version does not pose the task “${task.name}”`);
    const { logits } = this.card;
    if (logits === undefined) throw GapscopeError.notApplicable(this.noLogits);
    if (task.choices !== "imagenet") labelReadout(logits.labels, task.choices);
    else if (typeof logits.labels !== "string")
      throw GapscopeError.notApplicable("it does not have the 1,000 ImageNet classes");
    this.#task = task;
  }

  startRecording(region: Region): void {
    throw GapscopeError.notApplicable(`this version does not record from ${region}`);
  }

  async lookAt(stimuli: StimulusSet, options: LookOptions): Promise<ChoiceAssembly> {
    const task = this.#task;
    const logits = this.card.logits;
    if (task?.name !== "label" || logits === undefined) throw new GapscopeError("internal", "lookAt before startTask");
    const placed = place(stimuli, this.visualDegrees);
    const [values] = await this.source.activations(placed, [logits.output], options);
    if (values === undefined) throw new GapscopeError("internal", "no activations for the logits");
    const coords = presentationCoords(stimuli);
    const n = stimuli.stimuli.length;
    const base = { dims: ["presentation"] as const, shape: [n], coords, notes: notesOf(placed) };
    if (task.choices === "imagenet") {
      return { ...base, values: decideImagenet(values, n, logits.labels, this.synsets) };
    }
    const { choices, probabilities, answers } = await this.readout.label(values, n, logits.labels, task.choices);
    return { ...base, values: answers, evidence: { choices, probabilities } };
  }
}

/** Where our pixels on the screen are not Brain-Score's, said once each. */
function notesOf(placed: readonly PlacedStimulus[]): string[] {
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
