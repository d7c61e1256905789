/** A score as the equation that made it, with each term named, and the facts it is traced by. */
import type { CellResult } from "../lab/run.ts";
import { backendText, ceilingText, errorMeaning } from "./describe.ts";
import styles from "./equation.module.css";
import { decimal, equationText, plusMinus } from "./format.ts";

interface Props {
  readonly cell: Extract<CellResult, { status: "scored" }>;
  readonly metric: string;
}

export function Equation({ cell, metric }: Props) {
  const { score, raw, error, ceiling, formula, unit, notes } = cell.score;
  const meaning = errorMeaning(metric);
  return (
    <dl className={styles.equation}>
      <dt>score</dt>
      <dd>
        <strong>{decimal(score)}</strong> = {equationText(formula, raw, ceiling.value)}
      </dd>
      <dt>raw</dt>
      <dd>
        {decimal(raw, 4)} <span className={styles.words}>{unit}</span>
      </dd>
      {error !== undefined && (
        <>
          <dt>error of raw</dt>
          <dd>
            {plusMinus(error)} {meaning !== undefined && <span className={styles.words}>{meaning}</span>}
          </dd>
        </>
      )}
      <dt>ceiling</dt>
      <dd>
        {ceilingText(ceiling)}
        {ceiling.error === undefined && <span className={styles.words}> no error given</span>}
      </dd>
      <dt>from</dt>
      <dd className={styles.words}>{backendText(cell.backend)}</dd>
      {notes.map((note) => (
        <div key={note} className={styles.note}>
          <dt>note</dt>
          <dd className={styles.words}>{note}</dd>
        </div>
      ))}
    </dl>
  );
}
