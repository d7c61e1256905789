/**
 * From files that a person gives to benchmarks and subjects.
 *
 * It tells files apart by what they are (a zip's magic, a card's fields), brings a card together with the network files
 * it names, and makes the digests that a subject is known by. Each thing is opened by itself, so that one bad file does
 * not keep the others out.
 */
import { canonicalJson, hashFile, sha256 } from "../assembly/digest.ts";
import { parseCsv } from "../benchmark/csv.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import type { NetworkFile } from "../models/assemble.ts";
import { filesOfCard, type ModelCard, parseCard } from "../models/card.ts";
import { RecordedSubject } from "../subject/recorded.ts";
import { RecordedActivations } from "../subject/recorded-activations.ts";
import type { Network } from "./network-runner.ts";

export interface Intake {
  readonly packages: readonly File[];
  readonly cards: readonly File[];
  /** Recorded subjects: responses, or activations. */
  readonly recordings: readonly File[];
  /** Parts of what comes out of Brain-Score's storage: an assembly, a stimulus table, a zip of pictures. */
  readonly brainio: readonly File[];
  /** Everything else; cards find their networks among these. */
  readonly others: readonly File[];
}

/**
 * Sorts files by name. A `.json` is a card; a `.csv` or `.npy` a recording; a `.zip` a package. Names that Brain-Score's
 * packaging gives (brainio.ts) go before these, and `recorded` before all: files that somebody calls recordings.
 */
export function sortFiles(files: readonly File[], recorded: ReadonlySet<File> = new Set()): Intake {
  const kind = (file: File): keyof Intake => {
    const name = file.name.toLowerCase();
    if (recorded.has(file)) return "recordings";
    if (name.endsWith(".nc") || /^stimulus_.+\.(?:csv|zip)$/.test(name)) return "brainio";
    if (name.endsWith(".zip")) return "packages";
    if (name.endsWith(".json")) return "cards";
    if (name.endsWith(".csv") || name.endsWith(".npy")) return "recordings";
    return "others";
  };
  const of = (wanted: keyof Intake): File[] => files.filter((file) => kind(file) === wanted);
  return {
    packages: of("packages"),
    cards: of("cards"),
    recordings: of("recordings"),
    brainio: of("brainio"),
    others: of("others"),
  };
}

/** Opens a card with the files beside it. Throws `subject-refused` with every fault. */
export async function openNetwork(cardFile: File, beside: readonly File[]): Promise<Network> {
  const card = parseCard(await cardFile.text(), cardFile.name);
  const byName = new Map(beside.map((file) => [file.name, file]));
  const faults: Fault[] = filesOfCard(card)
    .filter((name) => !byName.has(name))
    .map((name) => ({
      code: "missing-network-file",
      file: cardFile.name,
      message: "The card names a file that was not given with it.",
      value: name,
      ...(beside.length === 0 ? {} : { expected: `one of ${beside.map((file) => file.name).join(", ")}` }),
      remedy: `Choose or drop ${cardFile.name} and ${name} together.`,
    }));
  if (faults.length > 0) {
    const missing = faults.map((fault) => fault.value).join(", ");
    throw new GapscopeError("subject-refused", `${cardFile.name} came without ${missing}.`, { faults });
  }
  const files = filesOfCard(card).flatMap((name) => {
    const bytes = byName.get(name);
    return bytes === undefined ? [] : [{ name, bytes }];
  });
  const hashes: string[] = [];
  for (const { bytes } of files) hashes.push((await hashFile(bytes)).sha256);
  return describeNetwork(card, files, hashes);
}

/** The network of a card and its files, whose SHA-256 are known, with the digests it goes by. */
export async function describeNetwork(
  card: ModelCard,
  files: readonly NetworkFile[],
  hashes: readonly string[],
): Promise<Network> {
  const made =
    "onnx" in card
      ? {}
      : { architecture: card.architecture, prefix: card.prefix, architectures: ARCHITECTURES_VERSION };
  const { input, logits, readout, regions, visual_degrees } = card;
  return {
    card,
    digest: `sha256-${await sha256(canonicalJson({ hashes, made, input, logits, readout, regions, visual_degrees }))}`,
    activationsDigest: await sha256(canonicalJson({ hashes, made, input })),
    files,
  };
}

/** Raise when a drawing in models/architectures changes what its network computes. */
const ARCHITECTURES_VERSION = 1;

/** Opens a recorded subject: activations where it is a `.npy`, responses otherwise. Throws `subject-refused` with every fault. */
export async function openRecording(identifier: string, file: File): Promise<RecordedSubject | RecordedActivations> {
  if (file.name.toLowerCase().endsWith(".npy")) {
    return RecordedActivations.open(identifier, `sha256-${(await hashFile(file)).sha256}`, file, file.name);
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const parsed = parseCsv(bytes, file.name);
  if (!("table" in parsed)) {
    throw new GapscopeError(
      "subject-refused",
      `${file.name} is not a usable table (${parsed.length} ${parsed.length === 1 ? "fault" : "faults"}).`,
      { faults: parsed },
    );
  }
  return new RecordedSubject(identifier, `sha256-${await sha256(bytes)}`, parsed.table, file.name);
}
