/** The metric as a whole; golden values by Brain-Score's own benchmarks on model neurons: reference/marques2020.py. */
import { describe, expect, it } from "vitest";
import golden from "../../../../reference/golden/marques2020.json" with { type: "json" };
import type { RowSource } from "../../../numerics/activations.ts";
import { MARQUES_2020, REDUCED } from "../../../stimuli/gratings.ts";
import { recordNeurons } from "../../../testing/model-neurons.ts";
import type { NeuralContext, Recording } from "../../neural-metric.ts";
import { ksSimilarityCeiling, ksSimilarityMetric } from "./ks-similarity.ts";

const { units, seed } = golden.neurons;
const products = {
  double: () => Promise.reject(new Error("no products")),
  single: () => Promise.reject(new Error("no products")),
};
const context: NeuralContext = { products };

function recording({ source, coords }: { source: RowSource; coords: Recording["coords"] }): Recording {
  const none = () => Promise.reject(new Error("not read"));
  return { coords, timeBins: [[70, 170]], bins: [{ ...source, gram: none, sums: none }] };
}

const data = (name: keyof typeof golden.histograms) => {
  const { edges, counts, undefined_cells } = golden.histograms[name];
  return { edges, counts, undefinedCells: undefined_cells };
};

const whole = recording(recordNeurons(MARQUES_2020, units, seed));
const reduced = recordNeurons(REDUCED, units, seed);

describe("ks_similarity", () => {
  it.each(["preferred_orientation", "spatial_frequency_bandwidth", "surround_diameter"] as const)(
    "scores %s as Brain-Score's benchmark does when it is seeded",
    async (name) => {
      const expected = golden.answers.whole.properties[name];
      const options = { property_name: name };
      const raw = await ksSimilarityMetric.compare(whole, data(name), options, context);
      const ceiling = await ksSimilarityCeiling.compute(data(name), options, context);
      expect(Math.abs(raw.value - expected.raw)).toBeLessThan(1e-9);
      expect(Math.abs((raw.error ?? Number.NaN) - expected.error)).toBeLessThan(1e-9);
      expect(Math.abs(raw.value / ceiling.value - expected.score)).toBeLessThan(1e-9);
      expect(raw.notes?.join(" ")).toContain(`Without draws the value is ${expected.exact.toFixed(6)}`);
      expect(raw.notes?.join(" ")).toContain(`of ${golden.answers.whole.kept.length} whose receptive field`);
      expect(raw.by.reduce((sum, row) => sum + (row.raw ?? 0), 0)).toBeCloseTo(1, 12);
    },
  );

  // brainscore_vision/benchmarks/marques2020/test.py, test_ceilings, which allows 0.005 for draws that are not seeded.
  it.each([
    ["grating_summation_field", 0.956],
    ["surround_diameter", 0.955],
    ["surround_suppression_index", 0.958],
    ["preferred_orientation", 0.962],
    ["peak_spatial_frequency", 0.967],
    ["spatial_frequency_selective", 0.963],
    ["spatial_frequency_bandwidth", 0.933],
  ] as const)("has the ceiling of %s that Brain-Score's test expects", async (name, expected) => {
    const { value } = await ksSimilarityCeiling.compute(data(name), {}, context);
    expect(Math.abs(value - expected)).toBeLessThan(0.005);
  });

  it("tells how much of its reading is done, up to all", async () => {
    const shares: number[] = [];
    const own = { ...context, onProgress: (share: number) => shares.push(share) };
    await ksSimilarityMetric.compare(
      recording(reduced),
      data("surround_diameter"),
      { property_name: "surround_diameter" },
      own,
    );
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it("stops when it is cancelled", async () => {
    const options = { property_name: "surround_diameter" };
    const cancelled = ksSimilarityMetric.compare(whole, data("surround_diameter"), options, {
      ...context,
      signal: AbortSignal.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
  });

  it("does not apply to a layer that sees nothing there", async () => {
    const options = { property_name: "preferred_orientation" };
    const { source } = reduced;
    const only = (unit: number) =>
      recording({
        ...reduced,
        source: {
          ...source,
          columns: 1,
          read: async (first, count) => {
            const values = await source.read(first, count);
            return Float64Array.from({ length: count }, (_, i) => values[i * units + unit] ?? 0);
          },
        },
      });
    const compare = (unit: number) =>
      ksSimilarityMetric.compare(only(unit), data("preferred_orientation"), options, context);
    const [elsewhere] = [...Array(units).keys()].filter((unit) => !golden.answers.reduced.kept.includes(unit));
    await expect(compare(elsewhere ?? 0)).rejects.toMatchObject({
      code: "not-applicable",
      message: expect.stringContaining("none of the layer's 1 units"),
    });
    // Every twentieth neuron is inhibited by whatever is shown, and has no field.
    await expect(compare(19)).rejects.toMatchObject({ code: "not-applicable" });
  });

  it("refuses options that it does not have, and data of another form", () => {
    expect(() => ksSimilarityMetric.check(data("surround_diameter"), { property_name: "colour" })).toThrow();
    expect(() => ksSimilarityMetric.check(data("surround_diameter"), {})).toThrow();
    const responses = {
      dims: ["presentation", "neuroid"] as const,
      shape: [1, 1],
      values: new Float64Array(1),
      coords: {},
    };
    expect(ksSimilarityMetric.check(responses, { property_name: "surround_diameter" })).toEqual([
      "ks_similarity reads a histogram; the data are responses.",
    ]);
  });

  it("refuses a histogram that says nothing", () => {
    const options = { property_name: "surround_diameter" };
    expect(ksSimilarityMetric.check(data("surround_diameter"), options)).toEqual([]);
    expect(ksSimilarityMetric.check({ edges: [0, 1], counts: [3], undefinedCells: 0 }, options)[0]).toContain(
      "two bins",
    );
    expect(ksSimilarityMetric.check({ edges: [0, 1, 2], counts: [0, 0], undefinedCells: 4 }, options)[0]).toContain(
      "No cell",
    );
  });

  it("checks the stimuli for what its property needs", () => {
    const { coords } = reduced;
    expect(ksSimilarityMetric.checkStimuli?.(coords, { property_name: "surround_diameter" })).toEqual([]);
    expect(ksSimilarityMetric.checkStimuli?.({}, { property_name: "surround_diameter" })[0]).toContain("“set”");
  });
});
