/** What the next run will need: a few quiet words in the run bar; where it does not fit, why not and what would. */
import { useEffect } from "react";
import type { Offer } from "../lab/preflight.ts";
import { useBench, useWorkbench } from "./context.ts";
import styles from "./plan.module.css";
import { offerText, planText, shortageText } from "./plan-text.ts";
import { benchmarksOf, readySubjects, type WorkbenchState } from "./state.ts";

/** Milliseconds after which it is weighed: choosing ten subjects is not ten questions. */
const PAUSE = 300;

/** All that the answer depends on. */
function weighedOf(state: WorkbenchState): string {
  const subjects = readySubjects(state).flatMap(({ id, selected }) => (selected ? [id] : []));
  return JSON.stringify([
    state.wish,
    subjects,
    benchmarksOf(state).map(({ digest }) => digest),
    state.lastRun?.inferred,
  ]);
}

export function PlanLine() {
  const workbench = useWorkbench();
  const weighed = useBench(weighedOf);
  const plan = useBench((state) => state.plan);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `weighed` is what it is weighed for
  useEffect(() => {
    const timer = setTimeout(() => void workbench.weigh(), PAUSE);
    return () => clearTimeout(timer);
  }, [workbench, weighed]);
  if (plan === undefined || plan.shortage !== undefined) return null;
  const text = planText(plan);
  return text === "" ? null : <span className={styles.line}>{text}</span>;
}

export function Shortage() {
  const workbench = useWorkbench();
  const shortage = useBench((state) => state.plan?.shortage);
  if (shortage === undefined) return null;
  const take = (offer: Offer): void => {
    if (offer.kind === "fewer") workbench.selectAlone(offer.subjects);
    void workbench.score({ storing: offer.kind !== "without storing" });
  };
  return (
    <div className={styles.shortage} role="alert">
      <p>{shortageText(shortage)}</p>
      {shortage.offers.map((offer) => (
        <button key={offer.kind} type="button" onClick={() => take(offer)}>
          {offerText(offer)}
        </button>
      ))}
    </div>
  );
}
