/** Is the gap real? The score's interval beside the ceiling, chance and people, and why a low score may say little. */
import type { Benchmark } from "../../benchmark/benchmark.ts";
import type { CellResult } from "../../lab/run.ts";
import type { Interval } from "../../scoring/bootstrap.ts";
import type { Score } from "../../scoring/ceiled.ts";
import { useBench } from "../context.ts";
import { ceilingText, intervalText } from "../describe.ts";
import { count, decimal, percent } from "../format.ts";
import styles from "./reality.module.css";

interface Props {
  readonly benchmark: Pick<Benchmark, "ceiling" | "metric">;
  readonly cell: Extract<CellResult, { status: "scored" }>;
}

export function RealityCheck({ benchmark, cell }: Props) {
  const running = useBench((state) => state.running !== undefined);
  const { score, interval, reality } = cell;
  if (reality === undefined) return null; // of a recording, which has neither
  const found = interval === undefined || "reason" in interval ? undefined : interval;
  return (
    <section className={styles.reality} aria-labelledby="reality">
      <h3 id="reality">Is the gap real?</h3>
      <p>
        {interval === undefined
          ? running
            ? "The interval is being drawn; the score is final."
            : "The interval was not drawn: the run was cancelled before. Score again to draw it."
          : "reason" in interval
            ? `There is no interval. ${interval.reason}`
            : verdictText(score, interval)}
      </p>
      {found !== undefined && <Range score={score} interval={found} />}
      <dl className={styles.facts}>
        {found !== undefined && (
          <div>
            <dt>{percent(found.level)} interval</dt>
            <dd>
              {decimal(found.low)} to {decimal(found.high)}{" "}
              <span className={styles.words}>
                {count(found.draws)} draws of {found.over.join(" and ")}
                {found.undefinedDraws > 0 && `; ${count(found.undefinedDraws)} more were undefined`}
              </span>
            </dd>
          </div>
        )}
        <div>
          <dt>ceiling</dt>
          <dd>
            {ceilingText(score.ceiling)} <span className={styles.words}>{ceilingWords(benchmark)}</span>
          </dd>
        </div>
        {reality.chance !== undefined && (
          <div>
            <dt>chance</dt>
            <dd>
              {decimal(reality.chance)} <span className={styles.words}>raw</span>
            </dd>
          </div>
        )}
        {reality.humanAccuracy !== undefined && (
          <div>
            <dt>people right</dt>
            <dd>
              {percent(reality.humanAccuracy)} <span className={styles.words}>of trials</span>
            </dd>
          </div>
        )}
      </dl>
      {reality.warnings.length > 0 && (
        <ul className={styles.warnings} aria-label="Read with care">
          {reality.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What the ceiling's error is, which is no interval (metrics/error-consistency.ts). */
function ceilingWords({ ceiling, metric }: Props["benchmark"]): string {
  if (ceiling.name === "constant") return "a constant, taken as exact";
  return metric.name === "error_consistency" ? "standard deviation over pairs × condition; not a standard error" : "";
}

function verdictText(score: Score, { low, high, over }: Interval): string {
  const choice = `the choice of ${over.join(" and ")}`;
  const guessing = low <= 0 && score.score > 0 ? " It also reaches down to 0." : "";
  if (high < 1)
    return `Yes, as far as ${choice} goes: the interval ends at ${decimal(high)}, below the ceiling's score of 1.${guessing}`;
  if (low >= 1) return "There is no gap: the whole interval is at the ceiling's score of 1 or above.";
  return `It may be due to ${choice}: the interval reaches the ceiling's score of 1.${guessing}`;
}

/** The score with its interval on an axis from 0 to the ceiling's score of 1, further where they are. */
function Range({ score, interval }: { readonly score: Score; readonly interval: Interval }) {
  const from = Math.min(0, interval.low, score.score);
  const to = Math.max(1, interval.high, score.score);
  const at = (value: number): string => `${(100 * (value - from)) / (to - from)}%`;
  const { value, error = 0 } = score.ceiling;
  // The ceiling's error lies on this axis only where a score is a share of the ceiling.
  const band = score.formula.startsWith("raw / ceiling") ? error / value : 0;
  const inside = (at: number): number => Math.min(Math.max(at, from), to);
  return (
    <div className={styles.range} role="img" aria-label={`Score ${decimal(score.score)}; ${intervalText(interval)}`}>
      <div className={styles.axis}>
        {band > 0 && (
          <span
            className={styles.band}
            style={{ insetInlineStart: at(inside(1 - band)), insetInlineEnd: `calc(100% - ${at(inside(1 + band))})` }}
          />
        )}
        <span className={styles.ceiling} style={{ insetInlineStart: at(1) }} />
        <span className={styles.zero} style={{ insetInlineStart: at(0) }} />
        <span
          className={styles.interval}
          style={{ insetInlineStart: at(interval.low), insetInlineEnd: `calc(100% - ${at(interval.high)})` }}
        />
        <span className={styles.dot} style={{ insetInlineStart: at(score.score) }} />
      </div>
      <div className={styles.labels}>
        <span style={{ insetInlineStart: at(0) }}>0</span>
        <span style={{ insetInlineStart: at(1) }}>1, the ceiling</span>
      </div>
    </div>
  );
}
