/**
 * Neural metrics and ceilings whose functions get their options parsed, as defineMetric (../metric.ts) does for behaviour,
 * and the form of data that they read.
 */
import type * as v from "valibot";
import { type Histogram, isHistogram } from "../../assembly/histogram.ts";
import { isSimilarities, type NeuroidAssembly, type SimilarityAssembly } from "../../assembly/neuroids.ts";
import { GapscopeError } from "../../faults/faults.ts";
import { type Measurement, type MetricOptions, parseOptions } from "../metric.ts";
import type {
  NeuralCeiling,
  NeuralContext,
  NeuralData,
  NeuralMetric,
  PrimateData,
  Recording,
} from "../neural-metric.ts";

interface Forms {
  readonly neuroids: NeuroidAssembly;
  readonly similarities: SimilarityAssembly;
  readonly either: NeuralData;
  readonly histogram: Histogram;
}

interface MetricDefinition<Options, Form extends keyof Forms>
  extends Omit<NeuralMetric, "data" | "options" | "check" | "compare"> {
  readonly data: Form;
  readonly options: v.GenericSchema<unknown, Options>;
  check(target: Forms[Form], options: Options): readonly string[];
  compare(source: Recording, target: Forms[Form], options: Options, context: NeuralContext): Promise<Measurement>;
}

interface CeilingDefinition<Options, Form extends keyof Forms>
  extends Omit<NeuralCeiling, "data" | "options" | "check" | "compute"> {
  readonly data: Form;
  readonly options: v.GenericSchema<unknown, Options>;
  check(target: Forms[Form], options: Options): readonly string[];
  /** Gets only what `check` has nothing against. */
  compute(target: Forms[Form], options: Options, context: NeuralContext): Promise<Measurement>;
}

/** `check` and `compare` throw `package-refused` for options that the schema refuses, `compare` for data of another form. */
export function defineNeuralMetric<Options, Form extends keyof Forms>(
  definition: MetricDefinition<Options, Form>,
): NeuralMetric {
  const { check, compare, ...plain } = definition;
  const parse = (options: MetricOptions) => parseOptions(plain.name, plain.options, options);
  return {
    ...plain,
    check: (target, options) =>
      hasForm(target, plain.data) ? check(target, parse(options)) : [otherForm(plain, target)],
    async compare(source, target, options, context) {
      if (hasForm(target, plain.data)) return compare(source, target, parse(options), context);
      throw new GapscopeError("package-refused", otherForm(plain, target));
    },
  };
}

/** `compute` throws `package-refused` with what `check` says; both do for options that the schema refuses. */
export function defineCeiling<Options, Form extends keyof Forms>(
  definition: CeilingDefinition<Options, Form>,
): NeuralCeiling {
  const { check, compute, ...plain } = definition;
  const parse = (options: MetricOptions) => parseOptions(plain.name, plain.options, options);
  return {
    ...plain,
    check: (target, options) =>
      hasForm(target, plain.data) ? check(target, parse(options)) : [otherForm(plain, target)],
    async compute(target, options, context) {
      const parsed = parse(options);
      if (!hasForm(target, plain.data)) throw new GapscopeError("package-refused", otherForm(plain, target));
      const faults = check(target, parsed);
      if (faults.length > 0) throw new GapscopeError("package-refused", faults.join(" "));
      return compute(target, parsed, context);
    },
  };
}

function hasForm<Form extends keyof Forms>(data: PrimateData, form: Form): data is Forms[Form] {
  return form === "either" ? !isHistogram(data) : formOf(data) === form;
}

function formOf(data: PrimateData): "neuroids" | "similarities" | "histogram" {
  if (isHistogram(data)) return "histogram";
  return isSimilarities(data) ? "similarities" : "neuroids";
}

const WORDS = {
  neuroids: "responses",
  similarities: "dissimilarities",
  either: "responses or dissimilarities",
  histogram: "a histogram",
} as const satisfies Record<keyof Forms, string>;

function otherForm({ name, data }: { name: string; data: keyof Forms }, target: PrimateData): string {
  return `${name} reads ${WORDS[data]}; the data are ${WORDS[formOf(target)]}.`;
}
