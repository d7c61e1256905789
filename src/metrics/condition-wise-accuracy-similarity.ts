/**
 * Condition-wise accuracy similarity: does the subject's accuracy follow each person's from condition to condition?
 *
 * Coggan & Tong 2024; brainscore_vision/benchmarks/coggan2024_behavior/benchmark.py. `conditions` are columns (there
 * occluder_type and occluder_color); a condition is a combination of their values. For every person: Pearson's r over
 * conditions between the person's accuracy and the subject's accuracy on the stimuli of the same trials. The value is the
 * mean over people (undefined ones skipped), without an error. The ceiling is the mean over people of r with the mean of
 * the others' accuracies (not skipped), its error the standard error (ddof 1). The score is (value / ceiling)², which
 * hides the sign of a negative value, as Brain-Score's does.
 *
 * Brain-Score pairs trials with stimuli by position; here by stimulus_id. It leaves out images without an occluder
 * (visibility 1): a package says so under `exclude`.
 */
import * as v from "valibot";
import { groupBy, type Table } from "../assembly/table.ts";
import { mean, nanmean, pearson, sem } from "../numerics/statistics.ts";
import { columnName, defineMetric } from "./metric.ts";
import { bySubject, peopleTrials, responseColumn, subjectTrials } from "./trials.ts";

/** A person's mean of something by condition. */
type Profile = ReadonlyMap<string, number>;

export const conditionWiseAccuracySimilarity = defineMetric({
  name: "condition_wise_accuracy_similarity",
  unit: "Pearson's r",
  normalisation: "squared_ratio",
  tasks: ["label", "probabilities"],
  options: v.strictObject({ conditions: v.pipe(v.array(columnName), v.minLength(1)) }),
  needs: ({ conditions }) => ({ stimuli: ["truth", ...conditions], within: conditions }),

  compare(source, target, { conditions }) {
    const correct = new Map(subjectTrials(source).map((trial) => [trial.id, trial.correct]));
    const ids = responseColumn(target, "stimulus_id").values;
    const people = profiles(target, conditions, ({ correct }) => correct);
    const subject = profiles(target, conditions, ({ row }) => correct.get(ids[row] ?? null));
    return { value: nanmean(people.map((person, i) => similarity(person, subject[i] ?? new Map()))), by: [] };
  },

  ceiling(target, { conditions }) {
    const people = profiles(target, conditions, ({ correct }) => correct);
    const consistencies = people.map((person, i) => {
      const others = people.filter((_, j) => j !== i).flatMap((other) => [...other]);
      const means = [...groupBy(others, ([condition]) => condition)].map(
        ([condition, group]) => [condition, mean(group.map(([, accuracy]) => accuracy))] as const,
      );
      return similarity(person, new Map(means));
    });
    return { value: mean(consistencies), error: sem(consistencies), by: [] };
  },
});

/** Per person, sorted, the share of trials by condition for which `of` is true. Trials without a condition drop out. */
function profiles(
  target: Table,
  conditions: readonly string[],
  of: (trial: ReturnType<typeof peopleTrials>[number]) => boolean | undefined,
): Profile[] {
  const columns = conditions.map((name) => responseColumn(target, name).values);
  const trials = peopleTrials(target).filter(({ row }) => columns.every((values) => values[row] !== null));
  return bySubject(target, trials).map(([, own]) => {
    const cells = groupBy(own, ({ row }) => JSON.stringify(columns.map((values) => values[row])));
    return new Map([...cells].map(([key, cell]) => [key, mean(cell.map((trial) => (of(trial) ? 1 : 0)))]));
  });
}

/** Over the conditions that both have. */
function similarity(a: Profile, b: Profile): number {
  const shared = [...a.keys()].filter((condition) => b.has(condition));
  const of = (profile: Profile) => shared.map((condition) => profile.get(condition) ?? Number.NaN);
  return pearson(of(a), of(b));
}
