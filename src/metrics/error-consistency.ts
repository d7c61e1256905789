/**
 * Error consistency: do two observers err on the same stimuli, beyond what their accuracies make expected?
 *
 * Cohen's kappa of the correctness of two observers on the same trials, (o − e)/(1 − e) with o the share of trials on
 * which both are right or both wrong and e = a₁a₂ + (1 − a₁)(1 − a₂). Geirhos, Meding & Wichmann 2020 (arXiv 2006.16736);
 * brainscore_vision/metrics/error_consistency/metric.py. The value is |mean over people of the mean over conditions|,
 * missing kappas (0/0, an observer who is always right against one who is too) skipped at each step; the order of the
 * two means matters then. The error is the standard deviation (ddof 0) over all person × condition cells.
 */
import type { BehavioralAssembly } from "../assembly/assembly.ts";
import { compareScalars, distinct, groupBy, type Scalar, type Table } from "../assembly/table.ts";
import { nanmean, nanstd } from "../numerics/statistics.ts";
import { type ByRow, defineMetric, type Measurement, NO_OPTIONS } from "./metric.ts";
import { bySubject, peopleTrials, requireSameStimuli, subjectTrials, type Trial } from "./trials.ts";

/** One observer's trials by condition, in order of stimulus id. */
type Observer = ReadonlyMap<Scalar, readonly Trial[]>;

interface Cell {
  readonly pair: string;
  readonly condition: Scalar;
  readonly kappa: number;
}

export const errorConsistency = defineMetric({
  name: "error_consistency",
  unit: "kappa",
  bounds: [0, 1], // bound_score in benchmarks/geirhos2021/benchmark.py
  tasks: ["label", "probabilities"],
  options: NO_OPTIONS,
  needs: () => ({ stimuli: ["truth"], sameStimuli: true }),

  compare(source, target) {
    const conditions = conditionsOf(target);
    const model = modelObserver(source);
    const people = peopleObservers(target);
    const cells = people.flatMap(([subject, person]) =>
      conditions.map((condition) => {
        const who = `Subject “${subject}”`;
        return { pair: String(subject), condition, kappa: kappa(who, model, person, condition) };
      }),
    );
    return aggregate(cells, conditions);
  },

  ceiling(target) {
    const conditions = conditionsOf(target);
    const people = peopleObservers(target);
    const cells = people.flatMap(([left, a], i) =>
      people.slice(i + 1).flatMap(([right, b]) =>
        conditions.map((condition) => {
          const who = `One of “${left}” and “${right}”`;
          return { pair: `${left}|${right}`, condition, kappa: kappa(who, a, b, condition) };
        }),
      ),
    );
    return aggregate(cells, conditions);
  },
});

/** Cohen's kappa of two observers' correctness on the same trials; NaN where expected consistency is 1. */
export function cohensKappa(a: readonly boolean[], b: readonly boolean[]): number {
  const n = a.length;
  const accuracyA = a.filter(Boolean).length / n;
  const accuracyB = b.filter(Boolean).length / n;
  const expected = accuracyA * accuracyB + (1 - accuracyA) * (1 - accuracyB);
  const observed = a.filter((correct, i) => correct === b[i]).length / n;
  return (observed - expected) / (1 - expected);
}

function kappa(who: string, left: Observer, right: Observer, condition: Scalar): number {
  const a = left.get(condition) ?? [];
  const b = right.get(condition) ?? [];
  requireSameStimuli(`${who}, condition ${condition},`, a, b);
  return cohensKappa(
    a.map(({ correct }) => correct),
    b.map(({ correct }) => correct),
  );
}

function aggregate(cells: readonly Cell[], conditions: readonly Scalar[]): Measurement {
  const pairs = [...groupBy(cells, (cell) => cell.pair).values()];
  const value = Math.abs(nanmean(pairs.map((pair) => nanmean(pair.map((cell) => cell.kappa)))));
  const by: ByRow[] = conditions.map((condition) => {
    const raw = nanmean(cells.filter((cell) => cell.condition === condition).map((cell) => cell.kappa));
    return { condition, raw: Number.isNaN(raw) ? null : raw };
  });
  return { value, error: nanstd(cells.map((cell) => cell.kappa)), by };
}

function modelObserver(source: BehavioralAssembly): Observer {
  return observer(subjectTrials(source), source.coords.condition?.values);
}

/** People in sorted order, as Brain-Score pairs them. */
function peopleObservers(target: Table): [Scalar, Observer][] {
  const conditions = target.columns.condition?.values;
  return bySubject(target, peopleTrials(target)).map(([subject, trials]) => [subject, observer(trials, conditions)]);
}

function observer(trials: readonly Trial[], conditions: readonly Scalar[] | undefined): Observer {
  const groups = groupBy(trials, ({ row }) => conditions?.[row] ?? null);
  for (const group of groups.values()) group.sort((a, b) => compareScalars(a.id, b.id));
  return groups;
}

function conditionsOf(target: Table): Scalar[] {
  return distinct(target.columns.condition?.values ?? [null]);
}
