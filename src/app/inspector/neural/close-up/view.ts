/** What each view of a close-up is given. */
import type { NeuralBenchmark } from "../../../../benchmark/benchmark.ts";
import type { CloseUp } from "../../../../lab/close-up.ts";

/** The close-up of a cell, opened when a view first asks and shared by all of them. */
export interface CloseUpHandle {
  open(): Promise<CloseUp>;
  /** Stops what is computed; the next question opens it again. */
  close(): void;
}

export interface ViewProps {
  readonly benchmark: NeuralBenchmark;
  /** Whom the score is of, for where figures come from. */
  readonly subject: { readonly identifier: string; readonly digest: string };
  readonly closeUp: CloseUpHandle;
}
