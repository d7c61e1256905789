/** The head of the page: what it runs on, and claims about this machine that are measured here and now. */
import { lazy, Suspense, useEffect, useState } from "react";
import { BACKEND_NAMES } from "../lab/self-check.ts";
import { backendsOff } from "./checks.ts";
import { useBench } from "./context.ts";
import { bytes, plural } from "./format.ts";
import styles from "./header.module.css";
import { Keys } from "./keys.tsx";
import { OfflineFact } from "./offline-notice.tsx";
import { storedBytes } from "./panel.tsx";
import { useRequestsElsewhere } from "./privacy/requests.ts";
import { applyTheme, keptTheme, THEMES, type Theme } from "./theme.ts";

const Privacy = lazy(() => import("./privacy/privacy.tsx"));
const Backends = lazy(() => import("./backends/backends.tsx"));

export function Header() {
  const { isolated, threads, version } = useBench((state) => state.environment);
  const [backends, setBackends] = useState(false);
  const downloads = useBench((state) => state.requests);
  const elsewhere = [...useRequestsElsewhere().values()].reduce((sum, n) => sum + n, downloads);
  return (
    <header className={styles.header}>
      <Mark />
      <h1 className={styles.name}>
        Gapscope <span className={styles.version}>{version}</span>
      </h1>
      <ul className={styles.facts} aria-label="This machine">
        <li>
          <BackendsFact onOpen={() => setBackends(true)} />
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
        <OfflineFact />
      </ul>
      <a href="docs/guide.html" target="_blank" className={styles.way} rel="noopener">
        Guide
      </a>
      <Keys className={styles.way} />
      <PrivacyButton />
      <ThemeChoice />
      {backends && (
        <Suspense fallback={null}>
          <Backends onClose={() => setBackends(false)} />
        </Suspense>
      )}
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

/** How much this origin keeps in the browser, looked up again when a run ends. */
function Kept() {
  const running = useBench((state) => state.running !== undefined);
  // Weights are the largest of what is kept, and a browser may count them late or, in a private window, not at all.
  const weights = useBench((state) => state.subjects.reduce((sum, entry) => sum + storedBytes(entry), 0));
  const [usage, setUsage] = useState<number>();
  useEffect(() => {
    if (running) return;
    // Undefined on insecure origins.
    navigator.storage?.estimate().then(
      (estimate) => setUsage(estimate.usage),
      () => undefined,
    );
  }, [running]);
  if (usage === undefined) return null;
  return (
    <li title="Activations, results, weights and the page itself, kept in this browser. Privacy has each and deletes it.">
      {bytes(Math.max(usage, weights))} kept
    </li>
  );
}

/** What is computed with, and the way to what its self-check found. */
function BackendsFact({ onOpen }: { readonly onOpen: () => void }) {
  const adapter = useBench((state) => state.environment.adapter);
  const off = useBench((state) =>
    backendsOff(state)
      .map(({ backend }) => BACKEND_NAMES[backend])
      .join(" and "),
  );
  const has = adapter === undefined ? "looking for a GPU" : adapter === null ? "wasm, no WebGPU" : `WebGPU: ${adapter}`;
  return (
    <button
      type="button"
      data-look="word"
      className={styles.way}
      title="What this machine computes with, and what its self-check found."
      onClick={onOpen}
    >
      {off === "" ? has : <span className={styles.off}>{off} off: self-check failed</span>}
    </button>
  );
}

/** The way to the privacy panel. */
function PrivacyButton() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" data-look="word" className={styles.way} onClick={() => setOpen(true)}>
        Privacy
      </button>
      {open && (
        <Suspense fallback={null}>
          <Privacy onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
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
