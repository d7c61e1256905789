/**
 * PyTorch's format before 1.6 (and `_use_new_zipfile_serialization=False` since): five pickles (magic number, protocol,
 * the writing machine, the object, the order of the storages), then each storage as a count and its numbers.
 * Source: torch/serialization.py, `_legacy_save` and `_legacy_load`. It has no checksums.
 */
import type { Checkpoint } from "./checkpoint.ts";
import { readPickles } from "./pickle.ts";
import { damaged, encoding, truncated } from "./refusal.ts";
import { part, type Region } from "./region.ts";
import { checkpointOf } from "./stored.ts";
import { contentsOf, type Storage, storageOf } from "./torch.ts";

const MAGIC_NUMBER = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const COUNT_BYTES = 8;
/** Each costs a read of the file; the panel's largest checkpoint, with its optimizer, has some 1,000. */
const MAX_STORAGES = 20_000;

export async function openTorchLegacy(file: Region): Promise<Checkpoint> {
  const { values, references, end } = await readPickles(file, 5);
  const [magic, protocol, machine, root, order] = values;
  if (magic !== MAGIC_NUMBER || protocol !== PROTOCOL) {
    throw encoding(
      file.file,
      "The file is of another version of PyTorch's format.",
      `protocol ${typeof protocol === "number" ? protocol : "unknown"}`,
      `protocol ${PROTOCOL}`,
    );
  }
  if (machine instanceof Map && machine.get("little_endian") === false) {
    throw encoding(file.file, "The numbers are stored in another byte order.", "big-endian", "little-endian");
  }
  const storages = new Map<string, Storage>();
  for (const reference of references) {
    const storage = storageOf(reference, file.file);
    if (storage !== undefined) storages.set(storage.key, storage);
  }
  if (!Array.isArray(order)) throw damaged(file.file, "The file lacks the list of its storages.");
  if (order.length > MAX_STORAGES) {
    throw damaged(file.file, "The file has more storages than any checkpoint.", { value: String(order.length) });
  }
  const regions = new Map<string, Region>();
  let at = end;
  for (const key of order) {
    const storage = typeof key === "string" || typeof key === "number" ? storages.get(String(key)) : undefined;
    if (storage === undefined || regions.has(storage.key)) {
      throw damaged(file.file, "The file's list of its storages does not fit its tensors.");
    }
    const bytes = storage.numel * storage.itemBytes;
    const next = at + COUNT_BYTES + bytes;
    if (next > file.size) throw truncated(file.file, file.size, next);
    const head = await file.read(at, COUNT_BYTES);
    const count = new DataView(head.buffer).getBigUint64(0, true);
    if (count !== BigInt(storage.numel)) {
      throw damaged(file.file, "A storage has another length than its tensors say.", { value: String(count) });
    }
    regions.set(storage.key, part(file, at + COUNT_BYTES, bytes));
    at = next;
  }
  const contents = contentsOf(root ?? null, file.file, ({ key }) => {
    const region = regions.get(key);
    if (region === undefined) throw damaged(file.file, "The file lacks the numbers of a tensor.", { value: key });
    return region;
  });
  return checkpointOf({ name: file.file, bytes: file.size }, "torch-legacy", contents.tensors, contents.values);
}
