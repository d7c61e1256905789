/**
 * From files that a person gives to benchmarks and subjects.
 *
 * It tells files apart by what they are (a zip's magic, a card's fields), brings a card together with the network files
 * it names, and makes the digests that a subject is known by. Each thing is opened by itself, so that one bad file does
 * not keep the others out.
 */
import { canonicalJson, sha256 } from "../assembly/digest.ts";
import { parseCsv } from "../benchmark/csv.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import { parseCard } from "../models/card.ts";
import { RecordedSubject } from "../subject/recorded.ts";
import type { Network } from "./network-runner.ts";

export interface Intake {
  readonly packages: readonly File[];
  readonly cards: readonly File[];
  readonly recordings: readonly File[];
  /** Everything else; cards find their networks among these. */
  readonly others: readonly File[];
}

/** Sorts files by kind. A `.json` is a card; a `.csv` a recording; what begins like a zip or is named so, a package. */
export function sortFiles(files: readonly File[]): Intake {
  const kind = (file: File): keyof Intake => {
    const name = file.name.toLowerCase();
    if (name.endsWith(".zip")) return "packages";
    if (name.endsWith(".json")) return "cards";
    if (name.endsWith(".csv")) return "recordings";
    return "others";
  };
  const of = (wanted: keyof Intake): File[] => files.filter((file) => kind(file) === wanted);
  return { packages: of("packages"), cards: of("cards"), recordings: of("recordings"), others: of("others") };
}

/** Opens a card with the files beside it. Throws `subject-refused` with every fault. */
export async function openNetwork(cardFile: File, beside: readonly File[]): Promise<Network> {
  const card = parseCard(await cardFile.text(), cardFile.name);
  const byName = new Map(beside.map((file) => [file.name, file]));
  const wanted = [card.onnx, ...card.external_data];
  const faults: Fault[] = wanted
    .filter((name) => !byName.has(name))
    .map((name) => ({
      code: "missing-network-file",
      file: cardFile.name,
      field: name === card.onnx ? "onnx" : "external_data",
      message: "The card names a file that was not given with it.",
      value: name,
      ...(beside.length === 0 ? {} : { expected: `one of ${beside.map((file) => file.name).join(", ")}` }),
      remedy: `Choose or drop ${cardFile.name} and ${name} together.`,
    }));
  const onnx = byName.get(card.onnx);
  if (faults.length > 0 || onnx === undefined) {
    throw new GapscopeError(
      "subject-refused",
      `${cardFile.name} came without ${faults.map((fault) => fault.value).join(", ")}.`,
      { faults },
    );
  }
  const externalData = card.external_data.flatMap((name) => {
    const file = byName.get(name);
    return file === undefined ? [] : [{ name, bytes: file }];
  });
  const hashes = [];
  for (const file of [onnx, ...externalData.map(({ bytes }) => bytes)]) {
    hashes.push(await sha256(new Uint8Array(await file.arrayBuffer()))); // one file in memory at a time
  }
  const {
    identifier: _,
    title: __,
    licence: ___,
    notes: ____,
    onnx: _____,
    external_data: ______,
    ...behaviour
  } = card;
  return {
    card,
    digest: `sha256-${await sha256(canonicalJson({ hashes, card: behaviour }))}`,
    activationsDigest: await sha256(canonicalJson({ hashes, input: card.input })),
    files: { onnx: { name: card.onnx, bytes: onnx }, externalData },
  };
}

/** Opens a recorded subject. Throws `subject-refused` with every fault. */
export async function openRecording(identifier: string, file: File): Promise<RecordedSubject> {
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
