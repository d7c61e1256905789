/** Each site's value against its own ceiling: whether a site is poorly predicted, or has little to be predicted. */
import { useCallback, useMemo, useState } from "react";
import type { ByRow } from "../../../../metrics/metric.ts";
import type { Score } from "../../../../scoring/ceiled.ts";
import { decimal, plural } from "../../../format.ts";
import { Traced } from "../../../traced.tsx";
import neural from "../neural.module.css";
import { type SiteValues, siteGroups } from "../site-values.ts";
import { TableBehind } from "../table-behind.tsx";
import { domainOf } from "./axes.ts";
import styles from "./close-up.module.css";
import { Computing } from "./computing.tsx";
import { Glyph, KINDS, Scatter, type ScatterPoint } from "./scatter.tsx";
import { type CeiledSite, ceiledSites, wholeScore } from "./site-ceilings.ts";
import { useAnswer } from "./use-answer.ts";
import type { ViewProps } from "./view.ts";

interface Props extends ViewProps {
  readonly sites: SiteValues;
  readonly score: Score;
}

export default function Ceilings(props: Props) {
  const { closeUp } = props;
  const ask = useCallback(async () => (await closeUp.open()).siteCeilings(), [closeUp]);
  const { answered, state, again } = useAnswer(0, ask);
  return (
    <div className={styles.view}>
      <Computing state={state} onCancel={closeUp.close} onAgain={again} />
      {answered !== undefined && <Against {...props} ceilings={answered.value} />}
    </div>
  );
}

/** Points of a curve. */
const STEPS = 60;

function Against({ benchmark, subject, sites, score, ceilings }: Props & { readonly ceilings: readonly ByRow[] }) {
  const { values, groupings } = sites;
  // Groups that have no form of their own cannot be told apart.
  const offered = groupings.filter((grouping) => siteGroups(sites, grouping).length <= KINDS.length);
  const [chosen, choose] = useState(offered[0]);
  const { unit, formula } = score;
  const { joined, points, names } = useMemo(() => {
    const names = chosen === undefined ? [] : siteGroups(sites, chosen).map(({ name }) => name);
    const joined = ceiledSites(values, ceilings);
    const points = joined.map(({ site, ceiling, raw }): ScatterPoint => {
      const group = chosen === undefined ? undefined : (site.facts[chosen] ?? "not given");
      return {
        x: ceiling,
        y: raw,
        kind: KINDS[group === undefined ? 0 : names.indexOf(group)] ?? "dot",
        text: `${group === undefined ? "" : `${group}, `}${site.name}: ceiling ${decimal(ceiling)}, ${unit} ${decimal(raw)}`,
      };
    });
    return { joined, points, names };
  }, [sites, values, ceilings, chosen, unit]);
  const facts = [...new Set(values.flatMap(({ facts }) => Object.keys(facts)))];
  const without = values.length - joined.length;
  if (joined.length === 0) return <p>No site has both a value and a ceiling.</p>;
  const domain = domainOf(
    points.flatMap(({ x, y }) => [x, y]),
    [0],
  );
  const [low, high] = domain;
  const whole = wholeScore(formula);
  const named = `${unit} against the ceiling, by site`;
  const curve = Array.from({ length: STEPS + 1 }, (_, i) => (i / STEPS) ** 2 * high).map(
    (ceiling): [number, number] => [ceiling, whole?.(ceiling) ?? ceiling],
  );
  const lines = [
    { dashed: true, through: [[low, low] as const, [high, high] as const] },
    ...(whole === undefined ? [] : [{ dashed: false, through: curve.filter(([, raw]) => raw <= high) }]),
  ];
  const axes = {
    x: { label: "ceiling of the site", domain, of: "ceiling" as const },
    y: { label: unit, domain, of: "models" as const },
  };
  const above = joined.filter(({ ceiling, raw }) => raw > ceiling).length;
  return (
    <div className={neural.part}>
      <p className={neural.words}>
        <Traced
          from={() => ({
            formula: `${benchmark.ceiling.name} of each site, mean over splits; ${unit} of each site as the metric gives it`,
            inputs: [
              `of the benchmark: ceiling ${decimal(score.ceiling.value)}, raw ${decimal(score.raw)}`,
              plural(joined.length, "site"),
            ],
            digests: [
              { of: benchmark.identifier, digest: benchmark.digest },
              { of: subject.identifier, digest: subject.digest },
            ],
          })}
        >
          {plural(joined.length, "site")}
        </Traced>
        {without > 0 && `; ${without} without a value or a ceiling`}. Dashed: {unit} = ceiling, {plural(above, "site")}{" "}
        above it
        {whole !== undefined && "; line: raw² = ceiling, a score of 1"}. The score is made of medians over sites, not of
        these ratios.
      </p>
      {offered.length > 1 && (
        <div className={styles.controls}>
          <label>
            Marks by
            <select value={chosen} onChange={({ currentTarget }) => choose(currentTarget.value)}>
              {offered.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        </div>
      )}
      {names.length > 1 && (
        <ul className={styles.groups}>
          {names.map((name, i) => (
            <li key={name}>
              <Glyph kind={KINDS[i] ?? "dot"} /> {name}
            </li>
          ))}
        </ul>
      )}
      <Scatter
        name={named}
        points={points}
        {...axes}
        of="macaques"
        lines={lines}
        beside={(at) => <Told one={at === undefined ? undefined : joined[at]} unit={unit} />}
      />
      <TableBehind
        name={named}
        columns={["site", ...facts, "ceiling", unit]}
        rows={joined.map(({ site, ceiling, raw }) => [
          site.name,
          ...facts.map((fact) => site.facts[fact] ?? "not given"),
          decimal(ceiling, 4),
          decimal(raw, 4),
        ])}
      />
    </div>
  );
}

function Told({ one, unit }: { readonly one: CeiledSite | undefined; readonly unit: string }) {
  if (one === undefined) return <p>Point at a site, or walk with the arrow keys.</p>;
  const { site, ceiling, raw } = one;
  return (
    <>
      <p>
        <code>{site.name}</code>
      </p>
      <dl className={styles.facts}>
        {Object.entries(site.facts).map(([fact, value]) => (
          <div key={fact} style={{ display: "contents" }}>
            <dt>{fact}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <dt>ceiling</dt>
        <dd>{decimal(ceiling)}</dd>
        <dt>{unit}</dt>
        <dd>{decimal(raw)}</dd>
      </dl>
    </>
  );
}
