/**
 * The competition's view: the open benchmarks by their mean score, lowest first, each with every model's score on one axis.
 *
 * A dot is a button: it opens its cell, or the parts that it is a mean of. Arrow keys go from dot to dot and to the same
 * model on the next benchmark; the model that is pointed at is marked on every row.
 */
import { type KeyboardEvent, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { Benchmark } from "../benchmark/benchmark.ts";
import type { Missing } from "../scoring/ranking.ts";
import { rankFrom } from "./board/provenance.ts";
import { Choice } from "./choice.tsx";
import { useBench, useWorkbench } from "./context.ts";
import { decimal, plural } from "./format.ts";
import { Identifier } from "./identifier.tsx";
import { outcomeOf, type RankedDot, type RankedRow, ranked } from "./ranked.ts";
import styles from "./ranking.module.css";
import { cellKey, type SubjectEntry, standingOf, type WorkbenchState } from "./state.ts";
import { placeLabels } from "./strip-layout.ts";
import { Traced } from "./traced.tsx";
import { useWidth } from "./use-width.ts";

const VIEWS: readonly (readonly [WorkbenchState["view"], string])[] = [
  ["scores", "Scores"],
  ["ranking", "Ranking"],
];

/** What the board shows. One benchmark has nothing to be ranked against. */
export function ViewSwitch() {
  const workbench = useWorkbench();
  const view = useBench((state) => state.view);
  return <Choice legend="View" options={VIEWS} value={view} onChange={workbench.setView} />;
}

interface Props {
  readonly benchmarks: readonly Benchmark[];
  readonly subjects: readonly SubjectEntry[];
}

/** A dot by its row and model. */
interface Pointed {
  readonly row: string;
  readonly subject: string;
}

const TREATMENTS: readonly (readonly [Missing, string])[] = [
  ["left out", "left out"],
  ["zero", "as 0"],
];

export function Ranking({ benchmarks, subjects }: Props) {
  const workbench = useWorkbench();
  const missing = useBench((state) => state.missing);
  const countStandIns = useBench((state) => state.countStandIns);
  const outcomes = useBench(
    useShallow((state) =>
      benchmarks.flatMap((benchmark) => subjects.map(({ id }) => outcomeOf(state.cells[cellKey(benchmark, id)]))),
    ),
  );
  const [pointed, point] = useState<Pointed>();
  const { tracks, panel, pending } = ranked(benchmarks, subjects, outcomes, { missing, countStandIns });
  return (
    // The keys move focus between buttons; the section itself takes none.
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the buttons within
    <div className={styles.ranking} onKeyDown={walk}>
      <div className={styles.settings}>
        <Choice
          legend="Cells without a score"
          options={TREATMENTS}
          value={missing}
          onChange={workbench.setMissing}
          shown
        />
        {subjects.some((subject) => standingOf(subject) === "stand-in") && (
          <label className={styles.standIns}>
            <input
              type="checkbox"
              checked={countStandIns}
              onChange={({ currentTarget }) => workbench.setCountStandIns(currentTarget.checked)}
            />
            with stand-ins
          </label>
        )}
      </div>
      <p className={styles.note}>
        Lowest mean first,{" "}
        {panel ? "over the panel’s models" : "over every subject, because none of the panel has a score"}. Scores count
        within 0 and 1, where 1 is the ceiling.
        {missing === "zero" && " Brain-Score’s site counts a missing score as 0 too."}
        {pending > 0 &&
          ` ${plural(pending, "cell")} ${pending === 1 ? "has" : "have"} no result yet: places may change.`}
      </p>
      {tracks.map(({ track, rows }) => (
        <section key={track} className={styles.track} aria-labelledby={`track-${track}`}>
          <h3 id={`track-${track}`}>{track === "behavioral" ? "Behavioral" : "Neural"} track</h3>
          <Scale />
          <ol className={styles.places}>
            {rows.map((row) => (
              <Place key={row.name} row={row} pointed={pointed} onPoint={point} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: RankedRow;
  readonly pointed: Pointed | undefined;
  readonly onPoint: (pointed: Pointed | undefined) => void;
}

function Place({ row, pointed, onPoint }: RowProps) {
  const [unfolded, unfold] = useState(false);
  return (
    <li className={styles.place}>
      <Line row={row} pointed={pointed} onPoint={onPoint} onOpenParts={() => unfold(true)} />
      {row.parts.length > 0 && (
        <details className={styles.parts} open={unfolded} onToggle={({ currentTarget }) => unfold(currentTarget.open)}>
          <summary>{plural(row.parts.length, "part")}, averaged first</summary>
          <ul>
            {row.parts.map((part) => (
              <li key={part.digest}>
                <Line row={part} pointed={pointed} onPoint={onPoint} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

function Line({ row, pointed, onPoint, onOpenParts }: RowProps & { readonly onOpenParts?: () => void }) {
  const workbench = useWorkbench();
  const { name, place, mean, over } = row;
  return (
    <div className={styles.line}>
      <span className={styles.number}>
        {place !== undefined && (
          <>
            <span className="visually-hidden">place </span>
            {place}
          </>
        )}
      </span>
      <span className={styles.name}>
        <Identifier>{name}</Identifier>
      </span>
      <span className={styles.mean}>
        {mean !== undefined && (
          <>
            <span className="visually-hidden">mean </span>
            <Traced from={() => rankFrom(workbench.store.getState(), row)}>{decimal(mean)}</Traced>
          </>
        )}
      </span>
      <span className={styles.over}>{over}</span>
      <Dots row={row} pointed={pointed} onPoint={onPoint} onOpenParts={onOpenParts} />
    </div>
  );
}

/** Sizes in px: a dot with the room around it, how far lanes are from the middle, the row that holds three, a letter. */
const ROOM = 11;
const LANES = [0, -9, 9, -18, 18, -27, 27];
const REACH = 16;
const LETTER = 6.5;

interface DotsProps extends RowProps {
  readonly onOpenParts: (() => void) | undefined;
}

/** Of each row one dot can be tabbed to: the pointed model's, or the lowest. */
function Dots({ row, pointed, onPoint, onOpenParts }: DotsProps) {
  const { ref, width } = useWidth();
  const { dots, mean } = row;
  const id = row.digest ?? row.name;
  const lanes = placeLabels(
    dots.map(({ value }) => ({ x: value * width, width: ROOM })),
    Number.POSITIVE_INFINITY,
    LANES.length,
    0,
  );
  const offsets = lanes.map((label) => LANES[label?.lane ?? 0] ?? 0);
  const reach = Math.max(REACH, ...offsets.map((offset) => Math.abs(offset) + 7));
  const marked = dots.find((dot) => dot.id === pointed?.subject);
  const tabbed = marked ?? dots[0];
  return (
    <div className={styles.strip}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is filled in */}
      <div
        ref={ref}
        className={styles.dots}
        role="group"
        aria-label={`Scores on ${row.name}`}
        data-row={id}
        style={{ "--reach": `${reach}px` }}
      >
        {mean !== undefined && <span className={styles.meanMark} style={{ insetInlineStart: percentOf(mean) }} />}
        {dots.map((dot, i) => (
          <Dot
            key={dot.id}
            dot={dot}
            row={row}
            offset={offsets[i] ?? 0}
            marked={dot === marked}
            tabbed={dot === tabbed}
            onPoint={(on) => onPoint(on ? { row: id, subject: dot.id } : undefined)}
            onOpenParts={onOpenParts}
          />
        ))}
        {marked !== undefined && <Name dot={marked} full={pointed?.row === id} />}
      </div>
    </div>
  );
}

interface DotProps {
  readonly dot: RankedDot;
  readonly row: RankedRow;
  /** Above or below the middle, in px. */
  readonly offset: number;
  readonly marked: boolean;
  readonly tabbed: boolean;
  readonly onPoint: (on: boolean) => void;
  readonly onOpenParts: (() => void) | undefined;
}

function Dot({ dot, row, offset, marked, tabbed, onPoint, onOpenParts }: DotProps) {
  const workbench = useWorkbench();
  const { digest } = row;
  const open = useBench(({ open }) => open?.benchmark === digest && open?.subject === dot.id);
  return (
    <button
      type="button"
      className={styles.dot}
      style={{ insetInlineStart: percentOf(dot.value), "--offset": `${offset}px` }}
      tabIndex={tabbed ? 0 : -1}
      data-dot={dot.id}
      data-kind={dot.missing ? "missing" : dot.standIn ? "stand-in" : "model"}
      data-marked={marked || undefined}
      {...(digest === undefined ? {} : { "data-cell": cellKey({ digest }, dot.id), "aria-pressed": open })}
      aria-label={dotText(dot, row)}
      onClick={() => {
        if (digest === undefined) onOpenParts?.();
        else workbench.look(open ? undefined : { benchmark: digest, subject: dot.id });
      }}
      onPointerEnter={() => onPoint(true)}
      onPointerLeave={() => onPoint(false)}
      onFocus={() => onPoint(true)}
      onBlur={() => onPoint(false)}
    />
  );
}

function dotText({ name, standIn, value, missing }: RankedDot, { parts }: RankedRow): string {
  const score = missing ? "no score, counted as 0" : decimal(value);
  const of = parts.length === 0 ? "" : `, mean of ${plural(parts.length, "part")}`;
  return `${name}${standIn ? " (a stand-in)" : ""}: ${score}${of}`;
}

/** Over the dot, kept within the axis: the whole name where it is pointed at, the number alone on the other rows. */
function Name({ dot, full }: { readonly dot: RankedDot; readonly full: boolean }) {
  const score = dot.missing ? "no score" : decimal(dot.value);
  const text = full ? `${dot.name} ${score}` : score;
  const half = `${(text.length * LETTER) / 2}px`;
  return (
    <span
      aria-hidden="true"
      className={styles.pointed}
      style={{ insetInlineStart: `clamp(${half}, ${percentOf(dot.value)}, calc(100% - ${half}))` }}
    >
      {text}
    </span>
  );
}

/** The numbers of the axis, above all rows. */
function Scale() {
  return (
    <div className={styles.line} aria-hidden="true">
      <span className={styles.head}>mean</span>
      <div className={styles.strip}>
        <div className={styles.scale}>
          {[0, 0.2, 0.4, 0.6, 0.8, 1].map((tick) => (
            <span key={tick} style={{ insetInlineStart: percentOf(tick) }}>
              {tick}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}

function percentOf(share: number): string {
  return `${100 * share}%`;
}

/** Left and right to the next dot of the row, up and down to the same model on the next row that has it. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const dot = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-dot]") : null;
  const row = dot?.closest<HTMLElement>("[data-row]");
  if (dot === null || row === null || row === undefined) return;
  const next = nextDot(event.key, dot, row, event.currentTarget);
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

function nextDot(key: string, dot: HTMLElement, row: HTMLElement, all: HTMLElement): HTMLElement | undefined {
  const dots = [...row.querySelectorAll<HTMLElement>("[data-dot]")];
  const at = dots.indexOf(dot);
  const rows = [...all.querySelectorAll<HTMLElement>("[data-row]")].filter((each) => each.checkVisibility());
  const same = (candidates: readonly HTMLElement[]): HTMLElement | undefined =>
    candidates
      .flatMap((each) => [...each.querySelectorAll<HTMLElement>("[data-dot]")])
      .find((each) => each.dataset.dot === dot.dataset.dot);
  switch (key) {
    case "ArrowLeft":
      return dots[at - 1];
    case "ArrowRight":
      return dots[at + 1];
    case "Home":
      return dots[0];
    case "End":
      return dots.at(-1);
    case "ArrowUp":
      return same(rows.slice(0, rows.indexOf(row)).reverse());
    case "ArrowDown":
      return same(rows.slice(rows.indexOf(row) + 1));
    default:
      return undefined;
  }
}
