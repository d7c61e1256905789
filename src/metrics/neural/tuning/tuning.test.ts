/** Golden values by Brain-Score's own code on model neurons: reference/marques2020.py. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import golden from "../../../../reference/golden/marques2020.json" with { type: "json" };
import type { Coordinate } from "../../../assembly/assembly.ts";
import { MARQUES_2020, REDUCED } from "../../../stimuli/gratings.ts";
import { recordNeurons } from "../../../testing/model-neurons.ts";
import { binOf, binsOfCells, bootstrapSimilarity, ksSimilarity, sharesOf } from "./distribution.ts";
import { type Electrodes, ratesOf, receptiveFields, spikeScale, unitsNear } from "./electrodes.ts";
import { type Presentations, presentationFaults, presentationsOf, type TunedSet } from "./presentations.ts";
import { type PropertyName, propertyOf, TUNING_PROPERTIES } from "./properties.ts";
import { splineThrough } from "./spline.ts";

const { units, seed } = golden.neurons;
const PROPERTIES = Object.keys(TUNING_PROPERTIES).filter((name): name is PropertyName => name in TUNING_PROPERTIES);

/** Another order of 0 … n − 1: n has no divisor in common with the step. */
const shuffled = (n: number) => Array.from({ length: n }, (_, i) => (i * 7919) % n);

const CASES = [
  { protocol: "whole", recording: recordNeurons(MARQUES_2020, units, seed), expected: golden.answers.whole },
  { protocol: "reduced", recording: recordNeurons(REDUCED, units, seed), expected: golden.answers.reduced },
  {
    protocol: "reduced, shuffled",
    recording: recordNeurons(REDUCED, units, seed, shuffled),
    expected: golden.answers.reduced,
  },
];

function near(found: ArrayLike<number>, expected: readonly (number | null)[]): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    if (value === null) expect(found[i], `value ${i}`).toBeNaN();
    else expect(Math.abs((found[i] ?? Number.NaN) - value), `value ${i}`).toBeLessThan(1e-9);
  }
}

describe.each(CASES)("electrodes, gratings of the protocol: $protocol", ({ recording, expected }) => {
  const electrodes: Electrodes = { source: recording.source };
  const shown = (set: TunedSet): Presentations => presentationsOf(recording.coords, set);
  const { blank, positions, orientation } = shown("orientation");

  it("find Brain-Score's receptive fields, and none where nothing drives a unit", async () => {
    const fields = await receptiveFields(electrodes, blank, positions);
    near(fields.y, expected.y);
    near(fields.x, expected.x);
    expect(expected.y.filter((y) => y === null).length).toBeGreaterThan(0);
    expect(unitsNear(fields, orientation.position)).toEqual(expected.kept);
  });

  it("have Brain-Score's scale to spikes/s", async () => {
    const { slope, offset } = await spikeScale(electrodes, blank, orientation, expected.kept);
    near([slope, offset], [expected.slope, expected.offset]);
  });

  it.each(PROPERTIES)("give Brain-Score's %s of each unit", async (name) => {
    const { own } = shown(TUNING_PROPERTIES[name].set);
    const rates = await ratesOf(electrodes, blank, own, expected.kept, expected);
    near(propertyOf(name, rates, own), expected.properties[name].values);
  });
});

describe("a distribution", () => {
  const histogram = (name: PropertyName) => {
    const { edges, counts, undefined_cells } = golden.histograms[name];
    return { edges, counts, undefinedCells: undefined_cells };
  };

  it.each(PROPERTIES)("of %s compares as in Brain-Score when that is seeded", (name) => {
    const data = histogram(name);
    for (const { properties } of Object.values(golden.answers)) {
      const expected = properties[name];
      const bins = expected.values.map((value) => binOf(data, value ?? Number.NaN));
      const { value, error } = bootstrapSimilarity(bins, data, 1000);
      near([value, error], [expected.raw, expected.error]);
      const ceiling = bootstrapSimilarity(binsOfCells(data), data, 1000);
      near([ceiling.value, ceiling.error], [expected.ceiling, expected.ceiling_error]);
      near([value / ceiling.value], [expected.score]);
      const shares = (of: readonly number[]) => sharesOf(of, data.counts.length);
      near([ksSimilarity(shares(bins), shares(binsOfCells(data)))], [expected.exact]);
    }
  });

  it("is worth 0 where more than a hundred draws have no value", () => {
    const data = { ...histogram("preferred_orientation"), counts: [4, 0, 0, 0] };
    for (const { defined, of, value, error } of golden.undefined_draws) {
      const bins = Array.from({ length: of }, (_, i) => (i < defined ? binOf(data, 10) : -1));
      expect(bootstrapSimilarity(bins, data, 1000)).toEqual({ value, error });
    }
  });

  it("puts values beyond its bins into the outermost ones, and the last edge into the last", () => {
    const data = { edges: [0, 1, 2], counts: [1, 1], undefinedCells: 0 };
    expect([-1, 0, 0.5, 1, 2, 3, Number.NaN].map((value) => binOf(data, value))).toEqual([0, 0, 0, 1, 1, 1, -1]);
  });
});

