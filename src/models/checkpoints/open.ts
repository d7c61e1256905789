/** From a file to its checkpoint: which container it is, by its bytes and never by its name, and that container's reader. */
import type { Checkpoint } from "./checkpoint.ts";
import { openMat } from "./mat.ts";
import { refusal } from "./refusal.ts";
import { fileRegion, type Region } from "./region.ts";
import { openSafetensors } from "./safetensors.ts";
import { looksLikeTar } from "./tar.ts";
import { openTfBundle } from "./tf-bundle.ts";
import { openTorchLegacy } from "./torch-legacy.ts";
import { openTorchZip } from "./torch-zip.ts";

const HEAD_BYTES = 512;
const PICKLED_MAGIC_NUMBER = "\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.";

/** What is taken for a checkpoint most often, and what to do. */
const OTHERS: readonly { readonly begins: string | RegExp; readonly is: string; readonly remedy: string }[] = [
  {
    begins: /^\s*<(!doctype|html|\?xml)/i,
    is: "a web page",
    remedy: "Download the file itself, not the page about it.",
  },
  { begins: "version https://git-lfs", is: "a Git LFS pointer", remedy: "Download the file that it points to." },
  { begins: "\x1f\x8b", is: "compressed with gzip", remedy: "Unpack it first." },
  { begins: "BZh", is: "compressed with bzip2", remedy: "Unpack it first." },
  { begins: "\xfd7zXZ", is: "compressed with xz", remedy: "Unpack it first." },
  {
    begins: "\x89HDF\r\n",
    is: "HDF5",
    remedy: "If it is MATLAB's, save it again with -v7; Keras's weights are not read.",
  },
  { begins: "MATLAB 7.3", is: "HDF5", remedy: "Save it again from MATLAB with -v7." },
  { begins: "\x93NUMPY", is: "a NumPy array", remedy: "Save the tensors by name, as safetensors." },
];

/**
 * Finds every tensor of the file; reads none. Throws `subject-refused` with one fault that names the file: it is no
 * checkpoint, is cut short or damaged, or holds what no checkpoint needs.
 */
export async function openCheckpoint(file: Blob, fileName: string): Promise<Checkpoint> {
  const region = fileRegion(file, fileName);
  const head = await region.read(0, Math.min(HEAD_BYTES, region.size));
  return readerOf(head, region)(region);
}

function readerOf(head: Uint8Array, { file, size }: Region): (region: Region) => Promise<Checkpoint> {
  const latin = String.fromCharCode(...head);
  if (latin.startsWith("PK\x03\x04")) return openTorchZip;
  // A pickle of the magic number; from protocol 4 on a frame's header, 9 bytes, stands before it.
  if (latin.startsWith("\x80") && [2, 11].includes(latin.indexOf(PICKLED_MAGIC_NUMBER))) return openTorchLegacy;
  if (latin.startsWith("MATLAB 5.0 MAT-file")) return openMat;
  const other = OTHERS.find(({ begins }) =>
    typeof begins === "string" ? latin.startsWith(begins) : begins.test(latin),
  );
  if (other === undefined && looksLikeTar(head)) return openTfBundle;
  if (latin[8] === "{") return openSafetensors;
  throw refusal(file, {
    code: "not-a-checkpoint",
    message: size === 0 ? "The file is empty." : `The file is ${other?.is ?? "no checkpoint that is read"}.`,
    value: [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
    expected: "a checkpoint of PyTorch, safetensors, MATLAB (-v7), or a tar of a TensorFlow V2 checkpoint",
    remedy: other?.remedy ?? "Give the file under its publisher's name and hash.",
  });
}
