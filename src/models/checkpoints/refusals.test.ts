/** What is no checkpoint, or not a sound one: the code, the file and the place that the person is told. */
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { GapscopeError } from "../../faults/faults.ts";
import { GOLDEN, goldenBytes, open } from "./golden.fixture.ts";
import { openCheckpoint } from "./open.ts";
import { sealedAgain } from "./seal.fixture.ts";
import {
  bytesOf,
  dictionary,
  integer,
  littleEndian,
  pickle,
  type TensorParts,
  tensor,
  text,
  torchLegacy,
  torchZip,
  tuple,
} from "./torch.fixture.ts";

type Bytes = Uint8Array<ArrayBuffer>;
const FILE = "some.file";

/** Opening the file, or reading the tensor if one is named, is refused with this fault. */
async function refused(bytes: Bytes | Promise<Bytes>, fault: object, tensorName?: string): Promise<void> {
  const error = await outcome(await bytes, tensorName);
  expect(error).toMatchObject({ name: "GapscopeError", code: "subject-refused", faults: [{ file: FILE, ...fault }] });
  expect(error).toHaveProperty("message", expect.stringContaining(FILE));
}

async function outcome(bytes: Bytes, tensorName: string | undefined): Promise<unknown> {
  const opening = open(bytes, FILE);
  if (tensorName === undefined) return opening.catch((thrown: unknown) => thrown);
  const checkpoint = await opening;
  return checkpoint.read(tensorName).catch((thrown: unknown) => thrown);
}

/** The golden file with these bytes in the place of those, which it has once. */
function patched(name: string, from: Uint8Array, to: Uint8Array): Bytes {
  const bytes = goldenBytes(name);
  const at = Buffer.from(bytes.buffer).indexOf(from);
  if (at < 0) throw new Error(`${name} has no such bytes`);
  bytes.set(to, at);
  return bytes;
}

describe("what is no checkpoint", () => {
  it.each([
    ["nothing", "", "The file is empty."],
    ["a page", "\n<!DOCTYPE html><title>404</title>", "a web page"],
    ["a page of XML", "<?xml version='1.0'?><Error>", "a web page"],
    ["a pointer of Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer"],
    ["gzip", "\x1f\x8b\x08\x00", "gzip"],
    ["bzip2", "BZh9", "bzip2"],
    ["xz", "\xfd7zXZ\0", "xz"],
    ["HDF5", "\x89HDF\r\n\x1a\n", "HDF5"],
    ["MATLAB's HDF5", "MATLAB 7.3 MAT-file, Platform: GLNXA64", "HDF5"],
    ["a NumPy array", "\x93NUMPY\x01\0", "NumPy"],
    ["a picture", "\xff\xd8\xff\xe0\0\x10JFIF", "no checkpoint"],
    ["a bare pickle", "\x80\x02}q\0.", "no checkpoint"],
  ])("%s", async (_, content, says) => {
    await refused(bytesOf(content), { code: "not-a-checkpoint", message: expect.stringContaining(says) });
  });

  it("a zip without PyTorch's pickle", async () => {
    const zip = await torchZip(pickle("N"));
    const renamed = Buffer.from(zip).toString("latin1").replaceAll("data.pkl", "data.txt");
    await refused(bytesOf(renamed), { code: "not-a-checkpoint", value: expect.stringContaining("archive/data.txt") });
  });

  it("a tar without TensorFlow's index, or with two", async () => {
    const tar = goldenBytes("tf-bundle.tar");
    const header = Buffer.from(tar.buffer).indexOf(".index\0") & ~511;
    await refused(tar.slice(0, header), { code: "not-a-checkpoint", value: "0 files named *.index" });
    const twice = withoutEnd(bytesOf(goldenBytes("tf-shards.tar"), tar));
    await refused(twice, { code: "not-a-checkpoint", value: "2 files named *.index" });
  });

  it("a PyTorch file without named tensors", async () => {
    for (const root of [pickle("N"), pickle(tensor()), pickle("]", tensor(), "a"), pickle("}")]) {
      await refused(torchZip(root), { code: "not-a-checkpoint", message: expect.stringContaining("no named tensors") });
    }
  });
});

