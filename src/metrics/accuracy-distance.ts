/**
 * Accuracy distance: how near the subject's accuracy lies to each person's.
 *
 * d_s = 1 − |a − a_s| / max(1 − a_s, a_s), with a the subject's accuracy and a_s a person's, so that 0 is as far as one
 * can get from a_s. brainscore_vision/metrics/accuracy_distance/metric.py. The value is |mean over people of d_s|, the
 * error the standard deviation (ddof 0). With `variables` (columns of the stimuli), d is taken for each combination of
 * their values for which there are trials, and averaged per person first. The ceiling takes all pairs of people i < j
 * with j as the reference, so that it is not symmetric; `variables` do not enter it.
 */
import * as v from "valibot";
import { groupBy, type Scalar, type Table } from "../assembly/table.ts";
import { mean, nanmean, nanstd } from "../numerics/statistics.ts";
import { columnName, defineMetric, type Measurement } from "./metric.ts";
import {
  bySubject,
  peopleTrials,
  requireSameStimuli,
  responseColumn,
  shareCorrect,
  stimulusColumn,
  subjectTrials,
  type Trial,
} from "./trials.ts";

export const accuracyDistance = defineMetric({
  name: "accuracy_distance",
  unit: "1 − relative distance of accuracies",
  bounds: [null, 1], // benchmarks bmd2024, scialom2024 and lonnqvist2024 cap the score at 1
  tasks: ["label", "probabilities"],
  options: v.strictObject({ variables: v.optional(v.array(columnName), []) }),
  needs: ({ variables }) => ({ stimuli: ["truth", ...variables], sameStimuli: true, within: variables }),

  compare(source, target, { variables }) {
    const subject = cells(
      subjectTrials(source),
      variables.map((name) => stimulusColumn(source, name)),
    );
    return aggregate(
      people(target).map(([who, trials]) => {
        const person = cells(
          trials,
          variables.map((name) => responseColumn(target, name).values),
        );
        const shared = [...person].filter(([key]) => subject.has(key));
        return mean(shared.map(([key, own]) => closeness(`Subject “${who}”`, subject.get(key) ?? [], own)));
      }),
    );
  },

  ceiling(target) {
    const all = people(target);
    return aggregate(
      all.flatMap(([left, a], i) =>
        all.slice(i + 1).map(([right, b]) => closeness(`One of “${left}” and “${right}”`, a, b)),
      ),
    );
  },
});

function people(target: Table): [Scalar, Trial[]][] {
  return bySubject(target, peopleTrials(target));
}

/** Trials by their values of the variables, all in one cell where there are none. */
function cells(trials: readonly Trial[], variables: readonly (readonly Scalar[])[]): Map<string, Trial[]> {
  return groupBy(trials, ({ row }) => JSON.stringify(variables.map((values) => values[row])));
}

function closeness(who: string, source: readonly Trial[], target: readonly Trial[]): number {
  requireSameStimuli(who, source, target);
  const reference = shareCorrect(target);
  return 1 - Math.abs(shareCorrect(source) - reference) / Math.max(1 - reference, reference);
}

function aggregate(distances: readonly number[]): Measurement {
  return { value: Math.abs(nanmean(distances)), error: nanstd(distances), by: [] };
}
