/** The made-up activations and responses of reference/brainscore_regressions.py, value for value. Of tests alone. */
import * as ort from "onnxruntime-web";
import type { NeuroidAssembly } from "../assembly/neuroids.ts";
import type { Scalar } from "../assembly/table.ts";
import { runtimeProducts } from "../lab/products.ts";
import type { NeuralContext, Recording } from "../metrics/neural-metric.ts";
import type { FeatureValues, RowSource } from "../numerics/activations.ts";
import { StreamedActivations } from "../numerics/streamed-activations.ts";
import { featuresOf, lcg } from "./readout-features.ts";

export const products = runtimeProducts(() => Promise.resolve(ort));
export const context: NeuralContext = { products };

export interface MadeRecordings {
  readonly n: number;
  readonly p: number;
  readonly m: number;
  readonly seed: number;
  readonly dtype?: "float32" | "float64";
  readonly classes?: number;
  readonly signal?: number;
  readonly spread?: number;
  readonly noise?: number;
  readonly constant?: readonly number[];
  readonly relu?: boolean;
  readonly repeat?: number;
  readonly dead?: readonly number[];
}

/** Rows × columns in C order. */
export interface MadeMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: FeatureValues;
}

export function recordingsOf(made: MadeRecordings): { readonly x: MadeMatrix; readonly y: MadeMatrix } {
  const { n, p, m, seed, dtype = "float64", classes = 4, noise = 0.5, constant = [], dead = [], repeat = p } = made;
  const { signal = 0, spread = 1 } = made;
  const labels = Array.from({ length: n }, (_, i) => i % classes);
  const plain = featuresOf({ n, p, dtype: "float64", seed, labels, signal, spread }).values;
  const x = new Float64Array(n * p);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) {
      const value = plain[i * p + (j % repeat)] ?? 0;
      x[i * p + j] = dead.includes(j) ? 3 : made.relu === true ? Math.max(value, 0) : value;
    }
  }
  const next = lcg(seed + 1);
  const y = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const at = (shift: number): number => x[i * p + ((7 * j + shift) % p)] ?? 0;
      const value = at(0) + 2 * at(3) + 0.5 * at(11) + noise * (next() / 2 ** 23 - 1);
      y[i * m + j] = constant.includes(j) ? 1 : value;
    }
  }
  return {
    x: { rows: n, columns: p, values: dtype === "float32" ? Float32Array.from(x) : x },
    y: { rows: n, columns: m, values: y },
  };
}

/** The published test vectors' matrix; i and j count from 1. */
export function wave(n: number, m: number, k: number): MadeMatrix {
  const values = new Float64Array(n * m);
  for (let i = 1; i <= n; i++) {
    for (let j = 1; j <= m; j++) {
      values[(i - 1) * m + j - 1] =
        Math.sin(0.37 * i * k + 1.91 * j + 0.113 * i * j * (k + 1)) + 0.3 * Math.cos(0.05 * i * i * k + j);
    }
  }
  return { rows: n, columns: m, values };
}

/** A matrix as a source of rows. */
export function inMemory({ rows, columns, values }: MadeMatrix): RowSource {
  return {
    rows,
    columns,
    read: (first, count) => Promise.resolve(values.subarray(first * columns, (first + count) * columns)),
  };
}

export function activationsOf(matrix: MadeMatrix): StreamedActivations {
  return new StreamedActivations(inMemory(matrix), { products });
}

export interface Stimuli {
  readonly ids: readonly string[];
  readonly columns?: Readonly<Record<string, readonly Scalar[]>>;
}

/** Ids and object names as the script gives them. */
export function stimuliOf(n: number, classes = 4): Required<Stimuli> {
  return {
    ids: Array.from({ length: n }, (_, i) => `s${String(i).padStart(3, "0")}`),
    columns: { object_name: Array.from({ length: n }, (_, i) => "abcdefgh"[i % classes] ?? "") },
  };
}

export function recordingOf(
  { ids, columns = {} }: Stimuli,
  bins: Recording["bins"],
  timeBins: Recording["timeBins"] = [[0, 100]],
): Recording {
  return { coords: presentations({ ids, columns }), timeBins, bins };
}

/** The rows `order` of the responses (of each time bin) as an assembly, sites numbered. */
export function assemblyOf(
  { ids, columns = {} }: Stimuli,
  bins: readonly MadeMatrix[],
  order: readonly number[] = ids.map((_, i) => i),
  timeBins: readonly (readonly [number, number])[] = [],
): NeuroidAssembly {
  const neuroids = bins[0]?.columns ?? 0;
  const values = order.flatMap((row) =>
    Array.from({ length: neuroids }, (_, j) => bins.map((bin) => bin.values[row * neuroids + j] ?? Number.NaN)).flat(),
  );
  const moved = Object.entries(columns).map(([name, own]) => [name, order.map((row) => own[row] ?? null)] as const);
  return {
    dims: ["presentation", "neuroid", "time_bin"],
    shape: [order.length, neuroids, bins.length],
    values: Float64Array.from(values),
    coords: {
      ...presentations({ ids: order.map((row) => ids[row] ?? ""), columns: Object.fromEntries(moved) }),
      neuroid_id: { dim: "neuroid", values: Array.from({ length: neuroids }, (_, j) => j) },
      ...(timeBins.length === 0
        ? {}
        : {
            time_bin_start: { dim: "time_bin", values: timeBins.map(([start]) => start) },
            time_bin_end: { dim: "time_bin", values: timeBins.map(([, end]) => end) },
          }),
    },
  };
}

function presentations({ ids, columns = {} }: Stimuli): Recording["coords"] {
  const coords = Object.entries({ stimulus_id: ids, ...columns }).map(([name, values]) => [
    name,
    { dim: "presentation", values },
  ]);
  return Object.fromEntries(coords);
}

/** The script's order of the responses' rows. */
export function orderOf(n: number): number[] {
  const step = n % 7 === 0 ? 11 : 7;
  return Array.from({ length: n }, (_, i) => (step * i) % n);
}
