/** A cell looked into: the equation of its score, every stimulus with who answered what, and the figures behind it. */
import { lazy, type ReactNode, Suspense, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import type { BehavioralBenchmark, Benchmark } from "../../benchmark/benchmark.ts";
import type { GapscopeErrorRecord } from "../../faults/faults.ts";
import type { Answers, CellResult } from "../../lab/run.ts";
import { subjectDigest } from "../../lab/source.ts";
import { answersCsv } from "../../scorecard/answers-csv.ts";
import { joinAnswers, observersOf } from "../answers.ts";
import { useBench, useWorkbench } from "../context.ts";
import { cellText, metricText } from "../describe.ts";
import { download } from "../download.ts";
import { Equation } from "../equation.tsx";
import { decimal, equationText } from "../format.ts";
import { Identifier } from "../identifier.tsx";
import { isReadyNetwork } from "../layer-curves.ts";
import { Faults } from "../refusal.tsx";
import type { CellRef } from "../scoreboard.tsx";
import { StandIn } from "../stand-in.tsx";
import { benchmarksOf, cellKey, type SubjectEntry } from "../state.ts";
import type { Picked } from "./behaviour/confusion.tsx";
import { Figures, OwnValues } from "./figures.tsx";
import { fileName } from "./file-name.ts";
import styles from "./inspector.module.css";
import { EveryLayer } from "./neural/every-layer.tsx";
import { Neural } from "./neural/neural.tsx";
import { RealityCheck } from "./reality.tsx";
import { type Filter, Stimuli } from "./stimuli.tsx";

const Confusion = lazy(() => import("./behaviour/confusion.tsx"));
const Consistency = lazy(() => import("./behaviour/consistency-map.tsx"));

export default function Inspector({ open }: { readonly open: CellRef }) {
  const workbench = useWorkbench();
  const benchmark = useBench((state) => benchmarksOf(state).find(({ digest }) => digest === open.benchmark));
  const subject = useBench((state) => state.subjects.find(({ id }) => id === open.subject));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const close = (): void => {
    const key = cellKey({ digest: open.benchmark }, open.subject);
    workbench.look(undefined);
    document.querySelector<HTMLElement>(`[data-cell="${CSS.escape(key)}"]`)?.focus();
  };
  return (
    <section
      className={styles.inspector}
      aria-labelledby="inspector"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) close();
      }}
    >
      <div className={styles.head}>
        <h2 id="inspector" ref={heading} tabIndex={-1}>
          {subject === undefined ? "Closed subject" : <Identifier>{subject.identifier}</Identifier>}
          <span className={styles.on}>
            {" on "}
            {benchmark === undefined ? "a closed benchmark" : <Identifier>{benchmark.identifier}</Identifier>}
          </span>
        </h2>
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
      <StandIn panel={subject?.panel} why />
      {benchmark === undefined || subject === undefined ? (
        <p>It was removed from the list on the left, so there is nothing to look into.</p>
      ) : (
        <CellView benchmark={benchmark} subject={subject} />
      )}
    </section>
  );
}

function CellView({ benchmark, subject }: { readonly benchmark: Benchmark; readonly subject: SubjectEntry }) {
  const cell = useBench((state) => state.cells[cellKey(benchmark, subject.id)]);
  if (cell?.status === "scored") return <ScoredCell benchmark={benchmark} subject={subject} cell={cell} />;
  return (
    <div className={styles.cell}>
      {cell?.status === "failed" ? <Failure error={cell.error} /> : <p>{cellText(cell)}</p>}
      <Layers benchmark={benchmark} subject={subject} />
    </div>
  );
}

/** Of a network that is recorded from; also where none of its layers is committed, or the one that is has no score. */
function Layers({ benchmark, subject }: { readonly benchmark: Benchmark; readonly subject: SubjectEntry }) {
  if (benchmark.track !== "neural" || !isReadyNetwork(subject)) return null;
  return <EveryLayer benchmark={benchmark} subject={subject} />;
}

interface ScoredProps {
  readonly benchmark: Benchmark;
  readonly subject: SubjectEntry;
  readonly cell: Extract<CellResult, { status: "scored" }>;
}

