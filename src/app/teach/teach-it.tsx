/** The way to a benchmark's deck, in the list of what is open. */
import type { Benchmark } from "../../benchmark/benchmark.ts";
import { useBench, useWorkbench } from "../context.ts";

export function TeachIt({ benchmark }: { readonly benchmark: Benchmark }) {
  const workbench = useWorkbench();
  const prefix = `${benchmark.digest}|`;
  const scored = useBench((state) =>
    Object.entries(state.cells).some(([key, { status }]) => status === "scored" && key.startsWith(prefix)),
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
