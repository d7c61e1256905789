/** A network that can be run: its card, its files, and the digests it goes by. It opens none of them (intake.ts, shelf.ts). */
import { canonicalJson, type FileDigest, sha256 } from "../assembly/digest.ts";
import type { NetworkFile } from "../models/assemble.ts";
import type { ModelCard } from "../models/card.ts";

export interface Network {
  readonly card: ModelCard;
  /** SHA-256 of files and card, the subject's identity. */
  readonly digest: string;
  /** SHA-256 of what activations depend on: the files and the card's input. */
  readonly activationsDigest: string;
  readonly files: readonly NetworkFile[];
  /** What it was opened from: its files, and the card where that is a file too. */
  readonly openedFrom?: readonly FileDigest[];
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
    openedFrom: files.map(({ name, bytes }, i) => ({ name, bytes: bytes.size, sha256: hashes[i] ?? "" })),
  };
}

/** Raise when a drawing in models/architectures changes what its network computes. */
const ARCHITECTURES_VERSION = 1;
