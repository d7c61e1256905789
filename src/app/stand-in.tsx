/** The mark of a stand-in: the models' blue, hatched, with the words. It stands wherever a stand-in's score appears. */
import type { PanelModel } from "../models/panel.ts";
import { Identifier } from "./identifier.tsx";
import styles from "./stand-in.module.css";

interface Props {
  readonly panel: PanelModel | undefined;
  /** Whether the reason is printed too. */
  readonly why?: boolean;
}

export function StandIn({ panel, why = false }: Props) {
  if (panel?.standsInFor === undefined) return null;
  const { identifier, reason } = panel.standsInFor;
  return (
    <span className={styles.mark} title={why ? undefined : `In place of ${identifier}: ${reason}.`}>
      <span className={styles.swatch} aria-hidden="true" />
      <span>
        {why ? "Stand-in for " : "stand-in for "}
        <Identifier>{identifier}</Identifier>
        {why && `: ${reason}.`}
      </span>
    </span>
  );
}
