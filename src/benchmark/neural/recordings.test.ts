import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { NeuroidAssembly, SimilarityAssembly } from "../../assembly/neuroids.ts";
import { isSimilarities } from "../../assembly/neuroids.ts";
import { type Fault, GapscopeError } from "../../faults/faults.ts";
import { REGISTERED } from "../../lab/archive-api.ts";
import { nodeCodecs } from "../../stimuli/codecs.node.ts";
import { provideCodecs } from "../../stimuli/codecs.ts";
import type { BenchmarkPackage, NeuralBenchmark } from "../benchmark.ts";
import { readPackage } from "../read.ts";
import { type Files, manifest, picture, STIMULI, zip } from "../sound.fixture.ts";
import {
  ASSEMBLY,
  assemblyFiles,
  golden,
  MATRICES,
  matrixFiles,
  NEURAL,
  NEUROIDS,
  neuralFiles,
  npyOf,
  PACKAGED_STIMULI,
  RDM,
  RESPONSES,
} from "./recorded.fixture.ts";

async function read(files: Files, options = {}): Promise<BenchmarkPackage> {
  return readPackage(new Blob([await zip(files)]), { fileName: "p.zip", ...options });
}

function neural({ benchmarks: [first] }: BenchmarkPackage): NeuralBenchmark {
  if (first?.track === "neural") return first;
  throw new Error("not neural");
}

async function neuroids(files: Files): Promise<NeuroidAssembly> {
  const { recordings } = neural(await read(files));
  if ("edges" in recordings || isSimilarities(recordings)) throw new Error("no responses");
  return recordings;
}

async function matrices(files: Files): Promise<SimilarityAssembly> {
  const { recordings } = neural(await read(files));
  if ("edges" in recordings || !isSimilarities(recordings)) throw new Error("no matrices");
  return recordings;
}

async function faults(files: Files, options = {}): Promise<readonly Fault[]> {
  const thrown: unknown = await read(files, options).catch((error: unknown) => error);
  if (thrown instanceof GapscopeError) return thrown.faults;
  throw new Error("not refused");
}

const of = (dim: string, values: readonly unknown[]) => ({ dim, values });

describe("an array", () => {
  it("becomes presentations × neuroids, without the repetitions that were not there", async () => {
    const benchmark = neural(await read(neuralFiles()));
    expect(benchmark).toMatchObject({
      track: "neural",
      identifier: "Fixture2026-error_consistency",
      recording: { region: "IT", timeBins: [[70, 170]] },
      averageRepetition: true,
      metric: { name: "pls", options: {} },
      excluded: { stimuli: 0, presentations: 0 },
    });
    expect(benchmark.recordings).toEqual({
      dims: ["presentation", "neuroid"],
      shape: [7, 3],
      values: Float64Array.of(0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11, 12, 14, 16, 13, 15, 17, 18, 20, 22),
      coords: {
        stimulus_id: of("presentation", ["s1", "s1", "s2", "s2", "s3", "s3", "s4"]),
        repetition: of("presentation", [0, 1, 0, 1, 0, 1, 0]),
        filename: of("presentation", ["1.png", "1.png", "2.png", "2.png", "3.png", "3.png", "4.png"]),
        truth: of("presentation", ["cat", "cat", "cat", "cat", "dog", "dog", "dog"]),
        condition: of("presentation", [0, 0, 1, 1, 0, 0, 1]),
        neuroid_id: of("neuroid", ["a-1", "a-2", "b-1"]),
        animal: of("neuroid", ["Anna", "Anna", "Bert"]),
        depth: of("neuroid", [100, 200, null]),
      },
    });
  });

  it("without repetitions and without a table of neuroids numbers them", async () => {
    const data = { array: "responses.npy", average_repetition: false };
    const files = neuralFiles({
      "benchmark.json": manifest({ ...NEURAL, data }),
      "responses.npy": npyOf([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]),
    });
    expect(neural(await read(files)).averageRepetition).toBe(false);
    const { shape, values, coords } = await neuroids(files);
    expect([shape, values]).toEqual([[4, 2], Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8)]);
    expect(coords.neuroid_id).toEqual(of("neuroid", [0, 1]));
    expect(coords.repetition).toBeUndefined();
  });

  it("keeps a presentation that some neuroids lack", async () => {
    const some = RESPONSES.map((value, i) => (i === 3 ? Number.NaN : value));
    const { shape, values } = await neuroids(neuralFiles({ "responses.npy": npyOf(some, [4, 3, 2]) }));
    expect(shape).toEqual([7, 3]);
    expect([...values.slice(3, 6)]).toEqual([1, Number.NaN, 5]);
  });

  it.each([
    [{ condition: [0] }, [3, 3], ["s2", "s2", "s4"], { stimuli: 2, presentations: 4 }],
    [{ repetition: [1] }, [4, 3], ["s1", "s2", "s3", "s4"], { stimuli: 0, presentations: 3 }],
    [{ neuroid_id: ["a-2"] }, [7, 2], ["s1", "s1", "s2", "s2", "s3", "s3", "s4"], { stimuli: 0, presentations: 0 }],
    [{ animal: ["Anna"], truth: ["dog"] }, [4, 1], ["s1", "s1", "s2", "s2"], { stimuli: 2, presentations: 3 }],
    [{ depth: [null] }, [7, 2], ["s1", "s1", "s2", "s2", "s3", "s3", "s4"], { stimuli: 0, presentations: 0 }],
  ])("leaves out %j", async (exclude, shape, ids, excluded) => {
    const benchmark = neural(await read(neuralFiles({ "benchmark.json": manifest({ ...NEURAL, exclude }) })));
    expect(benchmark.recordings).toMatchObject({ shape, coords: { stimulus_id: { values: ids } } });
    expect(benchmark.stimulusSet.stimuli.map(({ id }) => id)).toEqual([...new Set(ids)]);
    expect(benchmark.excluded).toEqual(excluded);
  });
});

