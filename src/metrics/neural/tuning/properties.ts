/**
 * Tuning properties: what a curve of rates says of a unit.
 *
 * Marques et al. 2021 (doi 10.1101/2021.03.01.433495); brainscore_vision/benchmarks/marques2020 and its
 * benchmark_helpers/properties_common.py. A unit's curve runs through its strongest response, along the axis of the property.
 * Undefined is NaN. Left out, because they are compared with values of single cells that are not published with Brain-Score:
 * the properties of Ringach 2002 (circular_variance, bandwidth, orthogonal_preferred_ratio, orientation_selective, max_dc,
 * modulation_ratio and what is made of these) and those of textures, Freeman & Ziemba 2013.
 */
import { type Rates, RESPONDS } from "./electrodes.ts";
import type { GratingGrid, TunedSet } from "./presentations.ts";
import { splineThrough } from "./spline.ts";

/** A curve of rates along an axis, ascending; both of equal length. */
type Reading = (axis: readonly number[]) => (curve: readonly number[]) => number;

interface TuningProperty {
  /** The gratings that it is measured with. */
  readonly set: TunedSet;
  readonly axis: "radii" | "frequencies" | "orientations";
  /**
   * What counts as response: the mean over phases, or the stronger of what the mean gains over the blank and of the first
   * harmonic, as simple cells are measured.
   */
  readonly response: "mean" | "stronger";
  readonly read: Reading;
}

/** Where the half turn of orientations is cut, in degrees. */
const ORIENTATION_CUT = 157.5;
/** Share of the peak at which a band ends. */
// biome-ignore lint/suspicious/noApproximativeNumericConstant: Brain-Score's, which is not 1/√2.
const BAND_SHARE = 0.707;
/** Points at which a curve of spatial frequencies is read. */
const FREQUENCY_POINTS = 100;
/** Suppression from which a surround counts. */
const SUPPRESSED = 0.1;
/** How near to the peak the summation field ends, and to the plateau the surround. */
const FIELD_SHARE = 0.95;
const PLATEAU_SHARE = 0.05;

/** Degrees, -22.5 … 157.5: the peak of the smoothed curve on whole degrees. */
const preferredOrientation: Reading = (orientations) => {
  const turns = [-180, 0, 180].flatMap((turn) => orientations.map((orientation) => orientation + turn));
  const spline = splineThrough(turns, range(0, 180));
  return (curve) => {
    const peak = argmax(spline(smoothed([0, ...curve, ...curve, ...curve, 0])));
    return peak >= ORIENTATION_CUT ? peak - 180 : peak;
  };
};

/** The smoothed curve over log2 of the frequency, between the lowest and the highest. */
const frequencyCurve = (frequencies: readonly number[]) => {
  const octaves = frequencies.map(Math.log2);
  const [lowest = 0, highest = 0] = [octaves[0], octaves.at(-1)];
  const places = range(0, FREQUENCY_POINTS).map((i) => lowest + (i * (highest - lowest)) / (FREQUENCY_POINTS - 1));
  places[FREQUENCY_POINTS - 1] = highest;
  const spline = splineThrough(octaves, places);
  return (curve: readonly number[]) => ({
    values: spline(smoothed([...curve.slice(0, 1), ...curve, ...curve.slice(-1)])),
    frequencies: places.map((place) => 2 ** place),
  });
};

/** Cycles per degree at the peak. */
const peakFrequency: Reading = (axis) => {
  const read = frequencyCurve(axis);
  return (curve) => {
    const { values, frequencies } = read(curve);
    return frequencies[argmax(values)] ?? Number.NaN;
  };
};

/** Per cent: the last frequency below the peak over the first one above it at which the curve falls to 0.707 of the peak. */
const frequencyBandwidth: Reading = (axis) => {
  const read = frequencyCurve(axis);
  return (curve) => {
    const { values, frequencies } = read(curve);
    const peak = argmax(values);
    const low = (value: number) => value <= (values[peak] ?? Number.NaN) * BAND_SHARE;
    const below = values.slice(0, peak).findLastIndex(low);
    const above = values.findIndex((value, i) => i > peak && low(value));
    return ((frequencies[below] ?? Number.NaN) / (frequencies[above] ?? Number.NaN)) * 100;
  };
};

/** 1 where the band ends on both sides within the frequencies that are shown, else 0. */
const frequencySelective: Reading = (axis) => {
  const bandwidth = frequencyBandwidth(axis);
  return (curve) => (Number.isNaN(bandwidth(curve)) ? 0 : 1);
};

interface SizeTuning {
  /** (peak - response to the largest grating) / peak. */
  readonly suppression: number;
  /** Diameters in degrees; NaN without a suppression of more than 0.1. */
  readonly field: number;
  readonly surround: number;
}

