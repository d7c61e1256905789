import { describe, expect, it } from "vitest";
import { parseManifest } from "../../benchmark/manifest.ts";
import { describeAssembly } from "../../benchmark/neural/packaged-assembly.ts";
import { golden } from "../../benchmark/neural/recorded.fixture.ts";
import { type DescribedSet, findBrainio } from "../../lab/brainio.ts";
import { completed, type Filled, filledFrom, withCeiling, withMetric } from "./complete.ts";

/** The set of reference/brainscore_packaging.py, perhaps with another assembly. */
async function describedSet(assembly = "assy_made_Up2026.nc", csv?: string): Promise<DescribedSet> {
  const table = csv === undefined ? golden("stimulus_made_Up2026.csv") : new TextEncoder().encode(csv);
  const files = [
    new File([golden(assembly)], "assy_made_Up2026.nc"),
    new File([table], "stimulus_made_Up2026.csv"),
    new File([golden("stimulus_made_Up2026.zip")], "stimulus_made_Up2026.zip"),
  ];
  const { sets, faults } = await findBrainio(files, { describe: describeAssembly });
  const [set] = sets;
  if (set === undefined) throw new Error(JSON.stringify(faults));
  return set;
}

function manifestsOf(described: DescribedSet, changes: Partial<Filled> = {}) {
  const outcome = completed(described, { ...filledFrom(described), ...changes });
  if ("faults" in outcome) throw new Error(JSON.stringify(outcome.faults));
  for (const { file, manifest } of outcome.manifests)
    expect(parseManifest(new TextEncoder().encode(JSON.stringify(manifest)), file).faults).toBeUndefined();
  return outcome.manifests.map(({ manifest }) => manifest);
}

describe("the form of Brain-Score's files", () => {
  it("begins with what was proposed, and the usual time bin", async () => {
    expect(filledFrom(await describedSet())).toEqual({
      name: "made_Up2026",
      regions: ["V4", "IT"],
      degrees: "",
      fills: false,
      bins: [true, false],
      start: "70",
      end: "170",
      metric: "pls",
      metricOptions: "",
      ceiling: "internal_consistency",
      ceilingOptions: "",
      leftOut: {},
    });
  });

  it("makes a sound manifest of each region that is ticked", async () => {
    const described = await describedSet();
    const [v4, it] = manifestsOf(described, { degrees: "8" });
    expect(v4).toMatchObject({ identifier: "made_Up2026.V4-pls", recording: { region: "V4" } });
    expect(it).toMatchObject({
      identifier: "made_Up2026.IT-pls",
      stimulus_set: { visual_degrees: 8 },
      recording: { region: "IT", time_bins: [[70, 170]] },
      data: { select: { region: ["IT"], time_bin_start: [70], time_bin_end: [170] } },
    });
    expect(manifestsOf(described, { fills: true, regions: ["IT"] })).toMatchObject([
      { identifier: "made_Up2026.IT-pls", stimulus_set: { visual_degrees: null } },
    ]);
  });

  it("selects what is kept, and nothing where everything is", async () => {
    const described = await describedSet();
    const [some] = manifestsOf(described, {
      degrees: "8",
      bins: [true, true],
      leftOut: { animal: ["Bert"], block: [] },
    });
    expect(some?.data).toEqual({ assembly: "../assembly.nc", select: { region: ["V4"], animal: ["Anna"] } });
  });

  it("asks for region and time where the files have none", async () => {
    const described = await describedSet("indexed.nc");
    const filled = { ...filledFrom(described), regions: ["V1" as const], degrees: "2.5" };
    expect(manifestsOf(described, { ...filled, start: "40", end: "160" })).toMatchObject([
      { identifier: "made_Up2026.V1-pls", recording: { region: "V1", time_bins: [[40, 160]] } },
    ]);
  });

  it("does not ask what the table says", async () => {
    const csv = "stimulus_id,filename,degrees\nim0,picture0.png,2\n";
    const [first] = manifestsOf(await describedSet(undefined, csv));
    expect(first?.stimulus_set).not.toHaveProperty("visual_degrees");
  });

  it("says everything that is wrong at once", async () => {
    const described = await describedSet("indexed.nc");
    const filled: Filled = { ...filledFrom(described), name: " ", degrees: "eight", start: "", metricOptions: "[1]" };
    const outcome = completed(described, filled);
    expect("faults" in outcome && outcome.faults.map(({ field }) => field)).toEqual([
      "Degrees of visual angle",
      "Start",
      "Name",
      "Region",
      "Options of the metric",
    ]);
    const timed = await describedSet();
    const none = completed(timed, {
      ...filledFrom(timed),
      degrees: "8",
      bins: [false, false],
      regions: [],
      ceilingOptions: "{",
      leftOut: { animal: ["Anna", "Bert"] },
    });
    expect("faults" in none && none.faults.map(({ field }) => field)).toEqual([
      "Time bins",
      "Region",
      "Options of the ceiling",
      "animal",
    ]);
  });

  it("takes a metric's and a ceiling's options with it", async () => {
    const described = await describedSet("indexed.nc", "stimulus_id,filename\nim0,picture0.png\n");
    const filled = filledFrom(described);
    expect(filled.metricOptions).toBe('{"stratification_coord":null}');
    const other = withMetric(described, filled, "cka");
    expect(other).toMatchObject({ metric: "cka", metricOptions: "" });
    expect(withMetric(described, other, "pls")).toEqual(filled);
    expect(withCeiling(described, filled, "internal_consistency")).toMatchObject({ ceilingOptions: "" });
    expect(withCeiling(described, filled, "constant")).toMatchObject({ ceilingOptions: '{"value":1}' });
  });
});
