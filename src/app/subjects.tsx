/** The subjects: the competition's panel on its shelf, and networks and recordings of the person's own. */
import { useShallow } from "zustand/react/shallow";
import { type SubjectSource, subjectDigest } from "../lab/source.ts";
import { useBench, useWorkbench } from "./context.ts";
import { ChooseFiles } from "./files.tsx";
import { count, shortDigest } from "./format.ts";
import { Identifier } from "./identifier.tsx";
import { Panel } from "./panel.tsx";
import styles from "./rail.module.css";
import { Refusal } from "./refusal.tsx";
import type { SubjectEntry } from "./state.ts";

export function Subjects() {
  // What a person has brought is looked for first; the panel's shelf is long.
  const own = useBench((state) => state.subjects.some(({ panel }) => panel === undefined));
  return (
    <section className={styles.section} aria-labelledby="subjects">
      <div className={styles.head}>
        <h2 id="subjects">Subjects</h2>
        <ChooseFiles>Choose files…</ChooseFiles>
      </div>
      {own && <Own />}
      <Panel />
      {!own && <Own />}
    </section>
  );
}

function Own() {
  const subjects = useBench(useShallow((state) => state.subjects.filter(({ panel }) => panel === undefined)));
  return (
    <section className={styles.group} aria-labelledby="own">
      <h3 id="own">Your own</h3>
      {subjects.length > 0 && (
        <ul className={styles.list}>
          {subjects.map((entry) => (
            <SubjectRow key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
      <HowToBring open={subjects.length === 0} />
    </section>
  );
}

function HowToBring({ open }: { readonly open: boolean }) {
  const ways = (
    <ul className={styles.ways}>
      <li>
        A network: its <code>.onnx</code> together with a <code>card.json</code> that says how pictures are prepared and
        which output holds the logits.
      </li>
      <li>
        Recorded answers, of a model or of a person: a CSV with the columns <code>stimulus_id</code> and{" "}
        <code>response</code>.
      </li>
      <li>
        Recorded activations, for recordings: a <code>.npy</code> of stimuli, in the order of the benchmark’s table, ×
        features.
      </li>
    </ul>
  );
  if (open) return <div className={styles.hint}>{ways}</div>;
  return (
    <details className={styles.hint}>
      <summary>How to bring another</summary>
      {ways}
    </details>
  );
}

function kindText(source: SubjectSource): string {
  if (source.kind === "network") return "network";
  const { subject } = source;
  if (!("columns" in subject)) return "recorded answers"; // not by its class, which the page need not load
  return `recorded activations, ${count(subject.rows)} stimuli × ${count(subject.columns)} features`;
}

function SubjectRow({ entry }: { readonly entry: SubjectEntry }) {
  const workbench = useWorkbench();
  const { state, identifier, fileName } = entry;
  const name = (
    <strong>
      <Identifier>{identifier}</Identifier>
    </strong>
  );
  return (
    <li className={styles.entry}>
      {state.status === "ready" ? (
        <label className={`${styles.title} ${styles.check}`}>
          <input
            type="checkbox"
            checked={entry.selected}
            onChange={({ currentTarget }) => workbench.select(entry.id, currentTarget.checked)}
          />
          <span>{name}</span>
        </label>
      ) : (
        <p className={styles.title}>{name}</p>
      )}
      <p className={styles.aside}>
        {state.status === "refused" ? <span className={styles.refused}>refused</span> : state.status}
        {" · "}
        <button
          type="button"
          data-look="word"
          aria-label={`Remove ${identifier}`}
          data-remove={entry.id}
          onClick={() => workbench.removeSubject(entry.id)}
        >
          Remove
        </button>
      </p>
      {state.status === "refused" && <Refusal error={state.error} />}
      {state.status === "opening" && <p className={styles.facts}>Opening {fileName}</p>}
      {state.status === "ready" && (
        <p className={styles.facts}>
          {kindText(state.source)} · {fileName} · <code>{shortDigest(subjectDigest(state.source))}</code>
        </p>
      )}
    </li>
  );
}
