/**
 * The board of many benchmarks: a row for each with its ceiling, its mean, its strip and its scores, the subjects as columns,
 * rows grouped where that is asked for. It scrolls by itself, its heads in sight.
 *
 * Tab stops at one cell, the one that was at hand last; arrow keys go from cell to cell.
 */
import { memo, useCallback, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { Benchmark } from "../../benchmark/benchmark.ts";
import { useBench, useWorkbench } from "../context.ts";
import { ceilingText, chanceOf } from "../describe.ts";
import { decimal, plural } from "../format.ts";
import { Identifier } from "../identifier.tsx";
import { meanOf, meanText, settledCell } from "../means.ts";
import { ScoreCell } from "../score-cell.tsx";
import table from "../score-table.module.css";
import { WithStandIns } from "../score-table.tsx";
import type { CellRef } from "../scoreboard.tsx";
import { type Cell, cellKey, type SubjectEntry, standingOf } from "../state.ts";
import { Traced } from "../traced.tsx";
import { type Arranged, type Group, meanOfKnown } from "./arrange.ts";
import { SortHead, walk } from "./head.tsx";
import styles from "./matrix.module.css";
import { MiniStrip } from "./mini-strip.tsx";
import { ceilingFrom, groupFrom, meanFrom } from "./provenance.ts";
import type { Meant } from "./use-arranged.ts";

interface Props {
  readonly arranged: Arranged<Benchmark, SubjectEntry>;
  /** Everybody who has a dot, whatever is filtered. */
  readonly all: readonly SubjectEntry[];
  readonly meant: Meant;
  readonly pointed: CellRef | undefined;
  readonly onPoint: (cell: CellRef | undefined) => void;
}

export default memo(function Matrix({ arranged, all, meant, pointed, onPoint }: Props) {
  const { groups, subjects } = arranged;
  const [tabbed, setTabbed] = useState<CellRef>();
  const at = useCallback(
    (cell: CellRef | undefined): void => {
      onPoint(cell);
      if (cell !== undefined) setTabbed(cell);
    },
    [onPoint],
  );
  const shown = groups.flatMap(({ benchmarks }) => benchmarks);
  const stop = {
    benchmark: shown.find(({ digest }) => digest === tabbed?.benchmark) ?? shown[0],
    subject: subjects.find(({ id }) => id === tabbed?.subject) ?? subjects[0],
  };
  return (
    <div className={styles.scroll}>
      {/* The keys move focus between buttons; the table itself takes none. */}
      <table className={`${styles.matrix} ${table.cells}`} style={{ "--subjects": subjects.length }} onKeyDown={walk}>
        <caption className="visually-hidden">Scores of each subject on each benchmark</caption>
        <colgroup>
          <col className={styles.names} />
          <col className={styles.ceilings} />
          <col className={styles.means} />
          <col className={styles.strips} />
        </colgroup>
        <thead>
          <tr>
            <SortHead sorts="benchmarkOrder" by="name">
              Benchmark
            </SortHead>
            <th scope="col">Ceiling</th>
            <SortHead
              sorts="benchmarkOrder"
              by="mean"
              beneath={all.some((subject) => standingOf(subject) === "stand-in") && <WithStandIns />}
            >
              {meant.who === "model" ? "Panel mean" : "Mean"}
            </SortHead>
            <th scope="col">
              <span className={styles.scale}>
                <span>0</span>
                <span>raw</span>
                <span>1</span>
              </span>
            </th>
            {subjects.map(({ id, identifier, panel }) => (
              <SortHead
                key={id}
                sorts="benchmarkOrder"
                by={id}
                className={styles.subject}
                beneath={panel?.standsInFor !== undefined && <span className={styles.standIn}>stand-in</span>}
              >
                <Identifier>{identifier}</Identifier>
              </SortHead>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.name ?? ""}>
            {group.name !== undefined && <GroupRow group={group} name={group.name} subjects={subjects} meant={meant} />}
            {group.benchmarks.map((benchmark) => (
              <Row
                key={benchmark.digest}
                benchmark={benchmark}
                subjects={subjects}
                all={all}
                meant={meant}
                pointed={pointed?.benchmark === benchmark.digest ? pointed.subject : undefined}
                tabbed={stop.benchmark === benchmark ? stop.subject?.id : undefined}
                onPoint={at}
              />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
});

interface RowProps {
  readonly benchmark: Benchmark;
  readonly subjects: readonly SubjectEntry[];
  readonly all: readonly SubjectEntry[];
  readonly meant: Meant;
  /** Ids of subjects. */
  readonly pointed: string | undefined;
  readonly tabbed: string | undefined;
  readonly onPoint: (cell: CellRef | undefined) => void;
}

const Row = memo(function Row({ benchmark, subjects, all, meant, pointed, tabbed, onPoint }: RowProps) {
  const workbench = useWorkbench();
  const cells = useBench(
    useShallow((state) => all.map(({ id }): Cell | undefined => settledCell(state.cells[cellKey(benchmark, id)]))),
  );
  const ceiling = useBench((state) => state.ceilings[benchmark.digest]);
  const counted = all.map((subject) => meant.subjects.includes(subject));
  const mean = meanOf(
    meant.subjects,
    cells.filter((_, i) => counted[i]),
  );
  const dots = all.flatMap(({ id, panel }, i) => {
    const cell = cells[i];
    if (cell?.status !== "scored") return [];
    const standIn = panel?.standsInFor !== undefined;
    return [{ id, raw: cell.score.raw, standIn, counts: counted[i] === true }];
  });
  return (
    <tr>
      <th scope="row">
        <Identifier>{benchmark.identifier}</Identifier>
      </th>
      <td className={styles.ceilingValue}>
        {ceiling !== undefined && <Traced from={() => ceilingFrom(benchmark, ceiling)}>{ceilingText(ceiling)}</Traced>}
      </td>
      <td className={styles.mean}>
        {mean !== undefined && (
          <>
            {mean.n === 1 ? (
              decimal(mean.value) // traced as the cell that it is
            ) : (
              <Traced from={() => meanFrom(workbench.store.getState(), benchmark, meant.subjects)}>
                {decimal(mean.value)}
              </Traced>
            )}
            <span className={styles.over} title={meanText(mean, meant.who)}>
              of {mean.n}
              {mean.inapplicable > 0 && `, ${mean.inapplicable} n/a`}
            </span>
          </>
        )}
      </td>
      <td>
        <MiniStrip
          dots={dots}
          ceiling={ceiling}
          chance={benchmark.track === "behavioral" ? chanceOf(benchmark) : undefined}
          pointed={pointed}
        />
      </td>
      {subjects.map((subject) => (
        <ScoreCell
          key={subject.id}
          benchmark={benchmark}
          subject={subject}
          onPoint={onPoint}
          tabbed={tabbed === subject.id}
        />
      ))}
    </tr>
  );
});

interface GroupProps {
  readonly group: Group<Benchmark>;
  readonly name: string;
  readonly subjects: readonly SubjectEntry[];
  readonly meant: Meant;
}

/** The means of a group: of each subject over its benchmarks, and of those over the panel, as the ranking takes them. */
const GroupRow = memo(function GroupRow({ group, name, subjects, meant }: GroupProps) {
  const workbench = useWorkbench();
  const { benchmarks } = group;
  const means = useBench(useShallow((state) => subjects.map((subject) => groupMean(state.cells, benchmarks, subject))));
  /** How many scores each of them is over. */
  const numbers = useBench(
    useShallow((state) =>
      subjects.map(({ id }) => benchmarks.filter((each) => state.cells[cellKey(each, id)]?.status === "scored").length),
    ),
  );
  const over = useBench(
    useShallow((state) => meant.subjects.map((subject) => groupMean(state.cells, benchmarks, subject))),
  );
  const mean = meanOfKnown(over);
  const n = over.filter((value) => value !== undefined).length;
  return (
    <tr className={styles.group}>
      <th scope="rowgroup">
        <Identifier>{name}</Identifier>
        <span className={styles.of}>{plural(benchmarks.length, "benchmark")}</span>
      </th>
      <td />
      <td className={styles.mean}>
        {mean !== undefined && (
          <>
            <Traced
              from={() => ({
                formula: `mean over ${plural(n, meant.who)} of each one’s mean in ${name}`,
                inputs: meant.subjects.flatMap(({ identifier }, i) => {
                  const value = over[i];
                  return value === undefined ? [] : [`${identifier} ${decimal(value)}`];
                }),
                digests: benchmarks.map(({ identifier, digest }) => ({ of: identifier, digest })),
              })}
            >
              {decimal(mean)}
            </Traced>
            <span className={styles.over}>of {n}</span>
          </>
        )}
      </td>
      <td />
      {subjects.map((subject, i) => {
        const value = means[i];
        return (
          <td key={subject.id} className={styles.groupMean}>
            {value !== undefined && (
              <>
                <Traced from={() => groupFrom(workbench.store.getState(), benchmarks, subject)}>
                  {decimal(value)}
                </Traced>
                {(numbers[i] ?? 0) < benchmarks.length && <span className={styles.over}>of {numbers[i]}</span>}
              </>
            )}
          </td>
        );
      })}
    </tr>
  );
});

function groupMean(
  cells: Readonly<Record<string, Cell>>,
  benchmarks: readonly Benchmark[],
  { id }: SubjectEntry,
): number | undefined {
  return meanOfKnown(
    benchmarks.map((benchmark) => {
      const cell = cells[cellKey(benchmark, id)];
      return cell?.status === "scored" ? cell.score.score : undefined;
    }),
  );
}
