/** The figures behind a score, each a table whose cells are drawn: accuracy by condition and by label, side by side. */
import { useMemo } from "react";
import type { Benchmark } from "../../benchmark/benchmark.ts";
import type { ByRow } from "../../metrics/metric.ts";
import { accuracyBy, type GroupRow, type Item } from "../answers.ts";
import { chanceOf } from "../describe.ts";
import { count, decimal, percent } from "../format.ts";
import styles from "./figures.module.css";
import { answerText, type Who } from "./who.ts";

interface Props {
  readonly benchmark: Benchmark;
  /** The metric's own value by condition. */
  readonly by: readonly ByRow[];
  readonly unit: string;
  readonly items: readonly Item[];
  readonly who: Who;
}

export function Figures({ benchmark, by, unit, items, who }: Props) {
  const conditions = useMemo(() => accuracyBy(items, "condition"), [items]);
  const labels = useMemo(() => accuracyBy(items, "truth"), [items]);
  const chance = chanceOf({ metric: { name: "accuracy", options: {} }, task: benchmark.task });
  // The accuracies are drawn anyway; a metric of another kind has its own column.
  const raw =
    benchmark.metric.name === "accuracy" ? undefined : new Map(by.map((row) => [String(row.condition), row.raw]));
  return (
    <>
      {conditions.length > 1 && (
        <Groups title="By condition" rows={conditions} who={who} chance={chance} raw={raw} unit={unit} />
      )}
      {labels.length > 1 && <Groups title="By truth" rows={labels} who={who} chance={chance} confusions />}
    </>
  );
}

interface GroupsProps {
  readonly title: string;
  readonly rows: readonly GroupRow[];
  readonly who: Who;
  readonly chance: number | undefined;
  readonly raw?: ReadonlyMap<string, number | null> | undefined;
  readonly unit?: string;
  readonly confusions?: boolean;
}

function Groups({ title, rows, who, chance, raw, unit, confusions = false }: GroupsProps) {
  return (
    // Scrolls sideways where it is narrow, so the keyboard must reach it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region without controls
    <section className={styles.figure} aria-label={title} tabIndex={0}>
      <table className={styles.table}>
        <caption>
          <h3>{title}</h3>
          <span>
            share of right answers
            {chance !== undefined && `; dotted: chance, ${decimal(chance)}`}
          </span>
        </caption>
        <thead>
          <tr>
            <th scope="col">{title.replace("By ", "")}</th>
            <th scope="col" className={styles.n}>
              stimuli
            </th>
            <th scope="col">{who.observers.name}</th>
            <th scope="col">{who.subject}</th>
            {raw !== undefined && <th scope="col">{unit}</th>}
            {confusions && <th scope="col">most often taken for</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.key === "" ? "none given" : row.key}</th>
              <td className={styles.n}>{count(row.n)}</td>
              <td className={styles.observer}>
                <Share value={row.people} chance={chance} />
              </td>
              <td className={styles.model}>
                <Share value={row.model} chance={chance} />
              </td>
              {raw !== undefined && <td className={styles.raw}>{rawText(raw.get(row.key))}</td>}
              {confusions && (
                <td className={styles.words}>
                  {row.confusedWith !== undefined &&
                    `${answerText(row.confusedWith.answer)}, ${row.confusedWith.n} of ${row.n}`}
                </td>
              )}
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

function Share({ value, chance }: { readonly value: number | undefined; readonly chance: number | undefined }) {
  if (value === undefined) return "no responses";
  return (
    <span className={styles.share}>
      <span className={styles.track}>
        <span className={styles.bar} style={{ width: `${100 * value}%` }} />
        {chance !== undefined && <span className={styles.chance} style={{ insetInlineStart: `${100 * chance}%` }} />}
      </span>
      <span className={styles.number}>{percent(value)}</span>
    </span>
  );
}
