/** Where the board's figures come from: its means, its ceilings, its strips. Asked only once one is pointed at. */
import type { Benchmark } from "../../benchmark/benchmark.ts";
import { subjectDigest } from "../../lab/source.ts";
import type { Ceiling } from "../../scoring/ceiled.ts";
import { ceilingText, metricText } from "../describe.ts";
import { decimal, plural } from "../format.ts";
import type { RankedRow } from "../ranked.ts";
import { benchmarksOf, type Cell, cellKey, type SubjectEntry, type WorkbenchState } from "../state.ts";
import type { Provenance } from "../traced.tsx";

type Digests = Provenance["digests"];

function digestOf(benchmark: Benchmark): Digests[number] {
  return { of: benchmark.identifier, digest: benchmark.digest };
}

function digestsOf(subjects: readonly SubjectEntry[]): Digests {
  return subjects.flatMap(({ identifier, state }) =>
    state.status === "ready" ? [{ of: identifier, digest: subjectDigest(state.source) }] : [],
  );
}

function scoredOn(
  { cells }: Pick<WorkbenchState, "cells">,
  benchmark: Benchmark,
  subjects: readonly SubjectEntry[],
): { readonly subject: SubjectEntry; readonly cell: Extract<Cell, { readonly status: "scored" }> }[] {
  return subjects.flatMap((subject) => {
    const cell = cells[cellKey(benchmark, subject.id)];
    return cell?.status === "scored" ? [{ subject, cell }] : [];
  });
}

/** The mean of these subjects' scores on a benchmark. */
export function meanFrom(
  state: Pick<WorkbenchState, "cells">,
  benchmark: Benchmark,
  subjects: readonly SubjectEntry[],
): Provenance {
  const scored = scoredOn(state, benchmark, subjects);
  return {
    formula: `mean of ${plural(scored.length, "ceiled score")}`,
    inputs: scored.map(({ subject, cell }) => `${subject.identifier} ${decimal(cell.score.score)}`),
    digests: [digestOf(benchmark), ...digestsOf(scored.map(({ subject }) => subject))],
  };
}

/** The mean of one subject's scores on the benchmarks of a group. */
export function groupFrom(
  state: Pick<WorkbenchState, "cells">,
  benchmarks: readonly Benchmark[],
  subject: SubjectEntry,
): Provenance {
  const scored = benchmarks.flatMap((benchmark) =>
    scoredOn(state, benchmark, [subject]).map(({ cell }) => ({ benchmark, score: cell.score.score })),
  );
  return {
    formula: `mean of ${plural(scored.length, "ceiled score")} of ${subject.identifier}`,
    inputs: scored.map(({ benchmark, score }) => `${benchmark.identifier} ${decimal(score)}`),
    digests: [...scored.map(({ benchmark }) => digestOf(benchmark)), ...digestsOf([subject])],
  };
}

/** `internal_consistency`, or that the metric has its own. */
function ceilingName({ metric, ceiling }: Benchmark): string {
  const options = Object.entries(ceiling.options).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const name =
    ceiling.name === "metric" ? `the ceiling of ${metricText({ metric })}` : ceiling.name.replaceAll("_", " ");
  return [name, ...options].join(", ");
}

export function ceilingFrom(benchmark: Benchmark, ceiling: Ceiling): Provenance {
  const { value, error } = ceiling;
  return {
    formula: ceilingName(benchmark),
    inputs: [`value ${decimal(value, 4)}`, error === undefined ? "no error given" : `error ${decimal(error, 4)}`],
    digests: [digestOf(benchmark)],
  };
}

/** What a strip draws: everybody's raw value and the ceiling that it is divided by. */
export function stripFrom(
  state: Pick<WorkbenchState, "cells" | "ceilings">,
  benchmark: Benchmark,
  subjects: readonly SubjectEntry[],
): Provenance {
  const scored = scoredOn(state, benchmark, subjects);
  const ceiling = state.ceilings[benchmark.digest] ?? scored[0]?.cell.score.ceiling;
  const formula = scored[0]?.cell.score.formula;
  return {
    formula: formula === undefined ? `raw ${metricText(benchmark)}` : `score = ${formula}`,
    inputs: [
      ...(ceiling === undefined ? [] : [`ceiling ${ceilingText(ceiling)}: ${ceilingName(benchmark)}`]),
      ...scored.map(({ subject, cell }) => `${subject.identifier} raw ${decimal(cell.score.raw)}`),
    ],
    digests: [digestOf(benchmark), ...digestsOf(scored.map(({ subject }) => subject))],
  };
}

/** A mean of the ranking. */
export function rankFrom(state: Pick<WorkbenchState, "subjects" | "packages">, row: RankedRow): Provenance {
  const { dots, parts, digest } = row;
  const own = new Set(parts.length === 0 ? [digest] : parts.map((part) => part.digest));
  const ids = new Set(dots.map(({ id }) => id));
  const each = parts.length === 0 ? "score" : `mean of ${plural(parts.length, "part")}`;
  return {
    formula: `mean of ${plural(dots.length, "subject")}, each one’s ${each} within [0, 1]`,
    inputs: dots.map(({ name, value, missing }) => `${name} ${missing ? "0, without a score" : decimal(value)}`),
    digests: [
      ...benchmarksOf(state)
        .filter((benchmark) => own.has(benchmark.digest))
        .map(digestOf),
      ...digestsOf(state.subjects.filter(({ id }) => ids.has(id))),
    ],
  };
}
