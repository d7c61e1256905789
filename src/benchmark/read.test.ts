import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import { decodeImage } from "../stimuli/decode.ts";
import type { BehavioralBenchmark, BenchmarkPackage } from "./benchmark.ts";
import { MAX_FAULTS } from "./findings.ts";
import { readPackage } from "./read.ts";
import {
  behavioral,
  FITTING,
  type Files,
  MANIFEST,
  manifest,
  ODD_ONE_OUT,
  oddOneOut,
  PICKS,
  PROBABILITIES,
  packageFiles,
  picture,
  RESPONSES,
  STIMULI,
  TRIPLETS,
  zip,
} from "./sound.fixture.ts";

async function read(changes: Files = {}): Promise<BenchmarkPackage> {
  return readPackage(new Blob([await zip(packageFiles(changes))]), { fileName: "p.zip" });
}

async function benchmark(changes: Files = {}): Promise<BehavioralBenchmark> {
  return behavioral((await read(changes)).benchmarks[0]);
}

async function faults(changes: Files): Promise<readonly Fault[]> {
  const thrown: unknown = await read(changes).catch((error: unknown) => error);
  if (thrown instanceof GapscopeError) return thrown.faults;
  throw new Error("not refused");
}

describe("readPackage", () => {
  it("reads the sound package", async () => {
    const { fileName, benchmarks, notices } = await read();
    expect({ fileName, notices, count: benchmarks.length }).toEqual({ fileName: "p.zip", notices: [], count: 1 });
    expect(benchmarks[0]).toMatchObject({
      track: "behavioral",
      identifier: "Fixture2026-error_consistency",
      folder: "",
      numberOfTrials: 1,
      task: { name: "label", choices: ["cat", "dog"] },
      metric: { name: "error_consistency", options: {} },
      ceiling: { name: "metric", options: {} },
      excluded: { stimuli: 0, responses: 0 },
      stimulusSet: { identifier: "Fixture2026-error_consistency", visualDegrees: [8, 8, 8, 8] },
    });
    const stimulus = benchmarks[0]?.stimulusSet.stimuli[1];
    expect(stimulus).toMatchObject({
      id: "s2",
      file: "stimuli/2.png",
      format: "png",
      mode: "RGB",
      width: 8,
      height: 8,
    });
    expect(stimulus?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(new Uint8Array((await stimulus?.bytes.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(picture(20));
  });

  it("gives responses the stimulus's truth and condition", async () => {
    const { responses } = await benchmark();
    expect(responses.columns.truth?.text).toEqual(["cat", "cat", "dog", "dog", "cat", "cat", "dog", "dog"]);
    expect(responses.columns.condition).toMatchObject({ dtype: "int64", values: [0, 1, 0, 1, 0, 1, 0, 1] });
  });

  it("gives stimuli the truth that only the responses have", async () => {
    const truth: Record<string, string> = { s1: "cat", s2: "cat", s3: "dog", s4: "dog" };
    const { stimulusSet } = await benchmark({
      "stimuli.csv": "stimulus_id,filename\ns1,1.png\ns2,2.png\ns3,3.png\ns4,4.png\n",
      "responses.csv": RESPONSES.trim()
        .split("\n")
        .map((line, i) => `${line},${i === 0 ? "truth" : truth[line.slice(0, 2)]}`)
        .join("\n"),
    });
    expect(stimulusSet.table.columns.truth?.values).toEqual(["cat", "cat", "dog", "dog"]);
  });

  it("ignores what operating systems leave behind, and one root folder", async () => {
    const files = Object.fromEntries(
      Object.entries(packageFiles()).map(([name, content]) => [`my set/${name}`, content]),
    );
    const junk = { "__MACOSX/my set/._1.png": "x", "my set/.DS_Store": "x", "my set/stimuli/Thumbs.db": "x" };
    const bytes = await zip({ ...files, ...junk });
    const found = await readPackage(new Blob([bytes]), { fileName: "p.zip" });
    expect(found.benchmarks[0]).toEqual(await benchmark());
    expect(found.notices).toEqual([]);
  });

  it("reads several manifests that share tables", async () => {
    const set = { ...MANIFEST.stimulus_set, table: "../stimuli.csv", images: "../stimuli", visual_degrees: null };
    const second = manifest({ identifier: "B", stimulus_set: set, data: { table: "../responses.csv" } });
    const { benchmarks } = await read({ "b/benchmark.json": second });
    expect(benchmarks.map(({ identifier, folder }) => [identifier, folder])).toEqual([
      ["Fixture2026-error_consistency", ""],
      ["B", "b"],
    ]);
    expect(benchmarks[1]?.stimulusSet.visualDegrees).toBeNull();
  });

  it.each([[0], ["0"], [0.0]])("leaves out the condition %j", async (value) => {
    const found = await benchmark({ "benchmark.json": manifest({ exclude: { condition: [value] } }) });
    expect(found.stimulusSet.stimuli.map(({ id }) => id)).toEqual(["s2", "s4"]);
    expect(found.stimulusSet.table.columns.truth?.values).toEqual(["cat", "dog"]);
    expect(found.stimulusSet.visualDegrees).toEqual([8, 8]);
    expect(found.responses.columns.stimulus_id?.values).toEqual(["s2", "s4", "s2", "s4"]);
    expect(found.excluded).toEqual({ stimuli: 2, responses: 4 });
  });

  it("leaves out a boolean by its word as written", async () => {
    const stimuli = STIMULI.replaceAll(/0$/gm, "True").replaceAll(/1$/gm, "False");
    const exclude = { condition: ["True"] };
    const found = await benchmark({ "benchmark.json": manifest({ exclude }), "stimuli.csv": stimuli });
    expect(found.stimulusSet.stimuli.map(({ id }) => id)).toEqual(["s2", "s4"]);
  });

  it("leaves out a subject by a column of the responses alone", async () => {
    const found = await benchmark({ "benchmark.json": manifest({ exclude: { subject: ["bob"] } }) });
    expect(found.excluded).toEqual({ stimuli: 0, responses: 4 });
  });

  it("sorts choices from a column by code point", async () => {
    const found = await benchmark({
      "benchmark.json": manifest({ task: { name: "label", choices: { from: "truth" } } }),
      "stimuli.csv": STIMULI.replaceAll("cat", "éa").replaceAll("dog", "Zb"),
    });
    expect(found.task).toEqual({ name: "label", choices: ["Zb", "éa"] });
  });

  it("takes degrees from the column", async () => {
    const found = await benchmark({
      "benchmark.json": manifest({ stimulus_set: { table: "stimuli.csv", images: "stimuli/" } }),
      "stimuli.csv": STIMULI.replace("condition", "degrees").replaceAll(/\d$/gm, "2.5"),
    });
    expect(found.stimulusSet.visualDegrees).toEqual([2.5, 2.5, 2.5, 2.5]);
  });

  it("counts answers that match no choice, and says which files nobody names", async () => {
    const { notices } = await read({
      "responses.csv": RESPONSES.replace("s1,ann,cat", "s1,ann,na").replace("s2,ann,dog", "s2,ann,"),
      "notes.txt": "x",
    });
    expect(notices.map(({ code, file }) => [code, file])).toEqual([
      ["responses-not-choices", "responses.csv"],
      ["unused-files", "notes.txt"],
    ]);
    expect(notices[0]?.message).toContain("2 of 8");
  });

  it("decodes identical pictures once", async () => {
    let decoded = 0;
    const bytes = await zip(packageFiles({ "stimuli/2.png": picture(10), "stimuli/3.png": picture(10) }));
    const decode = (image: Uint8Array) => {
      decoded += 1;
      return decodeImage(image);
    };
    const { benchmarks } = await readPackage(new Blob([bytes]), { fileName: "p.zip", decode });
    expect(decoded).toBe(2);
    expect(benchmarks[0]?.stimulusSet.stimuli.map(({ id, file }) => [id, file])).toContainEqual([
      "s3",
      "stimuli/3.png",
    ]);
  });

  it("reports progress over pictures, and stops when told to", async () => {
    const file = new Blob([await zip(packageFiles())]);
    const steps: [number, number][] = [];
    await readPackage(file, { fileName: "p.zip", onProgress: (done, total) => steps.push([done, total]) });
    expect(steps).toEqual([0, 1, 2, 3, 4].map((done) => [done, 4]));
    const stop = new AbortController();
    const onProgress = (done: number) => done === 2 && stop.abort();
    const reading = readPackage(file, { fileName: "p.zip", signal: stop.signal, onProgress });
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
  });

  it("reports faults of manifest, tables and pictures all at once", async () => {
    const found = await faults({
      "benchmark.json": manifest({
        metric: { name: "acuracy" },
        stimulus_set: { table: "stimuli.csv", images: "stimuli/" },
      }),
      "stimuli.csv": STIMULI.replace("s4", "s1").replace("2.png", "9.png"),
      "responses.csv": RESPONSES.replace("s1,ann", "s9,ann"),
      "stimuli/3.png": "text",
    });
    expect(found.map(({ code }) => code).sort()).toEqual([
      "degrees-missing",
      "duplicate-stimulus-id",
      "missing-image",
      "not-an-image",
      "unknown-metric",
      "unknown-stimulus", // s9 of ann; s4 of ann and of bob
      "unknown-stimulus",
      "unknown-stimulus",
    ]);
  });

  it("closes a long list of faults with a count", async () => {
    const rows = Array.from({ length: MAX_FAULTS + 40 }, (_, i) => `t${i},missing${i}.png,cat,0`).join("\n");
    const found = await faults({
      "stimuli.csv": `stimulus_id,filename,truth,condition\n${rows}\n`,
      "responses.csv": "x,y\n",
    });
    // 540 pictures, and of responses.csv three columns and all rows, are missing.
    expect(found).toHaveLength(MAX_FAULTS + 1);
    expect(found.at(-1)).toMatchObject({ code: "more-faults", message: expect.stringContaining("44 more") });
  });

  it("lets what a decoder says in words of its own be a fault of the picture", async () => {
    const decode = () => Promise.reject(new Error("unreachable executed"));
    const bytes = await zip(packageFiles());
    await expect(readPackage(new Blob([bytes]), { fileName: "p.zip", decode })).rejects.toMatchObject({
      code: "package-refused",
      faults: [1, 2, 3, 4].map((n) => ({ code: "undecodable-image", file: `stimuli/${n}.png` })),
    });
  });
});

describe("the digest", () => {
  const digest = async (changes: Files = {}) => (await benchmark(changes)).digest;

  it("is of the form sha256-<hex>", async () => {
    expect(await digest()).toMatch(/^sha256-[0-9a-f]{64}$/);
  });

  it.each<[string, Files]>([
    [
      "another title",
      { "benchmark.json": manifest({ title: "T", description: "D", authors: ["A"], licence: "CC0", bibtex: "@" }) },
    ],
    ["a default spelt out", { "benchmark.json": manifest({ number_of_trials: 1, authors: [], exclude: {} }) }],
    ["line ends and a byte order mark", { "responses.csv": `\ufeff${RESPONSES.replaceAll("\n", "\r\n")}` }],
    ["a file that no manifest names", { "README.md": "hello" }],
  ])("stays with %s", async (_, changes) => {
    expect(await digest(changes)).toBe(await digest());
  });

  it("stays with another compression", async () => {
    const stored = await readPackage(new Blob([await zip(packageFiles(), "STORE")]), { fileName: "s.zip" });
    expect(stored.benchmarks[0]?.digest).toBe(await digest());
  });

  it.each<[string, Files]>([
    ["another response", { "responses.csv": RESPONSES.replace("s2,ann,dog", "s2,ann,cat") }],
    ["another image", { "stimuli/2.png": picture(21) }],
    ["another truth", { "stimuli.csv": STIMULI.replace("s2,2.png,cat", "s2,2.png,dog") }],
    ["another metric", { "benchmark.json": manifest({ metric: { name: "accuracy" } }) }],
    ["another option", { "benchmark.json": manifest({ metric: { name: "error_consistency", options: { a: 1 } } }) }],
    ["bounds", { "benchmark.json": manifest({ bounds: [0, null] }) }],
    [
      "other degrees",
      { "benchmark.json": manifest({ stimulus_set: { ...MANIFEST.stimulus_set, visual_degrees: 3 } }) },
    ],
    ["another order of choices", { "benchmark.json": manifest({ task: { name: "label", choices: ["dog", "cat"] } }) }],
  ])("changes with %s", async (_, changes) => {
    expect(await digest(changes)).not.toBe(await digest());
  });
});

describe("a probabilities task", () => {
  it("has fitting stimuli with their labels, pictures and degrees", async () => {
    const { task, stimulusSet } = await benchmark(PROBABILITIES);
    if (task.name !== "probabilities") throw new Error(task.name);
    const { identifier, stimuli, table, visualDegrees } = task.fittingStimuli;
    expect(identifier).toBe("Fixture2026-error_consistency-fitting_stimuli");
    expect(stimuli.map(({ id, file }) => [id, file])).toEqual([
      ["f1", "fitting/1.png"],
      ["f2", "fitting/2.png"],
      ["f3", "fitting/3.png"],
    ]);
    expect(table.columns.image_label?.text).toEqual(["dog", "dog", "cat"]);
    expect(visualDegrees).toEqual([4, 4, 4]);
    expect(stimulusSet.visualDegrees).toEqual([8, 8, 8, 8]);
  });

  it("counts answers that are no label", async () => {
    const { notices } = await read({
      ...PROBABILITIES,
      "responses.csv": RESPONSES.replace("s1,ann,cat", "s1,ann,cow"),
    });
    expect(notices.map(({ code }) => code)).toEqual(["responses-not-choices"]);
  });

  it.each<[string, Files]>([
    ["a label", { "fitting.csv": FITTING.replace("3.png,cat", "3.png,dog").replace("1.png,dog", "1.png,cat") }],
    ["a picture", { "fitting/2.png": picture(61) }],
  ])("has another digest with another %s of the fitting stimuli", async (_, changes) => {
    const { digest } = await benchmark(PROBABILITIES);
    expect((await benchmark({ ...PROBABILITIES, ...changes })).digest).not.toBe(digest);
  });
});

describe("an odd-one-out task", () => {
  it("has triplets and responses named alike", async () => {
    const { task, responses, stimulusSet } = await benchmark(oddOneOut());
    if (task.name !== "odd_one_out") throw new Error(task.name);
    expect(task.triplets.columns.stimulus_id?.text).toEqual(["s1|s2|s3", "s1|s3|s4"]);
    expect(responses.columns.stimulus_id?.text).toEqual(["s1|s2|s3", "s1|s3|s4", "s1|s2|s3", "s1|s3|s4"]);
    expect(responses.columns.response?.text).toEqual(["s3", "s4", "s1", "na"]);
    expect(stimulusSet.stimuli).toHaveLength(4);
    expect((await read(oddOneOut())).notices.map(({ code }) => code)).toEqual(["responses-not-choices"]);
  });

  it("spells ids as the stimulus table does, and gives responses the triplet's truth", async () => {
    const files = oddOneOut();
    const numbers = (text: unknown): string => String(text).replaceAll(/s(?=\d)/g, "");
    const { task, responses } = await benchmark({
      ...files,
      "stimuli.csv": numbers(files["stimuli.csv"]).replaceAll(/^(?=\d)/gm, "0"),
      "triplets.csv": "a,b,c,truth\n1,2,3,03\n1,3,4,04\n",
      "responses.csv": numbers(PICKS),
    });
    if (task.name !== "odd_one_out") throw new Error(task.name);
    expect(task.triplets.columns.a).toMatchObject({ dtype: "int64", values: [1, 1], text: ["01", "01"] });
    expect(responses.columns.response?.text).toEqual(["03", "04", "01", "na"]);
    expect(responses.columns.truth?.text).toEqual(["03", "04", "03", "04"]);
  });

  it("leaves out the triplets and responses of a stimulus that is left out", async () => {
    const changes = {
      ...oddOneOut(),
      "benchmark.json": manifest({ ...ODD_ONE_OUT, exclude: { stimulus_id: ["s2"] } }),
    };
    const { task, responses, excluded } = await benchmark(changes);
    expect(task.name === "odd_one_out" && task.triplets.columns.stimulus_id?.text).toEqual(["s1|s3|s4"]);
    expect(responses.columns.response?.text).toEqual(["s4", "na"]);
    expect(excluded).toEqual({ stimuli: 1, responses: 2 });
  });

  it.each<[string, Files]>([
    ["triplets", { "triplets.csv": `${TRIPLETS}s2,s3,s4\n` }],
    [
      "similarity",
      { "benchmark.json": manifest({ ...ODD_ONE_OUT, task: { ...ODD_ONE_OUT.task, similarity_measure: "cosine" } }) },
    ],
  ])("has another digest with other %s", async (_, changes) => {
    const { digest } = await benchmark(oddOneOut());
    expect((await benchmark({ ...oddOneOut(), ...changes })).digest).not.toBe(digest);
  });
});

const DATA = new URL("../../../shared/data/", import.meta.url);
const has = (name: string) => existsSync(new URL(name, DATA));
const open = (name: string) => readPackage(new Blob([readFileSync(new URL(name, DATA))]), { fileName: name });

const EDGE = "geirhos2021-edge/geirhos2021-edge.zip";
describe.skipIf(!has(EDGE))("Geirhos 2021, edge (skipped where ../shared/data is missing)", () => {
  it("holds two benchmarks over 160 drawings and 1,600 decisions", async () => {
    const { benchmarks, notices } = await open(EDGE);
    expect(notices.map(({ code }) => code)).toEqual(["responses-not-choices"]); // once, though both benchmarks have it
    expect(
      benchmarks
        .map(behavioral)
        .map((it) => [
          it.identifier,
          it.stimulusSet.stimuli.length,
          it.responses.length,
          it.stimulusSet.visualDegrees?.[0],
        ]),
    ).toEqual([
      ["Geirhos2021edge-error_consistency", 160, 1600, 3],
      ["Geirhos2021edge-top1", 160, 1600, undefined],
    ]);
    const { response, truth } = behavioral(benchmarks[0]).responses.columns;
    const right = response?.text.filter((text, row) => text === truth?.text[row]).length ?? 0;
    expect(right / 1600).toBe(0.87125); // shared/data/README.md
  });
});