/** Without the empty blocks that end the first tar of several. */
function withoutEnd(tars: Bytes): Bytes {
  const blocks = Array.from({ length: tars.length / 512 }, (_, i) => tars.subarray(512 * i, 512 * (i + 1)));
  return bytesOf(...blocks.filter((block) => block.some((byte) => byte !== 0)));
}

describe.each(Object.keys(GOLDEN).filter((file) => !file.endsWith(".gz")))("%s, cut short", (file) => {
  const sound = goldenBytes(file);
  const cuts = Array.from({ length: 60 }, (_, i) => Math.floor((i * sound.length) / 60));

  it("is refused, or has fewer variables where it ends between two", async () => {
    const { tensors } = await open(sound);
    const codes = new Set<string>();
    for (const cut of [...cuts, sound.length - 1]) {
      try {
        const found = await open(sound.slice(0, cut));
        for (const [name, facts] of found.tensors) expect(facts).toEqual(tensors.get(name));
        for (const [name, { dtype }] of found.tensors) if (dtype !== "other") await found.read(name);
        codes.add(found.tensors.size < tensors.size ? "fewer" : "whole");
      } catch (thrown) {
        if (!(thrown instanceof GapscopeError)) throw thrown;
        expect(thrown.faults).toMatchObject([{ file: FILE }]);
        for (const { code } of thrown.faults) codes.add(code);
      }
    }
    // A tar is padded with empty blocks that nobody misses; a MAT-file does not say how many variables it has.
    const endings: Record<string, string[]> = { "tf-bundle": ["whole"], mat: ["fewer"] };
    const known = ["checkpoint-truncated", "not-a-checkpoint", ...(endings[GOLDEN[file]?.container ?? ""] ?? [])];
    expect(known).toEqual(expect.arrayContaining([...codes]));
    expect(codes).toContain("checkpoint-truncated");
  });
});

describe("what the reader of values is asked", () => {
  it("a tensor that the file does not have", async () => {
    const fault = {
      code: "no-such-tensor",
      field: "fc.weight",
      expected: expect.stringContaining("one of its 15 tensors"),
    };
    await refused(goldenBytes("safetensors.safetensors"), fault, "fc.weight");
  });

  it("a file that has changed since it was picked", async () => {
    class Vanished extends Blob {
      override slice(start = 0, end = this.size): Blob {
        return end <= 512 ? super.slice(start, end) : super.slice(start, end - 1);
      }
    }
    const opened = openCheckpoint(new Vanished([goldenBytes("torch-zip-views.pth")]), FILE);
    await expect(opened).rejects.toMatchObject({ faults: [{ file: FILE, code: "checkpoint-unreadable" }] });
  });
});

describe("another byte order", () => {
  it("of PyTorch's zip", async () => {
    const zip = torchZip(pickle(dictionary({ x: tensor() })), { "data/0": new Uint8Array(8), byteorder: "big" });
    await refused(zip, { code: "checkpoint-encoding", value: "big", expected: "little" });
  });

  it("of PyTorch's stream", async () => {
    const bytes = torchLegacy(pickle(dictionary({ x: tensor() })), ["0"], false);
    await refused(bytes, { code: "checkpoint-encoding", value: "big-endian" });
  });

  it("of MATLAB", async () => {
    const bytes = patched("mat-classes.mat", bytesOf("IM"), bytesOf("MI"));
    await refused(bytes, { code: "checkpoint-encoding", value: "MI" });
  });

  it("of TensorFlow", async () => {
    const { inner, seal } = sealedAgain(goldenBytes("tf-bundle.tar"), "tf-bundle.tar");
    // num_shards and version; the version's place is taken by endianness, twice.
    const at = Buffer.from(inner.buffer).indexOf(bytesOf(0x08, 1, 0x1a, 2, 0x08, 1));
    inner.set([0x10, 1, 0x10, 1], at + 2);
    await refused(seal(inner), { code: "checkpoint-encoding", value: "big-endian" });
  });
});