function ScoredCell({ benchmark, subject, cell }: ScoredProps) {
  const { answers } = cell;
  const { formula, raw, ceiling, unit } = cell.score;
  return (
    <div className={styles.cell}>
      <p className={styles.verdict}>
        <span className={styles.score}>{decimal(cell.score.score)}</span>
        <span className={styles.formula}>= {equationText(formula, raw, ceiling.value)}</span>
        <span className={styles.unit}>
          {metricText(benchmark)}
          {unit === metricText(benchmark) ? "" : `, ${unit}`}
        </span>
      </p>
      <RealityCheck benchmark={benchmark} cell={cell} />
      {benchmark.track === "neural" ? (
        <Neural
          benchmark={benchmark}
          source={subject.state.status === "ready" ? subject.state.source : undefined}
          cell={cell}
        />
      ) : answers !== undefined ? (
        <Later>
          <Behaviour benchmark={benchmark} subject={subject} cell={cell} answers={answers} />
        </Later>
      ) : (
        <OwnValues rows={cell.score.by} unit={unit} />
      )}
      <Layers benchmark={benchmark} subject={subject} />
      <section className={styles.made} aria-labelledby="made">
        <h3 id="made">How the score was made</h3>
        <Equation cell={cell} metric={benchmark.metric.name} />
        {benchmark.track === "behavioral" && answers !== undefined && (
          <p>
            <button
              type="button"
              onClick={() =>
                download(
                  `${fileName(subject.identifier)}-on-${fileName(benchmark.identifier)}.csv`,
                  "text/csv",
                  answersCsv(benchmark, answers.values, answers.evidence),
                )
              }
            >
              Save its answers as CSV
            </button>
          </p>
        )}
      </section>
    </div>
  );
}

interface BehaviourProps extends ScoredProps {
  readonly benchmark: BehavioralBenchmark;
  readonly answers: Answers;
}

function Behaviour({ benchmark, subject, cell, answers }: BehaviourProps) {
  const items = useMemo(() => joinAnswers(benchmark, answers), [benchmark, answers]);
  const observers = useMemo(() => observersOf(benchmark), [benchmark]);
  const [filter, setFilter] = useState<Filter>({});
  const { by, unit } = cell.score;
  const who = useMemo(
    () => ({ observers, subject: subject.kind === "network" ? "model" : "subject" }),
    [observers, subject.kind],
  );
  // Made once: a filter of the gallery changes nothing in them.
  const figures = useMemo(() => {
    const { state, identifier } = subject;
    const digests = [
      { of: benchmark.identifier, digest: benchmark.digest },
      ...(state.status === "ready" ? [{ of: identifier, digest: subjectDigest(state.source) }] : []),
    ];
    const onPick = (picked: Picked) => setFilter({ picked });
    return (
      <>
        <Figures benchmark={benchmark} by={by} unit={unit} items={items} who={who} digests={digests} />
        <Suspense fallback={null}>
          <Confusion benchmark={benchmark} items={items} who={who} digests={digests} onPick={onPick} />
          <Consistency benchmark={benchmark} who={who} />
        </Suspense>
      </>
    );
  }, [benchmark, subject, by, unit, items, who]);
  return (
    <div data-observers={observers.n > 1 ? "people" : "one"} className={styles.cell}>
      <Stimuli benchmark={benchmark} answers={answers} items={items} who={who} filter={filter} onFilter={setFilter} />
      <Later>{figures}</Later>
    </div>
  );
}

/** Comes once what it stands in is on the page, a little at a time: a click is not to wait for thousands of stimuli. */
function Later({ children }: { readonly children: ReactNode }) {
  return useDeferredValue(true, false) ? children : null;
}

function Failure({ error }: { readonly error: GapscopeErrorRecord }) {
  return (
    <div className={styles.failure}>
      <p>{error.message}</p>
      <Faults faults={error.faults} />
      {error.stage !== undefined && <p>While {error.stage}.</p>}
      <p>Score again to try once more; what was stored is not computed twice.</p>
      <details>
        <summary>Technical details</summary>
        <pre>{details(error)}</pre>
        <button type="button" onClick={() => void navigator.clipboard.writeText(details(error))}>
          Copy details
        </button>
      </details>
    </div>
  );
}

function details(error: GapscopeErrorRecord): string {
  const own = `${error.code}: ${error.message}\n${error.stack ?? ""}`.trim();
  return error.cause === undefined ? own : `${own}\n\ncaused by ${details(error.cause)}`;
}