describe("an assembly", () => {
  it("gets the stimuli's columns, after its own", async () => {
    const { dims, shape, coords } = await neuroids(assemblyFiles());
    expect([dims, shape]).toEqual([
      ["presentation", "neuroid", "time_bin"],
      [18, 5, 2],
    ]);
    expect(Object.keys(coords)).toEqual(
      "stimulus_id repetition block reaction filename truth condition neuroid_id region animal column time_bin_start time_bin_end".split(
        " ",
      ),
    );
    const truths: Record<string, string> = { im0: "a", im1: "a", größe: "b", "im 3": "b", π4: "c", im5: "c" };
    expect(coords.truth?.values).toEqual(coords.stimulus_id?.values.map((id) => truths[String(id)]));
  });

  it("selected by its own coordinates and by the stimuli's columns leaves out stimuli that are not left", async () => {
    const select = { region: ["IT"], time_bin_start: [70], truth: ["a", "b"], repetition: [0, 2] };
    const recording = { region: "IT", time_bins: [[70, 170]] };
    const files = assemblyFiles({
      "benchmark.json": manifest({ ...ASSEMBLY, recording, data: { assembly: "assembly.nc", select } }),
    });
    const { dims, shape, coords } = await neuroids(files);
    expect([dims, shape]).toEqual([
      ["presentation", "neuroid"],
      [8, 2],
    ]);
    expect(new Set(coords.stimulus_id?.values)).toEqual(new Set(["im0", "im1", "größe", "im 3"]));
    expect(coords.time_bin_start).toBeUndefined();
    const { stimulusSet } = neural(await read(files));
    expect(stimulusSet.stimuli.map(({ id }) => id)).toEqual(["im0", "im1", "größe", "im 3"]);
  });

  it("with columns of its own wins over the stimuli's", async () => {
    const files = assemblyFiles({ "stimuli.csv": PACKAGED_STIMULI.replace("condition", "block") });
    expect((await neuroids(files)).coords.block?.values.every((value) => typeof value === "boolean")).toBe(true);
  });

  it("leaves out a column that is named as a coordinate of neuroids, and says so", async () => {
    const { notices } = await read(assemblyFiles({ "stimuli.csv": PACKAGED_STIMULI.replace("condition", "animal") }));
    expect(notices).toContainEqual(expect.objectContaining({ code: "coordinate-conflict", column: "animal" }));
  });

  it("says which regions are compared with the subject's", async () => {
    const { notices } = await read(assemblyFiles());
    expect(notices.map(({ code }) => code)).toEqual(["other-region"]);
    expect(notices[0]?.message).toContain("V4, IT");
  });

  it("of similarities is a matrix for each subject", async () => {
    const data = { assembly: "assembly.nc", select: { region: ["V4"] } };
    const recording = { region: "V4", time_bins: [[0, 250]] };
    const more = { recording, data, metric: { name: "rdm" }, ceiling: { name: "rsa_ceiling" } };
    const found = await matrices(
      assemblyFiles({ "benchmark.json": manifest({ ...ASSEMBLY, ...more }), "assembly.nc": golden("similarities.nc") }),
    );
    expect(found).toMatchObject({
      shape: [2, 6, 6],
      kind: "similarity",
      coords: { subject: { values: ["one", "two"] } },
    });
  });
});

