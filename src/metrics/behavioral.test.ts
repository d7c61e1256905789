import { describe, expect, it } from "vitest";
import type { Scalar, Table } from "../assembly/table.ts";
import { answersOf, type Columns, readGolden, tableOf } from "../testing/golden.ts";
import { accuracy } from "./accuracy.ts";
import { cohensKappa, errorConsistency } from "./error-consistency.ts";

interface Golden {
  readonly tables: readonly {
    readonly name: string;
    readonly stimuli: Columns;
    readonly model: readonly (string | null)[];
    readonly responses: Columns;
    readonly error_consistency: {
      readonly raw: number;
      readonly error: number;
      readonly cells: readonly (readonly [Scalar, Scalar, number])[];
      readonly ceiling: number;
      readonly ceiling_error: number;
    };
    readonly accuracy: { readonly raw: number; readonly error: number };
  }[];
}

const golden = readGolden("brainscore-behaviour.json") as Golden; // the file's own script says its form

/** The responses with truth and condition inherited from the stimuli, as the package reader makes them. */
function people({ stimuli, responses }: Pick<Golden["tables"][number], "stimuli" | "responses">): Table {
  const ids = stimuli.stimulus_id ?? [];
  const inherit = (name: string): readonly Scalar[] =>
    (responses.stimulus_id ?? []).map((id) => stimuli[name]?.[ids.indexOf(id)] ?? null);
  return tableOf({ truth: inherit("truth"), condition: inherit("condition"), ...responses });
}

/** Equal to within the rounding of sums taken in another order; NaN equals NaN. */
function expectSame(actual: number | undefined, expected: number): void {
  if (Number.isNaN(expected)) expect(actual).toBeNaN();
  else expect(actual).toBeCloseTo(expected, 12);
}

describe("error consistency against Brain-Score's own code (reference/brainscore_behaviour.py)", () => {
  it.each(golden.tables)("$name", ({ stimuli, model, responses, error_consistency: expected }) => {
    const source = answersOf(model, stimuli);
    const target = people({ stimuli, responses });
    const score = errorConsistency.compare(source, target, {});
    expectSame(score.value, expected.raw);
    expectSame(score.error, expected.error);
    const ceiling = errorConsistency.ceiling?.(target, {});
    expectSame(ceiling?.value, expected.ceiling);
    expectSame(ceiling?.error, expected.ceiling_error);
  });

  it.each(golden.tables)(
    "$name: the mean kappa of each condition",
    ({ stimuli, model, responses, error_consistency: expected }) => {
      const { by } = errorConsistency.compare(answersOf(model, stimuli), people({ stimuli, responses }), {});
      for (const row of by) {
        const kappas = expected.cells
          .filter(([, condition]) => condition === row.condition)
          .map(([, , kappa]) => kappa);
        const known = kappas.filter((kappa) => !Number.isNaN(kappa));
        if (known.length === 0) expect(row.raw).toBeNull();
        else expectSame(row.raw ?? Number.NaN, known.reduce((sum, kappa) => sum + kappa, 0) / known.length);
      }
      expect(by.length).toBe(new Set(expected.cells.map(([, condition]) => condition)).size);
    },
  );
});

describe("accuracy against Brain-Score's own code", () => {
  it.each(golden.tables)("$name", ({ stimuli, model, accuracy: expected }) => {
    const { value, error } = accuracy.compare(answersOf(model, stimuli), tableOf({}), {});
    expectSame(value, expected.raw);
    expectSame(error, expected.error);
  });
});

describe("Cohen's kappa", () => {
  it("is 1 for equal errors, 0 at what accuracies make expected, NaN when both are always right", () => {
    expect(cohensKappa([true, false, true, false], [true, false, true, false])).toBe(1);
    expect(cohensKappa([true, true, false, false], [true, false, true, false])).toBe(0);
    expect(cohensKappa([true, true], [true, true])).toBeNaN();
  });
});
