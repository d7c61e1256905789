/**
 * Confusion similarity: does the subject mistake objects for the same others as people do?
 *
 * Maniquet, Op de Beeck & Costantino 2024; brainscore_vision/metrics/maniquet2024_metrics/metric.py. Confusion matrices
 * hold counts, truth × answer; people's trials are pooled and may be about other stimuli. The value is Pearson's r over the
 * cells off the diagonal. There is no error; the ceiling is a constant of the benchmark (0.53526 in Brain-Score, whose own
 * `_ceiling` is not seeded).
 */
import type { BehavioralAssembly } from "../assembly/assembly.ts";
import { distinct, type Table } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import { pearson } from "../numerics/statistics.ts";
import { defineMetric, NO_OPTIONS } from "./metric.ts";
import { answersOf, choicesOf, responseColumn, stimulusColumn } from "./trials.ts";

export const confusionSimilarity = defineMetric({
  name: "confusion_similarity",
  unit: "Pearson's r",
  tasks: ["label", "probabilities"],
  options: NO_OPTIONS,
  needs: () => ({ stimuli: ["truth"], people: "pooled" }),

  compare(source, target) {
    const labels = labelsOf(source, target);
    const subject = confusions(stimulusColumn(source, "truth").map(String), answersOf(source), labels);
    const people = confusions(responseColumn(target, "truth").text, responseColumn(target, "response").text, labels);
    return { value: pearson(people, subject), by: [] };
  },
});

/** People's truths, sorted. Throws `package-refused` where the subject chose from others. */
export function labelsOf(source: BehavioralAssembly, target: Table): string[] {
  const labels = distinct(responseColumn(target, "truth").text).map(String);
  const choices = choicesOf(source) ?? labels;
  const odd = [...labels, ...choices].find((label) => !labels.includes(label) || !choices.includes(label));
  if (odd === undefined) return labels;
  throw new GapscopeError(
    "package-refused",
    `The choices and the truths of the responses are not the same labels: “${odd}” is only among one of them.`,
  );
}

/** The counts off the diagonal. An answer that is no label is left out, as scikit-learn's confusion_matrix does. */
function confusions(
  truth: readonly string[],
  answers: readonly (string | null)[],
  labels: readonly string[],
): number[] {
  const counts = new Map<string, number>();
  for (const [i, answer] of answers.entries()) {
    const key = JSON.stringify([truth[i], answer]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return labels.flatMap((row) =>
    labels.filter((column) => column !== row).map((column) => counts.get(JSON.stringify([row, column])) ?? 0),
  );
}