describe("PyTorch's zip", () => {
  const root = pickle(dictionary({ x: tensor() }));

  it("zipped again", async () => {
    const zip = await torchZip(pickle(dictionary({ x: tensor(), y: text("y".repeat(99)) })), {}, "DEFLATE");
    await refused(zip, { code: "checkpoint-encoding", field: "archive/data.pkl" });
  });

  it("without a storage, or with a short one", async () => {
    await refused(torchZip(root, {}), { code: "checkpoint-damaged", value: "data/0" });
    await refused(torchZip(root, { "data/0": new Uint8Array(7) }), { code: "checkpoint-damaged", value: "data/0" });
  });

  it("with another byte in a tensor, whichever part of the storage it is", async () => {
    const views = pickle(dictionary({ first: tensor({ shape: [1], numel: 2 }), both: tensor() }));
    const zip = await torchZip(views, { "data/0": bytesOf("numbers!") });
    const bytes = bytesOf(Buffer.from(zip).toString("latin1").replace("numbers!", "numbers?"));
    for (const name of ["first", "both"]) {
      await refused(bytes, { code: "checkpoint-damaged", field: "archive/data/0" }, name);
    }
  });

  it("whose directory and entries disagree on names", async () => {
    const zip = Buffer.from(await torchZip(root)).toString("latin1");
    const bytes = bytesOf(zip.replace("archive/data/0", "archive/data/1"));
    await refused(bytes, { code: "checkpoint-damaged", field: "archive/data/0" }, "x");
  });

  it("with two entries of one name", async () => {
    const zip = Buffer.from(await torchZip(root, { "data/0": new Uint8Array(8), "data/1": "x" })).toString("latin1");
    const bytes = bytesOf(zip.replaceAll("data/1", "data/0"));
    await refused(bytes, { code: "checkpoint-damaged", field: "archive/data/0" });
  });

  it("with impossible numbers in its directory", async () => {
    const zip = await torchZip(root);
    const end = Buffer.from(zip).lastIndexOf("PK\x05\x06");
    for (const [offset, size] of [
      [10, 2], // count
      [12, 4], // length
      [16, 4], // place
    ] as const) {
      const bytes = zip.slice();
      bytes.set(littleEndian(0xffff_fffe, size), end + offset);
      await refused(bytes, { code: expect.stringMatching(/^checkpoint-(?:damaged|truncated)$/) });
    }
  });
});

describe("PyTorch's stream", () => {
  const root = pickle(dictionary({ x: tensor() }));
  const numbers = bytesOf(littleEndian(2, 8), new Uint8Array(8));

  it("is read where it is sound", async () => {
    const checkpoint = await open(bytesOf(torchLegacy(root), numbers));
    expect(await checkpoint.read("x")).toEqual(new Float32Array(2));
  });

  it("of another protocol", async () => {
    const bytes = patched("torch-legacy-views.pth", bytesOf("M", 0xe9, 3), bytesOf("M", 0xea, 3));
    await refused(bytes, { code: "checkpoint-encoding", value: "protocol 1002", expected: "protocol 1001" });
  });

  it("whose storages are not those of its tensors", async () => {
    await refused(bytesOf(torchLegacy(root, []), numbers), { code: "checkpoint-damaged" });
    await refused(bytesOf(torchLegacy(root, ["0", "0"]), numbers, numbers), { code: "checkpoint-damaged" });
    await refused(bytesOf(torchLegacy(root, ["1"]), numbers), { code: "checkpoint-damaged" });
    await refused(bytesOf(torchLegacy(root), littleEndian(3, 8), numbers), { code: "checkpoint-damaged", value: "3" });
  });

  it("with more storages than anybody has", async () => {
    const keys = Array.from({ length: 20_001 }, (_, i) => String(i));
    await refused(torchLegacy(root, keys), { code: "checkpoint-damaged", value: "20001" });
  });
});

