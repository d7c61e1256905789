/**
 * The weights shelf: a row for each model of the competition's panel, in its order, with where its file stands.
 *
 * A row says one thing at a time: where the file is to be had, how far it has come, why it was refused, or what room it
 * takes. Files may be dropped anywhere and find their rows by themselves.
 */
import { type FocusEvent, useEffect, useId, useRef, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { CheckpointSource, PanelModel } from "../models/panel.ts";
import { useBench, useWorkbench } from "./context.ts";
import { bytes, duration, ofBytes, percent } from "./format.ts";
import { Identifier } from "./identifier.tsx";
import styles from "./panel.module.css";
import { directAddress, fileNameOf } from "./panel-shelf.ts";
import rail from "./rail.module.css";
import { Refusal } from "./refusal.tsx";
import { StandIn } from "./stand-in.tsx";
import type { SubjectEntry, WeightsFacts } from "./state.ts";

interface PanelEntry extends SubjectEntry {
  readonly panel: PanelModel;
}

export function Panel() {
  const models = useBench(
    useShallow((state) => state.subjects.filter((entry): entry is PanelEntry => entry.panel !== undefined)),
  );
  const ready = models.filter(({ state }) => state.status === "ready").length;
  const stored = models.reduce((sum, entry) => sum + storedBytes(entry), 0);
  return (
    <section className={rail.group} aria-labelledby="panel">
      <div className={rail.groupHead}>
        <h3 id="panel">The competition’s panel</h3>
        <span className={rail.facts}>
          {ready} of {models.length} ready
        </span>
      </div>
      <p className={rail.hint}>
        Get a model’s weights from their authors and drop the file anywhere, several at once if you like: each finds its
        model and is kept in this browser.{stored > 0 && ` They take ${bytes(stored)}.`}
      </p>
      <ul className={rail.list}>
        {models.map((entry) => (
          <Row key={entry.id} entry={entry} />
        ))}
      </ul>
    </section>
  );
}

/** What a model's weights take of the browser's storage. */
export function storedBytes({ weights, begun }: Pick<SubjectEntry, "weights" | "begun">): number {
  return weights === undefined ? (begun?.received ?? 0) : weights.stored ? weights.bytes : 0;
}

function Row({ entry }: { readonly entry: PanelEntry }) {
  const workbench = useWorkbench();
  const description = useId();
  const { state, identifier, panel } = entry;
  const ready = state.status === "ready";
  const focus = useFocusKept(state.status);
  return (
    <li className={`${rail.entry} ${styles.row}`} data-status={state.status} tabIndex={-1} {...focus}>
      <label className={`${rail.title} ${rail.check}`} title={panel.card.title}>
        <input
          type="checkbox"
          disabled={!ready}
          checked={ready && entry.selected}
          aria-describedby={description}
          onChange={({ currentTarget }) => workbench.select(entry.id, currentTarget.checked)}
        />
        <strong>
          <Identifier>{identifier}</Identifier>
        </strong>
      </label>
      <p className={rail.aside} id={description}>
        <StateWord entry={entry} />
      </p>
      {panel.standsInFor !== undefined && (
        <p className={styles.detail}>
          <StandIn panel={panel} why />
        </p>
      )}
      <Detail entry={entry} />
    </li>
  );
}

/** A button that is pressed may go with the state that it was of; the keyboard then goes on from its row. */
function useFocusKept(status: string) {
  const row = useRef<HTMLLIElement>(null);
  const inside = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of status is what takes buttons away
  useEffect(() => {
    if (inside.current && document.activeElement === document.body) row.current?.focus();
  }, [status]);
  return {
    ref: row,
    onFocus: () => {
      inside.current = true;
    },
    onBlur: ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null) inside.current = false; // null also when the focused button itself went
    },
  };
}

function StateWord({ entry: { state, weights } }: { readonly entry: PanelEntry }) {
  switch (state.status) {
    case "ready":
      if (weights === undefined) return "ready, needs no file";
      return `ready, ${bytes(weights.bytes)}${weights.stored ? "" : ", not kept"}`;
    case "needs file":
      return "needs its file";
    case "downloading": {
      const { done, total } = state.progress;
      return `downloading${total === undefined ? "" : `, ${percent(done / total)}`}`;
    }
    case "checking":
      return "checking";
    case "opening":
      return "opening";
    case "refused":
      return <span className={rail.refused}>wrong file</span>;
    default:
      return state satisfies never;
  }
}

function Detail({ entry }: { readonly entry: PanelEntry }) {
  const { state, panel, weights, fileName } = entry;
  switch (state.status) {
    case "ready":
      return weights === undefined ? null : <Held entry={entry} weights={weights} />;
    case "downloading":
      return <Downloading entry={entry} progress={state.progress} />;
    case "checking":
      return (
        <div className={styles.detail}>
          <Meter name={`Checking ${entry.identifier}`} done={state.done} total={state.total} />
          <p>Reading and hashing, {ofBytes(state.done, state.total)}</p>
        </div>
      );
    case "needs file":
      return (
        <>
          {state.trouble !== undefined && (
            <div className={styles.detail}>
              <Refusal error={state.trouble} />
            </div>
          )}
          {panel.checkpoint !== undefined && <Source entry={entry} checkpoint={panel.checkpoint} />}
        </>
      );
    case "refused":
      return (
        <>
          <div className={styles.detail}>
            <p className={styles.given}>{fileName}</p>
            <Refusal error={state.error} />
          </div>
          {panel.checkpoint !== undefined && <Source entry={entry} checkpoint={panel.checkpoint} />}
        </>
      );
    case "opening":
      return null;
    default:
      return state satisfies never;
  }
}

