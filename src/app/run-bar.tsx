/** The foot of the page: start a run, see where it stands, pause and cancel it. One line, never a modal. */
import { useEffect, useRef } from "react";
import { useShallow } from "zustand/react/shallow";
import type { BackendWish } from "../lab/backend.ts";
import { useBench, useWorkbench } from "./context.ts";
import { count, duration, plural } from "./format.ts";
import type { LayersProgress } from "./layer-curves.ts";
import { PlanLine, Shortage } from "./plan.tsx";
import { RemovedNotice } from "./removed.tsx";
import styles from "./run-bar.module.css";
import { benchmarksOf, readySubjects, type WorkbenchState } from "./state.ts";

export function RunBar() {
  const running = useBench((state) => state.running !== undefined);
  const bar = useRef<HTMLElement>(null);
  const before = useRef(running);
  useEffect(() => {
    // The button that was pressed is gone now; the keyboard goes on from here and not from the top of the page.
    if (before.current !== running && document.activeElement === document.body) bar.current?.focus();
    before.current = running;
  }, [running]);
  return (
    <section ref={bar} tabIndex={-1} className={styles.bar} aria-label="Run">
      {running ? <Running /> : <Ready />}
      <RemovedNotice />
    </section>
  );
}

const WISHES: Readonly<Record<BackendWish, string>> = {
  auto: "automatic",
  webgpu: "WebGPU",
  wasm: "wasm",
};

function Ready() {
  const workbench = useWorkbench();
  const wish = useBench((state) => state.wish);
  const benchmarks = useBench((state) => benchmarksOf(state).length);
  const [subjects, stimuli] = useBench(
    useShallow((state) => [
      readySubjects(state).filter((entry) => entry.selected).length,
      benchmarksOf(state).reduce((sum, { stimulusSet }) => sum + stimulusSet.stimuli.length, 0),
    ]),
  );
  const anyScored = useBench((state) => Object.values(state.cells).some((cell) => cell.status === "scored"));
  const possible = benchmarks > 0 && subjects > 0;
  return (
    <>
      <p className={styles.what}>
        {possible
          ? `${plural(benchmarks, "benchmark")} × ${plural(subjects, "subject")}, ${count(stimuli * subjects)} answers`
          : missing(benchmarks, subjects)}
        {possible && <PlanLine />}
      </p>
      {possible && <Shortage />}
      <label
        className={styles.backend}
        title="Automatic: WebGPU where it agrees with wasm on this network and is faster; wasm otherwise."
      >
        <span>Backend</span>
        <select value={wish} onChange={({ currentTarget }) => workbench.setWish(wishOf(currentTarget.value))}>
          {Object.entries(WISHES).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {anyScored && (
        <button
          type="button"
          disabled={!possible}
          title="Ignores what is kept from earlier runs and computes everything anew."
          onClick={() => void workbench.score({ fresh: true })}
        >
          Recompute
        </button>
      )}
      <button
        type="button"
        data-look="primary"
        data-run="score"
        disabled={!possible}
        onClick={() => void workbench.score()}
      >
        Score {plural(subjects, "subject")}
      </button>
    </>
  );
}

function missing(benchmarks: number, subjects: number): string {
  if (benchmarks === 0)
    return subjects === 0 ? "Open a benchmark and a subject to score." : "Open a benchmark to score.";
  return "Open or tick a subject to score.";
}

function wishOf(value: string): BackendWish {
  return value === "webgpu" || value === "wasm" ? value : "auto";
}

function Running() {
  const workbench = useWorkbench();
  const running = useBench((state) => state.running);
  const paused = useBench((state) => state.paused);
  const waiting = running !== undefined && "waiting" in running;
  return (
    <>
      {paused !== undefined && <strong>{paused === "closed" ? "Paused" : "Pausing after this step"}</strong>}
      {running !== undefined && ("layers" in running ? <Layers {...running.layers} /> : <Cells {...running} />)}
      {waiting && (
        <button type="button" title="The other tab’s run stops; what it has done is kept." onClick={workbench.takeOver}>
          Run here instead
        </button>
      )}
      {!waiting && (
        <button type="button" data-run="pause" onClick={paused === undefined ? workbench.pause : workbench.goOn}>
          {paused === undefined ? "Pause" : "Resume"}
        </button>
      )}
      <button type="button" onClick={() => workbench.cancel()}>
        Cancel
      </button>
    </>
  );
}

function Layers({ subject, done, total, stage, share, secondsLeft }: LayersProgress) {
  return (
    <>
      <p className={styles.what}>
        <strong>{subject}</strong> layer by layer
        {total > 0 && (
          <span className={styles.numbers}>
            {count(done)} of {plural(total, "layer")}
          </span>
        )}
        <span className={styles.numbers}>{stage}</span>
        {secondsLeft !== undefined && <span className={styles.numbers}>{duration(secondsLeft)} left</span>}
      </p>
      <progress className={styles.progress} aria-label="Run" value={share} />
    </>
  );
}

function Cells({
  progress,
  waiting,
  checking,
}: Exclude<NonNullable<WorkbenchState["running"]>, { readonly layers: LayersProgress }>) {
  if (waiting)
    return <p className={styles.what}>Another tab of this page is running. This run begins when that one is done.</p>;
  return (
    <>
      {progress === undefined ? (
        <p className={styles.what}>{checking ? "Checking that backends compute right" : "Computing ceilings"}</p>
      ) : (
        <p className={styles.what}>
          <strong>{progress.subject}</strong> on {progress.benchmark}
          <span className={styles.numbers}>
            {count(progress.done)} of {count(progress.total)}
          </span>
          {progress.stage !== undefined && <span className={styles.numbers}>{progress.stage}</span>}
          {progress.overall.total > progress.total && (
            <span className={styles.numbers}>
              all: {count(progress.overall.done)} of {count(progress.overall.total)}
            </span>
          )}
          {progress.secondsLeft !== undefined && (
            <span className={styles.numbers}>{duration(progress.secondsLeft)} left</span>
          )}
        </p>
      )}
      <progress
        className={styles.progress}
        aria-label="Run"
        {...(progress === undefined ? {} : { value: progress.overall.done, max: progress.overall.total })}
      />
    </>
  );
}
