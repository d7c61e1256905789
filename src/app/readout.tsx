/** The readout: every number of the cell that is pointed at or open, with where it came from. */
import type { Benchmark } from "../benchmark/benchmark.ts";
import { useBench } from "./context.ts";
import { cellText } from "./describe.ts";
import { Equation } from "./equation.tsx";
import { Identifier } from "./identifier.tsx";
import styles from "./readout.module.css";
import { StandIn } from "./stand-in.tsx";
import { cellKey, type SubjectEntry } from "./workbench.ts";

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
        on <Identifier>{benchmark.identifier}</Identifier>
      </p>
      <StandIn panel={subject.panel} />
      {cell?.status === "scored" ? <Equation cell={cell} metric={benchmark.metric.name} /> : <p>{cellText(cell)}</p>}
    </>
  );
}
