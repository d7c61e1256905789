/**
 * The marks of a figure as a list box: one stop of the Tab key, arrow keys from mark to mark, the mark in view told beside
 * the figure. A mark is pointed at with the mouse, chosen with a click or a key.
 */
import { type HTMLAttributes, type KeyboardEvent, useId, useState } from "react";

interface Walk {
  /** The mark that is pointed at, else the one that is chosen. */
  readonly at: number | undefined;
  /** The mark that is chosen, else the one that the walk starts from: of a figure that has no element for each. */
  readonly held: number;
  readonly point: (mark: number | undefined) => void;
  readonly choose: (mark: number) => void;
  readonly list: HTMLAttributes<HTMLElement>;
  readonly option: (mark: number) => HTMLAttributes<HTMLElement>;
}

/**
 * `n` marks, walked in their order from `start` on; `label` says what they are. `onChoose` is told of a mark that is chosen by
 * a click or a key.
 */
export function useWalk(n: number, label: string, start = 0, onChoose?: (mark: number) => void): Walk {
  const id = useId();
  const [pointed, point] = useState<number>();
  const [chosen, setChosen] = useState<number>();
  const choose = (mark: number): void => {
    setChosen(mark);
    onChoose?.(mark);
  };
  const held = chosen !== undefined && chosen < n ? chosen : undefined;
  const at = pointed !== undefined && pointed < n ? pointed : held;
  const walk = (event: KeyboardEvent): void => {
    const next = nextMark(event.key, held ?? start, n);
    if (next === undefined) return;
    event.preventDefault();
    point(undefined);
    choose(next);
  };
  return {
    at,
    held: held ?? start,
    point,
    choose,
    list: {
      role: "listbox",
      "aria-label": label,
      tabIndex: 0,
      ...(held === undefined ? {} : { "aria-activedescendant": `${id}-${held}` }),
      onKeyDown: walk,
      onFocus: () => setChosen(held ?? start),
      onPointerLeave: () => point(undefined),
    },
    option: (mark) => ({
      id: `${id}-${mark}`,
      role: "option",
      "aria-selected": mark === held,
      onPointerEnter: () => point(mark),
      onClick: () => choose(mark),
    }),
  };
}

function nextMark(key: string, from: number, n: number): number | undefined {
  const clamped = (mark: number): number => Math.min(Math.max(mark, 0), n - 1);
  switch (key) {
    case "ArrowLeft":
    case "ArrowUp":
      return clamped(from - 1);
    case "ArrowRight":
    case "ArrowDown":
      return clamped(from + 1);
    case "Home":
      return 0;
    case "End":
      return n - 1;
    default:
      return undefined;
  }
}
