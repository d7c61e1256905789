/** Zips: any archive, a whole benchmark package with what is in it, and the three files of Brain-Score's storage. */
import fc from "fast-check";
import { unzipSync, zipSync } from "fflate";
import { openArchive } from "../../src/benchmark/archive.ts";
import type { AssemblyFacts } from "../../src/benchmark/neural/packaged-assembly.ts";
import { assemblyReader, describeAssembly } from "../../src/benchmark/neural/packaged-assembly.ts";
import { golden, matrixFiles, NEURAL, neuralFiles } from "../../src/benchmark/neural/recorded.fixture.ts";
import { readPackage } from "../../src/benchmark/read.ts";
import { type Files, manifest, oddOneOut, PROBABILITIES, packageFiles } from "../../src/benchmark/sound.fixture.ts";
import { GapscopeError } from "../../src/faults/faults.ts";
import { REGISTERED } from "../../src/lab/archive-api.ts";
import { findBrainio, packFiles } from "../../src/lab/brainio.ts";
import { nodeCodecs } from "../../src/stimuli/codecs.node.ts";
import { provideCodecs } from "../../src/stimuli/codecs.ts";
import { changedBytes, encoded } from "../bytes.ts";
import { changedCsv } from "../csv.ts";
import { type Bytes, type Format, hold, refuse, utf8 } from "../format.ts";
import { changedJson } from "../json.ts";

type Contents = Readonly<Record<string, Bytes>>;

const DATE = "2026-01-01T00:00:00Z";

/** fflate cannot have a file of this name; it is written over one as long. */
const [PROTO, STAND_IN] = ["__proto__", "~~proto~~"] as const;

function zipOf(files: Contents, level: 0 | 6): Bytes {
  const named = Object.entries(files).map(([name, content]) => [name === PROTO ? STAND_IN : name, content]);
  const bytes = zipSync(Object.fromEntries(named), { level, mtime: DATE });
  if (!Object.hasOwn(files, PROTO)) return bytes;
  return new Uint8Array(Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll(STAND_IN, PROTO), "latin1"));
}

function contentsOf(files: Files): Contents {
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, content]): [string, Bytes][] =>
      content === null ? [] : [[name, typeof content === "string" ? utf8(content) : new Uint8Array(content)]],
    ),
  );
}

/** The package with one of its files changed as such a file is. */
function changedWithin(files: Contents): fc.Arbitrary<Bytes> {
  return fc.oneof(
    ...Object.entries(files).map(([name, bytes]) => {
      const text = new TextDecoder().decode(bytes);
      const changed = name.endsWith(".json")
        ? encoded(changedJson([JSON.parse(text)]))
        : name.endsWith(".csv")
          ? encoded(changedCsv([text]))
          : changedBytes([bytes]);
      const weight = name.endsWith(".json") ? 6 : name.endsWith(".png") ? 1 : 4;
      return { weight, arbitrary: changed.map((content) => zipOf({ ...files, [name]: content }, 0)) };
    }),
  );
}

const NAMES = [
  ...[
    "../x",
    "/etc/passwd",
    "C:/x",
    "a\\b",
    "",
    ".",
    "..",
    "./",
    "a//b",
    "a/../b",
    "__proto__",
    "constructor",
    "stimuli/",
  ],
  ...[
    "BENCHMARK.JSON",
    "stimuli/1.PNG",
    "x/benchmark.json",
    "e\u0301.png",
    "\u00e9.png",
    "<img src=x>",
    "a\nb",
    "x".repeat(600),
  ],
  ...["__MACOSX/x", ".DS_Store", "\u202ecod.exe", "stimuli/1.png/x", "con", "a\0b", "benchmark.json/"],
];

/** The package with one of its files under another name, or one more. */
function renamed(files: Contents): fc.Arbitrary<Bytes> {
  const names = Object.keys(files);
  return fc
    .record({
      which: fc.nat(names.length - 1),
      to: fc.constantFrom(...NAMES),
      keep: fc.boolean(),
      level: fc.constantFrom(0, 6),
    })
    .map(({ which, to, keep, level }) => {
      const name = names[which] ?? "";
      const { [name]: content = new Uint8Array(0), ...others } = files;
      return zipOf({ ...others, ...(keep ? { [name]: content } : {}), [to]: content }, level === 0 ? 0 : 6);
    });
}

const PACKAGES: readonly Files[] = [
  packageFiles(),
  packageFiles(PROBABILITIES),
  packageFiles(oddOneOut()),
  packageFiles({
    "benchmark.json": null,
    "x/benchmark.json": manifest({
      stimulus_set: { table: "../stimuli.csv", images: "../stimuli/", visual_degrees: 8 },
      data: { table: "../responses.csv" },
    }),
  }),
];
const WORDS = [
  "PK\x01\x02",
  "PK\x03\x04",
  "PK\x05\x06",
  "PK\x06\x06",
  "PK\x06\x07",
  "PK\x07\x08",
  "../",
  "\\",
  "\0",
  "/",
];

