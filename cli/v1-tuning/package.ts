/**
 * The package of V1's tuning: gratings, the table that says what each is, and a benchmark per property.
 *
 * All benchmarks share the gratings; each leaves out the sets that it does without. This file computes no score.
 */
import { readFileSync } from "node:fs";
import { encode } from "fast-png";
import { zipSync } from "fflate";
import { TUNING_PROPERTIES } from "../../src/metrics/neural/tuning/properties.ts";
import {
  drawGrating,
  GRATING_DEGREES,
  GRATING_PIXELS,
  GREY,
  type Grating,
  type GratingProtocol,
  gratingsOf,
  MARQUES_2020,
  REDUCED,
} from "../../src/stimuli/gratings.ts";
import { DISTRIBUTIONS, type Distribution } from "./sources.ts";

export interface Kind {
  readonly protocol: GratingProtocol;
  /** Undefined for a property that this kind has no benchmark of. */
  identifier(distribution: Distribution): string | undefined;
  /** After every title. */
  readonly label: string;
  /** What a person must know of the gratings. */
  readonly remark: string;
}

/** Brain-Score's gratings under its benchmarks' identifiers. */
export const WHOLE: Kind = {
  protocol: MARQUES_2020,
  identifier: ({ source, registered }) => registered && `Marques2020_${source.key}-${registered}`,
  label: "",
  remark: "The gratings are Brain-Score's.",
};

export const EXAMPLE: Kind = {
  protocol: REDUCED,
  identifier: ({ source, property, registered = property }) => `Marques2020_reduced_${source.key}-${registered}`,
  label: " (reduced protocol)",
  remark:
    "REDUCED: 573 of Brain-Score's 9,097 stimuli (coarser positions, half the phases, fewer sizes, frequencies and orientations). What it measures is not what Marques2020 of Brain-Score measures, and its scores do not compare with those.",
};

const COLUMNS = [
  "position_y",
  "position_x",
  "contrast",
  "radius",
  "spatial_frequency",
  "orientation",
  "phase",
] as const;
/** The blank's pixels: it spans as many degrees as the gratings, and is grey at any size. */
const BLANK_PIXELS = 448;

interface Shown {
  readonly id: string;
  readonly set: string;
  /** Undefined for the blank. */
  readonly grating?: Grating;
}

function shownBy(protocol: GratingProtocol): Shown[] {
  const sets = Object.entries(gratingsOf(protocol));
  return [
    { id: "blank", set: "blank" },
    ...sets.flatMap(([set, list]) => list.map((grating, i) => ({ id: `${set}-${i}`, set, grating }))),
  ];
}

/** Every file but the pictures, by path. */
export function textFiles(kind: Kind): ReadonlyMap<string, string> {
  const shown = shownBy(kind.protocol);
  const rows = shown.map(({ id, set, grating }) => [
    id,
    `${id}.png`,
    set,
    ...COLUMNS.map((name) => (grating === undefined ? "" : String(grating[name]))),
  ]);
  const files = new Map([["stimuli.csv", csv([["stimulus_id", "filename", "set", ...COLUMNS], ...rows])]]);
  for (const distribution of DISTRIBUTIONS) {
    const identifier = kind.identifier(distribution);
    if (identifier === undefined) continue;
    const { property } = distribution;
    files.set(`${property}/benchmark.json`, `${JSON.stringify(manifest(kind, distribution, identifier), null, 2)}\n`);
    files.set(
      `${property}/histogram.csv`,
      readFileSync(new URL(`histograms/${property}.csv`, import.meta.url), "utf8"),
    );
  }
  return files;
}

/** The pictures by path, drawn as they are asked for. */
function* pictureFiles({ protocol }: Kind): Generator<readonly [string, Uint8Array]> {
  for (const { id, grating } of shownBy(protocol)) {
    const side = grating === undefined ? BLANK_PIXELS : GRATING_PIXELS;
    const data = grating === undefined ? new Uint8Array(side * side).fill(GREY) : drawGrating(grating);
    yield [`stimuli/${id}.png`, encode({ width: side, height: side, channels: 1, depth: 8, data })];
  }
}

/** The zip; of equal bytes whenever it is made. */
export function packageOf(kind: Kind): Uint8Array {
  const files: Record<string, Uint8Array> = {};
  for (const [path, text] of textFiles(kind)) files[path] = new TextEncoder().encode(text);
  for (const [path, bytes] of pictureFiles(kind)) files[path] = bytes;
  return zipSync(files, { level: 9, mtime: new Date(2024, 0, 1) });
}

function manifest(kind: Kind, { property, source, title, unit, cells }: Distribution, identifier: string) {
  const { set } = TUNING_PROPERTIES[property];
  return {
    format: "gapscope-benchmark",
    format_version: 1,
    identifier,
    version: 1,
    title: `${title} in macaque V1${kind.label}`,
    description: `How ${property} (${unit}) is distributed over the units of V1 and over cells of macaques: ${cells}. Cells: ${source.citation}. Protocol: T. Marques, M. Schrimpf, J. J. DiCarlo (2021), doi 10.1101/2021.03.01.433495. ${kind.remark}`,
    authors: [source.citation.replace(/ \(\d{4}\).*$/, "")],
    licence: "Gratings: CC0-1.0. Counts: facts from the paper that is cited.",
    bibtex: source.bibtex,
    stimulus_set: {
      identifier: kind === WHOLE ? "Marques2020" : "Marques2020_reduced",
      table: "../stimuli.csv",
      images: "../stimuli/",
      visual_degrees: GRATING_DEGREES,
    },
    recording: { region: "V1", time_bins: [[70, 170]] },
    number_of_trials: 20,
    data: { histogram: "histogram.csv" },
    metric: { name: "ks_similarity", options: { property_name: property } },
    ceiling: { name: "metric" },
    exclude: { set: ["spatial_frequency", "size"].filter((other) => other !== set) },
  };
}

function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.join(",")}\n`).join("");
}
