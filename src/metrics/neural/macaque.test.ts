/** Real recordings, with the pictures' own pixels as the subject: reference/brainscore_macaque.py. */
import { existsSync, readFileSync } from "node:fs";
import JSZip from "jszip";
import { beforeAll, describe, expect, it } from "vitest";
import type { NeuroidAssembly } from "../../assembly/neuroids.ts";
import { readNpy } from "../../benchmark/neural/npy.ts";
import { centredKernel, centredTargets } from "../../numerics/kernel.ts";
import { fitPls } from "../../numerics/pls.ts";
import { nodeCodecs } from "../../stimuli/codecs.node.ts";
import { provideCodecs } from "../../stimuli/codecs.ts";
import { decodeImage } from "../../stimuli/decode.ts";
import { readGolden } from "../../testing/golden.ts";
import { activationsOf, context, products, recordingOf } from "../../testing/regression-recordings.ts";
import type { Recording } from "../neural-metric.ts";
import { neuralMetrics } from "./registry.ts";
import { averageRepetitions } from "./repetitions.ts";

const DATA = new URL("../../../../shared/data/macaque-v4/cowley2023-210325.zip", import.meta.url);
const [FEATURES, STEP] = [2000, 18];

interface Answer {
  readonly value: number;
  readonly error: number;
  readonly medians: readonly number[];
}

interface Golden {
  readonly metrics: Readonly<Record<string, Answer & { readonly double: Answer; readonly reordered?: number }>>;
  readonly iterations: readonly number[];
}

// reference/brainscore_macaque.py says the file's form.
const golden = readGolden("brainscore-macaque.json") as Golden;

describe.skipIf(!existsSync(DATA))("macaque V4 against Brain-Score (skipped where ../shared/data is missing)", () => {
  let source: Recording;
  let target: NeuroidAssembly;

  beforeAll(async () => {
    provideCodecs(nodeCodecs);
    const zip = await JSZip.loadAsync(readFileSync(DATA));
    const read = async (name: string) =>
      new Uint8Array((await zip.file(name)?.async("arraybuffer")) ?? new ArrayBuffer());
    const [, ...rows] = new TextDecoder()
      .decode(await read("stimuli.csv"))
      .trim()
      .split(/\r?\n/);
    const files = rows.map((row) => row.split(","));
    const ids = files.map(([id = ""]) => id);
    const values = new Float32Array(ids.length * FEATURES);
    for (const [i, [, file]] of files.entries()) {
      const { rgb } = await decodeImage(await read(`stimuli/${file}`));
      for (let j = 0; j < FEATURES; j++) values[i * FEATURES + j] = rgb[STEP * j] ?? Number.NaN;
    }
    source = recordingOf({ ids }, [activationsOf({ rows: ids.length, columns: FEATURES, values })]);
    const array = readNpy(await read("responses.npy"), "responses.npy");
    if ("code" in array) throw new Error(array.message);
    target = averageRepetitions(presentationsOf(array, ids));
  });

  it.each(["pls", "ridge"])("%s", async (name) => {
    const options = { stratification_coord: null };
    const metric = neuralMetrics.get(name);
    const expected = golden.metrics[name];
    if (metric === undefined || expected === undefined) throw new Error(name);
    expect(metric.check(target, options)).toEqual([]);
    const measured = await metric.compare(source, target, options, context);
    const differences = (answer: Answer): number[] => [
      Math.abs(measured.value - answer.value),
      Math.abs((measured.error ?? Number.NaN) - answer.error),
      ...answer.medians.map((median, i) => Math.abs((measured.repetitions?.[i] ?? Number.NaN) - median)),
    ];
    expect(Math.max(...differences(expected.double))).toBeLessThan(1e-9);
    // scikit-learn's float32: as near to it as it is to itself.
    expect(Math.max(...differences(expected))).toBeLessThanOrEqual(Math.max(1e-7, expected.reordered ?? 0));
  });

  it("takes the steps of scikit-learn's power method", async () => {
    const gram = (await source.bins[0]?.gram()) ?? new Float64Array();
    const train = Array.from({ length: 576 }, (_, i) => i);
    const kernel = centredKernel(gram, 640, train, []);
    const { values } = centredTargets(target.values.slice(0, 576 * 50), 576, 50);
    const fit = await fitPls(kernel.train, 576, { m: 50, columns: values }, 25, products);
    expect(fit.iterations).toEqual(golden.iterations);
  });
});

/** Stimuli × sites × repetitions as one presentation each. */
function presentationsOf(
  { shape, values }: { readonly shape: readonly number[]; readonly values: Float64Array },
  ids: readonly string[],
): NeuroidAssembly {
  const [stimuli = 0, sites = 0, repetitions = 0] = shape;
  const moved = new Float64Array(values.length);
  for (let i = 0; i < stimuli; i++)
    for (let j = 0; j < sites; j++)
      for (let r = 0; r < repetitions; r++)
        moved[(i * repetitions + r) * sites + j] = values[(i * sites + j) * repetitions + r] ?? Number.NaN;
  return {
    dims: ["presentation", "neuroid"],
    shape: [stimuli * repetitions, sites],
    values: moved,
    coords: {
      stimulus_id: { dim: "presentation", values: ids.flatMap((id) => new Array<string>(repetitions).fill(id)) },
      repetition: {
        dim: "presentation",
        values: ids.flatMap(() => Array.from({ length: repetitions }, (_, r) => r)),
      },
      neuroid_id: { dim: "neuroid", values: Array.from({ length: sites }, (_, j) => j) },
    },
  };
}
