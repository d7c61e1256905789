/**
 * Electrodes in a layer: which of its units see the gratings, and how fast they fire.
 *
 * Marques et al. 2021 (doi 10.1101/2021.03.01.433495); brainscore_vision/benchmark_helpers/properties_common.py. A unit's
 * receptive field is the centroid of what small gratings drive it with; units whose field lies at the gratings' position are
 * kept. One straight line for the whole layer turns their activations into spikes/s, so that the median unit's largest and
 * spontaneous rates are a macaque's.
 *
 * A layer of 800,000 units and 7,000 stimuli is 22 GB: rows pass by one after the other, and only sums of each unit and the
 * rates of the kept ones stay. Everything here is float64; Brain-Score keeps float32 activations in float32.
 */
import { GapscopeError } from "../../../faults/faults.ts";
import type { FeatureValues, RowSource } from "../../../numerics/activations.ts";
import { nanmedian } from "../../../numerics/statistics.ts";
import type { GratingGrid, Position, PositionGrid } from "./presentations.ts";

/** Share of its strongest response that a position must exceed to belong to a unit's receptive field. */
const FIELD_SHARE = 0.05;
/** How far from the gratings the centre of a field may lie, in degrees. */
const FIELD_DISTANCE = 0.15;

/** Of macaque V1 in spikes/s: medians of the largest and of the spontaneous rate, and the largest rate of any cell. */
const MEDIAN_LARGEST = 33.8;
const MEDIAN_SPONTANEOUS = 0.82;
const LARGEST = 243.1;
/** By how much a cell's largest rate must exceed the spontaneous one to count as responding. */
export const RESPONDS = 5;

const READ_BYTES = 32 * 2 ** 20;

export interface Electrodes {
  readonly source: RowSource;
  readonly signal?: AbortSignal | undefined;
  /** Called after each row that was read. */
  readonly onRow?: (() => void) | undefined;
}

/** Centres of receptive fields in degrees, one a unit of the layer; NaN where nothing drives it more than the blank does. */
export interface ReceptiveFields {
  readonly y: Float64Array;
  readonly x: Float64Array;
}

/**
 * Two passes over the stimuli of `grid`: the first finds each unit's strongest response, the second weighs the positions.
 * Throws `cancelled` and what the source throws, as all functions here do.
 */
export async function receptiveFields(
  electrodes: Electrodes,
  blank: number,
  grid: PositionGrid,
): Promise<ReceptiveFields> {
  const units = electrodes.source.columns;
  const spontaneous = rectified(await electrodes.source.read(blank, 1));
  const strongest = new Float64Array(units);
  await eachPosition(electrodes, grid, spontaneous, (map) => {
    for (let u = 0; u < units; u++) strongest[u] = Math.max(strongest[u] ?? 0, map[u] ?? 0);
  });
  const [sum, down, across] = [new Float64Array(units), new Float64Array(units), new Float64Array(units)];
  await eachPosition(electrodes, grid, spontaneous, (map, row, column) => {
    for (let u = 0; u < units; u++) {
      const weight = map[u] ?? 0;
      if (!(weight > (strongest[u] ?? 0) * FIELD_SHARE)) continue;
      sum[u] = (sum[u] ?? 0) + weight;
      down[u] = (down[u] ?? 0) + row * weight;
      across[u] = (across[u] ?? 0) + column * weight;
    }
  });
  return {
    y: down.map((weighed, u) => between(grid.ys, weighed / (sum[u] ?? 0))),
    x: across.map((weighed, u) => between(grid.xs, weighed / (sum[u] ?? 0))),
  };
}

/** The units whose receptive field has its centre near `position`. */
export function unitsNear({ y, x }: ReceptiveFields, position: Position): number[] {
  return [...y.keys()].filter((u) => {
    const [dy, dx] = [(y[u] ?? Number.NaN) - position.y, (x[u] ?? Number.NaN) - position.x];
    return Math.sqrt(dy * dy + dx * dx) <= FIELD_DISTANCE;
  });
}

/** Spikes/s = max(0, slope · max(0, activation) + offset). */
export interface SpikeScale {
  readonly slope: number;
  readonly offset: number;
}

/**
 * From the mean over phases that drives each of `units` most. Of units that hardly respond, compared with the one that does
 * most, nothing is taken. NaN where none is left.
 */
export async function spikeScale(
  electrodes: Electrodes,
  blank: number,
  grid: GratingGrid,
  units: readonly number[],
): Promise<SpikeScale> {
  const spontaneous = rectified(taken(await electrodes.source.read(blank, 1), units));
  const largest = new Float64Array(units.length).fill(Number.NEGATIVE_INFINITY);
  await eachCondition(electrodes, grid, units, rectified, (phases) => {
    for (let i = 0; i < units.length; i++) largest[i] = Math.max(largest[i] ?? 0, meanOf(phases, i));
  });
  const gain = largest.map((value, i) => value - (spontaneous[i] ?? 0));
  const least = (RESPONDS / LARGEST) * gain.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const responsive = [...gain.keys()].filter((i) => (gain[i] ?? 0) > least);
  const medianSpontaneous = nanmedian(responsive.map((i) => spontaneous[i] ?? 0));
  const medianLargest = nanmedian(responsive.map((i) => largest[i] ?? 0));
  const slope = (MEDIAN_LARGEST - MEDIAN_SPONTANEOUS) / (medianLargest - medianSpontaneous);
  return { slope, offset: MEDIAN_SPONTANEOUS - slope * medianSpontaneous };
}

