/**
 * Error consistency: do two observers err on the same stimuli, beyond what their accuracies make expected?
 *
 * Cohen's kappa of the correctness of two observers on the same trials, (o − e)/(1 − e) with o the share of trials on
 * which both are right or both wrong and e = a₁a₂ + (1 − a₁)(1 − a₂). Geirhos, Meding & Wichmann 2020 (arXiv 2006.16736);
 * brainscore_vision/metrics/error_consistency/metric.py. The value is |mean over people of the mean over conditions|,
 * missing kappas (0/0, an observer who is always right against one who is too) skipped at each step; the order of the
 * two means matters then. The error is the standard deviation (ddof 0) over all person × condition cells.
 */
import { type ChoiceAssembly, coordinate } from "../assembly/assembly.ts";
import { compareScalars, distinct, groupBy, type Scalar, type Table } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import { nanmean, nanstd } from "../numerics/statistics.ts";
import type { BehavioralMetric, ByRow, Measurement } from "./metric.ts";

/** One observer: whether each stimulus was answered right, by condition, in order of stimulus id. */
type Observer = ReadonlyMap<Scalar, readonly { readonly id: Scalar; readonly correct: boolean }[]>;

interface Cell {
  readonly pair: string;
  readonly condition: Scalar;
  readonly kappa: number;
}

export const errorConsistency: BehavioralMetric = {
  name: "error_consistency",
  unit: "kappa",
  normalisation: "ratio",
  bounds: [0, 1], // bound_score in benchmarks/geirhos2021/benchmark.py

  compare(source, target) {
    const conditions = conditionsOf(target);
    const model = modelObserver(source);
    const people = peopleObservers(target);
    const cells = [...people].flatMap(([subject, person]) =>
      conditions.map((condition) => ({ pair: String(subject), condition, kappa: kappa(model, person, condition) })),
    );
    return aggregate(cells, conditions);
  },

  ceiling(target) {
    const conditions = conditionsOf(target);
    const people = [...peopleObservers(target)];
    const cells = people.flatMap(([left, a], i) =>
      people
        .slice(i + 1)
        .flatMap(([right, b]) =>
          conditions.map((condition) => ({ pair: `${left}|${right}`, condition, kappa: kappa(a, b, condition) })),
        ),
    );
    return aggregate(cells, conditions);
  },
};

/** Cohen's kappa of two observers' correctness on the same trials; NaN where expected consistency is 1. */
export function cohensKappa(a: readonly boolean[], b: readonly boolean[]): number {
  const n = a.length;
  const accuracyA = a.filter(Boolean).length / n;
  const accuracyB = b.filter(Boolean).length / n;
  const expected = accuracyA * accuracyB + (1 - accuracyA) * (1 - accuracyB);
  const observed = a.filter((correct, i) => correct === b[i]).length / n;
  return (observed - expected) / (1 - expected);
}

function kappa(left: Observer, right: Observer, condition: Scalar): number {
  const a = left.get(condition) ?? [];
  const b = right.get(condition) ?? [];
  if (a.length !== b.length || a.some(({ id }, i) => id !== b[i]?.id)) {
    // The package reader has checked this for people; only a subject of another stimulus set gets here.
    throw new GapscopeError("internal", `two observers saw different stimuli in condition ${condition}`);
  }
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

function modelObserver(source: ChoiceAssembly): Observer {
  const truth = coordinate(source, "truth");
  const conditions = source.coords.condition?.values;
  return observer(
    coordinate(source, "stimulus_id").map((id, i) => ({
      id,
      condition: conditions?.[i] ?? null,
      correct: source.values[i] === String(truth[i]),
    })),
  );
}

/** People in sorted order, as Brain-Score pairs them. */
function peopleObservers(target: Table): Map<Scalar, Observer> {
  const { subject, stimulus_id: ids, response, truth, condition } = target.columns;
  const rows = (subject?.values ?? []).map((who, row) => ({
    who,
    id: ids?.values[row] ?? null,
    condition: condition?.values[row] ?? null,
    correct: response?.text[row] === truth?.text[row],
  }));
  const groups = groupBy(rows, (row) => row.who);
  return new Map(distinct([...groups.keys()]).map((who) => [who, observer(groups.get(who) ?? [])]));
}

function observer(trials: readonly { id: Scalar; condition: Scalar; correct: boolean }[]): Observer {
  const groups = groupBy(trials, (trial) => trial.condition);
  for (const group of groups.values()) group.sort((a, b) => compareScalars(a.id, b.id));
  return groups;
}

function conditionsOf(target: Table): Scalar[] {
  return distinct(target.columns.condition?.values ?? [null]);
}
