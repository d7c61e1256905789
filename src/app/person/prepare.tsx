/** Before a sitting: what will happen, with what keys, how long it takes, and what can be set. */
import { type ReactNode, useState } from "react";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import { presentationsTable } from "../../subject/person.ts";
import { count, duration, plural } from "../format.ts";
import { Calibration } from "./calibration.tsx";
import styles from "./person.module.css";
import { GEIRHOS_LIMIT_MS, PRESENTATION_MS, type Settings, SUBSETS, secondsOf, timingOf } from "./settings.ts";
import { type KeptSitting, rowsLeft } from "./sittings.ts";
import { FIXATION_MS } from "./trial.ts";

interface Props {
  readonly benchmark: BehavioralBenchmark;
  readonly settings: Settings;
  readonly onSettings: (settings: Settings) => void;
  readonly onStart: () => void;
  readonly onPractise: () => void;
}

export function Prepare({ benchmark, settings, onSettings, onStart, onPractise }: Props) {
  const set = (patch: Partial<Settings>): void => onSettings({ ...settings, ...patch });
  const total = presentationsTable(benchmark).length;
  const triplets = benchmark.task.name === "odd_one_out";
  const counts = [...SUBSETS.filter((each) => each < total), total];
  return (
    <>
      <Instructions benchmark={benchmark} settings={settings} />
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          onStart();
        }}
      >
        <Field label="Your name, for the board and the file">
          <input
            type="text"
            value={settings.name}
            maxLength={40}
            autoComplete="off"
            onChange={({ currentTarget }) => set({ name: currentTarget.value })}
          />
        </Field>
        <Field label={triplets ? "Triplets" : "Pictures"}>
          <select value={settings.count} onChange={({ currentTarget }) => set({ count: Number(currentTarget.value) })}>
            {counts.map((each) => (
              <option key={each} value={each}>
                {each === total ? `all ${count(total)}` : `${count(each)}, balanced`}
              </option>
            ))}
          </select>
        </Field>
        {!triplets && (
          <>
            <Field label="A picture is shown for">
              <select
                value={settings.presentationMs ?? 0}
                onChange={({ currentTarget }) => {
                  const ms = Number(currentTarget.value);
                  set({ presentationMs: ms === 0 ? null : ms });
                }}
              >
                {[100, PRESENTATION_MS, 500, 1000].map((ms) => (
                  <option key={ms} value={ms}>
                    {ms} ms{ms === PRESENTATION_MS && ", as in Geirhos 2021"}
                  </option>
                ))}
                <option value={0}>until answered</option>
              </select>
            </Field>
            <label className={styles.check}>
              <input
                type="checkbox"
                checked={settings.mask && settings.presentationMs !== null}
                disabled={settings.presentationMs === null}
                onChange={({ currentTarget }) => set({ mask: currentTarget.checked })}
              />
              Noise after it, as in Geirhos 2021
            </label>
          </>
        )}
        <Field label="Time to answer">
          <select
            value={settings.limitMs ?? 0}
            onChange={({ currentTarget }) => {
              const ms = Number(currentTarget.value);
              set({ limitMs: ms === 0 ? null : ms });
            }}
          >
            <option value={0}>no limit</option>
            <option value={GEIRHOS_LIMIT_MS}>1.5 s, as in Geirhos 2021</option>
            <option value={5000}>5 s</option>
          </select>
        </Field>
        <Field label="Seed of the order">
          <input
            type="number"
            min={0}
            max={0xffffffff}
            step={1}
            value={settings.seed}
            onChange={({ currentTarget }) => set({ seed: Math.trunc(Number(currentTarget.value)) >>> 0 })}
          />
        </Field>
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={settings.fullScreen}
            onChange={({ currentTarget }) => set({ fullScreen: currentTarget.checked })}
          />
          Full screen
        </label>
        <Calibration benchmark={benchmark} viewing={settings.viewing} onViewing={(viewing) => set({ viewing })} />
        <div className={styles.actions}>
          <button type="submit" data-look="primary">
            Start, {plural(settings.count, triplets ? "triplet" : "picture")}
          </button>
          <button type="button" onClick={onPractise}>
            Practise first
          </button>
        </div>
      </form>
    </>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className={styles.field}>
      <span>{label}</span>
      {children}
    </label>
  );
}

function Instructions({ benchmark, settings }: Pick<Props, "benchmark" | "settings">) {
  const { presentationMs, maskMs, limitMs } = timingOf(settings, benchmark);
  const { task } = benchmark;
  const n = task.name === "label" ? task.choices.length : 3;
  const triplets = task.name === "odd_one_out";
  return (
    <div className={styles.prose}>
      <p>
        A cross appears: look at it. After {FIXATION_MS} ms{" "}
        {triplets
          ? "three pictures stand side by side. Choose the one that does not go with the other two."
          : presentationMs === null
            ? `a picture follows and stays. Choose what it shows, of ${n}.`
            : `a picture follows for ${presentationMs} ms${maskMs > 0 ? `, then noise for ${maskMs} ms` : ""}. Then choose what it showed, of ${n}.`}{" "}
        {limitMs === null ? "Take the time you need" : `You have ${limitMs / 1000} s`}; if you do not know, guess.
        Nobody tells you what was right until the end.
      </p>
      <p>
        <strong>Keys.</strong> Each choice carries its key
        {triplets && (
          <>
            : <kbd>1</kbd>, <kbd>2</kbd>, <kbd>3</kbd> from left to right
          </>
        )}
        ; clicking and touching do as well. <kbd>Esc</kbd> pauses and asks. Answers are kept in this browser as they
        come, and go nowhere.
      </p>
      <p>
        <strong>About {duration(secondsOf(settings, benchmark))}</strong>, with a break after every 40.
      </p>
      <p className={styles.aside}>
        Pictures come at most once a second, so that nothing flashes more than three times a second.
        {presentationMs !== null && " If brief pictures and noise trouble you, let them stay until answered."} The
        pictures are the task: a description would give the answer away, so they have none, and whoever cannot see them
        cannot take this benchmark.
      </p>
    </div>
  );
}

interface UnfinishedProps {
  readonly kept: KeptSitting;
  readonly onGoOn: () => void;
  readonly onResult: () => void;
  readonly onDiscard: () => void;
}

/** A sitting of before: it is gone on with, looked at, or discarded; another one cannot begin beside it. */
export function Unfinished({ kept, onGoOn, onResult, onDiscard }: UnfinishedProps) {
  const [asking, setAsking] = useState(false);
  const total = kept.sitting.order.length;
  const left = rowsLeft(kept).length;
  const answered = total - left;
  return (
    <div className={styles.prose}>
      <p>
        <strong>{kept.sitting.name}</strong> answered {count(answered)} of {count(total)}, begun{" "}
        {new Date(kept.sitting.startedAt).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}.
      </p>
      <div className={styles.actions}>
        {left > 0 && (
          <button type="button" data-look="primary" onClick={onGoOn}>
            Go on with the other {count(left)}
          </button>
        )}
        {answered > 0 && (
          <button type="button" data-look={left === 0 ? "primary" : undefined} onClick={onResult}>
            See the result
          </button>
        )}
        {asking ? (
          <>
            <button type="button" onClick={onDiscard}>
              Discard {plural(answered, "answer")}
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              Keep
            </button>
          </>
        ) : (
          <button type="button" onClick={() => setAsking(true)}>
            Begin anew…
          </button>
        )}
      </div>
    </div>
  );
}
