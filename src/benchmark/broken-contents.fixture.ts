/**
 * Zips that are sound as archives and wrong as benchmarks: the second half of the corpus (broken.fixture.ts).
 */
import type { BrokenZip } from "./broken.fixture.ts";
import {
  FITTING,
  type Files,
  find,
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

type Content = readonly [name: string, changes: Files, code: string, place: Omit<BrokenZip, "name" | "bytes" | "code">];

/** Sound zips with wrong contents. */
export function brokenContents(): Promise<BrokenZip[]> {
  return Promise.all(
    [
      ...manifests(),
      ...stimulusTables(),
      ...responseTables(),
      ...fittingTables(),
      ...tripletTables(),
      ...pictures(),
    ].map(async ([name, changes, code, place]) => ({
      name,
      bytes: await zip(packageFiles(changes)),
      code,
      ...place,
    })),
  );
}

function manifests(): Content[] {
  const file = "benchmark.json";
  const raw = (name: string, text: string, code: string, place: object = {}): Content => [
    name,
    { [file]: text },
    code,
    { file, ...place },
  ];
  const set = MANIFEST.stimulus_set;
  const field = (name: string, changes: Readonly<Record<string, unknown>>, code: string, at: string): Content =>
    raw(name, manifest(changes), code, { field: at });
  return [
    ["no manifest", { [file]: null }, "no-manifest", {}],
    raw("a manifest with a trailing comma", '{\n"format": "gapscope-benchmark",\n}', "manifest-not-json", { line: 3 }),
    raw("an empty manifest", "", "manifest-not-json"),
    raw("a manifest that is a list", "[]", "manifest-not-object"),
    raw("a manifest nested too deep", "[".repeat(200) + "]".repeat(200), "manifest-too-deep"),
    field("another format", { format: "brainscore" }, "wrong-format", "format"),
    field("a newer format", { format_version: 2 }, "format-version-newer", "format_version"),
    field("no identifier", { identifier: undefined }, "missing-field", "identifier"),
    field("a version of text", { version: "1" }, "wrong-field", "version"),
    field("a misspelt field", { ceilling: {} }, "unknown-field", "ceilling"),
    field("a misspelt inner field", { stimulus_set: { ...set, tabel: "x" } }, "unknown-field", "stimulus_set.tabel"),
    field("neither task nor recording", { task: undefined }, "task-or-recording", "task"),
    field(
      "both task and recording",
      { recording: { region: "IT", time_bins: [[70, 170]] } },
      "task-or-recording",
      "recording",
    ),
    field("neural data for a task", { data: { rdm: "rdm.npy" } }, "data-form", "data"),
    field("data of no form", { data: { file: "x" } }, "wrong-field", "data"),
    field("an unknown task", { task: { name: "labels", choices: ["a"] } }, "wrong-field", "task.name"),
    field("no choices", { task: { name: "label", choices: [] } }, "wrong-field", "task.choices"),
    field("choices of numbers", { task: { name: "label", choices: ["cat", 2] } }, "wrong-field", "task.choices.1"),
    field(
      "a choice twice",
      { task: { name: "label", choices: ["cat", "dog", "cat"] } },
      "duplicate-choice",
      "task.choices",
    ),
    field(
      "choices from no column",
      { task: { name: "label", choices: { from: "label" } } },
      "no-such-column",
      "task.choices.from",
    ),
    field("an unknown metric", { metric: { name: "error_consistence" } }, "unknown-metric", "metric.name"),
    field("an unknown ceiling", { ceiling: { name: "metrics" } }, "unknown-ceiling", "ceiling.name"),
    field(
      "a constant ceiling without value",
      { ceiling: { name: "constant" } },
      "ceiling-value",
      "ceiling.options.value",
    ),
    field("an unknown normalisation", { normalisation: "none" }, "unknown-normalisation", "normalisation"),
    field("an exclusion by no column", { exclude: { contrast: [1] } }, "no-such-column", "exclude.contrast"),
    field("an exclusion of everything", { exclude: { condition: [0, 1] } }, "exclude-everything", "exclude"),
    field(
      "no degrees",
      { stimulus_set: { ...set, visual_degrees: undefined } },
      "degrees-missing",
      "stimulus_set.visual_degrees",
    ),
    field(
      "degrees of zero",
      { stimulus_set: { ...set, visual_degrees: 0 } },
      "wrong-field",
      "stimulus_set.visual_degrees",
    ),
    field(
      "a stimulus table that is not there",
      { stimulus_set: { ...set, table: "x.csv" } },
      "missing-table",
      "stimulus_set.table",
    ),
    field("a table outside the zip", { data: { table: "../responses.csv" } }, "path-leaves-zip", "data.table"),
    field(
      "images outside the zip",
      { stimulus_set: { ...set, images: "../stimuli" } },
      "path-leaves-zip",
      "stimulus_set.images",
    ),
    field(
      "a metric of another task",
      { task: { name: "odd_one_out", triplets: "triplets.csv" } },
      "metric-task",
      "metric.name",
    ),
    field(
      "fitting stimuli that are not there",
      { task: { name: "probabilities", fitting_stimuli: { ...set, table: "fitting.csv" } } },
      "missing-table",
      "task.fitting_stimuli.table",
    ),
    field(
      "fitting stimuli without degrees",
      { task: { name: "probabilities", fitting_stimuli: { ...set, visual_degrees: undefined } } },
      "degrees-missing",
      "task.fitting_stimuli.visual_degrees",
    ),
    field(
      "a similarity of no kind",
      { task: { ...ODD_ONE_OUT.task, similarity_measure: "euclid" } },
      "wrong-field",
      "task.similarity_measure",
    ),
    field("triplets that are not there", ODD_ONE_OUT, "missing-table", "task.triplets"),
    raw(
      "a recording without its assembly",
      manifest({
        task: undefined,
        recording: { region: "IT", time_bins: [[70, 170]] },
        data: { assembly: "assembly.nc" },
        metric: { name: "pls" },
        ceiling: { name: "internal_consistency" },
      }),
      "missing-recordings",
      { field: "data.assembly" },
    ),
    [
      "two manifests of one identifier",
      {
        "second/benchmark.json": manifest({
          stimulus_set: { ...set, table: "../stimuli.csv", images: "../stimuli" },
          data: { table: "../responses.csv" },
        }),
      },
      "duplicate-identifier",
      { file: "second/benchmark.json", field: "identifier" },
    ],
  ];
}

function stimulusTables(): Content[] {
  const file = "stimuli.csv";
  const table = (name: string, text: string, code: string, place: object): Content => [
    name,
    { [file]: text },
    code,
    { file, ...place },
  ];
  const cell = (name: string, from: string, to: string, code: string, line: number, column: string): Content =>
    table(name, STIMULI.replace(from, to), code, { line, column });
  return [
    table("an empty stimulus table", "", "csv-empty", {}),
    table("a stimulus table without rows", "stimulus_id,filename,truth\n", "empty-table", {}),
    table("a row too short", STIMULI.replace("s2,2.png,cat,1", "s2,2.png,cat"), "csv-ragged", { line: 3 }),
    table("a column twice", STIMULI.replace("truth", "filename"), "csv-duplicate-column", {
      line: 1,
      column: "filename",
    }),
    table("a column without name", STIMULI.replace("truth", ""), "csv-header", { line: 1 }),
    table("an open quote", STIMULI.replace("s3", '"s3'), "csv-quote", { line: 4 }),
    cell("no column stimulus_id", "stimulus_id", "image_id", "missing-column", 1, "stimulus_id"),
    cell("no column filename", "filename", "file", "missing-column", 1, "filename"),
    cell("no column truth", "truth", "label", "missing-column", 1, "truth"),
    cell("a stimulus twice", "s2", "s1", "duplicate-stimulus-id", 3, "stimulus_id"),
    cell("a stimulus without id", "s2", "", "missing-stimulus-id", 3, "stimulus_id"),
    cell("a stimulus called null", "s2", "null", "missing-stimulus-id", 3, "stimulus_id"),
    cell("a stimulus without file name", "2.png", "", "missing-filename", 3, "filename"),
    cell("an image that is not there", "2.png", "5.png", "missing-image", 3, "filename"),
    cell("an image in capitals", "2.png", "2.PNG", "missing-image", 3, "filename"),
    cell("an image outside the zip", "2.png", "../../2.png", "path-leaves-zip", 3, "filename"),
    cell("a stimulus without truth", "2.png,cat", "2.png,", "missing-truth", 3, "truth"),
    cell("a truth that is no choice", "2.png,cat", "2.png,cow", "truth-not-choice", 3, "truth"),
    table("truths of numbers", STIMULI.replaceAll("cat", "0").replaceAll("dog", "1"), "truth-not-text", {
      line: 2,
      column: "truth",
    }),
    [
      "ids that are true and false",
      { [file]: "stimulus_id,filename,truth\nTrue,1.png,cat\nFalse,2.png,dog\n" },
      "stimulus-id-type",
      { file, line: 2, column: "stimulus_id" },
    ],
    table(
      "degrees in two places",
      STIMULI.replaceAll(/$/gm, ",8").replace("condition,8", "condition,degrees").replace(/,8$/, ""),
      "degrees-twice",
      {
        file: "benchmark.json",
        field: "stimulus_set.visual_degrees",
      },
    ),
    [
      "negative degrees",
      {
        "benchmark.json": manifest({ stimulus_set: { table: "stimuli.csv", images: "stimuli/" } }),
        [file]: STIMULI.replace("condition", "degrees")
          .replace("cat,1", "cat,-1")
          .replace("dog,1", "dog,2")
          .replaceAll(",0", ",3"),
      },
      "bad-degrees",
      { file, line: 3, column: "degrees" },
    ],
  ];
}

function responseTables(): Content[] {
  const file = "responses.csv";
  const at = (name: string, from: string, to: string, code: string, line: number, column: string): Content => [
    name,
    { [file]: RESPONSES.replace(from, to) },
    code,
    { file, line, column },
  ];
  return [
    ["no response table", { [file]: null }, "missing-table", { file: "benchmark.json", field: "data.table" }],
    at("no column subject", "subject", "person", "missing-column", 1, "subject"),
    at("no column response", "response", "answer", "missing-column", 1, "response"),
    at("a response to no stimulus", "s2,ann", "s7,ann", "unknown-stimulus", 3, "stimulus_id"),
    at("a response without stimulus", "s2,ann", ",ann", "missing-stimulus-id", 3, "stimulus_id"),
    at("a response by nobody", "s2,ann", "s2,", "missing-subject", 3, "subject"),
    at("a subject who answered twice", "s4,bob", "s3,bob", "subject-stimuli", 9, "subject"),
    [
      "a subject who left one out",
      { [file]: RESPONSES.replace("s4,bob,dog\n", "") },
      "subject-stimuli",
      { file, column: "subject" },
    ],
    [
      "ids of numbers here and text there",
      {
        "stimuli.csv": STIMULI.replaceAll(/^s/gm, "").replace("timulus_id", "stimulus_id"),
        [file]: RESPONSES.replaceAll(/^s(?=\d,ann)/gm, ""),
      },
      "stimulus-id-mismatch",
      { file, line: 6, column: "stimulus_id" },
    ],
    [
      "a truth that the stimuli contradict",
      { [file]: RESPONSES.replaceAll(/$/gm, ",cat").replace("response,cat", "response,truth").replace(/,cat$/, "") },
      "truth-conflict",
      { file, line: 4, column: "truth" },
    ],
    ["responses in UTF-16", { [file]: Uint8Array.of(0xff, 0xfe, 0x73, 0) }, "csv-encoding", { file }],
  ];
}

function fittingTables(): Content[] {
  const file = "fitting.csv";
  const at = (name: string, from: string, to: string, code: string, line: number, column: string): Content => [
    name,
    { ...PROBABILITIES, [file]: FITTING.replaceAll(from, to) },
    code,
    { file, line, column },
  ];
  return [
    at("fitting stimuli without labels", "image_label", "label", "missing-column", 1, "image_label"),
    at("a fitting stimulus twice", "f2,", "f1,", "duplicate-stimulus-id", 3, "stimulus_id"),
    at("a fitting stimulus without label", "2.png,dog", "2.png,", "missing-label", 3, "image_label"),
    at("a fitting picture that is not there", "2.png", "9.png", "missing-image", 3, "filename"),
    [
      "fitting stimuli of one label",
      { ...PROBABILITIES, [file]: FITTING.replaceAll("dog", "cat") },
      "too-few-labels",
      { file, column: "image_label" },
    ],
    [
      "a truth that no fitting stimulus has",
      { ...PROBABILITIES, "stimuli.csv": STIMULI.replace("3.png,dog", "3.png,cow") },
      "truth-not-choice",
      { file: "stimuli.csv", line: 4, column: "truth" },
    ],
    [
      "a fitting picture of 0 bytes",
      { ...PROBABILITIES, "fitting/1.png": new Uint8Array(0) },
      "empty-image",
      { file: "fitting/1.png" },
    ],
  ];
}

function tripletTables(): Content[] {
  const sound = oddOneOut();
  const triplet = (name: string, from: string, to: string, code: string, line: number, column: string): Content => [
    name,
    { ...sound, "triplets.csv": TRIPLETS.replace(from, to) },
    code,
    { file: "triplets.csv", line, column },
  ];
  const response = (name: string, from: string, to: string, code: string, line: number, column: string): Content => [
    name,
    { ...sound, "responses.csv": PICKS.replace(from, to) },
    code,
    { file: "responses.csv", line, column },
  ];
  return [
    triplet("triplets without c", "a,b,c", "a,b,d", "missing-column", 1, "c"),
    ["triplets without rows", { ...sound, "triplets.csv": "a,b,c\n" }, "empty-table", { file: "triplets.csv" }],
    triplet("a triplet of an unknown stimulus", "s3,s4", "s3,s9", "unknown-stimulus", 3, "c"),
    triplet("a triplet that lacks one", "s1,s3,s4", "s1,,s4", "missing-stimulus-id", 3, "b"),
    triplet("a triplet that repeats one", "s1,s3,s4", "s1,s3,s3", "triplet-repeats", 3, "a"),
    response("picks without b", "a,b,c", "a,x,c", "missing-column", 1, "b"),
    response("picks without subject", "subject", "person", "missing-column", 1, "subject"),
    response("a pick from an unknown triplet", "s1,s3,s4,ann", "s2,s3,s4,ann", "unknown-triplet", 3, "a"),
    response("a pick from a triplet in another order", "s1,s3,s4,ann", "s3,s1,s4,ann", "unknown-triplet", 3, "a"),
    response("a pick of an unknown stimulus", "s1,s3,s4,ann", "s1,s3,s8,ann", "unknown-stimulus", 3, "c"),
    response("a pick that is not in its triplet", "ann,s4", "ann,s2", "response-not-in-triplet", 3, "response"),
    response("a pick by nobody", "s4,bob", "s4,", "missing-subject", 5, "subject"),
    [
      "an exclusion that leaves no triplet",
      { ...sound, "benchmark.json": manifest({ ...ODD_ONE_OUT, exclude: { stimulus_id: ["s1"] } }) },
      "exclude-everything",
      { file: "benchmark.json", field: "exclude" },
    ],
  ];
}

function pictures(): Content[] {
  const file = "stimuli/2.png";
  const whole = picture(20);
  const damaged = whole.slice();
  const data = find(damaged, [0x49, 0x44, 0x41, 0x54]); // the chunk IDAT
  damaged.fill(0xaa, data + 6, data + 12);
  return [
    ["an image of 0 bytes", { [file]: new Uint8Array(0) }, "empty-image", { file }],
    ["an image that is text", { [file]: "not a picture, whatever its name says" }, "not-an-image", { file }],
    ["an image with damaged pixels", { [file]: damaged }, "undecodable-image", { file }],
    ["an image cut in its pixels", { [file]: whole.slice(0, data + 10) }, "undecodable-image", { file }],
    ["an image cut in its header", { [file]: whole.slice(0, 12) }, "truncated-image", { file }],
  ];
}