describe("dissimilarities", () => {
  it("are of each subject, and have the stimuli's columns", async () => {
    expect(await matrices(matrixFiles())).toEqual({
      dims: ["subject", "presentation", "presentation"],
      shape: [2, 4, 4],
      values: Float64Array.from(RDM),
      kind: "dissimilarity",
      coords: {
        stimulus_id: of("presentation", ["s1", "s2", "s3", "s4"]),
        filename: of("presentation", ["1.png", "2.png", "3.png", "4.png"]),
        truth: of("presentation", ["cat", "cat", "dog", "dog"]),
        condition: of("presentation", [0, 1, 0, 1]),
        subject: of("subject", [0, 1]),
      },
    });
  });

  it("of one subject need no third axis, and may have no diagonal", async () => {
    const one = RDM.slice(16).map((value, i) => (i % 5 === 0 ? Number.NaN : value));
    const found = await matrices(matrixFiles({ "rdm.npy": npyOf(one, [4, 4]) }));
    expect(found).toMatchObject({ shape: [1, 4, 4], kind: "dissimilarity" });
  });

  it("lose rows and columns of stimuli that are left out", async () => {
    const files = matrixFiles({
      "benchmark.json": manifest({ ...MATRICES, exclude: { stimulus_id: ["s2"], subject: [0] } }),
    });
    expect(await matrices(files)).toMatchObject({
      shape: [1, 3, 3],
      values: Float64Array.of(0, 3, 4, 3, 0, 2, 4, 2, 0),
    });
  });
});

