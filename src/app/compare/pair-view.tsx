/** Two subjects on one benchmark: the difference of their scores, how often they agree, and on what they part most. */
import { useEffect, useId, useMemo, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { BehavioralBenchmark, Benchmark } from "../../benchmark/benchmark.ts";
import { GapscopeError } from "../../faults/faults.ts";
import type { Answers, CellResult } from "../../lab/run.ts";
import { subjectDigest } from "../../lab/source.ts";
import type { Interval, NoInterval } from "../../scoring/bootstrap.ts";
import { observersOf } from "../answers.ts";
import { useBench, useWorkbench } from "../context.ts";
import { intervalText } from "../describe.ts";
import { count, decimal, equationText, percent } from "../format.ts";
import { Identifier } from "../identifier.tsx";
import { Picture } from "../inspector/picture.tsx";
import { answerText } from "../inspector/who.ts";
import { cellKey, readySubjects } from "../state.ts";
import { type Provenance, Traced } from "../traced.tsx";
import styles from "./compare.module.css";
import { type Pair, type PairItem, pairOf, partsOf } from "./pair.ts";

type Scored = Extract<CellResult, { readonly status: "scored" }>;

/** A subject with a score. */
interface Side {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly cell: Scored;
}

export function PairView({ benchmarks }: { readonly benchmarks: readonly Benchmark[] }) {
  const cells = useBench((state) => state.cells);
  const subjects = useBench(useShallow(readySubjects));
  const sidesOn = (benchmark: Benchmark): Side[] =>
    subjects.flatMap(({ id, identifier, state }) => {
      const cell = cells[cellKey(benchmark, id)];
      return cell?.status === "scored" ? [{ id, name: identifier, digest: subjectDigest(state.source), cell }] : [];
    });
  const possible = benchmarks.filter((benchmark) => sidesOn(benchmark).length > 1);
  const [chosen, choose] = useState<{ readonly benchmark?: string; readonly one?: string; readonly two?: string }>({});
  const benchmark = possible.find(({ digest }) => digest === chosen.benchmark) ?? possible[0];
  const sides = benchmark === undefined ? [] : sidesOn(benchmark);
  const one = sides.find(({ id }) => id === chosen.one) ?? sides[0];
  const two = sides.find(({ id }) => id === chosen.two && id !== one?.id) ?? sides.find(({ id }) => id !== one?.id);
  return (
    <section className={styles.part} aria-labelledby="pair">
      <h3 id="pair">Two subjects</h3>
      {benchmark === undefined || one === undefined || two === undefined ? (
        <p className={styles.aside}>Needs two subjects with a score on the same benchmark.</p>
      ) : (
        <>
          <div className={styles.choices}>
            <Choice
              label="On"
              value={benchmark.digest}
              options={possible.map(({ digest, identifier }) => [digest, identifier])}
              onChoose={(digest) => choose({ ...chosen, benchmark: digest })}
            />
            <Choice
              label="First"
              value={one.id}
              options={sides.map(({ id, name }) => [id, name])}
              onChoose={(id) => choose({ ...chosen, one: id })}
            />
            <Choice
              label="Second"
              value={two.id}
              options={sides.filter(({ id }) => id !== one.id).map(({ id, name }) => [id, name])}
              onChoose={(id) => choose({ ...chosen, two: id })}
            />
          </div>
          <Both key={`${benchmark.digest}|${one.id}|${two.id}`} benchmark={benchmark} one={one} two={two} />
        </>
      )}
    </section>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChoose: (value: string) => void;
}

function Choice({ label, value, options, onChoose }: ChoiceProps) {
  const id = useId();
  return (
    <span className={styles.choice}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </span>
  );
}

interface BothProps {
  readonly benchmark: Benchmark;
  readonly one: Side;
  readonly two: Side;
}

function Both({ benchmark, one, two }: BothProps) {
  const difference = one.cell.score.score - two.cell.score.score;
  const [a, b] = [one.cell.answers, two.cell.answers];
  return (
    <>
      <p className={styles.equation}>
        <strong>
          <Traced from={() => differenceFrom(benchmark, one, two)}>{decimal(difference)}</Traced>
        </strong>{" "}
        = {decimal(one.cell.score.score)} − {decimal(two.cell.score.score)}
      </p>
      {benchmark.track === "behavioral" && a !== undefined && b !== undefined ? (
        <>
          <DifferenceInterval benchmark={benchmark} one={one} two={two} answers={[a, b]} />
          <Agreement benchmark={benchmark} one={one} two={two} answers={[a, b]} />
        </>
      ) : (
        <p className={styles.aside}>No interval: stimuli of a regression are not drawn anew without fitting it anew.</p>
      )}
      <Parts benchmark={benchmark} one={one} two={two} />
    </>
  );
}

function differenceFrom(benchmark: Benchmark, one: Side, two: Side): Provenance {
  return {
    formula: `score of ${one.name} − score of ${two.name}`,
    inputs: [one, two].map(({ name, cell: { score } }) => {
      return `${name} ${decimal(score.score)} = ${equationText(score.formula, score.raw, score.ceiling.value)}`;
    }),
    digests: [
      { of: benchmark.identifier, digest: benchmark.digest },
      ...[one, two].map(({ name, digest }) => ({ of: name, digest })),
    ],
  };
}

interface AnsweredProps extends BothProps {
  readonly benchmark: BehavioralBenchmark;
  readonly answers: readonly [Answers, Answers];
}

function DifferenceInterval({ benchmark, one, answers: [a, b] }: AnsweredProps) {
  const workbench = useWorkbench();
  const { ceiling } = one.cell.score;
  const [found, setFound] = useState<Interval | NoInterval | { readonly share: number }>({ share: 0 });
  useEffect(() => {
    const stop = new AbortController();
    const onShare = (share: number): void => {
      if (!stop.signal.aborted) setFound({ share });
    };
    workbench
      .differ({ benchmark, ceiling, answers: [a, b], signal: stop.signal, onShare })
      .then(setFound, (error: unknown) => {
        if (!stop.signal.aborted) setFound({ reason: GapscopeError.from(error).message });
      });
    return () => stop.abort();
  }, [workbench, benchmark, ceiling, a, b]);
  if ("share" in found)
    return <p className={styles.aside}>Drawing stimuli and people anew, the same for both: {percent(found.share)}.</p>;
  if ("reason" in found) return <p className={styles.aside}>No interval: {found.reason}</p>;
  return (
    <p>
      {intervalText(found)}; both are scored on the same draws.{" "}
      {found.low <= 0 && found.high >= 0
        ? "It holds 0: these data do not tell the two apart."
        : "It does not hold 0: drawn anew, the data order the two alike."}
    </p>
  );
}

function Agreement({ benchmark, one, two, answers: [a, b] }: AnsweredProps) {
  const pair = useMemo(() => pairOf(benchmark, a, b), [benchmark, a, b]);
  const { n, same, judged, right, kappa } = pair;
  const rows: readonly (readonly [string, number])[] = [
    ["both right", right.both],
    [`${one.name} only`, right.first],
    [`${two.name} only`, right.second],
    ["neither", right.neither],
  ];
  return (
    <>
      <p>
        The same answer to {count(same)} of {count(n)} ({percent(same / n)}).
        {kappa !== undefined && ` Error consistency of the two: ${decimal(kappa)}.`}
      </p>
      {judged > 0 && (
        <table className={styles.table}>
          <caption className="visually-hidden">Who is right</caption>
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">
                  <Identifier>{name}</Identifier>
                </th>
                <td className={styles.number}>{count(value)}</td>
                <td className={styles.number}>{percent(value / judged)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Apart benchmark={benchmark} pair={pair} names={[one.name, two.name]} />
    </>
  );
}

const MOST_SHOWN = 12;

interface ApartProps {
  readonly benchmark: BehavioralBenchmark;
  readonly pair: Pair;
  readonly names: readonly [string, string];
}

function Apart({ benchmark, pair, names }: ApartProps) {
  const [all, setAll] = useState(false);
  const { apart, graded } = pair;
  if (apart.length === 0) return <p className={styles.aside}>They answer everything alike.</p>;
  const shown = all ? apart : apart.slice(0, MOST_SHOWN);
  const people = observersOf(benchmark).n > 1 ? "people" : "observer";
  return (
    <>
      <h4>
        Where they part most{" "}
        <span className={styles.aside}>
          {graded ? "other answers first, then by their probabilities" : "other answers"}
        </span>
      </h4>
      <ul className={styles.cards} data-triplets={benchmark.task.name === "odd_one_out" || undefined}>
        {shown.map((item) => (
          <li key={item.index}>
            <Card item={item} names={names} graded={graded} people={people} />
          </li>
        ))}
      </ul>
      {apart.length > MOST_SHOWN && (
        <p>
          <button type="button" onClick={() => setAll(!all)}>
            {all ? `Show the first ${MOST_SHOWN}` : `Show all ${count(apart.length)}`}
          </button>
        </p>
      )}
    </>
  );
}

interface CardProps {
  readonly item: PairItem;
  readonly names: ApartProps["names"];
  readonly graded: boolean;
  /** What the responses are by; one row of data need not be a person's. */
  readonly people: "people" | "observer";
}

function Card({ item, names, graded, people }: CardProps) {
  const { id, shown, truth, answers, people: given, distance } = item;
  const responses = given.reduce((sum, { n }) => sum + n, 0);
  const [most] = given;
  return (
    <figure>
      <div className={styles.pictures}>
        {shown.map((each) => (
          <Picture key={each.id} stimulus={each.stimulus} alt={`Stimulus ${each.id}`} className={styles.picture} />
        ))}
      </div>
      <figcaption>
        <p className={styles.truth}>
          {truth ?? id}
          {graded && <span className={styles.aside}> apart by {decimal(distance, 2)}</span>}
        </p>
        {names.map((name, i) => (
          <p key={name} className={styles.answer}>
            <Identifier>{name}</Identifier>
            <span>
              {truth !== undefined && <span className={styles.mark} data-right={answers[i] === truth || undefined} />}
              {answerText(answers[i] ?? null)}
              {truth !== undefined && (
                <span className="visually-hidden">{answers[i] === truth ? ", right" : ", wrong"}</span>
              )}
            </span>
          </p>
        ))}
        {most !== undefined && (
          <p className={styles.answer} data-kind={people}>
            <span>
              {people} {count(most.n)}/{count(responses)}
            </span>
            <span>{answerText(most.answer)}</span>
          </p>
        )}
      </figcaption>
    </figure>
  );
}

const MOST_PARTS = 10;

function Parts({ benchmark, one, two }: BothProps) {
  const parts = useMemo(() => partsOf(one.cell.score.by, two.cell.score.by), [one, two]);
  if (parts.length < 2) return null;
  const columns = Object.keys(one.cell.score.by[0] ?? {}).filter((name) => name !== "raw");
  const shown = parts.slice(0, MOST_PARTS);
  return (
    <>
      <h4>
        By {columns.join(" and ")}{" "}
        <span className={styles.aside}>
          raw {benchmark.metric.name.replaceAll("_", " ")}, largest difference first
          {shown.length < parts.length && `; ${shown.length} of ${count(parts.length)}`}
        </span>
      </h4>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region without controls */}
      <section className={styles.scroll} aria-label={`By ${columns.join(" and ")}`} tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              {[one.name, two.name, "difference"].map((name) => (
                <th key={name} scope="col" className={styles.number}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ key, raw: [first, second] }) => (
              <tr key={JSON.stringify(key)}>
                {key.map((value, i) => (
                  <td key={columns[i] ?? i}>{String(value ?? "none given")}</td>
                ))}
                <td className={styles.number}>{decimal(first)}</td>
                <td className={styles.number}>{decimal(second)}</td>
                <td className={styles.number}>{decimal(first - second)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
