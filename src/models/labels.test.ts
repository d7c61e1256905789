/** Label tables against Brain-Score's own (golden/label-indices.json, written by reference/brainscore_labels.py). */
import { describe, expect, it } from "vitest";
import golden from "./golden/label-indices.json";
import { imagenetIndices, labelKey, loadImagenetClasses } from "./labels.ts";

const sets = Object.entries(golden.sets);

describe("imagenetIndices", () => {
  it.each(sets)("maps %s as Brain-Score does", (label, indices) => {
    expect(imagenetIndices(label)).toEqual(indices);
  });

  it("covers the 16 categories of Geirhos 2021 and the 20 that Baker, Zhu and Scialom added", () => {
    expect(sets).toHaveLength(36);
  });

  it.each(Object.entries(golden.spellings))("resolves the spelling “%s” as Brain-Score does", (label, indices) => {
    expect(imagenetIndices(label)).toEqual(indices ?? undefined);
  });

  it("does not take an object's own properties for labels", () => {
    expect(imagenetIndices("toString")).toBeUndefined();
    expect(imagenetIndices("__proto__")).toBeUndefined();
  });
});

describe("labelKey", () => {
  it("lowers the case and removes spaces, nothing else", () => {
    expect(labelKey(" Sewing Machine-2_b")).toBe("sewingmachine-2_b");
  });
});

describe("loadImagenetClasses", () => {
  it("names 1,000 distinct WordNet ids in ILSVRC order", async () => {
    const { synsets, names } = await loadImagenetClasses();
    expect(synsets).toHaveLength(1000);
    expect(names).toHaveLength(1000);
    expect(new Set(synsets).size).toBe(1000);
    expect(synsets.every((synset) => /^n\d{8}$/.test(synset))).toBe(true);
    expect(names.every((name) => name.trim() === name && name !== "")).toBe(true);
    expect([synsets[0], synsets[404], synsets[999]]).toEqual(["n01440764", "n02690373", "n15075141"]);
    expect([names[0], names[404], names[999]]).toEqual(["tench", "airliner", "toilet tissue"]);
  });
});
