import { expect, it } from "vitest";
import type { NeuroidAssembly } from "../../assembly/neuroids.ts";
import { matrixFiles, neuralFiles, RESPONSES } from "../../benchmark/neural/recorded.fixture.ts";
import { benchmarkOf } from "./lesson.fixture.ts";
import { byResponse, recordedResponses, sitesOn } from "./recorded.ts";

async function neural(files: Parameters<typeof benchmarkOf>[0]) {
  const benchmark = await benchmarkOf(files);
  if (benchmark.track === "neural") return benchmark;
  throw new Error("not neural");
}

it("responses are means over repetitions, of those that were recorded", async () => {
  const recorded = recordedResponses(await neural(neuralFiles()));
  const expected = Array.from({ length: 4 }, (_, stimulus) =>
    Array.from({ length: 3 }, (_, site) => {
      const both = [0, 1].map((repetition) => RESPONSES[stimulus * 6 + site * 2 + repetition] ?? Number.NaN);
      const known = both.filter((value) => !Number.isNaN(value));
      return known.reduce((sum, value) => sum + value, 0) / known.length;
    }),
  );
  expect(recorded).toMatchObject({ sites: 3, timeBins: 1, repetitions: 2, means: expected });
});

it("dissimilarities are no responses to a stimulus", async () => {
  expect(recordedResponses(await neural(matrixFiles()))).toBeUndefined();
});

it("time bins are averaged too, and a site that was not recorded is not shown", async () => {
  const { stimulusSet } = await neural(neuralFiles());
  const recordings: NeuroidAssembly = {
    dims: ["presentation", "neuroid", "time_bin"],
    shape: [2, 2, 2],
    values: Float64Array.from([1, 3, Number.NaN, Number.NaN, 5, Number.NaN, Number.NaN, Number.NaN]),
    coords: { stimulus_id: { dim: "presentation", values: ["s2", "s1"] } },
  };
  const recorded = recordedResponses({ recordings, stimulusSet });
  if (recorded === undefined) throw new Error("no responses");
  expect(recorded.means.map((row) => row[0])).toEqual([5, 2, Number.NaN, Number.NaN]);
  expect(sitesOn(recorded, 0)).toEqual([{ value: 5, low: 2, high: 5 }]);
  expect(sitesOn(recorded, 3)).toEqual([{ value: Number.NaN, low: 2, high: 5 }]);
});

it("finds what the sites respond to most, least and least as usual", () => {
  const means = [
    [1, 2, 3],
    [3, 4, 5],
    [9, 1, 2],
    [0, 1, 2],
  ];
  const found = byResponse({ sites: 3, repetitions: 1, timeBins: 1, means });
  expect([...found].map(([why, rows]) => [why, rows[0]])).toEqual([
    ["strongest", 1],
    ["weakest", 3],
    ["unusual", 2],
  ]);
  expect(sitesOn({ sites: 3, repetitions: 1, timeBins: 1, means }, 2)).toEqual([
    { value: 1, low: 1, high: 4 },
    { value: 2, low: 2, high: 5 },
    { value: 9, low: 0, high: 9 },
  ]); // by their means over all stimuli: 2, 3, 3.25
});
