/**
 * A zip to a `BenchmarkPackage`, or to every fault in it.
 *
 * The order of the work: the archive, every manifest, the tables that manifests name, the tables against each other,
 * the pictures. A fault in one does not keep the others from being checked. Only what manifests name is inflated, tables
 * and pictures that several manifests share once. Runs in a worker and under Node alike; holds one decoded picture at a
 * time at most.
 */

import { GapscopeError } from "../faults/faults.ts";
import { decodeImage, inspectImage } from "../stimuli/decode.ts";
import { type Archive, openArchive } from "./archive.ts";
import { assemble, type Draft, type DraftSet } from "./assemble.ts";
import { type BehaviourTables, checkBehaviour } from "./behaviour.ts";
import type { Benchmark, BenchmarkPackage } from "./benchmark.ts";
import { clip, columnOf, Findings, refused, resolvePath } from "./findings.ts";
import { readPictures } from "./images.ts";
import { KNOWN, type KnownNames, nameFaults, needsOf, neuralDataFaults, neuralStimulusFaults } from "./known.ts";
import { parseManifest } from "./manifest.ts";
import { type AssemblyReader, assemblyReader } from "./neural/packaged-assembly.ts";
import { readRecordings } from "./neural/recordings.ts";
import { RecordingsShelf } from "./neural/recordings-shelf.ts";
import type { Manifest } from "./schema.ts";
import {
  checkIdType,
  checkStimulusTable,
  requireColumns,
  type StimulusTable,
  visualDegrees,
} from "./stimulus-table.ts";
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
  /** Reads netCDF; in this thread where it is left out, which a hostile file can bring down. */
  readonly assemblies?: AssemblyReader;
}

/** A stimulus set whose table was read; its pictures are read later. */
interface ReadSet {
  readonly table: StimulusTable;
  /** Undefined where they have a fault. */
  readonly degrees: readonly number[] | null | undefined;
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
  const recordings = new RecordingsShelf(shelf, findings, options.assemblies ?? assemblyReader, signal);

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
    findings.addAll(nameFaults(manifest, manifestFile, known));
    const reader = { manifestFile, shelf, findings, pictures, known };
    const draft = await (manifest.recording === undefined
      ? readBehaviour(manifest, reader)
      : readNeural(manifest, recordings, reader));
    if (draft !== undefined) drafts.push(draft);
  }
  const shown = await readPictures(pictures, archive, decoders, findings, { signal, onProgress });
  findings.refuseIfAny(fileName);

  const benchmarks: Benchmark[] = [];
  for (const draft of drafts) benchmarks.push(await assemble(draft, shown));
  const notice = unusedFiles(archive, [...manifestFiles, ...shelf.files, ...recordings.files, ...pictures.keys()]);
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

/** What is read for one manifest; the pictures that it needs are noted in `pictures`. */
interface Reader {
  readonly manifestFile: string;
  readonly shelf: TableShelf;
  readonly findings: Findings;
  readonly pictures: Map<string, string>;
  readonly known: KnownNames;
}

/** Reads and checks the tables of a behavioural manifest. */
async function readBehaviour(manifest: Manifest, reader: Reader): Promise<Draft | undefined> {
  const { manifestFile, shelf, findings, known } = reader;
  const { task, data } = manifest;
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

/** Reads and checks stimuli and recordings of a neural manifest. */
async function readNeural(manifest: Manifest, recordings: RecordingsShelf, reader: Reader): Promise<Draft | undefined> {
  const { manifestFile, findings, known } = reader;
  const { recording, data } = manifest;
  const set = await readSet(manifest.stimulus_set, "stimulus_set", reader);
  if (set === undefined || recording === undefined || !checkIdType(set.table, set.table.file, findings))
    return undefined;
  const recorded = await readRecordings(manifest, manifestFile, set.table, recordings);
  if (recorded === undefined) return undefined;
  const averageRepetition = data !== undefined && "average_repetition" in data && data.average_repetition;
  findings.addAll(neuralDataFaults(manifest, manifestFile, recorded.recordings, averageRepetition, known));
  findings.addAll(neuralStimulusFaults(manifest, recorded.stimuli.file, recorded.stimuli.table, known));
  return hasDegrees(set) ? { manifest, manifestFile, set, recording, recorded, averageRepetition } : undefined;
}

function hasDegrees(set: ReadSet): set is DraftSet {
  return set.degrees !== undefined;
}

async function readSet(
  { table, images, visual_degrees }: Manifest["stimulus_set"],
  field: string,
  reader: Reader,
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

/** A notice of the files that no manifest names: harmless, but often a misspelt path. */
function unusedFiles(archive: Archive, used: readonly string[]) {
  const known = new Set(used);
  const unused = archive.names.filter((name) => !known.has(name));
  if (unused.length === 0) return [];
  const examples = unused.slice(0, 5).map(clip).join(", ");
  const message = `${unused.length} files of the zip are named by no manifest, such as ${examples}.`;
  return [{ code: "unused-files", file: unused[0] ?? "", message }];
}
