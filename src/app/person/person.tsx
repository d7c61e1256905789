/**
 * A person takes a benchmark: before, the trials, after. It lies over the page until it is closed.
 *
 * What is answered is kept as it comes (sittings.ts). The person becomes a subject of the board by the file that they
 * could save, and only if they answered everything: a recording that lacks stimuli has no score.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import { type PersonTrial, presentationsTable } from "../../subject/person.ts";
import { useBench, useWorkbench } from "../context.ts";
import { Identifier } from "../identifier.tsx";
import { benchmarksOf } from "../state.ts";
import styles from "./person.module.css";
import { plansOf, practicePlans, questionOf } from "./plans.ts";
import { Prepare, Unfinished } from "./prepare.tsx";
import { Result } from "./result.tsx";
import { defaultSettings, sittingOf, timingOf } from "./settings.ts";
import { type KeptSitting, rowsLeft } from "./sittings.ts";
import { Trials } from "./trials.tsx";

type Stage =
  | { readonly name: "loading" }
  | { readonly name: "before"; readonly kept: KeptSitting | undefined }
  | { readonly name: "practice" }
  | { readonly name: "trials"; readonly kept: KeptSitting }
  | { readonly name: "after"; readonly kept: KeptSitting };

export default function Person({ digest }: { readonly digest: string }) {
  const workbench = useWorkbench();
  const benchmark = useBench((state) => benchmarksOf(state).find((each) => each.digest === digest));
  const close = (): void => {
    workbench.take(undefined);
    // After React has made the page accessible again.
    setTimeout(() => document.querySelector<HTMLElement>(`[data-take="${CSS.escape(digest)}"]`)?.focus());
  };
  if (benchmark?.track !== "behavioral") return null;
  return <Sitting benchmark={benchmark} onClose={close} />;
}

function Sitting({ benchmark, onClose }: { readonly benchmark: BehavioralBenchmark; readonly onClose: () => void }) {
  const { sittings } = useWorkbench();
  const { digest } = benchmark;
  const [stage, setStage] = useState<Stage>({ name: "loading" });
  const [settings, setSettings] = useState(() =>
    defaultSettings(
      presentationsTable(benchmark).length,
      matchMedia("(prefers-reduced-motion: reduce)").matches,
      crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
    ),
  );
  const whole = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    void sittings.load(digest).then((kept) => setStage({ name: "before", kept }));
  }, [sittings, digest]);
  const inTrials = stage.name === "practice" || stage.name === "trials";
  useEffect(() => {
    if (stage.name === "before" || stage.name === "after") heading.current?.focus();
  }, [stage]);
  useEffect(() => {
    if (inTrials) return undefined;
    // On the window: a button that went away by being pressed has taken the focus with it.
    const onKey = (event: KeyboardEvent): void => {
      const inList = event.target instanceof HTMLSelectElement; // Escape closes an open list first
      if (event.key === "Escape" && !inList && !event.defaultPrevented) onClose();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [inTrials, onClose]);

  const enter = async (next: Stage): Promise<void> => {
    // Before the first trial, whose picture is as large as the screen has room. A browser may refuse, as telephones do;
    // the sitting goes on without.
    if (settings.fullScreen) await whole.current?.requestFullscreen().catch(() => undefined);
    setStage(next);
  };
  const leave = (next: Stage): void => {
    if (document.fullscreenElement !== null) void document.exitFullscreen();
    setStage(next);
  };
  const start = async (): Promise<void> => {
    const sitting = sittingOf(settings, benchmark, new Date());
    void sittings.begin(digest, sitting); // not awaited: full screen is granted to the click itself
    await enter({ name: "trials", kept: { sitting, trials: new Map() } });
  };
  const discard = async (kept: KeptSitting): Promise<void> => {
    await sittings.discard(digest, kept.sitting);
    setStage({ name: "before", kept: undefined });
  };

  return (
    <section
      ref={whole}
      className={styles.person}
      role="dialog"
      aria-modal="true"
      aria-labelledby="person"
      data-trials={inTrials || undefined}
    >
      <div className={inTrials ? "visually-hidden" : styles.head}>
        <h2 id="person" ref={heading} tabIndex={-1}>
          Take it yourself{" "}
          <span className={styles.on}>
            <Identifier>{benchmark.identifier}</Identifier>
          </span>
        </h2>
        {!inTrials && (
          <button type="button" onClick={onClose}>
            Close
          </button>
        )}
      </div>
      {stage.name === "loading" && <p>Looking for earlier answers…</p>}
      {stage.name === "before" && stage.kept === undefined && (
        <Prepare
          benchmark={benchmark}
          settings={settings}
          onSettings={setSettings}
          onStart={() => void start()}
          onPractise={() => void enter({ name: "practice" })}
        />
      )}
      {stage.name === "before" && stage.kept !== undefined && (
        <Before kept={stage.kept} onEnter={(next) => void enter(next)} onDiscard={discard} />
      )}
      {stage.name === "practice" && (
        <Practice
          benchmark={benchmark}
          timing={timingOf(settings, benchmark)}
          onEnd={() => leave({ name: "before", kept: undefined })}
        />
      )}
      {stage.name === "trials" && (
        <Counting
          benchmark={benchmark}
          kept={stage.kept}
          onEnd={(kept) => {
            const answered = rowsLeft(kept).length < kept.sitting.order.length;
            leave(answered ? { name: "after", kept } : { name: "before", kept });
          }}
        />
      )}
      {stage.name === "after" && (
        <>
          <Result
            benchmark={benchmark}
            kept={stage.kept}
            onGoOn={() => void enter({ name: "trials", kept: stage.kept })}
          />
          <p className={styles.aside}>
            The answers are kept in this browser under this benchmark.{" "}
            <button type="button" data-look="word" onClick={() => setStage({ name: "before", kept: stage.kept })}>
              Begin anew or discard them
            </button>
          </p>
        </>
      )}
    </section>
  );
}

interface BeforeProps {
  readonly kept: KeptSitting;
  readonly onEnter: (stage: Stage) => void;
  readonly onDiscard: (kept: KeptSitting) => Promise<void>;
}

function Before({ kept, onEnter, onDiscard }: BeforeProps) {
  return (
    <Unfinished
      kept={kept}
      onGoOn={() => onEnter({ name: "trials", kept })}
      onResult={() => onEnter({ name: "after", kept })}
      onDiscard={() => void onDiscard(kept)}
    />
  );
}

interface PracticeProps {
  readonly benchmark: BehavioralBenchmark;
  readonly timing: ReturnType<typeof timingOf>;
  readonly onEnd: () => void;
}

function Practice({ benchmark, timing, onEnd }: PracticeProps) {
  const plans = useMemo(() => practicePlans(benchmark), [benchmark]);
  const triplets = benchmark.task.name === "odd_one_out";
  return (
    <Trials
      plans={plans}
      done={0}
      total={plans.length}
      question={triplets ? questionOf(benchmark) : "Practice: what was the word?"}
      timing={timing}
      feedback={(plan, answer) => {
        const truth = plans.find(({ row }) => row === plan.row)?.truth;
        if (answer === truth) return "Right.";
        if (answer === "") return "Too late.";
        return triplets ? "No: the odd word was another." : `No: it said “${truth}”.`;
      }}
      stopWord="End practice"
      onShown={() => undefined}
      onAnswer={() => undefined}
      onEnd={onEnd}
      onStop={onEnd}
    />
  );
}

interface CountingProps {
  readonly benchmark: BehavioralBenchmark;
  readonly kept: KeptSitting;
  readonly onEnd: (kept: KeptSitting) => void;
}

/** The trials that count: each is kept when its picture is shown and again when it is answered. */
function Counting({ benchmark, kept, onEnd }: CountingProps) {
  const { sittings } = useWorkbench();
  const { sitting } = kept;
  const trials = useRef(new Map(kept.trials));
  const plans = useMemo(
    () => plansOf(benchmark, rowsLeft(kept), kept.sitting.seed, kept.sitting.viewing),
    [benchmark, kept],
  );
  const keep = useCallback(
    (row: number, change: (before: PersonTrial) => PersonTrial): void => {
      const trial = change(trials.current.get(row) ?? { shown: 0 });
      trials.current.set(row, trial);
      void sittings.keep(benchmark.digest, sitting, row, trial);
    },
    [benchmark, sitting, sittings],
  );
  const end = (): void => onEnd({ sitting, trials: new Map(trials.current) });
  return (
    <Trials
      plans={plans}
      done={sitting.order.length - plans.length}
      total={sitting.order.length}
      question={questionOf(benchmark)}
      timing={sitting}
      stopWord="Stop here, keep what is answered"
      onShown={({ row }) => keep(row, (before) => ({ ...before, shown: before.shown + 1 }))}
      onAnswer={({ row }, response) => keep(row, (before) => ({ ...before, response }))}
      onEnd={end}
      onStop={end}
    />
  );
}
