/**
 * A checkpoint's tensors as an architecture asks for them: by name and by the shape it must have.
 *
 * An architecture is written as if every tensor were there. What is missing or misshapen is collected while it asks, so
 * that the person hears of all of it at once, in `check`.
 */
import { type Fault, GapscopeError } from "../faults/faults.ts";
import type { Checkpoint } from "./checkpoints/checkpoint.ts";
import type { Weight } from "./graph.ts";

/** `w("features.0.weight", 64, 3, 11, 11)`. The same name gives the same weight, so shared layers share it. */
export type Weights = (name: string, ...shape: number[]) => Weight;

export interface CheckedWeights {
  readonly weights: Weights;
  /** Throws `subject-refused` with every tensor that was asked for and is missing or misshapen. */
  check(): void;
}

/** `prefix` stands before each of the architecture's names in the checkpoint. */
export function weightsOf(checkpoint: Checkpoint, prefix = ""): CheckedWeights {
  const { file } = checkpoint;
  const known = new Map<string, Weight>();
  const faults: Fault[] = [];
  return {
    weights(name, ...shape) {
      const asked = known.get(name);
      if (asked !== undefined) return asked;
      const found = checkpoint.tensors.get(prefix + name);
      if (found === undefined) {
        faults.push({
          code: "no-such-tensor",
          file,
          field: name,
          message: "The checkpoint lacks a tensor that the architecture needs.",
          expected: `[${shape.join(", ")}]`,
        });
      } else if (found.shape.join() !== shape.join()) {
        faults.push({
          code: "tensor-shape",
          file,
          field: name,
          message: "A tensor has another shape than the architecture's.",
          value: `[${found.shape.join(", ")}]`,
          expected: `[${shape.join(", ")}]`,
        });
      }
      const weight: Weight = {
        shape,
        read: () => checkpoint.read(prefix + name),
        slice: () => checkpoint.slice(prefix + name),
      };
      known.set(name, weight);
      return weight;
    },
    check() {
      if (faults.length === 0) return;
      throw new GapscopeError(
        "subject-refused",
        `${file} is not a checkpoint of this architecture: ${faults.length} of ${known.size} tensors do not fit.`,
        { faults },
      );
    },
  };
}

/** The four weights of a batch normalisation under PyTorch's names. */
export function batchNormWeights(w: Weights, prefix: string, channels: number): [Weight, Weight, Weight, Weight] {
  return [
    w(`${prefix}.weight`, channels),
    w(`${prefix}.bias`, channels),
    w(`${prefix}.running_mean`, channels),
    w(`${prefix}.running_var`, channels),
  ];
}
