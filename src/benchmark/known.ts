/**
 * What this version can score, by name. The registries themselves live above this folder in the import order (metrics,
 * scoring), so the reader is told their names and checks manifests against them.
 */
import { type Fault, GapscopeError } from "../faults/faults.ts";
import type { Normalisation, Task } from "./benchmark.ts";
import { clip, suggestion } from "./findings.ts";
import type { Manifest } from "./schema.ts";

/** What the reader must know of a metric; those of the registry (metrics/) are given to it. */
export interface KnownMetric {
  readonly name: string;
  /** The tasks whose answers it can score. */
  readonly tasks: readonly Task["name"][];
  /** What the tables must hold. Throws `package-refused` for options that it does not take. */
  needs(options: Readonly<Record<string, unknown>>): MetricNeeds;
}

export interface MetricNeeds {
  /** Columns of what is presented (stimuli, or triplets); responses inherit them. */
  readonly stimuli: readonly string[];
  /** Further columns of the responses. */
  readonly responses: readonly string[];
  /** Which of these hold a number on every row. */
  readonly numbers: readonly string[];
  /** Whether every person must have answered every stimulus exactly once. */
  readonly sameStimuli: boolean;
  /** Whether a row of the responses is a trial, or all that one person did; the latter names no stimulus. */
  readonly rowPer: "trial" | "subject";
  /**
   * What trials have to do with the stimuli. Paired: each is about one of them. Pooled: people may have seen others, and
   * then the responses have no stimulus_id and say the truth themselves. Unread: the manifest may leave out `data`.
   */
  readonly people: "paired" | "pooled" | "unread";
}

/** Names registered for behavioural benchmarks. */
export interface KnownNames {
  readonly metrics: readonly KnownMetric[];
  readonly ceilings: readonly string[];
  readonly normalisations: readonly Normalisation[];
}

const NOTHING: MetricNeeds = {
  stimuli: [],
  responses: [],
  numbers: [],
  sameStimuli: false,
  rowPer: "trial",
  people: "paired",
};

/** Without a registry: a metric of each kind. */
export const KNOWN: KnownNames = {
  metrics: [
    {
      name: "error_consistency",
      tasks: ["label", "probabilities"],
      needs: () => ({ ...NOTHING, stimuli: ["truth"], sameStimuli: true }),
    },
    {
      name: "accuracy",
      tasks: ["label", "probabilities"],
      needs: () => ({ ...NOTHING, stimuli: ["truth"], people: "unread" }),
    },
    {
      name: "odd_one_out_accuracy",
      tasks: ["odd_one_out"],
      needs: () => ({ ...NOTHING, responses: ["a", "b", "c"] }),
    },
  ],
  ceilings: ["metric", "constant"],
  normalisations: ["ratio", "explained_variance", "squared_ratio", "chance_corrected"],
};

/** What the manifest's metric needs; nothing where there is no such metric or its options are at fault. */
export function needsOf(manifest: Manifest, known: KnownNames): MetricNeeds {
  const metric = known.metrics.find(({ name }) => name === manifest.metric.name);
  try {
    return metric?.needs(manifest.metric.options) ?? NOTHING;
  } catch (error) {
    if (error instanceof GapscopeError && error.code === "package-refused") return NOTHING; // nameFaults says so
    throw error;
  }
}

/** `not-yet-supported` for a kind of benchmark that the format allows and this version cannot score. */
export function unsupported(manifest: Manifest, file: string): Fault | undefined {
  if (manifest.recording === undefined) return undefined;
  return {
    code: "not-yet-supported",
    file,
    field: "recording",
    message:
      "Neural benchmarks (recordings) are part of the format, but this version of Gapscope cannot score them yet.",
    value: clip(manifest.identifier),
    expected: "a task",
    remedy: "Leave this manifest out of the zip to score the others; the file itself is not at fault.",
  };
}

/**
 * Faults `unknown-metric`, `unknown-ceiling`, `unknown-normalisation`, `ceiling-value`, `metric-task`, `missing-field` of data that
 * the metric reads, and what the metric says of its options.
 */
export function nameFaults(manifest: Manifest, file: string, known: KnownNames): Fault[] {
  const faults: Fault[] = [];
  const check = (
    kind: "metric" | "ceiling" | "normalisation",
    field: string,
    name: string,
    names: readonly string[],
  ) => {
    if (names.includes(name)) return;
    faults.push({
      code: `unknown-${kind}`,
      file,
      field,
      message: `There is no ${kind} of this name for behavioural benchmarks.`,
      value: clip(name),
      expected: names.join(", "),
      remedy: suggestion(name, names),
    });
  };
  const metricNames = known.metrics.map(({ name }) => name);
  check("metric", "metric.name", manifest.metric.name, metricNames);
  faults.push(...metricFaults(manifest, file, known));
  check("ceiling", "ceiling.name", manifest.ceiling.name, known.ceilings);
  if (manifest.normalisation !== undefined) {
    check("normalisation", "normalisation", manifest.normalisation, known.normalisations);
  }
  const value = manifest.ceiling.options.value;
  if (manifest.ceiling.name === "constant" && !(typeof value === "number" && Number.isFinite(value) && value > 0)) {
    faults.push({
      code: "ceiling-value",
      file,
      field: "ceiling.options.value",
      message: "A constant ceiling needs its value.",
      ...(value === undefined ? {} : { value: clip(value) }),
      expected: "a number above 0",
      remedy: 'Write {"name": "constant", "options": {"value": 1}}; the score is divided by it.',
    });
  }
  return faults;
}

function metricFaults(manifest: Manifest, file: string, known: KnownNames): Fault[] {
  const metric = known.metrics.find(({ name }) => name === manifest.metric.name);
  if (metric === undefined || manifest.task === undefined) return [];
  const { name: task } = manifest.task;
  const faults: Fault[] = [];
  if (!metric.tasks.includes(task)) {
    faults.push({
      code: "metric-task",
      file,
      field: "metric.name",
      message: `${metric.name} cannot score the task ${task}.`,
      value: clip(metric.name),
      expected: known.metrics.flatMap(({ name, tasks }) => (tasks.includes(task) ? [name] : [])).join(", "),
      remedy: `It scores ${metric.tasks.join(", ")}.`,
    });
  }
  try {
    const { people } = metric.needs(manifest.metric.options);
    if (manifest.data === undefined && people !== "unread") {
      faults.push({
        code: "missing-field",
        file,
        field: "data",
        message: `The field “data” is missing; ${metric.name} compares the subject with people.`,
        expected: '{"table": "responses.csv"}',
        remedy: "Add it.",
      });
    }
  } catch (error) {
    if (!(error instanceof GapscopeError) || error.code !== "package-refused") throw error;
    faults.push(...error.faults.map((fault) => ({ ...fault, file })));
  }
  return faults;
}
