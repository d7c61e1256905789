/** Who errs where others err: kappa between any two of the benchmark's people and the subjects that have answered it. */
import { useCallback, useMemo, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { BehavioralBenchmark } from "../../../benchmark/benchmark.ts";
import { subjectDigest } from "../../../lab/source.ts";
import { useBench } from "../../context.ts";
import { count, decimal, plural } from "../../format.ts";
import { cellKey, readySubjects, type WorkbenchState } from "../../state.ts";
import { type Provenance, Traced } from "../../traced.tsx";
import { TableBehind } from "../neural/table-behind.tsx";
import type { Who } from "../who.ts";
import { type Answering, type ConsistencyMap, canMap, consistencyMap, type MeanOf } from "./consistency.ts";
import { type Label, Matrix, type Place } from "./matrix.tsx";
import styles from "./parts.module.css";
import { Scale } from "./scale.tsx";
import { useSlices } from "./use-slices.ts";

interface Props {
  readonly benchmark: BehavioralBenchmark;
  readonly who: Who;
}

export default function Consistency({ benchmark, who }: Props) {
  const answering = useAnswering(benchmark);
  if (!canMap(benchmark, answering.length)) return null;
  return <Mapped benchmark={benchmark} who={who} answering={answering} />;
}

interface MappedProps extends Props {
  readonly answering: readonly (Answering & { readonly digest: string })[];
}

function Mapped({ benchmark, who, answering }: MappedProps) {
  const work = useCallback(() => consistencyMap(benchmark, answering), [benchmark, answering]);
  const map = useSlices(work);
  const stimuli = benchmark.stimulusSet.table.length;
  const digests = [
    { of: benchmark.identifier, digest: benchmark.digest },
    ...answering.map(({ name, digest }) => ({ of: name, digest })),
  ];
  return (
    <section className={styles.part} aria-labelledby="consistency-map">
      <div className={styles.head}>
        <h3 id="consistency-map">Error consistency of everybody</h3>
        <span className={styles.words}>
          Cohen’s kappa of being right or wrong on the same stimuli
          {map !== undefined && map.conditions > 1 && `, mean over ${count(map.conditions)} conditions`}.{" "}
          <Traced
            from={() => ({
              formula: "kappa = (observed − expected) / (1 − expected), within each condition, then the mean",
              inputs: [
                "observed: share of stimuli on which both are right or both wrong",
                "expected: the same from their accuracies alone",
                plural(stimuli, "stimulus", "stimuli"),
              ],
              digests,
            })}
          >
            How
          </Traced>
        </span>
      </div>
      {map === undefined ? (
        <p className={styles.told}>Comparing…</p>
      ) : (
        <MapView map={map} who={who} digests={digests} />
      )}
    </section>
  );
}

/** Numbers are printed into the cells of so many observers. */
const MOST_PRINTED = 16;
/** Shades end so far below the full one where numbers are printed on them, for these to be legible. */
const PALE = 0.5;

interface ViewProps {
  readonly map: ConsistencyMap;
  readonly who: Who;
  readonly digests: Provenance["digests"];
}

function MapView({ map, who, digests }: ViewProps) {
  const [at, point] = useState<Place>();
  const { labels, shade, print, lowest, top, full } = useMemo(() => drawnOf(map), [map]);
  if (map.means.length === 0)
    return <p>No two of them have a kappa: they share no stimulus, or each is always right or always wrong (0/0).</p>;
  const parted = map.observers.filter(({ kind }) => kind === "person").length;
  return (
    <>
      <Means map={map} who={who} digests={digests} />
      <Matrix
        label="Error consistency of each two observers"
        rows={labels}
        columns={labels}
        shade={shade}
        print={print}
        tell={(place) => pairText(map, place)}
        at={at}
        onPoint={point}
        {...(parted > 0 && parted < labels.length ? { parted } : {})}
      />
      <Scale
        stops={[
          ...(lowest < 0 ? [{ shade: (full * lowest) / top, text: `${decimal(lowest, 2)}, the lowest here` }] : []),
          { shade: 0, text: "0" },
          { shade: full / 2, text: decimal(top / 2, 2) },
          { shade: full, text: decimal(top, 2) },
        ]}
      />
      <p className={styles.told}>
        {at === undefined ? "Point at a cell, or walk with the arrow keys." : pairText(map, at)}
      </p>
      <TableBehind
        name="Error consistency of each two observers"
        columns={["one", "other", "kappa", "observed", "expected", "stimuli in common"]}
        rows={tableOf(map)}
      />
    </>
  );
}

function Means({ map: { means }, who, digests }: ViewProps) {
  const people = who.observers.name;
  const names: Readonly<Record<MeanOf, string>> = {
    "people with people": "people with people",
    "people with subjects": `${people} with subjects`,
    "subjects with subjects": "subjects with subjects",
  };
  return (
    <dl className={styles.means} aria-label="Mean kappa">
      {means.map(({ kinds, kappa, pairs }) => (
        <div key={kinds}>
          <dt>{names[kinds]}</dt>
          <dd>
            <Traced from={() => ({ formula: `mean kappa of ${plural(pairs, "pair")}`, digests })}>
              {decimal(kappa)}
            </Traced>{" "}
            <span className={styles.words}>mean of {plural(pairs, "pair")}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Everybody who has answers on this benchmark. Stays the same while a run goes on elsewhere. */
function useAnswering(benchmark: BehavioralBenchmark): MappedProps["answering"] {
  const subjects = useBench(useShallow((state) => answered(state, benchmark).map(({ entry }) => entry)));
  const values = useBench(useShallow((state) => answered(state, benchmark).map(({ answers }) => answers.values)));
  return useMemo(
    () =>
      subjects.map(({ identifier, state: { source } }, i) => ({
        ...{ name: identifier, digest: subjectDigest(source), values: values[i] ?? [] },
      })),
    [subjects, values],
  );
}

function answered(state: WorkbenchState, benchmark: BehavioralBenchmark) {
  return readySubjects(state).flatMap((entry) => {
    const cell = state.cells[cellKey(benchmark, entry.id)];
    const answers = cell?.status === "scored" ? cell.answers : undefined;
    return answers === undefined ? [] : [{ entry, answers }];
  });
}

/** What the matrix is drawn from, made once. The shades end at the highest kappa there is, rounded up. */
function drawnOf(map: ConsistencyMap) {
  const { observers, pair } = map;
  const labels = observers.map(
    ({ name, kind }): Label => ({ text: name, kind: kind === "person" ? "people" : "subject" }),
  );
  const kappas = observers.flatMap((_, a) => observers.flatMap((_, b) => (a < b ? (pair(a, b)?.kappa ?? []) : [])));
  const known = kappas.filter((kappa) => !Number.isNaN(kappa));
  const top = Math.ceil(Math.max(0.1, ...known) * 10 - 1e-9) / 10;
  const printed = observers.length <= MOST_PRINTED;
  const full = printed ? PALE : 1;
  const kappaAt = ({ row, column }: Place): number | undefined => {
    const kappa = pair(row, column)?.kappa;
    return kappa === undefined || Number.isNaN(kappa) ? undefined : kappa;
  };
  return {
    labels,
    lowest: Math.min(0, ...known),
    top,
    full,
    shade: (place: Place): number | undefined => {
      const kappa = kappaAt(place);
      return kappa === undefined ? undefined : (full * kappa) / top;
    },
    print: printed
      ? (place: Place): string => {
          const kappa = kappaAt(place);
          return kappa === undefined ? "" : decimal(kappa, 2).replace(/^(−?)0\./, "$1.");
        }
      : undefined,
  };
}

function pairText({ observers, conditions, pair }: ConsistencyMap, { row, column }: Place): string {
  const [one, other] = [observers[row]?.name ?? "", observers[column]?.name ?? ""];
  const found = pair(row, column);
  if (found === undefined) return `${one}: not compared with itself`;
  const { kappa, observed, expected, common } = found;
  if (common === 0) return `${one} and ${other}: no stimulus in common`;
  const means = conditions > 1 ? ", means over conditions" : "";
  const value = Number.isNaN(kappa) ? "kappa undefined (0/0)" : `kappa ${decimal(kappa)}`;
  return `${one} and ${other}: ${value}; observed ${decimal(observed)}, expected ${decimal(expected)}${means}; ${plural(common, "stimulus", "stimuli")} in common`;
}

/** A row for each two, the most alike first. */
function tableOf({ observers, pair }: ConsistencyMap): string[][] {
  return observers
    .flatMap((one, a) =>
      observers.slice(a + 1).map((other, i) => ({ one: one.name, other: other.name, pair: pair(a, a + 1 + i) })),
    )
    .sort((a, b) => orderOf(b.pair?.kappa) - orderOf(a.pair?.kappa))
    .map(({ one, other, pair: found }) => [
      one,
      other,
      numberText(found?.kappa),
      numberText(found?.observed),
      numberText(found?.expected),
      count(found?.common ?? 0),
    ]);
}

function orderOf(kappa: number | undefined): number {
  return kappa === undefined || Number.isNaN(kappa) ? Number.NEGATIVE_INFINITY : kappa;
}

function numberText(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "undefined" : decimal(value, 4);
}
