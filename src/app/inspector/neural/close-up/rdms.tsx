/**
 * Dissimilarities of brain and model side by side: the same stimuli in the same order, a cell marked in both, its two pictures
 * and what either says of them.
 */
import { useCallback, useMemo, useState } from "react";
import { inert } from "../../../../assembly/spreadsheet.ts";
import type { Scalar } from "../../../../assembly/table.ts";
import type { OnStage } from "../../../../lab/neural-api.ts";
import type { ComparedRdms } from "../../../../metrics/neural/compared-rdms.ts";
import { download } from "../../../download.ts";
import { count, decimal, percent, plural } from "../../../format.ts";
import { Traced } from "../../../traced.tsx";
import { fileName } from "../../file-name.ts";
import { Picture } from "../../picture.tsx";
import neural from "../neural.module.css";
import { TableBehind } from "../table-behind.tsx";
import styles from "./close-up.module.css";
import { Computing } from "./computing.tsx";
import { type Cell, Matrix } from "./matrix.tsx";
import { farthestApart, orderBy, orderColumns, pairRows, shadesOf } from "./rdm-order.ts";
import { useScale } from "./shades.ts";
import { useAnswer } from "./use-answer.ts";
import type { ViewProps } from "./view.ts";

/** More stimuli than these are not all drawn: a pixel for each is the least. */
const MOST = 640;
/** Pairs in the table behind. */
const PAIRS = 50;

