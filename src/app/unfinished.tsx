/**
 * What the page says when it comes back to a run that was not finished, and when there is no room to keep more.
 *
 * Nothing is resumed or deleted by itself: a person may have closed the page because they wanted it closed.
 */
import type { UnfinishedRun } from "../lab/journal.ts";
import { useBench, useWorkbench } from "./context.ts";
import { bytes, count, percent, plural } from "./format.ts";
import styles from "./messages.module.css";
import { storedBytes } from "./panel.tsx";

export function Unfinished() {
  const workbench = useWorkbench();
  const runs = useBench((state) => state.unfinished);
  const running = useBench((state) => state.running !== undefined);
  if (runs.length === 0) return null;
  return (
    <section className={styles.messages} aria-label="Unfinished runs">
      <ul>
        {runs.map((run) => (
          <li key={run.id}>
            <div>
              <p>
                Unfinished run, {howFar(run)}: {what(run)}.
              </p>
              <p className={styles.facts}>{keptText(run)}</p>
            </div>
            <span className={styles.actions}>
              <button
                type="button"
                data-look="primary"
                disabled={running}
                onClick={() => void workbench.resume(run.id)}
              >
                Resume
              </button>
              <button type="button" disabled={running} onClick={() => void workbench.discard(run.id)}>
                Discard
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** `412 of 1,280 stimuli done`; of several subjects or benchmarks a stimulus is answered more than once. */
function howFar({ benchmarks, subjects, layers, done, total }: UnfinishedRun): string {
  if (layers) return `${percent(done / total)} done`;
  const unit = benchmarks.length * subjects.length === 1 ? "stimuli" : "answers";
  return `${count(done)} of ${count(total)} ${unit} done`;
}

function what({ benchmarks, subjects, layers }: UnfinishedRun): string {
  const named = (names: readonly string[], one: string): string =>
    names.length <= 2 ? names.join(" and ") : plural(names.length, one);
  return `${layers ? "every layer of " : ""}${named(subjects, "subject")} on ${named(benchmarks, "benchmark")}`;
}

function keptText({ files, kept }: UnfinishedRun): string {
  if (files.length === 0) return "It needs no file but the panel’s weights.";
  const names = files.join(", ");
  return kept === 0
    ? `There was no room to keep its files. Open them again before you resume it: ${names}.`
    : `Until it is finished or discarded, its files are kept in this browser, ${bytes(kept)}: ${names}.`;
}

/** Storage is full: what takes how much, and the way to more. */
export function Full() {
  const workbench = useWorkbench();
  const full = useBench((state) => state.full);
  const weights = useBench((state) => state.subjects.reduce((sum, entry) => sum + storedBytes(entry), 0));
  if (full === undefined) return null;
  return (
    <section className={styles.messages} aria-label="Storage is full">
      <ul>
        <li>
          <div>
            <p>
              The browser’s storage is full. The run goes on; what finds no room from now on is forgotten when the page
              closes. Scores come first.
            </p>
            <p className={styles.facts}>
              Activations of what is open take {bytes(full.used)}, of everything else {bytes(full.unused)}, the panel’s
              weights {bytes(weights)}; each model’s can be freed in its row.
            </p>
          </div>
          <button type="button" disabled={full.unused === 0} onClick={() => void workbench.makeRoom()}>
            Free {bytes(full.unused)} of activations
          </button>
        </li>
      </ul>
    </section>
  );
}
