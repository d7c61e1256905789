/**
 * What was removed last, over the foot of the page: for a while, and as long as somebody is at it, it can be put back.
 *
 * It lies over the page and moves nothing. The button that removed is gone, so the focus comes here, and goes back to the
 * entry with it.
 */
import { useEffect, useRef, useState } from "react";
import { useBench, useWorkbench } from "./context.ts";
import type { Removed } from "./removals.ts";
import styles from "./removed.module.css";

export function RemovedNotice() {
  const removed = useBench((state) => state.removed);
  return removed === undefined ? null : <Notice key={removed.id} removed={removed} />;
}

const SECONDS = 20;

function Notice({ removed }: { readonly removed: Removed }) {
  const workbench = useWorkbench();
  const { id, name } = removed;
  const undo = useRef<HTMLButtonElement>(null);
  const [held, hold] = useState(false);
  useEffect(() => {
    if (document.activeElement === document.body) undo.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => workbench.forgetRemoved(id), SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [held, id, workbench]);
  const putBack = (): void => {
    void workbench.undoRemoval();
    const entry = removed.list === "brainio" ? "brainio" : removed.entry.id;
    // Once it is drawn again.
    setTimeout(() => document.querySelector<HTMLElement>(`[data-remove="${CSS.escape(entry)}"]`)?.focus());
  };
  return (
    // Both only keep it from going while somebody reads it.
    // biome-ignore lint/a11y/noStaticElementInteractions: what can be operated is the button within
    <div
      className={styles.removed}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
      onPointerEnter={() => hold(true)}
      onPointerLeave={({ currentTarget }) => hold(currentTarget.contains(document.activeElement))}
    >
      <span>Removed {name}</span>
      <button ref={undo} type="button" onClick={putBack}>
        Undo
      </button>
    </div>
  );
}