describe("tensors of PyTorch", () => {
  const cases: readonly [string, TensorParts, object][] = [
    ["reaching beyond their storage", { shape: [3] }, { code: "tensor-shape" }],
    ["beginning behind their storage", { offset: 2 ** 52 }, { code: "tensor-shape" }],
    ["with strides beyond their storage", { strides: [2 ** 40] }, { code: "tensor-shape" }],
    ["repeating a number without end", { shape: [2 ** 40], strides: [0] }, { code: "tensor-shape" }],
    ["repeating it along two axes", { shape: [2 ** 20, 2 ** 20], strides: [0, 0] }, { code: "tensor-shape" }],
    ["with more sizes than strides", { shape: [1, 1] }, { code: "tensor-shape" }],
    ["of negative size", { shape: [-1] }, { code: "checkpoint-damaged" }],
    ["of negative stride", { strides: [-1] }, { code: "checkpoint-damaged" }],
    ["before their storage", { offset: -1 }, { code: "checkpoint-damaged" }],
    ["of 33 axes", { shape: Array(33).fill(1), strides: Array(33).fill(1) }, { code: "checkpoint-damaged" }],
    ["of a size that no number holds", { shape: [2n ** 62n] }, { code: "checkpoint-damaged" }],
  ];
  it.each(cases)("%s", async (_, parts, fault) => {
    await refused(torchZip(pickle(dictionary({ x: tensor(parts) }))), { field: "x", ...fault });
  });

  it("in storages that nobody knows", async () => {
    for (const storage of ["torch\nconstructorStorage", "os\nsystem", "torch\n__proto__", "torch\nStorage"]) {
      const fault = { code: "checkpoint-pickle", value: storage.replace("\n", ".") };
      await refused(torchZip(pickle(dictionary({ x: tensor({ storage }) }))), fault);
    }
    const huge = tensor({ numel: 2n ** 62n });
    await refused(torchZip(pickle(dictionary({ x: huge }))), { code: "checkpoint-damaged" });
  });

  it("whose dtype is newer than what is read are listed, and refused when they are read", async () => {
    const storage = "torch.storage\nUntypedStorage";
    const float8 = tensor({ storage, rebuild: "torch._utils\n_rebuild_tensor_v3" });
    const zip = await torchZip(pickle(dictionary({ x: float8 })));
    await refused(zip, { code: "tensor-dtype", field: "x", value: "torch.storage.UntypedStorage" }, "x");
  });

  it("made by other calls are not there, and nothing is called", async () => {
    const rebuild = "os\nsystem";
    const checkpoint = await open(await torchZip(pickle(dictionary({ x: tensor(), y: tensor({ rebuild }) }))));
    expect([...checkpoint.tensors.keys()]).toEqual(["x"]);
  });
});

