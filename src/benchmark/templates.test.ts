/**
 * The templates of public/templates/: they are current and listed, and each, filled with made-up files that have the
 * columns which its index entry asks for, is read and scored.
 *
 * People and subjects here are made up by a seeded generator, on pictures of one colour; nothing is anybody's data.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { groupBy } from "../assembly/table.ts";
import { type Fault, GapscopeError } from "../faults/faults.ts";
import { behavioralMetrics } from "../metrics/registry.ts";
import type { Score } from "../scoring/ceiled.ts";
import { ceilingOf, respond, scoreResponses } from "../scoring/score.ts";
import { RecordedSubject } from "../subject/recorded.ts";
import { noise } from "../testing/generator.ts";
import type { BehavioralBenchmark, BenchmarkPackage } from "./benchmark.ts";
import { parseCsv } from "./csv.ts";
import { KNOWN } from "./known.ts";
import { parseManifest } from "./manifest.ts";
import { readPackage } from "./read.ts";
import { behavioral, type Files, picture, zip } from "./sound.fixture.ts";
import { type IndexEntry, templateFiles } from "./templates.ts";

const FOLDER = new URL("../../public/templates/", import.meta.url);
const DOCS = readFileSync(new URL("../../docs/templates.md", import.meta.url), "utf8");
const INDEX = JSON.parse(readFileSync(new URL("index.json", FOLDER), "utf8")) as readonly IndexEntry[]; // the first test compares it with its source
const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = ({ file }: IndexEntry) => readFileSync(new URL(file, FOLDER), "utf8");

function manifestOf(entry: IndexEntry) {
  const { manifest, faults } = parseManifest(bytes(textOf(entry)), entry.file);
  if (manifest === undefined) throw new Error(JSON.stringify(faults));
  return manifest;
}

describe("public/templates", () => {
  it("is what the source says; npx tsx cli/templates.ts writes it anew", () => {
    const names = readdirSync(FOLDER).sort();
    const found = new Map(names.map((name) => [name, readFileSync(new URL(name, FOLDER), "utf8")]));
    expect(found).toEqual(new Map([...templateFiles()].sort(([a], [b]) => (a < b ? -1 : 1))));
  });

  it("lists every manifest once", () => {
    const manifests = readdirSync(FOLDER).filter((name) => name !== "index.json");
    expect(INDEX.map(({ file }) => file).sort()).toEqual(manifests.sort());
  });

  it("holds the benchmarks it is meant to", () => {
    const families = groupBy(INDEX, ({ parent }) => parent);
    expect(Object.fromEntries([...families].map(([parent, family]) => [parent, family.length]))).toEqual({
      Baker2022: 3,
      BMD2024: 4,
      Coggan2024: 1,
      Maniquet2024: 2,
      Hebart2023: 1,
      Ferguson2024: 14,
      Geirhos2021: 17,
      Rajalingham2018: 2,
      Lonnqvist2024: 3,
      Scialom2024: 2,
      Hermann2020: 2,
      ImageNet: 1,
    });
  });

  it.each(INDEX)("says of $name what its manifest says", (entry) => {
    const { identifier, title, parent, task, metric, ceiling, description, data, stimulus_set } = manifestOf(entry);
    expect({ name: identifier, title, parent, task: task?.name, metric: metric.name }).toEqual({
      name: entry.name,
      title: entry.title,
      parent: entry.parent,
      task: entry.task,
      metric: entry.metric,
    });
    if (ceiling.name === "constant") expect(ceiling.options.value).toBe(entry.reported_ceiling ?? 1);
    if (entry.reported_ceiling !== undefined) expect(description).toContain(`a ceiling of ${entry.reported_ceiling}.`);
    const named = [
      stimulus_set.table,
      task?.name === "probabilities" ? task.fitting_stimuli.table : undefined,
      task?.name === "odd_one_out" ? task.triplets : undefined,
      data !== undefined && "table" in data ? data.table : undefined,
    ];
    expect(entry.fill.map(({ file }) => file)).toEqual(named.filter((file) => file !== undefined));
  });

  it.each([...groupBy(INDEX, ({ parent }) => parent)].map(([parent, family]) => ({ parent, family })))(
    "docs/templates.md explains $parent",
    ({ parent, family }) => {
      const section = DOCS.split(/^## /m).find((text) => text.startsWith(parent)) ?? "";
      for (const { metric, reported_ceiling: ceiling, fill } of family) {
        expect(section).toContain(`\`${metric}\``);
        if (ceiling !== undefined) expect(section).toContain(String(ceiling));
        for (const { file, columns } of fill) {
          const row = section.split("\n").find((line) => line.startsWith(`| \`${file}\``)) ?? "";
          for (const column of Object.keys(columns)) expect(row).toContain(`\`${column}\``);
        }
      }
    },
  );
});

// ------------------------------------------------------------------------------------------------------- made-up files

type Row = Readonly<Record<string, string | number>>;

interface Stimulus {
  readonly id: string;
  readonly columns: Row;
  readonly truth: string;
  /** How likely it is answered rightly. */
  readonly right: number;
}

