/**
 * The forms that recordings come in (assembly, array, rdm), read and brought into one: labelled values, before they meet
 * their stimuli.
 */
import type { Coordinate } from "../../assembly/assembly.ts";
import type { Scalar, Table } from "../../assembly/table.ts";
import { columnOf } from "../findings.ts";
import type { Manifest } from "../schema.ts";
import { requireColumns, type StimulusTable } from "../stimulus-table.ts";
import type { NpyArray } from "./npy.ts";
import type { Selection } from "./packaged-assembly.ts";
import type { RecordingsShelf, Shelved } from "./recordings-shelf.ts";

export interface LabelledValues {
  /** presentation, neuroid (, time_bin); or subject, presentation, presentation. */
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly values: Float64Array<ArrayBuffer>;
  readonly coords: Readonly<Record<string, Coordinate>>;
}

export interface Unjoined extends LabelledValues {
  /** Where they stand in the zip. */
  readonly file: string;
  /** What they were made of: equal where they are equal. */
  readonly origin: unknown;
  /** Every stimulus that the file has, before any selection. */
  readonly presented: readonly Scalar[];
  /** Of a selection, what names no coordinate of the file and so must name a column of the stimuli. */
  readonly select: Selection;
}

/** Faults `array-shape`, `neuroid-count`, `rdm-shape`, and what tables, arrays and assemblies say of themselves. */
export async function readForm(
  { data }: Manifest,
  manifestFile: string,
  stimuli: StimulusTable,
  shelf: RecordingsShelf,
): Promise<Unjoined | undefined> {
  if (data === undefined || "table" in data) return undefined; // the manifest's own checks have said so
  if ("histogram" in data) return undefined; // no recordings (histogram.ts)
  if ("assembly" in data) {
    const { select = {} } = data;
    const found = await shelf.assembly(data.assembly, manifestFile, "data.assembly", select);
    if (found === undefined) return undefined;
    const { file, data: assembly } = found;
    const rest = Object.entries(select).filter(([name]) => !Object.hasOwn(assembly.coords, name));
    return { ...assembly, file, origin: { file, select }, select: Object.fromEntries(rest) };
  }
  if ("rdm" in data) {
    const found = await shelf.array(data.rdm, manifestFile, "data.rdm");
    return found === undefined ? undefined : matricesOf(found, stimuli, shelf);
  }
  const found = await shelf.array(data.array, manifestFile, "data.array");
  if (data.neuroids === undefined)
    return found === undefined ? undefined : responsesOf(found, stimuli, undefined, shelf);
  const table = await shelf.tables.read(data.neuroids, manifestFile, "data.neuroids");
  const sound = table !== undefined && requireColumns(table, table.file, ["neuroid_id"], shelf.findings);
  if (found === undefined || !sound) return undefined;
  const { shape } = found.data;
  if (shape.length < 2 || table.table.length === shape[1]) return responsesOf(found, stimuli, table, shelf);
  shelf.findings.add({
    code: "neuroid-count",
    file: table.file,
    message: `The table has not one row for each neuroid of ${found.file}.`,
    value: `${table.table.length} rows`,
    expected: `${shape[1]} rows`,
    remedy: "Add or remove rows; they stand in the order of the array's second axis.",
  });
  return undefined;
}

function idsOf({ table }: StimulusTable): readonly Scalar[] {
  return columnOf(table, "stimulus_id")?.values ?? [];
}

function matricesOf(
  { file, data }: Shelved<NpyArray>,
  stimuli: StimulusTable,
  { findings }: RecordingsShelf,
): Unjoined | undefined {
  const ids = idsOf(stimuli);
  const n = ids.length;
  const { shape, values } = data;
  const subjects = shape.length === 3 ? (shape[0] ?? 0) : 1;
  if (![2, 3].includes(shape.length) || subjects === 0 || shape.at(-1) !== n || shape.at(-2) !== n) {
    findings.add({
      code: "rdm-shape",
      file,
      message: "The array is not one square matrix over the stimuli, nor one for each subject.",
      value: shape.join(" × "),
      expected: `${n} × ${n}, or subjects × ${n} × ${n}: the stimuli of ${stimuli.file} in their order`,
      remedy: "Write squareform(…) of a condensed vector, and put subjects on the first axis.",
    });
    return undefined;
  }
  const coords = {
    stimulus_id: { dim: "presentation", values: ids },
    subject: { dim: "subject", values: [...Array(subjects).keys()] },
  };
  const dims = ["subject", "presentation", "presentation"];
  return { file, origin: { file }, dims, shape: [subjects, n, n], values, coords, presented: ids, select: {} };
}

