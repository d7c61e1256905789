import { describe, expect, it } from "vitest";
import { describeAssembly } from "../benchmark/neural/packaged-assembly.ts";
import { golden } from "../benchmark/neural/recorded.fixture.ts";
import { findBrainio, packFiles, summaryOf } from "./brainio.ts";

const [TABLE, IMAGES, ASSEMBLY] = ["stimulus_made_Up2026.csv", "stimulus_made_Up2026.zip", "assy_made_Up2026.nc"];
const file = (name: string, bytes: Uint8Array<ArrayBuffer> = golden(name)) => new File([bytes], name);
const find = (...files: File[]) => findBrainio(files, { describe: describeAssembly });

describe("files of Brain-Score's storage", () => {
  it("are a set in whatever order they come", async () => {
    const orders = [
      [TABLE, IMAGES, ASSEMBLY],
      [ASSEMBLY, IMAGES, TABLE],
      [IMAGES, ASSEMBLY, TABLE],
    ];
    for (const order of orders) {
      const { sets, faults } = await find(...order.map((name) => file(name)));
      expect(faults).toEqual([]);
      expect(sets).toEqual([
        {
          set: { table: TABLE, images: IMAGES, assembly: ASSEMBLY },
          stimuli: 6,
          pictures: 6,
          assembly: {
            presentations: 18,
            sites: 5,
            regions: [
              ["V4", 3],
              ["IT", 2],
            ],
            timeBins: [
              [70, 170],
              [170, 270],
            ],
            shown: [3, 3],
            selectable: [
              { name: "block", values: [false, true] },
              { name: "reaction", values: expect.arrayContaining([null, 0]) },
              { name: "animal", values: ["Anna", "Bert"] },
              { name: "column", values: [10, 11, 12, 13, 14] },
            ],
          },
          proposals: [
            expect.objectContaining({ file: "V4/benchmark.json" }),
            expect.objectContaining({ file: "IT/benchmark.json" }),
          ],
        },
      ]);
    }
  });

  it.each([
    [[TABLE], [`${IMAGES.slice(0, -4)}.zip and assy_….nc`]],
    [[IMAGES], [`${TABLE} and assy_….nc`]],
    [
      [TABLE, IMAGES],
      ["assy_….nc", "assy_….nc"],
    ],
    [[ASSEMBLY], [`${TABLE} and ${IMAGES}`]],
    [[ASSEMBLY, TABLE], [`${TABLE} and ${IMAGES}`]],
    [[ASSEMBLY, IMAGES], [`${TABLE} and ${IMAGES}`]],
  ])("%j alone say what is missing", async (given, missing) => {
    const { sets, faults } = await find(...given.map((name) => file(name)));
    expect(sets).toEqual([]);
    expect(faults.map(({ code, expected }) => [code, expected])).toEqual(
      missing.map((expected) => ["brainio-incomplete", expected]),
    );
  });

  it("that are damaged say so, each of them, and a name that is none", async () => {
    const cut = golden(ASSEMBLY).slice(0, 8000);
    expect((await find(file(TABLE), file(IMAGES), file(ASSEMBLY, cut))).faults).toMatchObject([
      { code: "netcdf-damaged", file: ASSEMBLY },
    ]);
    const text = new TextEncoder().encode("stimulus_id,filename\n1,2,3\n");
    const { sets, faults } = await find(file(TABLE, text), file(IMAGES), file(ASSEMBLY));
    expect(sets).toEqual([]);
    expect(faults[0]).toMatchObject({ file: TABLE });
    expect((await find(file("MajajHong.nc", golden(ASSEMBLY)))).faults).toMatchObject([
      { code: "brainio-name", expected: "assy_<identifier>.nc" },
    ]);
  });

  it("are packed by their names", async () => {
    const files = [TABLE, IMAGES, ASSEMBLY].map((name) => file(name));
    const { sets } = await findBrainio(files, { describe: describeAssembly });
    const [found] = sets;
    if (found === undefined) throw new Error("no set");
    expect((await packFiles({ set: found.set, files }, [])).size).toBeGreaterThan(golden(ASSEMBLY).length);
    await expect(packFiles({ set: found.set, files: files.slice(1) }, [])).rejects.toMatchObject({ code: "internal" });
  });
});

describe("summaryOf", () => {
  it("counts subjects' regions as sites where an assembly holds similarities", async () => {
    const facts = await describeAssembly(golden("similarities.nc"), "assy_x.nc");
    expect(summaryOf(facts)).toMatchObject({ presentations: 6, sites: 4, timeBins: [], shown: [1, 1] });
  });
});
