/** The ways in: a button that chooses files, and the whole window as a place to drop or paste them. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useWorkbench } from "./context.ts";
import styles from "./files.module.css";

export function ChooseFiles({ children, look }: { readonly children: ReactNode; readonly look?: "word" }) {
  const workbench = useWorkbench();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" data-look={look} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          void workbench.openFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = ""; // so that the same file, edited, can be chosen again
        }}
      />
    </>
  );
}

/** Opens files that are dropped anywhere or pasted, and shows where they would go while they are dragged. */
export function DropAnywhere() {
  const workbench = useWorkbench();
  const [dragged, setDragged] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const open = (transfer: DataTransfer | null): void => {
      const files = [...(transfer?.files ?? [])];
      if (files.length > 0) void workbench.openFiles(files);
    };
    window.addEventListener(
      "dragover",
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setDragged(true);
      },
      { signal },
    );
    window.addEventListener(
      "dragleave",
      (event) => {
        if (event.relatedTarget === null) setDragged(false);
      },
      { signal },
    );
    window.addEventListener(
      "drop",
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setDragged(false);
        open(event.dataTransfer);
      },
      { signal },
    );
    window.addEventListener("paste", (event) => open(event.clipboardData), { signal });
    return () => stop.abort();
  }, [workbench]);
  if (!dragged) return null;
  return (
    <div className={styles.drop} aria-hidden="true">
      <p>
        Drop to open: benchmark zips, Brain-Score’s own files, weights of the panel’s models, model cards with their
        networks, tables of responses, recorded activations, scorecards to reproduce
      </p>
    </div>
  );
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