describe("faults", () => {
  const file = "responses.npy";
  const array = (values: readonly number[], shape: readonly number[]): Files => ({ [file]: npyOf(values, shape) });
  const with_ = (more: object): Files => ({ "benchmark.json": manifest({ ...NEURAL, ...more }) });
  const assembly = (more: object): Files => assemblyFiles({ "benchmark.json": manifest({ ...ASSEMBLY, ...more }) });
  const ids = (from: string, to: string): Files => assemblyFiles({ "stimuli.csv": PACKAGED_STIMULI.replace(from, to) });
  const changed = (values: readonly number[], at: number, value: number) => values.with(at, value);

  it.each<[string, Files, readonly Partial<Fault>[]]>([
    [
      "an array for other stimuli",
      neuralFiles(array(RESPONSES.slice(6), [3, 3, 2])),
      [{ code: "array-shape", file, value: "3 × 3 × 2" }],
    ],
    ["an array of one axis", neuralFiles(array([1, 2, 3, 4], [4])), [{ code: "array-shape", file }]],
    [
      "a table of too few neuroids",
      neuralFiles({ "neuroids.csv": NEUROIDS.replace(/b-1.*\n/, "") }),
      [{ code: "neuroid-count", file: "neuroids.csv", value: "2 rows" }],
    ],
    [
      "a neuroid twice",
      neuralFiles({ "neuroids.csv": NEUROIDS.replace("a-2", "a-1") }),
      [{ code: "duplicate-neuroid-id", field: "neuroid_id", value: "a-1" }],
    ],
    [
      "a neuroid without id",
      neuralFiles({ "neuroids.csv": NEUROIDS.replace("a-2", "") }),
      [{ code: "missing-neuroid-id" }],
    ],
    [
      "neuroids without a column of ids",
      neuralFiles({ "neuroids.csv": NEUROIDS.replace("neuroid_id", "id") }),
      [{ code: "missing-column", file: "neuroids.csv", column: "neuroid_id" }],
    ],
    [
      "infinite values",
      neuralFiles(array(RESPONSES.with(5, Infinity).with(9, -Infinity), [4, 3, 2])),
      [
        {
          code: "not-finite",
          file,
          message: "2 values are infinite.",
          value: "Infinity, at stimulus “s1”, neuroid “b-1”",
        },
      ],
    ],
    [
      "a neuroid and a stimulus without values",
      neuralFiles(
        array(
          RESPONSES.map((value, i) => (i % 6 < 2 || (i >= 6 && i < 12) ? Number.NaN : value)),
          [4, 3, 2],
        ),
      ),
      [
        { code: "silent-neuroid", value: "a-1", remedy: 'Leave it out: "exclude": {"neuroid_id": ["a-1"]}.' },
        { code: "stimulus-without-data", file, value: "s2" },
      ],
    ],
    [
      "several time bins for an array",
      neuralFiles(
        with_({
          recording: {
            region: "IT",
            time_bins: [
              [70, 170],
              [170, 270],
            ],
          },
        }),
      ),
      [{ code: "time-bins", expected: "[70, 170], [170, 270]" }],
    ],
    [
      "other time bins than the assembly's",
      assembly({
        recording: {
          region: "IT",
          time_bins: [
            [70, 170],
            [170, 300],
          ],
        },
      }),
      [{ code: "time-bins", file: "assembly.nc", value: "[70, 170], [170, 270]", expected: "[70, 170], [170, 300]" }],
    ],
    [
      "fewer time bins than the assembly's",
      assembly({ recording: { region: "IT", time_bins: [[70, 170]] } }),
      [{ code: "time-bins" }],
    ],
    [
      "a stimulus that only the assembly has",
      ids("im5,6.png,c,1\n", ""),
      [{ code: "unknown-stimulus", file: "assembly.nc", value: "im5" }],
    ],
    [
      "a stimulus that the assembly has not",
      ids("im5,", "im6,"),
      [
        { code: "unknown-stimulus", value: "im5", remedy: "Did you mean “im0”?" },
        { code: "stimulus-without-data", file: "stimuli.csv", line: 7, value: "im6" },
      ],
    ],
    [
      "text ids for numbers",
      assemblyFiles({ "assembly.nc": golden("integers.nc") }),
      [{ code: "stimulus-id-mismatch", file: "assembly.nc" }],
    ],
    [
      "a selection of nothing that is there",
      assembly({ data: { assembly: "assembly.nc", select: { region: ["V1"], subject: ["x"] } } }),
      [{ code: "no-such-value", file: "assembly.nc", field: "region", value: "V1" }],
    ],
    [
      "a selection by nothing that is there",
      assembly({ data: { assembly: "assembly.nc", select: { regions: ["V1"] } } }),
      [{ code: "no-such-coordinate", field: "data.select.regions", remedy: "Did you mean “region”?" }],
    ],
    [
      "an exclusion by nothing that is there",
      neuralFiles(with_({ exclude: { animals: ["Anna"] } })),
      [{ code: "no-such-column", field: "exclude.animals", remedy: "Did you mean “animal”?" }],
    ],
    [
      "an exclusion of all neuroids",
      neuralFiles(with_({ exclude: { animal: ["Anna", "Bert"] } })),
      [{ code: "exclude-everything", message: "The exclusions and selections leave no neuroid." }],
    ],
    [
      "an array that is not there",
      neuralFiles({ [file]: null, "Responses.npy": npyOf(RESPONSES, [4, 3, 2]) }),
      [{ code: "missing-recordings", file: "benchmark.json", field: "data.array" }],
    ],
    [
      "a path that leaves the zip",
      neuralFiles(with_({ data: { array: "../responses.npy" } })),
      [{ code: "path-leaves-zip", field: "data.array" }],
    ],
    ["an array that is none", neuralFiles({ [file]: "text" }), [{ code: "npy-not-npy", file }]],
    [
      "an assembly that is cut",
      assemblyFiles({ "assembly.nc": golden("assy_made_Up2026.nc").slice(0, 9000) }),
      [{ code: "netcdf-damaged", file: "assembly.nc" }],
    ],
    [
      "an assembly of answers",
      assemblyFiles({ "assembly.nc": golden("answers.nc") }),
      [{ code: "netcdf-not-numbers" }],
    ],
    [
      "matrices for other stimuli",
      matrixFiles({ "rdm.npy": npyOf(RDM.slice(0, 18), [2, 3, 3]) }),
      [{ code: "rdm-shape", file: "rdm.npy", value: "2 × 3 × 3" }],
    ],
    [
      "a matrix that is not symmetric",
      matrixFiles({ "rdm.npy": npyOf(changed(RDM, 17, 9), [2, 4, 4]) }),
      [{ code: "rdm-asymmetric", value: "9 and 2", message: expect.stringContaining("“s1” and “s2”") }],
    ],
    [
      "a matrix with a hole",
      matrixFiles({ "rdm.npy": npyOf(changed(RDM, 2, Number.NaN), [2, 4, 4]) }),
      [{ code: "not-finite", message: expect.stringContaining("subject 0") }],
    ],
    [
      "similarities for dissimilarities",
      matrixFiles({
        "rdm.npy": npyOf(
          RDM.map((value) => 1 - value / 10),
          [2, 4, 4],
        ),
      }),
      [{ code: "rdm-similarities" }],
    ],
    [
      "several time bins of matrices",
      matrixFiles({
        "benchmark.json": manifest({
          ...MATRICES,
          recording: {
            region: "IT",
            time_bins: [
              [0, 1],
              [1, 2],
            ],
          },
        }),
      }),
      [{ code: "time-bins" }],
    ],
    [
      "a subject twice",
      assemblyFiles({
        "benchmark.json": manifest({
          ...ASSEMBLY,
          recording: { region: "IT", time_bins: [[0, 250]] },
          metric: { name: "rdm" },
        }),
        "assembly.nc": golden("similarities.nc"),
      }),
      [
        { code: "duplicate-subject", field: "subject", value: "one" },
        { code: "duplicate-subject", value: "two" },
      ],
    ],
    [
      "a behavioural metric",
      neuralFiles(with_({ metric: { name: "accuracy" } })),
      [{ code: "unknown-metric", message: expect.stringContaining("neural") }],
    ],
    [
      "an unknown ceiling",
      neuralFiles(with_({ ceiling: { name: "internal-consistency" } })),
      [{ code: "unknown-ceiling", remedy: "Did you mean “internal_consistency”?" }],
    ],
    [
      "a ceiling of a metric that has none",
      neuralFiles(with_({ ceiling: { name: "metric" } })),
      [{ code: "unknown-ceiling" }],
    ],
  ])("%s", async (_, files, expected) => {
    const found = await faults(files);
    expect(found).toMatchObject(expected);
    expect(found).toHaveLength(expected.length);
    for (const fault of found) expect(fault.remedy ?? fault.expected).toBeTruthy();
  });

  it("of tables, recordings and pictures come all at once", async () => {
    const found = await faults(
      neuralFiles({
        "benchmark.json": manifest({ ...NEURAL, metric: { name: "plss" } }),
        "stimuli.csv": STIMULI.replace("4.png", "5.png"),
        "neuroids.csv": NEUROIDS.replace("a-2", "a-1"),
        "stimuli/2.png": "text",
      }),
    );
    expect(found.map(({ code }) => code).sort()).toEqual([
      "duplicate-neuroid-id",
      "missing-image",
      "not-an-image",
      "unknown-metric",
    ]);
  });

  it("of a metric that nobody could reproduce say why", async () => {
    const files = neuralFiles({ "benchmark.json": manifest({ ...NEURAL, metric: { name: "mask_regression" } }) });
    expect(await faults(files, { known: REGISTERED })).toContainEqual(
      expect.objectContaining({ code: "irreproducible-metric", message: expect.stringContaining("random weights") }),
    );
  });

  it("of metric and ceiling are said before any model runs", async () => {
    const files = neuralFiles({
      "benchmark.json": manifest({ ...NEURAL, data: { array: "responses.npy" } }),
      "responses.npy": npyOf([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]),
    });
    const found = await faults(files, { known: REGISTERED });
    expect(new Set(found.map(({ code, field }) => `${code} ${field}`))).toEqual(
      new Set(["metric-data metric.name", "ceiling-data ceiling.name"]),
    );
    expect(found.map(({ message }) => message).join(" ")).toMatch(/stimuli/);
    const options = { "benchmark.json": manifest({ ...NEURAL, metric: { name: "pls", options: { components: 3 } } }) };
    expect(await faults(neuralFiles(options), { known: REGISTERED })).toContainEqual(
      expect.objectContaining({ code: "metric-option", field: "metric.options.components" }),
    );
  });
});

