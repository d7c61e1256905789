/** The stimulus in view: large, with every choice between what the people answered and what the subject did. */
import type { Benchmark } from "../../benchmark/benchmark.ts";
import type { Answers } from "../../lab/run.ts";
import { evidenceOf, type Item } from "../answers.ts";
import { decimal } from "../format.ts";
import styles from "./detail.module.css";
import { Mark } from "./gallery.tsx";
import { Picture } from "./picture.tsx";
import { answerText, verdictWord, type Who } from "./who.ts";

interface Props {
  readonly item: Item;
  readonly benchmark: Benchmark;
  readonly answers: Answers;
  readonly who: Who;
}

export function Detail({ item, benchmark, answers, who }: Props) {
  const { stimulus } = item;
  const degrees = benchmark.stimulusSet.visualDegrees?.[item.index];
  return (
    <figure className={styles.detail}>
      <Picture stimulus={stimulus} alt={`Stimulus ${item.id}`} className={styles.picture} />
      <figcaption className={styles.caption}>
        <p>
          <code>{item.id}</code>
          {item.condition !== null && <> · condition {String(item.condition)}</>} · {verdictWord(item.verdict, who)}
        </p>
        <p className={styles.facts}>
          {stimulus.width} × {stimulus.height} pixels, {stimulus.format.toUpperCase()} ·{" "}
          {degrees === undefined ? "fills the field of view" : `${degrees}° of visual angle`}
        </p>
      </figcaption>
      <Choices item={item} benchmark={benchmark} answers={answers} who={who} />
    </figure>
  );
}

/** Choices keep their order from stimulus to stimulus, so that the eye can compare; ImageNet shows those that occur. */
function Choices({ item, benchmark, answers, who }: Props) {
  const evidence = evidenceOf(answers, item.index);
  const probability = new Map(evidence?.map(({ answer, n }) => [answer, n]));
  const responses = new Map(item.people.map(({ answer, n }) => [answer, n]));
  const offered =
    benchmark.task.name === "label" && benchmark.task.choices !== "imagenet" ? benchmark.task.choices : [item.truth];
  const rows = [...new Set([...offered, ...responses.keys(), ...(item.answer === null ? [] : [item.answer])])];
  return (
    <table className={styles.choices}>
      <thead>
        <tr>
          <th scope="col" className={styles.people}>
            {who.observers.name}
            {who.observers.n > 1 && ` (${item.responses})`}
          </th>
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
              <td className={styles.people}>
                {n !== undefined && (
                  <>
                    <span className={styles.number}>{who.observers.n > 1 ? n : ""}</span>
                    <span className={styles.bar} style={{ width: `${(58 * n) / item.responses}%` }} />
                  </>
                )}
              </td>
              <th scope="row" className={styles.choice}>
                {answerText(choice)}
                {choice === item.truth && <span className="visually-hidden"> (the truth)</span>}
              </th>
              <td className={styles.model}>
                {p !== undefined && p >= 0.0005 && <span className={styles.bar} style={{ width: `${46 * p}%` }} />}
                {choice === item.answer && <Mark right={item.right} />}
                {p !== undefined && p >= 0.0005 && <span className={styles.number}>{decimal(p)}</span>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
