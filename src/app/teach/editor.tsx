/** A deck being made: its slides in order with their words, what could be added, and the two things to do with it. */
import { useId, useState } from "react";
import { count, plural } from "../format.ts";
import { Picture } from "../inspector/picture.tsx";
import {
  added,
  type Deck,
  type Lesson,
  moved,
  notShown,
  removed,
  reworded,
  type Slide,
  swapped,
  type Why,
} from "./deck.ts";
import { SaveFile } from "./save-file.tsx";
import type { Screen } from "./screens.ts";
import styles from "./teach.module.css";

interface Props {
  readonly deck: Deck;
  readonly lesson: Lesson;
  /** One per slide. */
  readonly screens: readonly Screen[];
  readonly title: string;
  readonly onChange: (deck: Deck) => void;
  /** Proposes the deck anew; undefined while nothing was changed. */
  readonly onAnew: (() => void) | undefined;
  readonly onPresent: (from: number) => void;
}

export function Editor({ deck, lesson, screens, title, onChange, onAnew, onPresent }: Props) {
  const [said, say] = useState("");
  const { stimuli } = lesson.benchmark.stimulusSet;
  return (
    <>
      <div className={styles.actions}>
        <button type="button" data-look="primary" disabled={screens.length === 0} onClick={() => onPresent(0)}>
          Present {plural(screens.length, "slide")}
        </button>
        {onAnew !== undefined && (
          <button type="button" onClick={onAnew}>
            Propose anew, without your changes
          </button>
        )}
        <label className={styles.word}>
          the data are of
          <input value={deck.who} onChange={({ currentTarget }) => onChange({ ...deck, who: currentTarget.value })} />
        </label>
        <label className={styles.word}>
          scored were
          <input value={deck.them} onChange={({ currentTarget }) => onChange({ ...deck, them: currentTarget.value })} />
        </label>
      </div>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <div className={styles.columns}>
        <ol className={styles.slides} aria-label="Slides">
          {deck.slides.map((slide, i) => {
            const screen = screens[i];
            return (
              screen !== undefined && (
                <SlideRow
                  key={slide.id}
                  slide={slide}
                  screen={screen}
                  place={i}
                  deck={deck}
                  lesson={lesson}
                  onChange={(next, sentence) => {
                    onChange(next);
                    say(sentence);
                  }}
                  onPresent={() => onPresent(i)}
                />
              )
            );
          })}
        </ol>
        <div className={styles.side}>
          <Add deck={deck} lesson={lesson} onChange={onChange} />
          <SaveFile title={title} screens={screens} benchmark={lesson.benchmark} stimuli={stimuli} />
        </div>
      </div>
    </>
  );
}

const KINDS: Readonly<Record<Slide["kind"], string>> = {
  title: "title",
  stimulus: "stimulus",
  score: "scores",
  conditions: "where they break",
  layers: "layers",
  method: "how it was measured",
  words: "your own words",
};

interface RowProps {
  readonly slide: Slide;
  readonly screen: Screen;
  readonly place: number;
  readonly deck: Deck;
  readonly lesson: Lesson;
  readonly onChange: (deck: Deck, said: string) => void;
  readonly onPresent: () => void;
}

function SlideRow({ slide, screen, place, deck, lesson, onChange, onPresent }: RowProps) {
  const { id } = slide;
  const name = `slide ${place + 1}`;
  const field = useId();
  const { stimuli } = lesson.benchmark.stimulusSet;
  const pictures = screen.kind === "stimulus" ? screen.pictures.flatMap(({ row }) => stimuli[row] ?? []) : [];
  const swappable = slide.kind === "stimulus" && notShown(deck, lesson, slide.why).length > 0;
  return (
    <li className={styles.slide}>
      <p className={styles.kind}>
        <span className={styles.place}>{place + 1}</span> {KINDS[slide.kind]}
        {slide.kind === "stimulus" && <> · {whyText(slide.why, deck, lesson)}</>}
      </p>
      <div className={styles.thumbs}>
        {pictures.map((stimulus) => (
          <Picture key={stimulus.id} stimulus={stimulus} alt={`Stimulus ${stimulus.id}`} className={styles.thumb} />
        ))}
      </div>
      <div className={styles.words}>
        <label htmlFor={`${field}h`}>heading</label>
        <input
          id={`${field}h`}
          aria-label={`Heading of ${name}`}
          value={screen.heading}
          onChange={({ currentTarget }) => onChange(reworded(deck, id, "heading", currentTarget.value), "")}
        />
        <label htmlFor={`${field}s`}>{slide.kind === "stimulus" ? "at the end" : "sentence"}</label>
        <textarea
          id={`${field}s`}
          aria-label={`Sentence of ${name}`}
          rows={2}
          value={screen.sentence}
          onChange={({ currentTarget }) => onChange(reworded(deck, id, "sentence", currentTarget.value), "")}
        />
      </div>
      <div className={styles.buttons}>
        <button
          type="button"
          aria-label={`Move ${name} up`}
          disabled={place === 0}
          onClick={() => onChange(moved(deck, id, -1), `Now slide ${place}.`)}
        >
          Up
        </button>
        <button
          type="button"
          aria-label={`Move ${name} down`}
          disabled={place === deck.slides.length - 1}
          onClick={() => onChange(moved(deck, id, 1), `Now slide ${place + 2}.`)}
        >
          Down
        </button>
        {slide.kind === "stimulus" && (
          <button
            type="button"
            aria-label={`Swap ${name} for another of its kind`}
            disabled={!swappable}
            onClick={() => onChange(swapped(deck, lesson, id), "Swapped.")}
          >
            Swap
          </button>
        )}
        <button type="button" aria-label={`Remove ${name}`} onClick={() => onChange(removed(deck, id), "Removed.")}>
          Remove
        </button>
        <button type="button" aria-label={`Present from ${name}`} onClick={onPresent}>
          Present from here
        </button>
        {(slide.heading !== undefined || slide.sentence !== undefined) && slide.kind !== "words" && (
          <button
            type="button"
            aria-label={`Words of ${name} as proposed`}
            onClick={() =>
              onChange(reworded(reworded(deck, id, "heading", undefined), id, "sentence", undefined), "As proposed.")
            }
          >
            Words as proposed
          </button>
        )}
      </div>
    </li>
  );
}

