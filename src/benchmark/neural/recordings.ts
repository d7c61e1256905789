/**
 * A neural benchmark's data and its stimuli, brought together and checked against each other.
 *
 * It makes the recordings that metrics read: coordinates as Brain-Score's loading merges them (the stimuli's columns joined
 * to presentations by stimulus_id, the assembly's own winning; brainio/assemblies.py, merge_stimulus_set_meta), with
 * exclusions and selections applied. Repetitions stay. Whether the values are any good is said in responses.ts and
 * similarities.ts; what a metric needs beyond that, its own check says (known.ts).
 */
import type { Coordinate } from "../../assembly/assembly.ts";
import { canonicalJson, sha256 } from "../../assembly/digest.ts";
import { isSimilarities, type NeuroidAssembly, type SimilarityAssembly } from "../../assembly/neuroids.ts";
import type { Scalar } from "../../assembly/table.ts";
import type { Recordings } from "../benchmark.ts";
import { clip, columnOf, type Findings, nearest, suggestion } from "../findings.ts";
import type { Manifest } from "../schema.ts";
import { type StimulusTable, takeStimuli } from "../stimulus-table.ts";
import { type LabelledValues, readForm, type Unjoined } from "./forms.ts";
import { readDistribution } from "./histogram.ts";
import type { RecordingsShelf } from "./recordings-shelf.ts";
import { checkResponses, responsesOf } from "./responses.ts";
import { names } from "./selection.ts";
import { checkMatrices, matricesOf } from "./similarities.ts";

export interface Recorded {
  /** The stimuli that take part. */
  readonly stimuli: StimulusTable;
  /** Which rows of the whole stimulus table they are. */
  readonly stimulusRows: readonly number[];
  readonly recordings: Recordings;
  /** Where the recordings stand in the zip. */
  readonly file: string;
  /** How many presentations were left out. */
  readonly excluded: number;
  /** Hexadecimal SHA-256 over what the recordings say: dimensions, coordinates and values. */
  readonly digest: string;
}

/** Reads, joins and checks; undefined where the data have a fault. Faults go to the shelf's findings. */
export async function readRecordings(
  manifest: Manifest,
  manifestFile: string,
  stimuli: StimulusTable,
  shelf: RecordingsShelf,
): Promise<Recorded | undefined> {
  if (manifest.data !== undefined && "histogram" in manifest.data) {
    return readDistribution(manifest.data.histogram, manifest.exclude, manifestFile, stimuli, shelf);
  }
  const unjoined = await readForm(manifest, manifestFile, stimuli, shelf);
  if (unjoined === undefined) return undefined;
  const { exclude, recording } = manifest;
  // Benchmarks of the same data share one copy of them.
  const key = { origin: unjoined.origin, exclude, recording, table: stimuli.file, picture: stimuli.images[0] };
  return shelf.once(key, () => join(manifest, manifestFile, stimuli, unjoined, shelf.findings));
}

