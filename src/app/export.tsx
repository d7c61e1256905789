/** The scorecard as files, and the ways to the desks where results are compared and made fit to publish. */

import { useShallow } from "zustand/react/shallow";
import { scorecardCsv } from "../scorecard/csv.ts";
import { editedOf } from "./compare/edit.ts";
import { useBench, useWorkbench } from "./context.ts";
import { download } from "./download.ts";
import styles from "./export.module.css";
import { benchmarksOf, type WorkbenchState } from "./state.ts";

export function Export() {
  const workbench = useWorkbench();
  const anyResult = useBench((state) =>
    Object.values(state.cells).some(({ status }) => status !== "waiting" && status !== "running"),
  );
  const edited = editedOf(useBench(useShallow(benchmarksOf))).length > 0;
  const exported = async (kind: "json" | "csv"): Promise<void> => {
    const card = await workbench.scorecard();
    if (kind === "csv") download("gapscope-scorecard.csv", "text/csv", scorecardCsv(card));
    else download("gapscope-scorecard.json", "application/json", `${JSON.stringify(card, null, 2)}\n`);
  };
  return (
    <div className={styles.export}>
      {(anyResult || edited) && <DeskButton desk="compare">Compare…</DeskButton>}
      {anyResult && (
        <>
          <DeskButton desk="publish">Publish…</DeskButton>
          <span aria-hidden="true">Save scorecard</span>
          <button type="button" aria-label="Save scorecard as JSON" onClick={() => void exported("json")}>
            JSON
          </button>
          <button type="button" aria-label="Save scorecard as CSV" onClick={() => void exported("csv")}>
            CSV
          </button>
        </>
      )}
    </div>
  );
}

interface DeskButtonProps {
  readonly desk: NonNullable<WorkbenchState["desk"]>;
  readonly children: string;
}

function DeskButton({ desk, children }: DeskButtonProps) {
  const workbench = useWorkbench();
  const shown = useBench((state) => state.open === undefined && state.desk === desk);
  return (
    <button
      type="button"
      data-desk={desk}
      aria-expanded={shown}
      onClick={() => workbench.show(shown ? undefined : desk)}
    >
      {children}
    </button>
  );
}
