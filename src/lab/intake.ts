/**
 * From files that a person gives to benchmarks and subjects.
 *
 * It tells files apart by what they are (a zip's magic, a card's fields), brings a card together with the network files
 * it names, and makes the digests that a subject is known by. Each thing is opened by itself, so that one bad file does
 * not keep the others out.
 */
import { sha256 } from "../assembly/digest.ts";
import { hashFile } from "../assembly/file-hashes.ts";
import { csvTooLarge, parseCsv } from "../benchmark/csv.ts";
import { clip, listed } from "../benchmark/findings.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import { filesOfCard, readCard } from "../models/card.ts";
import { RecordedSubject } from "../subject/recorded.ts";
import { RecordedActivations } from "../subject/recorded-activations.ts";
import { describeNetwork, type Network } from "./network.ts";

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
  const card = await readCard(cardFile, cardFile.name);
  const byName = new Map(beside.map((file) => [file.name, file]));
  const faults: Fault[] = filesOfCard(card)
    .filter((name) => !byName.has(name))
    .map((name) => ({
      code: "missing-network-file",
      file: cardFile.name,
      message: "The card names a file that was not given with it.",
      value: clip(name),
      ...(beside.length === 0 ? {} : { expected: `one of ${clip(beside.map((file) => file.name).join(", "))}` }),
      remedy: `Choose or drop ${cardFile.name} and ${clip(name)} together.`,
    }));
  if (faults.length > 0) {
    const missing = clip(faults.map((fault) => fault.value).join(", "));
    throw new GapscopeError("subject-refused", `${cardFile.name} came without ${missing}.`, { faults: listed(faults) });
  }
  const files = filesOfCard(card).flatMap((name) => {
    const bytes = byName.get(name);
    return bytes === undefined ? [] : [{ name, bytes }];
  });
  const hashes: string[] = [];
  for (const { bytes } of files) hashes.push((await hashFile(bytes)).sha256);
  const network = await describeNetwork(card, files, hashes);
  const own = { name: cardFile.name, bytes: cardFile.size, sha256: (await hashFile(cardFile)).sha256 };
  return { ...network, openedFrom: [own, ...(network.openedFrom ?? [])] };
}

/** Opens a recorded subject: activations where it is a `.npy`, responses otherwise. Throws `subject-refused` with every fault. */
export async function openRecording(identifier: string, file: File): Promise<RecordedSubject | RecordedActivations> {
  if (file.name.toLowerCase().endsWith(".npy")) {
    return RecordedActivations.open(identifier, `sha256-${(await hashFile(file)).sha256}`, file, file.name);
  }
  const large = csvTooLarge(file.size, file.name);
  if (large !== undefined) throw noTable(file.name, [large]);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const parsed = parseCsv(bytes, file.name);
  if (!("table" in parsed)) throw noTable(file.name, parsed);
  return new RecordedSubject(identifier, `sha256-${await sha256(bytes)}`, parsed.table, file.name);
}

function noTable(file: string, faults: readonly Fault[]): GapscopeError {
  const count = `${faults.length} ${faults.length === 1 ? "fault" : "faults"}`;
  return new GapscopeError("subject-refused", `${file} is not a usable table (${count}).`, { faults: listed(faults) });
}
