/** PyTorch's files byte by byte, for what no library would write. For tests alone. */
import JSZip from "jszip";

type Bytes = Uint8Array<ArrayBuffer>;
type Piece = number | string | Uint8Array;

/** Numbers are single bytes (opcodes, mostly), text is Latin-1. */
export function bytesOf(...pieces: readonly Piece[]): Bytes {
  const buffers = pieces.map((piece) => {
    if (typeof piece === "number") return Uint8Array.of(piece);
    return typeof piece === "string" ? Buffer.from(piece, "latin1") : piece;
  });
  return new Uint8Array(Buffer.concat(buffers));
}

export function littleEndian(value: number | bigint, size: 2 | 4 | 8): Bytes {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  return new Uint8Array(view.buffer.slice(0, size));
}

/** A pickle of protocol 2 from its instructions. */
export function pickle(...instructions: readonly Piece[]): Bytes {
  return bytesOf(0x80, 2, ...instructions, ".");
}

export function text(value: string): Bytes {
  const bytes = new TextEncoder().encode(value);
  return bytesOf("X", littleEndian(bytes.length, 4), bytes);
}

export function integer(value: number | bigint): Bytes {
  return bytesOf(0x8a, 8, littleEndian(value, 8)); // LONG1
}

export function tuple(...items: readonly Uint8Array[]): Bytes {
  return bytesOf("(", ...items, "t");
}

export function dictionary(entries: Readonly<Record<string, Uint8Array>>): Bytes {
  return bytesOf("}(", ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]), "u");
}

export interface TensorParts {
  readonly shape?: readonly (number | bigint)[];
  readonly strides?: readonly (number | bigint)[];
  readonly offset?: number | bigint;
  readonly key?: string;
  readonly numel?: number | bigint;
  /** The class of the storage. */
  readonly storage?: string;
  readonly rebuild?: string;
}

/** `_rebuild_tensor_v2(…)`; without parts, two float32 in the storage "0". */
export function tensor(parts: TensorParts = {}): Bytes {
  const { shape = [2], strides = [1], offset = 0, key = "0", numel = 2 } = parts;
  const { storage = "torch\nFloatStorage", rebuild = "torch._utils\n_rebuild_tensor_v2" } = parts;
  const reference = tuple(text("storage"), bytesOf(`c${storage}\n`), text(key), text("cpu"), integer(numel));
  const counts = (numbers: readonly (number | bigint)[]) => tuple(...numbers.map(integer));
  const args = tuple(
    bytesOf(reference, "Q"),
    integer(offset),
    counts(shape),
    counts(strides),
    bytesOf(0x89),
    bytesOf("N"),
  );
  return bytesOf(`c${rebuild}\n`, args, "R");
}

/** `entries`: beside data.pkl, under `archive/`. */
export async function torchZip(
  root: Uint8Array,
  entries: Readonly<Record<string, string | Uint8Array>> = { "data/0": littleEndian(0x3f80_0000n << 32n, 8) },
  compression: "STORE" | "DEFLATE" = "STORE",
): Promise<Bytes> {
  const zip = new JSZip();
  for (const [name, content] of Object.entries({ "data.pkl": root, ...entries })) {
    zip.file(`archive/${name}`, content, { createFolders: false });
  }
  return new Uint8Array(await zip.generateAsync({ type: "arraybuffer", compression }));
}

const MAGIC = bytesOf(0x8a, 10, "l\xfc\x9cF\xf9 j\xa8P\x19");

/** Up to where the storages begin. `keys`: of the storages, in their order. */
export function torchLegacy(root: Uint8Array, keys: readonly string[] = ["0"], little = true): Bytes {
  const machine = dictionary({ little_endian: bytesOf(little ? 0x88 : 0x89) });
  const order = bytesOf("](", ...keys.map(text), "e");
  return bytesOf(pickle(MAGIC), pickle("M", 0xe9, 3), pickle(machine), root, pickle(order));
}
