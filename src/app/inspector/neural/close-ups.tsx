/**
 * What is behind the score of a recording, view by view: each is loaded and computed when it is opened, by a close-up that they
 * share and that ends with the cell's view.
 */
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from "react";
import { isHistogram } from "../../../assembly/histogram.ts";
import type { NeuralBenchmark } from "../../../benchmark/benchmark.ts";
import type { CloseUp } from "../../../lab/close-up.ts";
import type { CellResult } from "../../../lab/run.ts";
import { type SubjectSource, subjectDigest, subjectIdentifier } from "../../../lab/source.ts";
import { CEILINGS_BY_SITE } from "../../../metrics/neural/ceilings/by-site.ts";
import { useWorkbench } from "../../context.ts";
import styles from "./close-up/close-up.module.css";
import type { CloseUpHandle } from "./close-up/view.ts";
import neural from "./neural.module.css";
import type { SiteValues } from "./site-values.ts";

const Predicted = lazy(() => import("./close-up/predicted.tsx"));
const Rdms = lazy(() => import("./close-up/rdms.tsx"));
const Ceilings = lazy(() => import("./close-up/ceilings.tsx"));

interface Props {
  readonly benchmark: NeuralBenchmark;
  readonly source: SubjectSource;
  readonly cell: Extract<CellResult, { status: "scored" }>;
  readonly sites: SiteValues | undefined;
  /** Of the sites' values, the places among the recordings' neuroids; undefined where the metric predicts no sites. */
  readonly places: readonly number[] | undefined;
  /** Place among the values of the site that was chosen. */
  readonly site: number | undefined;
  readonly onChoose: (site: number) => void;
}

export function CloseUps({ benchmark, source, cell, sites, places, site, onChoose }: Props) {
  const closeUp = useCloseUp(benchmark, source, cell);
  const subject = { identifier: subjectIdentifier(source), digest: subjectDigest(source) };
  const view = { benchmark, subject, closeUp };
  if (isHistogram(benchmark.recordings)) return null;
  return (
    <section className={neural.part} aria-labelledby="close-ups">
      <h3 id="close-ups">Behind the score</h3>
      <div className={styles.views}>
        {sites !== undefined && places !== undefined && (
          <View title="Predicted against recorded responses, site by site">
            <Predicted
              {...view}
              {...{ places, onChoose }}
              values={sites.values}
              grouping={sites.groupings[0]}
              site={site ?? middling(sites)}
            />
          </View>
        )}
        <View title="Dissimilarities of brain and model, side by side">
          <Rdms {...view} />
        </View>
        {sites !== undefined && places !== undefined && CEILINGS_BY_SITE.has(benchmark.ceiling.name) && (
          <View title="Values against ceilings, site by site">
            <Ceilings {...view} sites={sites} score={cell.score} />
          </View>
        )}
      </div>
    </section>
  );
}

function View({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{title}</summary>
      {open && <Suspense fallback={null}>{children}</Suspense>}
    </details>
  );
}

/** The site whose value is in the middle: neither the best nor the worst stands for all. */
function middling({ values }: SiteValues): number {
  const known = values.flatMap(({ value }, i) => (value === null ? [] : [{ value, i }]));
  return known.sort((a, b) => a.value - b.value)[Math.floor(known.length / 2)]?.i ?? 0;
}

/** Opened when it is first asked; closed when the cell is left. */
function useCloseUp(benchmark: NeuralBenchmark, source: SubjectSource, { backend }: Props["cell"]): CloseUpHandle {
  const workbench = useWorkbench();
  const wish = backend?.backend;
  const handle = useMemo(() => {
    let opened: Promise<CloseUp> | undefined;
    return {
      open: () => {
        opened ??= workbench.closeUp(benchmark, source, wish);
        return opened;
      },
      close: () => void opened?.then((closeUp) => closeUp.close()),
    };
  }, [workbench, benchmark, source, wish]);
  useEffect(() => handle.close, [handle]);
  return handle;
}
