/**
 * The label task: from logits to one of the benchmark's choices, as Brain-Score does it.
 *
 * Source: brainscore_vision/model_helpers/brain_transformation/behavior.py, LabelBehavior (brainscore.md §2.9). The
 * softmax is not stabilised and everything is float32, because both move decisions: logits above 88.7 overflow to NaN,
 * and equal logits are told apart by the rounding of means over sets of different size.
 */
import { GapscopeError } from "../faults/faults.ts";
import { imagenetIndices, labelKey } from "../models/labels.ts";
import { argmax, pairwiseSum } from "../numerics/float32.ts";

/** What the columns of a network's logits stand for. */
export type LogitLabels = "imagenet1000" | "imagenet1001" | readonly string[];

export interface LabelDecisions {
  readonly choices: readonly string[];
  /** presentations × choices, float32: the mean probability of each choice's classes. */
  readonly probabilities: Float32Array;
  /** One answer per presentation. */
  readonly answers: readonly string[];
}

/** How a network's logits answer this list of choices. Throws `not-applicable` where they cannot. */
export function labelReadout(
  labels: LogitLabels,
  choices: readonly string[],
): { readonly columns: number; readonly drop: number; readonly sets: readonly (readonly number[])[] } {
  if (typeof labels === "string") {
    const sets = choices.map((choice) => imagenetIndices(choice));
    const unknown = choices.filter((_, i) => sets[i] === undefined);
    if (unknown.length > 0) {
      throw GapscopeError.notApplicable(
        `its 1,000 ImageNet classes are not mapped to ${quoteList(unknown)}; Brain-Score maps the labels of Geirhos 2021, Baker 2022, Zhu 2019 and Scialom 2024`,
      );
    }
    return {
      columns: labels === "imagenet1001" ? 1001 : 1000,
      // A 1001-way head has a background class first; Brain-Score's MobileNet drops it (models.md, mobilenet).
      drop: labels === "imagenet1001" ? 1 : 0,
      sets: sets.map((set) => set ?? []),
    };
  }
  const keys = labels.map(labelKey);
  const sets = choices.map((choice) => keys.flatMap((key, i) => (key === labelKey(choice) ? [i] : [])));
  const unknown = choices.filter((_, i) => sets[i]?.length === 0);
  if (unknown.length > 0) {
    throw GapscopeError.notApplicable(`its ${labels.length} classes do not include ${quoteList(unknown)}`);
  }
  return { columns: labels.length, drop: 0, sets };
}

/**
 * Decides every row of `logits` (presentations × columns, float32) among `choices`.
 * Throws `not-applicable` where the rows do not have the columns that the labels say.
 */
export function decideLabels(
  logits: Float32Array,
  presentations: number,
  labels: LogitLabels,
  choices: readonly string[],
): LabelDecisions {
  const { columns, drop, sets } = labelReadout(labels, choices);
  requireColumns(logits.length, presentations, columns);
  const probabilities = new Float32Array(presentations * choices.length);
  const answers: string[] = [];
  for (let row = 0; row < presentations; row++) {
    const p = softmax(logits.subarray(row * columns + drop, (row + 1) * columns));
    const means = probabilities.subarray(row * choices.length, (row + 1) * choices.length);
    sets.forEach((set, c) => {
      means[c] = pairwiseSum(Float32Array.from(set, (index) => p[index] ?? Number.NaN)) / set.length;
    });
    answers.push(choices[argmax(means)] ?? "");
  }
  return { choices, probabilities, answers };
}

/** Choices `"imagenet"`: the synset of the largest logit, first maximum (behavior.py:85-92). */
export function decideImagenet(
  logits: Float32Array,
  presentations: number,
  labels: LogitLabels,
  synsets: readonly string[],
): readonly string[] {
  if (typeof labels !== "string") throw GapscopeError.notApplicable("it does not have the 1,000 ImageNet classes");
  const columns = labels === "imagenet1001" ? 1001 : 1000;
  requireColumns(logits.length, presentations, columns);
  return Array.from({ length: presentations }, (_, row) => {
    const best = argmax(logits.subarray(row * columns + (columns - 1000), (row + 1) * columns));
    return synsets[best] ?? "";
  });
}

/** exp(x) / Σ exp(x) in float32 without subtracting the maximum; xarray's sum takes NaN for 0 (behavior.py:326). */
function softmax(logits: Float32Array): Float32Array {
  const p = logits.map((x) => Math.exp(x));
  const sum = pairwiseSum(p.map((value) => (Number.isNaN(value) ? 0 : value)));
  return p.map((value) => value / sum);
}

function requireColumns(values: number, presentations: number, columns: number): void {
  if (values === presentations * columns) return;
  throw GapscopeError.notApplicable(
    `the label task needs ${columns} logits and its logits output has ${presentations === 0 ? 0 : values / presentations}`,
  );
}

function quoteList(labels: readonly string[]): string {
  const shown = labels.slice(0, 4).map((label) => `“${label}”`);
  return labels.length > 4 ? `${shown.join(", ")} and ${labels.length - 4} more` : shown.join(", ");
}
