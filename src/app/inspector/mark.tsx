/** The mark at a subject's answer: filled where it is right or with most people, open where it is not. */
import { speaksFor, type Verdict } from "../answers.ts";
import styles from "./mark.module.css";
import { judgement, type Who } from "./who.ts";

interface Props {
  /** Undefined where nothing is known to hold the answer against: a stroke. */
  readonly verdict: Verdict | undefined;
  readonly who: Who;
}

export function Mark({ verdict, who }: Props) {
  if (verdict === undefined) {
    return (
      <svg className={styles.mark} viewBox="0 0 12 12" role="img" aria-label="chosen">
        <path d="M1.5 6h9" />
      </svg>
    );
  }
  return (
    <svg className={styles.mark} viewBox="0 0 12 12" role="img" aria-label={judgement(verdict, who)}>
      <circle cx="6" cy="6" r="4.25" data-for={speaksFor(verdict) || undefined} />
    </svg>
  );
}