export default function Rdms(props: ViewProps) {
  const { benchmark, closeUp } = props;
  const { timeBins } = benchmark.recording;
  const [bin, chooseBin] = useState(0);
  const ask = useCallback(
    async (asked: number, onStage: OnStage) =>
      (await closeUp.open()).dissimilarities({ bin: asked, most: MOST }, onStage),
    [closeUp],
  );
  const { answered, state, again } = useAnswer(bin, ask);
  return (
    <div className={styles.view}>
      {timeBins.length > 1 && (
        <div className={styles.controls}>
          <label>
            Time bin
            <select value={bin} onChange={({ currentTarget }) => chooseBin(Number(currentTarget.value))}>
              {timeBins.map(([start, end], i) => (
                <option key={`${start}–${end}`} value={i}>
                  {start}–{end} ms
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      <Computing state={state} onCancel={closeUp.close} onAgain={again} />
      {answered !== undefined && <Compared {...props} rdms={answered.value} />}
    </div>
  );
}

const AS_GIVEN = "as given";

function Compared({ benchmark, subject, rdms }: ViewProps & { readonly rdms: ComparedRdms }) {
  const { presentations, all, model, brains } = rdms;
  const { table, stimuli } = benchmark.stimulusSet;
  const n = presentations.length;
  const columns = useMemo(() => orderColumns(table), [table]);
  const [column, chooseColumn] = useState(columns[0] ?? AS_GIVEN);
  const [by, chooseBy] = useState<"rank" | "value">("rank");
  const [whose, chooseWhose] = useState(0);
  const [cell, mark] = useState<Cell>();
  const scale = useScale();
  const brain = brains[whose] ?? brains[0];
  const { places, groups } = useMemo(
    () => orderBy(presentations, table.columns[column]?.values),
    [presentations, table, column],
  );
  const rank = useMemo(
    () => ({ brain: shadesOf(brain?.rdm ?? new Float64Array(), n, "rank"), model: shadesOf(model, n, "rank") }),
    [brain, model, n],
  );
  const shades = useMemo(
    () =>
      by === "rank"
        ? rank
        : { brain: shadesOf(brain?.rdm ?? new Float64Array(), n, "value"), model: shadesOf(model, n, "value") },
    [by, rank, brain, model, n],
  );
  const shareAt = useCallback(
    (shares: Float64Array) => (i: number, j: number) => shares[(places[i] ?? 0) * n + (places[j] ?? 0)] ?? Number.NaN,
    [places, n],
  );
  const ofBrain = useMemo(() => shareAt(shades.brain.shares), [shareAt, shades]);
  const ofModel = useMemo(() => shareAt(shades.model.shares), [shareAt, shades]);
  const apart = useMemo(
    () =>
      farthestApart(rank.brain.shares, rank.model.shares, n, PAIRS).filter(
        (at) => !Number.isNaN(rank.brain.shares[at]),
      ),
    [rank, n],
  );
  if (brain === undefined || n < 2) return <p>Dissimilarities are of pairs, and there are no two stimuli.</p>;

  const ids = table.columns.stimulus_id?.text ?? [];
  const nameOf = (place: number): string => ids[presentations[place] ?? -1] ?? "";
  const groupOf = (place: number): Scalar | undefined => table.columns[column]?.text[presentations[place] ?? -1];
  const said = (rdm: Float64Array, shares: Float64Array, i: number, j: number): string => {
    if (i === j) return "the same stimulus";
    const value = rdm[i * n + j] ?? Number.NaN;
    return Number.isNaN(value)
      ? "no value"
      : `${decimal(value)}, above ${percent(shares[i * n + j] ?? 0)} of the pairs`;
  };
  const pair = cell === undefined ? undefined : ([places[cell.row] ?? 0, places[cell.column] ?? 0] as const);
  const [i, j] = pair ?? [places[0] ?? 0, places[1] ?? 0];
  const told = (rdm: Float64Array, shares: Float64Array): string =>
    `${nameOf(i)} and ${nameOf(j)}: ${said(rdm, shares, i, j)}`;
  const ends = ({ low, high }: typeof shades.brain): readonly [string, string] =>
    by === "rank"
      ? [`most alike, ${decimal(low, 2)}`, `least alike, ${decimal(high, 2)}`]
      : [decimal(low, 2), decimal(high, 2)];
  const brainName = `Brain: ${whoseText(brain.subject, benchmark.recordings)}`;
  return (
    <div className={neural.part}>
      <p className={neural.words}>
        {brainText(benchmark.recordings)}; of the model, 1 − Pearson r over features. Spearman’s ρ above the diagonals{" "}
        <Traced
          from={() => ({
            formula: "Spearman’s ρ of the dissimilarities above the diagonal of brain and model",
            inputs: [
              plural((n * (n - 1)) / 2, "pair"),
              plural(n, "stimulus", "stimuli"),
              ...brains.slice(1).map((each) => `${each.subject}: ${rhoText(each.spearman)}`),
            ],
            digests: [
              { of: benchmark.identifier, digest: benchmark.digest },
              { of: subject.identifier, digest: subject.digest },
            ],
          })}
        >
          {rhoText(brain.spearman)}
        </Traced>
        , {plural(n, "stimulus", "stimuli")}
        {n < all && ` of ${count(all)}, evenly taken in the order of their ids: ${count(all)} would not fit`}.
      </p>
      <div className={styles.controls}>
        {brains.length > 1 && (
          <label>
            Brain
            <select value={whose} onChange={({ currentTarget }) => chooseWhose(Number(currentTarget.value))}>
              {brains.map(({ subject: each }, index) => (
                <option key={String(each)} value={index}>
                  {whoseText(each, benchmark.recordings)}
                </option>
              ))}
            </select>
          </label>
        )}
        {columns.length > 0 && (
          <label>
            Order of stimuli
            <select value={column} onChange={({ currentTarget }) => chooseColumn(currentTarget.value)}>
              {[...columns, AS_GIVEN].map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        )}
        <label>
          Shade
          <select
            value={by}
            onChange={({ currentTarget }) => chooseBy(currentTarget.value === "rank" ? "rank" : "value")}
          >
            <option value="rank">by rank, as ρ sees it</option>
            <option value="value">by dissimilarity</option>
          </select>
        </label>
      </div>
      <div className={styles.matrices}>
        <Matrix
          {...{ n, scale, groups, cell }}
          name={brainName}
          of="macaques"
          shareAt={ofBrain}
          ends={ends(shades.brain)}
          onCell={mark}
          text={told(brain.rdm, rank.brain.shares)}
        />
        <Matrix
          {...{ n, scale, groups, cell }}
          name={`Model: ${subject.identifier}`}
          of="models"
          shareAt={ofModel}
          ends={ends(shades.model)}
          onCell={mark}
          text={told(model, rank.model.shares)}
        />
      </div>
      {pair === undefined ? (
        <p className={styles.pair}>Point at a cell, or walk with the arrow keys (with Shift, ten at a time).</p>
      ) : (
        <div className={styles.pair}>
          {[i, j].map((place, side) => {
            const stimulus = stimuli[presentations[place] ?? -1];
            const group = groupOf(place);
            return (
              <figure key={side === 0 ? "row" : "column"}>
                {stimulus !== undefined && <Picture stimulus={stimulus} alt="" className={styles.picture} />}
                <figcaption>
                  {side === 0 ? "row" : "column"}: <code>{nameOf(place)}</code>
                  {group !== undefined && column !== "stimulus_id" && <>, {String(group)}</>}
                </figcaption>
              </figure>
            );
          })}
          <dl className={styles.facts}>
            <dt>brain</dt>
            <dd>{said(brain.rdm, rank.brain.shares, i, j)}</dd>
            <dt>model</dt>
            <dd>{said(model, rank.model.shares, i, j)}</dd>
          </dl>
        </div>
      )}
      <TableBehind
        name={`The ${apart.length} pairs that brain and model rank most differently`}
        columns={["stimulus", "and", "brain", "model", "brain’s rank", "model’s rank"]}
        rows={apart.map((at) => {
          const [a, b] = [Math.floor(at / n), at % n];
          return [
            ...[nameOf(a), nameOf(b), decimal(brain.rdm[at] ?? Number.NaN), decimal(model[at] ?? Number.NaN)],
            ...[percent(rank.brain.shares[at] ?? 0), percent(rank.model.shares[at] ?? 0)],
          ];
        })}
      >
        <button
          type="button"
          onClick={() =>
            void import("d3-dsv").then(({ csvFormatRows }) =>
              download(
                `${fileName(subject.identifier)}-dissimilarities-on-${fileName(benchmark.identifier)}.csv`,
                "text/csv",
                csvFormatRows([
                  ["stimulus", "and", "brain", "model"],
                  ...pairRows(n, (a, b) => [
                    ...[inert(nameOf(a)), inert(nameOf(b)), String(brain.rdm[a * n + b]), String(model[a * n + b])],
                  ]),
                ]),
              ),
            )
          }
        >
          Save dissimilarities as CSV
        </button>
      </TableBehind>
    </div>
  );
}

function rhoText(rho: number): string {
  return Number.isNaN(rho) ? "undefined" : decimal(rho);
}

function whoseText(subject: Scalar | undefined, recordings: ViewProps["benchmark"]["recordings"]): string {
  if (subject !== undefined) return String(subject);
  if (!("dims" in recordings)) return "";
  const count = recordings.shape[0] ?? 0;
  if (recordings.dims[0] !== "subject") return "all sites";
  return count === 1 ? "the published matrix" : `mean of ${plural(count, "subject")}`;
}

function brainText(recordings: ViewProps["benchmark"]["recordings"]): string {
  return "dims" in recordings && recordings.dims[0] === "subject"
    ? "Of the brain, dissimilarities as the data give them"
    : "Of the brain, 1 − Pearson r over sites between mean responses";
}