const LABELS: Readonly<Record<string, readonly string[]>> = {
  Ferguson2024: ["oddball", "same"],
  Lonnqvist2024: ["same", "different"],
  Scialom2024: ["Banana", "Sewing machine", "Truck"],
  ImageNet: ["n01440764", "n01443537", "n01484850"],
};
const OBJECTS = ["bear", "car", "cat", "chair"];

/** What Maniquet's manipulations are called of stimuli and by people's tasks. */
const MANIPULATIONS: readonly (readonly [string, string, string])[] = [
  ["control", "control", "control"],
  ["clutter", "heavy", "clutter_heavy"],
  ["occluder", "fewlarge-high", "occlusion_few_large_blobs_high"],
  ["phasescrambling", "lowpass", "scrambling_lowpass"],
];

/** Columns of stimuli by which trials differ, and their values. */
function levelsOf(column: string, entry: IndexEntry): readonly (string | number)[] | undefined {
  const levels: Readonly<Record<string, readonly (string | number)[]>> = {
    original_image_category: OBJECTS,
    conflict_image_category: OBJECTS,
    image_type: ["w", "f", "o"],
    orientation: ["normal", "inverted"],
    occluder_type: ["bars", "blobs"],
    occluder_color: ["black", "white"],
    visibility: ["0.5", "1.0"],
    block: ["first", "second"],
    distractor_nums: ["1.0", "5.0", "11.0"],
    manipulation: MANIPULATIONS.map(([manipulation]) => manipulation),
    truth: LABELS[entry.parent] ?? OBJECTS,
  };
  if (column !== "condition") return levels[column];
  const excluded = (manifestOf(entry).exclude.condition ?? []).map(String);
  const numbers = excluded.every((value) => !Number.isNaN(Number(value)) || value === "inf");
  const kept = numbers ? [7, 9] : ["kept", "kept too"];
  return [...kept, ...excluded];
}

/** Every combination of levels, eight times; the later levels are harder, and so are two of the eight. */
function makeStimuli(entry: IndexEntry): Stimulus[] {
  const columns = Object.keys(entry.fill.find(({ file }) => file === "stimuli.csv")?.columns ?? {});
  const factors = columns.flatMap((column) => {
    const levels = levelsOf(column, entry);
    return levels === undefined ? [] : [{ column, levels }];
  });
  const combinations = [...factors, { column: "copy", levels: [0, 1, 2, 3, 4, 5, 6, 7] }].reduce<
    readonly (readonly number[])[]
  >((all, { levels }) => all.flatMap((some) => levels.map((_, level) => [...some, level])), [[]]);
  return combinations.map((chosen, i) => {
    const own = Object.fromEntries(factors.map(({ column, levels }, f) => [column, levels[chosen[f] ?? 0] ?? ""]));
    const details = MANIPULATIONS.find(([manipulation]) => manipulation === own.manipulation)?.[1];
    const right = factors
      .filter(({ column }) => column !== "truth" && !column.endsWith("_category"))
      .reduce(
        (product, { column, levels }) => {
          const level = levels.indexOf(own[column] ?? "") / (levels.length - 1);
          return product * (1 - 0.6 * level);
        },
        (chosen.at(-1) ?? 0) < 6 ? 0.97 : 0.1,
      );
    return {
      id: columns.length === 2 ? String(i) : `s${i}`,
      columns: {
        stimulus_id: columns.length === 2 ? i : `s${i}`,
        filename: "1.png",
        ...own,
        ...(details === undefined ? {} : { manipulation_details: details }),
      },
      truth: String(own.truth ?? own.original_image_category ?? ""),
      right,
    };
  });
}

/** Draws from [0, 1). */
function generator(name: string): () => number {
  const at = noise(name);
  let drawn = 0;
  return () => (at(drawn++) + 1) / 2;
}

