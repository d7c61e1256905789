/** What things are, in the words of the page: tasks, metrics, cells, where a fault stands. Pure text, no markup. */
import type { Benchmark, Task } from "../benchmark/benchmark.ts";
import type { Fault } from "../faults/faults.ts";
import type { Choice } from "../lab/backend.ts";
import type { Interval } from "../scoring/bootstrap.ts";
import type { Ceiling } from "../scoring/ceiled.ts";
import { count, decimal, equationText, percent, plural, plusMinus } from "./format.ts";
import type { Cell } from "./workbench.ts";

export { chanceOf } from "../scoring/reality.ts";

export function taskText(task: Task): string {
  switch (task.name) {
    case "label":
      return task.choices === "imagenet"
        ? "label, 1,000 ImageNet classes"
        : `label, ${count(task.choices.length)} choices`;
    case "probabilities":
      return "probabilities";
    case "odd_one_out":
      return "odd one out";
    default:
      return task satisfies never;
  }
}

/** `error consistency`. */
export function metricText(benchmark: Pick<Benchmark, "metric">): string {
  return benchmark.metric.name.replaceAll("_", " ");
}

/** What Brain-Score's `error` of a metric is, because none of them is a standard error (metrics/*.ts). */
export function errorMeaning(metric: string): string | undefined {
  if (metric === "error_consistency") return "standard deviation over person × condition";
  if (metric === "accuracy") return "standard deviation of right and wrong over the stimuli; not a standard error";
  return undefined;
}

export function ceilingText(ceiling: Ceiling): string {
  return `${decimal(ceiling.value)}${ceiling.error === undefined ? "" : ` ${plusMinus(ceiling.error)}`}`;
}

/** `95 % interval 0.170 to 0.592, over stimuli and people`. */
export function intervalText({ low, high, level, over }: Interval): string {
  return `${percent(level)} interval ${decimal(low)} to ${decimal(high)}, over ${over.join(" and ")}`;
}

export function backendText(backend: Choice | undefined): string {
  if (backend === undefined) return "recorded responses";
  const name = backend.backend === "webgpu" ? "WebGPU" : "wasm";
  return `${name}, float32: ${backend.reason}`;
}

/** A cell in a sentence or two: what a screen reader says of it beyond its number. */
export function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return "Not scored yet.";
  switch (cell.status) {
    case "waiting":
      return "Waiting for its turn.";
    case "running":
      return `Running: ${count(cell.done)} of ${plural(cell.total, "stimulus", "stimuli")}.`;
    case "cancelled":
      return "Cancelled before it was done.";
    case "not applicable":
      return `Not applicable: ${cell.reason}.`;
    case "failed":
      return `Failed: ${cell.error.message}`;
    case "scored": {
      const { score, raw, ceiling, formula, unit } = cell.score;
      const equation = equationText(formula, raw, ceiling.value);
      const interval =
        cell.interval === undefined || "reason" in cell.interval ? "" : ` ${intervalText(cell.interval)}.`;
      return `Score ${decimal(score)} = ${equation}; raw in ${unit}, ceiling ${ceilingText(ceiling)}.${interval}`;
    }
    default:
      return cell satisfies never;
  }
}

/** `stimuli.csv, line 12, filename`; empty where a fault stands nowhere. */
export function placeText({ file, line, column, field }: Fault): string {
  const parts = [
    file === undefined || line === undefined ? file : `${file}:${line}`,
    file === undefined && line !== undefined ? `line ${line}` : undefined,
    column ?? field,
  ];
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}
