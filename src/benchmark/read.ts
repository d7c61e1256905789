/**
 * A zip to a `BenchmarkPackage`, or to every fault in it.
 *
 * The order of the work: the archive, every manifest, the tables that manifests name, the tables against each other,
 * the pictures. A fault in one does not keep the others from being checked. Only what manifests name is inflated, tables
 * and pictures that several manifests share once. Runs in a worker and under Node alike; holds one decoded picture at a
 * time at most.
 */

import { canonicalJson, sha256 } from "../assembly/digest.ts";
import type { Table } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import { decodeImage, inspectImage } from "../stimuli/decode.ts";
import { type Archive, openArchive } from "./archive.ts";
import { type Behaviour, type BehaviourTables, checkBehaviour } from "./behaviour.ts";
import type { Benchmark, BenchmarkPackage, Stimulus, StimulusSet, Task } from "./benchmark.ts";
import { clip, columnOf, Findings, refused, resolvePath } from "./findings.ts";
import { type Picture, readPictures } from "./images.ts";
import { KNOWN, type KnownNames, nameFaults, needsOf, unsupported } from "./known.ts";
import { parseManifest } from "./manifest.ts";
import type { Manifest } from "./schema.ts";
import { checkStimulusTable, requireColumns, type StimulusTable, visualDegrees } from "./stimulus-table.ts";
import { folderOf, pathLeavesZip, readEntry, TableShelf } from "./table-shelf.ts";

const MANIFEST = "benchmark.json";
const MANIFEST_BYTES = 4 * 2 ** 20;

export interface ReadOptions {
  readonly fileName: string;
  readonly signal?: AbortSignal;
  /** Pictures checked, of how many, and which comes next. */
  readonly onProgress?: (done: number, total: number, what: string) => void;
  readonly inspect?: typeof inspectImage;
  readonly decode?: typeof decodeImage;
  readonly known?: KnownNames;
}

/** A stimulus set whose table was read; its pictures are read later. */
interface ReadSet {
  readonly table: StimulusTable;
  /** Undefined where they have a fault. */
  readonly degrees: readonly number[] | null | undefined;
}

interface DraftSet extends ReadSet {
  readonly degrees: readonly number[] | null;
}

/** One manifest with all that was read for it. */
interface Draft {
  readonly manifest: Manifest;
  readonly manifestFile: string;
  readonly set: DraftSet;
  /** The fitting stimuli of a probabilities task. */
  readonly fitting: DraftSet | undefined;
  readonly tables: BehaviourTables;
  readonly behaviour: Behaviour;
}

/**
 * Reads and checks a package (spec: the benchmark package, version 1).
 * Throws `package-refused` with every fault, at most 500 of them and a closing count, or `cancelled`.
 */
export async function readPackage(file: Blob, options: ReadOptions): Promise<BenchmarkPackage> {
  const { fileName, signal, onProgress, known = KNOWN } = options;
  const decoders = { inspect: options.inspect ?? inspectImage, decode: options.decode ?? decodeImage };
  const stopIfAborted = () => {
    if (signal?.aborted) throw GapscopeError.cancelled();
  };
  stopIfAborted();
  const archive = await openArchive(file, fileName);
  const findings = new Findings();
  const shelf = new TableShelf(archive, findings, signal);

  const manifestFiles = archive.names.filter((name) => name === MANIFEST || name.endsWith(`/${MANIFEST}`));
  if (manifestFiles.length === 0) throw refused(fileName, [noManifest(archive, fileName)]);
  const drafts: Draft[] = [];
  const pictures = new Map<string, string>();
  const identifiers = new Map<string, string>();
  for (const manifestFile of manifestFiles) {
    stopIfAborted();
    const manifest = await readManifest(manifestFile, archive, findings, signal);
    if (manifest === undefined) continue;
    checkIdentifier(manifest, manifestFile, identifiers, findings);
    const foreign = unsupported(manifest, manifestFile);
    if (foreign !== undefined) {
      findings.add(foreign);
      continue;
    }
    findings.addAll(nameFaults(manifest, manifestFile, known));
    const draft = await readTables(manifest, manifestFile, known, shelf, findings, pictures);
    if (draft !== undefined) drafts.push(draft);
  }
  const shown = await readPictures(pictures, archive, decoders, findings, { signal, onProgress });
  findings.refuseIfAny(fileName);

  const benchmarks: Benchmark[] = [];
  for (const draft of drafts) benchmarks.push(await assemble(draft, shown));
  const notice = unusedFiles(archive, [...manifestFiles, ...shelf.files, ...pictures.keys()]);
  return { fileName, bytes: file.size, benchmarks, notices: [...findings.notices, ...notice] };
}

function noManifest(archive: Archive, fileName: string) {
  const near = archive.names.find((name) => /(^|\/)benchmarks?\.(json5?|ya?ml)$/i.test(name));
  const some = archive.names.slice(0, 5).map(clip).join(", ");
  return {
    code: "no-manifest",
    file: fileName,
    message: `The zip holds no ${MANIFEST}.`,
    value: archive.names.length === 0 ? "no files" : `${archive.names.length} files, such as ${some}`,
    expected: `a manifest named ${MANIFEST}, at the root or in a folder`,
    remedy: near === undefined ? "Add the manifest; the guide shows one." : `Rename “${clip(near)}” to ${MANIFEST}.`,
  };
}

