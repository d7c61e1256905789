/**
 * What a metric is: a comparison of a subject's assembly with the primate data, and perhaps a ceiling of its own.
 *
 * A metric knows nothing of ceilings' division, bounds or panels (scoring/ does) and nothing of where answers came from.
 * What it asks of a package is declared as data, so that a package is refused before a model has run (check.ts).
 */
import * as v from "valibot";
import type { BehavioralAssembly } from "../assembly/assembly.ts";
import type { Table } from "../assembly/table.ts";
import type { Normalisation, Task } from "../benchmark/benchmark.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";

/** One row behind a value, e.g. a subject × condition. `value` is null where it is undefined (0/0). */
export interface ByRow {
  readonly [coordinate: string]: string | number | boolean | null;
  readonly raw: number | null;
}

export interface Measurement {
  /** NaN where the metric is undefined on these data. */
  readonly value: number;
  /** The metric's own error estimate, or undefined where it has none. */
  readonly error?: number;
  /** Per condition, where the metric has conditions. */
  readonly by: readonly ByRow[];
  /** The value of each repetition, where the metric repeats itself on other halves of the data (i1, i2n). */
  readonly repetitions?: readonly number[];
  /** What about this value departs from what its name promises, in sentences; a score's notes repeat them. */
  readonly notes?: readonly string[];
}

/** What the tables must hold for a metric to be taken. */
export interface Needs {
  /** Columns of the stimuli; the responses inherit them. */
  readonly stimuli: readonly string[];
  /** Columns of the responses, over and above. */
  readonly responses: readonly string[];
  /** Which of these columns must hold a number on every row. */
  readonly numbers: readonly string[];
  /** Whether every person must have answered every stimulus exactly once. */
  readonly sameStimuli: boolean;
  /** What a row of the responses is: a trial, with stimulus_id and response, or all that one person did. */
  readonly rowPer: "trial" | "subject";
  /**
   * What trials have to do with the stimuli. Paired: each is about one of them. Pooled: people may have seen others, and
   * then the responses have no stimulus_id and say the truth themselves. Unread: they may be left out.
   */
  readonly people: "paired" | "pooled" | "unread";
  /** Columns of the stimuli of whose values there must be some of each; stimuli that are drawn anew keep their numbers. */
  readonly within: readonly string[];
}

export type MetricOptions = Readonly<Record<string, unknown>>;

/** i2n's own way from raw to score, `sqrt_ceiling`, is no word of the package format: only the metric itself names it. */
export type MetricNormalisation = Normalisation | "sqrt_ceiling";

export interface BehavioralMetric {
  readonly name: string;
  /** What `raw` is called in figures, e.g. "kappa". */
  readonly unit: string;
  readonly normalisation: MetricNormalisation;
  /** Brain-Score's clamp of the ceiled score; null for an open end. */
  readonly bounds: readonly [number | null, number | null];
  /** Which tasks' answers it can read. */
  readonly tasks: readonly Task["name"][];
  /** Its keyword arguments, by Brain-Score's names and with its defaults. */
  readonly options: v.GenericSchema<unknown, unknown>;
  /** Throws `package-refused` for options that the schema refuses. */
  needs(options: MetricOptions): Needs;
  /** Throws `package-refused` for options, or for tables that lack what the metric needs. */
  compare(source: BehavioralAssembly, target: Table, options: MetricOptions): Measurement;
  /** Absent where the metric has no ceiling of its own. Throws as `compare` does. */
  ceiling?(target: Table, options: MetricOptions): Measurement;
}

interface Definition<Options>
  extends Omit<BehavioralMetric, "needs" | "compare" | "ceiling" | "options" | "normalisation" | "bounds"> {
  /** `ratio` where left out. */
  readonly normalisation?: MetricNormalisation;
  /** Open at both ends where left out. */
  readonly bounds?: BehavioralMetric["bounds"];
  readonly options: v.GenericSchema<unknown, Options>;
  needs(options: Options): Partial<Needs>;
  compare(source: BehavioralAssembly, target: Table, options: Options): Measurement;
  ceiling?(target: Table, options: Options): Measurement;
}

/** A metric whose functions get their options parsed. */
export function defineMetric<Options>(definition: Definition<Options>): BehavioralMetric {
  const { needs, compare, ceiling, ...plain } = definition;
  const { name, options: schema } = plain;
  const parse = (options: MetricOptions): Options => parseOptions(name, schema, options);
  return {
    normalisation: "ratio",
    bounds: [null, null],
    ...plain,
    needs: (options) => ({
      stimuli: [],
      responses: [],
      numbers: [],
      sameStimuli: false,
      rowPer: "trial",
      people: "paired",
      within: [],
      ...needs(parse(options)),
    }),
    compare: (source, target, options) => compare(source, target, parse(options)),
    ...(ceiling === undefined ? {} : { ceiling: (target, options) => ceiling(target, parse(options)) }),
  };
}

/** The options of the metric or ceiling called `name`. Throws `package-refused` for what its schema refuses. */
export function parseOptions<Options>(
  name: string,
  schema: v.GenericSchema<unknown, Options>,
  options: MetricOptions,
): Options {
  const result = v.safeParse(schema, options);
  if (result.success) return result.output;
  throw new GapscopeError("package-refused", `The options of the metric ${name} cannot be used.`, {
    faults: result.issues.map((issue) => optionFault(name, issue)),
  });
}

/** What the schema of the metric called `name` has against an option. */
function optionFault(name: string, issue: v.BaseIssue<unknown>): Fault {
  const path = v.getDotPath(issue);
  return {
    code: "metric-option",
    field: path === null ? "metric.options" : `metric.options.${path}`,
    message: `${name} does not take this: ${issue.message}.`,
    value: issue.received,
    ...(issue.expected === null ? {} : { expected: issue.expected }),
  };
}

/** The options of a metric that has none. */
export const NO_OPTIONS = v.strictObject({});

/** A column's name, as an option. */
export const columnName = v.pipe(v.string(), v.nonEmpty());