async function responsesOf(
  { file, data }: Shelved<NpyArray>,
  stimuli: StimulusTable,
  neuroids: { readonly file: string; readonly table: Table } | undefined,
  shelf: RecordingsShelf,
): Promise<Unjoined | undefined> {
  const ids = idsOf(stimuli);
  const { shape } = data;
  const sites = shape[1] ?? 0;
  if (![2, 3].includes(shape.length) || shape[0] !== ids.length || shape.includes(0)) {
    shelf.findings.add({
      code: "array-shape",
      file,
      message: "The array has not one row for each stimulus.",
      value: shape.join(" × "),
      expected: `${ids.length} stimuli, in the order of ${stimuli.file}, × neuroids (× repetitions)`,
      remedy: "Transpose or reorder the array, or correct the stimulus table.",
    });
    return undefined;
  }
  const table: Readonly<Record<string, readonly Scalar[]>> =
    neuroids === undefined
      ? { neuroid_id: [...Array(sites).keys()] }
      : Object.fromEntries(Object.entries(neuroids.table.columns).map(([name, { values }]) => [name, values]));
  const labels = Object.entries(table).map(([name, values]) => [name, { dim: "neuroid", values }] as const);
  // Benchmarks that share the array share what is made of it.
  const labelled = await shelf.once({ presentations: file, stimuli: stimuli.file }, async () =>
    presentationsOf(data, ids),
  );
  return {
    ...labelled,
    file,
    origin: { file, neuroids: neuroids?.file },
    coords: { ...labelled.coords, ...Object.fromEntries(labels) },
    presented: ids,
    select: {},
  };
}

/**
 * stimuli × neuroids × repetitions to presentations × neuroids: the repetitions of a stimulus one after the other, those
 * that hold no number left out.
 */
function presentationsOf({ shape, values }: NpyArray, ids: readonly Scalar[]): LabelledValues {
  const dims = ["presentation", "neuroid"];
  const [stimuli = 0, neuroids = 0, repetitions] = shape;
  if (repetitions === undefined) {
    return { dims, shape, values, coords: { stimulus_id: { dim: "presentation", values: ids } } };
  }
  const rows: { readonly stimulus: number; readonly repetition: number }[] = [];
  const at = (stimulus: number, neuroid: number, repetition: number): number =>
    values[(stimulus * neuroids + neuroid) * repetitions + repetition] ?? Number.NaN;
  for (let stimulus = 0; stimulus < stimuli; stimulus++) {
    const before = rows.length;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      let neuroid = 0;
      while (neuroid < neuroids && Number.isNaN(at(stimulus, neuroid, repetition))) neuroid++;
      if (neuroid < neuroids) rows.push({ stimulus, repetition });
    }
    if (rows.length === before) rows.push({ stimulus, repetition: 0 }); // kept, so that it can be said to be empty
  }
  const out = new Float64Array(rows.length * neuroids);
  for (const [row, { stimulus, repetition }] of rows.entries()) {
    for (let neuroid = 0; neuroid < neuroids; neuroid++)
      out[row * neuroids + neuroid] = at(stimulus, neuroid, repetition);
  }
  const coords = {
    stimulus_id: { dim: "presentation", values: rows.map(({ stimulus }) => ids[stimulus] ?? null) },
    repetition: { dim: "presentation", values: rows.map(({ repetition }) => repetition) },
  };
  return { dims, shape: [rows.length, neuroids], values: out, coords };
}
