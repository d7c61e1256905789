/**
 * The privacy panel: what this page may talk to, whom it has talked to, what it keeps here and how that is deleted.
 *
 * It claims nothing that is not looked up when it opens: the policies are those in force, the requests the browser's own
 * count, the sizes those of what is stored. It lies over the page until it is closed.
 */
import { type ReactNode, useEffect, useState } from "react";
import { GapscopeError } from "../../faults/faults.ts";
import { deleteAllKept, deleteKept, KEPT_KINDS, type KeptAmount, type KeptKind, measureKept } from "../../lab/kept.ts";
import { useBench, useWorkbench } from "../context.ts";
import { Dialog } from "../dialog.tsx";
import { bytes, count, plural } from "../format.ts";
import { storedBytes } from "../panel.tsx";
import { type Policies, policiesInForce } from "./policies.ts";
import styles from "./privacy.module.css";
import { useRequestsElsewhere } from "./requests.ts";

export default function Privacy({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Privacy" onClose={onClose}>
      <Part title="What this page may talk to">
        <Policy />
      </Part>
      <Part title="What it has talked to">
        <Requests />
      </Part>
      <Part title="What it keeps in this browser">
        <Kept />
        <Persistence />
      </Part>
      <Part title="What it is made of">
        <p>
          <a href="licences.txt" target="_blank" rel="noopener">
            Every package with its licence
          </a>
        </p>
      </Part>
    </Dialog>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Policy() {
  const [policies, setPolicies] = useState<Policies>();
  useEffect(() => void policiesInForce().then(setPolicies), []);
  return (
    <>
      <p>
        The page and its workers may fetch from the site that they came from, and from nobody else; the browser refuses
        the rest. Nothing is sent: no benchmark, no answer, no score. One worker may fetch from the hosts of weights. It
        runs when you press <em>Download</em> at a model, and may talk to nobody else. The host learns which file is
        wanted and, as every host does, this machine’s network address.
      </p>
      {policies !== undefined && (
        <details>
          <summary>The policies, word by word</summary>
          <dl className={styles.policies}>
            <Literal of="The page" policy={policies.page} />
            <Literal of="Its workers" policy={policies.workers} />
            <Literal of="The worker that downloads" policy={policies.download} />
          </dl>
        </details>
      )}
    </>
  );
}

function Literal({ of, policy }: { readonly of: string; readonly policy: string | undefined }) {
  return (
    <div>
      <dt>{of}</dt>
      <dd>
        {policy === undefined ? (
          "None: the site that this page comes from sends none, and its service worker is not in charge yet."
        ) : (
          <code>{policy}</code>
        )}
      </dd>
    </div>
  );
}

function Requests() {
  const downloads = useBench((state) => state.requests);
  const elsewhere = useRequestsElsewhere();
  if (downloads === 0 && elsewhere.size === 0)
    return <p>Since the page was opened, nothing has been requested from another site.</p>;
  return (
    <ul className={styles.requests}>
      {downloads > 0 && <li>{plural(downloads, "request")} to hosts of weights, by downloads that you started</li>}
      {[...elsewhere].map(([host, n]) => (
        <li key={host}>
          {plural(n, "request")} to {host}
        </li>
      ))}
    </ul>
  );
}

const KINDS: Readonly<Record<KeptKind, { readonly name: string; readonly what: string }>> = {
  activations: { name: "Activations", what: "What networks answered to pictures; computed again without them." },
  results: { name: "Results", what: "Scores, ceilings and what was measured of networks’ speed; computed again." },
  runs: { name: "Unfinished runs", what: "The files that were open in a run that broke off, to go on with it." },
  weights: { name: "Weights", what: "Models’ files, whole and begun. You would have to get them again." },
  sittings: { name: "Sittings", what: "What people answered here. Nothing brings them back." },
  slides: { name: "Slides", what: "Decks made of benchmarks. Nothing brings them back." },
  files: { name: "This page", what: "Its own files, so that it opens without a network; kept again on a visit." },
  settings: { name: "Settings", what: "The theme, and whether single keys act." },
};

type Amounts = Readonly<Partial<Record<KeptKind, KeptAmount>>>;

function Kept() {
  const workbench = useWorkbench();
  const running = useBench((state) => state.running !== undefined);
  const downloading = useBench(({ subjects }) => subjects.some(({ state }) => state.status === "downloading"));
  const [amounts, setAmounts] = useState<Amounts>({});
  const [asking, setAsking] = useState<KeptKind | "everything">();
  const [said, setSaid] = useState("");
  const [times, setTimes] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again after each deletion
  useEffect(() => {
    const stop = new AbortController();
    for (const kind of KEPT_KINDS) {
      measureKept(kind, stop.signal).then(
        (amount) => {
          if (!stop.signal.aborted) setAmounts((known) => ({ ...known, [kind]: amount }));
        },
        () => undefined, // the browser keeps nothing for this page
      );
    }
    return () => stop.abort();
  }, [times]);
  const erase = async (what: KeptKind | "everything"): Promise<void> => {
    setAsking(undefined);
    try {
      if (what === "weights" || what === "everything") {
        for (const { id, panel } of workbench.store.getState().subjects)
          if (panel !== undefined) await workbench.free(id);
      }
      await (what === "everything" ? deleteAllKept() : deleteKept(what));
      setSaid(
        what === "everything"
          ? "Everything is deleted. The next visit is a first one."
          : `${KINDS[what].name}: deleted.`,
      );
    } catch (error) {
      setSaid(`Not deleted. ${GapscopeError.from(error).message}`);
    }
    setTimes((n) => n + 1);
  };
  const buttons = (what: KeptKind | "everything", name: string): ReactNode =>
    asking === what ? (
      <>
        <button type="button" onClick={() => void erase(what)}>
          Delete {name}
        </button>
        <button type="button" data-look="word" onClick={() => setAsking(undefined)}>
          Keep
        </button>
      </>
    ) : (
      <button
        type="button"
        data-look="word"
        aria-label={`Delete ${name}…`}
        disabled={running || downloading}
        onClick={() => setAsking(what)}
      >
        Delete{what === "everything" ? " everything" : ""}…
      </button>
    );
  const total = Object.values(amounts).reduce((sum, amount) => sum + amount.bytes, 0);
  return (
    <>
      <table className={styles.kept}>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">What</th>
            <th scope="col">Entries</th>
            <th scope="col">Size</th>
            <th scope="col">Delete</th>
          </tr>
        </thead>
        <tbody>
          {KEPT_KINDS.map((kind) => {
            const amount = amounts[kind];
            return (
              <tr key={kind}>
                <th scope="row">
                  {KINDS[kind].name}
                  <span className={styles.what}>{KINDS[kind].what}</span>
                </th>
                <td className={styles.number}>{amount === undefined ? "" : count(amount.entries)}</td>
                <td className={styles.number}>{amount === undefined ? "…" : bytes(amount.bytes)}</td>
                <td className={styles.buttons}>
                  {amount !== undefined && amount.entries > 0 && buttons(kind, KINDS[kind].name.toLowerCase())}
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Together</th>
            <td />
            <td className={styles.number}>{bytes(total)}</td>
            <td className={styles.buttons}>{total > 0 && buttons("everything", "everything")}</td>
          </tr>
        </tfoot>
      </table>
      {(running || downloading) && <p>Nothing can be deleted while a run or a download goes on.</p>}
      <p role="status">{said}</p>
    </>
  );
}

/** Offered where weights are kept: a browser that runs short of room clears what it was not asked to keep. */
function Persistence() {
  const weights = useBench((state) => state.subjects.reduce((sum, entry) => sum + storedBytes(entry), 0));
  const [persisted, setPersisted] = useState<boolean | "refused">();
  useEffect(() => {
    navigator.storage?.persisted?.().then(setPersisted, () => undefined);
  }, []);
  if (persisted === undefined) return null;
  if (persisted === true) return <p>The browser keeps this until you delete it, also when the disk gets full.</p>;
  return (
    <div className={styles.persistence} role="status">
      <p>When the disk gets full, the browser may clear all of this without asking.</p>
      {persisted === "refused" ? (
        <p>The browser has declined to promise more. Many do so until a page is bookmarked or often used.</p>
      ) : (
        weights > 0 && (
          <button
            type="button"
            onClick={() => void navigator.storage.persist().then((kept) => setPersisted(kept || "refused"))}
          >
            Ask it to keep the weights
          </button>
        )
      )}
    </div>
  );
}