describe("the digest of recordings", () => {
  const digest = async (files: Files) => neural(await read(files)).digest;
  const float32 = () => {
    const bytes = npyOf(RESPONSES, [4, 3, 2]).slice(0, 128 + 96);
    bytes.set(new TextEncoder().encode("{'descr': '<f4'"), 10);
    bytes.set(new Uint8Array(Float32Array.from(RESPONSES).buffer), 128);
    return bytes;
  };

  it("does not depend on how the numbers are stored", async () => {
    expect(await digest(neuralFiles({ "responses.npy": float32() }))).toBe(await digest(neuralFiles()));
  });

  it.each<[string, Files]>([
    ["another value", { "responses.npy": npyOf(RESPONSES.with(7, 0.5), [4, 3, 2]) }],
    ["another neuroid", { "neuroids.csv": NEUROIDS.replace("a-2", "a-3") }],
    ["another order of coordinates", { "neuroids.csv": NEUROIDS.replaceAll(/^([^,]*),([^,]*),/gm, "$2,$1,") }],
    [
      "another region",
      { "benchmark.json": manifest({ ...NEURAL, recording: { region: "V4", time_bins: [[70, 170]] } }) },
    ],
    ["another exclusion", { "benchmark.json": manifest({ ...NEURAL, exclude: { animal: ["Bert"] } }) }],
    [
      "no averaging",
      { "benchmark.json": manifest({ ...NEURAL, data: { ...NEURAL.data, average_repetition: false } }) },
    ],
    ["another picture", { "stimuli/1.png": picture(11) }],
  ])("changes with %s", async (_, changes) => {
    expect(await digest(neuralFiles(changes))).not.toBe(await digest(neuralFiles()));
  });
});

