/** The way to a benchmark's deck, in the list of what is open. */
import type { Benchmark } from "../../benchmark/benchmark.ts";
import { useBench, useWorkbench } from "../context.ts";
import { cellKey } from "../state.ts";

export function TeachIt({ benchmark }: { readonly benchmark: Benchmark }) {
  const workbench = useWorkbench();
  const scored = useBench(({ subjects, cells }) =>
    subjects.some(({ id }) => cells[cellKey(benchmark, id)]?.status === "scored"),
  );
  return (
    <p>
      <button
        type="button"
        data-look="word"
        data-teach={benchmark.digest}
        aria-label={`Teach with ${benchmark.identifier}`}
        onClick={() => workbench.teach(benchmark.digest)}
      >
        Teach with it…
      </button>
      {scored && " slides from these scores"}
    </p>
  );
}
