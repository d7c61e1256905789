/**
 * Which stimuli a mapping from subject to data is fitted on, and which it is tested on: brainscore_vision's CrossValidation
 * (metric_helpers/transformations.py), and the fixed training and test sets of its TrainTestSplit metrics.
 *
 * Splits count positions along one side's stored order, in Brain-Score the second assembly's. Within a fold stimuli of both
 * sides are matched by stimulus_id and stand sorted by it. Errors are `package-refused`, in sentences.
 */
import * as v from "valibot";
import type { Coordinate } from "../../assembly/assembly.ts";
import { distinct, type Scalar } from "../../assembly/table.ts";
import { GapscopeError } from "../../faults/faults.ts";
import { kFold, type Split, shuffleSplit, stratifiedKFold, stratifiedShuffleSplit } from "../../numerics/splits.ts";
import { columnName } from "../metric.ts";
import type { NeuralData, Recording } from "../neural-metric.ts";
import { type Pairing, pairStimuli } from "./patterns.ts";

/** Rows of both sides, matched. */
export interface Fold {
  readonly train: Pairing;
  readonly test: Pairing;
}

const size = v.nullable(v.pipe(v.number(), v.gtValue(0)));
const TRAIN_SIZE = 0.9;

/** Brain-Score's `crossvalidation_kwargs`, with the defaults of CrossRegressedCorrelation. */
export const CROSS_VALIDATION = {
  splits: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1)), 10),
  train_size: v.optional(size, TRAIN_SIZE),
  test_size: v.optional(size, null),
  /** Stimuli that agree in this coordinate go together. */
  split_coord: v.optional(columnName, "stimulus_id"),
  /** Splits keep the shares of this coordinate's values; null for none. */
  stratification_coord: v.optional(v.nullable(columnName), "object_name"),
  kfold: v.optional(v.boolean(), false),
  unique_split_values: v.optional(v.boolean(), false),
  random_state: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(2 ** 32 - 1)), 1),
};

const crossValidation = v.object(CROSS_VALIDATION);
export type CrossValidationOptions = v.InferOutput<typeof crossValidation>;

type Coords = Readonly<Record<string, Coordinate>>;

/** The values of `split_coord` of each split's two sets, along the order of `coords`. */
function crossValidationSets(coords: Coords, options: CrossValidationOptions): { train: Scalar[]; test: Scalar[] }[] {
  const { split_coord, stratification_coord, kfold } = options;
  const all = named(coords, split_coord, "Splits are made");
  let values = [...all];
  let places = [...all.keys()];
  if (options.unique_split_values) {
    values = distinct(all);
    places = values.map((value) => all.indexOf(value));
  }
  const classes = stratification_coord === null ? null : named(coords, stratification_coord, "Splits are stratified");
  const labels = classes === null ? undefined : places.map((place) => classes[place] ?? null);
  return splitsOf(values.length, labels, kfold, options).map(({ train, test }) => ({
    train: train.map((i) => values[i] ?? null),
    test: test.map((i) => values[i] ?? null),
  }));
}

function splitsOf(
  n: number,
  labels: readonly Scalar[] | undefined,
  kfold: boolean,
  { splits, train_size, test_size, random_state: randomState }: CrossValidationOptions,
): Split[] {
  if (!kfold) {
    const how = { splits, trainSize: train_size ?? undefined, testSize: test_size ?? undefined, randomState };
    return labels === undefined ? shuffleSplit(n, how) : stratifiedShuffleSplit(labels, how);
  }
  if ((train_size !== null && train_size !== TRAIN_SIZE) || test_size !== null)
    throw refused("With kfold the number of splits says how large the sets are; leave train_size and test_size out.");
  return labels === undefined ? kFold(n, { splits, randomState }) : stratifiedKFold(labels, { splits, randomState });
}

function named(coords: Coords, name: string, what: string): readonly Scalar[] {
  const found = coords[name];
  if (found?.dim === "presentation") return found.values;
  throw refused(`${what} by “${name}”, which the stimuli do not have; name one of their columns, or null for none.`);
}

/** How many presentations the first split has for training and for testing. */
export function crossValidationSizes(coords: Coords, options: CrossValidationOptions): { train: number; test: number } {
  const values = named(coords, options.split_coord, "Splits are made");
  const [first = { train: [], test: [] }] = crossValidationSets(coords, options);
  const count = (chosen: readonly Scalar[]): number => {
    const wanted = new Set(chosen);
    return values.filter((value) => wanted.has(value)).length;
  };
  return { train: count(first.train), test: count(first.test) };
}

/** Folds of cross-validation. `order` names the side along whose stored order positions are counted. */
export function crossValidationFolds(
  source: Pick<Recording, "coords">,
  target: NeuralData,
  order: "source" | "target",
  options: CrossValidationOptions,
): Fold[] {
  const pairs = pairStimuli(source, target);
  const { coords } = order === "source" ? source : target;
  const values = named(coords, options.split_coord, "Splits are made");
  return crossValidationSets(coords, options).map(({ train, test }) => ({
    train: within(pairs, order, values, train),
    test: within(pairs, order, values, test),
  }));
}

/** The one fold whose sets a coordinate of the stimuli names “train” and “test”. */
export function namedFold(source: Pick<Recording, "coords">, target: NeuralData, coord: string): Fold {
  const sets = named(target.coords, coord, "Training and test stimuli are told");
  const pairs = pairStimuli(source, target);
  return { train: within(pairs, "target", sets, ["train"]), test: within(pairs, "target", sets, ["test"]) };
}

/** The pairs whose row on the side `order` has one of these values. */
function within(
  pairs: Pairing,
  order: "source" | "target",
  values: readonly Scalar[],
  chosen: readonly Scalar[],
): Pairing {
  const wanted = new Set(chosen);
  const kept = [...pairs[order].keys()].filter((i) => wanted.has(values[pairs[order][i] ?? -1] ?? null));
  return {
    source: kept.flatMap((i) => pairs.source[i] ?? []),
    target: kept.flatMap((i) => pairs.target[i] ?? []),
  };
}

function refused(sentence: string): GapscopeError {
  return new GapscopeError("package-refused", sentence);
}