/** How likely each label is: where not right, the next one more often than others. */
function likely(stimulus: Stimulus, labels: readonly string[]): number[] {
  const { right } = stimulus;
  const next = labels[(labels.indexOf(stimulus.truth) + 1) % labels.length];
  const others = labels.length - 2;
  return labels.map((label) => {
    if (label === stimulus.truth) return right;
    if (label === next) return (1 - right) * (others > 0 ? 0.8 : 1);
    return ((1 - right) * 0.2) / others;
  });
}

function draw(probabilities: readonly number[], random: () => number): number {
  const at = random();
  let sum = 0;
  const found = probabilities.findIndex((p) => {
    sum += p;
    return at < sum;
  });
  return found < 0 ? probabilities.length - 1 : found;
}

function csv(rows: readonly Row[], without?: string): string {
  const columns = Object.keys(rows[0] ?? {}).filter((column) => column !== without);
  return `${[columns, ...rows.map((row) => columns.map((column) => row[column]))].map((line) => line.join(",")).join("\n")}\n`;
}

/** Many where trials are halved: no half may lack what the other has. */
const peopleOf = ({ metric }: IndexEntry) => Array.from({ length: metric === "i2n" ? 24 : 8 }, (_, i) => i + 1);
const labelsOf = (entry: IndexEntry) => LABELS[entry.parent] ?? OBJECTS;

/** Triplets of ten stimuli. */
function makeTriplets(stimuli: readonly Stimulus[]): Row[] {
  return stimuli.slice(0, -2).map(({ id }, i) => ({ a: id, b: stimuli[i + 2]?.id ?? "", c: stimuli[i + 1]?.id ?? "" }));
}

function trialOf(entry: IndexEntry, stimulus: Stimulus, subject: number, random: () => number): Row[] {
  const labels = labelsOf(entry);
  const trial = {
    stimulus_id: stimulus.id,
    subject,
    truth: stimulus.truth,
    task: MANIPULATIONS.find(([manipulation]) => manipulation === stimulus.columns.manipulation)?.[2] ?? "",
  };
  if (entry.metric !== "i2n") return [{ ...trial, response: labels[draw(likely(stimulus, labels), random)] ?? "" }];
  const p = likely(stimulus, labels);
  const truth = p[labels.indexOf(stimulus.truth)] ?? 0;
  return labels.flatMap((other, i) => {
    if (other === stimulus.truth) return [];
    const right = truth / (truth + (p[i] ?? 0));
    return [{ ...trial, dist_obj: other, response: random() < right ? stimulus.truth : other }];
  });
}

interface MadeUp {
  readonly stimuli: readonly Stimulus[];
  readonly triplets: readonly Row[];
  readonly files: Files;
}

/** A package with the columns that the entry asks for, all of them or all but one. */
function makeUp(entry: IndexEntry, without?: { readonly file: string; readonly column: string }): MadeUp {
  const made = makeStimuli(entry);
  const stimuli = entry.task === "odd_one_out" ? Array.from({ length: 10 }, (_, i) => numbered(made, i)) : made;
  const triplets = makeTriplets(stimuli);
  const random = generator(`people of ${entry.name}`);
  const tables: Readonly<Record<string, readonly Row[]>> = {
    "stimuli.csv": stimuli.map(({ columns }) => columns),
    "fitting.csv": labelsOf(entry).map((label, i) => ({ stimulus_id: `f${i}`, filename: "1.png", image_label: label })),
    "triplets.csv": triplets,
    "responses.csv":
      entry.task === "odd_one_out"
        ? triplets.map((triplet) => ({ ...triplet, subject: "people", response: triplet.c ?? "" }))
        : stimuli.flatMap((stimulus) =>
            peopleOf(entry).flatMap((subject) => trialOf(entry, stimulus, subject, random)),
          ),
  };
  const filled = entry.fill.map(({ file, columns }): [string, string] => {
    const rows = (tables[file] ?? []).map((row) =>
      Object.fromEntries(Object.keys(columns).map((column) => [column, row[column] ?? ""])),
    );
    return [file, csv(rows, without?.file === file ? without.column : undefined)];
  });
  const pictures = entry.task === "probabilities" ? ["stimuli/1.png", "fitting/1.png"] : ["stimuli/1.png"];
  return {
    stimuli,
    triplets,
    files: {
      "benchmark.json": textOf(entry),
      ...Object.fromEntries(filled),
      ...Object.fromEntries(pictures.map((name, i) => [name, picture(10 * i)])),
    },
  };
}

function numbered(stimuli: readonly Stimulus[], i: number): Stimulus {
  const { truth = "", right = 1 } = stimuli[i] ?? {};
  return { id: String(i), columns: { stimulus_id: i, filename: "1.png" }, truth, right };
}