async function join(
  manifest: Manifest,
  manifestFile: string,
  stimuli: StimulusTable,
  unjoined: Unjoined,
  findings: Findings,
): Promise<Recorded | undefined> {
  const { file, presented, shape } = unjoined;
  const ids = unjoined.coords.stimulus_id;
  if (ids?.dim !== "presentation") {
    findings.add({
      code: "missing-coordinate",
      file,
      field: "stimulus_id",
      message: "The presentations have no coordinate “stimulus_id”.",
      value: clip(Object.keys(unjoined.coords).join(", ")),
      remedy: "Add it: the id of the stimulus that was shown.",
    });
    return undefined;
  }
  if (!sameIdType(stimuli, presented, file, findings)) return undefined;
  const table = columnOf(stimuli.table, "stimulus_id")?.values ?? [];
  const rowOf = new Map(table.map((id, row) => [id, row]));
  checkPresented(stimuli, table, rowOf, unjoined, findings);

  const coords = merged(unjoined, stimuli, rowOf, findings);
  const rules = rulesOf(manifest, manifestFile, stimuli, coords, unjoined, findings);
  const stimulusKept = table.map((_, row) => !rules.excludes((name) => columnOf(stimuli.table, name)?.values[row]));
  const keeps = (dim: string, place: number): boolean => {
    const lookUp = (name: string) => (coords[name]?.dim === dim ? coords[name].values[place] : undefined);
    const shown = dim !== "presentation" || stimulusKept[rowOf.get(ids.values[place] ?? null) ?? -1] === true;
    return shown && !rules.excludes(lookUp) && rules.selects(lookUp);
  };
  const kept = new Map(
    [...new Set(unjoined.dims)].map((dim) => {
      const extent = shape[unjoined.dims.indexOf(dim)] ?? 0;
      return [dim, [...Array(extent).keys()].filter((place) => keeps(dim, place))];
    }),
  );
  const empty = [...kept].find(([, places]) => places.length === 0);
  if (empty !== undefined) {
    findings.add({
      code: "exclude-everything",
      file: manifestFile,
      field: "exclude",
      message: `The exclusions and selections leave no ${empty[0]}.`,
      value: clip({ ...manifest.exclude, ...unjoined.select }),
      remedy: "Exclude fewer values, or select more.",
    });
    return undefined;
  }
  const taken = take({ ...unjoined, coords }, kept);
  const shown = new Set(taken.coords.stimulus_id?.values);
  const stimulusRows = table.flatMap((id, row) => (shown.has(id) ? [row] : []));
  const matrices = unjoined.dims[0] === "subject";
  const recordings = matrices ? matricesOf(taken) : responsesOf(taken, manifest, file, findings);
  const sound = isSimilarities(recordings)
    ? checkMatrices(recordings, manifest, file, findings)
    : checkResponses(recordings, manifest, file, findings);
  if (!sound) return undefined;
  const before = shape[unjoined.dims.indexOf("presentation")] ?? 0;
  const excluded = before - (kept.get("presentation")?.length ?? 0);
  const digest = await digestOf(recordings, taken.values);
  return { stimuli: takeStimuli(stimuli, stimulusRows), stimulusRows, recordings, file, excluded, digest };
}

/** The order of coordinates counts, because repetitions are averaged in their order. */
async function digestOf(
  { dims, shape, coords, ...rest }: NeuroidAssembly | SimilarityAssembly,
  values: Float64Array<ArrayBuffer>,
): Promise<string> {
  const hash = await sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const kind = "kind" in rest ? rest.kind : undefined;
  return sha256(canonicalJson({ dims, shape, coords: Object.entries(coords), kind, values: hash }));
}

/** pandas does not join numbers with text. Fault `stimulus-id-mismatch`. */
function sameIdType(stimuli: StimulusTable, presented: readonly Scalar[], file: string, findings: Findings): boolean {
  const column = columnOf(stimuli.table, "stimulus_id");
  const numbers = column?.dtype === "int64" || column?.dtype === "float64";
  const odd = presented.find((id) => id !== null && (typeof id === "number") !== numbers);
  if (odd === undefined) return true;
  findings.add({
    code: "stimulus-id-mismatch",
    file,
    field: "stimulus_id",
    message: `The ids are ${numbers ? "text" : "numbers"} in the recordings and ${numbers ? "numbers" : "text"} in ${stimuli.file}, so that none would be found again.`,
    value: clip(odd),
    expected: `${numbers ? "whole numbers" : "text"}, such as ${clip(column?.text[0] ?? "")}`,
    remedy: "Write the ids alike in both; a letter before every id keeps them text.",
  });
  return false;
}

/** Faults `unknown-stimulus` for each id that the table lacks, `stimulus-without-data` for each that was never shown. */
function checkPresented(
  stimuli: StimulusTable,
  table: readonly Scalar[],
  rowOf: ReadonlyMap<Scalar, number>,
  { file, presented }: Unjoined,
  findings: Findings,
): void {
  const known = columnOf(stimuli.table, "stimulus_id")?.text ?? [];
  let hints = 20; // looking for near ids is quadratic; a few hints are enough
  for (const id of presented) {
    if (rowOf.has(id)) continue;
    const near = id !== null && hints-- > 0 && known.length <= 5000 ? nearest(String(id), known) : undefined;
    findings.add({
      code: "unknown-stimulus",
      file,
      field: "stimulus_id",
      message: `${stimuli.file} has no such stimulus.`,
      value: id === null ? "a missing value" : clip(id),
      remedy: near === undefined ? "Add the stimulus, or select other presentations." : `Did you mean “${clip(near)}”?`,
    });
  }
  const shown = new Set(presented);
  for (const [row, id] of table.entries()) {
    if (shown.has(id)) continue;
    findings.add({
      code: "stimulus-without-data",
      file: stimuli.file,
      line: stimuli.lines[row] ?? 0,
      column: "stimulus_id",
      message: `The recordings in ${file} have no presentation of this stimulus.`,
      value: clip(id),
      remedy: "Take it out of the table, or exclude it by its stimulus_id.",
    });
  }
}

