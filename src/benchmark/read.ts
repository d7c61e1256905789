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
import { type Behaviour, checkBehaviour } from "./behaviour.ts";
import type { Benchmark, BenchmarkPackage, Stimulus } from "./benchmark.ts";
import { clip, columnOf, Findings, refused, resolvePath } from "./findings.ts";
import { type Picture, readPictures } from "./images.ts";
import { KNOWN, type KnownNames, nameFaults, unsupported } from "./known.ts";
import { parseManifest } from "./manifest.ts";
import type { Manifest } from "./schema.ts";
import { checkStimulusTable, type Source, type StimulusTable, visualDegrees } from "./stimulus-table.ts";
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

/** One manifest with all that was read for it. */
interface Draft {
  readonly manifest: Manifest;
  readonly manifestFile: string;
  readonly allStimuli: StimulusTable;
  readonly allResponses: Source;
  readonly behaviour: Behaviour;
  readonly degrees: readonly number[] | null;
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
    const draft = await readTables(manifest, manifestFile, shelf, findings, pictures);
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
  shelf: TableShelf,
  findings: Findings,
  pictures: Map<string, string>,
): Promise<Draft | undefined> {
  const set = manifest.stimulus_set;
  const stimulusCsv = await shelf.read(set.table, manifestFile, "stimulus_set.table");
  const allResponses =
    "table" in manifest.data ? await shelf.read(manifest.data.table, manifestFile, "data.table") : undefined;
  const folder = resolvePath(folderOf(manifestFile), set.images);
  if (folder === undefined) {
    findings.add(pathLeavesZip({ file: manifestFile, field: "stimulus_set.images", value: clip(set.images) }));
  }
  if (stimulusCsv === undefined || folder === undefined) return undefined;
  const allStimuli = checkStimulusTable(stimulusCsv, stimulusCsv.file, folder, shelf.archive, findings);
  if (allStimuli === undefined) return undefined;
  const ids = columnOf(allStimuli.table, "stimulus_id")?.text ?? [];
  for (const [row, image] of allStimuli.images.entries()) {
    if (image !== undefined && !pictures.has(image)) pictures.set(image, ids[row] ?? "");
  }
  const degrees = visualDegrees(allStimuli, set.visual_degrees, manifestFile, findings);
  if (allResponses === undefined) return undefined;
  const behaviour = checkBehaviour(manifest, manifestFile, allStimuli, allResponses, findings);
  if (behaviour === undefined || degrees === undefined) return undefined;
  return { manifest, manifestFile, allStimuli, allResponses, behaviour, degrees };
}

async function assemble(draft: Draft, pictures: ReadonlyMap<string, Picture>): Promise<Benchmark> {
  const { manifest, manifestFile, allStimuli, allResponses, behaviour, degrees } = draft;
  const picture = (path: string | undefined): Picture => {
    const found = path === undefined ? undefined : pictures.get(path);
    if (found === undefined) throw new GapscopeError("internal", "a stimulus without a fault has no picture");
    return found;
  };
  const ids = columnOf(behaviour.stimuli.table, "stimulus_id")?.values ?? [];
  const stimuli = behaviour.stimuli.images.map((path, row): Stimulus => {
    const id = ids[row];
    return { id: typeof id === "number" ? id : String(id), ...picture(path) };
  });
  const setIdentifier = manifest.stimulus_set.identifier ?? manifest.identifier;
  const { identifier, version, parent, metric, ceiling, normalisation, bounds, exclude } = manifest;
  const meaning = {
    identifier,
    version,
    parent,
    stimulus_set: { identifier: setIdentifier, visual_degrees: manifest.stimulus_set.visual_degrees },
    task: { name: "label", choices: behaviour.choices },
    number_of_trials: manifest.number_of_trials,
    metric,
    ceiling,
    normalisation,
    bounds,
    exclude,
    stimuli: tableMeaning(allStimuli.table),
    responses: tableMeaning(allResponses.table),
    images: allStimuli.images.map((path) => picture(path).sha256),
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
    stimulusSet: {
      identifier: setIdentifier,
      stimuli,
      table: behaviour.stimuli.table,
      visualDegrees: degrees === null ? null : behaviour.stimulusRows.map((row) => degrees[row] ?? Number.NaN),
    },
    task: { name: "label", choices: behaviour.choices },
    numberOfTrials: manifest.number_of_trials,
    responses: behaviour.responses.table,
    metric,
    ceiling,
    ...(normalisation === undefined ? {} : { normalisation }),
    ...(bounds === undefined ? {} : { bounds }),
    excluded: {
      stimuli: allStimuli.table.length - stimuli.length,
      responses: allResponses.table.length - behaviour.responses.table.length,
    },
  };
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
