/** After a sitting: you, people and each model on these pictures, and the pictures on which you and the models part. */
import { useEffect, useMemo, useRef, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { BehavioralBenchmark } from "../../benchmark/benchmark.ts";
import { presentationsTable, responsesCsv } from "../../subject/person.ts";
import { useBench, useWorkbench } from "../context.ts";
import { download } from "../download.ts";
import { count, decimal, percent, plural } from "../format.ts";
import { Identifier } from "../identifier.tsx";
import { Picture } from "../inspector/picture.tsx";
import { answerText } from "../inspector/who.ts";
import { cellKey, readySubjects } from "../state.ts";
import { Traced } from "../traced.tsx";
import { type Comparison, compare, type Model, type Standing, type Taken } from "./compare.ts";
import styles from "./person.module.css";
import { stimuliOf } from "./plans.ts";
import { type KeptSitting, rowsLeft } from "./sittings.ts";

interface Props {
  readonly benchmark: BehavioralBenchmark;
  readonly kept: KeptSitting;
  readonly onGoOn: () => void;
}

const MOST_SHOWN = 12;

export function Result({ benchmark, kept, onGoOn }: Props) {
  const { sitting, trials } = kept;
  const fileName = `${sitting.name.replaceAll(/[\\/:*?"<>|]+/g, "-")}.csv`;
  const models = useModels(benchmark, sitting.name, fileName);
  const comparison = useMemo(
    () => compare(benchmark, trials, sitting.name, models),
    [benchmark, trials, sitting.name, models],
  );
  const total = presentationsTable(benchmark).length;
  const n = comparison.taken.length;
  const left = rowsLeft(kept).length;
  const what = benchmark.task.name === "odd_one_out" ? "triplet" : "picture";
  const csv = (): string => responsesCsv(benchmark, sitting, trials);
  return (
    <>
      <p className={styles.prose}>
        {n === total
          ? `You answered all ${plural(total, what)} of this benchmark.`
          : `Of ${plural(n, what)}; the benchmark has ${count(total)}. A score is of the whole benchmark, so there is none here: what follows compares everybody on your ${count(n)} alone.`}
      </p>
      <Standings benchmark={benchmark} comparison={comparison} n={n} what={what} noModels={models.length === 0} />
      <div className={styles.actions}>
        {n === total && <PutOnBoard name={sitting.name} fileName={fileName} csv={csv} />}
        <button type="button" onClick={() => download(fileName, "text/csv", csv())}>
          Save answers as CSV
        </button>
        {left > 0 && (
          <button type="button" onClick={onGoOn}>
            Go on with the other {count(left)}
          </button>
        )}
      </div>
      <Parting benchmark={benchmark} comparison={comparison} name={sitting.name} />
    </>
  );
}

/** Everybody who has a score on this benchmark, but for this person's own row. */
function useModels(benchmark: BehavioralBenchmark, name: string, fileName: string): readonly Model[] {
  const subjects = useBench(
    useShallow((state) =>
      readySubjects(state).filter((each) => each.identifier !== name || each.fileName !== fileName),
    ),
  );
  const cells = useBench((state) => state.cells);
  return useMemo(
    () =>
      subjects.flatMap(({ id, identifier, kind }): Model[] => {
        const cell = cells[cellKey(benchmark, id)];
        const answers = cell?.status === "scored" ? cell.answers : undefined;
        return answers === undefined ? [] : [{ name: identifier, kind, values: answers.values }];
      }),
    [subjects, cells, benchmark],
  );
}

interface PutProps {
  readonly name: string;
  readonly fileName: string;
  readonly csv: () => string;
}

/** Through the door that every recorded subject comes by, with the file that is saved. */
function PutOnBoard({ name, fileName, csv }: PutProps) {
  const workbench = useWorkbench();
  const there = useBench((state) =>
    state.subjects.some((each) => each.identifier === name && each.fileName === fileName),
  );
  const [asked, setAsked] = useState(false);
  const put = (): void => {
    setAsked(true);
    const file = new File([csv()], fileName);
    void workbench.openFiles([file], { recordedNames: new Map([[file, name]]) });
  };
  const said = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (asked) said.current?.focus();
  }, [asked]);
  if (there || asked)
    return (
      <p ref={said} tabIndex={-1}>
        {name} is among the subjects. Close this and score, for the Brain-Score number.
      </p>
    );
  return (
    <button type="button" data-look="primary" onClick={put}>
      Put {name} on the board
    </button>
  );
}

interface StandingsProps {
  readonly benchmark: BehavioralBenchmark;
  readonly comparison: Comparison;
  readonly n: number;
  readonly what: string;
  readonly noModels: boolean;
}

function Standings({ benchmark, comparison, n, what, noModels }: StandingsProps) {
  const { measure, standings } = comparison;
  const { task } = benchmark;
  const chance =
    task.name === "label" && measure === "right"
      ? 1 / task.choices.length
      : task.name === "odd_one_out"
        ? 1 / 3
        : undefined;
  return (
    <div className={styles.standings}>
      <table>
        <caption>
          <strong>
            <Traced
              from={() => ({
                formula:
                  measure === "right"
                    ? "right answers / answers"
                    : "people’s answers that are the same / people’s answers",
                inputs: standings.map(({ name, meaning, share }) => {
                  return `${name}${share === undefined ? "" : ` ${percent(share)}`}: ${meaning}`;
                }),
                digests: [{ of: benchmark.identifier, digest: benchmark.digest }],
              })}
            >
              {measure === "right" ? "Share of right answers" : "Share of people’s answers that are the same"}
            </Traced>
          </strong>{" "}
          on {plural(n, what)}
          {chance !== undefined && `; dotted: chance, ${decimal(chance)}`}
        </caption>
        <tbody>
          {standings.map((each) => (
            <StandingRow key={`${each.kind} ${each.name}`} standing={each} chance={chance} />
          ))}
        </tbody>
      </table>
      {noModels && (
        <p className={styles.aside}>
          No model has a score on this benchmark yet. Score some on the board and come back: this sitting is kept.
        </p>
      )}
    </div>
  );
}

