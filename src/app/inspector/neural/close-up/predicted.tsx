/**
 * A site's responses against what the metric's own regression predicts of them in cross-validation: a dot for each stimulus
 * that a split tests.
 */
import { useCallback, useMemo } from "react";
import type { OnStage } from "../../../../lab/neural-api.ts";
import type { FoldPrediction } from "../../../../metrics/neural-metric.ts";
import { pearson } from "../../../../numerics/statistics.ts";
import { count, decimal, plural } from "../../../format.ts";
import { Traced } from "../../../traced.tsx";
import { Picture } from "../../picture.tsx";
import neural from "../neural.module.css";
import { type SiteValue, siteGroups } from "../site-values.ts";
import { TableBehind } from "../table-behind.tsx";
import { domainOf, numberText } from "./axes.ts";
import styles from "./close-up.module.css";
import { Computing } from "./computing.tsx";
import { agreement, byStimulus, leastSquares, type StimulusPrediction } from "./predicted-values.ts";
import { Scatter, type ScatterPoint } from "./scatter.tsx";
import { useAnswer } from "./use-answer.ts";
import type { ViewProps } from "./view.ts";

interface Props extends ViewProps {
  readonly values: readonly SiteValue[];
  /** Of each of these, the place among the recordings' neuroids. */
  readonly places: readonly number[];
  /** By what sites are listed in groups. */
  readonly grouping: string | undefined;
  /** Place among `values`. */
  readonly site: number;
  readonly onChoose: (site: number) => void;
}

export default function Predicted(props: Props) {
  const { benchmark, closeUp, values, places, site, grouping, onChoose } = props;
  const groups = useMemo(() => siteGroups({ of: "site", values }, grouping), [values, grouping]);
  const ask = useCallback(
    async (asked: number, onStage: OnStage) => (await closeUp.open()).predictSite(places[asked] ?? asked, onStage),
    [closeUp, places],
  );
  const { answered, state, again } = useAnswer(site, ask);
  const options = groups.map(({ name, values: own }) => {
    const listed = own.map((each) => (
      <option key={values.indexOf(each)} value={values.indexOf(each)}>
        {each.name}: {each.value === null ? "undefined" : decimal(each.value)}
      </option>
    ));
    return name === "" ? (
      listed
    ) : (
      <optgroup key={name} label={name}>
        {listed}
      </optgroup>
    );
  });
  return (
    <div className={styles.view}>
      <div className={styles.controls}>
        <label>
          Site
          <select value={site} onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}>
            {options}
          </select>
        </label>
      </div>
      <Computing state={state} onCancel={closeUp.close} onAgain={again} />
      {answered !== undefined && values[answered.question] !== undefined && (
        <OfSite {...props} site={answered.question} folds={answered.value} metric={benchmark.metric.name} />
      )}
    </div>
  );
}

interface OfSiteProps extends Props {
  readonly folds: readonly FoldPrediction[];
  readonly metric: string;
}

