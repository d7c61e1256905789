/** The made-up recordings and activations of reference/brainscore_similarities.py, value for value. Of tests alone. */
import type { Coordinate } from "../assembly/assembly.ts";
import type { NeuroidAssembly } from "../assembly/neuroids.ts";
import type { Scalar } from "../assembly/table.ts";
import type { Recording } from "../metrics/neural-metric.ts";
import { featuresOf } from "./readout-features.ts";
import { activationsOf } from "./regression-recordings.ts";

export interface MadeRecordings {
  readonly n: number;
  readonly m: number;
  readonly bins: number;
  readonly seed: number;
  readonly signal: number;
  readonly noise: number;
  readonly levels: number | null;
  /** Stimulus and repetition. */
  readonly presentations: readonly (readonly [number, number])[];
  /** Stimulus, repetition and site without a value; −1 stands for all. */
  readonly missing: readonly (readonly [number, number, number])[];
  readonly constant: readonly number[];
  readonly ids: "text" | "numbers";
  readonly coords: readonly string[];
  readonly subjects: readonly string[] | null;
  readonly voxels: readonly number[] | null;
}

export interface MadeModel {
  readonly p: number;
  readonly seed: number;
  readonly signal: number;
  readonly dtype: "float32" | "float64" | "uint8";
  readonly spread: number;
  /** The recordings' stimuli in the model's order. */
  readonly order: readonly number[];
  readonly constant_row: number | null;
}

function idOf({ n, ids }: Pick<MadeRecordings, "n" | "ids">, i: number): Scalar {
  const number = ((11 * i + 3) % n) + 5;
  return ids === "numbers" ? number : `s${number}`;
}

const labels = (n: number) => Array.from({ length: n }, (_, i) => i % 4);

export function recordingsOf(made: MadeRecordings): NeuroidAssembly {
  const { n, m, bins, seed, signal, noise, levels, presentations } = made;
  const width = m * bins;
  const repetitions = 1 + Math.max(...presentations.map(([, repetition]) => repetition));
  const base = featuresOf({ n, p: width, dtype: "float64", seed, labels: labels(n), signal }).values;
  const trials = Array.from(
    { length: repetitions },
    (_, r) => featuresOf({ n, p: width, dtype: "float64", seed: seed + 1 + r }).values,
  );
  const holds = (place: number, value: number) => place === -1 || place === value;
  const values = presentations.flatMap(([i, r]) =>
    Array.from({ length: width }, (_, cell) => {
      const site = Math.floor(cell / bins);
      if (made.missing.some(([stimulus, rep, lost]) => holds(stimulus, i) && holds(rep, r) && holds(lost, site)))
        return Number.NaN;
      if (made.constant.includes(site)) return 0.5;
      const value = (base[i * width + cell] ?? 0) + noise * (trials[r]?.[i * width + cell] ?? 0);
      return levels === null ? value : Math.floor(value * levels) / levels;
    }),
  );
  const along = (dim: string, given: readonly Scalar[]): Coordinate => ({ dim, values: given });
  const columns: Readonly<Record<string, readonly Scalar[]>> = {
    stimulus_id: presentations.map(([i]) => idOf(made, i)),
    object_name: presentations.map(([i]) => `object ${i % 4}`),
    image_id: presentations.map(([i]) => `image ${String((n - i) % n).padStart(2, "0")}`),
    half: presentations.map(([, r]) => r % 2),
  };
  const coords: Record<string, Coordinate> = {};
  for (const name of made.coords) coords[name] = along("presentation", columns[name] ?? []);
  if (repetitions > 1 && !made.coords.includes("half")) {
    const numbers = presentations.map(([, repetition]) => repetition);
    coords.repetition = along("presentation", numbers);
  }
  coords.neuroid_id = along("neuroid", [...Array(m).keys()]);
  if (made.subjects !== null) coords.subject = along("neuroid", made.subjects);
  if (made.voxels !== null) coords.voxels = along("neuroid", made.voxels);
  const shape = [presentations.length, m];
  if (bins === 1) return { dims: ["presentation", "neuroid"], shape, values: Float64Array.from(values), coords };
  const times = [...Array(bins).keys()];
  coords.time_bin_start = along(
    "time_bin",
    times.map((b) => 70 + 10 * b),
  );
  coords.time_bin_end = along(
    "time_bin",
    times.map((b) => 80 + 10 * b),
  );
  return {
    dims: ["presentation", "neuroid", "time_bin"],
    shape: [...shape, bins],
    values: Float64Array.from(values),
    coords,
  };
}

export function modelOf(made: MadeModel, recordings: Pick<MadeRecordings, "n" | "ids">): Recording {
  const { p, seed, signal, dtype, spread, order, constant_row } = made;
  const n = order.length;
  const features = featuresOf({ n, p, dtype, seed, labels: order.map((i) => i % 4), signal, spread });
  const values = dtype === "float32" ? Float32Array.from(features.values) : Float64Array.from(features.values);
  if (constant_row !== null) values.fill(0.25, constant_row * p, (constant_row + 1) * p);
  const along = (given: readonly Scalar[]): Coordinate => ({ dim: "presentation", values: given });
  return {
    coords: {
      stimulus_id: along(order.map((i) => idOf(recordings, i))),
      object_name: along(order.map((i) => `object ${i % 4}`)),
    },
    timeBins: [[70, 170]],
    ...(dtype === "uint8" ? { bytes: true } : {}),
    bins: [activationsOf({ rows: n, columns: p, values })],
  };
}
