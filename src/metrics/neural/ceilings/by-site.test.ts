import { describe, expect, it } from "vitest";
import type { NeuroidAssembly } from "../../../assembly/neuroids.ts";
import { context } from "../../../testing/regression-recordings.ts";
import { neuralCeilings } from "../registry.ts";
import { CEILINGS_BY_SITE } from "./by-site.ts";

const [STIMULI, REPETITIONS, SITES] = [12, 4, 3];
const rows = Array.from({ length: STIMULI * REPETITIONS }, (_, i) => [i % STIMULI, Math.floor(i / STIMULI)] as const);
const DATA: NeuroidAssembly = {
  dims: ["presentation", "neuroid"],
  shape: [rows.length, SITES],
  values: Float64Array.from(
    rows.flatMap(([stimulus, repetition]) =>
      Array.from({ length: SITES }, (_, site) => Math.sin(stimulus + site) + 0.3 * Math.sin(7 * stimulus * repetition)),
    ),
  ),
  coords: {
    stimulus_id: { dim: "presentation", values: rows.map(([stimulus]) => `s${stimulus}`) },
    repetition: { dim: "presentation", values: rows.map(([, repetition]) => repetition) },
    neuroid_id: { dim: "neuroid", values: ["a", "b", "c"] },
    subject: { dim: "neuroid", values: ["X", "X", "X"] },
  },
};

describe("ceilings by site", () => {
  it.each([...neuralCeilings.values()].map((ceiling) => [ceiling.name, ceiling] as const))(
    "%s has one of each site exactly where it is named",
    async (name, ceiling) => {
      if (ceiling.check(DATA, {}).length > 0) return expect(CEILINGS_BY_SITE.has(name)).toBe(false);
      const { by } = await ceiling.compute(DATA, {}, context);
      expect(by.map(({ neuroid_id }) => neuroid_id)).toEqual(
        CEILINGS_BY_SITE.has(name) ? ["a", "b", "c"] : by.map(() => undefined),
      );
    },
  );
});
