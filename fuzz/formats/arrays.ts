/** NumPy's .npy: a package's recordings, read whole, and somebody's recorded activations, read by rows. */
import fc from "fast-check";
import golden from "../../src/benchmark/neural/golden/npy.json" with { type: "json" };
import { readNpy } from "../../src/benchmark/neural/npy.ts";
import { npyOf, RDM, RESPONSES } from "../../src/benchmark/neural/recorded.fixture.ts";
import { GapscopeError } from "../../src/faults/faults.ts";
import { openRecording } from "../../src/lab/intake.ts";
import { RecordedActivations } from "../../src/subject/recorded-activations.ts";
import { changedBytes, joined } from "../bytes.ts";
import { type Bytes, type Format, hold, product, refuse, utf8 } from "../format.ts";

const WRITTEN = golden.files.map(({ base64 }): Bytes => new Uint8Array(Buffer.from(base64, "base64")));
const FILES = [...WRITTEN, npyOf(RESPONSES, [4, 3, 2]), npyOf(RDM, [2, 4, 4]), npyOf([1, 2, 3, 4, 5, 6], [3, 2])];
const WORDS = [
  ..."'descr':|'shape':|'fortran_order':|True|False|(|)|,|'<f8'|'>f8'|'|O'|'<c16'|'<U3'|'|b1'|{|}|\\|''|[('a', '<f8')]".split(
    "|",
  ),
  ...["9".repeat(30), "-1", "0", "2147483648", "4294967296", "9007199254740993", "1L", "1e3", " ", "\0"],
];

/** A header that somebody wrote, and some bytes behind it. */
const forged = fc
  .record({
    version: fc.constantFrom(1, 1, 1, 2, 3, 0, 255),
    descr: fc.constantFrom(
      "'<f8'",
      "'>f4'",
      "'<f2'",
      "'|u1'",
      "'<i8'",
      "'=u8'",
      "'>i2'",
      "'|O'",
      "'<f16'",
      "''",
      "'f8'",
      "[('a', '<f8')]",
    ),
    order: fc.constantFrom("False", "False", "True", "None"),
    shape: fc.array(fc.oneof(fc.nat(9), fc.constantFrom(-1, 0, 1, 65_535, 2 ** 27, 2 ** 31, 2 ** 32, 2 ** 53, 1e21)), {
      maxLength: 9,
    }),
    length: fc.option(fc.constantFrom(0, 1, 10, 118, 65_535), { freq: 4 }),
    data: fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.nat(600).map((size) => new Uint8Array(size).fill(0x40)),
    ),
  })
  .map(({ version, descr, order, shape, length, data }) => {
    const text = `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
    const header = utf8(`${text}\n`);
    const said = length ?? header.length;
    const sizes = version === 1 ? [said & 255, said >> 8] : [said & 255, said >> 8, 0, 0];
    return joined(Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...sizes), header, data);
  });

const inputs = fc.oneof(
  { weight: 3, arbitrary: changedBytes(FILES, { words: WORDS }) },
  { weight: 1, arbitrary: forged },
);

export function npy(): Format {
  return {
    sound: FILES,
    inputs,
    refusal: "package-refused",
    async read(bytes) {
      const { length } = bytes;
      const found = readNpy(bytes, "a.npy");
      if ("code" in found) refuse("package-refused", [found]);
      hold(
        found.shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0),
        "an extent that is none",
      );
      hold(found.values.length === product(found.shape), "an array of another size than it says");
      hold(found.values.length <= length, "more values than the file has bytes");
    },
  };
}

export function activations(): Format {
  return {
    sound: FILES.filter((bytes) => {
      const found = readNpy(bytes.slice(), "a.npy");
      const shape = "code" in found ? [] : found.shape;
      const fortran = new TextDecoder("latin1").decode(bytes).includes("'fortran_order': True");
      return shape.length === 2 && !shape.includes(0) && !fortran;
    }),
    inputs,
    refusal: "subject-refused",
    async read(bytes) {
      const subject = await openRecording("r", new File([bytes], "a.npy"));
      hold(subject instanceof RecordedActivations, "activations that are answers");
      subject.startRecording("IT", [[70, 170]]);
      const stimuli = Array.from({ length: Math.min(subject.rows, 10_000) }, (_, i) => ({
        ...({ id: `s${i}`, file: `${i}.png`, format: "png", mode: "RGB", width: 1, height: 1, sha256: "0" } as const),
        bytes: new Blob([]),
      }));
      const set = { identifier: "set", visualDegrees: null, stimuli, table: { length: stimuli.length, columns: {} } };
      const recording = await subject.record(set).catch((error: unknown) => {
        if (error instanceof GapscopeError && error.code === "not-applicable") return undefined; // more rows than these
        throw error;
      });
      for (const bin of recording?.bins ?? []) {
        const values = await bin.read(0, bin.rows);
        hold(values.length === bin.rows * bin.columns, "activations of another size than they say");
      }
    },
  };
}