/** A recorded subject that answers as people do, or that guesses. */
function subjectOf(entry: IndexEntry, { stimuli, triplets }: MadeUp, guesses: boolean): RecordedSubject {
  // Answers like people's are spread evenly, so that a small set shows people's accuracies as a large one would.
  let drawn = 0;
  const evenly = () => (0.5 + drawn++ * (Math.sqrt(5) / 2 - 0.5)) % 1;
  const random = guesses ? generator(`guesses at ${entry.name}`) : evenly;
  const labels = labelsOf(entry);
  const rows = (): Row[] => {
    if (entry.task === "odd_one_out") {
      return triplets.map((triplet) => {
        const at = draw(guesses ? [1 / 3, 1 / 3, 1 / 3] : [0.1, 0.1, 0.8], random);
        return { ...triplet, response: triplet[["a", "b", "c"][at] ?? "c"] ?? "" };
      });
    }
    return stimuli.map((stimulus): Row => {
      const p = guesses ? labels.map(() => 1 / labels.length) : likely(stimulus, labels);
      const answer = draw(p, random);
      if (entry.task === "label") return { stimulus_id: stimulus.id, response: labels[answer] ?? "" };
      // The answer is the likeliest; how likely the others are follows people where the subject does.
      const shares = labels.map((label, i): [string, number] => [
        label,
        0.45 * (p[i] ?? 0) + (i === answer ? 0.55 : 0),
      ]);
      return { stimulus_id: stimulus.id, ...Object.fromEntries(shares) };
    });
  };
  const parsed = parseCsv(bytes(csv(rows())), "recorded.csv");
  if (!("table" in parsed)) throw new Error("the made-up recording cannot be read");
  return new RecordedSubject("recorded", "sha256-made-up", parsed.table, "recorded.csv");
}

async function read(files: Files): Promise<BenchmarkPackage> {
  const known = { ...KNOWN, metrics: [...behavioralMetrics.values()] };
  return readPackage(new Blob([await zip(files)]), { fileName: "filled.zip", known });
}

async function score(benchmark: BehavioralBenchmark, subject: RecordedSubject): Promise<Score> {
  return scoreResponses(benchmark, await respond(benchmark, subject, {}));
}

// -------------------------------------------------------------------------------------------------------------- scores

/** How raw and ceiling make the score in Brain-Score's benchmarks, and its bounds. */
const FORMULAS: Readonly<Record<string, string>> = {
  Baker2022: "raw / ceiling, within [0, 1]",
  BMD2024: "raw / ceiling, at most 1",
  Coggan2024: "(raw / ceiling)²",
  Maniquet2024: "raw / ceiling",
  Hebart2023: "(raw − chance) / (ceiling − chance), within [0, 1]",
  Ferguson2024: "raw / ceiling, within [0, 1]",
  Geirhos2021: "raw / ceiling, within [0, 1]",
  Rajalingham2018: "mean over repetitions of raw / √ceiling",
  Lonnqvist2024: "raw / ceiling, at most 1",
  Hermann2020: "raw / ceiling",
  ImageNet: "raw / ceiling",
};

