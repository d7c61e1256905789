/**
 * Which stimulus is which grating: read from the columns of the stimulus table, which are Brain-Score's (position_y,
 * position_x, radius, spatial_frequency, orientation, phase) and `set`, because here the sets share a table.
 *
 * The order of rows means nothing. What a table lacks is said in sentences.
 */
import type { Coordinate } from "../../../assembly/assembly.ts";
import { distinct, groupBy, type Scalar } from "../../../assembly/table.ts";
import { GapscopeError } from "../../../faults/faults.ts";

/** The sets in which every combination of values is shown, at one position. */
export type TunedSet = "orientation" | "spatial_frequency" | "size";
type GratingSet = TunedSet | "receptive_field";

const BLANK = "blank";
const COLUMNS = ["position_y", "position_x", "radius", "spatial_frequency", "orientation", "phase"] as const;
type GratingColumn = (typeof COLUMNS)[number];
/** The least that a curve needs: a cubic spline four points, a modulation over phase three. */
const LEAST = { spatial_frequency: 4, orientation: 4, phase: 3 };

/** Combinations of size, frequency, orientation and phase. */
export interface GratingGrid {
  /**
   * One a size. Sizes are told by their rank among those of their frequency: in the set `orientation`, where a patch is
   * so many cycles wide, radii differ between frequencies, and these are those of the lowest one.
   */
  readonly radii: readonly number[];
  readonly frequencies: readonly number[];
  readonly orientations: readonly number[];
  readonly phases: readonly number[];
  /** The stimulus of each combination, size × frequency × orientation × phase in C order. */
  readonly rows: readonly number[];
  readonly position: Position;
}

export interface Position {
  readonly y: number;
  readonly x: number;
}

/** Where receptive fields are looked for. */
export interface PositionGrid {
  readonly ys: readonly number[];
  readonly xs: readonly number[];
  /** The stimuli at each position, y × x in C order. */
  readonly rows: readonly (readonly number[])[];
}

export interface Presentations {
  readonly blank: number;
  readonly positions: PositionGrid;
  readonly orientation: GratingGrid;
  /** Of the property; `orientation` where that is its set. */
  readonly own: GratingGrid;
}

type Coords = Readonly<Record<string, Coordinate>>;

/** Throws `package-refused` with what `presentationFaults` says. */
export function presentationsOf(coords: Coords, set: TunedSet): Presentations {
  const faults = presentationFaults(coords, set);
  if (faults.length > 0) throw new GapscopeError("package-refused", faults.join(" "));
  const rows = rowsBySet(coords);
  const grid = (name: TunedSet) => gridOf(coords, rows.get(name) ?? []);
  const orientation = grid("orientation");
  return {
    blank: rows.get(BLANK)?.[0] ?? 0,
    positions: positionsOf(coords, rows.get("receptive_field") ?? []),
    orientation,
    own: set === "orientation" ? orientation : grid(set),
  };
}

/** What of the stimuli keeps a property of `set` from being measured, in sentences. */
export function presentationFaults(coords: Coords, set: TunedSet): string[] {
  const absent = ["set", ...COLUMNS].filter((name) => coords[name]?.dim !== "presentation");
  if (absent.length > 0) {
    return [
      `The stimulus table lacks ${absent.map((name) => `“${name}”`).join(", ")}, which say what each grating is.`,
    ];
  }
  const rows = rowsBySet(coords);
  const blanks = rows.get(BLANK)?.length ?? 0;
  const tuned: readonly TunedSet[] = set === "orientation" ? ["orientation"] : ["orientation", set];
  const faults = [
    ...(blanks === 1 ? [] : [`One stimulus has the set “${BLANK}”, a grey screen; the table has ${blanks}.`]),
    ...(["receptive_field", ...tuned] as const).flatMap((name) => setFaults(coords, name, rows.get(name) ?? [])),
  ];
  if (faults.length > 0) return faults;
  const grids = tuned.map((name) => gridOf(coords, rows.get(name) ?? []));
  const places = new Set(grids.map(({ position }) => `${position.y}, ${position.x}`));
  return [
    ...grids.flatMap((grid, i) => gridFaults(grid, tuned[i] ?? set)),
    ...(places.size === 1 ? [] : [`The sets ${tuned.join(" and ")} stand at different positions.`]),
  ];
}

