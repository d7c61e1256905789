/**
 * How well each site is predicted, or each subject's dissimilarities: a dot for each where they are few, a histogram where
 * they are many, a row for each group, the middle marked that the metric takes.
 */
import { bin, max, min, nice, ticks } from "d3-array";
import { useMemo, useState } from "react";
import { decimal, plural } from "../../format.ts";
import { placeLabels } from "../../strip-layout.ts";
import { useWidth } from "../../use-width.ts";
import styles from "./neural.module.css";
import { type SiteGroup, type SiteValue, type SiteValues, siteGroups } from "./site-values.ts";
import { TableBehind } from "./table-behind.tsx";
import { useWalk } from "./walk.ts";

interface Props {
  readonly sites: SiteValues;
  /** Of the metric's values, e.g. Pearson r. */
  readonly unit: string;
  /** The metric's value, where it is a mean of medians of splits and so not quite the median that is drawn. */
  readonly overSplits?: number;
  /** Told of the site of a dot that is chosen. */
  readonly onChoose?: (site: SiteValue) => void;
}

/** Fewer are drawn one by one. */
const FEW = 60;
/** Bins of a histogram, about. */
const BINS = 24;
/** Sizes in px: a dot with the room around it, a row's least height, a row of bars, what a tick's number takes. */
const DOT = 10;
const LEAST = 26;
const BARS = 64;
const TICK = 56;

/** What a metric makes of the values: metrics/neural/regression.ts and rdm.ts. */
const MIDDLES = { site: "median", subject: "mean" } as const;

/** What is walked over: a site, or the sites of a bin. */
interface Mark {
  /** Share of the axis: its middle and its width; a dot has none. */
  readonly at: number;
  readonly width?: number;
  /** Of a dot, how many lie below it; of a bar, its share of the highest. */
  readonly height: number;
  readonly text: string;
  /** Of a dot. */
  readonly site?: SiteValue;
}

