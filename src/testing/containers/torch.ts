/** Writes torch.save's two containers: the stream of pickles before PyTorch 1.6, and the zip since. */
import { Zip, ZipPassThrough } from "fflate";
import { Pickler, type Python } from "./pickle.ts";
import { bytesOf, numel } from "./tensor.ts";

const MAGIC_NUMBER = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const MACHINE = { protocol_version: PROTOCOL, little_endian: true, type_sizes: { short: 2, int: 4, long: 4 } };

/** Source: torch/serialization.py, `_legacy_save`. */
export function* torchLegacy(root: Python): Generator<Uint8Array> {
  const pickler = new Pickler(true);
  for (const value of [MAGIC_NUMBER, PROTOCOL, MACHINE, root]) yield pickler.pickle(value);
  // Keys are sorted as text, so storages do not stand in the order of their tensors.
  const storages = [...pickler.storages].sort(([a], [b]) => (a < b ? -1 : 1));
  yield pickler.pickle(storages.map(([key]) => key));
  for (const [, tensor] of storages) {
    yield new Uint8Array(BigUint64Array.of(BigInt(numel(tensor))).buffer);
    yield bytesOf(tensor);
  }
}

/** Source: torch/serialization.py, `_save`. Entries are stored; torch aligns them to 64 bytes, which no reader needs. */
export function* torchZip(root: Python): Generator<Uint8Array> {
  const pickler = new Pickler(false);
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    ready.push(chunk);
  });
  function* entry(name: string, bytes: Uint8Array): Generator<Uint8Array> {
    const file = new ZipPassThrough(`archive/${name}`);
    file.mtime = new Date(1980, 0, 1); // the earliest that a zip can say, so that files do not differ by the hour
    zip.add(file);
    file.push(bytes, true);
    yield* ready.splice(0);
  }
  yield* entry("data.pkl", pickler.pickle(root));
  for (const [key, tensor] of pickler.storages) yield* entry(`data/${key}`, bytesOf(tensor));
  yield* entry("version", new TextEncoder().encode("3\n"));
  zip.end();
  yield* ready;
}
