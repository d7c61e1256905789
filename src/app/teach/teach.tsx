/**
 * Teaching with a benchmark: its deck, made from a finished run, edited, shown and saved. It lies over the page.
 *
 * The results are those on the board; where there are none, those that the deck was last shown with. The deck is kept as it
 * is edited.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Benchmark } from "../../benchmark/benchmark.ts";
import type { CellResult } from "../../lab/run.ts";
import { useBench, useWorkbench } from "../context.ts";
import { Identifier } from "../identifier.tsx";
import type { LayerCurve } from "../layer-curves.ts";
import { benchmarksOf, cellKey, readySubjects, type SubjectEntry } from "../state.ts";
import { type Deck, lessonOf, proposeDeck, type Result } from "./deck.ts";
import type { KeptResults } from "./decks.ts";
import { Editor } from "./editor.tsx";
import { Present } from "./present.tsx";
import { type Screen, screensOf } from "./screens.ts";
import styles from "./teach.module.css";

export default function Teach({ digest }: { readonly digest: string }) {
  const workbench = useWorkbench();
  const benchmark = useBench((state) => benchmarksOf(state).find((each) => each.digest === digest));
  const close = useCallback((): void => {
    workbench.teach(undefined);
    // After React has made the page accessible again.
    setTimeout(() => document.querySelector<HTMLElement>(`[data-teach="${CSS.escape(digest)}"]`)?.focus());
  }, [workbench, digest]);
  if (benchmark === undefined) return null;
  return <Teaching benchmark={benchmark} onClose={close} />;
}

interface TeachingProps {
  readonly benchmark: Benchmark;
  readonly onClose: () => void;
}

function Teaching({ benchmark, onClose }: TeachingProps) {
  const { decks } = useWorkbench();
  const { digest } = benchmark;
  const version = useBench((state) => state.environment.version);
  const onBoard = useBoard(benchmark);
  const [kept, setKept] = useState<{ readonly deck?: Deck; readonly results?: KeptResults }>();
  const [edited, setEdited] = useState<Deck>();
  // As they were when it began: a run that goes on must not change a slide under the teacher's hands.
  const [showing, show] = useState<{ readonly screens: readonly Screen[]; readonly from: number }>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    void decks.load(digest).then(setKept);
  }, [decks, digest]);
  useEffect(() => {
    if (onBoard.length > 0) void decks.keepResults(digest, onBoard, new Date());
  }, [decks, digest, onBoard]);

  const results = onBoard.length > 0 ? onBoard : kept?.results?.results;
  const lesson = useMemo(
    () => (results === undefined || results.length === 0 ? undefined : lessonOf(benchmark, results)),
    [benchmark, results],
  );
  const proposed = useMemo(() => lesson && proposeDeck(lesson), [lesson]);
  const deck = edited ?? kept?.deck ?? proposed;
  const screens = useMemo(() => lesson && deck && screensOf(deck, lesson, version), [lesson, deck, version]);
  const change = (next: Deck): void => {
    setEdited(next);
    void decks.keep(digest, next);
  };

  const presenting = showing !== undefined;
  useEffect(() => {
    if (!presenting) heading.current?.focus();
  }, [presenting]);
  useEffect(() => {
    if (presenting) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      const inField = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
      if (event.key === "Escape" && !inField && !event.defaultPrevented) onClose();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [presenting, onClose]);

  const title = benchmark.title ?? benchmark.identifier;
  if (showing !== undefined) {
    const { stimuli } = benchmark.stimulusSet;
    return <Present title={title} {...showing} stimuli={stimuli} onLeave={() => show(undefined)} />;
  }
  return (
    <section className={styles.teach} role="dialog" aria-modal="true" aria-labelledby="teach">
      <div className={styles.head}>
        <h2 id="teach" ref={heading} tabIndex={-1}>
          Teach with it{" "}
          <span className={styles.on}>
            <Identifier>{benchmark.identifier}</Identifier>
          </span>
        </h2>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
      {kept === undefined ? (
        <p>Looking for a deck that was kept…</p>
      ) : lesson === undefined || deck === undefined || screens === undefined ? (
        <p>
          Slides are made from a finished run, and nobody has a score on this benchmark yet. Close this, score some
          subjects and come back: the deck is proposed at once.
        </p>
      ) : (
        <>
          {onBoard.length === 0 && kept.results !== undefined && (
            <p className={styles.aside}>
              With the results of {kept.results.takenAt.slice(0, 10)}. Score again and the slides have the new ones.
            </p>
          )}
          <Editor
            deck={deck}
            lesson={lesson}
            screens={screens}
            title={title}
            onChange={change}
            onAnew={proposed === undefined || deck === proposed ? undefined : () => change(proposed)}
            onPresent={(from) => show({ screens, from })}
          />
        </>
      )}
    </section>
  );
}

/** Every subject that has a score on this benchmark, as the board has them. */
function useBoard(benchmark: Benchmark): readonly Result[] {
  const subjects = useBench((state) => state.subjects);
  const cells = useBench((state) => state.cells);
  const curves = useBench((state) => state.curves);
  return useMemo(
    () =>
      readySubjects({ subjects }).flatMap((subject): Result[] => {
        const key = cellKey(benchmark, subject.id);
        const cell = cells[key];
        return cell?.status === "scored" ? [resultOf(subject, cell, curves[key])] : [];
      }),
    [subjects, cells, curves, benchmark],
  );
}

function resultOf(
  { identifier, kind, panel }: SubjectEntry,
  { score, interval, answers }: Extract<CellResult, { status: "scored" }>,
  curve: LayerCurve | undefined,
): Result {
  const layers = curve?.layers.flatMap(({ layer, place, layers, result }) =>
    result.status === "scored"
      ? [{ layer, depth: layers > 1 ? place / (layers - 1) : 0, score: result.score.score }]
      : [],
  );
  return {
    name: identifier,
    kind,
    score,
    ...(panel?.standsInFor === undefined ? {} : { standsInFor: panel.standsInFor.identifier }),
    ...(interval === undefined || "reason" in interval ? {} : { interval }),
    ...(answers === undefined ? {} : { answers }),
    ...(layers === undefined || layers.length === 0 ? {} : { layers }),
  };
}
