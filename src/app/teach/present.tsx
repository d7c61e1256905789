/** A deck being shown: the slides over the whole page, moved by play.ts. React draws them once and then keeps away. */
import { useEffect, useMemo, useRef } from "react";
import type { Stimulus } from "../../benchmark/benchmark.ts";
import { play } from "./play.ts";
import type { Screen } from "./screens.ts";
import "./slides.css";
import { Slides } from "./slides.tsx";

interface Props {
  readonly title: string;
  readonly screens: readonly Screen[];
  /** The first to be shown, by its place. */
  readonly from: number;
  readonly stimuli: readonly Stimulus[];
  readonly onLeave: () => void;
}

export function Present({ title, screens, from, stimuli, onLeave }: Props) {
  const deck = useRef<HTMLElement>(null);
  const leave = useRef(onLeave);
  useEffect(() => {
    leave.current = onLeave;
  });
  useEffect(() => {
    const element = deck.current;
    if (element === null) return undefined;
    const addresses: string[] = [];
    for (const image of element.querySelectorAll<HTMLImageElement>("img[data-row]")) {
      const stimulus = stimuli[Number(image.dataset.row)];
      if (stimulus === undefined) continue;
      image.src = URL.createObjectURL(stimulus.bytes);
      addresses.push(image.src);
    }
    const stop = play(element, { from, leave: () => leave.current() });
    return () => {
      stop();
      for (const address of addresses) URL.revokeObjectURL(address);
    };
  }, [from, stimuli]);
  const slides = useMemo(() => <Slides screens={screens} leaveWord="Leave" />, [screens]);
  return (
    <section ref={deck} className="deck" tabIndex={-1} role="dialog" aria-modal="true" aria-label={title}>
      {slides}
    </section>
  );
}
