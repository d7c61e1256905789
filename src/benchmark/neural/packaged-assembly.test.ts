import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Scalar } from "../../assembly/table.ts";
import golden from "./golden/expected.json" with { type: "json" };
import { assemblyReader, describeAssembly } from "./packaged-assembly.ts";

const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(`golden/${name}`, import.meta.url)));
const read = (name: string, select = {}) => assemblyReader.read(bytesOf(name), name, select);

interface Expected {
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly coords: Readonly<Record<string, { readonly dim: string; readonly values: readonly Scalar[] }>>;
  readonly values: readonly Scalar[];
}
const files: Readonly<Record<string, Expected>> = golden.files;
const expected = (name: string): Expected => {
  const found = files[name];
  if (found === undefined) throw new Error(name);
  return found;
};

/** A dimension's only coordinate has no name in Brain-Score; we give it its usual one. */
const USUAL: Readonly<Record<string, string>> = { presentation: "stimulus_id", neuroid: "neuroid_id" };
const named = ({ coords }: Expected) =>
  Object.fromEntries(Object.entries(coords).map(([name, coord]) => [USUAL[name] ?? name, coord]));
const value = (x: Scalar | undefined) => (x === null ? Number.NaN : Number(x));

describe("assemblies as Brain-Score packages them", () => {
  it.each(["assy_made_Up2026.nc", "integers.nc", "lone-coordinates.nc", "legacy.nc", "group.nc", "indexed.nc"])(
    "%s",
    async (name) => {
      const { dims, shape, values, coords, notices } = await read(name);
      const want = expected(name);
      expect({ dims, shape, notices }).toEqual({ dims: want.dims, shape: want.shape, notices: [] });
      expect(values).toEqual(Float64Array.from(want.values, value));
      expect(coords).toEqual(named(want));
    },
  );

  it("keeps the order of coordinates, by which repetitions are averaged", async () => {
    const { coords } = await read("assy_made_Up2026.nc");
    expect(Object.keys(coords)).toEqual(Object.keys(expected("assy_made_Up2026.nc").coords));
  });

  it("brings dimensions into the metrics' order", async () => {
    const want = expected("other-order.nc");
    const { dims, shape, values, coords } = await read("other-order.nc");
    expect([dims, shape]).toEqual([
      ["presentation", "neuroid"],
      [18, 4],
    ]);
    expect(values).toEqual(
      Float64Array.from({ length: 72 }, (_, i) => value(want.values[(i % 4) * 18 + Math.floor(i / 4)])),
    );
    expect(coords).toEqual(want.coords);
  });

  it("makes of repeated dimensions a matrix for each subject", async () => {
    const want = expected("similarities.nc");
    const { dims, shape, values, coords } = await read("similarities.nc", { region: ["IT"] });
    expect([dims, shape]).toEqual([
      ["subject", "presentation", "presentation"],
      [2, 6, 6],
    ]);
    expect(values).toEqual(
      Float64Array.from({ length: 72 }, (_, i) => value(want.values[(i % 36) * 4 + 1 + 2 * Math.floor(i / 36)])),
    );
    expect(coords.subject).toEqual({ dim: "subject", values: ["one", "two"] });
    expect(coords.stimulus_id).toEqual(want.coords.stimulus_id);
  });

  it.each([
    [{ region: ["IT"] }, [18, 2, 2]],
    [{ region: ["IT"], animal: ["Anna"] }, [18, 1, 2]],
    [{ column: ["12", 13.0] }, [18, 2, 2]],
    [{ block: [true] }, [9, 5, 2]],
    [{ block: ["False"], time_bin_start: [170] }, [9, 5, 1]],
    [{ reaction: [null] }, [1, 5, 2]],
    [{ object_name: ["a"] }, [18, 5, 2]],
  ])("selects %j", async (select, shape) => {
    const found = await read("assy_made_Up2026.nc", select);
    expect(found.shape).toEqual(shape);
    expect(found.values).toHaveLength(shape.reduce((product, extent) => product * extent));
  });

  it("takes the values of what is selected", async () => {
    const { values, coords } = await read("assy_made_Up2026.nc", {
      region: ["IT"],
      repetition: [1],
      time_bin_end: [270],
    });
    const want = expected("assy_made_Up2026.nc");
    const rows = want.coords.repetition?.values.flatMap((x, row) => (x === 1 ? [row] : [])) ?? [];
    expect(values).toEqual(
      Float64Array.from(rows.flatMap((row) => [1, 3].map((site) => value(want.values[(row * 5 + site) * 2 + 1])))),
    );
    expect(coords.neuroid_id?.values).toEqual(["site-1", "site-3"]);
    expect(coords.stimulus_id?.values).toEqual(rows.map((row) => want.coords.stimulus_id?.values[row]));
  });

  it("says what a file is without its values", async () => {
    expect(await describeAssembly(bytesOf("assy_made_Up2026.nc"), "a.nc")).toMatchObject({
      dims: ["presentation", "neuroid", "time_bin"],
      shape: [18, 5, 2],
      stimulusSet: "made.Up2026",
      coords: { time_bin_start: { dim: "time_bin", values: [70, 170] } },
    });
  });
});

