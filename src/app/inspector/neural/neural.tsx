/** What is behind the score of a recording: the layer that was recorded from, and the metric's values by site. */
import { useMemo, useState } from "react";
import { isHistogram } from "../../../assembly/histogram.ts";
import type { NeuralBenchmark } from "../../../benchmark/benchmark.ts";
import type { CellResult } from "../../../lab/run.ts";
import type { SubjectSource } from "../../../lab/source.ts";
import { count, plural } from "../../format.ts";
import { OwnValues } from "../figures.tsx";
import { CloseUps } from "./close-ups.tsx";
import { Distribution } from "./distribution.tsx";
import styles from "./neural.module.css";
import { neuroidPlaces, siteValues } from "./site-values.ts";
import { Sites } from "./sites.tsx";

interface Props {
  readonly benchmark: NeuralBenchmark;
  /** Undefined where the subject is not ready any more. */
  readonly source: SubjectSource | undefined;
  readonly cell: Extract<CellResult, { status: "scored" }>;
}

export function Neural({ benchmark, source, cell }: Props) {
  const { recordings, recording } = benchmark;
  const { by, unit, raw, error } = cell.score;
  const sites = useMemo(() => siteValues(by, recordings), [by, recordings]);
  const places = useMemo(() => neuroidPlaces(by, recordings), [by, recordings]);
  const [site, choose] = useState<number>();
  const alone = sites?.of === "subject" && sites.values.length === 1; // the score's equation says all of it
  return (
    <>
      <RecordedFrom region={recording.region} timeBins={recording.timeBins} cell={cell} />
      {sites !== undefined && !alone && (
        <Sites
          sites={sites}
          unit={unit}
          {...(error === undefined ? {} : { overSplits: raw })}
          onChoose={(chosen) => choose(sites.values.indexOf(chosen))}
        />
      )}
      {sites === undefined &&
        (isHistogram(recordings) ? <Distribution rows={by} /> : <OwnValues rows={by} unit={unit} />)}
      {source !== undefined && <CloseUps {...{ benchmark, source, cell, sites, places, site }} onChoose={choose} />}
    </>
  );
}

interface FromProps extends Pick<NeuralBenchmark["recording"], "region" | "timeBins"> {
  readonly cell: Props["cell"];
}

/** A layer with the time bins that it was taken for, where there are several layers. */
function RecordedFrom({ region, timeBins, cell: { layers = [], features = [] } }: FromProps) {
  if (layers.length === 0) return null;
  const several = new Set(layers).size > 1;
  return (
    <dl className={styles.from}>
      {[...new Set(layers)].map((layer) => {
        const place = layers.indexOf(layer);
        const times = timeBins.flatMap(([start, end], i) => (layers[i] === layer ? [`${start}–${end} ms`] : []));
        return (
          <div key={layer}>
            <dt>recorded from</dt>
            <dd>
              <code>{layer}</code>, committed to {region}: {plural(features[place] ?? 0, "feature")}
              {several && `; ${times.length > 3 ? `${count(times.length)} time bins` : times.join(", ")}`}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
