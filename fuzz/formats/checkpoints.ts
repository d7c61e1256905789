/** Weights: the five containers of checkpoints, opened, and every tensor read. */
import fc from "fast-check";
import { GOLDEN, goldenBytes } from "../../src/models/checkpoints/golden.fixture.ts";
import { NUMBERS } from "../../src/models/checkpoints/numbers.ts";
import { openCheckpoint } from "../../src/models/checkpoints/open.ts";
import { sealedAgain } from "../../src/models/checkpoints/seal.fixture.ts";
import { changedBytes, encoded, joined, numberOf, type Words } from "../bytes.ts";
import { type Bytes, type Format, hold, product } from "../format.ts";
import { changedJson } from "../json.ts";

const FILE = "weights.bin";

async function read(bytes: Bytes): Promise<void> {
  const checkpoint = await openCheckpoint(new Blob([bytes]), FILE);
  for (const [name, { dtype, shape }] of checkpoint.tensors) {
    hold(dtype === "other" || Object.hasOwn(NUMBERS, dtype), "numbers of no known type");
    hold(
      shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0),
      "an extent that is none",
    );
    if (dtype === "other") continue; // refused when it is read, and nobody reads it
    const values = await checkpoint.read(name);
    hold(values.length === product(shape), "a tensor of another size than it says");
    const slice = await checkpoint.slice(name);
    if (slice === undefined) continue;
    const own = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    hold(own.equals(Buffer.from(await slice.arrayBuffer())), "a tensor whose bytes are not its numbers");
  }
}

function format(files: readonly string[], words: Words, more: readonly fc.Arbitrary<Bytes>[] = []): Format {
  const sound = files.map(goldenBytes);
  return {
    sound,
    inputs: fc.oneof(changedBytes(sound, { words }), ...more),
    refusal: "subject-refused",
    read,
  };
}

const named = (prefix: string): string[] => Object.keys(GOLDEN).filter((name) => name.startsWith(prefix));

/** What the container's checksums guard, changed, and the checksums made right again. */
function forged(files: readonly string[], words: Words): fc.Arbitrary<Bytes>[] {
  return files.map((name) => {
    const { inner, seal } = sealedAgain(goldenBytes(name), name);
    return changedBytes([inner], { words }).map((changed) => {
      // Neither shorter nor longer, or the container's own lengths would be all that is tried.
      const same = new Uint8Array(inner.length);
      same.set(changed.subarray(0, inner.length));
      return seal(same);
    });
  });
}

/** Pickle's opcodes that build, call, remember and end, and names that are not to be called. */
const PICKLE = [
  ...[
    "c",
    "i",
    "o",
    "R",
    "b",
    "\x81",
    "\x92",
    "\x93",
    "q\x00",
    "h\x00",
    "j\x00\x00\x00\x00",
    "r\xff\xff\xff\xff",
    "(",
    "t",
    ".",
  ],
  ...[
    "\x85",
    "\x86",
    "\x87",
    "Q",
    "P0\n",
    "0",
    "1",
    "2",
    "u",
    "s",
    "e",
    "a",
    "]",
    "}",
    ")",
    "N",
    "K\x01",
    "\x80\x05",
    "\x95",
  ],
  ...[
    "cos\nsystem\n",
    "cposix\nsystem\n",
    "c__builtin__\neval\n",
    "ctorch._utils\n_rebuild_tensor_v2\n",
    "X\xff\xff\xff\x7f",
  ],
];

export const torchZip = (): Format =>
  format(named("torch-zip"), ["PK\x03\x04", "PK\x01\x02", "PK\x05\x06", ...PICKLE], forged(named("torch-zip"), PICKLE));
export const torchLegacy = (): Format => format(named("torch-legacy"), PICKLE);
export const mat = (): Format =>
  format(named("mat-"), ["IM", "MI", "\x0e\0\0\0", "\x0f\0\0\0", "\x05\0\x04\0", "\x09\0\0\0", "\x12\0\0\0"]);
export const tfBundle = (): Format => {
  // The forms that the seal knows; one whose index has several blocks is changed as it is.
  const plain = named("tf-").filter((name) => !name.endsWith(".gz"));
  return format(
    named("tf-"),
    ["ustar", "\0", ".index", ".data-00000-of-00001"],
    forged(plain, ["\x08", "\x12", "\x1a"]),
  );
};

export const safetensors = (): Format => {
  const files = named("safetensors");
  const headers = files.map((name) => {
    const bytes = goldenBytes(name);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    return {
      header: JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))),
      data: bytes.slice(8 + length),
    };
  });
  const rewritten = headers.map(({ header, data }) =>
    encoded(changedJson([header])).map((text) => joined(numberOf(BigInt(text.length), 64, true), text, data)),
  );
  return format(files, ["{", "}", '"dtype"', '"F32"', '"data_offsets"', "[0,", "]", "\0\0\0\0"], rewritten);
};
