/** The head of the page: what it runs on, and claims about this machine that are measured here and now. */
import { useCallback, useEffect, useState } from "react";
import { useBench, useWorkbench } from "./context.ts";
import { bytes, plural } from "./format.ts";
import styles from "./header.module.css";
import { storedBytes } from "./panel.tsx";
import { applyTheme, keptTheme, THEMES, type Theme } from "./theme.ts";

export function Header() {
  const { isolated, threads, adapter, version } = useBench((state) => state.environment);
  const downloads = useBench((state) => state.requests);
  const elsewhere = useRequestsElsewhere() + downloads;
  return (
    <header className={styles.header}>
      <Mark />
      <h1 className={styles.name}>
        Gapscope <span className={styles.version}>{version}</span>
      </h1>
      <ul className={styles.facts} aria-label="This machine">
        <li title={adapter ?? "This browser offers no WebGPU that can be used here."}>
          {adapter === undefined ? "looking for a GPU" : adapter === null ? "wasm, no WebGPU" : `WebGPU: ${adapter}`}
        </li>
        <li
          title={
            isolated
              ? "The page is cross-origin isolated, so wasm may use threads."
              : "The page is not cross-origin isolated, so wasm has one thread and is slower."
          }
        >
          {plural(threads, "thread")}
          {isolated ? "" : ", not isolated"}
        </li>
        <li title="Counted since the page was opened: in its own network timing, and by its downloads, which only you can start.">
          {plural(elsewhere, "request")} to other sites
        </li>
        <Kept />
      </ul>
      <ThemeChoice />
    </header>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" className={styles.mark} aria-hidden="true">
      <circle cx="16" cy="16" r="13" fill="none" stroke="currentColor" strokeWidth="1.75" />
      <path d="M3 16h26" stroke="currentColor" strokeWidth="1" opacity="0.5" />
      <circle cx="10.5" cy="16" r="3.5" className={styles.markModel} />
      <path d="M22 9v14" className={styles.markPeople} strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}

/** How much this origin keeps in the browser, looked up again when a run ends, and the button that clears it. */
function Kept() {
  const workbench = useWorkbench();
  const running = useBench((state) => state.running !== undefined);
  // Weights are the largest of what is kept, and a browser may count them late or, in a private window, not at all.
  const weights = useBench((state) => state.subjects.reduce((sum, entry) => sum + storedBytes(entry), 0));
  const [usage, setUsage] = useState<number>();
  const [asking, setAsking] = useState(false);
  const measure = useCallback(
    () =>
      // Undefined on insecure origins.
      navigator.storage?.estimate().then(
        (estimate) => setUsage(estimate.usage),
        () => undefined,
      ),
    [],
  );
  useEffect(() => {
    if (!running) void measure();
  }, [running, measure]);
  if (usage === undefined) return null;
  return (
    <li title="Activations, results and weights kept in this browser. Clearing leaves the weights, which are freed model by model.">
      {bytes(Math.max(usage, weights))} kept
      {usage > 0 && !running && !asking && (
        <button type="button" data-look="word" onClick={() => setAsking(true)}>
          Clear…
        </button>
      )}
      {asking && (
        <>
          <button
            type="button"
            data-look="word"
            onClick={() => {
              setAsking(false);
              void workbench.forget().then(measure);
            }}
          >
            Clear, compute anew next time
          </button>
          <button type="button" data-look="word" onClick={() => setAsking(false)}>
            Keep
          </button>
        </>
      )}
    </li>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState(keptTheme);
  const choose = (chosen: Theme): void => {
    applyTheme(chosen);
    setTheme(chosen);
  };
  return (
    <fieldset className={styles.themes}>
      <legend className="visually-hidden">Theme</legend>
      {THEMES.map((name) => (
        <label key={name} className={styles.theme}>
          <input
            type="radio"
            name="theme"
            className="visually-hidden"
            checked={theme === name}
            onChange={() => choose(name)}
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

/** Resources that this page has requested from origins other than its own. */
function useRequestsElsewhere(): number {
  const [requests, setRequests] = useState(0);
  useEffect(() => {
    const observer = new PerformanceObserver((list) => {
      const foreign = list.getEntries().filter((entry) => !isHere(entry.name)).length;
      if (foreign > 0) setRequests((known) => known + foreign);
    });
    observer.observe({ type: "resource", buffered: true });
    return () => {
      observer.disconnect();
      setRequests(0);
    };
  }, []);
  return requests;
}

/** Blob URLs carry the origin that made them; data URLs are requested from nobody. */
function isHere(address: string): boolean {
  return address.startsWith("data:") || new URL(address, location.href).origin === location.origin;
}
