/** What a subject that guesses would get. Apart from reality.ts, because the page draws it and needs no metrics for that. */
import type { BehavioralBenchmark, Task } from "../benchmark/benchmark.ts";
import type { MetricOptions } from "../metrics/metric.ts";

/** The metric's raw value for a subject that guesses, where that is known. */
export function chanceOf({ metric, task }: Pick<BehavioralBenchmark, "metric" | "task">): number | undefined {
  switch (metric.name) {
    case "error_consistency":
      return 0;
    case "accuracy":
    case "odd_one_out_accuracy":
      return given(metric.options) ?? guessing(task);
    default:
      return undefined;
  }
}

function given({ chance }: MetricOptions): number | undefined {
  return typeof chance === "number" ? chance : undefined;
}

/** How often guessing is right. */
export function guessing(task: Task): number {
  switch (task.name) {
    case "label":
      return 1 / (task.choices === "imagenet" ? 1000 : task.choices.length);
    case "probabilities":
      return 1 / new Set(task.fittingStimuli.table.columns.image_label?.text).size;
    case "odd_one_out":
      return 1 / 3;
    default:
      return task satisfies never;
  }
}
