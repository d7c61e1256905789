/** Files of gigabytes: a tensor is found and read by slices of the file, however large its neighbours are. */
import CRC32 from "crc-32";
import { describe, expect, it } from "vitest";
import { goldenBytes, open } from "./golden.fixture.ts";
import { openCheckpoint } from "./open.ts";
import { bytesOf, dictionary, littleEndian, pickle, tensor, torchLegacy } from "./torch.fixture.ts";

/** More than 32 bits can say, and more than any machine of CI has. */
const LARGE = 6 * 2 ** 30;
const SMALL = new Float32Array([1.5, -2]);
const SMALL_BYTES = new Uint8Array(SMALL.buffer);

/** Zeros but for a few stretches; says how many bytes were asked for. */
class SparseBlob extends Blob {
  asked = 0;
  constructor(
    override readonly size: number,
    private readonly stretches: readonly { readonly at: number; readonly bytes: Uint8Array }[],
  ) {
    super();
  }

  override slice(start = 0, end = this.size): Blob {
    if (end - start > 2 ** 20) throw new Error(`a slice of ${end - start} bytes was asked for`);
    this.asked += end - start;
    const out = new Uint8Array(end - start);
    for (const { at, bytes } of this.stretches) {
      for (let i = Math.max(start, at); i < Math.min(end, at + bytes.length); i++) out[i - start] = bytes[i - at] ?? 0;
    }
    return new Blob([out]);
  }
}

function safetensors(): SparseBlob {
  const header = JSON.stringify({
    large: { dtype: "F32", shape: [LARGE / 4], data_offsets: [0, LARGE] },
    small: { dtype: "F32", shape: [2], data_offsets: [LARGE, LARGE + 8] },
  });
  const head = bytesOf(littleEndian(header.length, 8), header);
  const at = head.length + LARGE;
  return new SparseBlob(at + 8, [
    { at: 0, bytes: head },
    { at, bytes: SMALL_BYTES },
  ]);
}

const TENSORS = pickle(
  dictionary({
    large: tensor({ key: "0", shape: [LARGE / 4], numel: LARGE / 4 }),
    small: tensor({ key: "1" }),
  }),
);

function legacy(): SparseBlob {
  const head = bytesOf(torchLegacy(TENSORS, ["0", "1"]), littleEndian(LARGE / 4, 8));
  const at = head.length + LARGE;
  return new SparseBlob(at + 16, [
    { at: 0, bytes: head },
    { at, bytes: bytesOf(littleEndian(2, 8), SMALL_BYTES) },
  ]);
}

/** With the zip64 records that sizes and places of more than 32 bits need. */
function torchZip(): SparseBlob {
  const stretches: { at: number; bytes: Uint8Array }[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const add = (name: string, size: number, bytes: Uint8Array): void => {
    const local = bytesOf("PK\x03\x04", new Uint8Array(22), littleEndian(name.length, 2), 0, 0, name);
    const wide = bytesOf(1, 0, 24, 0, littleEndian(size, 8), littleEndian(size, 8), littleEndian(at, 8));
    const [version, short] = [new Uint8Array(12), new Uint8Array(8).fill(0xff)];
    const numbers = bytesOf(
      version,
      littleEndian(CRC32.buf(bytes), 4),
      short,
      littleEndian(name.length, 2),
      wide.length,
      0,
    );
    directory.push(bytesOf("PK\x01\x02", numbers, new Uint8Array(10), short.subarray(4), name, wide));
    stretches.push({ at, bytes: bytesOf(local, bytes) });
    at += local.length + size;
  };
  add("archive/data.pkl", TENSORS.length, TENSORS);
  add("archive/data/0", LARGE, new Uint8Array(0));
  add("archive/data/1", 8, SMALL_BYTES);
  const entries = bytesOf(...directory);
  const count = littleEndian(directory.length, 8);
  const end64 = bytesOf("PK\x06\x06", new Uint8Array(20), count, count, littleEndian(entries.length, 8));
  const locator = bytesOf("PK\x06\x07", new Uint8Array(4), littleEndian(at + entries.length, 8), new Uint8Array(4));
  const end = bytesOf("PK\x05\x06", new Uint8Array(4), new Uint8Array(12).fill(0xff), 0, 0);
  const tail = bytesOf(entries, end64, littleEndian(at, 8), locator, end);
  stretches.push({ at, bytes: tail });
  return new SparseBlob(at + tail.length, stretches);
}

function mat(): SparseBlob {
  const variable = (name: string, count: number) => {
    const flags = words(6, 8, 7, 0); // of float32
    const dimensions = words(5, 8, 1, count);
    const head = bytesOf(flags, dimensions, words(1, 8), name.padEnd(8), words(7, 4 * count));
    return bytesOf(words(14, head.length + 4 * count), head);
  };
  const large = 3 * 2 ** 30; // its lengths have 32 bits
  const first = bytesOf("MATLAB 5.0 MAT-file".padEnd(124), 0, 1, "IM", variable("large", large / 4));
  const second = bytesOf(variable("small", 2), SMALL_BYTES);
  const at = first.length + large;
  return new SparseBlob(at + second.length, [
    { at: 0, bytes: first },
    { at, bytes: second },
  ]);
}

/** A file that is none of the checkpoint's, such as a memory bank, and behind it one that is. */
function tar(): SparseBlob {
  const size = Buffer.alloc(12);
  size.writeUIntBE(LARGE, 6, 6);
  size[0] = 0x80; // not octal
  const head = Buffer.alloc(512);
  head.write("large");
  size.copy(head, 124);
  head.fill(" ", 148, 156);
  head.write(`${head.reduce((sum, byte) => sum + byte).toString(8)}\0`, 148);
  const at = head.length + LARGE;
  const bytes = goldenBytes("tf-bundle.tar");
  return new SparseBlob(at + bytes.length, [
    { at: 0, bytes: head },
    { at, bytes },
  ]);
}

function words(...numbers: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(numbers).buffer);
}

describe.each([
  ["safetensors", safetensors, "small"],
  ["torch-legacy", legacy, "small"],
  ["torch-zip", torchZip, "small"],
  ["mat", mat, "small   "],
] as const)("%s", (container, make, name) => {
  it("is read by slices", async () => {
    const blob = make();
    const checkpoint = await openCheckpoint(blob, "large.bin");
    expect(checkpoint.container).toBe(container);
    expect(checkpoint.tensors.size).toBe(2);
    // The legacy format does not say where its pickles end, and zip's directory may have a comment behind it.
    expect(blob.asked).toBeLessThan(400_000);
    blob.asked = 0;
    expect(await checkpoint.read(name)).toEqual(SMALL);
    expect(blob.asked).toBeLessThan(200);
    expect(await (await checkpoint.slice(name))?.arrayBuffer()).toEqual(SMALL.buffer);
    const large = name.replace("small", "large");
    await expect(checkpoint.read(large)).rejects.toMatchObject({
      faults: [{ code: "tensor-too-large", field: large }],
    });
  });
});

it("a tar steps over its other files", async () => {
  const blob = tar();
  const checkpoint = await openCheckpoint(blob, "large.tar");
  const alone = await open(goldenBytes("tf-bundle.tar"));
  expect(checkpoint.tensors).toEqual(alone.tensors);
  expect(blob.asked).toBeLessThan(20_000);
  blob.asked = 0;
  const name = "encode1/conv/weights";
  expect(await checkpoint.read(name)).toEqual(await alone.read(name));
  expect(blob.asked).toBe(4 * 72);
});