function OfSite({ benchmark, subject, values, site, folds, metric }: OfSiteProps) {
  const { name, value } = values[site] ?? { name: "", value: null };
  const ids = benchmark.stimulusSet.table.columns.stimulus_id?.text ?? [];
  const { shown, scatter, each, r } = useMemo(() => {
    const shown = byStimulus(folds).sort((a, b) => a.recorded - b.recorded);
    const phrase = ({ row, recorded, predicted, splits }: StimulusPrediction): string =>
      `${ids[row] ?? row}: recorded ${numberText(recorded)}, predicted ${numberText(predicted)}${splits > 1 ? `, mean of ${splits} splits` : ""}`;
    const points = shown.map(
      (one): ScatterPoint => ({ x: one.recorded, y: one.predicted, kind: "dot", text: phrase(one) }),
    );
    return { shown, scatter: drawn(points, metric), ...agreement(folds) };
  }, [folds, ids, metric]);
  const all = benchmark.stimulusSet.stimuli.length;
  const splits = folds.length;
  const most = Math.max(...shown.map((one) => one.splits));
  const named = `Predicted against recorded responses of ${name}`;
  const pooled = pearson(
    shown.map(({ recorded }) => recorded),
    shown.map(({ predicted }) => predicted),
  );
  const { line, ...plot } = scatter;
  const digests = [
    { of: benchmark.identifier, digest: benchmark.digest },
    { of: subject.identifier, digest: subject.digest },
  ];
  return (
    <div className={neural.part}>
      <p className={neural.words}>
        {name}: Pearson r{" "}
        <Traced
          from={() => ({
            formula:
              splits > 1
                ? `mean over ${splits} splits of Pearson r between recorded and predicted responses to the test stimuli`
                : "Pearson r between recorded and predicted responses to the test stimuli",
            inputs: each.map(
              (own, i) =>
                `split ${i + 1}: ${decimal(own)}, ${plural(folds[i]?.recorded.length ?? 0, "stimulus", "stimuli")}`,
            ),
            digests,
          })}
        >
          {decimal(r)}
        </Traced>
        {splits > 1 && (
          <>
            , mean of {splits} splits; of the dots{" "}
            <Traced
              from={() => ({
                formula: "Pearson r of the dots, whose predictions are means over splits; it is no part of the score",
                inputs: [plural(shown.length, "stimulus", "stimuli")],
                digests,
              })}
            >
              {decimal(pooled)}
            </Traced>
          </>
        )}
        . {count(shown.length)} of {plural(all, "stimulus is", "stimuli are")} tested
        {most > 1 && `, each in 1 to ${most} splits, whose predictions are averaged`}. {line}
        {value !== null &&
          Math.abs(value - r) > DIFFERENT &&
          ` The score’s own r is ${decimal(value)}: it was made from other activations.`}
      </p>
      <Scatter
        key={site}
        name={named}
        {...plot}
        of="models"
        beside={(at) => {
          const one = at === undefined ? undefined : shown[at];
          if (one === undefined) return <p>Point at a dot, or walk with the arrow keys.</p>;
          const stimulus = benchmark.stimulusSet.stimuli[one.row];
          return (
            <>
              {stimulus !== undefined && <Picture stimulus={stimulus} alt="" className={styles.picture} />}
              <p>
                <code>{ids[one.row]}</code>
              </p>
              <dl className={styles.facts}>
                <dt>recorded</dt>
                <dd>{numberText(one.recorded)}</dd>
                <dt>predicted</dt>
                <dd>
                  {numberText(one.predicted)}
                  {one.splits > 1 && `, mean of ${one.splits} splits`}
                </dd>
              </dl>
            </>
          );
        }}
      />
      <TableBehind
        name={named}
        columns={["stimulus", "recorded", "predicted", "splits"]}
        rows={shown.map(({ row, recorded, predicted, splits: own }) => [
          ids[row] ?? String(row),
          numberText(recorded),
          numberText(predicted),
          String(own),
        ])}
      />
    </div>
  );
}

/** Activations of another backend move a correlation by less; anything more is worth a sentence. */
const DIFFERENT = 1e-3;

/** One feature's values are no responses: the other metrics predict these themselves, and a line of equality says how well. */
function drawn(points: readonly ScatterPoint[], metric: string) {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  if (metric.startsWith("neuron_to_neuron")) {
    const [x, y] = [domainOf(xs), domainOf(ys)];
    const fit = leastSquares(xs, ys);
    const at = (value: number): [number, number] => [value, (fit?.intercept ?? 0) + (fit?.slope ?? 0) * value];
    return {
      points,
      x: { label: "recorded response", domain: x, of: "macaques" as const },
      y: { label: "the best feature’s value", domain: y, of: "models" as const },
      lines: fit === undefined ? [] : [{ dashed: false, through: [Math.min(...xs), Math.max(...xs)].map(at) }],
      line: "Each split takes the feature that correlates best in training; line: least squares.",
    };
  }
  const domain = domainOf([...xs, ...ys]);
  return {
    points,
    x: { label: "recorded response", domain, of: "macaques" as const },
    y: { label: "predicted response", domain, of: "models" as const },
    lines: [{ dashed: true, through: [[domain[0], domain[0]] as const, [domain[1], domain[1]] as const] }],
    line: "Dashed: predicted = recorded.",
  };
}
