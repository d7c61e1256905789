/** The readout: every number of the cell that is pointed at or open, with where it came from. */
import type { Benchmark } from "../benchmark/benchmark.ts";
import { subjectDigest } from "../lab/source.ts";
import type { Interval, NoInterval } from "../scoring/bootstrap.ts";
import { useBench } from "./context.ts";
import { cellText, intervalText } from "./describe.ts";
import { Equation } from "./equation.tsx";
import { shortDigest } from "./format.ts";
import { Identifier } from "./identifier.tsx";
import styles from "./readout.module.css";
import { StandIn } from "./stand-in.tsx";
import { cellKey, type SubjectEntry } from "./state.ts";

interface Props {
  readonly benchmark: Benchmark | undefined;
  readonly subject: SubjectEntry | undefined;
}

export function Readout({ benchmark, subject }: Props) {
  return (
    <div className={styles.readout}>
      {benchmark === undefined || subject === undefined ? (
        <p className={styles.hint}>Point at a score to see how it was made; open it to see every stimulus.</p>
      ) : (
        <CellReadout benchmark={benchmark} subject={subject} />
      )}
    </div>
  );
}

function CellReadout({ benchmark, subject }: { readonly benchmark: Benchmark; readonly subject: SubjectEntry }) {
  const cell = useBench((state) => state.cells[cellKey(benchmark, subject.id)]);
  return (
    <>
      <p>
        <strong>
          <Identifier>{subject.identifier}</Identifier>
        </strong>{" "}
        {subject.state.status === "ready" && <Digest of={subjectDigest(subject.state.source)} />} on{" "}
        <Identifier>{benchmark.identifier}</Identifier> <Digest of={benchmark.digest} />
      </p>
      <StandIn panel={subject.panel} />
      {cell?.status === "scored" ? (
        <>
          <Equation cell={cell} metric={benchmark.metric.name} />
          {cell.interval !== undefined && <p className={styles.facts}>{noted(cell.interval)}</p>}
        </>
      ) : (
        <p>{cellText(cell)}</p>
      )}
    </>
  );
}

/** Recordings have none: the splits' standard error stands with their raw value. */
function noted(interval: Interval | NoInterval): string {
  return "reason" in interval ? `no interval: ${interval.reason}` : intervalText(interval);
}

function Digest({ of }: { readonly of: string }) {
  return (
    <code className={styles.facts} title={of}>
      {shortDigest(of)}
    </code>
  );
}
