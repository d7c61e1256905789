/** The gallery: a card per presentation, of which only those in view exist. Arrow keys walk it; the card in focus is in view. */

import { GridList, GridListItem } from "react-aria-components/GridList";
import { GridLayout, Size, Virtualizer } from "react-aria-components/Virtualizer";
import type { Item } from "../answers.ts";
import styles from "./gallery.module.css";
import { Mark } from "./mark.tsx";
import { Picture } from "./picture.tsx";
import { answerText, judgement, type Who } from "./who.ts";

interface Props {
  readonly items: readonly Item[];
  /** Index of the presentation in view. */
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
  readonly who: Who;
  /** Whether a presentation is a triplet. */
  readonly triplets: boolean;
}

/** Answers of several people take up to three rows; heights must be known before a card exists. */
const ROWS = 3;
/** Sizes of cards in px: widths, and what is not picture in them. Pictures are square. */
const NARROW = 136;
const WIDE = 176;
const PADDING = 14;
/** Of a triplet's card: the gap between its pictures, and the two rows below them. */
const GAP = 6;
const BELOW = 62;

export function Gallery({ items, chosen, onChoose, who, triplets }: Props) {
  const rows = rowsOf(who);
  const size = triplets ? tripletSize : (width: number) => new Size(width, width - PADDING + 60 + rows * 19);
  return (
    <Virtualizer
      layout={GridLayout}
      layoutOptions={{
        minItemSize: size(triplets ? 204 : NARROW),
        maxItemSize: size(triplets ? 300 : WIDE),
        minSpace: new Size(8, 8),
        preserveAspectRatio: true,
      }}
    >
      <GridList
        aria-label={triplets ? "Triplets" : "Stimuli"}
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
            {triplets ? <TripletCard item={item} who={who} /> : <Card item={item} rows={rows} who={who} />}
          </GridListItem>
        )}
      </GridList>
    </Virtualizer>
  );
}

function tripletSize(width: number): Size {
  return new Size(width, (width - PADDING - 2 * GAP) / 3 + PADDING + BELOW);
}

/** None where the data hold no answers. */
function rowsOf({ observers }: Who): number {
  if (observers.data !== "answers") return 0;
  return observers.n > 1 ? ROWS : 1;
}

function cardText(item: Item, who: Who): string {
  const { truth, people, answer, verdict } = item;
  return [
    truth ?? item.shown.map(({ id }) => id).join(", "),
    ...(people.length === 0
      ? []
      : [`${who.observers.name}: ${people.map((each) => `${answerText(each.answer)} ${each.n}`).join(", ")}`]),
    `${who.subject} ${answerText(answer)}${verdict === undefined ? "" : `, ${judgement(verdict, who)}`}`,
  ].join("; ");
}

function Card({ item, rows, who }: { readonly item: Item; readonly rows: number; readonly who: Who }) {
  const fits = item.people.length <= rows;
  const shown = fits ? item.people : item.people.slice(0, rows - 1);
  const others = item.responses - shown.reduce((sum, { n }) => sum + n, 0);
  return (
    <>
      {item.shown.map(({ id, stimulus }) => (
        <Picture key={id} stimulus={stimulus} alt="" className={styles.picture} />
      ))}
      <span className={styles.truth}>{item.truth ?? item.id}</span>
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
        <Mark verdict={item.verdict} who={who} />
        <span className={styles.answer}>{answerText(item.answer)}</span>
      </span>
    </>
  );
}

/** Each picture with how many people left it out, and the mark under the subject's. */
function TripletCard({ item, who }: { readonly item: Item; readonly who: Who }) {
  const chosenBy = new Map(item.people.map(({ answer, n }) => [answer, n]));
  return (
    <>
      <span className={styles.triplet}>
        {item.shown.map(({ id, stimulus }) => {
          const n = chosenBy.get(id) ?? 0;
          return (
            <span key={id} className={styles.choice}>
              <Picture stimulus={stimulus} alt="" className={styles.picture} />
              <span className={styles.row}>
                {n > 0 && <span className={styles.bar} style={{ width: `${(100 * n) / item.responses}%` }} />}
                <span className={styles.n}>{n > 0 ? n : ""}</span>
              </span>
              <span className={styles.model}>{id === item.answer && <Mark verdict={item.verdict} who={who} />}</span>
            </span>
          );
        })}
      </span>
      <span className={styles.answer}>odd one: {answerText(item.answer)}</span>
    </>
  );
}
