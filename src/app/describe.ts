/** What things are, in the words of the page: tasks, metrics, cells, where a fault stands. Pure text, no markup. */
import { cellsOf, isHistogram } from "../assembly/histogram.ts";
import { isSimilarities, type NeuroidAssembly } from "../assembly/neuroids.ts";
import { groupBy, type Scalar } from "../assembly/table.ts";
import type { Benchmark, NeuralBenchmark, Task } from "../benchmark/benchmark.ts";
import type { Fault } from "../faults/faults.ts";
import type { Choice } from "../lab/backend.ts";
import type { Interval } from "../scoring/bootstrap.ts";
import type { Ceiling } from "../scoring/ceiled.ts";
import { count, decimal, equationText, percent, plural, plusMinus } from "./format.ts";
import type { Cell } from "./state.ts";

export { chanceOf } from "../scoring/chance.ts";

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

/** `70–170 ms`; `39 time bins from 0 to 780 ms`. */
export function timeBinsText(timeBins: NeuralBenchmark["recording"]["timeBins"]): string {
  if (timeBins.length <= 2) return timeBins.map(([start, end]) => `${start}–${end} ms`).join(" and ");
  const times = timeBins.flat();
  return `${count(timeBins.length)} time bins from ${Math.min(...times)} to ${Math.max(...times)} ms`;
}

/** What was recorded of whom, a phrase each: `168 sites: Chabo 102, Tito 66`, `28 to 30 repetitions, averaged`. */
export function recordedTexts({
  recordings,
  averageRepetition,
}: Pick<NeuralBenchmark, "recordings" | "averageRepetition">): string[] {
  if (isHistogram(recordings)) {
    const { counts, undefinedCells } = recordings;
    const without = undefinedCells === 0 ? "" : `, ${count(undefinedCells)} of them without the property`;
    return [`a histogram of ${plural(cellsOf(recordings), "cell")} in ${plural(counts.length, "bin")}${without}`];
  }
  if (isSimilarities(recordings)) {
    const things = recordings.kind === "similarity" ? "similarities" : "dissimilarities";
    return [`${things} of ${plural(recordings.shape[0] ?? 0, "subject")}`];
  }
  const shown = groupBy(recordings.coords.stimulus_id?.values ?? [], (id) => id);
  const times = [...shown.values()].map(({ length }) => length);
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const averaged = averageRepetition ? "averaged" : "not averaged";
  return [
    sitesText(recordings),
    most === 1
      ? "each stimulus once"
      : `${least === most ? "" : `${count(least)} to `}${plural(most, "repetition")} of each stimulus, ${averaged}`,
  ];
}

/** Coordinates of neuroids that name whose they are. */
const WHOSE = ["animal", "subject", "monkey"];
const MOST_NAMED = 6;

function sitesText({ shape, coords }: NeuroidAssembly): string {
  const sites = plural(shape[1] ?? 0, "site");
  const name = WHOSE.find((each) => coords[each]?.dim === "neuroid");
  const owners = groupBy<Scalar, Scalar>(
    (name === undefined ? undefined : coords[name]?.values) ?? [],
    (owner) => owner,
  );
  if (owners.size === 0) return sites;
  if (owners.size > MOST_NAMED) return `${sites} of ${plural(owners.size, name === "subject" ? "subject" : "animal")}`;
  const named = [...owners].map(
    ([owner, own]) => `${owner ?? "not named"}${owners.size === 1 ? "" : ` ${count(own.length)}`}`,
  );
  return `${sites}: ${named.join(", ")}`;
}

/** `error consistency`. */
export function metricText(benchmark: Pick<Benchmark, "metric">): string {
  return benchmark.metric.name.replaceAll("_", " ");
}

/** The metrics that are repeated on splits or subsets of the stimuli. */
const OVER_SPLITS = /^((pls|ridge|linear_predictivity|neuron_to_neuron|reverse_pls)(_cv)?|spantime_.+|(cka|rdm)_cv)$/;

/** What Brain-Score's `error` of a metric is: the behavioural ones are no standard errors (metrics/*.ts). */
export function errorMeaning(metric: string): string | undefined {
  if (metric === "error_consistency") return "standard deviation over person × condition";
  if (OVER_SPLITS.test(metric)) return "standard error over splits of the stimuli";
  if (metric === "ks_similarity") return "standard deviation over draws";
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
