/**
 * The trials themselves: runs them one after another, pauses, breaks, and asks before it stops.
 *
 * React draws what is around a trial; the trial's own frames are drawn on the canvas by trial.ts. A trial that is broken
 * off, by a pause or because the page was hidden, begins anew with its cross.
 */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { GapscopeError } from "../../faults/faults.ts";
import type { PersonResponse, Sitting } from "../../subject/person.ts";
import { count } from "../format.ts";
import { type Choice, Choices } from "./choices.tsx";
import { FrameClock } from "./frames.ts";
import { roomFor, widthOf } from "./size.ts";
import { prepareScreen, type Shown } from "./stage.ts";
import { type Answered, runTrial } from "./trial.ts";
import styles from "./trials.module.css";

export interface TrialPlan {
  /** Row of the presentations; for practice a number of its own. */
  readonly row: number;
  /** Given the side of the place that each picture has, in CSS pixels. */
  readonly shown: (room: number) => readonly Shown[];
  readonly choices: readonly Choice[];
}

interface Props {
  readonly plans: readonly TrialPlan[];
  /** Answered before, and to answer in all. */
  readonly done: number;
  readonly total: number;
  readonly question: string;
  readonly timing: Pick<Sitting, "presentationMs" | "maskMs" | "limitMs">;
  /** What is said after a trial; nothing where it counts. */
  readonly feedback?: (plan: TrialPlan, answer: string) => string;
  readonly stopWord: string;
  readonly onShown: (plan: TrialPlan) => void;
  readonly onAnswer: (plan: TrialPlan, response: PersonResponse) => void;
  /** Every plan has its answer. */
  readonly onEnd: () => void;
  /** The person stops before the end. */
  readonly onStop: () => void;
}

const TRIALS_TO_A_BREAK = 40;
const FEEDBACK_MS = 900;

type Mode =
  | { readonly name: "running" }
  | { readonly name: "paused" }
  | { readonly name: "break" }
  | { readonly name: "trouble"; readonly text: string };

