/**
 * A figure that tells where it came from: pointing at it or focusing it says its formula, what went into it, and the digests
 * of those inputs.
 *
 * For a number, it is wrapped around the number; for a plot or a table, around a word in its caption. It is no dialogue:
 * nothing in it can be operated, and it stays while the pointer is on it, until Escape.
 */
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { shortDigest } from "./format.ts";
import styles from "./traced.module.css";

/** Where a figure came from. */
export interface Provenance {
  /** How it follows from its inputs: `mean of 9 scores`, `raw / ceiling = 0.110 / 0.318`. */
  readonly formula: string;
  /** What went in, a phrase each: `alexnet 0.347`. */
  readonly inputs?: readonly string[];
  /** Of the benchmarks, subjects and files that it rests on, by name. */
  readonly digests: readonly { readonly of: string; readonly digest: string }[];
}

interface Props {
  /** Asked only once it is pointed at. */
  readonly from: () => Provenance;
  readonly children: ReactNode;
}

const GAP = 6;

export function Traced({ from, children }: Props) {
  const [open, setOpen] = useState(false);
  const figure = useRef<HTMLButtonElement>(null);
  const told = useRef<HTMLSpanElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    if (!open) return; // measuring each figure as it is mounted would lay the page out each time
    const [at, box] = [figure.current?.getBoundingClientRect(), told.current];
    if (at === undefined || box === null) return;
    box.showPopover();
    const { width, height } = box.getBoundingClientRect();
    const room = document.documentElement;
    const left = Math.max(GAP, Math.min(at.left, room.clientWidth - width - GAP));
    const below = at.bottom + GAP;
    const top = below + height > room.clientHeight ? Math.max(GAP, at.top - height - GAP) : below;
    Object.assign(box.style, { left: `${left}px`, top: `${top}px` });
  }, [open]);
  useEffect(() => {
    if (!open) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.preventDefault(); // what it stands in stays open
      setOpen(false);
    };
    document.addEventListener("keydown", onKey, true);
    return () => document.removeEventListener("keydown", onKey, true);
  }, [open]);
  const close = (): void => setOpen(false);
  return (
    <span className={styles.traced} onPointerEnter={() => setOpen(true)} onPointerLeave={close}>
      <button
        ref={figure}
        type="button"
        className={styles.figure}
        aria-describedby={open ? id : undefined}
        onFocus={() => setOpen(true)}
        onBlur={close}
        onClick={() => setOpen(true)}
      >
        {children}
      </button>
      {open && (
        <span ref={told} id={id} role="tooltip" popover="manual" className={styles.told}>
          <Told {...from()} />
        </span>
      )}
    </span>
  );
}

/** More inputs than these are counted. */
const MOST_INPUTS = 12;

function Told({ formula, inputs = [], digests }: Provenance) {
  return (
    <>
      <span className={styles.formula}>{formula}</span>
      {inputs.slice(0, MOST_INPUTS).map((input) => (
        <span key={input}>{input}</span>
      ))}
      {inputs.length > MOST_INPUTS && <span>and {inputs.length - MOST_INPUTS} more</span>}
      {digests.map(({ of, digest }) => (
        <span key={of} className={styles.digest}>
          {of} <code>{shortDigest(digest)}</code>
        </span>
      ))}
    </>
  );
}