export function Sites({ sites: { of, values, groupings }, unit, overSplits, onChoose }: Props) {
  const [chosen, choose] = useState<string>();
  const grouping = chosen !== undefined && groupings.includes(chosen) ? chosen : groupings[0];
  const { ref, width } = useWidth();
  const few = values.length < FEW;
  const { groups, rows, axis, tallest } = useMemo(
    () => drawn(siteGroups({ of, values }, grouping), few, width, of),
    [values, grouping, few, width, of],
  );
  const marks = rows.flat();

  const without = values.filter(({ value }) => value === null).length;
  const id = `by-${of}`;
  const title = `By ${of}${grouping === undefined ? "" : `, in rows by ${grouping}`}`;
  const name = `${unit} by ${of}`;
  const walk = useWalk(marks.length, `${name}, one after the other`, 0, (mark) => {
    const site = marks[mark]?.site;
    if (site !== undefined) onChoose?.(site);
  });
  const facts = [...new Set(values.flatMap(({ facts }) => Object.keys(facts)))];
  let first = 0;
  return (
    <section className={styles.part} aria-labelledby={id}>
      <div className={styles.head}>
        <h3 id={id}>{title}</h3>
        <span className={styles.words}>
          {unit} of {plural(values.length - without, of)}
          {!few && `, counted in bins, ${plural(tallest, of)} in the highest`}; line: {MIDDLES[of]}
          {overSplits !== undefined && `; the raw value, ${decimal(overSplits)}, is the mean of each split’s median`}
          {without > 0 && `; ${plural(without, of)} without a value`}
        </span>
        {groupings.length > 1 && (
          <label className={styles.words}>
            in rows by{" "}
            <select value={grouping} onChange={({ currentTarget }) => choose(currentTarget.value)}>
              {groupings.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        )}
      </div>
      <div ref={ref} className={styles.sites} {...walk.list}>
        {width > 0 &&
          groups.map((group, g) => {
            const own = rows[g] ?? [];
            const before = first;
            first += own.length;
            return (
              // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is filled in
              <div key={group.name} role="group" aria-label={groupText(group, of)}>
                <p className={styles.group} aria-hidden="true">
                  {groupText(group, of)}
                </p>
                <div className={styles.row} style={{ height: few ? dotsHeight(own) : BARS }}>
                  {group.middle !== undefined && (
                    <span className={styles.middle} style={{ insetInlineStart: percentOf(axis.at(group.middle)) }} />
                  )}
                  {own.map((mark, i) => (
                    <Mark
                      // biome-ignore lint/suspicious/noArrayIndexKey: a site may be there once a time bin
                      key={`${mark.text} ${i}`}
                      mark={mark}
                      marked={walk.at === before + i}
                      option={walk.option(before + i)}
                    />
                  ))}
                </div>
              </div>
            );
          })}
        {width > 0 && (
          <div className={styles.scale} aria-hidden="true">
            {axis.ticks.map((tick) => (
              <span key={tick} style={{ insetInlineStart: percentOf(axis.at(tick)) }}>
                {tickText(tick)}
              </span>
            ))}
          </div>
        )}
      </div>
      <p className={styles.told}>
        {walk.at === undefined ? `Point at a ${few ? of : "bar"}, or walk with the arrow keys.` : marks[walk.at]?.text}
      </p>
      <TableBehind
        name={name}
        columns={[of, ...facts, unit]}
        rows={groups.flatMap((group) =>
          group.values.map(({ name, facts: own, value }) => [
            name,
            ...facts.map((fact) => own[fact] ?? "not given"),
            value === null ? "undefined" : decimal(value, 4),
          ]),
        )}
      />
    </section>
  );
}

interface MarkProps {
  readonly mark: Mark;
  readonly marked: boolean;
  readonly option: React.HTMLAttributes<HTMLElement>;
}

function Mark({ mark, marked, option }: MarkProps) {
  const { at, width, height, text } = mark;
  const style =
    width === undefined
      ? { insetInlineStart: percentOf(at), insetBlockEnd: `${height * (DOT - 1)}px` }
      : { insetInlineStart: percentOf(at - width / 2), width: percentOf(width), "--height": percentOf(height) };
  return (
    <div
      {...option}
      className={width === undefined ? styles.dot : styles.bar}
      data-marked={marked || undefined}
      style={style}
    >
      <span className="visually-hidden">{text}</span>
    </div>
  );
}

interface Axis {
  readonly ticks: readonly number[];
  /** Share of the axis that lies before a value. */
  readonly at: (value: number) => number;
}

/** What is drawn of groups on an axis of `width` px: marks by group, in order of their values. */
function drawn(groups: readonly SiteGroup[], few: boolean, width: number, of: SiteValues["of"]) {
  const known = groups.map((group) => group.values.flatMap((site) => (site.value === null ? [] : [site.value])));
  const all = known.flat();
  const [low, high] = nice(Math.min(0, min(all) ?? 0), Math.max(0.1, max(all) ?? 0), few ? 5 : BINS);
  const at = (value: number): number => (value - low) / (high - low);
  const axis: Axis = { ticks: ticks(low, high, Math.max(2, Math.min(10, Math.floor(width / TICK)))), at };
  if (few) return { groups, axis, tallest: 1, rows: groups.map((group) => dots(group, axis, width, of)) };
  const edges = ticks(low, high, BINS);
  const binned = known.map((values) => bin().domain([low, high]).thresholds(edges)(values));
  const highest = max(binned.flat(), ({ length }) => length) ?? 1;
  const rows = binned.map((bins, g) =>
    bins.flatMap((members): Mark[] => {
      const { x0 = low, x1 = high, length } = members;
      if (length === 0) return [];
      const text = `${belonging(groups[g])}${decimal(x0, 2)} to ${decimal(x1, 2)}: ${plural(length, of)}`;
      return [{ at: (at(x0) + at(x1)) / 2, width: at(x1) - at(x0), height: length / highest, text }];
    }),
  );
  return { groups, axis, tallest: highest, rows };
}

/** A dot per site, one on another where they would touch. */
function dots(group: SiteGroup, axis: Axis, width: number, of: SiteValues["of"]): Mark[] {
  const known = group.values.flatMap((site) => (site.value === null ? [] : [{ site, value: site.value }]));
  const lanes = placeLabels(
    known.map(({ value }) => ({ x: axis.at(value) * width, width: DOT })),
    Number.POSITIVE_INFINITY,
    known.length,
    0,
  );
  return known.map(({ site, value }, i) => ({
    at: axis.at(value),
    height: lanes[i]?.lane ?? 0,
    text: `${belonging(group)}${of === "subject" ? "subject " : ""}${site.name}: ${decimal(value)}`,
    site,
  }));
}

/** The group that a mark belongs to, where there are several. */
function belonging(group: SiteGroup | undefined): string {
  return group === undefined || group.name === "" ? "" : `${group.name}, `;
}

function dotsHeight(marks: readonly Mark[]): number {
  return Math.max(LEAST, (1 + (max(marks, ({ height }) => height) ?? 0)) * DOT + 6);
}

function groupText({ name, values, middle }: SiteGroup, of: SiteValues["of"]): string {
  const told = middle === undefined ? "no value" : `${MIDDLES[of]} ${decimal(middle)}`;
  return `${name === "" ? "" : `${name}: `}${plural(values.length, of)}, ${told}`;
}

function tickText(tick: number): string {
  return tick === 0 ? "0" : decimal(tick, 2).replace(/0$/, "");
}

function percentOf(share: number): string {
  return `${100 * share}%`;
}
