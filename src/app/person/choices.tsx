/** The choices of a trial: a grid of buttons, each with its key. Hidden but in place while a picture is to be looked at. */
import { type KeyboardEvent, useRef } from "react";
import { useWidth } from "../use-width.ts";
import styles from "./trials.module.css";

export interface Choice {
  /** What is recorded. */
  readonly answer: string;
  readonly label: string;
  /** Empty where there are more choices than keys. */
  readonly key: string;
}

interface Props {
  readonly choices: readonly Choice[];
  readonly offered: boolean;
  /** Where the choices stand below the pictures that they are of: how many, and how wide together in CSS pixels. */
  readonly below: { readonly columns: number; readonly width: number } | undefined;
  readonly onChoose: (choice: Choice, input: "key" | "pointer", at: number) => void;
}

const ARROWS: Readonly<Record<string, readonly [across: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Wide enough for a long word, beside its key where there are keys. */
const NARROWEST_PX = { word: 78, wordAndKey: 104 };
const WIDEST_PX = 208;

/** As near to a square as the width allows, which is where a choice is found fastest and where few are left over. */
function columnsOf(n: number, width: number, narrowest: number): number {
  const square = n <= 4 ? n : Math.ceil(Math.sqrt(n));
  return width === 0 ? square : Math.max(1, Math.min(square, Math.floor(width / narrowest)));
}

export function Choices({ choices, offered, below, onChoose }: Props) {
  const group = useRef<HTMLFieldSetElement>(null);
  const { ref, width } = useWidth();
  const touched = matchMedia("(pointer: coarse) and (hover: none)").matches;
  const narrowest = touched ? NARROWEST_PX.word : NARROWEST_PX.wordAndKey;
  const wide = below?.columns ?? columnsOf(choices.length, width, narrowest);
  const walk = (event: KeyboardEvent): void => {
    const [across, down] = ARROWS[event.key] ?? [0, 0];
    if (across === 0 && down === 0) return;
    event.preventDefault();
    const buttons = [...(group.current?.querySelectorAll("button") ?? [])];
    const from = buttons.findIndex((button) => button.contains(document.activeElement));
    buttons[from < 0 ? 0 : from + across + down * wide]?.focus();
  };
  return (
    <div ref={ref} className={styles.across}>
      <fieldset
        ref={group}
        className={styles.choices}
        data-offered={offered || undefined}
        data-below={below !== undefined || undefined}
        style={{
          gridTemplateColumns: `repeat(${wide}, minmax(0, 1fr))`,
          maxWidth: `${below?.width ?? wide * WIDEST_PX}px`,
        }}
        onKeyDown={walk}
      >
        <legend className="visually-hidden">Choices</legend>
        {choices.map((choice) => (
          <button
            key={choice.answer}
            type="button"
            onClick={({ detail, timeStamp }) => onChoose(choice, detail === 0 ? "key" : "pointer", timeStamp)}
          >
            {choice.key !== "" && !touched && <kbd>{choice.key}</kbd>}
            <span>{choice.label}</span>
          </button>
        ))}
      </fieldset>
    </div>
  );
}
