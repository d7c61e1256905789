/** The page's half of a call to the scoring worker. Apart from scoring-api.ts, which brings every metric with it. */
import type { BehavioralBenchmark } from "../benchmark/benchmark.ts";
import type { ScorableBenchmark } from "../scoring/bootstrap.ts";

/** What of a benchmark crosses to the worker to be scored: no pictures. */
export function scorable(benchmark: BehavioralBenchmark): ScorableBenchmark {
  const { metric, ceiling, responses, normalisation, bounds, task } = benchmark;
  return {
    // Of a task only its chance level matters, which probabilities bring along: no triplets or pictures need to cross.
    ...(task.name === "label" ? { task } : {}),
    ...(task.name === "odd_one_out" ? { task: { name: task.name, triplets: { length: 0, columns: {} } } } : {}),
    metric,
    responses,
    ceiling,
    ...(normalisation === undefined ? {} : { normalisation }),
    ...(bounds === undefined ? {} : { bounds }),
  };
}
