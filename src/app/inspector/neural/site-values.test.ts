import { describe, expect, it } from "vitest";
import type { NeuroidAssembly, SimilarityAssembly } from "../../../assembly/neuroids.ts";
import { neuroidPlaces, siteGroups, siteValues } from "./site-values.ts";

const IDS = ["a1", "a2", "b1", "b2"];
const RECORDINGS: NeuroidAssembly = {
  dims: ["presentation", "neuroid"],
  shape: [0, 4],
  values: new Float64Array(),
  coords: {
    neuroid_id: { dim: "neuroid", values: IDS },
    animal: { dim: "neuroid", values: ["Anna", "Anna", "Bert", "Bert"] },
    array: { dim: "neuroid", values: ["M", "M", "M", "M"] },
    subject: { dim: "presentation", values: [] },
  },
};
const BY = [0.5, 0.1, null, 0.3].map((raw, i) => ({ neuroid_id: IDS[i] ?? "", raw }));

describe("values by site", () => {
  it("are grouped by what tells sites apart", () => {
    const found = siteValues(BY, RECORDINGS);
    expect(found).toMatchObject({ of: "site", groupings: ["animal"] }); // one array; `subject` is no neuroid's
    expect(found?.values[0]).toEqual({ name: "a1", value: 0.5, facts: { animal: "Anna", array: "M" } });
    const groups = siteGroups({ of: "site", values: found?.values ?? [] }, "animal");
    expect(groups.map(({ name, middle, values }) => [name, middle, values.map(({ name }) => name)])).toEqual([
      ["Anna", 0.3, ["a2", "a1"]],
      ["Bert", 0.3, ["b2", "b1"]], // the one without a value is last and counts for no median
    ]);
  });

  it("are in one group where nothing is named, without a middle where there is no value", () => {
    const [all] = siteGroups({ of: "site", values: siteValues(BY, RECORDINGS)?.values ?? [] }, undefined);
    expect(all).toMatchObject({ name: "", middle: 0.3 });
    const none = [{ name: "x", value: null, facts: {} }];
    expect(siteGroups({ of: "site", values: none }, undefined)[0]?.middle).toBeUndefined();
  });

  it("tell time bins apart where the metric does", () => {
    const by = [70, 90].flatMap((time_bin_start) =>
      IDS.map((neuroid_id) => ({ neuroid_id, time_bin_start, time_bin_end: time_bin_start + 20, raw: 0 })),
    );
    const found = siteValues(by, RECORDINGS);
    expect(found?.groupings).toEqual(["time bin", "animal"]);
    expect(siteGroups({ of: "site", values: found?.values ?? [] }, "time bin").map(({ name }) => name)).toEqual([
      "70–90 ms",
      "90–110 ms",
    ]);
  });

  it("are those of subjects where the data are similarities, and none where the metric has none", () => {
    const { coords, ...rest } = RECORDINGS;
    const similarities: SimilarityAssembly = {
      ...{ ...rest, coords: {}, dims: ["subject", "presentation", "presentation"], kind: "dissimilarity" },
    };
    expect(siteValues([{ subject: 1, raw: 0.2 }], similarities)).toEqual({
      of: "subject",
      values: [{ name: "1", value: 0.2, facts: {} }],
      groupings: [],
    });
    const values = [0.1, 0.2, 0.6].map((value, i) => ({ name: String(i), value, facts: {} }));
    expect(siteGroups({ of: "subject", values }, undefined)[0]?.middle).toBeCloseTo(0.3, 12); // as the metric takes it
    expect(siteValues([], RECORDINGS)).toBeUndefined();
    expect(siteValues([{ factor: "shape", raw: 0.2 }], RECORDINGS)).toBeUndefined();
  });

  it("know their sites' places among the neuroids, also where the metric took sites in groups", () => {
    expect(neuroidPlaces(BY, RECORDINGS)).toEqual([0, 1, 2, 3]);
    expect(neuroidPlaces(BY.toReversed(), RECORDINGS)).toEqual([3, 2, 1, 0]);
    const { neuroid_id: _, ...coords } = RECORDINGS.coords;
    expect(neuroidPlaces([{ neuroid_id: 2, raw: 0 }], { ...RECORDINGS, coords })).toEqual([2]);
    expect(neuroidPlaces([{ subject: 1, raw: 0 }], RECORDINGS)).toBeUndefined();
    expect(neuroidPlaces([{ neuroid_id: "a1", time_bin: 0, raw: 0 }], RECORDINGS)).toBeUndefined();
  });
});