/** Where the file is to be had and under what licence, and the download where the page may fetch it itself. */
function Source({ entry, checkpoint }: { readonly entry: PanelEntry; readonly checkpoint: CheckpointSource }) {
  const { identifier, begun, panel } = entry;
  const named = places(checkpoint.from);
  return (
    <div className={styles.detail}>
      {begun !== undefined && <Meter name={`Part of ${identifier}`} done={begun.received} total={begun.total} />}
      <div className={styles.line}>
        <p>
          {checkpoint.from.map(({ url, note }, i) => (
            <span key={url}>
              {i > 0 && ", "}
              <a
                href={url}
                rel="noreferrer"
                target="_blank"
                title={url}
                aria-label={`${named[i]}: ${fileNameOf(url)} of ${identifier}, in a new tab`}
              >
                {named[i]}
              </a>
              {note !== undefined && ` (${note})`}
            </span>
          ))}
          {checkpoint.bytes !== undefined && `, ${bytes(checkpoint.bytes)}`}; licence {checkpoint.licence}
        </p>
        {directAddress(panel) !== undefined && begun === undefined && <Fetch entry={entry}>Download</Fetch>}
      </div>
      {begun !== undefined && (
        <div className={styles.line}>
          <p>{ofBytes(begun.received, begun.total)} here</p>
          <span className={styles.actions}>
            {directAddress(panel) !== undefined && <Fetch entry={entry}>Continue</Fetch>}
            <Free entry={entry} what={begun.received} />
          </span>
        </div>
      )}
    </div>
  );
}

function Fetch({ entry, children }: { readonly entry: PanelEntry; readonly children: string }) {
  const workbench = useWorkbench();
  return (
    <button
      type="button"
      data-look="word"
      title={directAddress(entry.panel)}
      aria-label={`${children} ${entry.identifier}`}
      onClick={() => void workbench.download(entry.id)}
    >
      {children}
    </button>
  );
}

/** Whose host each address is, short enough for a row; of several at one host, the files. */
function places(from: CheckpointSource["from"]): string[] {
  const hosts = from.map(({ url }) => hostOf(new URL(url)));
  return hosts.map((host, i) => (hosts.indexOf(host) === i ? host : fileNameOf(from[i]?.url ?? "")));
}

/** `pytorch.org` of `download.pytorch.org`; of Amazon's storage, whose bucket it is. */
function hostOf({ host, pathname }: URL): string {
  if (!host.endsWith(".amazonaws.com")) return host.split(".").slice(-2).join(".");
  return `${host.startsWith("s3.") ? pathname.split("/")[1] : host.split(".")[0]} (S3)`;
}

function Downloading({
  entry,
  progress: { done, total, rate, secondsLeft },
}: {
  readonly entry: PanelEntry;
  readonly progress: Extract<SubjectEntry["state"], { status: "downloading" }>["progress"];
}) {
  const workbench = useWorkbench();
  const facts = [
    ofBytes(done, total),
    ...(rate === undefined ? [] : [`${bytes(rate)}/s`]),
    ...(secondsLeft === undefined ? [] : [`${duration(secondsLeft)} left`]),
  ];
  return (
    <div className={styles.detail}>
      <Meter name={`Downloading ${entry.identifier}`} done={done} total={total} />
      <div className={styles.line}>
        <p>{facts.join(" · ")}</p>
        <button
          type="button"
          data-look="word"
          aria-label={`Cancel the download of ${entry.identifier}`}
          onClick={() => workbench.cancelDownload(entry.id)}
        >
          Cancel
        </button>
      </div>
    </div>
  );
}

/** The weights that a ready model has: whether they are the published ones, and the way to give their room back. */
function Held({ entry, weights }: { readonly entry: PanelEntry; readonly weights: WeightsFacts }) {
  const { bytes: size, published, sha256 } = weights;
  return (
    <div className={`${styles.detail} ${styles.line}`}>
      <p title={`${entry.fileName}\nsha256 ${sha256}`}>
        {published === undefined ? "hash not published" : published ? "the published file" : "not the published file"}
      </p>
      <Free entry={entry} what={size} />
    </div>
  );
}

/** Deletes what is stored, after asking: getting it again may take long. */
function Free({ entry, what }: { readonly entry: PanelEntry; readonly what: number }) {
  const workbench = useWorkbench();
  const running = useBench((state) => state.running !== undefined);
  const [asking, setAsking] = useState<boolean>();
  const focused = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asking !== undefined) focused.current?.focus(); // the button that was pressed is gone
  }, [asking]);
  if (asking !== true) {
    return (
      <button
        ref={focused}
        type="button"
        data-look="word"
        disabled={running}
        aria-label={`Free the ${bytes(what)} of ${entry.identifier}`}
        onClick={() => setAsking(true)}
      >
        Free…
      </button>
    );
  }
  return (
    <span className={styles.asking}>
      <button
        type="button"
        data-look="word"
        aria-label={`Delete the weights of ${entry.identifier} from this browser`}
        onClick={() => void workbench.free(entry.id)}
      >
        Delete
      </button>
      <button ref={focused} type="button" data-look="word" onClick={() => setAsking(false)}>
        Keep
      </button>
    </span>
  );
}

function Meter({
  name,
  done,
  total,
}: {
  readonly name: string;
  readonly done: number;
  readonly total?: number | undefined;
}) {
  return <progress aria-label={name} {...(total === undefined ? {} : { value: done, max: total })} />;
}
