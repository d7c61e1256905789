/** The first screen: what this is, in three steps, and the example's strip before its first reading. */
import { useState } from "react";
import { GapscopeError } from "../faults/faults.ts";
import { useWorkbench } from "./context.ts";
import styles from "./empty-board.module.css";
import type { Example } from "./openings.ts";
import { Axis } from "./strip-axis.tsx";
import { FirstBenchmark } from "./your-own.tsx";

export function EmptyBoard() {
  return (
    <section className={styles.empty} aria-labelledby="welcome">
      <div className={styles.lede}>
        <h2 id="welcome">Score a vision benchmark in this browser, stimulus by stimulus.</h2>
        <p>
          The pictures of a benchmark are shown to models of the primate visual system. Their answers are compared with
          people’s, their units with recorded cells, and you see on which pictures they part. No account, no upload:
          your files stay on this machine.
        </p>
      </div>
      <figure className={styles.example}>
        <figcaption>
          <strong>The example:</strong> 360 drawings of nine shapes, and a small network that was trained on filled
          shapes alone. Its dot appears on this line when you run it.
        </figcaption>
        <div className={styles.strip}>
          <Axis
            summary="An empty strip: share correct from 0 to 1, chance at 0.111, ceiling at 1."
            dots={[]}
            ceiling={{ value: 1 }}
            chance={1 / 9}
            people={undefined}
          />
        </div>
        <TryExample example="shapes" words="A few seconds on this machine, 0.9 MB.">
          Try the example
        </TryExample>
      </figure>
      <div className={styles.second}>
        <p>
          <strong>Recordings too:</strong> how cells of macaque V1 are tuned, from published histograms, beside the
          first layer of the same small network.
        </p>
        <TryExample example="v1-tuning" words="Half a minute, 0.9 MB.">
          Compare it with V1
        </TryExample>
      </div>
      <ol className={styles.steps}>
        <li>
          <strong>Benchmark</strong>
          <p>
            A zip with its stimuli, the responses of people, a task and a metric. You get a verdict on it at once: every
            fault with its file and line. <FirstBenchmark>Make your first one</FirstBenchmark>
          </p>
        </li>
        <li>
          <strong>Subjects</strong>
          <p>
            The eleven models of the 2024 competition, with the weights their authors published; networks of your own as
            ONNX with a card; recorded answers as CSV, of other models or of people.
          </p>
        </li>
        <li>
          <strong>Scores</strong>
          <p>
            Computed as Brain-Score computes them: raw value, ceiling and formula beside each score. Open one to see
            where it comes from.
          </p>
        </li>
      </ol>
    </section>
  );
}

interface TryProps {
  readonly example: Example;
  /** What it costs. */
  readonly words: string;
  readonly children: string;
}

function TryExample({ example, words, children }: TryProps) {
  const workbench = useWorkbench();
  const [state, setState] = useState<"idle" | "opening" | { readonly trouble: string }>("idle");
  const run = async (): Promise<void> => {
    setState("opening");
    try {
      await workbench.openExample(example);
      await workbench.score();
    } catch (error) {
      setState({ trouble: GapscopeError.from(error).message });
    }
  };
  return (
    <div className={styles.run}>
      <button
        type="button"
        data-look={example === "shapes" ? "primary" : undefined}
        disabled={state === "opening"}
        onClick={() => void run()}
      >
        {children}
      </button>
      <span role="status">{typeof state === "string" ? words : state.trouble}</span>
    </div>
  );
}
