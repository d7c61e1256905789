/** A behavioural benchmark that is made up of its columns: what tests of views and comparisons look at. Its pictures are none. */
import type { BehavioralBenchmark } from "../benchmark/benchmark.ts";
import { type Columns, tableOf } from "./golden.ts";

/** A label task of cat and dog, scored by accuracy, unless `more` says otherwise. */
export function madeUpBenchmark(
  stimuli: Columns,
  responses: Columns,
  more: Partial<BehavioralBenchmark> = {},
): BehavioralBenchmark {
  return {
    track: "behavioral",
    identifier: "made up",
    version: 1,
    authors: [],
    digest: "sha256-0",
    folder: "",
    stimulusSet: { identifier: "set", stimuli: [], visualDegrees: null, table: tableOf(stimuli) },
    task: { name: "label", choices: ["cat", "dog"] },
    numberOfTrials: 1,
    responses: tableOf(responses),
    metric: { name: "accuracy", options: {} },
    ceiling: { name: "constant", options: { value: 1 } },
    excluded: { stimuli: 0, responses: 0 },
    ...more,
  };
}
