/**
 * What was read for a manifest, and is sound, as a `Benchmark`: its pictures brought in, its meaning digested.
 *
 * The last step of reading (read.ts); it checks nothing and finds no faults.
 */
import { canonicalJson, sha256 } from "../assembly/digest.ts";
import type { Table } from "../assembly/table.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { Behaviour, BehaviourTables } from "./behaviour.ts";
import type { Benchmark, Stimulus, StimulusSet, Task } from "./benchmark.ts";
import { columnOf } from "./findings.ts";
import type { Picture } from "./images.ts";
import type { Recorded } from "./neural/recordings.ts";
import type { Manifest } from "./schema.ts";
import type { StimulusTable } from "./stimulus-table.ts";
import { folderOf } from "./table-shelf.ts";

/** A stimulus set whose table was read; its pictures are read later. */
export interface DraftSet {
  readonly table: StimulusTable;
  readonly degrees: readonly number[] | null;
}

interface BehaviouralDraft {
  readonly manifest: Manifest;
  readonly manifestFile: string;
  readonly set: DraftSet;
  /** The fitting stimuli of a probabilities task. */
  readonly fitting: DraftSet | undefined;
  readonly tables: BehaviourTables;
  readonly behaviour: Behaviour;
}

interface NeuralDraft {
  readonly manifest: Manifest;
  readonly manifestFile: string;
  readonly set: DraftSet;
  readonly recording: NonNullable<Manifest["recording"]>;
  readonly recorded: Recorded;
  readonly averageRepetition: boolean;
}

/** One manifest with all that was read for it. */
export type Draft = BehaviouralDraft | NeuralDraft;

/** The benchmark of a draft, all of whose pictures are there. */
export function assemble(draft: Draft, pictures: ReadonlyMap<string, Picture>): Promise<Benchmark> {
  return "recorded" in draft ? assembleNeural(draft, pictures) : assembleBehavioural(draft, pictures);
}

async function assembleBehavioural(
  draft: BehaviouralDraft,
  pictures: ReadonlyMap<string, Picture>,
): Promise<Benchmark> {
  const { tables, behaviour } = draft;
  const { task, meaning } = taskOf(draft, pictures);
  const common = await commonOf(draft, behaviour, pictures, {
    task: meaning,
    responses: tables.responses === undefined ? undefined : tableMeaning(tables.responses.table),
  });
  return {
    track: "behavioral",
    ...common,
    task,
    responses: behaviour.responses.table,
    excluded: {
      stimuli: tables.stimuli.table.length - behaviour.stimulusRows.length,
      responses: (tables.responses?.table.length ?? 0) - behaviour.responses.table.length,
    },
  };
}

async function assembleNeural(draft: NeuralDraft, pictures: ReadonlyMap<string, Picture>): Promise<Benchmark> {
  const { recording, recorded, averageRepetition } = draft;
  const { region, time_bins } = recording;
  const common = await commonOf(draft, recorded, pictures, {
    recording,
    average_repetition: averageRepetition,
    recordings: recorded.digest,
  });
  return {
    track: "neural",
    ...common,
    recording: { region, timeBins: time_bins },
    recordings: recorded.recordings,
    averageRepetition,
    excluded: {
      stimuli: draft.set.table.table.length - recorded.stimulusRows.length,
      presentations: recorded.excluded,
    },
  };
}

/** What both tracks have; `meaning` is what else enters the digest. */
async function commonOf(
  { manifest, manifestFile, set }: Draft,
  kept: { readonly stimuli: StimulusTable; readonly stimulusRows: readonly number[] },
  pictures: ReadonlyMap<string, Picture>,
  meaning: Readonly<Record<string, unknown>>,
) {
  const { identifier, version, title, description, authors, licence, bibtex, parent } = manifest;
  const { metric, ceiling, normalisation, bounds, exclude, number_of_trials } = manifest;
  const setIdentifier = manifest.stimulus_set.identifier ?? identifier;
  const { degrees } = set;
  const keptDegrees = degrees === null ? null : kept.stimulusRows.map((row) => degrees[row] ?? Number.NaN);
  const whole = {
    identifier,
    version,
    parent,
    stimulus_set: { identifier: setIdentifier, visual_degrees: manifest.stimulus_set.visual_degrees },
    number_of_trials,
    metric,
    ceiling,
    normalisation,
    bounds,
    exclude,
    stimuli: tableMeaning(set.table.table),
    images: hashesOf(set.table, pictures),
    ...meaning,
  };
  return {
    identifier,
    version,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    authors,
    ...(licence === undefined ? {} : { licence }),
    ...(bibtex === undefined ? {} : { bibtex }),
    ...(parent === undefined ? {} : { parent }),
    digest: `sha256-${await sha256(canonicalJson(whole))}`,
    folder: folderOf(manifestFile),
    stimulusSet: stimulusSetOf(setIdentifier, kept.stimuli, pictures, keptDegrees),
    numberOfTrials: number_of_trials,
    metric,
    ceiling,
    ...(normalisation === undefined ? {} : { normalisation }),
    ...(bounds === undefined ? {} : { bounds }),
  };
}

/** The task, and what of it enters the digest. */
function taskOf(
  { manifest, tables, behaviour, fitting }: BehaviouralDraft,
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
