/** Helpers of tests alone: golden files made by the scripts in reference/, and tables from plain columns. */
import { readFileSync } from "node:fs";
import type { ChoiceAssembly, ProbabilityAssembly } from "../assembly/assembly.ts";
import type { Scalar, Table } from "../assembly/table.ts";

const ROOT = new URL("../../", import.meta.url);

/** A golden file of reference/golden, whose numbers that JSON cannot hold are written as words. */
export function readGolden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`reference/golden/${name}`, ROOT), "utf8"), (_, value: unknown) =>
    value === "NaN"
      ? Number.NaN
      : value === "Infinity"
        ? Number.POSITIVE_INFINITY
        : value === "-Infinity"
          ? Number.NEGATIVE_INFINITY
          : value,
  );
}

export type Columns = Readonly<Record<string, readonly Scalar[]>>;

export function tableOf(columns: Columns): Table {
  const entries = Object.entries(columns);
  return {
    length: entries[0]?.[1].length ?? 0,
    columns: Object.fromEntries(
      entries.map(([name, values]) => [
        name,
        {
          dtype: values.every((value) => Number.isInteger(value)) ? "int64" : "object",
          values,
          text: values.map((value) => (value === null ? "" : String(value))),
        },
      ]),
    ),
  };
}

export function answersOf(answers: readonly (string | null)[], columns: Columns): ChoiceAssembly {
  return {
    dims: ["presentation"],
    shape: [answers.length],
    values: answers,
    coords: Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, { dim: "presentation", values }]),
    ),
  };
}

export function probabilitiesOf(
  choices: readonly string[],
  rows: readonly (readonly number[])[],
  columns: Columns,
): ProbabilityAssembly {
  const { coords } = answersOf([], columns);
  return {
    dims: ["presentation", "choice"],
    shape: [rows.length, choices.length],
    values: Float64Array.from(rows.flat()),
    choices,
    coords,
  };
}