/** Rates in spikes/s of the kept units. */
export interface Rates {
  /** Without a grating. */
  readonly spontaneous: Float64Array;
  /** Mean over phases: unit × size × frequency × orientation in C order. */
  readonly mean: Float64Array;
  /** Amplitude of the first harmonic over phases, of the same order: a simple cell's modulation. */
  readonly modulation: Float64Array;
}

export async function ratesOf(
  electrodes: Electrodes,
  blank: number,
  grid: GratingGrid,
  units: readonly number[],
  { slope, offset }: SpikeScale,
): Promise<Rates> {
  const scaled = (values: Float64Array) => rectified(rectified(values).map((value) => slope * value + offset));
  const spontaneous = scaled(taken(await electrodes.source.read(blank, 1), units));
  const conditions = grid.rows.length / grid.phases.length;
  const mean = new Float64Array(units.length * conditions);
  const modulation = new Float64Array(units.length * conditions);
  const turn = grid.phases
    .map((_, k, { length }) => (2 * Math.PI * k) / length)
    .map((angle) => [Math.cos(angle), Math.sin(angle)] as const);
  await eachCondition(electrodes, grid, units, scaled, (phases, condition) => {
    for (let i = 0; i < units.length; i++) {
      mean[i * conditions + condition] = meanOf(phases, i);
      modulation[i * conditions + condition] = harmonicOf(phases, i, turn);
    }
  });
  return { spontaneous, mean, modulation };
}

/** Calls `visit` with how much more than the blank each unit responds to the best of a position's gratings, at least 0. */
async function eachPosition(
  electrodes: Electrodes,
  { xs, rows }: PositionGrid,
  spontaneous: Float64Array,
  visit: (map: Float64Array, row: number, column: number) => void,
): Promise<void> {
  const order = rows.flatMap((some, place) =>
    some.map((stimulus, i) => ({ place, stimulus, last: i === some.length - 1 })),
  );
  const map = new Float64Array(spontaneous.length);
  await eachRow(
    electrodes,
    order.map(({ stimulus }) => stimulus),
    (values, i) => {
      const at = order[i];
      for (let u = 0; u < map.length; u++) {
        map[u] = Math.max(map[u] ?? 0, Math.max(0, values[u] ?? Number.NaN) - (spontaneous[u] ?? 0));
      }
      if (at?.last !== true) return;
      visit(map, Math.floor(at.place / xs.length), at.place % xs.length);
      map.fill(0);
    },
  );
}

/** Calls `visit` with the responses to a condition's phases, made by `transform`, one array a phase. */
async function eachCondition(
  electrodes: Electrodes,
  { phases, rows }: GratingGrid,
  units: readonly number[],
  transform: (values: Float64Array) => Float64Array,
  visit: (phases: readonly Float64Array[], condition: number) => void,
): Promise<void> {
  let some: Float64Array[] = [];
  await eachRow(electrodes, rows, (values, i) => {
    some.push(transform(taken(values, units)));
    if (some.length < phases.length) return;
    visit(some, Math.floor(i / phases.length));
    some = [];
  });
}

/** Reads `rows` in their order, those that follow each other together. The values are only good until the next call. */
async function eachRow(
  { source, signal, onRow }: Electrodes,
  rows: readonly number[],
  visit: (values: FeatureValues, i: number) => void,
): Promise<void> {
  const together = Math.max(1, Math.floor(READ_BYTES / (4 * source.columns)));
  for (let i = 0; i < rows.length; ) {
    if (signal?.aborted === true) throw GapscopeError.cancelled();
    const first = rows[i] ?? 0;
    let count = 1;
    while (count < together && rows[i + count] === first + count) count++;
    const values = await source.read(first, count);
    for (let k = 0; k < count; k++, i++) {
      visit(values.subarray(k * source.columns, (k + 1) * source.columns), i);
      onRow?.();
    }
  }
}

function taken(values: FeatureValues, units: readonly number[]): Float64Array {
  return Float64Array.from(units, (unit) => values[unit] ?? Number.NaN);
}

function rectified(values: FeatureValues): Float64Array {
  return Float64Array.from(values, (value) => Math.max(0, value));
}

function meanOf(phases: readonly Float64Array[], unit: number): number {
  return phases.reduce((sum, values) => sum + (values[unit] ?? Number.NaN), 0) / phases.length;
}

/** The first harmonic's amplitude; phases are evenly spaced over a turn, whose cosines and sines are `turn`. */
function harmonicOf(
  phases: readonly Float64Array[],
  unit: number,
  turn: readonly (readonly [number, number])[],
): number {
  let [even, odd] = [0, 0];
  for (const [k, [cosine, sine]] of turn.entries()) {
    const rate = phases[k]?.[unit] ?? Number.NaN;
    even += rate * cosine;
    odd += rate * sine;
  }
  return (2 * Math.sqrt(even * even + odd * odd)) / phases.length;
}

/** The value at a place among `values` that need not be whole, by a straight line (numpy.interp). */
function between(values: readonly number[], place: number): number {
  const below = Math.min(Math.floor(place), values.length - 1);
  const low = values[below] ?? Number.NaN;
  return low + (place - below) * ((values[below + 1] ?? low) - low);
}
