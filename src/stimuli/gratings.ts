/**
 * Gratings, drawn from their parameters: the stimuli of Marques, Schrimpf & DiCarlo 2021 (doi 10.1101/2021.03.01.433495),
 * with which electrodes are simulated in a model's V1.
 *
 * Nothing is read: a grating is a formula, and so is the list of them (brainscore_vision/data/marques2020). This file knows
 * neither tables nor metrics; which grating was answered how is read from a stimulus table's columns (metrics/neural/tuning).
 */

/** A patch of sinusoidal grating on grey. Angles are degrees of arc, lengths degrees of visual angle. */
export interface Grating {
  /** Of its centre, from the picture's: down and to the right. */
  readonly position_y: number;
  readonly position_x: number;
  /** 0 … 1. */
  readonly contrast: number;
  readonly radius: number;
  /** Cycles per degree. */
  readonly spatial_frequency: number;
  /** Of the direction in which it varies, from rightward to downward: at 0 its bars stand upright. */
  readonly orientation: number;
  readonly phase: number;
}

/** The first grey above the middle of 0 … 255, as of Brain-Score's screens. */
export const GREY = 128;
const WHITE = 255;

/** The pictures' edge: 56 pixels per degree. */
export const GRATING_DEGREES = 12;
export const GRATING_PIXELS = 672;

/** The grey levels of `grating`, side × side in rows: the sinusoid cut off (not rounded) to 0 … 255, its border included. */
export function drawGrating(
  grating: Grating,
  side = GRATING_PIXELS,
  degrees = GRATING_DEGREES,
): Uint8Array<ArrayBuffer> {
  const picture = new Uint8Array(side * side).fill(GREY);
  const perDegree = side / degrees;
  const { position_y, position_x, contrast, radius, spatial_frequency: frequency } = grating;
  const phase = (grating.phase / 180) * Math.PI;
  const across = Math.cos((grating.orientation / 180) * Math.PI);
  const down = Math.sin((grating.orientation / 180) * Math.PI);
  const place = (pixel: number, position: number) => (pixel - side / 2) / perDegree - position;
  for (let row = 0; row < side; row++) {
    const y = place(row, position_y);
    if (y * y > radius * radius) continue;
    for (let column = 0; column < side; column++) {
      const x = place(column, position_x);
      if (x * x + y * y > radius * radius) continue;
      const wave = Math.sin((x * across + y * down) * frequency * 2 * Math.PI + phase) * contrast;
      picture[row * side + column] = Math.trunc(((wave + 1) / 2) * WHITE);
    }
  }
  return picture;
}

export type GratingSet = "receptive_field" | "orientation" | "spatial_frequency" | "size";

/** Lists of values of which a set shows every combination, at one contrast. */
interface Combinations {
  readonly radii: readonly number[];
  readonly frequencies: readonly number[];
  readonly orientations: readonly number[];
  readonly phases: readonly number[];
}

/** Which gratings are shown. */
export interface GratingProtocol {
  /** Small gratings at every pair of these positions, by which receptive fields are found. */
  readonly receptive_field: Combinations & { readonly positions: readonly number[] };
  /** Radii follow from how many cycles the diameter holds. */
  readonly orientation: Omit<Combinations, "radii"> & { readonly cycles: readonly number[] };
  readonly spatial_frequency: Combinations;
  readonly size: Combinations;
}

/** Where the gratings other than those of `receptive_field` stand. */
const POSITION = 0.5;

const steps = (first: number, step: number, count: number) => Array.from({ length: count }, (_, i) => first + i * step);
const pick = (values: readonly number[], ...places: readonly number[]) => places.flatMap((i) => values.slice(i, i + 1));

const RADII = steps(-2.25, 0.5, 12).map((exponent) => 2 ** exponent / 2);
const FREQUENCIES = steps(-1.375, 0.25, 22).map((exponent) => 2 ** exponent);
const ORIENTATIONS = steps(0, 15, 12);
const EVERY_OTHER = steps(0, 30, 6);
const PHASES = steps(0, 45, 8);

/** Brain-Score's: 3,528 + 1,152 + 2,112 + 2,304 gratings. */
export const MARQUES_2020: GratingProtocol = {
  receptive_field: {
    positions: steps(-2.5, 0.25, 21),
    radii: [1 / 6],
    frequencies: [3],
    orientations: steps(0, 45, 4),
    phases: [0, 180],
  },
  orientation: {
    cycles: [2, 3, 4],
    frequencies: pick(FREQUENCIES, 4, 8, 12, 16),
    orientations: ORIENTATIONS,
    phases: PHASES,
  },
  spatial_frequency: { radii: [0.75, 2.25], frequencies: FREQUENCIES, orientations: EVERY_OTHER, phases: PHASES },
  size: { radii: RADII, frequencies: pick(FREQUENCIES, 4, 8, 12, 16), orientations: EVERY_OTHER, phases: PHASES },
};

/**
 * A small share of them, for an example that runs in a minute: coarser positions within ±1.5° of the gratings', half of the
 * phases, fewer sizes, frequencies and orientations. What it measures is not what the whole protocol measures.
 */
export const REDUCED: GratingProtocol = {
  receptive_field: { ...MARQUES_2020.receptive_field, positions: steps(-1, 0.5, 7), orientations: [0, 90] },
  orientation: {
    ...MARQUES_2020.orientation,
    cycles: [3],
    frequencies: pick(FREQUENCIES, 8, 12),
    phases: steps(0, 90, 4),
  },
  spatial_frequency: {
    radii: [0.75],
    frequencies: FREQUENCIES.filter((_, i) => i % 2 === 0),
    orientations: [0, 90],
    phases: steps(0, 90, 4),
  },
  size: { radii: RADII, frequencies: pick(FREQUENCIES, 8, 12), orientations: [0, 90], phases: steps(0, 90, 4) },
};

/** The gratings of each set, in Brain-Score's order: position, radius, frequency, orientation and, fastest, phase. */
export function gratingsOf(protocol: GratingProtocol): Readonly<Record<GratingSet, readonly Grating[]>> {
  const { receptive_field, orientation, spatial_frequency, size } = protocol;
  return {
    receptive_field: receptive_field.positions.flatMap((y) =>
      receptive_field.positions.flatMap((x) => combined(receptive_field, y, x)),
    ),
    orientation: orientation.cycles.flatMap((cycles) =>
      orientation.frequencies.flatMap((frequency) =>
        combined({ ...orientation, frequencies: [frequency], radii: [cycles / 2 / frequency] }),
      ),
    ),
    spatial_frequency: combined(spatial_frequency),
    size: combined(size),
  };
}

function combined(
  { radii, frequencies, orientations, phases }: Combinations,
  position_y = POSITION,
  position_x = POSITION,
): Grating[] {
  return radii.flatMap((radius) =>
    frequencies.flatMap((spatial_frequency) =>
      orientations.flatMap((orientation) =>
        phases.map((phase) => ({
          position_y,
          position_x,
          contrast: 1,
          radius,
          spatial_frequency,
          orientation,
          phase,
        })),
      ),
    ),
  );
}