export function Trials(props: Props) {
  const { plans, done, total, question, stopWord, onStop } = props;
  const [mode, setMode] = useState<Mode>({ name: "running" });
  const [answered, setAnswered] = useState(0);
  const [offered, setOffered] = useState<TrialPlan>();
  const [said, setSaid] = useState("");
  const place = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const chosen = useRef<(answer: Answered) => void>(undefined);
  const at = useRef(0);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (mode.name !== "running") return undefined;
    const stop = new AbortController();
    const { signal } = stop;
    const pause = (): void => setMode({ name: "paused" });
    document.addEventListener("visibilitychange", () => document.hidden && pause(), { signal });
    // Full screen is left by Escape without the page seeing the key.
    document.addEventListener("fullscreenchange", () => document.fullscreenElement === null && pause(), { signal });
    window.addEventListener("keydown", (event) => event.key === "Escape" && pause(), { signal });
    place.current?.focus();

    const ask = (plan: TrialPlan): Promise<Answered> =>
      new Promise((resolve, reject) => {
        const { limitMs } = latest.current.timing;
        setOffered(plan);
        const timer =
          limitMs === null
            ? undefined
            : setTimeout(() => settle({ answer: "", input: "none", at: performance.now() }), limitMs);
        const settle = (answer: Answered): void => {
          clearTimeout(timer);
          chosen.current = undefined;
          setOffered(undefined);
          place.current?.focus(); // the button that was pressed is hidden now
          resolve(answer);
        };
        chosen.current = settle;
        signal.addEventListener(
          "abort",
          () => {
            clearTimeout(timer);
            chosen.current = undefined;
            setOffered(undefined);
            reject(GapscopeError.cancelled());
          },
          { once: true },
        );
      });

    const run = async (): Promise<void> => {
      const clock = new FrameClock();
      let lastOnset: number | undefined;
      for (let begun = 0; at.current < plans.length; begun++) {
        const plan = plans[at.current];
        if (plan === undefined || canvas.current === null) return;
        if (begun === TRIALS_TO_A_BREAK) {
          setMode({ name: "break" });
          return;
        }
        const { timing } = latest.current;
        const across = plan.shown(1).length;
        const room = roomFor(window.innerWidth, window.innerHeight, across);
        const shown = plan.shown(room);
        const screen = await prepareScreen(canvas.current, shown, room, timing.maskMs > 0);
        try {
          const response = await runTrial({
            screen,
            clock,
            timing,
            ask: () => ask(plan),
            lastOnset,
            onOnset: (timestamp) => {
              lastOnset = timestamp;
              latest.current.onShown(plan);
            },
            signal,
          });
          at.current += 1;
          setAnswered(at.current);
          latest.current.onAnswer(plan, { ...response, picturePx: Math.max(...shown.map(({ side }) => side)) });
          const feedback = latest.current.feedback?.(plan, response.answer) ?? "";
          setSaid(feedback === "" ? `${done + at.current} of ${total}` : feedback);
          if (feedback !== "") await clock.until(performance.now() + FEEDBACK_MS, signal);
        } finally {
          screen.close();
        }
      }
      latest.current.onEnd();
    };
    run().catch((error: unknown) => {
      const trouble = GapscopeError.from(error);
      if (trouble.code !== "cancelled") setMode({ name: "trouble", text: trouble.message });
    });
    return () => stop.abort();
  }, [mode, plans, done, total]);

  useEffect(() => {
    if (offered === undefined) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      const choice = offered.choices.find(({ key }) => key !== "" && key === event.key.toLowerCase());
      if (choice !== undefined) chosen.current?.({ answer: choice.answer, input: "key", at: event.timeStamp });
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [offered]);

  const current = offered ?? plans[answered] ?? plans.at(-1);
  const soFar = done + answered;
  const across = current?.shown(1).length ?? 1;
  const room = roomFor(window.innerWidth, window.innerHeight, across);
  return (
    <section
      ref={place}
      tabIndex={-1}
      className={styles.trials}
      data-looking={(mode.name === "running" && offered === undefined) || undefined}
      aria-label={question}
    >
      <div className={styles.head}>
        <p>
          {count(soFar)} of {count(total)}
        </p>
        {mode.name === "running" && (
          <button type="button" onClick={() => setMode({ name: "paused" })}>
            Pause <kbd>Esc</kbd>
          </button>
        )}
        <progress aria-label="Answered" value={soFar} max={total} />
      </div>
      <div className={styles.place} hidden={mode.name !== "running"}>
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas takes no focus; describing a picture would answer for it */}
        <canvas ref={canvas} aria-hidden="true" />
      </div>
      <p className={styles.feedback} role="status" data-visible={props.feedback !== undefined || undefined}>
        {said}
      </p>
      {mode.name === "running" && current !== undefined && (
        <div className={styles.answering}>
          <p className={styles.question} data-offered={offered !== undefined || undefined}>
            {question}
          </p>
          <Choices
            choices={current.choices}
            offered={offered !== undefined}
            below={across > 1 ? { columns: across, width: widthOf(across, room) } : undefined}
            onChoose={({ answer }, input, time) => chosen.current?.({ answer, input, at: time })}
          />
        </div>
      )}
      {mode.name === "paused" && (
        <Between title="Paused" onGo={() => setMode({ name: "running" })} stopWord={stopWord} onStop={onStop}>
          <p>
            What is answered is kept: {count(soFar)} of {count(total)}.
          </p>
        </Between>
      )}
      {mode.name === "break" && (
        <Between title="A break" onGo={() => setMode({ name: "running" })} stopWord={stopWord} onStop={onStop}>
          <p>
            {count(soFar)} of {count(total)} are answered. Look away from the screen for a moment; go on when you like.
          </p>
        </Between>
      )}
      {mode.name === "trouble" && (
        <Between title="This picture cannot be shown" stopWord={stopWord} onStop={onStop}>
          <p>{mode.text} What is answered is kept.</p>
        </Between>
      )}
    </section>
  );
}

interface BetweenProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly onGo?: () => void;
  readonly stopWord: string;
  readonly onStop: () => void;
}

/** What stands in the pictures' place while none is shown. Escape goes on, as it leaves any question. */
function Between({ title, children, onGo, stopWord, onStop }: BetweenProps) {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <section
      className={styles.between}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onGo?.();
      }}
    >
      <h2>{title}</h2>
      {children}
      <div className={styles.actions}>
        {onGo !== undefined && (
          <button ref={first} type="button" onClick={onGo}>
            Go on
          </button>
        )}
        <button ref={onGo === undefined ? first : null} type="button" onClick={onStop}>
          {stopWord}
        </button>
      </div>
    </section>
  );
}
