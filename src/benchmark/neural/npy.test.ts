import fc from "fast-check";
import { describe, expect, it } from "vitest";
import golden from "./golden/npy.json" with { type: "json" };
import { type NpyArray, readNpy } from "./npy.ts";

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));
const number = (value: number | string) =>
  value === "nan" ? Number.NaN : value === "inf" ? Infinity : value === "-inf" ? -Infinity : Number(value);

/** A file with this header, as numpy's version 1 has it. */
function npy(header: string, data: Uint8Array = new Uint8Array(0), version = 1): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(10 + text.length + data.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, text.length & 255, text.length >> 8]);
  bytes.set(text, 10);
  bytes.set(data, 10 + text.length);
  return bytes;
}

describe("readNpy reads what numpy writes", () => {
  it.each(golden.files)("$name", ({ base64, shape, values }) => {
    const array = readNpy(bytesOf(base64), "a.npy");
    expect(array).toEqual({ shape, values: Float64Array.from(values, number) });
  });

  it("keeps the sign of zero and every bit of float64", () => {
    const data = Float64Array.of(-0, 0.1 + 0.2, Number.MIN_VALUE, -Number.MAX_VALUE);
    const file = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }", new Uint8Array(data.buffer));
    expect(readNpy(file, "a.npy")).toEqual({ shape: [4], values: data });
  });
});

describe("readNpy refuses", () => {
  const f8 = (shape: string) => `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`;
  it.each<[string, Uint8Array<ArrayBuffer>, string]>([
    ["an empty file", new Uint8Array(0), "npy-not-npy"],
    ["a zip (.npz)", Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0, 0), "npy-not-npy"],
    ["version 4", npy(f8("()"), new Uint8Array(8), 4), "npy-version"],
    ["a header that is cut", npy(f8("(2,)")).slice(0, 30), "npy-truncated"],
    ["data that are cut", npy(f8("(2,)"), new Uint8Array(15)), "npy-truncated"],
    ["data that go on", npy(f8("(2,)"), new Uint8Array(17)), "npy-surplus"],
    ["objects", npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }"), "npy-dtype"],
    ["complex numbers", npy("{'descr': '<c16', 'fortran_order': False, 'shape': (2,), }"), "npy-dtype"],
    ["records", npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }"), "npy-dtype"],
    [
      "a type that every object inherits",
      npy("{'descr': 'constructor', 'fortran_order': False, 'shape': (2,), }"),
      "npy-dtype",
    ],
    ["a shape of petabytes", npy(f8("(1000000000, 1000000)")), "npy-too-large"],
    ["a shape beyond numbers", npy(f8(`(${"9".repeat(400)},)`)), "npy-too-large"],
    ["no values of a width beyond numbers", npy(f8("(0, 10000000000000000000000)")), "npy-too-large"],
    ["a shape of no tuple", npy("{'descr': '<f8', 'fortran_order': False, 'shape': True, }"), "npy-header"],
    ["a shape below zero", npy(f8("(-1,)")), "npy-header"],
    ["an entry too few", npy("{'descr': '<f8', 'shape': (2,), }"), "npy-header"],
    ["an entry twice", npy("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (), }"), "npy-header"],
    ["code", npy("{'descr': exit(), 'fortran_order': False, 'shape': (), }"), "npy-header"],
    [
      "integers beyond 2⁵³",
      npy("{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(8).fill(0x7f)),
      "npy-integer",
    ],
  ])("%s", (_, bytes, code) => {
    expect(readNpy(bytes, "a.npy")).toMatchObject({ code, file: "a.npy" });
  });

  it("damage, or reads an array of the size it says, and never allocates beyond the file", () => {
    const files = golden.files.map(({ base64 }) => bytesOf(base64));
    const edit = fc.record({
      at: fc.nat(2 ** 24 - 1).map((n) => n / 2 ** 24),
      byte: fc.nat(255),
      cut: fc.boolean(),
    });
    let refused = 0;
    fc.assert(
      fc.property(fc.nat(files.length - 1), fc.array(edit, { minLength: 1, maxLength: 3 }), (which, edits) => {
        let bytes = files[which]?.slice() ?? new Uint8Array(0);
        for (const { at, byte, cut } of edits) {
          const place = Math.floor(at * bytes.length);
          if (cut) bytes = bytes.slice(0, place);
          else bytes[place] = byte;
        }
        const array = readNpy(bytes, "a.npy");
        if ("code" in array) refused += 1;
        else expectWhole(array, bytes.length);
      }),
      { numRuns: 5000, seed: 20260101 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});

function expectWhole({ shape, values }: NpyArray, bytes: number): void {
  expect(values).toHaveLength(shape.reduce((product, extent) => product * extent, 1));
  expect(values.length).toBeLessThanOrEqual(bytes);
}