async function readManifest(
  file: string,
  archive: Archive,
  findings: Findings,
  signal: AbortSignal | undefined,
): Promise<Manifest | undefined> {
  const bytes = await readEntry(archive, file, MANIFEST_BYTES, findings, signal);
  if (bytes === undefined) return undefined;
  const { manifest, faults } = parseManifest(bytes, file);
  findings.addAll(faults ?? []);
  return manifest;
}

function checkIdentifier(manifest: Manifest, file: string, seen: Map<string, string>, findings: Findings): void {
  const other = seen.get(manifest.identifier);
  if (other === undefined) {
    seen.set(manifest.identifier, file);
    return;
  }
  findings.add({
    code: "duplicate-identifier",
    file,
    field: "identifier",
    message: `${other} has the same identifier.`,
    value: clip(manifest.identifier),
    remedy: "Give every benchmark of the zip its own identifier.",
  });
}

/** Reads and checks the tables of one manifest, and notes the pictures it needs in `pictures`. */
async function readTables(
  manifest: Manifest,
  manifestFile: string,
  known: KnownNames,
  shelf: TableShelf,
  findings: Findings,
  pictures: Map<string, string>,
): Promise<Draft | undefined> {
  const { task, data } = manifest;
  const reader = { manifestFile, shelf, findings, pictures };
  const set = await readSet(manifest.stimulus_set, "stimulus_set", reader);
  const fittingOf = task?.name === "probabilities" ? task.fitting_stimuli : undefined;
  const fitting = fittingOf === undefined ? undefined : await readSet(fittingOf, "task.fitting_stimuli", reader);
  const triplets =
    task?.name === "odd_one_out" ? await shelf.read(task.triplets, manifestFile, "task.triplets") : undefined;
  const responses =
    data !== undefined && "table" in data ? await shelf.read(data.table, manifestFile, "data.table") : undefined;
  const needs = needsOf(manifest, known);
  const unread = data === undefined && needs.people === "unread" && task?.name !== "odd_one_out";
  const labelled =
    fitting === undefined || requireColumns(fitting.table, fitting.table.file, ["image_label"], findings);
  const lacking =
    (task?.name === "probabilities" && fitting === undefined) ||
    (task?.name === "odd_one_out" && triplets === undefined);
  if (set === undefined || (responses === undefined && !unread) || lacking || !labelled) return undefined;
  const tables: BehaviourTables = {
    stimuli: set.table,
    ...(responses === undefined ? {} : { responses }),
    ...(fitting === undefined ? {} : { fitting: fitting.table }),
    ...(triplets === undefined ? {} : { triplets }),
  };
  const behaviour = checkBehaviour(manifest, manifestFile, tables, needs, findings);
  if (behaviour === undefined || !hasDegrees(set) || !(fitting === undefined || hasDegrees(fitting))) return undefined;
  return { manifest, manifestFile, set, fitting, tables, behaviour };
}

function hasDegrees(set: ReadSet): set is DraftSet {
  return set.degrees !== undefined;
}

async function readSet(
  { table, images, visual_degrees }: Manifest["stimulus_set"],
  field: string,
  reader: {
    readonly manifestFile: string;
    readonly shelf: TableShelf;
    readonly findings: Findings;
    readonly pictures: Map<string, string>;
  },
): Promise<ReadSet | undefined> {
  const { manifestFile, shelf, findings, pictures } = reader;
  const csv = await shelf.read(table, manifestFile, `${field}.table`);
  const folder = resolvePath(folderOf(manifestFile), images);
  if (folder === undefined) {
    findings.add(pathLeavesZip({ file: manifestFile, field: `${field}.images`, value: clip(images) }));
  }
  if (csv === undefined || folder === undefined) return undefined;
  const stimuli = checkStimulusTable(csv, csv.file, folder, shelf.archive, findings);
  if (stimuli === undefined) return undefined;
  const ids = columnOf(stimuli.table, "stimulus_id")?.text ?? [];
  for (const [row, image] of stimuli.images.entries()) {
    if (image !== undefined && !pictures.has(image)) pictures.set(image, ids[row] ?? "");
  }
  const degrees = visualDegrees(
    stimuli,
    visual_degrees,
    { file: manifestFile, field: `${field}.visual_degrees` },
    findings,
  );
  return { table: stimuli, degrees };
}

