/**
 * Somebody's scorecards above the board, each with its verdict: reproduced, or what differs and by how much.
 *
 * The comparison follows the cells as they settle. What counts as reproduced is scorecard/compare.ts's business.
 */
import { useEffect, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { subjectDigest } from "../../lab/source.ts";
import {
  type BenchmarkFindings,
  type Comparison,
  compareScorecards,
  type Finding,
  isReproduced,
  TOLERANCE,
  verdictText,
} from "../../scorecard/compare.ts";
import type { Scorecard } from "../../scorecard/scorecard.ts";
import { useBench, useWorkbench } from "../context.ts";
import { plural, shortDigest } from "../format.ts";
import { Identifier } from "../identifier.tsx";
import { Refusal } from "../refusal.tsx";
import { readySubjects } from "../state.ts";
import type { ClaimEntry } from "./claims.ts";
import styles from "./compare.module.css";

export function Verdicts() {
  const claims = useBench((state) => state.claims);
  return claims.map((claim) => <Claim key={claim.id} claim={claim} />);
}

function Claim({ claim }: { readonly claim: ClaimEntry }) {
  const workbench = useWorkbench();
  const { id, fileName, state } = claim;
  return (
    <section className={styles.claim} aria-labelledby={id}>
      <div className={styles.claimHead}>
        <h3 id={id}>
          Against <span className={styles.file}>{fileName}</span>
        </h3>
        <button
          type="button"
          data-look="word"
          aria-label={`Remove ${fileName}`}
          data-remove={id}
          onClick={() => workbench.removeClaim(id)}
        >
          Remove
        </button>
      </div>
      {state.status === "refused" ? <Refusal error={state.error} /> : <Verdict card={state.card} />}
    </section>
  );
}

function Verdict({ card }: { readonly card: Scorecard }) {
  const comparison = useComparison(card);
  return (
    <>
      {/* One element throughout, so that a screen reader hears it change. */}
      <p role="status" className={styles.verdict} data-verdict={comparison?.verdict}>
        {comparison === undefined ? "Comparing…" : verdictText(comparison)}
      </p>
      {comparison !== undefined && <Details card={card} comparison={comparison} />}
    </>
  );
}

function Details({ card, comparison }: { readonly card: Scorecard; readonly comparison: Comparison }) {
  const { made, counts } = comparison;
  return (
    <>
      {made.length > 0 && (
        <p className={styles.aside}>
          {made.map(({ what, there, here }) => `${what} ${there} there, ${here} here`).join("; ")}.
        </p>
      )}
      {counts.open > 0 && <RunWhatItNames card={card} comparison={comparison} />}
      <Findings comparison={comparison} />
    </>
  );
}

/** Undefined until the first comparison is made. */
function useComparison(card: Scorecard): Comparison | undefined {
  const workbench = useWorkbench();
  // The scorecard is made anew when a cell settles, not with every picture of a run.
  const settled = useBench(
    useShallow((state) => [
      ...Object.values(state.cells).filter(({ status }) => status !== "waiting" && status !== "running"),
      ...Object.values(state.ceilings),
      ...state.packages,
      ...state.subjects,
    ]),
  );
  const [comparison, setComparison] = useState<Comparison>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what has settled is what the scorecard is made of
  useEffect(() => {
    let stale = false;
    void workbench
      .scorecard()
      .then((here) => compareScorecards(card, here))
      .then((found) => {
        if (!stale) setComparison(found);
      });
    return () => {
      stale = true;
    };
  }, [workbench, card, settled]);
  return comparison;
}

/** Ticks the subjects whose claims are open, and no other, and scores them; and says whose files are lacking. */
function RunWhatItNames({ card, comparison }: { readonly card: Scorecard; readonly comparison: Comparison }) {
  const workbench = useWorkbench();
  const running = useBench((state) => state.running !== undefined);
  const ready = useBench(useShallow(readySubjects));
  const benchmarks = useBench((state) => state.packages.some((entry) => entry.state.status === "ready"));
  if (running) return null;
  if (!benchmarks) return <p className={styles.aside}>Open the benchmark that it is about.</p>;
  const claims = card.benchmarks.flatMap(({ scores }) => scores);
  const notRun = new Set(
    comparison.benchmarks.flatMap(({ findings }) =>
      findings.flatMap(({ outcome, subject }) => (outcome === "not run" ? (subject ?? []) : [])),
    ),
  );
  const digests = new Set(
    claims.filter(({ subject }) => notRun.has(subject)).map(({ subject_digest }) => subject_digest),
  );
  const named = ready.filter(
    ({ identifier, state }) => digests.has(subjectDigest(state.source)) || notRun.has(identifier),
  );
  const here = new Set(ready.flatMap(({ identifier, state }) => [identifier, subjectDigest(state.source)]));
  const lacking = claims.filter(
    ({ subject, subject_digest }) => notRun.has(subject) && !here.has(subject) && !here.has(subject_digest),
  );
  const names = [...new Set(lacking.map(({ subject }) => subject))];
  return (
    <>
      {names.length > 0 && (
        <p className={styles.aside}>
          Not open here: {names.join(", ")}. Drop {names.length === 1 ? "its" : "their"} weights, a card with its
          network, or recorded responses.
        </p>
      )}
      {named.length > 0 && (
        <p>
          <button
            type="button"
            onClick={() => {
              const wanted = new Set(named.map(({ id }) => id));
              for (const { id } of ready) workbench.select(id, wanted.has(id));
              void workbench.score();
            }}
          >
            Score the {plural(named.length, "subject")} it names
          </button>
        </p>
      )}
    </>
  );
}

function Findings({ comparison }: { readonly comparison: Comparison }) {
  const split = (want: (finding: Finding) => boolean): BenchmarkFindings[] =>
    comparison.benchmarks.flatMap((each) => {
      const findings = each.findings.filter(want);
      return findings.length === 0 ? [] : [{ ...each, findings }];
    });
  const open = (finding: Finding): boolean => finding.outcome === "not run" || finding.outcome === "no claim";
  const differing = split((finding) => !isReproduced(finding.outcome) && !open(finding));
  const others = split((finding) => isReproduced(finding.outcome) || open(finding));
  const n = others.reduce((sum, { findings }) => sum + findings.length, 0);
  return (
    <>
      {differing.length > 0 && <FindingTable caption="What differs" benchmarks={differing} />}
      {n > 0 && (
        <details>
          <summary>{plural(n, differing.length === 0 ? "claim" : "other claim")}, reproduced or not run</summary>
          <FindingTable caption="Reproduced or not run" benchmarks={others} />
        </details>
      )}
    </>
  );
}

interface TableProps {
  readonly caption: string;
  readonly benchmarks: readonly BenchmarkFindings[];
}

function FindingTable({ caption, benchmarks }: TableProps) {
  return (
    // Scrolls sideways where it is narrow, so the keyboard must reach it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region without controls
    <section className={styles.scroll} aria-label={caption} tabIndex={0}>
      <table className={styles.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Claim</th>
            <th scope="col">Found</th>
            <th scope="col">In</th>
            <th scope="col" className={styles.number}>
              There
            </th>
            <th scope="col" className={styles.number}>
              Here
            </th>
            <th scope="col" className={styles.number}>
              Difference
            </th>
          </tr>
        </thead>
        {benchmarks.map(({ identifier, digest, findings }) => (
          <tbody key={digest}>
            <tr>
              <th colSpan={6} scope="rowgroup" className={styles.group}>
                <Identifier>{identifier}</Identifier>
              </th>
            </tr>
            {findings.map((finding) => (
              <FindingRows key={finding.subject ?? ""} finding={finding} />
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

/** A row for each input and number that differ; one where none does. */
function FindingRows({ finding }: { readonly finding: Finding }) {
  const { subject, outcome, inputs, numbers, reason, closeness } = finding;
  const within = outcome === "within tolerance" && closeness !== undefined ? ` of ${TOLERANCE[closeness]}` : "";
  const rows = [
    ...inputs.map(({ what, there, here }) => ({ what, there: inputText(there), here: inputText(here), by: "" })),
    ...numbers.map(({ what, there, here, by }) => ({
      what,
      there: exact(there),
      here: exact(here),
      by: by === undefined ? "" : signed(by),
    })),
  ];
  const [first = { what: "", there: "", here: "", by: "" }, ...rest] = rows;
  const cells = (row: typeof first) => (
    <>
      <td>{row.what}</td>
      <td className={styles.number}>{row.there}</td>
      <td className={styles.number}>{row.here}</td>
      <td className={styles.number}>{row.by}</td>
    </>
  );
  return (
    <>
      <tr data-outcome={isReproduced(outcome) ? "reproduced" : outcome}>
        <th scope="row" rowSpan={rest.length + 1}>
          {subject === undefined ? "ceiling and means" : <Identifier>{subject}</Identifier>}
        </th>
        <td rowSpan={rest.length + 1} className={styles.found}>
          {outcome}
          {within}
          {reason !== undefined && <span className={styles.reason}>{reason}</span>}
        </td>
        {cells(first)}
      </tr>
      {rest.map((row) => (
        <tr key={row.what}>{cells(row)}</tr>
      ))}
    </>
  );
}

/** Digests by their start; anything else as it is. */
function inputText(value: string | undefined): string {
  if (value === undefined) return "nothing";
  return value.startsWith("sha256-") ? `${shortDigest(value)}…` : value;
}

/** As many digits as tell two numbers apart that differ in what counts. */
function exact(value: number | undefined): string {
  return value === undefined ? "none" : String(Number(value.toPrecision(9))).replace("-", "−");
}

function signed(value: number): string {
  const text = String(Number(Math.abs(value).toPrecision(3)));
  return `${value < 0 ? "−" : "+"}${text}`;
}