export function zip(): Format {
  const contents = PACKAGES.map(contentsOf);
  const sound = [
    ...contents.flatMap((files) => [zipOf(files, 0), zipOf(files, 6)]),
    zipSync(
      { a: { b: { "c.txt": utf8("c") }, "d.txt": [utf8("d".repeat(900_000)), { level: 9 }] } },
      { comment: "a comment", mtime: DATE },
    ),
    golden("stimulus_made_Up2026.zip"),
  ];
  return {
    sound,
    inputs: fc.oneof(
      { weight: 6, arbitrary: changedBytes(sound, { words: WORDS }) },
      { weight: 1, arbitrary: fc.oneof(...contents.map(renamed)) },
    ),
    refusal: "package-refused",
    async read(bytes) {
      const archive = await openArchive(new Blob([bytes]), "a.zip");
      hold(new Set(archive.names).size === archive.names.length, "two files of one name");
      hold(
        archive.names.every((name) => !/^\/|\\|\0|(?:^|\/)\.\.(?:\/|$)/.test(name)),
        "a path that leaves the zip",
      );
      for (const name of archive.names) {
        hold(archive.has(name) && archive.similar(name) !== undefined, "a file that is not there");
        await archive.read(name);
      }
    },
  };
}

/** Four stimuli cannot be split as the fixture's metric and ceiling would. */
const UNSPLIT: Files = {
  "benchmark.json": manifest({
    ...NEURAL,
    metric: { name: "rdm" },
    ceiling: { name: "constant", options: { value: 1 } },
  }),
};

export function wholePackage(): Format {
  provideCodecs(nodeCodecs);
  const histogram: Files = {
    "benchmark.json": manifest({
      task: undefined,
      recording: { region: "V1", time_bins: [[70, 170]] },
      data: { histogram: "cells.csv" },
      metric: { name: "ks_similarity", options: { property: "preferred_orientation" } },
      ceiling: { name: "constant", options: { value: 1 } },
    }),
    "responses.csv": null,
    "cells.csv": "low,high,count\n0,45,3\n45,90,7\n",
  };
  const contents = [...PACKAGES, neuralFiles(UNSPLIT), matrixFiles(), packageFiles(histogram)].map(contentsOf);
  const sound = contents.slice(0, -1).map((files) => zipOf(files, 0));
  return {
    sound,
    inputs: fc.oneof(
      ...contents.map((files) => ({ weight: 4, arbitrary: changedWithin(files) })),
      ...contents.map((files) => ({ weight: 1, arbitrary: renamed(files) })),
    ),
    refusal: "package-refused",
    async read(bytes) {
      // No package here has an assembly that was changed: netcdf.ts changes those.
      const found = await readPackage(new Blob([bytes]), {
        fileName: "p.zip",
        known: REGISTERED,
        assemblies: assemblyReader,
      });
      hold(found.benchmarks.length > 0, "a package without a benchmark");
      for (const { digest, stimulusSet } of found.benchmarks) {
        hold(/^sha256-[0-9a-f]{64}$/.test(digest), "a benchmark without a digest");
        hold(stimulusSet.stimuli.length === stimulusSet.table.length, "stimuli that are not those of their table");
      }
    },
  };
}

/** The three files as one: a zip of them, so that an input is one file. */
export function brainio(): Format {
  const [TABLE, IMAGES, ASSEMBLY] = [
    "stimulus_made_Up2026.csv",
    "stimulus_made_Up2026.zip",
    "assy_made_Up2026.nc",
  ] as const;
  const [table, images, assembly] = [golden(TABLE), golden(IMAGES), golden(ASSEMBLY)];
  const legacy = utf8(new TextDecoder().decode(table).replace("stimulus_id", "image_id"));
  const together = (changes: Contents): Bytes => zipOf({ [TABLE]: table, [IMAGES]: images, ...changes }, 0);
  let facts: Promise<AssemblyFacts> | undefined;
  return {
    sound: [together({}), together({ [TABLE]: legacy })],
    inputs: fc.oneof(
      encoded(changedCsv([table, legacy].map((bytes) => new TextDecoder().decode(bytes)))).map((changed) =>
        together({ [TABLE]: changed }),
      ),
      changedBytes([images], { words: WORDS }).map((changed) => together({ [IMAGES]: changed })),
    ),
    refusal: "package-refused",
    async read(bytes) {
      const given = Object.entries(unzipSync(bytes)).map(([name, content]) => new File([content], name));
      // netcdf.ts changes assemblies; here it is the sound one.
      facts ??= describeAssembly(assembly.slice(), ASSEMBLY);
      const describer = { describe: () => facts ?? Promise.reject(new Error("no facts")) };
      const files = [...given, new File([assembly], ASSEMBLY)];
      const { sets, faults } = await findBrainio(files, describer);
      if (faults.some(({ code }) => code === "brainio-unreadable")) {
        throw new GapscopeError("internal", faults.map(({ message }) => message).join(" "));
      }
      const [found] = sets;
      if (found === undefined) refuse("package-refused", faults);
      hold(faults.length === 0, "a set with faults");
      await packFiles({ set: found.set, files }, []);
    },
  };
}
