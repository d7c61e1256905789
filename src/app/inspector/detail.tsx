/** The presentation in view: large, with every choice between what the people answered and what the subject did. */
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import type { Answers } from "../../lab/run.ts";
import { evidenceOf, type Item, type Tally } from "../answers.ts";
import { decimal } from "../format.ts";
import styles from "./detail.module.css";
import { Mark } from "./mark.tsx";
import { Picture } from "./picture.tsx";
import { Triplet } from "./triplet.tsx";
import { answerText, verdictWord, type Who } from "./who.ts";

interface Props {
  readonly item: Item;
  readonly benchmark: BehavioralBenchmark;
  readonly answers: Answers;
  readonly who: Who;
}

export function Detail({ item, benchmark, answers, who }: Props) {
  const triplet = benchmark.task.name === "odd_one_out";
  return (
    <figure className={styles.detail} data-triplet={triplet || undefined}>
      {triplet ? (
        <Triplet item={item} who={who} />
      ) : (
        item.shown.map(({ id, stimulus }) => (
          <Picture key={id} stimulus={stimulus} alt={`Stimulus ${id}`} className={styles.picture} />
        ))
      )}
      <figcaption className={styles.caption}>
        <p>
          <code>{item.id}</code>
          {item.condition !== null && <> · condition {String(item.condition)}</>}
          {item.verdict !== undefined && <> · {verdictWord(item.verdict, who)}</>}
        </p>
        <p className={styles.facts}>{triplet ? tripletFacts(benchmark) : facts(item, benchmark)}</p>
      </figcaption>
      {!triplet && <Choices item={item} benchmark={benchmark} answers={answers} who={who} />}
    </figure>
  );
}

function facts(item: Item, benchmark: BehavioralBenchmark): string {
  const degrees = degreesText(benchmark.stimulusSet.visualDegrees?.[item.index]);
  const [picture] = item.shown;
  if (picture === undefined) return degrees;
  const { width, height, format } = picture.stimulus;
  return `${width} × ${height} pixels, ${format.toUpperCase()} · ${degrees}`;
}

function tripletFacts({ stimulusSet: { visualDegrees } }: BehavioralBenchmark): string {
  return new Set(visualDegrees).size > 1 ? "at several sizes" : degreesText(visualDegrees?.[0]);
}

function degreesText(degrees: number | undefined): string {
  return degrees === undefined ? "fills the field of view" : `${degrees}° of visual angle`;
}

/** More choices than these are not all shown: only those that were given, and the likeliest. */
const ALL_SHOWN = 24;
const LIKELIEST = 5;

/** Choices keep their order from stimulus to stimulus, so that the eye can compare. */
function Choices({ item, benchmark, answers, who }: Props) {
  const evidence = evidenceOf(answers, item.index);
  const probability = new Map(evidence?.map(({ answer, n }) => [answer, n]));
  const responses = new Map(item.people.map(({ answer, n }) => [answer, n]));
  const occurring = [...responses.keys(), ...(item.answer === null ? [] : [item.answer])];
  const rows = [...new Set([...offered(item, benchmark, evidence), ...occurring])];
  const answered = who.observers.data === "answers";
  return (
    <table className={styles.choices}>
      <thead>
        <tr>
          {answered && (
            <th scope="col" className={styles.people}>
              {who.observers.name}
              {who.observers.n > 1 && ` (${item.responses})`}
            </th>
          )}
          <th scope="col" className={styles.choice}>
            <span className="visually-hidden">choice</span>
          </th>
          <th scope="col" className={styles.model}>
            {who.subject}
            {evidence !== undefined && ", p"}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((choice) => {
          const n = responses.get(choice);
          const p = probability.get(choice);
          return (
            <tr key={choice} data-truth={choice === item.truth || undefined}>
              {answered && (
                <td className={styles.people}>
                  {n !== undefined && (
                    <>
                      <span className={styles.number}>{who.observers.n > 1 ? n : ""}</span>
                      <span className={styles.bar} style={{ width: `${(58 * n) / item.responses}%` }} />
                    </>
                  )}
                </td>
              )}
              <th scope="row" className={styles.choice}>
                {answerText(choice)}
                {choice === item.truth && <span className="visually-hidden"> (the truth)</span>}
              </th>
              <td className={styles.model}>
                {p !== undefined && p >= 0.0005 && <span className={styles.bar} style={{ width: `${46 * p}%` }} />}
                {choice === item.answer && <Mark verdict={item.verdict} who={who} />}
                {p !== undefined && p >= 0.0005 && <span className={styles.number}>{decimal(p)}</span>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The choices that have a row whether or not anybody gave them. */
function offered(
  { truth }: Item,
  { task }: BehavioralBenchmark,
  evidence: readonly Tally[] | undefined,
): readonly string[] {
  const choices =
    task.name === "label" && task.choices !== "imagenet" ? task.choices : evidence?.map(({ answer }) => answer);
  if (choices !== undefined && choices.length <= ALL_SHOWN) return choices;
  const likeliest = evidence?.toSorted((a, b) => b.n - a.n).slice(0, LIKELIEST) ?? [];
  return [...(truth === undefined ? [] : [truth]), ...likeliest.map(({ answer }) => answer)];
}
