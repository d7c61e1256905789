/** Every presentation of a cell: filters, the gallery, and the one in view at full size. */
import { useEffect, useMemo, useRef, useState } from "react";
import { distinct } from "../../assembly/table.ts";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import type { Answers } from "../../lab/run.ts";
import { type Item, type Verdict, verdictCounts } from "../answers.ts";
import { count, plural } from "../format.ts";
import type { Picked } from "./behaviour/confusion.tsx";
import { Detail } from "./detail.tsx";
import { Gallery } from "./gallery.tsx";
import styles from "./stimuli.module.css";
import { verdictWord, type Who } from "./who.ts";

interface Props {
  readonly benchmark: BehavioralBenchmark;
  readonly answers: Answers;
  readonly items: readonly Item[];
  readonly who: Who;
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

/** Which presentations are shown; a part that is undefined leaves all of them. */
export interface Filter {
  readonly verdict?: Verdict | undefined;
  readonly condition?: string | undefined;
  readonly truth?: string | undefined;
  /** From a cell of a figure below. */
  readonly picked?: Picked | undefined;
}

export function Stimuli({ benchmark, answers, items, who, filter, onFilter }: Props) {
  const { verdict, condition, truth, picked } = filter;
  const [chosen, choose] = useState<number>();
  const section = useRef<HTMLElement>(null);
  const within = useMemo(
    () =>
      items.filter(
        (item) =>
          (condition === undefined || String(item.condition) === condition) &&
          (truth === undefined || item.truth === truth) &&
          (picked === undefined || picked.items.has(item.index)),
      ),
    [items, condition, truth, picked],
  );
  const shown = useMemo(
    () => (verdict === undefined ? within : within.filter((item) => item.verdict === verdict)),
    [within, verdict],
  );
  const triplets = benchmark.task.name === "odd_one_out";
  const inView = shown.find((item) => item.index === chosen) ?? shown[0];
  return (
    <section ref={section} className={styles.stimuli} aria-labelledby="stimuli">
      <div className={styles.head}>
        <h3 id="stimuli" className="visually-hidden">
          {triplets ? "Triplets" : "Stimuli"}
        </h3>
        <VerdictFilter
          items={within}
          all={items}
          value={verdict}
          onChange={(verdict) => onFilter({ ...filter, verdict })}
          who={who}
        />
        <ValueFilter
          name="condition"
          values={distinct(items.map((item) => item.condition)).map(String)}
          value={condition}
          onChange={(condition) => onFilter({ ...filter, condition })}
        />
        <ValueFilter
          name="truth"
          values={distinct(items.flatMap((item) => item.truth ?? [])).map(String)}
          value={truth}
          onChange={(truth) => onFilter({ ...filter, truth })}
        />
      </div>
      {picked !== undefined && (
        <PickedNote
          key={picked.text}
          picked={picked}
          onAll={() => {
            section.current?.querySelector("input")?.focus();
            onFilter({ ...filter, picked: undefined });
          }}
        />
      )}
      {inView === undefined ? (
        <p className={styles.none}>No {triplets ? "triplet" : "stimulus"} is of this kind.</p>
      ) : (
        <div className={styles.views} data-triplets={triplets || undefined}>
          <Detail item={inView} benchmark={benchmark} answers={answers} who={who} />
          <Gallery items={shown} chosen={inView.index} onChoose={choose} who={who} triplets={triplets} />
        </div>
      )}
      <p className={styles.note}>{noteText(items, who, triplets)}</p>
    </section>
  );
}

interface PickedProps {
  readonly picked: Picked;
  readonly onAll: () => void;
}

/** Takes the focus, which brings it and the gallery into view. */
function PickedNote({ picked, onAll }: PickedProps) {
  const all = useRef<HTMLButtonElement>(null);
  useEffect(() => all.current?.focus(), []);
  return (
    <p className={styles.picked}>
      <span id="picked">
        Only {plural(picked.items.size, "stimulus", "stimuli")}: {picked.text}.
      </span>
      <button ref={all} type="button" data-look="word" aria-describedby="picked" onClick={onAll}>
        Show all
      </button>
    </p>
  );
}

/** What the words of the filter mean here, and whose answers they rest on. */
function noteText(items: readonly Item[], { observers, subject }: Who, triplets: boolean): string {
  const from = observers.n === 1 ? `The responses of this benchmark come from “${observers.name}” alone. ` : "";
  switch (observers.data) {
    case "none":
      return `This benchmark brings no data of people: there is nobody to show beside the ${subject}.`;
    case "results":
      return `The data of this benchmark are results of whole persons, not their answers to each stimulus: there is nobody to show beside the ${subject}.`;
    case "pooled":
      return `${from}People’s answers name no stimulus, only its truth: nobody can be shown beside the ${subject}.`;
    case "answers":
      if (items.some(({ verdict }) => verdict === "agree" || verdict === "disagree"))
        return `${from}The ${subject} agrees where ${triplets ? "no picture was taken for the odd one" : "nothing was answered"} more often than its own choice.`;
      return from === "" ? "People are right on a stimulus where more than half of their responses are." : from;
    default:
      return observers.data satisfies never;
  }
}

interface VerdictFilterProps {
  readonly items: readonly Item[];
  /** Those of the whole cell: which words there are does not hang on the other filters. */
  readonly all: readonly Item[];
  readonly value: Verdict | undefined;
  readonly onChange: (verdict: Verdict | undefined) => void;
  readonly who: Who;
}

function VerdictFilter({ items, all, value, onChange, who }: VerdictFilterProps) {
  const counts = useMemo(() => verdictCounts(items, all), [items, all]);
  const options: readonly (readonly [Verdict | undefined, string, number])[] = [
    [undefined, "all", items.length],
    ...[...counts].map(([verdict, n]) => [verdict, verdictWord(verdict, who), n] as const),
  ];
  return (
    <fieldset className={styles.filter}>
      <legend className="visually-hidden">{counts.has("agree") ? "Who agrees" : "Who was right"}</legend>
      {options.map(([verdict, word, n]) => (
        <label key={word} className={styles.option}>
          <input
            type="radio"
            name="verdict"
            className="visually-hidden"
            checked={value === verdict}
            onChange={() => onChange(verdict)}
          />
          {word} <span className={styles.n}>{count(n)}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface ValueFilterProps {
  readonly name: string;
  readonly values: readonly string[];
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** The first option has no name of its own that a value could not have, so options go by position. */
function ValueFilter({ name, values, value, onChange }: ValueFilterProps) {
  if (values.length < 2) return null;
  return (
    <label className={styles.value}>
      {name}
      <select
        value={value === undefined ? 0 : values.indexOf(value) + 1}
        onChange={({ currentTarget }) => onChange(values[Number(currentTarget.value) - 1])}
      >
        <option value={0}>all</option>
        {values.map((option, i) => (
          <option key={option} value={i + 1}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