describe("refuses", () => {
  it.each<[string, Uint8Array<ArrayBuffer>, string]>([
    ["an empty file", new Uint8Array(0), "netcdf-not-netcdf"],
    ["netCDF-3", new TextEncoder().encode("CDF\x01............"), "netcdf-not-netcdf"],
    ["the signature alone", bytesOf("integers.nc").slice(0, 8), "netcdf-damaged"],
    ["half a file", bytesOf("integers.nc").slice(0, 8000), "netcdf-damaged"],
    ["behaviour", bytesOf("answers.nc"), "netcdf-not-numbers"],
  ])("%s", async (_, bytes, code) => {
    const refusal = { code: "package-refused", faults: [{ code, file: "a.nc" }] };
    await expect(assemblyReader.read(bytes, "a.nc", {})).rejects.toMatchObject(refusal);
  });

  it.each(["huge.nc", "huge-chunk.nc", "huge-unwritten.nc"])(
    "%s before it allocates what the header says",
    async (name) => {
      const before = process.memoryUsage();
      await expect(read(name)).rejects.toMatchObject({ faults: [{ code: "netcdf-too-large", file: name }] });
      const { arrayBuffers, rss } = process.memoryUsage();
      expect(Math.max(arrayBuffers - before.arrayBuffers, rss - before.rss)).toBeLessThan(128 * 2 ** 20);
    },
  );

  it("values that are not there, each of them, with what was meant", async () => {
    await expect(read("assy_made_Up2026.nc", { region: ["It", "V4"], animal: ["Berta"] })).rejects.toMatchObject({
      faults: [
        { code: "no-such-value", field: "region", value: "It", remedy: "Did you mean “IT”?" },
        { code: "no-such-value", field: "animal", value: "Berta", remedy: "Did you mean “Bert”?" },
      ],
    });
  });

  it("a damaged chunk, whose reading h5wasm does not look at", async () => {
    const bytes = bytesOf("assy_made_Up2026.nc");
    const at = bytes.findLastIndex((byte, i) => byte === 0x78 && bytes[i + 1] === 0xda); // zlib, level 9
    expect(at).toBeGreaterThan(0);
    bytes.fill(0x55, at + 20, at + 40);
    await expect(assemblyReader.read(bytes, "a.nc", {})).rejects.toMatchObject({
      faults: [{ code: "netcdf-damaged", message: expect.stringContaining("data") }],
    });
  });

  it("a text that claims to be 2 GB long, without asking for them", async () => {
    const bytes = bytesOf("assy_made_Up2026.nc");
    const view = new DataView(bytes.buffer);
    // A text of any length is a length and the place of a heap, which begins with its name.
    const isText = (at: number): boolean => {
      const [length, heap] = [view.getUint32(at, true), Number(view.getBigUint64(at + 4, true))];
      return (
        length > 0 &&
        length < 64 &&
        heap + 4 <= bytes.length &&
        new TextDecoder().decode(bytes.subarray(heap, heap + 4)) === "GCOL"
      );
    };
    const [, at = -1] = Array.from({ length: bytes.length - 12 }, (_, i) => i).filter(isText); // the first is an attribute
    view.setUint32(at, 0x7f00_0005, true);
    const before = process.memoryUsage().rss;
    await expect(assemblyReader.read(bytes, "a.nc", {})).rejects.toMatchObject({
      faults: [{ code: "netcdf-damaged" }],
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 30);
  });

  it("a file, and reads the next", async () => {
    await expect(assemblyReader.read(bytesOf("legacy.nc").slice(0, 9000), "a.nc", {})).rejects.toMatchObject({
      code: "package-refused",
    });
    expect((await read("legacy.nc")).shape).toEqual([18, 3]);
  });
});
