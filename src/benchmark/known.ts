/**
 * What this version can score, by name. The registries themselves live above this folder in the import order (metrics,
 * scoring), so the reader is told their names and checks manifests against them.
 */
import * as v from "valibot";
import type { Coordinate } from "../assembly/assembly.ts";
import { isHistogram } from "../assembly/histogram.ts";
import { isSimilarities, type NeuroidAssembly } from "../assembly/neuroids.ts";
import type { Table } from "../assembly/table.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import type { Normalisation, Recordings, Task } from "./benchmark.ts";
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

type Options = Readonly<Record<string, unknown>>;

/** What the reader must know of a neural metric or ceiling. */
export interface KnownNeural {
  readonly name: string;
  readonly options: v.GenericSchema<unknown, unknown>;
  /** What is wrong with data, in sentences; `options` are ones that the schema takes. */
  check(target: Recordings, options: Options): readonly string[];
  /** The same of the stimuli's columns, where it reads them. */
  checkStimuli?(coords: Readonly<Record<string, Coordinate>>, options: Options): readonly string[];
}

export interface KnownNames {
  /** Of behavioural benchmarks. */
  readonly metrics: readonly KnownMetric[];
  readonly ceilings: readonly string[];
  readonly normalisations: readonly Normalisation[];
  readonly neural: {
    readonly metrics: readonly KnownNeural[];
    /** A metric's own, which manifests call "metric", has the metric's name. */
    readonly ceilings: readonly KnownNeural[];
    /** Brain-Score's metrics that nobody could reproduce, and why. */
    readonly irreproducible?: ReadonlyMap<string, string>;
    /** Presentations of the same stimulus averaged: what metrics, unlike ceilings, are given. */
    average(assembly: NeuroidAssembly): NeuroidAssembly;
  };
}

const NOTHING: MetricNeeds = {
  stimuli: [],
  responses: [],
  numbers: [],
  sameStimuli: false,
  rowPer: "trial",
  people: "paired",
};

const anything = (name: string): KnownNeural => ({
  name,
  options: v.record(v.string(), v.unknown()),
  check: () => [],
});

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
  neural: {
    metrics: ["pls", "ridge", "rdm", "cka"].map(anything),
    ceilings: ["internal_consistency", "rsa_ceiling"].map(anything),
    average: (assembly) => assembly,
  },
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

/**
 * Faults `unknown-metric`, `irreproducible-metric`, `unknown-ceiling`, `unknown-normalisation`, `ceiling-value`, `metric-task`,
 * `missing-field` of data that the metric reads, and what the metric says of its options (of neural ones `metric-option`,
 * `ceiling-option`).
 */
export function nameFaults(manifest: Manifest, file: string, known: KnownNames): Fault[] {
  const faults: Fault[] = [];
  const neural = manifest.recording !== undefined;
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
      message: `There is no ${kind} of this name for ${neural ? "neural" : "behavioural"} benchmarks.`,
      value: clip(name),
      expected: names.join(", "),
      remedy: suggestion(name, names),
    });
  };
  const metricNames = (neural ? known.neural : known).metrics.map(({ name }) => name);
  const reason = neural ? known.neural.irreproducible?.get(manifest.metric.name) : undefined;
  if (reason === undefined) check("metric", "metric.name", manifest.metric.name, metricNames);
  else {
    faults.push({
      code: "irreproducible-metric",
      file,
      field: "metric.name",
      message: `${reason} It is not part of Gapscope.`,
      value: clip(manifest.metric.name),
      expected: metricNames.join(", "),
      remedy: "Choose another metric.",
    });
  }
  faults.push(...(neural ? neuralOptionFaults(manifest, file, known) : metricFaults(manifest, file, known)));
  check("ceiling", "ceiling.name", manifest.ceiling.name, neural ? neuralCeilings(manifest, known) : known.ceilings);
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

/** The names that the ceiling of a neural benchmark may have. */
function neuralCeilings({ metric }: Manifest, { neural }: KnownNames): string[] {
  const names = neural.ceilings.map(({ name }) => name);
  return [...names, ...(names.includes(metric.name) ? ["metric"] : []), "constant"];
}

/** Metric and ceiling as the manifest names them, with their options; none where there is none of the name. */
function neuralParts({ metric, ceiling }: Manifest, { neural }: KnownNames) {
  const own = ceiling.name === "metric";
  const find = (all: readonly KnownNeural[], wanted: string) => all.find(({ name }) => name === wanted);
  return {
    metric: { known: find(neural.metrics, metric.name), options: metric.options },
    ceiling: {
      known: find(neural.ceilings, own ? metric.name : ceiling.name),
      options: own ? { ...metric.options, ...ceiling.options } : ceiling.options,
    },
  };
}

function neuralOptionFaults(manifest: Manifest, file: string, names: KnownNames): Fault[] {
  return Object.entries(neuralParts(manifest, names)).flatMap(([field, { known, options }]) =>
    (known === undefined ? [] : (v.safeParse(known.options, options).issues ?? [])).map((issue) => {
      const path = v.getDotPath(issue);
      return {
        code: `${field}-option`,
        file,
        field: path === null ? `${field}.options` : `${field}.options.${path}`,
        message: `${known?.name} does not take this: ${issue.message}.`,
        value: clip(issue.received),
        ...(issue.expected === null ? {} : { expected: issue.expected }),
        remedy: "Correct or remove the option; options have the names of Brain-Score's keyword arguments.",
      };
    }),
  );
}

/** Faults `metric-data` and `ceiling-data`: what metric and ceiling have against the data, before any model has run. */
export function neuralDataFaults(
  manifest: Manifest,
  file: string,
  recordings: Recordings,
  averageRepetition: boolean,
  names: KnownNames,
): Fault[] {
  const repeated = !isHistogram(recordings) && !isSimilarities(recordings);
  const averaged = repeated && averageRepetition ? names.neural.average(recordings) : recordings;
  return Object.entries(neuralParts(manifest, names)).flatMap(([field, { known, options }]) => {
    if (known === undefined || !v.is(known.options, options)) return []; // reported as unknown, or with its options
    return known.check(field === "metric" ? averaged : recordings, options).map((message) => ({
      code: `${field}-data`,
      file,
      field: `${field}.name`,
      message,
      value: clip(known.name),
      remedy: `Mend the data, or choose another ${field} or other options.`,
    }));
  });
}

/** Faults `metric-stimuli`: what the metric has against the columns of the stimuli that take part. */
export function neuralStimulusFaults(manifest: Manifest, file: string, { columns }: Table, names: KnownNames): Fault[] {
  const { known, options } = neuralParts(manifest, names).metric;
  if (known === undefined || !v.is(known.options, options)) return []; // reported as unknown, or with its options
  const coords = Object.fromEntries(
    Object.entries(columns).map(([name, { values }]) => [name, { dim: "presentation", values }]),
  );
  return (known.checkStimuli?.(coords, options) ?? []).map((message) => ({
    code: "metric-stimuli",
    file,
    field: "stimulus_set.table",
    message,
    value: clip(known.name),
    remedy: "Mend the table, or exclude fewer stimuli.",
  }));
}
