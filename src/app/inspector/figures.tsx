/** The figures behind a score, each a table whose cells are drawn: accuracy by what the metric tells apart. */
import { useMemo } from "react";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import type { ByRow } from "../../metrics/metric.ts";
import type { Item } from "../answers.ts";
import { chanceOf } from "../describe.ts";
import { count, decimal, percent } from "../format.ts";
import type { Span } from "../responses.ts";
import { type Provenance, Traced } from "../traced.tsx";
import { Curve } from "./curve.tsx";
import styles from "./figures.module.css";
import { type Grouping, type Row as GroupRow, groupingsOf, keyText } from "./groupings.ts";
import { answerText, type Who } from "./who.ts";

interface Props {
  readonly benchmark: BehavioralBenchmark;
  /** The metric's own values by what it tells apart. */
  readonly by: readonly ByRow[];
  readonly unit: string;
  readonly items: readonly Item[];
  readonly who: Who;
  readonly digests: Provenance["digests"];
}

export function Figures({ benchmark, by, unit, items, who, digests }: Props) {
  const { groupings, left } = useMemo(() => groupingsOf(benchmark, by, items), [benchmark, by, items]);
  const chance = chanceOf({ metric: { name: accuracyOf(benchmark), options: {} }, task: benchmark.task });
  return (
    <>
      {groupings.map((grouping) => (
        <Groups
          key={grouping.columns.join("|")}
          grouping={grouping}
          who={who}
          chance={chance}
          // The accuracies are drawn anyway; a metric of another kind has its own column.
          unit={benchmark.metric.name === "accuracy" ? undefined : unit}
          judged={items.some(({ truth }) => truth !== undefined)}
          digests={digests}
        />
      ))}
      {groupings.every(({ raw }) => raw === undefined) && <OwnValues rows={by} unit={unit} />}
      {left.map((columns) => (
        <p key={columns.join("|")} className={styles.left}>
          {columns.join(" and ")} make more groups than a table can show.
        </p>
      ))}
    </>
  );
}

/** The metric that the shares are values of. */
function accuracyOf({ task }: BehavioralBenchmark): string {
  return task.name === "odd_one_out" ? "odd_one_out_accuracy" : "accuracy";
}

interface GroupsProps {
  readonly grouping: Grouping;
  readonly who: Who;
  readonly chance: number | undefined;
  /** Of the metric's own values, where they have a column. */
  readonly unit: string | undefined;
  /** Whether answers can be right or wrong. */
  readonly judged: boolean;
  readonly digests: Provenance["digests"];
}

