/**
 * Tasks consistency: are the manipulations that are hard for people hard for the subject?
 *
 * Maniquet, Op de Beeck & Costantino 2024; brainscore_vision/metrics/maniquet2024_metrics/metric.py. Pearson's r between
 * people's accuracies by `task` (their trials pooled) and the subject's on the stimuli of the `manipulation` and
 * `manipulation_details` that the task's name stands for; several tasks may stand for one. There is no error; the ceiling
 * is a constant of the benchmark (0.99810 in Brain-Score, whose own `_ceiling` is not seeded).
 */
import { distinct, groupBy } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import { pearson } from "../numerics/statistics.ts";
import { labelsOf } from "./confusion-similarity.ts";
import { defineMetric, NO_OPTIONS } from "./metric.ts";
import { peopleTrials, responseColumn, shareCorrect, stimulusColumn, subjectTrials } from "./trials.ts";

export const tasksConsistency = defineMetric({
  name: "tasks_consistency",
  unit: "Pearson's r",
  tasks: ["label", "probabilities"],
  options: NO_OPTIONS,
  needs: () => ({
    stimuli: ["truth", "manipulation", "manipulation_details"],
    responses: ["task"],
    people: "pooled",
    within: ["manipulation", "manipulation_details"],
  }),

  compare(source, target) {
    labelsOf(source, target); // Brain-Score refuses other labels here too
    const manipulation = stimulusColumn(source, "manipulation");
    const details = stimulusColumn(source, "manipulation_details");
    const shown = groupBy(subjectTrials(source), ({ row }) => `${manipulation[row]}/${details[row]}`);
    const task = responseColumn(target, "task").text;
    const answered = groupBy(peopleTrials(target), ({ row }) => task[row]);
    const accuracies = distinct(task).map((name) => {
      const stimuli = shown.get(manipulationOf(String(name)).join("/"));
      if (stimuli === undefined) {
        throw new GapscopeError(
          "package-refused",
          `The task “${name}” stands for ${manipulationOf(String(name)).join(", ")}, and no stimulus has that manipulation.`,
        );
      }
      return { subject: shareCorrect(stimuli), people: shareCorrect(answered.get(String(name)) ?? []) };
    });
    const value = pearson(
      accuracies.map(({ subject }) => subject),
      accuracies.map(({ people }) => people),
    );
    return { value, by: [] };
  },
});

/** People's word for a manipulation, and the stimuli's. A task's name holds the first of these that is in it. */
const MANIPULATIONS: Readonly<Record<string, string>> = {
  clutter: "clutter",
  control: "control",
  occlusion: "occluder",
  scrambling: "phasescrambling",
};

/** People's occluders: blobs, deletion or a partial view, which for the subject are one. */
const OCCLUDER = /^(few_large|many_small)_(?:blobs|deletion|partial_viewing)_(high|low)$/;

/** [manipulation, manipulation_details] of a task's name, e.g. `occlusion_few_large_blobs_high`. */
export function manipulationOf(task: string): [string, string] {
  const parts = task.split("_");
  if (parts.includes("control")) return ["control", "control"];
  const manipulation = Object.keys(MANIPULATIONS).find((word) => parts.includes(word));
  const details = parts.filter((part) => !(part in MANIPULATIONS)).join("_");
  return [manipulation === undefined ? "None" : (MANIPULATIONS[manipulation] ?? ""), detailsOf(details)];
}

function detailsOf(details: string): string {
  const occluder = OCCLUDER.exec(details);
  if (occluder !== null) return `${occluder[1]?.replace("_", "")}-${occluder[2]}`;
  return ["heavy", "light", "highpass", "lowpass"].includes(details) ? details : "control";
}
