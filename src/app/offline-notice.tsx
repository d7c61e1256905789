/** What the page says about itself without a network: a fact in its head, and what a reload would bring, above the board. */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { useBench } from "./context.ts";
import { bytes, percent, plural } from "./format.ts";
import styles from "./messages.module.css";
import type { Offline, OfflineState } from "./offline.ts";

const Context = createContext<Offline | undefined>(undefined);

export const OfflineProvider = Context.Provider;

function useOffline(): readonly [Offline, OfflineState] {
  const offline = useContext(Context);
  if (offline === undefined) throw new Error("a component stands outside its OfflineProvider");
  return [offline, useStore(offline.store)];
}

/** Whether the page opens without a network. */
export function OfflineFact() {
  const [, { status }] = useOffline();
  switch (status.is) {
    case "starting":
      return null;
    case "off":
      return <li title={status.why}>needs its network</li>;
    case "keeping":
      return (
        <li title="The page is storing itself in this browser, so that it works without a network.">
          storing itself, {percent(status.done / status.total)}
        </li>
      );
    case "ready":
      return (
        <li title={`All of the page is kept in this browser (${bytes(status.bytes)}), so it works without a network.`}>
          works offline
        </li>
      );
    default:
      return status satisfies never;
  }
}

/** Offers a reload that brings something; never while something goes on that it would break off. */
export function Offers() {
  const [offline, { offer, others }] = useOffline();
  const busy = useBench(
    ({ running, taking, teaching, subjects }) =>
      running !== undefined ||
      taking !== undefined ||
      teaching !== undefined ||
      subjects.some(({ state }) => state.status === "downloading" || state.status === "checking"),
  );
  if (offer === undefined || busy) return null;
  return (
    <section className={styles.messages} aria-label="Updates">
      <ul>
        <li>
          <div>
            <p>
              {offer === "update"
                ? "There is a new version of this page."
                : "Opened anew, this page can use all cores of this machine."}{" "}
              What is open has to be opened again; what was computed and stored stays.
            </p>
            {others > 0 && (
              <p role="status">It is open in {plural(others, "other tab")}: close it there first, then try again.</p>
            )}
          </div>
          <button type="button" onClick={() => void offline.accept()}>
            {offer === "update" ? "Update" : "Open anew"}
          </button>
        </li>
      </ul>
    </section>
  );
}
