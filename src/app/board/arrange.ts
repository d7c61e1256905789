/**
 * How the board is laid out: which benchmarks and subjects are shown, in which order, in which groups. Pure.
 *
 * What is not shown still counts: a mean is over the panel, whatever is filtered.
 */
import { groupBy } from "../../assembly/table.ts";
import type { Benchmark } from "../../benchmark/benchmark.ts";

/** By `name`, by `mean` (of benchmarks only), or by scores with one of the other side: a benchmark's digest, a subject's id. */
export interface Order {
  readonly by: string;
  readonly direction: "ascending" | "descending";
}

export interface BoardView {
  /** Undefined: in the order of opening. */
  readonly benchmarkOrder: Order | undefined;
  readonly subjectOrder: Order | undefined;
  /** Words; each narrows the side that it is found on. */
  readonly filter: string;
  /** One of `kindsOf` that benchmarks must be of. */
  readonly kind: string | undefined;
  readonly grouped: boolean;
}

export const AS_OPENED: BoardView = {
  benchmarkOrder: undefined,
  subjectOrder: undefined,
  filter: "",
  kind: undefined,
  grouped: false,
};

type Asked =
  | { readonly track: "behavioral"; readonly task: { readonly name: string } }
  | { readonly track: "neural"; readonly recording: { readonly region: string } };
export type Arrangeable = Pick<Benchmark, "identifier" | "digest" | "title" | "parent" | "metric"> & Asked;

interface Named {
  readonly id: string;
  readonly identifier: string;
}

/** Scores as far as there are any. */
export interface Values<B> {
  readonly score: (digest: string, subjectId: string) => number | undefined;
  readonly mean: (benchmark: B) => number | undefined;
}

export interface Group<B> {
  /** Undefined where nothing is grouped. */
  readonly name: string | undefined;
  readonly benchmarks: readonly B[];
}

export interface Arranged<B, S> {
  readonly groups: readonly Group<B>[];
  readonly subjects: readonly S[];
}

/** The track, and the region or the task: `neural`, `IT`. */
export function kindsOf(benchmark: Asked): readonly [string, string] {
  return [benchmark.track, benchmark.track === "neural" ? benchmark.recording.region : benchmark.task.name];
}

/** The benchmark's own parent; where it names none, its place in Brain-Score's hierarchy. */
export function groupOf(benchmark: Pick<Arrangeable, "parent"> & Asked): string {
  if (benchmark.parent !== undefined) return benchmark.parent;
  return benchmark.track === "neural" ? benchmark.recording.region : "behavior";
}

export function arrange<B extends Arrangeable, S extends Named>(
  benchmarks: readonly B[],
  subjects: readonly S[],
  view: BoardView,
  values: Values<B>,
): Arranged<B, S> {
  const { benchmarkOrder, subjectOrder, kind, grouped } = view;
  const found = filtered(benchmarks, subjects, view.filter);
  const kept = found.benchmarks.filter((benchmark) => kind === undefined || kindsOf(benchmark).includes(kind));
  const value = (benchmark: B): number | undefined =>
    benchmarkOrder?.by === "mean" ? values.mean(benchmark) : values.score(benchmark.digest, benchmarkOrder?.by ?? "");
  const sorted = sortedBy(kept, benchmarkOrder, ({ identifier }) => identifier, value);
  return {
    groups: grouped ? groupsOf(sorted, benchmarkOrder, value) : [{ name: undefined, benchmarks: sorted }],
    subjects: sortedBy(
      found.subjects,
      subjectOrder,
      ({ identifier }) => identifier,
      ({ id }) => values.score(subjectOrder?.by ?? "", id),
    ),
  };
}

function groupsOf<B extends Arrangeable>(
  sorted: readonly B[],
  order: Order | undefined,
  value: (benchmark: B) => number | undefined,
): readonly Group<B>[] {
  const groups = [...groupBy(sorted, groupOf)].map(([name, benchmarks]) => ({ name, benchmarks }));
  return sortedBy(
    groups,
    order,
    ({ name }) => name,
    ({ benchmarks }) => meanOfKnown(benchmarks.map(value)),
  );
}

/** Of those that are there; undefined where none is. */
export function meanOfKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Equal ones keep their order; those without a value come last either way. */
function sortedBy<T>(
  things: readonly T[],
  order: Order | undefined,
  name: (thing: T) => string,
  value: (thing: T) => number | undefined,
): readonly T[] {
  if (order === undefined) return things;
  const sign = order.direction === "descending" ? -1 : 1;
  if (order.by === "name") return things.toSorted((a, b) => sign * names.compare(name(a), name(b)));
  const valued = things.map((thing) => ({ thing, value: value(thing) }));
  return valued
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined)
        return Number(a.value === undefined) - Number(b.value === undefined);
      return sign * (a.value - b.value);
    })
    .map(({ thing }) => thing);
}

/** A word that is found on one side leaves the other whole; one that is found on neither leaves nothing. */
function filtered<B extends Arrangeable, S extends Named>(
  benchmarks: readonly B[],
  subjects: readonly S[],
  filter: string,
): { readonly benchmarks: readonly B[]; readonly subjects: readonly S[] } {
  let found = { benchmarks, subjects };
  for (const word of filter.toLowerCase().split(/\s+/)) {
    if (word === "") continue;
    const own = {
      benchmarks: found.benchmarks.filter((benchmark) => textOf(benchmark).includes(word)),
      subjects: found.subjects.filter(({ identifier }) => identifier.toLowerCase().includes(word)),
    };
    if (own.benchmarks.length === 0 && own.subjects.length === 0) return own;
    found = {
      benchmarks: own.benchmarks.length === 0 ? found.benchmarks : own.benchmarks,
      subjects: own.subjects.length === 0 ? found.subjects : own.subjects,
    };
  }
  return found;
}

function textOf(benchmark: Arrangeable): string {
  const { identifier, title, metric } = benchmark;
  return [identifier, title, groupOf(benchmark), metric.name, ...kindsOf(benchmark)].join("\n").toLowerCase();
}

/** Whether two arrangements show the same, so that nothing has to be drawn again. */
export function sameArrangement<B, S>(a: Arranged<B, S>, b: Arranged<B, S>): boolean {
  const same = <T>(one: readonly T[], other: readonly T[]): boolean =>
    one.length === other.length && one.every((each, i) => each === other[i]);
  return (
    same(a.subjects, b.subjects) &&
    a.groups.length === b.groups.length &&
    a.groups.every((group, i) => {
      const other = b.groups[i];
      return other !== undefined && group.name === other.name && same(group.benchmarks, other.benchmarks);
    })
  );
}

/** The next order when the head of a column is pressed: highest first, lowest first, as opened. */
export function turned(order: Order | undefined, by: string): Order | undefined {
  // Names are read from A; scores are asked for the highest first.
  const [first, second] =
    by === "name" ? (["ascending", "descending"] as const) : (["descending", "ascending"] as const);
  if (order?.by !== by) return { by, direction: first };
  return order.direction === first ? { by, direction: second } : undefined;
}
