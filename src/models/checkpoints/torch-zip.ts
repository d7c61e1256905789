/**
 * PyTorch's format since 1.6: a zip of `<folder>/data.pkl` and one stored entry `<folder>/data/<key>` for each storage.
 *
 * Only the directory and the pickle are read on opening. benchmark/zip-directory.ts walks a zip that is in memory and
 * refuses zip64, as a benchmark's limits want it; a checkpoint has gigabytes, is written with zip64 records and is read
 * by slices, so it is walked here. Layouts: PKWARE APPNOTE 6.3.10, §4.3.7, §4.3.12, §4.3.14–16, §4.5.3;
 * contents: caffe2/serialize/inline_container.h.
 */
import type { Checkpoint } from "./checkpoint.ts";
import { readPickles } from "./pickle.ts";
import { damaged, encoding, refusal, truncated } from "./refusal.ts";
import { CRC32, checksummed, part, type Region } from "./region.ts";
import { checkpointOf } from "./stored.ts";
import { contentsOf } from "./torch.ts";

interface Entry {
  readonly name: string;
  /** Neither compressed nor encrypted. */
  readonly stored: boolean;
  readonly size: number;
  readonly crc32: number;
  readonly headerAt: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR64_BYTES = 20;
const MAX_COMMENT = 0xffff;
/** 64 bytes an entry: room for 200,000 storages, and the panel's largest checkpoint has some 1,000. */
const MAX_DIRECTORY = 16 << 20;
const UTF8 = new TextDecoder();

export async function openTorchZip(file: Region): Promise<Checkpoint> {
  const directory = await readDirectory(file);
  const pickle = [...directory.values()].find(({ name }) => /^(?:[^/]*\/)?data\.pkl$/.test(name));
  if (pickle === undefined) {
    throw refusal(file.file, {
      code: "not-a-checkpoint",
      message: "The zip is not one of PyTorch's: it has no data.pkl.",
      value: [...directory.keys()].slice(0, 3).join(", "),
      remedy: "Give the file that torch.save wrote, as it is.",
    });
  }
  const folder = pickle.name.slice(0, -"data.pkl".length);
  const order = directory.get(`${folder}byteorder`);
  if (order !== undefined && order.size < 16) {
    const found = UTF8.decode(await entryRegion(file, order).read(0, order.size));
    if (found !== "little") {
      throw encoding(file.file, "The numbers are stored in another byte order.", found, "little");
    }
  }
  const head = entryRegion(file, pickle);
  const pickles = await readPickles(head, 1);
  if (pickles.end !== head.size) throw damaged(file.file, "Something follows the pickle in data.pkl.");
  const regions = new Map<string, Region>();
  const contents = contentsOf(pickles.values[0] ?? null, file.file, ({ key, numel, itemBytes }) => {
    const known = regions.get(key);
    if (known !== undefined) return known;
    const entry = directory.get(`${folder}data/${key}`);
    if (entry === undefined || entry.size < numel * itemBytes) {
      throw damaged(file.file, "The zip lacks the numbers of a tensor, or has too few.", { value: `data/${key}` });
    }
    const region = entryRegion(file, entry);
    regions.set(key, region);
    return region;
  });
  return checkpointOf({ name: file.file, bytes: file.size }, "torch-zip", contents.tensors, contents.values);
}

/** The entry's bytes. Its own header, whose length varies, is read when they are. */
function entryRegion(file: Region, entry: Entry): Region {
  const { name, size, headerAt } = entry;
  const field = name;
  async function contents(): Promise<Region> {
    if (!entry.stored) {
      throw refusal(file.file, {
        code: "checkpoint-encoding",
        field,
        message: "The entry of the zip is compressed or encrypted, which PyTorch's never are.",
        remedy: "Give the file that torch.save wrote, not one that was zipped again.",
      });
    }
    const view = new DataView((await file.read(headerAt, LOCAL_BYTES)).buffer);
    const nameBytes = view.getUint16(26, true);
    const nameAt = headerAt + LOCAL_BYTES;
    if (view.getUint32(0, true) !== LOCAL || UTF8.decode(await file.read(nameAt, nameBytes)) !== name) {
      throw damaged(file.file, "The entry of the zip does not stand where the directory says.", { field });
    }
    return part(file, nameAt + nameBytes + view.getUint16(28, true), size);
  }
  const region: Region = {
    file: file.file,
    size,
    read: async (at, length) => (await contents()).read(at, length),
    slice: async (at, length) => (await contents()).slice(at, length),
  };
  return checksummed(region, entry.crc32, CRC32, field);
}

async function readDirectory(file: Region): Promise<ReadonlyMap<string, Entry>> {
  const { at, size, count } = await findDirectory(file);
  if (size > MAX_DIRECTORY) throw damaged(file.file, "The zip's directory is larger than that of any checkpoint.");
  const bytes = await file.read(at, size);
  const view = new DataView(bytes.buffer);
  const entries = new Map<string, Entry>();
  let next = 0;
  for (let i = 0; i < count; i++) {
    const start = next;
    if (start + CENTRAL_BYTES > size || view.getUint32(start, true) !== CENTRAL) throw badDirectory(file);
    const nameAt = start + CENTRAL_BYTES;
    const extraAt = nameAt + view.getUint16(start + 28, true);
    next = extraAt + view.getUint16(start + 30, true) + view.getUint16(start + 32, true);
    if (next > size) throw badDirectory(file);
    const name = UTF8.decode(bytes.subarray(nameAt, extraAt));
    const large = zip64Field(view, extraAt, extraAt + view.getUint16(start + 30, true));
    const whole = (offset: number): number => {
      const short = view.getUint32(start + offset, true);
      return short === 0xffffffff ? (large.shift() ?? short) : short;
    };
    // The zip64 field holds, of these three and in this order, those that do not fit their 32 bits.
    const length = whole(24);
    const compressed = whole(20);
    const headerAt = whole(42);
    if (headerAt + LOCAL_BYTES + compressed > file.size) throw badDirectory(file);
    if (entries.has(name)) throw damaged(file.file, "The zip has two entries of one name.", { field: name });
    const plain = view.getUint16(start + 10, true) === 0 && (view.getUint16(start + 8, true) & 1) === 0;
    const stored = plain && compressed === length;
    entries.set(name, { name, stored, size: length, crc32: view.getUint32(start + 16, true), headerAt });
  }
  return entries;
}

/** The 64-bit numbers of the entry's zip64 field (id 1). */
function zip64Field(view: DataView, from: number, end: number): number[] {
  for (let at = from; at + 4 <= end; ) {
    const length = view.getUint16(at + 2, true);
    const next = at + 4 + length;
    if (view.getUint16(at, true) === 1 && next <= end) {
      return Array.from({ length: Math.floor(length / 8) }, (_, i) => Number(view.getBigUint64(at + 4 + 8 * i, true)));
    }
    at = next;
  }
  return [];
}

async function findDirectory(file: Region): Promise<{ at: number; size: number; count: number }> {
  const tailBytes = Math.min(file.size, END_BYTES + MAX_COMMENT);
  const tailAt = file.size - tailBytes;
  const view = new DataView((await file.read(tailAt, tailBytes)).buffer);
  let end = tailBytes - END_BYTES;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) {
    throw refusal(file.file, {
      code: "checkpoint-truncated",
      message:
        "The file is cut short: it begins as a zip does, but its directory, which stands at the end, is missing.",
      value: `${file.size} bytes`,
      remedy: "Download or copy the file again, and compare its size and hash with the publisher's.",
    });
  }
  const locator = end - LOCATOR64_BYTES;
  if (locator >= 0 && view.getUint32(locator, true) === LOCATOR64) {
    const at = Number(view.getBigUint64(locator + 8, true));
    if (at + END64_BYTES > file.size) throw truncated(file.file, file.size, at + END64_BYTES);
    const record = new DataView((await file.read(at, END64_BYTES)).buffer);
    if (record.getUint32(0, true) !== END64) throw badDirectory(file);
    return {
      count: Number(record.getBigUint64(32, true)),
      size: Number(record.getBigUint64(40, true)),
      at: Number(record.getBigUint64(48, true)),
    };
  }
  return {
    count: view.getUint16(end + 10, true),
    size: view.getUint32(end + 12, true),
    at: view.getUint32(end + 16, true),
  };
}

function badDirectory(file: Region): Error {
  return damaged(file.file, "The zip's directory is damaged.");
}