/** The coordinates with the stimuli's columns, in Brain-Score's order. A column that names something else is left out. */
function merged(
  { coords, file }: Unjoined,
  stimuli: StimulusTable,
  rowOf: ReadonlyMap<Scalar, number>,
  findings: Findings,
): Record<string, Coordinate> {
  const rows = coords.stimulus_id?.values.map((id) => rowOf.get(id) ?? -1) ?? [];
  const own = Object.entries(coords);
  const lent = Object.entries(stimuli.table.columns).flatMap(([name, { values }]): [string, Coordinate][] => {
    const there = Object.hasOwn(coords, name) ? coords[name] : undefined;
    if (there === undefined) return [[name, { dim: "presentation", values: rows.map((row) => values[row] ?? null) }]];
    if (there.dim !== "presentation") {
      findings.notice({
        code: "coordinate-conflict",
        file: stimuli.file,
        column: clip(name),
        message: `The column is left out, because ${clip(there.dim)} has a coordinate of that name in ${file}.`,
      });
    }
    return [];
  });
  return Object.fromEntries([
    ...own.filter(([, { dim }]) => dim === "presentation"),
    ...lent,
    ...own.filter(([, { dim }]) => dim !== "presentation"),
  ]);
}

interface Rules {
  /** `lookUp` gives undefined where a coordinate does not belong to what is asked about. */
  excludes(lookUp: (name: string) => Scalar | undefined): boolean;
  selects(lookUp: (name: string) => Scalar | undefined): boolean;
}

/** Faults `no-such-column` and `no-such-coordinate`. */
function rulesOf(
  manifest: Manifest,
  manifestFile: string,
  stimuli: StimulusTable,
  coords: Readonly<Record<string, Coordinate>>,
  { select }: Unjoined,
  findings: Findings,
): Rules {
  const exclude = Object.entries(manifest.exclude);
  const selected = Object.entries(select);
  const known = [...new Set([...Object.keys(coords), ...Object.keys(stimuli.table.columns)])];
  for (const [rules, field, code] of [
    [exclude, "exclude", "no-such-column"],
    [selected, "data.select", "no-such-coordinate"],
  ] as const) {
    for (const [name] of rules) {
      if (known.includes(name)) continue;
      findings.add({
        code,
        file: manifestFile,
        field: `${field}.${clip(name)}`,
        message: `Neither stimuli nor recordings have “${clip(name)}”.`,
        value: clip(name),
        remedy: suggestion(name, known),
      });
    }
  }
  const among = (values: readonly Scalar[], value: Scalar) => values.some((wanted) => names(wanted, value));
  return {
    excludes: (lookUp) =>
      exclude.some(([name, values]) => {
        const value = lookUp(name);
        return value !== undefined && among(values, value);
      }),
    selects: (lookUp) =>
      selected.every(([name, values]) => {
        const value = lookUp(name);
        return value === undefined || among(values, value);
      }),
  };
}

/** Some places of each dimension. Values are copied only where some are left out. */
function take(labelled: LabelledValues, kept: ReadonlyMap<string, readonly number[]>): LabelledValues {
  const { dims, shape, values, coords } = labelled;
  if (dims.every((dim, axis) => kept.get(dim)?.length === shape[axis])) return labelled;
  const places = dims.map((dim) => kept.get(dim) ?? []);
  const [rows = [], columns = [], layers = [0]] = places;
  const [, width = 1, depth = 1] = shape;
  const out = new Float64Array(rows.length * columns.length * layers.length);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (const layer of layers) out[to++] = values[(row * width + column) * depth + layer] ?? Number.NaN;
    }
  }
  return {
    dims,
    shape: places.map(({ length }) => length),
    values: out,
    coords: Object.fromEntries(
      Object.entries(coords).map(([name, { dim, values: all }]) => [
        name,
        { dim, values: kept.get(dim)?.map((place) => all[place] ?? null) ?? all },
      ]),
    ),
  };
}
