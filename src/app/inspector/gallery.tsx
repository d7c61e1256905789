/** The gallery: a card per stimulus, of which only those in view exist. Arrow keys walk it; the card in focus is in view. */

import { GridList, GridListItem } from "react-aria-components/GridList";
import { GridLayout, Size, Virtualizer } from "react-aria-components/Virtualizer";
import type { Item } from "../answers.ts";
import styles from "./gallery.module.css";
import { Picture } from "./picture.tsx";
import { answerText, type Who } from "./who.ts";

interface Props {
  readonly items: readonly Item[];
  /** Index of the stimulus in view. */
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
  readonly who: Who;
}

/** Answers of several people take up to three rows; heights must be known before a card exists. */
const ROWS = 3;
/** Widths of cards in px, and what is not picture in them; pictures are square. */
const NARROW = 136;
const WIDE = 176;
const PADDING = 14;

export function Gallery({ items, chosen, onChoose, who }: Props) {
  const rows = who.observers.n > 1 ? ROWS : 1;
  const text = 60 + rows * 19;
  return (
    <Virtualizer
      layout={GridLayout}
      layoutOptions={{
        minItemSize: new Size(NARROW, NARROW - PADDING + text),
        maxItemSize: new Size(WIDE, WIDE - PADDING + text),
        minSpace: new Size(8, 8),
        preserveAspectRatio: true,
      }}
    >
      <GridList
        aria-label="Stimuli"
        layout="grid"
        className={styles.gallery ?? ""}
        items={items}
        selectionMode="single"
        selectionBehavior="replace"
        disallowEmptySelection
        escapeKeyBehavior="none" // Escape closes the inspector
        selectedKeys={[chosen]}
        onSelectionChange={(keys) => {
          const [key] = keys;
          if (typeof key === "number") onChoose(key);
        }}
      >
        {(item) => (
          <GridListItem id={item.index} textValue={cardText(item, who)} className={styles.card ?? ""}>
            <Card item={item} rows={rows} who={who} />
          </GridListItem>
        )}
      </GridList>
    </Virtualizer>
  );
}

function cardText(item: Item, who: Who): string {
  const people = item.people.map(({ answer, n }) => `${answerText(answer)} ${n}`).join(", ");
  const subject = `${who.subject} ${answerText(item.answer)}, ${item.right ? "right" : "wrong"}`;
  return `${item.truth}; ${who.observers.name}: ${people}; ${subject}`;
}

function Card({ item, rows, who }: { readonly item: Item; readonly rows: number; readonly who: Who }) {
  const fits = item.people.length <= rows;
  const shown = fits ? item.people : item.people.slice(0, rows - 1);
  const others = item.responses - shown.reduce((sum, { n }) => sum + n, 0);
  return (
    <>
      <Picture stimulus={item.stimulus} alt="" className={styles.picture} />
      <span className={styles.truth}>{item.truth}</span>
      <span className={styles.people}>
        {shown.map(({ answer, n }) => (
          <span key={answer} className={styles.row}>
            <span className={styles.bar} style={{ width: `${(100 * n) / item.responses}%` }} />
            <span className={styles.answer}>{answerText(answer)}</span>
            {who.observers.n > 1 && <span className={styles.n}>{n}</span>}
          </span>
        ))}
        {!fits && (
          <span className={styles.row}>
            <span className={styles.answer}>others</span>
            <span className={styles.n}>{others}</span>
          </span>
        )}
      </span>
      <span className={styles.model}>
        <Mark right={item.right} />
        <span className={styles.answer}>{answerText(item.answer)}</span>
      </span>
    </>
  );
}

/** Filled for right, open for wrong. */
export function Mark({ right }: { readonly right: boolean }) {
  return (
    <svg className={styles.mark} viewBox="0 0 12 12" role="img" aria-label={right ? "right" : "wrong"}>
      <circle cx="6" cy="6" r="4.25" data-right={right || undefined} />
    </svg>
  );
}