function sizeTuning(radii: readonly number[], curve: readonly number[]): SizeTuning {
  const preferred = argmax(curve);
  const peak = curve[preferred] ?? Number.NaN;
  const plateau = curve.at(-1) ?? Number.NaN;
  const suppression = (peak - plateau) / peak;
  if (!(peak > 0 && suppression > SUPPRESSED)) return { suppression, field: Number.NaN, surround: Number.NaN };
  const diameter = (place: number) => 2 * (radii[place] ?? Number.NaN);
  const floor = plateau + PLATEAU_SHARE * Math.abs(plateau);
  return {
    suppression,
    field: diameter(curve.findIndex((rate) => rate >= peak * FIELD_SHARE)),
    surround: diameter(curve.findIndex((rate, i) => i > preferred && rate <= floor)),
  };
}

const ofSize =
  (figure: (tuning: SizeTuning) => number): Reading =>
  (radii) =>
  (curve) =>
    figure(sizeTuning(radii, curve));

const size = { set: "size", axis: "radii", response: "stronger" } as const;
const frequency = { set: "spatial_frequency", axis: "frequencies" } as const;

/** By Brain-Score's names. */
export const TUNING_PROPERTIES = {
  preferred_orientation: { set: "orientation", axis: "orientations", response: "mean", read: preferredOrientation },
  peak_spatial_frequency: { ...frequency, response: "stronger", read: peakFrequency },
  spatial_frequency_bandwidth: { ...frequency, response: "mean", read: frequencyBandwidth },
  spatial_frequency_selective: { ...frequency, response: "mean", read: frequencySelective },
  surround_suppression_index: { ...size, read: ofSize(({ suppression }) => suppression) },
  strongly_suppressed: { ...size, read: ofSize(({ suppression }) => (suppression >= SUPPRESSED ? 1 : 0)) },
  grating_summation_field: { ...size, read: ofSize(({ field }) => field) },
  surround_diameter: { ...size, read: ofSize(({ surround }) => surround) },
  surround_grating_summation_field_ratio: { ...size, read: ofSize(({ field, surround }) => surround / field) },
} as const satisfies Record<string, TuningProperty>;

export type PropertyName = keyof typeof TUNING_PROPERTIES;

/** The property of each unit whose largest response exceeds the spontaneous rate by 5 spikes/s, in the units' order. */
export function propertyOf(name: PropertyName, rates: Rates, grid: GratingGrid): number[] {
  const { axis, response, read }: TuningProperty = TUNING_PROPERTIES[name];
  const figure = read(grid[axis]);
  const units = rates.spontaneous.length;
  const conditions = rates.mean.length / units;
  // How far apart neighbours on the axis stand among the conditions, size × frequency × orientation.
  const { length: orientations } = grid.orientations;
  const stride = { orientations: 1, frequencies: orientations, radii: orientations * grid.frequencies.length }[axis];
  const values: number[] = [];
  for (let unit = 0; unit < units; unit++) {
    const spontaneous = rates.spontaneous[unit] ?? Number.NaN;
    const mean = rates.mean.subarray(unit * conditions, (unit + 1) * conditions);
    const modulation = rates.modulation.subarray(unit * conditions, (unit + 1) * conditions);
    const { curves, least } =
      response === "mean"
        ? { curves: [mean], least: spontaneous + RESPONDS }
        : { curves: [mean.map((rate) => rate - spontaneous), modulation], least: RESPONDS };
    const { condition, curve, rate } = strongest(curves);
    if (!(rate > least)) continue;
    const first = condition - (Math.floor(condition / stride) % grid[axis].length) * stride;
    values.push(figure(grid[axis].map((_, i) => curve[first + i * stride] ?? Number.NaN)));
  }
  return values;
}

/** The first of the largest values; of several curves at one condition, that of the first curve. */
function strongest(curves: readonly Float64Array[]): { condition: number; curve: Float64Array; rate: number } {
  const [one = new Float64Array()] = curves;
  let best = { condition: 0, curve: one, rate: Number.NEGATIVE_INFINITY };
  for (let condition = 0; condition < one.length; condition++) {
    for (const curve of curves) {
      const rate = curve[condition] ?? Number.NaN;
      if (rate > best.rate) best = { condition, curve, rate };
    }
  }
  return best;
}

/** Each value with a fifth of its neighbours', over 1.4; the two at the ends are neighbours only. */
function smoothed(values: readonly number[]): number[] {
  const at = (i: number) => values[i] ?? Number.NaN;
  return range(1, values.length - 1).map((i) => (at(i - 1) / 5 + at(i) + at(i + 1) / 5) / 1.4);
}

function argmax(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > (values[best] ?? Number.NaN) ? i : best), 0);
}

function range(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, i) => first + i);
}