async function assemble(draft: Draft, pictures: ReadonlyMap<string, Picture>): Promise<Benchmark> {
  const { manifest, manifestFile, set, fitting, tables, behaviour } = draft;
  const setIdentifier = manifest.stimulus_set.identifier ?? manifest.identifier;
  const { identifier, version, parent, metric, ceiling, normalisation, bounds, exclude } = manifest;
  const { degrees } = set;
  const keptDegrees = degrees === null ? null : behaviour.stimulusRows.map((row) => degrees[row] ?? Number.NaN);
  const stimulusSet = stimulusSetOf(setIdentifier, behaviour.stimuli, pictures, keptDegrees);
  const { task, meaning: taskMeaning } = taskOf(draft, fitting, pictures);
  const meaning = {
    identifier,
    version,
    parent,
    stimulus_set: { identifier: setIdentifier, visual_degrees: manifest.stimulus_set.visual_degrees },
    task: taskMeaning,
    number_of_trials: manifest.number_of_trials,
    metric,
    ceiling,
    normalisation,
    bounds,
    exclude,
    stimuli: tableMeaning(tables.stimuli.table),
    responses: tables.responses === undefined ? undefined : tableMeaning(tables.responses.table),
    images: hashesOf(tables.stimuli, pictures),
  };
  return {
    track: "behavioral",
    identifier,
    version,
    ...(manifest.title === undefined ? {} : { title: manifest.title }),
    ...(manifest.description === undefined ? {} : { description: manifest.description }),
    authors: manifest.authors,
    ...(manifest.licence === undefined ? {} : { licence: manifest.licence }),
    ...(manifest.bibtex === undefined ? {} : { bibtex: manifest.bibtex }),
    ...(parent === undefined ? {} : { parent }),
    digest: `sha256-${await sha256(canonicalJson(meaning))}`,
    folder: folderOf(manifestFile),
    stimulusSet,
    task,
    numberOfTrials: manifest.number_of_trials,
    responses: behaviour.responses.table,
    metric,
    ceiling,
    ...(normalisation === undefined ? {} : { normalisation }),
    ...(bounds === undefined ? {} : { bounds }),
    excluded: {
      stimuli: tables.stimuli.table.length - stimulusSet.stimuli.length,
      responses: (tables.responses?.table.length ?? 0) - behaviour.responses.table.length,
    },
  };
}

/** The task, and what of it enters the digest. */
function taskOf(
  { manifest, tables, behaviour }: Draft,
  fitting: DraftSet | undefined,
  pictures: ReadonlyMap<string, Picture>,
): { readonly task: Task; readonly meaning: unknown } {
  const { name } = behaviour.task;
  if (behaviour.task.name === "label") {
    const { choices } = behaviour.task;
    return { task: { name: "label", choices }, meaning: { name, choices } };
  }
  if (behaviour.task.name === "odd_one_out") {
    const measure = manifest.task?.name === "odd_one_out" ? manifest.task.similarity_measure : undefined;
    const task: Task = {
      name: "odd_one_out",
      triplets: behaviour.task.triplets,
      ...(measure === undefined ? {} : { similarityMeasure: measure }),
    };
    const triplets = tables.triplets === undefined ? undefined : tableMeaning(tables.triplets.table);
    return { task, meaning: { name, triplets, similarity_measure: measure } };
  }
  const declared = manifest.task?.name === "probabilities" ? manifest.task.fitting_stimuli : undefined;
  if (fitting === undefined || declared === undefined)
    throw new GapscopeError("internal", "a probabilities task without fitting stimuli");
  const identifier = declared.identifier ?? `${manifest.identifier}-fitting_stimuli`;
  return {
    task: {
      name: "probabilities",
      fittingStimuli: stimulusSetOf(identifier, fitting.table, pictures, fitting.degrees),
    },
    meaning: {
      name,
      fitting_stimuli: {
        identifier,
        visual_degrees: declared.visual_degrees,
        stimuli: tableMeaning(fitting.table.table),
        images: hashesOf(fitting.table, pictures),
      },
    },
  };
}

/** A checked table with its pictures. `degrees` has one a row. */
function stimulusSetOf(
  identifier: string,
  { table, images }: StimulusTable,
  pictures: ReadonlyMap<string, Picture>,
  degrees: readonly number[] | null,
): StimulusSet {
  const ids = columnOf(table, "stimulus_id")?.values ?? [];
  const stimuli = images.map((path, row): Stimulus => {
    const id = ids[row];
    return { id: typeof id === "number" ? id : String(id), ...pictureAt(path, pictures) };
  });
  return { identifier, stimuli, table, visualDegrees: degrees };
}

function hashesOf({ images }: StimulusTable, pictures: ReadonlyMap<string, Picture>): string[] {
  return images.map((path) => pictureAt(path, pictures).sha256);
}

function pictureAt(path: string | undefined, pictures: ReadonlyMap<string, Picture>): Picture {
  const found = path === undefined ? undefined : pictures.get(path);
  if (found === undefined) throw new GapscopeError("internal", "a stimulus without a fault has no picture");
  return found;
}

/** The cells as they were written, by column: the part of a table that means something. */
function tableMeaning(table: Table): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(table.columns).map(([name, column]) => [name, column.text]));
}

/** A notice of the files that no manifest names: harmless, but often a misspelt path. */
function unusedFiles(archive: Archive, used: readonly string[]) {
  const known = new Set(used);
  const unused = archive.names.filter((name) => !known.has(name));
  if (unused.length === 0) return [];
  const examples = unused.slice(0, 5).map(clip).join(", ");
  const message = `${unused.length} files of the zip are named by no manifest, such as ${examples}.`;
  return [{ code: "unused-files", file: unused[0] ?? "", message }];
}
