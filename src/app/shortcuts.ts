/**
 * Single keys that do what buttons do, wherever the focus is but in a field. They can be switched off: who speaks to the
 * machine or has a restless hand would set them off unmeant.
 */
import { useEffect } from "react";
import { useWorkbench } from "./context.ts";
import { benchmarksOf, type WorkbenchState } from "./state.ts";
import type { Workbench } from "./workbench.ts";

export interface Shortcut {
  readonly key: string;
  readonly what: string;
  readonly act: (workbench: Workbench) => void;
}

/** Presses the button that stands for it, where there is one that can be pressed. */
function press(selector: string): void {
  document.querySelector<HTMLButtonElement>(selector)?.click();
}

function filterField(): HTMLInputElement | null {
  return document.querySelector("[data-filter]");
}

export const SHORTCUTS: readonly Shortcut[] = [
  { key: "s", what: "score", act: () => press('[data-run="score"]') },
  { key: "p", what: "pause the run, or go on with it", act: () => press('[data-run="pause"]') },
  {
    key: "/",
    what: "filter the board",
    act: (workbench) => {
      workbench.setView("scores");
      const field = filterField();
      if (field !== null) field.focus();
      else setTimeout(() => filterField()?.focus()); // once the scores are drawn
    },
  },
  {
    key: "g",
    what: "group the board by parent",
    act: ({ store, arrange }) => {
      const { board, packages } = store.getState();
      if (benchmarksOf({ packages }).length > 1 || board.grouped) arrange({ grouped: !board.grouped });
    },
  },
  {
    key: "r",
    what: "scores, or the ranking",
    act: ({ store, setView }) => {
      if (benchmarksOf(store.getState()).length > 1) setView(store.getState().view === "scores" ? "ranking" : "scores");
    },
  },
  { key: "c", what: "compare", act: () => press('[data-desk="compare"]') },
  { key: "e", what: "publish: figures and methods", act: () => press('[data-desk="publish"]') },
  { key: "z", what: "undo the last removal", act: (workbench) => void workbench.undoRemoval() },
];

/** What a key does at its place; those of `SHORTCUTS` and the help's own are not here. */
export const KEYS_BY_PLACE: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "Board",
    [
      ["← → ↑ ↓", "from cell to cell"],
      ["Enter", "open the cell, or close it"],
    ],
  ],
  [
    "Ranking",
    [
      ["← →", "from model to model"],
      ["↑ ↓", "the same model on the next benchmark"],
      ["Home, End", "the lowest, the highest"],
    ],
  ],
  [
    "Beside the board",
    [
      ["← → ↑ ↓", "from stimulus to stimulus, from site to site"],
      ["Esc", "close"],
    ],
  ],
  [
    "Taking a benchmark",
    [
      ["the keys shown", "answer"],
      ["Esc", "pause"],
    ],
  ],
  [
    "Slides",
    [
      ["→ Space", "next"],
      ["←", "back"],
      ["Esc", "leave"],
    ],
  ],
];

const KEY = "gapscope-shortcuts";
let on: boolean | undefined;

/** Whether single keys act; they do unless they were switched off on this machine. */
export function shortcutsOn(): boolean {
  try {
    on ??= localStorage.getItem(KEY) !== "off";
  } catch {
    on = true; // the browser keeps nothing for this page
  }
  return on;
}

export function setShortcutsOn(wanted: boolean): void {
  on = wanted;
  try {
    if (wanted) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    // It holds until the page is closed.
  }
}

/** What takes letters itself: fields, and lists that are searched by typing. */
const FIELDS =
  "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=textbox], [role=grid], [role=listbox]";

/** Whether the key is meant for the page as a whole. */
function meant({ target, defaultPrevented, ctrlKey, metaKey, altKey }: KeyboardEvent, state: WorkbenchState): boolean {
  if (defaultPrevented || ctrlKey || metaKey || altKey || !shortcutsOn()) return false;
  if (state.taking !== undefined || state.teaching !== undefined) return false;
  return !(target instanceof Element) || target.closest(`${FIELDS}, dialog`) === null;
}

export function useShortcuts(onHelp: () => void): void {
  const workbench = useWorkbench();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.repeat || !meant(event, workbench.store.getState())) return;
      const shortcut = SHORTCUTS.find(({ key }) => key === event.key);
      if (shortcut === undefined && event.key !== "?") return;
      event.preventDefault();
      if (shortcut === undefined) onHelp();
      else shortcut.act(workbench);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [workbench, onHelp]);
}
