/** What stands beside the board in place of a cell: a heading that takes the focus, a button and Escape that give it back. */
import { type ReactNode, useEffect, useRef } from "react";
import { useWorkbench } from "./context.ts";
import styles from "./desk.module.css";
import type { WorkbenchState } from "./state.ts";

interface Props {
  readonly title: string;
  readonly desk: NonNullable<WorkbenchState["desk"]>;
  readonly children: ReactNode;
}

export function Desk({ title, desk, children }: Props) {
  const workbench = useWorkbench();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const close = (): void => {
    workbench.show(undefined);
    document.querySelector<HTMLElement>(`[data-desk="${desk}"]`)?.focus();
  };
  return (
    <section
      className={styles.desk}
      aria-labelledby="desk"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) close();
      }}
    >
      <div className={styles.head}>
        <h2 id="desk" ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
      {children}
    </section>
  );
}
