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
  Correlations,
  FoldPrediction,
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
  extends Omit<NeuralMetric, "data" | "options" | "check" | "compare" | "folds" | "predict"> {
  readonly data: Form;
  readonly options: v.GenericSchema<unknown, Options>;
  check(target: Forms[Form], options: Options): readonly string[];
  compare(source: Recording, target: Forms[Form], options: Options, context: NeuralContext): Promise<Measurement>;
  readonly folds?: {
    count(target: Forms[Form], options: Options): number;
    correlate(
      source: Recording,
      target: Forms[Form],
      options: Options,
      which: readonly number[],
      context: NeuralContext,
    ): Promise<Correlations>;
    whole(found: Correlations, target: Forms[Form]): Measurement;
  };
  predict?(
    source: Recording,
    target: Forms[Form],
    neuroid: number,
    options: Options,
    context: NeuralContext,
  ): Promise<readonly FoldPrediction[]>;
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
  const { check, compare, folds, predict, ...plain } = definition;
  const parse = (options: MetricOptions) => parseOptions(plain.name, plain.options, options);
  const formed = (target: PrimateData): Forms[Form] => {
    if (hasForm(target, plain.data)) return target;
    throw new GapscopeError("package-refused", otherForm(plain, target));
  };
  return {
    ...plain,
    check: (target, options) =>
      hasForm(target, plain.data) ? check(target, parse(options)) : [otherForm(plain, target)],
    compare: async (source, target, options, context) => compare(source, formed(target), parse(options), context),
    ...(folds === undefined
      ? {}
      : {
          folds: {
            count: (target, options) => folds.count(formed(target), parse(options)),
            correlate: async (source, target, options, which, context) =>
              folds.correlate(source, formed(target), parse(options), which, context),
            whole: (found, target) => folds.whole(found, formed(target)),
          },
        }),
    ...(predict === undefined
      ? {}
      : {
          predict: async (source, target, neuroid, options, context) =>
            predict(source, formed(target), neuroid, parse(options), context),
        }),
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