function whyText(why: Why, { who, them }: Pick<Deck, "who" | "them">, { presented }: Lesson): string {
  const agree = presented.every(({ truth }) => truth === undefined);
  switch (why) {
    case "people":
      return agree ? `${who} agree, most ${them} choose otherwise` : `${who} right, most ${them} not`;
    case "all":
      return agree ? `${who} agree, and all ${them} with them` : `${who} and all ${them} right`;
    case "models":
      return `most ${them} right, ${who} not`;
    case "right":
      return `all ${them} right`;
    case "wrong":
      return `most ${them} wrong`;
    case "other":
      return "the others";
    case "strongest":
      return "strongest response";
    case "weakest":
      return "weakest response";
    case "unusual":
      return "most unlike the average response";
    default:
      return why satisfies never;
  }
}

const OFFERED = 12;
const WHYS: readonly Why[] = ["people", "models", "all", "wrong", "right", "strongest", "weakest", "unusual", "other"];
const ONCE = ["title", "score", "conditions", "layers", "method"] as const;

interface AddProps {
  readonly deck: Deck;
  readonly lesson: Lesson;
  readonly onChange: (deck: Deck) => void;
}

function Add({ deck, lesson, onChange }: AddProps) {
  const offers = WHYS.map((why) => [why, notShown(deck, lesson, why)] as const).filter(([, rows]) => rows.length > 0);
  const [chosen, choose] = useState<Why>();
  const [more, setMore] = useState(OFFERED);
  const [why, rows] = offers.find(([each]) => each === chosen) ?? offers[0] ?? [undefined, []];
  const missing = ONCE.filter((kind) => deck.slides.every((slide) => slide.kind !== kind) && !isIdle(kind, lesson));
  return (
    <section className={styles.add} aria-labelledby="add">
      <h3 id="add">Add a slide</h3>
      <div className={styles.buttons}>
        <button type="button" onClick={() => onChange(added(deck, { kind: "words" }))}>
          Your own words
        </button>
        {missing.map((kind) => (
          <button key={kind} type="button" onClick={() => onChange(added(deck, { kind }))}>
            {KINDS[kind]}
          </button>
        ))}
      </div>
      {why !== undefined && (
        <>
          <label className={styles.word}>
            stimuli
            <select
              value={why}
              onChange={({ currentTarget }) => {
                choose(WHYS.find((each) => each === currentTarget.value));
                setMore(OFFERED);
              }}
            >
              {offers.map(([each, of]) => (
                <option key={each} value={each}>
                  {whyText(each, deck, lesson)} ({count(of.length)})
                </option>
              ))}
            </select>
          </label>
          <ul className={styles.offers} aria-label="Stimuli to add">
            {rows.slice(0, more).map((row) => (
              <li key={row}>
                <button
                  type="button"
                  aria-label={`Add stimulus ${nameOf(lesson, row)}`}
                  onClick={() => onChange(added(deck, { kind: "stimulus", row, why }))}
                >
                  {picturesOf(lesson, row).map((stimulus) => (
                    <Picture key={stimulus.id} stimulus={stimulus} alt="" className={styles.thumb} />
                  ))}
                </button>
              </li>
            ))}
          </ul>
          {rows.length > more && (
            <button type="button" data-look="word" onClick={() => setMore(more + 2 * OFFERED)}>
              Show more of {count(rows.length)}
            </button>
          )}
        </>
      )}
    </section>
  );
}

/** Whether a kind of slide has nothing to say here. */
function isIdle(kind: (typeof ONCE)[number], { presented, results }: Lesson): boolean {
  if (kind === "conditions") return presented.every(({ truth }) => truth === undefined);
  return kind === "layers" && results.every(({ layers }) => layers === undefined);
}

function picturesOf({ benchmark, presented }: Lesson, row: number) {
  return presented[row]?.shown.map(({ stimulus }) => stimulus) ?? benchmark.stimulusSet.stimuli.slice(row, row + 1);
}

function nameOf({ benchmark, presented }: Lesson, row: number): string {
  return presented[row]?.id ?? String(benchmark.stimulusSet.stimuli[row]?.id ?? row);
}
