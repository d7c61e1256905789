import { describe, expect, it } from "vitest";
import { REGISTERED } from "../../lab/archive-api.ts";
import { openArchive } from "../archive.ts";
import { parseManifest } from "../manifest.ts";
import { readPackage } from "../read.ts";
import { zip } from "../sound.fixture.ts";
import { type ManifestInput, packBrainio, proposeManifests, recogniseBrainio, stimulusTableOf } from "./brainio.ts";
import { assemblyReader, describeAssembly } from "./packaged-assembly.ts";
import { golden } from "./recorded.fixture.ts";

const TRIO = ["assy_made_Up2026.nc", "stimulus_made_Up2026.csv", "stimulus_made_Up2026.zip"];
const SET = { assembly: "assy_made_Up2026.nc", table: "stimulus_made_Up2026.csv", images: "stimulus_made_Up2026.zip" };

describe("recogniseBrainio", () => {
  it("finds an assembly, its table and its pictures among other files", () => {
    const names = [...TRIO, "card.json", "other.zip", "recorded.csv"];
    expect(recogniseBrainio(names)).toEqual({
      sets: [SET],
      rest: ["card.json", "other.zip", "recorded.csv"],
      faults: [],
    });
  });

  it("leaves files alone where no assembly is among them", () => {
    const names = ["stimulus_a.csv", "stimulus_a.zip"];
    expect(recogniseBrainio(names)).toEqual({ sets: [], rest: names, faults: [] });
  });

  it("gives several assemblies of one stimulus set that set, and tells several sets apart by what assemblies say", () => {
    const one = recogniseBrainio([...TRIO, "assy_made_Other.nc"]);
    expect(one.sets.map(({ assembly, table }) => [assembly, table])).toEqual([
      ["assy_made_Up2026.nc", "stimulus_made_Up2026.csv"],
      ["assy_made_Other.nc", "stimulus_made_Up2026.csv"],
    ]);
    const names = [...TRIO, "stimulus_b.csv", "stimulus_b.zip"];
    expect(recogniseBrainio(names, () => "made.Up2026").sets).toEqual([SET]);
    expect(recogniseBrainio(names)).toMatchObject({
      sets: [],
      faults: [{ code: "brainio-ambiguous", file: "assy_made_Up2026.nc" }],
    });
  });

  it.each([0, 1])("says which file of the set is missing (%i)", (missing) => {
    const names = TRIO.filter((_, i) => i !== missing + 1);
    expect(recogniseBrainio(names)).toMatchObject({
      sets: [],
      rest: [],
      faults: [
        { code: "brainio-incomplete", file: "assy_made_Up2026.nc", remedy: expect.stringContaining(".zip together") },
      ],
    });
  });
});

describe("proposeManifests", () => {
  const facts = () => describeAssembly(golden("assy_made_Up2026.nc"), SET.assembly);

  it("proposes a benchmark for each region, and asks what the files do not say", async () => {
    const proposals = proposeManifests(SET, await facts(), ["stimulus_id", "object_name", "filename"]);
    expect(proposals.map(({ file }) => file)).toEqual(["V4/benchmark.json", "IT/benchmark.json"]);
    expect(proposals[1]).toEqual({
      file: "IT/benchmark.json",
      manifest: {
        format: "gapscope-benchmark",
        format_version: 1,
        identifier: "made_Up2026.IT-pls",
        version: 1,
        stimulus_set: { identifier: "made.Up2026", table: "../stimuli.csv", images: "../stimuli/" },
        recording: {
          region: "IT",
          time_bins: [
            [70, 170],
            [170, 270],
          ],
        },
        data: { assembly: "../assembly.nc", select: { region: ["IT"] } },
        metric: { name: "pls" },
        ceiling: { name: "internal_consistency" },
      },
      open: [{ field: "stimulus_set.visual_degrees", why: expect.stringContaining("degrees") }],
    });
  });

  it("asks for region, times and ceiling where an assembly has none", async () => {
    const lone = await describeAssembly(golden("lone-coordinates.nc"), "assy_x.nc");
    const { region: _, ...coords } = lone.coords;
    const [proposal] = proposeManifests(SET, { ...lone, coords }, ["stimulus_id", "degrees"]);
    expect(proposal?.open.map(({ field }) => field)).toEqual(["recording.region", "recording.time_bins", "ceiling"]);
    expect(proposal?.manifest).toMatchObject({
      recording: {},
      metric: { name: "pls", options: { stratification_coord: null } },
      ceiling: { name: "constant", options: { value: 1 } },
    });
  });

  it("compares similarities by their order", async () => {
    const similar = await describeAssembly(golden("similarities.nc"), "assy_x.nc");
    const proposals = proposeManifests(SET, similar, ["stimulus_id"]);
    expect(proposals.map(({ manifest: { metric, ceiling, data } }) => ({ metric, ceiling, data }))).toEqual(
      ["V4", "IT"].map((region) => ({
        metric: { name: "rdm" },
        ceiling: { name: "rsa_ceiling" },
        data: { assembly: "../assembly.nc", select: { region: [region] } },
      })),
    );
  });
});

