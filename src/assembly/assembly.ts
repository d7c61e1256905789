/**
 * Labelled arrays: what a subject gives back and what a metric compares.
 *
 * A small stand-in for the xarray assemblies of Brain-Score (brainio/assemblies.py): values in C order, named
 * dimensions, and coordinates that each lie along one dimension. It does no arithmetic and no alignment; metrics do
 * theirs by coordinate, as their Python originals do.
 */
import type { Scalar } from "./table.ts";

export interface Coordinate {
  readonly dim: string;
  readonly values: readonly Scalar[];
}

export interface Assembly<Values> {
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly values: Values;
  readonly coords: Readonly<Record<string, Coordinate>>;
}

/**
 * Behaviour: one answer per presentation. For the label task Brain-Score's shape is choice × presentation with one row;
 * we keep the one row. `logits`-like evidence travels beside the answers where a subject has it.
 */
export interface ChoiceAssembly extends Assembly<readonly (string | null)[]> {
  readonly dims: readonly ["presentation"];
  /** What the answers were chosen from: one row of evidence per presentation, in the order of `choices`. */
  readonly evidence?: { readonly choices: readonly string[]; readonly probabilities: Float32Array };
  /** What about these answers departs from Brain-Score's, in sentences; a score's notes repeat them. */
  readonly notes?: readonly string[];
}

/**
 * Behaviour as probabilities: a row of the choices' probabilities per presentation, values n × k in C order. The choices
 * stand in order of first appearance among the fitting stimuli, which Ferguson 2024 depends on; never sorted.
 */
export interface ProbabilityAssembly extends Assembly<Float64Array> {
  readonly dims: readonly ["presentation", "choice"];
  readonly choices: readonly string[];
  readonly notes?: readonly string[];
}

/**
 * What a behavioural task gives back. The odd-one-out task gives choices too: values are the chosen stimulus ids as
 * text, a presentation is a triplet with coordinates a, b, c and stimulus_id `a|b|c`.
 */
export type BehavioralAssembly = ChoiceAssembly | ProbabilityAssembly;

export function isProbabilities(assembly: BehavioralAssembly): assembly is ProbabilityAssembly {
  return assembly.dims.length === 2;
}

/** The values of a coordinate, or an error that names the ones there are. */
export function coordinate(assembly: Assembly<unknown>, name: string): readonly Scalar[] {
  const found = assembly.coords[name];
  if (found === undefined) {
    const names = Object.keys(assembly.coords).sort().join(", ");
    throw new RangeError(`the assembly has no coordinate "${name}"; it has ${names}`);
  }
  return found.values;
}