function StandingRow({ standing, chance }: { readonly standing: Standing; readonly chance: number | undefined }) {
  const { name, kind, share, span, meaning } = standing;
  return (
    <tr data-kind={kind}>
      <th scope="row">
        <Identifier>{name}</Identifier>
      </th>
      <td className={styles.track}>
        <span className={styles.axis} aria-hidden="true">
          {chance !== undefined && <span className={styles.chance} style={{ insetInlineStart: `${100 * chance}%` }} />}
          {span !== undefined && (
            <span
              className={styles.span}
              style={{ insetInlineStart: `${100 * span[0]}%`, width: `${100 * (span[1] - span[0])}%` }}
            />
          )}
          {share !== undefined && <span className={styles.dot} style={{ insetInlineStart: `${100 * share}%` }} />}
        </span>
      </td>
      <td className={styles.number}>{share === undefined ? "" : percent(share)}</td>
      <td className={styles.meaning}>
        {span === undefined ? meaning : `${percent(span[0])} to ${percent(span[1])}, ${meaning}`}
      </td>
    </tr>
  );
}

interface PartingProps {
  readonly benchmark: BehavioralBenchmark;
  readonly comparison: Comparison;
  readonly name: string;
}

function Parting({ benchmark, comparison, name }: PartingProps) {
  const [all, setAll] = useState(false);
  const models = comparison.taken[0]?.models.length ?? 0;
  const shown = all ? comparison.taken : comparison.taken.slice(0, MOST_SHOWN);
  return (
    <section className={styles.parting} aria-labelledby="parting">
      <h3 id="parting">{models === 0 ? "What you answered" : "Where you and the models part most"}</h3>
      <ul className={styles.cards}>
        {shown.map((taken) => (
          <li key={taken.row}>
            {benchmark.task.name === "odd_one_out" ? (
              <TripletCard benchmark={benchmark} taken={taken} name={name} />
            ) : (
              <PictureCard benchmark={benchmark} taken={taken} name={name} />
            )}
          </li>
        ))}
      </ul>
      {shown.length < comparison.taken.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {count(comparison.taken.length)}
        </button>
      )}
    </section>
  );
}

interface CardProps {
  readonly benchmark: BehavioralBenchmark;
  readonly taken: Taken;
  readonly name: string;
}

function PictureCard({ benchmark, taken, name }: CardProps) {
  const [stimulus] = stimuliOf(benchmark, taken.row);
  const rightness = (answer: string | null) =>
    taken.truth === undefined ? {} : { "data-right": answer === taken.truth };
  return (
    <figure className={styles.taken}>
      {stimulus !== undefined && (
        <Picture stimulus={stimulus} alt={`Stimulus ${taken.id}`} className={styles.picture} />
      )}
      <figcaption>
        {taken.truth !== undefined && <p className={styles.truth}>{taken.truth}</p>}
        <Answer who={name} kind="you" answer={taken.answer} {...rightness(taken.answer)} />
        {taken.people.slice(0, 3).map(({ answer, n }) => (
          <Answer
            key={answer}
            who={plural(n, "person", "people")}
            kind="people"
            answer={answer}
            {...rightness(answer)}
          />
        ))}
        {taken.models.map((model) => (
          <Answer key={model.name} who={model.name} kind="network" answer={model.answer} {...rightness(model.answer)} />
        ))}
      </figcaption>
    </figure>
  );
}

interface AnswerProps {
  readonly who: string;
  readonly kind: Standing["kind"];
  readonly answer: string | null;
  readonly "data-right"?: boolean;
}

function Answer({ who, kind, answer, "data-right": right }: AnswerProps) {
  return (
    <p className={styles.answer} data-kind={kind}>
      <span className={styles.who}>{who}</span>
      <span>
        {right !== undefined && <span className={styles.mark} data-right={right || undefined} />}
        {answerText(answer)}
        {right !== undefined && <span className="visually-hidden">{right ? ", right" : ", wrong"}</span>}
      </span>
    </p>
  );
}

/** Under each picture of a triplet, who chose it. */
function TripletCard({ benchmark, taken, name }: CardProps) {
  return (
    <div className={styles.triplet}>
      {stimuliOf(benchmark, taken.row).map((stimulus) => {
        const id = String(stimulus.id);
        const people = taken.people.find(({ answer }) => answer === id)?.n ?? 0;
        return (
          <figure key={id}>
            <Picture stimulus={stimulus} alt={`Stimulus ${id}`} className={styles.picture} />
            <figcaption>
              {taken.answer === id && <p data-kind="you">{name}</p>}
              {people > 0 && <p data-kind="people">{plural(people, "person", "people")}</p>}
              {taken.models
                .filter(({ answer }) => answer === id)
                .map((model) => (
                  <p key={model.name} data-kind="network">
                    {model.name}
                  </p>
                ))}
            </figcaption>
          </figure>
        );
      })}
    </div>
  );
}
