/** The scorecard as files. */

import { scorecardCsv } from "../scorecard/csv.ts";
import { useBench, useWorkbench } from "./context.ts";
import { download } from "./download.ts";
import styles from "./export.module.css";

export function Export() {
  const workbench = useWorkbench();
  const anyResult = useBench((state) =>
    Object.values(state.cells).some(({ status }) => status !== "waiting" && status !== "running"),
  );
  if (!anyResult) return null;
  const exported = async (kind: "json" | "csv"): Promise<void> => {
    const card = await workbench.scorecard();
    if (kind === "csv") download("gapscope-scorecard.csv", "text/csv", scorecardCsv(card));
    else download("gapscope-scorecard.json", "application/json", `${JSON.stringify(card, null, 2)}\n`);
  };
  return (
    <div className={styles.export}>
      <span aria-hidden="true">Save scorecard</span>
      <button type="button" aria-label="Save scorecard as JSON" onClick={() => void exported("json")}>
        JSON
      </button>
      <button type="button" aria-label="Save scorecard as CSV" onClick={() => void exported("csv")}>
        CSV
      </button>
    </div>
  );
}
