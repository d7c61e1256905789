/** Ceilings of published recordings, where ../shared/data has them, against Brain-Score's own code on the same files. */
import { existsSync, readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { NeuroidAssembly, SimilarityAssembly } from "../../assembly/neuroids.ts";
import { type NpyArray, readNpy } from "../../benchmark/neural/npy.ts";
import { spearman } from "../../numerics/ranks.ts";
import { readGolden } from "../../testing/golden.ts";
import { context } from "../../testing/regression-recordings.ts";
import { rdmsOfSimilarities, upperTriangle } from "./dissimilarity.ts";
import { neuralCeilings } from "./registry.ts";

interface Published {
  readonly macaque_v4: Readonly<Record<"value" | "error" | "predictor_consistency" | "predictor_error", number>>;
  readonly objects92: {
    readonly ceiling: number;
    readonly lower_bound: number;
    readonly macaque_to_people: readonly number[];
  };
}
const { published } = readGolden("brainscore-similarities.json") as { readonly published: Published }; // the script says so

const DATA = new URL("../../../../shared/data/", import.meta.url);
const V4 = new URL("macaque-v4/cowley2023-210325.zip", DATA);
const OBJECTS = new URL("objects92/objects92.zip", DATA);

function arrayOf(archive: URL, name: string): NpyArray {
  const file = unzipSync(readFileSync(archive), { filter: (entry) => entry.name === name })[name];
  if (file === undefined) throw new Error(`${archive} has no ${name}`);
  const array = readNpy(Uint8Array.from(file), name);
  if ("code" in array) throw new Error(array.message);
  return array;
}

describe.skipIf(!existsSync(V4))("macaque V4 (skipped where ../shared/data is missing)", () => {
  it("has the ceilings that Brain-Score gives it", async () => {
    const { shape, values } = arrayOf(V4, "responses.npy");
    const [n = 0, m = 0, repetitions = 0] = shape;
    expect(shape).toEqual([640, 50, 10]);
    const rows = Array.from({ length: n * repetitions }, (_, row) => row);
    const along = (dim: string, given: readonly number[]) => ({ dim, values: given });
    const data: NeuroidAssembly = {
      dims: ["presentation", "neuroid"],
      shape: [rows.length, m],
      values: Float64Array.from(
        rows.flatMap((row) => {
          const [stimulus, repetition] = [row % n, Math.floor(row / n)];
          return Array.from({ length: m }, (_, site) => values[(stimulus * m + site) * repetitions + repetition] ?? 0);
        }),
      ),
      coords: {
        // The ids of the package, image0001 and so on, sort as their numbers do.
        stimulus_id: along(
          "presentation",
          rows.map((row) => row % n),
        ),
        repetition: along(
          "presentation",
          rows.map((row) => Math.floor(row / n)),
        ),
        neuroid_id: along("neuroid", [...Array(m).keys()]),
      },
    };
    const expected = published.macaque_v4;
    const consistency = await neuralCeilings.get("internal_consistency")?.compute(data, {}, context);
    expect(consistency?.value).toBeCloseTo(expected.value, 9);
    expect(consistency?.value).toBeCloseTo(0.75946, 5); // numerics.md
    expect(consistency?.error).toBeCloseTo(expected.error, 9);
    expect(consistency?.notes).toEqual([]);
    expect(consistency?.by).toHaveLength(50);
    const predictor = await neuralCeilings.get("predictor_consistency")?.compute(data, {}, context);
    expect(predictor?.value).toBeCloseTo(expected.predictor_consistency, 9);
    expect(predictor?.error).toBeCloseTo(expected.predictor_error, 9);
  });
});

describe.skipIf(!existsSync(OBJECTS))("92 objects (skipped where ../shared/data is missing)", () => {
  const people = (name: string): SimilarityAssembly => {
    const { shape, values } = arrayOf(OBJECTS, name);
    const n = shape.at(-1) ?? 0;
    return {
      dims: ["subject", "presentation", "presentation"],
      shape: [shape.length === 3 ? (shape[0] ?? 0) : 1, n, n],
      values,
      coords: { stimulus_id: { dim: "presentation", values: [...Array(n).keys()] } },
      kind: "dissimilarity",
    };
  };

  it("of four people have the ceiling that Brain-Score gives them, and resemble the macaque's as scipy says", async () => {
    const human = people("human/human-it.npy");
    const ceiling = await neuralCeilings.get("rsa_ceiling")?.compute(human, {}, context);
    expect(ceiling?.value).toBeCloseTo(published.objects92.ceiling, 9);
    expect(ceiling?.notes?.[0]).toContain(published.objects92.lower_bound.toFixed(6));
    const order = [...Array(92).keys()];
    const [macaque] = rdmsOfSimilarities(people("macaque/macaque-it.npy"), order);
    const own = upperTriangle(macaque?.rdm ?? new Float64Array(), 92);
    for (const [i, { rdm }] of rdmsOfSimilarities(human, order).entries()) {
      expect(spearman(own, upperTriangle(rdm, 92))).toBeCloseTo(published.objects92.macaque_to_people[i] ?? 0, 9);
    }
    expect(neuralCeilings.get("rsa_ceiling")?.check(people("macaque/macaque-it.npy"), {})).toHaveLength(1);
  });
});