describe("a spline", () => {
  it("through points of a cubic is that cubic", () => {
    const coefficient = fc.integer({ min: -9, max: 9 });
    fc.assert(
      fc.property(
        fc.tuple(coefficient, coefficient, coefficient, coefficient),
        fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 4, maxLength: 12 }),
        ([a, b, c, d], at) => {
          const cubic = (x: number) => a + b * x + c * x ** 2 + d * x ** 3;
          const knots = at.map((x) => x / 10).sort((x, y) => x - y);
          const places = [0, 0.33, 1.7, 2.5, 4];
          const found = splineThrough(knots, places)(knots.map(cubic));
          for (const [i, place] of places.entries()) expect(found[i]).toBeCloseTo(cubic(place), 6);
        },
      ),
    );
  });
});

describe("a stimulus table", () => {
  const { coords } = recordNeurons(REDUCED, 1, seed);
  const rows = [...Array(coords.set?.values.length ?? 0).keys()];
  const faults = (change: (coords: Record<string, Coordinate>) => void, set: TunedSet = "size") => {
    const changed = { ...coords };
    change(changed);
    return presentationFaults(changed, set).join(" ");
  };
  const only = (keep: (row: number) => boolean) => (changed: Record<string, Coordinate>) => {
    for (const [name, { dim, values }] of Object.entries(changed))
      changed[name] = { dim, values: values.filter((_, i) => keep(i)) };
  };
  const write = (name: string, row: number, value: string | number | null) => (changed: Record<string, Coordinate>) => {
    changed[name] = { dim: "presentation", values: (coords[name]?.values ?? []).with(row, value) };
  };
  const firstOf = (set: string) => coords.set?.values.indexOf(set) ?? -1;

  it("of the protocol has no fault", () => {
    for (const set of ["orientation", "spatial_frequency", "size"] as const)
      expect(presentationFaults(coords, set)).toEqual([]);
  });

  it("need not hold the sets that a property does without", () => {
    const without = only(
      (row) => coords.set?.values[row] !== "size" && coords.set?.values[row] !== "spatial_frequency",
    );
    expect(faults(without, "orientation")).toBe("");
    expect(faults(without)).toContain("No stimulus has the set “size”");
  });

  it.each([
    ["a column that is absent", "lacks “phase”", (c: Record<string, Coordinate>) => delete c.phase],
    ["two blanks", "grey screen; the table has 2", write("set", firstOf("size"), "blank")],
    ["a cell without a number", "have no number as “radius”", write("radius", firstOf("size"), "wide")],
    ["a hole among the positions", "every pair of positions", only((row) => row < 1 || row > 4)],
    ["a grating that is lacking", "exactly once", only((row) => row !== rows.length - 1)],
    ["a grating that stands twice", "exactly once", write("phase", firstOf("size"), 90)],
    ["a grating elsewhere", "do not share one position", write("position_x", firstOf("size"), 0)],
  ])("is refused for %s", (_, sentence, change) => {
    expect(faults(change)).toContain(sentence);
  });

  it("is refused for too few frequencies for a curve", () => {
    const some = new Set([...new Set(coords.spatial_frequency?.values)].slice(0, 4));
    const few = only(
      (row) =>
        coords.set?.values[row] !== "spatial_frequency" || some.has(coords.spatial_frequency?.values[row] ?? null),
    );
    expect(faults(few, "spatial_frequency")).toContain("at least 4 values of spatial_frequency");
  });
});