function Groups({ grouping, who, chance, unit, judged, digests }: GroupsProps) {
  const { columns, rows, raw, axis } = grouping;
  const title = `By ${columns.join(" and ")}`;
  const confusions = judged && columns.includes("truth");
  const people = rows.some((row) => row.people !== undefined);
  return (
    // Scrolls sideways where it is narrow, so the keyboard must reach it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region without controls
    <section className={styles.figure} aria-label={title} tabIndex={0}>
      <div className={styles.caption}>
        <h3>{title}</h3>
        <span>
          {judged ? "share of right answers" : `share of responses that the ${who.subject} agrees with`}
          {judged && `; lines: ${spansText(rows, who)}`}
          {chance !== undefined && `; dotted: chance, ${decimal(chance)}`}.{" "}
          <Traced from={() => provenanceOf(rows, who, judged, digests)}>How</Traced>
        </span>
      </div>
      {axis !== undefined && <Curve grouping={grouping} axis={axis} who={who} chance={chance} />}
      <table className={styles.table} aria-label={title} data-alone={!people || undefined}>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col" className={styles.n}>
              {judged ? "stimuli" : "shown"}
            </th>
            {people && <th scope="col">{who.observers.name}</th>}
            <th scope="col">{who.subject}</th>
            {raw !== undefined && unit !== undefined && <th scope="col">{unit}</th>}
            {confusions && <th scope="col">most often taken for</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={keyText(row.key)}
              row={row}
              people={people}
              chance={chance}
              raw={raw === undefined || unit === undefined ? undefined : rawText(raw.get(keyText(row.key)))}
              confusions={confusions}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What the lines on the bars and curves are. */
function spansText(rows: readonly GroupRow[], { observers, subject }: Who): string {
  const people = rows.some(({ range }) => range !== undefined) ? `${observers.name}, lowest to highest person; ` : "";
  return `${people}${subject}, 95 % interval (Wilson)`;
}

function provenanceOf(
  rows: readonly GroupRow[],
  who: Who,
  judged: boolean,
  digests: Provenance["digests"],
): Provenance {
  const shown = rows.reduce((sum, { n }) => sum + n, 0);
  return {
    formula: judged
      ? "answers equal to the truth / answers, in each group"
      : "responses equal to the answer / responses",
    inputs: [
      `${who.subject}: one answer to each of ${count(shown)}`,
      ...(rows.some(({ people }) => people !== undefined)
        ? [`${who.observers.name}: all responses of a group, pooled`]
        : []),
      ...(judged ? [`lines: ${spansText(rows, who)}`] : []),
    ],
    digests,
  };
}

interface RowProps {
  readonly row: GroupRow;
  readonly people: boolean;
  readonly chance: number | undefined;
  readonly raw: string | undefined;
  readonly confusions: boolean;
}

function Row({ row, people, chance, raw, confusions }: RowProps) {
  const [first = null, ...others] = row.key.map((value) =>
    value === null || value === "" ? "none given" : String(value),
  );
  return (
    <tr>
      <th scope="row">{first}</th>
      {others.map((value, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row's coordinates stand in the order of the columns
        <td key={i}>{value}</td>
      ))}
      <td className={styles.n}>{count(row.n)}</td>
      {people && (
        <td className={styles.observer}>
          <Share value={row.people} span={row.range} chance={chance} />
        </td>
      )}
      <td className={styles.model}>
        <Share value={row.model} span={row.interval} chance={chance} />
      </td>
      {raw !== undefined && <td className={styles.raw}>{raw}</td>}
      {confusions && (
        <td className={styles.words}>
          {row.confusedWith !== undefined &&
            `${answerText(row.confusedWith.answer)}, ${row.confusedWith.n} of ${row.n}`}
        </td>
      )}
    </tr>
  );
}

/** The metric's own rows, where they tell apart what no column of the stimuli does. */
export function OwnValues({ rows, unit }: { readonly rows: readonly ByRow[]; readonly unit: string }) {
  if (rows.length === 0) return null;
  const columns = Object.keys(rows[0] ?? {}).filter((name) => name !== "raw");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region without controls
    <section className={styles.figure} aria-label={`By ${columns.join(" and ")}`} tabIndex={0}>
      <h3 className={styles.caption}>By {columns.join(" and ")}</h3>
      <table className={styles.table}>
        <thead>
          <tr>
            {[...columns, unit].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyText(columns.map((name) => row[name] ?? null))}>
              {columns.map((name) => (
                <td key={name}>{String(row[name] ?? "none given")}</td>
              ))}
              <td className={styles.raw}>{rawText(row.raw)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** An undefined kappa (0/0) is said, not left out. */
function rawText(value: number | null | undefined): string {
  return value === null || value === undefined ? "undefined" : decimal(value);
}

interface ShareProps {
  readonly value: number | undefined;
  readonly span: Span | undefined;
  readonly chance: number | undefined;
}

function Share({ value, span, chance }: ShareProps) {
  if (value === undefined) return "no responses";
  const at = (share: number): string => `${100 * share}%`;
  return (
    <span className={styles.share}>
      <span className={styles.track}>
        <span className={styles.bar} style={{ width: at(value) }} />
        {chance !== undefined && <span className={styles.chance} style={{ insetInlineStart: at(chance) }} />}
        {span !== undefined && (
          <span className={styles.span} style={{ insetInlineStart: at(span[0]), insetInlineEnd: at(1 - span[1]) }} />
        )}
      </span>
      <span className={styles.number}>{percent(value)}</span>
      {span !== undefined && (
        <span className={styles.ends}>
          {Math.round(100 * span[0])}–{Math.round(100 * span[1])} %
        </span>
      )}
    </span>
  );
}