describe("a set from Brain-Score's storage", () => {
  const completed = async () => {
    const { columns } = stimulusTableOf(golden(SET.table));
    const facts = await describeAssembly(golden(SET.assembly), SET.assembly);
    return proposeManifests(SET, facts, columns).map(({ file, manifest }) => {
      const { region = "V4", time_bins = [] } = manifest.recording;
      const stimulus_set = { ...manifest.stimulus_set, visual_degrees: 8 };
      const metric = { name: "cka" }; // six stimuli are too few for pls, which the reader says
      const whole: ManifestInput = { ...manifest, stimulus_set, recording: { region, time_bins }, metric };
      return { file, manifest: whole };
    });
  };

  it("is a package, completed, whose recordings are the assembly's", async () => {
    const manifests = await completed();
    for (const { file, manifest } of manifests) {
      expect(parseManifest(new TextEncoder().encode(JSON.stringify(manifest)), file).faults).toBeUndefined();
    }
    const images = await openArchive(new Blob([golden(SET.images)]), SET.images);
    const packed = await packBrainio(manifests, stimulusTableOf(golden(SET.table)).bytes, images, golden(SET.assembly));
    const { benchmarks } = await readPackage(packed, { fileName: "made.zip" });
    const whole = await assemblyReader.read(golden(SET.assembly), SET.assembly, { region: ["IT"] });
    expect(benchmarks.map(({ identifier }) => identifier)).toEqual(["made_Up2026.V4-pls", "made_Up2026.IT-pls"]);
    expect(benchmarks[1]).toMatchObject({
      track: "neural",
      stimulusSet: { identifier: "made.Up2026", visualDegrees: [8, 8, 8, 8, 8, 8] },
      recordings: { shape: [18, 2, 2], values: whole.values, coords: { object_name: { dim: "presentation" } } },
    });
  });

  it("is checked with what the metrics say of it", async () => {
    const images = await openArchive(new Blob([golden(SET.images)]), SET.images);
    const manifests = (await completed()).map(({ file, manifest }) => ({
      file,
      manifest: { ...manifest, metric: { name: "pls" } },
    }));
    const packed = await packBrainio(manifests, stimulusTableOf(golden(SET.table)).bytes, images, golden(SET.assembly));
    await expect(readPackage(packed, { fileName: "made.zip", known: REGISTERED })).rejects.toMatchObject({
      faults: expect.arrayContaining([expect.objectContaining({ code: "metric-data", file: "IT/benchmark.json" })]),
    });
  });

  it("of pictures in one folder keeps that folder", async () => {
    const images = await openArchive(new Blob([await zip({ "set/1.png": "one", "set/2.png": "two" })]), "s.zip");
    const packed = await openArchive(await packBrainio([], new Uint8Array(0), images, new Uint8Array(0)), "p.zip");
    expect(packed.names).toEqual(["stimuli.csv", "assembly.nc", "stimuli/set/1.png", "stimuli/set/2.png"]);
  });
});

describe("stimulusTableOf", () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const table = (csv: string) => stimulusTableOf(new TextEncoder().encode(csv));

  it("copies the ids of old tables, quoted cells and all", () => {
    const { bytes, columns } = table('image_id,note\na1,"x, ""y"""\nb2,\n');
    expect(text(bytes)).toBe('image_id,note,stimulus_id\na1,"x, ""y""",a1\nb2,,b2\n');
    expect(columns).toEqual(["image_id", "note", "stimulus_id"]);
  });

  it("leaves others as they are", () => {
    const csv = "stimulus_id,image_id\na,b\n";
    expect(text(table(csv).bytes)).toBe(csv);
  });
});
