/** The model neurons of reference/marques2020.py (`ModelNeurons`) as a layer's activations. Of tests alone. */
import type { Coordinate } from "../assembly/assembly.ts";
import type { RowSource } from "../numerics/activations.ts";
import { type Grating, type GratingProtocol, gratingsOf } from "../stimuli/gratings.ts";

interface Neuron {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly frequency: number;
  readonly octaves: number;
  readonly orientation: number;
  readonly sharpness: number;
  readonly modulation: number;
  readonly phase: number;
  readonly surround: number;
  readonly gain: number;
  readonly base: number;
}

/** x ← 1664525 x + 1013904223 mod 2³² (Numerical Recipes); the upper 24 bits of each as a number in [0, 1). */
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

function neurons(units: number, seed: number): Neuron[] {
  const next = lcg(seed);
  return Array.from({ length: units }, (_, i) => {
    const u = Array.from({ length: 12 }, next);
    const at = (k: number) => u[k] ?? 0;
    const spread = i % 3 < 2 ? 0.3 : 5;
    const gain = 0.05 + 3 * at(10);
    return {
      x: 0.5 + (at(0) - 0.5) * spread,
      y: 0.5 + (at(1) - 0.5) * spread,
      size: 0.15 + 0.6 * at(2),
      frequency: -1.5 + 5 * at(3),
      octaves: 0.5 + 1.5 * at(4),
      orientation: 180 * at(5),
      sharpness: 3 * at(6),
      modulation: at(7),
      phase: 360 * at(8),
      surround: 3 * at(9) ** 2,
      gain: i % 20 === 19 ? -gain : i % 20 === 18 ? 0.02 * gain : gain,
      base: 0.3 * (at(11) - 0.3),
    };
  });
}

function response(neuron: Neuron, grating: Grating): number {
  const { size, modulation } = neuron;
  const apart = (grating.position_x - neuron.x) ** 2 + (grating.position_y - neuron.y) ** 2;
  const area = grating.radius ** 2;
  const near = Math.exp(-apart / (2 * size ** 2 + area));
  const center = 1 - Math.exp(-area / (2 * size ** 2));
  const surround = 1 - Math.exp(-area / (18 * size ** 2));
  const octaves = (Math.log2(grating.spatial_frequency) - neuron.frequency) / neuron.octaves;
  const turn = Math.cos(((grating.orientation - neuron.orientation) / 90) * Math.PI);
  const tuned = Math.exp(-(octaves ** 2) / 2 + neuron.sharpness * (turn - 1));
  const wave = 1 - modulation + 1.5 * modulation * Math.cos(((grating.phase - neuron.phase) / 180) * Math.PI);
  return neuron.base + ((neuron.gain * near * center) / (1 + neuron.surround * surround)) * tuned * wave;
}

export interface NeuronRecording {
  readonly source: RowSource;
  /** Of the stimuli: the blank first, then the sets. */
  readonly coords: Readonly<Record<string, Coordinate>>;
}

/** What the neurons answer to the gratings of `protocol`. `order` puts the stimuli elsewhere; row i is stimulus order[i]. */
export function recordNeurons(
  protocol: GratingProtocol,
  units: number,
  seed: number,
  order: (count: number) => readonly number[] = (count) => [...Array(count).keys()],
): NeuronRecording {
  const all: { set: string; grating: Grating | undefined }[] = [
    { set: "blank", grating: undefined },
    ...Object.entries(gratingsOf(protocol)).flatMap(([set, list]) => list.map((grating) => ({ set, grating }))),
  ];
  const shown = order(all.length).flatMap((i) => all.slice(i, i + 1));
  const cells = neurons(units, seed);
  const values = Float64Array.from(
    shown.flatMap(({ grating }) => cells.map((cell) => (grating === undefined ? cell.base : response(cell, grating)))),
  );
  const names = ["position_y", "position_x", "radius", "spatial_frequency", "orientation", "phase"] as const;
  const along = (column: Coordinate["values"]): Coordinate => ({ dim: "presentation", values: column });
  return {
    source: {
      rows: shown.length,
      columns: units,
      read: async (first, count) => values.slice(first * units, (first + count) * units),
    },
    coords: {
      stimulus_id: along(shown.map((_, i) => i)),
      set: along(shown.map(({ set }) => set)),
      ...Object.fromEntries(names.map((name) => [name, along(shown.map(({ grating }) => grating?.[name] ?? null))])),
    },
  };
}