describe("pickles", () => {
  const cases: readonly [string, Uint8Array][] = [
    ["of a protocol to come", bytesOf(0x80, 6, "N.")],
    ["with an instruction that is not known", pickle(0xff)],
    ["that take from an empty stack", pickle("0")],
    ["that end with nothing", pickle()],
    ["that end at a mark", pickle("(")],
    ["that want a mark", pickle("N", "t")],
    ["that recall what they did not store", pickle("h", 7)],
    ["that append to a number", pickle("K", 1, "N", "a")],
    ["that set items of a list", pickle("]", "N", "N", "s")],
    ["that set half an item", pickle("}(", "N", "u")],
    ["that name a global by a number", pickle("K", 1, "K", 2, 0x93)],
    ["that name a global at great length", pickle(text("a".repeat(2000)), text("b"), 0x93)],
    ["with a line without end", pickle("c", "a".repeat(2000))],
    ["with a long integer", pickle(0x8a, 255, new Uint8Array(255))],
    ["with a malformed integer", pickle("L12x\n")],
  ];
  it.each(cases)("%s", async (_, bytes) => {
    await refused(torchZip(bytes), { code: "checkpoint-pickle", message: expect.stringMatching(/\(Byte \d+ of/) });
  });

  it("that are cut short, or have something behind them", async () => {
    await refused(torchZip(bytesOf(0x80, 2, "X", littleEndian(0xffff_ffff, 4))), { code: "checkpoint-truncated" });
    await refused(torchZip(bytesOf(0x80, 2, 0x8d, littleEndian(-1, 8))), { code: "checkpoint-truncated" });
    await refused(torchZip(bytesOf(pickle("N"), "N")), { code: "checkpoint-damaged" });
  });

  it("of more than the first slice are read", async () => {
    const root = pickle(dictionary({ note: text("x".repeat(700_000)), x: tensor() }));
    expect((await open(await torchZip(root))).tensors.size).toBe(1);
    const stream = bytesOf(torchLegacy(root), littleEndian(2, 8), new Uint8Array(8));
    expect((await open(stream)).tensors.size).toBe(1);
  });

  it("that are larger than any", async () => {
    const large = { code: "checkpoint-pickle", expected: expect.stringContaining("instructions") };
    await refused(torchZip(pickle(text("x".repeat(17 << 20)))), large);
    await refused(torchZip(pickle("N0".repeat(600_000))), large);
  });
});

/** A few hundred bytes that would be years of work, or more memory than there is. */
describe("dictionaries", () => {
  const intricate = { code: "checkpoint-pickle", message: expect.stringContaining("nested deeper") };

  it("that hold themselves", async () => {
    await refused(torchZip(pickle("}q", 0, text("x"), "h", 0, "s")), intricate);
    await refused(torchZip(pickle("}q", 0, "(", text("x"), "h", 0, text("y"), "h", 0, "u")), intricate);
  });

  it("that hold the next one a hundred times, thirty deep", async () => {
    const hundred = Array.from({ length: 100 }, (_, i) => bytesOf("K", i, "h", 0));
    const level = bytesOf("}(", ...hundred, "uq", 0, "0");
    const root = pickle(tensor(), "q", 0, "0", ...Array(30).fill(level), "h", 0);
    await refused(torchZip(root), intricate);
  });

  it("that would make gigabytes of names", async () => {
    const long = (i: number) => text(`${i}${"x".repeat(300)}`);
    const level = (inner: number) =>
      bytesOf("}(", ...Array.from({ length: 400 }, (_, i) => bytesOf(long(i), "h", inner)), "u");
    const root = pickle(tensor(), "q", 0, "0", level(0), "q", 1, "0", level(1));
    await refused(torchZip(root), intricate);
  });

  it("of names longer than any", async () => {
    await refused(torchZip(pickle(dictionary({ ["x".repeat(2000)]: tensor() }))), intricate);
  });

  it("given as pairs, as Python 2 did", async () => {
    const pairs = bytesOf("](", tuple(text("x"), tensor()), tuple(text("n"), integer(3)), "e");
    const root = pickle("ccollections\nOrderedDict\n", tuple(pairs), "R");
    const checkpoint = await open(await torchZip(root));
    expect([...checkpoint.tensors.keys()]).toEqual(["x"]);
    expect(checkpoint.values).toEqual(new Map([["n", 3]]));
  });
});

describe("safetensors", () => {
  type Entry = { dtype: string; shape: readonly unknown[]; data_offsets: readonly unknown[] };
  const X: Entry = { dtype: "F32", shape: [2], data_offsets: [0, 8] };

  function file(header: string, data = new Uint8Array(8), length: number | bigint = Buffer.byteLength(header)): Bytes {
    return bytesOf(littleEndian(length, 8), Buffer.from(header), data);
  }
  function of(entries: Record<string, unknown>, data?: Uint8Array<ArrayBuffer>): Bytes {
    return file(JSON.stringify(entries), data);
  }

  it("whose header is longer than the file, or than any", async () => {
    for (const length of [2n ** 64n - 1n, 2n ** 63n, 2n ** 53n, 1000n]) {
      await refused(file("{}", new Uint8Array(8), length), { code: "checkpoint-truncated" });
    }
    await refused(file(`{${" ".repeat(17 << 20)}`), { code: "checkpoint-damaged" });
  });

  it("whose header is no JSON, or none of safetensors", async () => {
    await refused(file('{"x":'), { code: "checkpoint-damaged", message: expect.stringContaining("JSON") });
    await refused(file(`{"x":${"[".repeat(1 << 20)}`), { code: "checkpoint-damaged" });
    await refused(of({ x: 3 }), { code: "checkpoint-damaged", field: "x" });
    await refused(of({ x: { ...X, shape: [-2] } }), { code: "checkpoint-damaged", field: "x.shape.0", value: "-2" });
    await refused(of({ x: { ...X, shape: [2.5] } }), { code: "checkpoint-damaged", field: "x.shape.0", value: "2.5" });
    await refused(of({ x: { ...X, data_offsets: [0] } }), { code: "checkpoint-damaged", field: "x.data_offsets.1" });
  });

  it("whose tensors do not fit their bytes", async () => {
    const shape = { code: "tensor-shape", field: "x", value: "8 bytes" };
    await refused(of({ x: { ...X, shape: [3] } }), { ...shape, expected: "[3] of F32" });
    await refused(of({ x: { ...X, dtype: "F64" } }), { ...shape, expected: "[2] of F64" });
    await refused(of({ x: { ...X, shape: [2 ** 52, 2 ** 52] } }), shape);
    await refused(of({ x: { ...X, data_offsets: [8, 0] } }), { code: "tensor-shape", field: "x" });
    await refused(of({ x: { ...X, shape: Array(33).fill(1), data_offsets: [0, 4] } }, new Uint8Array(4)), {
      code: "tensor-shape",
      field: "x",
      expected: "at most 32 axes, none negative",
    });
  });

  it("whose tensors overlap, or lie apart, or are not all there", async () => {
    await refused(of({ x: X, y: X }), { code: "checkpoint-damaged", field: "y" });
    await refused(of({ x: X }, new Uint8Array(9)), { code: "checkpoint-damaged", value: "1 bytes" });
    await refused(of({ x: { ...X, data_offsets: [1, 9] } }, new Uint8Array(9)), { code: "checkpoint-damaged" });
    await refused(of({ x: X }, new Uint8Array(7)), { code: "checkpoint-truncated", field: "x" });
  });

  it("of a dtype that is not read are listed, and refused when they are read", async () => {
    for (const dtype of ["F8_E4M3", "constructor", "__proto__"]) {
      await refused(of({ x: { ...X, dtype, shape: [8] } }), { code: "tensor-dtype", field: "x", value: dtype }, "x");
    }
  });

  it("of a million axes", async () => {
    const shape = Array(1_000_000).fill(1);
    await refused(of({ x: { ...X, shape, data_offsets: [0, 4] } }, new Uint8Array(4)), { code: "tensor-shape" });
  });

  it("may name tensors as JavaScript names its own things", async () => {
    const header = `{"__proto__": ${JSON.stringify(X)}, "constructor": {"dtype":"U8","shape":[1],"data_offsets":[8,9]}}`;
    const checkpoint = await open(file(header, new Uint8Array(9)));
    expect([...checkpoint.tensors.keys()]).toEqual(["__proto__", "constructor"]);
    expect(await checkpoint.read("constructor")).toEqual(new Float32Array(1));
  });
});

describe("MAT-files", () => {
  const header = bytesOf("MATLAB 5.0 MAT-file".padEnd(124), 0, 1, "IM");
  const words = (...numbers: readonly number[]): Bytes => bytesOf(...numbers.map((n) => littleEndian(n, 4)));

  function element(type: number, content: Uint8Array, size = content.length): Bytes {
    return bytesOf(words(type, size), content, new Uint8Array((8 - (content.length % 8)) % 8));
  }
  function matrix(kind: number, shape: readonly number[], content: Uint8Array, name = "x"): Bytes {
    const shapeBytes = words(...shape);
    return element(14, bytesOf(element(6, words(kind, 0)), element(5, shapeBytes), element(1, bytesOf(name)), content));
  }
  const DOUBLE = 6;
  const CELL = 1;
  const TWO = element(9, new Uint8Array(16));
  const file = (...elements: readonly Uint8Array[]): Bytes => bytesOf(header, ...elements);

  it("are read where they are sound", async () => {
    const checkpoint = await open(file(matrix(DOUBLE, [1, 2], TWO)));
    expect(await checkpoint.read("x")).toEqual(new Float32Array(2));
  });

  it("whose arrays do not fit their bytes", async () => {
    const fault = { code: "tensor-shape", field: "x", value: "16 bytes of type 9" };
    await refused(file(matrix(DOUBLE, [1, 3], TWO)), { ...fault, expected: "[1, 3]" });
    await refused(file(matrix(DOUBLE, [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1], TWO)), fault);
    await refused(file(matrix(DOUBLE, [1, 2], element(77, new Uint8Array(16)))), { code: "tensor-shape", field: "x" });
  });

  it("whose headers are impossible", async () => {
    const damaged = { code: "checkpoint-damaged" };
    await refused(file(matrix(DOUBLE, [-1, -2], TWO)), damaged);
    await refused(file(matrix(DOUBLE, Array(33).fill(1), TWO)), damaged);
    await refused(file(matrix(DOUBLE, [1, 2], TWO, "x".repeat(300))), damaged);
    await refused(file(element(9, new Uint8Array(16))), { ...damaged, message: expect.stringContaining("between") });
    await refused(file(words(0x0005_000e, 0)), { ...damaged, message: expect.stringContaining("tag") });
  });

  it("that end before what they promise", async () => {
    await refused(file(element(14, new Uint8Array(8), 2 ** 32 - 1)), { code: "checkpoint-truncated" });
    const cells = matrix(DOUBLE, [1, 2], TWO, "");
    await refused(file(matrix(CELL, [1, 2 ** 31 - 1], cells)), { code: "checkpoint-truncated" });
    await refused(file(matrix(CELL, [2 ** 31 - 1, 2 ** 31 - 1], cells)), { code: "checkpoint-truncated" });
  });

  it("with cells in cells in cells", async () => {
    let nested = matrix(DOUBLE, [1, 2], TWO, "");
    for (let i = 0; i < 8; i++) nested = matrix(CELL, [1, 1], nested, "x");
    const name = `x${"[0]".repeat(8)}`;
    expect([...(await open(file(nested))).tensors.keys()]).toEqual([name]);
    await refused(file(matrix(CELL, [1, 1], nested)), { code: "checkpoint-damaged", field: name });
  });

  it("with more cells than anybody has", async () => {
    const empty = element(14, new Uint8Array(0));
    await refused(file(matrix(CELL, [1, 10_000], bytesOf(...Array(10_000).fill(empty)))), {
      code: "checkpoint-damaged",
      value: "over 10000",
    });
  });

  it("with two variables of one name", async () => {
    const twice = matrix(DOUBLE, [1, 2], TWO);
    await refused(file(twice, twice), { code: "checkpoint-damaged", field: "x" });
  });

  it("that inflate to gigabytes, or not at all", async () => {
    const bomb = deflateSync(new Uint8Array(300 << 20), { level: 1 });
    await refused(bytesOf(header, words(15, bomb.length), bomb), { code: "tensor-too-large" });
    await refused(bytesOf(header, words(15, 9), "not zlib!"), { code: "checkpoint-damaged" });
    const whole = deflateSync(matrix(DOUBLE, [1, 2], TWO));
    const cut = whole.subarray(0, -6);
    await refused(bytesOf(header, words(15, cut.length), cut), { code: "checkpoint-damaged" });
  });

  it("with text, structures and objects are read for their arrays", async () => {
    const opaque = element(
      14,
      bytesOf(element(6, words(17, 0)), element(1, bytesOf("s")), element(1, bytesOf("MCOS"))),
    );
    const workspace = matrix(9, [1, 2], element(2, bytesOf("ab")), "");
    const checkpoint = await open(file(opaque, matrix(DOUBLE, [1, 2], TWO), workspace));
    expect([...checkpoint.tensors.keys()]).toEqual(["x"]);
  });
});

describe("TensorFlow's bundles", () => {
  const name = "tf-bundle.tar";

  it("with another byte in a tensor", async () => {
    const bytes = patched(name, bytesOf(littleEndian(2 ** 40 + 1, 8)), bytesOf(littleEndian(2 ** 40 + 2, 8)));
    await refused(bytes, { code: "checkpoint-damaged", field: "global_step" }, "global_step");
  });

  it("with another byte in their index", async () => {
    const bytes = patched(name, bytesOf("global_step"), bytesOf("global_stop"));
    await refused(bytes, { code: "checkpoint-damaged", field: "one/model.ckpt-10.index" });
  });

  it("without a data file", async () => {
    const tar = goldenBytes("tf-shards.tar");
    const data = Buffer.from(tar.buffer).indexOf("two/model.data-00000-of-00002");
    const without = bytesOf(tar.slice(0, data), tar.slice(data + 1024)); // its header and its one block
    await refused(without, { code: "checkpoint-truncated", field: "a/x", expected: "two/model.data-00000-of-00002" });
  });

  it("whose index says what cannot be", async () => {
    const { inner, seal } = sealedAgain(goldenBytes(name), name);
    const at = Buffer.from(inner.buffer).indexOf("conv/weights");
    const entry = Buffer.from(inner.buffer).indexOf(bytesOf(0x12, 2, 0x08, 3), at); // the first axis
    expect(entry - at).toBeLessThan(40);
    inner.set([0x12, 2, 0x08, 4], entry);
    await refused(seal(inner), { code: "tensor-shape", field: "encode1/conv/weights", value: "288 bytes" });
  });

  it("whose index names one block again and again, so that reading it would not end", async () => {
    const { inner, seal } = sealedAgain(goldenBytes(name), name);
    const header = bytesOf(0x08, 1); // one shard
    const restarts = bytesOf(littleEndian(0, 4), littleEndian(1, 4));
    const data = bytesOf(0, 0, header.length, header, restarts);
    const indexAt = data.length + 5;
    const handle = bytesOf(0, data.length);
    const index = bytesOf(0, 1, 2, "a", handle, 0, 1, 2, "b", handle, restarts);
    const table = new Uint8Array(inner.length);
    table.set(data);
    table.set(index, indexAt);
    table.set(bytesOf(0, 0, indexAt, index.length), inner.length - 48);
    table.set(inner.subarray(-8), inner.length - 8);
    const sealed = seal(table, [
      [0, data.length],
      [indexAt, index.length],
    ]);
    await refused(sealed, { code: "checkpoint-damaged", field: "one/model.ckpt-10.index" });
    // Named once it is sound, and holds nothing.
    table.set(bytesOf(0, 1, 2, "a", handle, restarts), indexAt);
    table.set(bytesOf(indexAt, index.length - 6), inner.length - 46);
    const once = seal(table, [
      [0, data.length],
      [indexAt, index.length - 6],
    ]);
    await refused(once, { code: "not-a-checkpoint", message: expect.stringContaining("no named tensors") });
  });

  it("in a damaged tar", async () => {
    const bytes = goldenBytes(name);
    const second = Buffer.from(bytes.buffer).indexOf("one/model.ckpt-10.index");
    bytes.set(bytesOf("77777777777"), second + 124); // another size, and not the checksum
    await refused(bytes, { code: "checkpoint-damaged", value: `byte ${second}` });
    for (const [size, fault] of [
      ["-0000001000", { code: "checkpoint-damaged", field: "one/model.ckpt-10.index" }],
      ["???????????", { code: "checkpoint-damaged", field: "one/model.ckpt-10.index" }],
      ["77777777777", { code: "checkpoint-truncated", field: "one/model.ckpt-10.index" }],
    ] as const) {
      const head = bytes.subarray(second, second + 512);
      head.set(bytesOf(size), 124);
      head.set(bytesOf("        "), 148);
      head.set(bytesOf(`${head.reduce((sum, byte) => sum + byte, 0).toString(8)}\0`.padEnd(8)), 148);
      await refused(bytes, fault);
    }
  });
});