describe("a filled template", () => {
  it.each(INDEX)("$name is read whole and scored", async (entry) => {
    const made = makeUp(entry);
    const { benchmarks, notices } = await read(made.files);
    expect(notices).toEqual([]);
    const benchmark = behavioral(benchmarks[0]);
    expect(benchmark.identifier).toBe(entry.name);
    const { exclude } = manifestOf(entry);
    expect(benchmark.excluded.stimuli > 0).toBe(Object.keys(exclude).length > 0);
    for (const [column, values] of Object.entries(exclude)) {
      const left = new Set(benchmark.stimulusSet.table.columns[column]?.text);
      expect(left.size).toBe((levelsOf(column, entry)?.length ?? 0) - values.length);
    }
    expect(benchmark.responses.length > 0).toBe(entry.fill.some(({ file }) => file === "responses.csv"));

    const ceiling = ceilingOf(benchmark);
    if (benchmark.ceiling.name === "constant") expect(ceiling.value).toBe(entry.reported_ceiling ?? 1);
    else expect(ceiling.value).toBeGreaterThan(0.1);
    const alike = await score(benchmark, subjectOf(entry, made, false));
    const guessed = await score(benchmark, subjectOf(entry, made, true));
    expect(alike.ceiling).toEqual(ceiling);
    const formula =
      entry.parent === "Scialom2024"
        ? `raw / ceiling${entry.metric === "error_consistency" ? "" : ", at most 1"}`
        : FORMULAS[entry.parent];
    expect(alike.formula).toBe(formula);
    expect(alike.score).toBeGreaterThan(guessed.score);
  });

  // One of each table form: the benchmarks of a family that ask for the same columns say nothing new.
  const forms = new Map(INDEX.map((entry) => [JSON.stringify([entry.metric, entry.fill]), entry]));
  const cells = [...forms.values()].flatMap((entry) =>
    entry.fill.flatMap(({ file, columns }) =>
      Object.keys(columns).map((column) => ({ name: entry.name, file, column, entry })),
    ),
  );
  const optional = ({ column, entry }: (typeof cells)[number]) =>
    column === "condition" && manifestOf(entry).exclude.condition === undefined;

  it.each(cells.filter((cell) => !optional(cell)))(
    "$name is refused without $file’s $column",
    async ({ file, column, entry }) => {
      const thrown: unknown = await read(makeUp(entry, { file, column }).files).catch((error: unknown) => error);
      if (!(thrown instanceof GapscopeError)) throw new Error("not refused");
      expect(thrown.faults.map((fault) => fault.column ?? fault.field)).toContain(
        column in manifestOf(entry).exclude ? `exclude.${column}` : column,
      );
    },
  );
});

describe("what the templates needed of the format", () => {
  const named = (name: string): IndexEntry => {
    const entry = INDEX.find((each) => each.name === name);
    if (entry === undefined) throw new Error(`no template ${name}`);
    return entry;
  };
  const faultsOf = async (files: Files): Promise<readonly Fault[]> => {
    const thrown: unknown = await read(files).catch((error: unknown) => error);
    if (thrown instanceof GapscopeError) return thrown.faults;
    throw new Error("not refused");
  };

  it("a metric that reads people has data", async () => {
    const { files } = makeUp(named("Geirhos2021edge-error_consistency"));
    const { data, ...rest } = manifestOf(named("Geirhos2021edge-error_consistency"));
    expect(data).toBeDefined();
    expect(await faultsOf({ ...files, "benchmark.json": JSON.stringify(rest) })).toMatchObject([
      { code: "missing-field", file: "benchmark.json", field: "data" },
    ]);
  });

  it("a recording has data", () => {
    const { data, task, ...rest } = manifestOf(named("Geirhos2021edge-error_consistency"));
    expect([data, task]).not.toContain(undefined);
    const text = JSON.stringify({ ...rest, recording: { region: "IT", time_bins: [[70, 170]] } });
    expect(parseManifest(bytes(text), "benchmark.json").faults).toMatchObject([
      { code: "missing-field", field: "data" },
    ]);
  });

  it("people who saw other stimuli have truths among the choices", async () => {
    const { files } = makeUp(named("Maniquet2024-confusion_similarity"));
    expect(
      await faultsOf({ ...files, "responses.csv": "subject,truth,response\n1,car,cat\n1,ship,cat\n" }),
    ).toMatchObject([{ code: "truth-not-choice", file: "responses.csv", line: 3, column: "truth", value: "ship" }]);
  });

  it("people who saw the same stimuli inherit their truths", async () => {
    const { files } = makeUp(named("Maniquet2024-confusion_similarity"));
    const paired = "stimulus_id,subject,response\ns0,1,cat\ns9,1,cat\n";
    const { benchmarks } = await read({ ...files, "responses.csv": paired });
    expect(behavioral(benchmarks[0]).responses.columns.truth?.text).toEqual(["bear", "car"]);
    const unknown = await faultsOf({ ...files, "responses.csv": paired.replace("s9", "elsewhere") });
    expect(unknown).toMatchObject([{ code: "unknown-stimulus", line: 3 }]);
  });

  it("Ferguson's first column is the label of the first fitting stimulus, and a score says when that inverts it", async () => {
    const entry = named("Ferguson2024half-value_delta");
    const made = makeUp(entry);
    const inverted = "stimulus_id,filename,image_label\nf0,1.png,same\nf1,1.png,oddball\n";
    const notes = async (files: Files): Promise<readonly string[]> => {
      const benchmark = behavioral((await read(files)).benchmarks[0]);
      return (await score(benchmark, subjectOf(entry, made, false))).notes;
    };
    expect(await notes(made.files)).toEqual([]);
    expect((await notes({ ...made.files, "fitting.csv": inverted })).join()).toContain("every decision is inverted");
  });
});
