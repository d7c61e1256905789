/** What is taken for what, side by side: people's matrix and the subject's, over the same labels and in the same shades. */
import { useMemo, useState } from "react";
import type { BehavioralBenchmark } from "../../../benchmark/benchmark.ts";
import type { Item } from "../../answers.ts";
import { count, percent } from "../../format.ts";
import { type Provenance, Traced } from "../../traced.tsx";
import { TableBehind } from "../neural/table-behind.tsx";
import type { Who } from "../who.ts";
import { type Confusions, type Counts, confusionsOf, itemsBehind, type Side } from "./confusions.ts";
import { type Label, Matrix, type Place } from "./matrix.tsx";
import styles from "./parts.module.css";
import { Scale } from "./scale.tsx";

/** The presentations behind a cell, and what they are, in words. */
export interface Picked {
  readonly text: string;
  readonly items: ReadonlySet<number>;
}

interface Props {
  readonly benchmark: BehavioralBenchmark;
  readonly items: readonly Item[];
  readonly who: Who;
  readonly digests: Provenance["digests"];
  readonly onPick: (picked: Picked) => void;
}

const REST = "other answers";

export default function Confusion({ benchmark, items, who, digests, onPick }: Props) {
  const confusions = useMemo(() => confusionsOf(benchmark, items), [benchmark, items]);
  const [at, point] = useState<Place>();
  const drawn = useMemo(() => (confusions === undefined ? undefined : drawnOf(confusions)), [confusions]);
  if (confusions === undefined || drawn === undefined) return null;
  const { labels, left, rest, people, subject } = confusions;
  const pick = (side: Side) => (place: Place) => {
    const behind = itemsBehind(items, confusions, place, side);
    const whose = side === "subject" ? `the ${who.subject}` : who.observers.name;
    if (behind.length > 0)
      onPick({ text: `${takenFor(labels, place)} by ${whose}`, items: new Set(behind.map(({ index }) => index)) });
  };
  const tell = (place: Place): string => cellText(confusions, place, who);
  const clickable = who.observers.data === "answers";
  const sides = [
    ...(people === undefined
      ? []
      : [{ side: "people" as const, name: who.observers.name, shade: drawn.people, press: clickable }]),
    { side: "subject" as const, name: who.subject, shade: drawn.subject, press: true },
  ];
  return (
    <section className={styles.part} aria-labelledby="confusions">
      <div className={styles.head}>
        <h3 id="confusions">What is taken for what</h3>
        <span className={styles.words}>
          rows: the truth; columns: the answer; shade: share of the row’s answers.{" "}
          <Traced
            from={() => ({
              formula: "answers of a row and column / answers of the row",
              inputs: [
                ...(people === undefined
                  ? []
                  : [`${who.observers.name}: ${count(totalOf(confusions, people))} responses, pooled`]),
                `${who.subject}: ${count(totalOf(confusions, subject))} answers`,
              ],
              digests,
            })}
          >
            How
          </Traced>
        </span>
      </div>
      {left > 0 && (
        <p className={styles.words}>
          The {count(labels.length)} labels that are most often the truth or an answer; {count(left)} more have no row,
          and answers of theirs are in the last column.
        </p>
      )}
      <div className={styles.pair} data-two={sides.length > 1 || undefined}>
        {sides.map(({ side, name, shade, press }) => (
          <div key={side}>
            <h4 data-kind={side}>{name}</h4>
            <Matrix
              label={`What ${side === "people" ? name : `the ${name}`} took each truth for`}
              rows={drawn.rows}
              columns={drawn.columns}
              shade={shade}
              tell={tell}
              at={at}
              onPoint={point}
              {...(press ? { onPress: pick(side) } : {})}
            />
          </div>
        ))}
      </div>
      <Scale stops={STOPS.map((share) => ({ shade: shadeOf(share), text: percent(share) }))} />
      <p className={styles.told}>
        {at === undefined
          ? "Point at a cell, or walk with the arrow keys; click or press Enter to see its stimuli alone."
          : tell(at)}
      </p>
      <TableBehind
        name="What was taken for what"
        columns={["truth", "answer", ...sides.flatMap(({ name }) => [name, `${name}, of the row`])]}
        rows={tableOf(confusions, rest)}
      />
    </section>
  );
}

/** Of a share; small ones are what is looked for, so the scale is that of the root. */
function shadeOf(share: number): number {
  return Math.sqrt(share);
}
const STOPS = [0, 0.01, 0.05, 0.2, 0.5, 1];

/** What the matrices are drawn from, made once. */
function drawnOf(confusions: Confusions) {
  const { labels, rest, people, subject } = confusions;
  const rows: Label[] = labels.map((text) => ({ text }));
  const shades =
    (counts: Counts | undefined) =>
    ({ row, column }: Place): number | undefined => {
      const total = counts?.total(row) ?? 0;
      return counts === undefined || total === 0 ? undefined : shadeOf(counts.n(row, column) / total);
    };
  return {
    rows,
    columns: rest ? [...rows, { text: REST }] : rows,
    people: shades(people),
    subject: shades(subject),
  };
}

function takenFor(labels: readonly string[], { row, column }: Place): string {
  const truth = labels[row] ?? "";
  const answer = labels[column];
  if (answer === undefined) return `${truth}, given another answer`;
  return row === column ? `${truth}, seen as that` : `${truth} taken for ${answer}`;
}

/** `knife taken for scissors: people 12 % (190 of 1,600), model 41 % (66 of 160)`. */
function cellText({ labels, people, subject }: Confusions, place: Place, who: Who): string {
  const share = (name: string, counts: Counts): string => {
    const [n, total] = [counts.n(place.row, place.column), counts.total(place.row)];
    return total === 0 ? `${name} never shown it` : `${name} ${percent(n / total)} (${count(n)} of ${count(total)})`;
  };
  const shares = [...(people === undefined ? [] : [share(who.observers.name, people)]), share(who.subject, subject)];
  return `${takenFor(labels, place)}: ${shares.join(", ")}`;
}

function totalOf({ labels }: Confusions, counts: Counts): number {
  return labels.reduce((sum, _, row) => sum + counts.total(row), 0);
}

/** A row for each truth and answer that somebody gave, the subject's commonest confusion first, right answers last. */
function tableOf({ labels, people, subject }: Confusions, rest: boolean): string[][] {
  const sides = people === undefined ? [subject] : [people, subject];
  return labels
    .flatMap((truth, row) =>
      [...labels, ...(rest ? [REST] : [])].map((answer, column) => ({
        wrong: row !== column,
        n: subject.n(row, column),
        any: sides.some((counts) => counts.n(row, column) > 0),
        cells: [
          truth,
          answer,
          ...sides.flatMap((counts) => {
            const [n, total] = [counts.n(row, column), counts.total(row)];
            return [count(n), total === 0 ? "" : percent(n / total)];
          }),
        ],
      })),
    )
    .filter(({ any }) => any)
    .sort((a, b) => Number(b.wrong) - Number(a.wrong) || b.n - a.n)
    .map(({ cells }) => cells);
}
