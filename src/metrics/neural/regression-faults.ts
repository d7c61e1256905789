/**
 * What keeps a regression from data: responses that are missing, splits that cannot be made or are too small, in sentences.
 * They are said before any model has run; what a certain mapping asks for besides is its own business.
 */
import type { NeuroidAssembly } from "../../assembly/neuroids.ts";
import { GapscopeError } from "../../faults/faults.ts";
import { type CrossValidationOptions, crossValidationSizes, namedFold } from "./folds.ts";
import { coordinateOf, listed, neuroidIds, repetitionFaults, timeFaults } from "./patterns.ts";
import { averageRepetitions } from "./repetitions.ts";

/** What a regression is fitted on. */
export interface TrainingSize {
  /** Training samples: stimuli, or stimuli × time bins. */
  readonly train: number;
  readonly neuroids: number;
}

/** What is wrong with the data for any mapping, in sentences. They may still have their repetitions. */
export function dataFaults(metric: string, target: NeuroidAssembly, time: "one time bin" | "time bins"): string[] {
  return [
    ...(time === "one time bin" ? timeFaults(metric, target) : []),
    ...repetitionFaults(target, "repetition"),
    ...missingFaults(metric, averageRepetitions(target)),
  ];
}

function missingFaults(metric: string, { shape, values, ...target }: NeuroidAssembly): string[] {
  const [, neuroids = 0, bins = 1] = shape;
  const gaps = new Uint8Array(neuroids);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) gaps[Math.floor(i / bins) % neuroids] = 1;
  }
  const sites = neuroidIds({ shape, values, ...target }).filter((_, i) => gaps[i] === 1);
  if (sites.length === 0) return [];
  return [
    `${metric} needs a response of every site to every stimulus; there is none to some stimuli at ${listed(sites)}. Leave these sites or stimuli out.`,
  ];
}

/** What is wrong with the splits, or with their sizes, in sentences. */
export function foldFaults(
  metric: string,
  target: NeuroidAssembly,
  options: CrossValidationOptions,
  faultsOf: (size: TrainingSize) => readonly string[],
): string[] {
  return sentences(metric, () => {
    const { train, test } = crossValidationSizes(averageRepetitions(target).coords, options);
    return sizeFaults(metric, target, train, test, faultsOf);
  });
}

/** The same of fixed training and test stimuli. */
export function fixedFaults(
  metric: string,
  target: NeuroidAssembly,
  { set_coord, alpha_coord }: { readonly set_coord: string; readonly alpha_coord: string | null },
  faultsOf: (size: TrainingSize) => readonly string[],
): string[] {
  return sentences(metric, () => {
    const averaged = averageRepetitions(target);
    const fold = namedFold(averaged, averaged, set_coord);
    const named =
      alpha_coord === null || coordinateOf(target, "neuroid", alpha_coord) !== undefined
        ? []
        : [`${metric} fits sites apart by “${alpha_coord}”, which they do not have.`];
    const { train, test } = fold;
    return [...named, ...sizeFaults(metric, target, train.target.length, test.target.length, faultsOf)];
  });
}

function sizeFaults(
  metric: string,
  target: NeuroidAssembly,
  train: number,
  test: number,
  faultsOf: (size: TrainingSize) => readonly string[],
): string[] {
  const few = test < 2 ? [`${metric} correlates over test stimuli and needs two at least; there are ${test}.`] : [];
  const none =
    train < 2
      ? [`${metric} needs two training stimuli at least; there are ${train}.`]
      : faultsOf({ train, neuroids: target.shape[1] ?? 0 });
  return [...few, ...none];
}

/** Sentences, also those that are thrown. */
function sentences(metric: string, find: () => string[]): string[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof GapscopeError && error.code === "package-refused") return [`${metric}: ${error.message}`];
    throw error;
  }
}