it("benchmarks of the same data have one copy of them", async () => {
  const set = { table: "../stimuli.csv", images: "../stimuli/", visual_degrees: 8 };
  const data = { array: "../responses.npy", neuroids: "../neuroids.csv" };
  const ridge = manifest({ ...NEURAL, identifier: "B", stimulus_set: set, data, metric: { name: "ridge" } });
  const less = manifest({ ...NEURAL, identifier: "C", stimulus_set: set, data, exclude: { animal: ["Bert"] } });
  const { benchmarks } = await read(neuralFiles({ "b/benchmark.json": ridge, "c/benchmark.json": less }));
  const [a, b, c] = benchmarks.map((benchmark) => benchmark.track === "neural" && benchmark.recordings);
  expect(b).toBe(a);
  expect(c).toMatchObject({ shape: [7, 2] });
});

const DATA = new URL("../../../../shared/data/", import.meta.url);
const has = (name: string) => existsSync(new URL(name, DATA));
const open = (name: string) =>
  readPackage(new Blob([readFileSync(new URL(name, DATA))]), { fileName: name, known: REGISTERED });

const V4 = "macaque-v4/cowley2023-210325.zip";
describe.skipIf(!has(V4))("macaque V4 (skipped where ../shared/data is missing)", () => {
  beforeAll(() => provideCodecs(nodeCodecs));

  it("is four benchmarks over 640 photographs and 50 neurons, without a fault", async () => {
    const { benchmarks, notices } = await open(V4);
    expect(notices).toEqual([]);
    expect(benchmarks.map(({ identifier }) => identifier)).toEqual(
      ["pls", "ridge", "rdm", "cka"].map((metric) => `Cowley2023.210325.V4-${metric}`),
    );
    for (const benchmark of benchmarks) {
      expect(benchmark).toMatchObject({ track: "neural", recordings: { shape: [4840, 50] } });
      expect(benchmark.stimulusSet.stimuli).toHaveLength(640);
    }
  });
});

const OBJECTS = "objects92/objects92.zip";
describe.skipIf(!has(OBJECTS))("92 objects (skipped where ../shared/data is missing)", () => {
  it("is dissimilarities of macaque and of four people, without a fault", async () => {
    const { benchmarks, notices } = await open(OBJECTS);
    expect(notices).toEqual([]);
    const recordings = benchmarks.map((benchmark) => benchmark.track === "neural" && benchmark.recordings);
    expect(recordings).toMatchObject([
      { kind: "dissimilarity", shape: [1, 92, 92] },
      { kind: "dissimilarity", shape: [4, 92, 92] },
    ]);
  });
});