function setFaults(coords: Coords, set: GratingSet, rows: readonly number[]): string[] {
  if (rows.length === 0) return [`No stimulus has the set “${set}”.`];
  const bad = COLUMNS.filter((name) => rows.some((row) => !Number.isFinite(coords[name]?.values[row])));
  if (bad.length > 0) {
    return [`Stimuli of the set “${set}” have no number as ${bad.map((name) => `“${name}”`).join(", ")}.`];
  }
  if (set === "receptive_field") {
    const { rows: at } = positionsOf(coords, rows);
    return at.every((some) => some.length > 0)
      ? []
      : ["The set “receptive_field” does not show every pair of positions."];
  }
  const places = (["position_y", "position_x"] as const).map((name) => numbers(coords, name, rows).length);
  return places.every((count) => count === 1) ? [] : [`The gratings of the set “${set}” do not share one position.`];
}

function gridFaults({ radii, frequencies, orientations, phases, rows }: GratingGrid, set: TunedSet): string[] {
  const combinations = radii.length * frequencies.length * orientations.length * phases.length;
  if (rows.length !== combinations || new Set(rows).size !== combinations || rows.includes(-1)) {
    return [
      `The set “${set}” does not show each combination of size, spatial frequency, orientation and phase exactly once.`,
    ];
  }
  const counts = { spatial_frequency: frequencies.length, orientation: orientations.length, phase: phases.length };
  const needed = set === "size" ? (["phase"] as const) : ([set, "phase"] as const);
  return needed.flatMap((name) =>
    counts[name] >= LEAST[name]
      ? []
      : [`The set “${set}” needs at least ${LEAST[name]} values of ${name}; it has ${counts[name]}.`],
  );
}

function rowsBySet(coords: Coords): Map<Scalar, number[]> {
  const sets = coords.set?.values ?? [];
  return groupBy([...sets.keys()], (row) => sets[row] ?? null);
}

function positionsOf(coords: Coords, rows: readonly number[]): PositionGrid {
  const ys = numbers(coords, "position_y", rows);
  const xs = numbers(coords, "position_x", rows);
  const at = groupBy(
    rows,
    (row) => ys.indexOf(value(coords, "position_y", row)) * xs.length + xs.indexOf(value(coords, "position_x", row)),
  );
  return { ys, xs, rows: Array.from({ length: ys.length * xs.length }, (_, place) => at.get(place) ?? []) };
}

/** A combination that no stimulus shows has the row -1; of two that show the same one, the later stands beyond the grid. */
function gridOf(coords: Coords, rows: readonly number[]): GratingGrid {
  const frequencies = numbers(coords, "spatial_frequency", rows);
  const orientations = numbers(coords, "orientation", rows);
  const phases = numbers(coords, "phase", rows);
  const radiiAt = frequencies.map((frequency) =>
    numbers(
      coords,
      "radius",
      rows.filter((row) => value(coords, "spatial_frequency", row) === frequency),
    ),
  );
  const [radii = []] = radiiAt;
  const shown: number[] = new Array(radii.length * frequencies.length * orientations.length * phases.length).fill(-1);
  for (const row of rows) {
    const f = frequencies.indexOf(value(coords, "spatial_frequency", row));
    const size = radiiAt[f]?.indexOf(value(coords, "radius", row)) ?? -1;
    const o = orientations.indexOf(value(coords, "orientation", row));
    const p = phases.indexOf(value(coords, "phase", row));
    const place = ((size * frequencies.length + f) * orientations.length + o) * phases.length + p;
    if (shown[place] === -1) shown[place] = row;
    else shown.push(row);
  }
  const position = { y: numbers(coords, "position_y", rows)[0] ?? 0, x: numbers(coords, "position_x", rows)[0] ?? 0 };
  return { radii, frequencies, orientations, phases, rows: shown, position };
}

function value(coords: Coords, column: GratingColumn, row: number): number {
  return Number(coords[column]?.values[row]);
}

/** The distinct values of a column at some rows, ascending. */
function numbers(coords: Coords, column: GratingColumn, rows: readonly number[]): number[] {
  return distinct(rows.map((row) => value(coords, column, row))).map(Number);
}
