/** Where the computation behind a close-up stands: how far it is, with a way to stop it, or why there is nothing to see. */
import { useEffect, useState } from "react";
import { percent } from "../../../format.ts";
import styles from "../neural.module.css";
import type { AnswerState } from "./use-answer.ts";

interface Props {
  readonly state: AnswerState;
  readonly onCancel: () => void;
  readonly onAgain: () => void;
}

/** Milliseconds: what takes less needs no telling. */
const SOON = 400;

export function Computing({ state, onCancel, onAgain }: Props) {
  switch (state.status) {
    case "answered":
      return null;
    case "waiting":
      return <p className={styles.words}>A run is under way; this is computed when it has ended.</p>;
    case "asking":
      return <Asking stage={state.stage} share={state.share} onCancel={onCancel} />;
    case "cancelled":
      return (
        <div className={styles.run}>
          <button type="button" onClick={onAgain}>
            Compute
          </button>
          <span className={styles.words}>Cancelled.</span>
        </div>
      );
    case "failed":
      return (
        <div className={styles.run}>
          <p>{state.message}</p>
          <button type="button" onClick={onAgain}>
            Try again
          </button>
        </div>
      );
    default:
      return state satisfies never;
  }
}

function Asking({
  stage,
  share,
  onCancel,
}: {
  readonly stage: string;
  readonly share: number;
  readonly onCancel: () => void;
}) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), SOON);
    return () => clearTimeout(timer);
  }, []);
  if (!long) return null;
  return (
    <div className={styles.run}>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
      <progress aria-label="Computed" value={share} />
      <span className={styles.words}>{stage === "" ? "reading" : `${stage}, ${percent(share)}`}</span>
    </div>
  );
}
