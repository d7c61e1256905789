/** Layer by layer: the button that scores every layer of a network, how far that is, and the curve that comes of it. */
import { useEffect, useMemo, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { NeuralBenchmark } from "../../../benchmark/benchmark.ts";
import { sharingStimuli } from "../../../lab/layers.ts";
import { layersCsv } from "../../../scorecard/layers.ts";
import { useBench, useWorkbench } from "../../context.ts";
import { download } from "../../download.ts";
import { bytes, count, decimal, duration, plural } from "../../format.ts";
import { type LayersProgress, openRecordings, type ReadyNetwork, storageRoom } from "../../layer-curves.ts";
import { cellKey } from "../../state.ts";
import { fileName } from "../file-name.ts";
import { LayerCurve } from "./layer-curve.tsx";
import styles from "./neural.module.css";
import { TableBehind } from "./table-behind.tsx";

interface Props {
  readonly benchmark: NeuralBenchmark;
  readonly subject: ReadyNetwork;
}

export function EveryLayer({ benchmark, subject }: Props) {
  const workbench = useWorkbench();
  const curve = useBench((state) => state.curves[cellKey(benchmark, subject.id)]);
  const busy = useBench((state) => state.running !== undefined);
  const progress = useBench(({ running }) =>
    running !== undefined && "layers" in running ? running.layers : undefined,
  );
  const running = curve?.status === "running";
  const layers = curve?.layers ?? [];
  const unscored = layers.filter(({ result }) => result.status === "failed").length;
  return (
    <section className={styles.part} aria-labelledby="every-layer">
      <div className={styles.head}>
        <h3 id="every-layer">Layer by layer</h3>
        {layers.length > 0 && (
          <span className={styles.words}>
            score of each layer, in the network’s order
            {layers.some(({ result }) => result.status === "scored" && result.score.error !== undefined) &&
              "; bars: the scores of raw ± its error"}
            {unscored > 0 && `; ${plural(unscored, "layer")} without a score`}
          </span>
        )}
      </div>
      {curve === undefined && <Beforehand benchmark={benchmark} />}
      {curve?.status === "cancelled" && (
        <p>Cancelled before every layer had its score. What was computed is kept: go on from there.</p>
      )}
      {curve?.status === "failed" && <p>{curve.error?.message}</p>}
      {layers.length > 0 && <LayerCurve layers={layers} region={benchmark.recording.region} />}
      <div className={styles.run}>
        <button
          type="button"
          aria-disabled={busy && !running} // not disabled, which would take the focus away as a run begins
          title={busy && !running ? "Another run is under way." : undefined}
          onClick={() => {
            if (running) workbench.cancel();
            else if (!busy) void workbench.scoreEveryLayer(benchmark, subject, { fresh: curve?.status === "whole" });
          }}
        >
          {running ? "Cancel" : BUTTONS[curve?.status ?? "none"]}
        </button>
        {running && progress !== undefined && <HowFar progress={progress} />}
      </div>
      {layers.length > 0 && (
        <TableBehind
          name="Score by layer"
          columns={["layer", "features", "score", "raw", "error of raw", "committed"]}
          rows={layers.map(({ layer, features, committed, result }) => {
            const score = result.status === "scored" ? result.score : undefined;
            return [
              ...[layer, count(features), score === undefined ? "no score" : decimal(score.score)],
              score === undefined ? "" : decimal(score.raw, 4),
              score?.error === undefined ? "" : decimal(score.error, 4),
              committed ? `to ${benchmark.recording.region}` : "",
            ];
          })}
        >
          <button
            type="button"
            onClick={() =>
              download(
                `${fileName(subject.identifier)}-layers-on-${fileName(benchmark.identifier)}.csv`,
                "text/csv",
                layersCsv(benchmark.identifier, subject.identifier, layers),
              )
            }
          >
            Save layers as CSV
          </button>
        </TableBehind>
      )}
    </section>
  );
}

const BUTTONS = {
  none: "Score every layer",
  running: "Cancel",
  whole: "Recompute every layer",
  cancelled: "Go on",
  failed: "Try again",
} as const;

/** What the run will do, and what it takes. */
function Beforehand({ benchmark }: { readonly benchmark: NeuralBenchmark }) {
  const open = useBench(useShallow(openRecordings));
  const others = useMemo(() => sharingStimuli(benchmark, open).length - 1, [benchmark, open]);
  const [room, setRoom] = useState<number>();
  useEffect(() => {
    let shown = true;
    void storageRoom().then((found) => shown && setRoom(found));
    return () => {
      shown = false;
    };
  }, []);
  return (
    <p>
      Which layer would do best? All are scored here
      {others > 0 && ` and on ${plural(others, "other open benchmark")} of the same stimuli`}.
      {room !== undefined &&
        ` Their activations take up to ${bytes(room)} of this browser’s storage at a time, given back as scores come.`}
    </p>
  );
}

function HowFar({ progress: { done, total, stage, share, secondsLeft } }: { readonly progress: LayersProgress }) {
  return (
    <>
      <progress aria-label="Layers" value={share} />
      <span className={styles.words}>
        {total > 0 ? `${count(done)} of ${plural(total, "layer")}` : stage}
        {secondsLeft !== undefined && `, ${duration(secondsLeft)} left`}
      </span>
    </>
  );
}
