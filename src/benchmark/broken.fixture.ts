/**
 * A small sound benchmark package, and a corpus of broken ones: what the reader, the page and the command line must
 * refuse, each with the fault that must be named. Everything is built here in code; the pictures are flat colours and
 * the answers are made up.
 */
import { encode } from "fast-png";
import JSZip from "jszip";

/** The files of a package; null leaves a file of the sound one out. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

export interface BrokenZip {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What the fault must say. `file` is left out where the fault is about the zip itself. */
  readonly code: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: string;
  readonly field?: string;
}

export const MANIFEST = {
  format: "gapscope-benchmark",
  format_version: 1,
  identifier: "Fixture2026-error_consistency",
  version: 1,
  stimulus_set: { table: "stimuli.csv", images: "stimuli/", visual_degrees: 8 },
  task: { name: "label", choices: ["cat", "dog"] },
  data: { table: "responses.csv" },
  metric: { name: "error_consistency" },
  ceiling: { name: "metric" },
};

export const STIMULI = `stimulus_id,filename,truth,condition
s1,1.png,cat,0
s2,2.png,cat,1
s3,3.png,dog,0
s4,4.png,dog,1
`;

export const RESPONSES = `stimulus_id,subject,response
s1,ann,cat
s2,ann,dog
s3,ann,dog
s4,ann,dog
s1,bob,cat
s2,bob,cat
s3,bob,cat
s4,bob,dog
`;

/** An 8 × 8 PNG of one colour, whose bytes no other `shade` shares. */
export function picture(shade: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(8 * 8 * 3).fill(shade);
  return new Uint8Array(encode({ width: 8, height: 8, data, channels: 3, depth: 8 }));
}

/** The files of the sound package with `changes` made to them. */
export function packageFiles(changes: Files = {}): Files {
  return {
    "benchmark.json": JSON.stringify(MANIFEST, null, 2),
    "stimuli.csv": STIMULI,
    "responses.csv": RESPONSES,
    "stimuli/1.png": picture(10),
    "stimuli/2.png": picture(20),
    "stimuli/3.png": picture(30),
    "stimuli/4.png": picture(40),
    ...changes,
  };
}

export async function zip(
  files: Files,
  compression: "STORE" | "DEFLATE" = "DEFLATE",
): Promise<Uint8Array<ArrayBuffer>> {
  const archive = new JSZip();
  const date = new Date("2026-01-01T00:00:00Z"); // so that bytes do not depend on the clock
  for (const [name, content] of Object.entries(files)) {
    if (content !== null) archive.file(name, content, { createFolders: false, date });
  }
  return new Uint8Array(await archive.generateAsync({ type: "arraybuffer", compression }));
}

/** The manifest with `changes` at its top level; undefined takes a field away. */
export function manifest(changes: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...MANIFEST, ...changes }, null, 2);
}

/** Every broken package. */
export async function brokenZips(): Promise<BrokenZip[]> {
  const sound = await zip(packageFiles());
  return [...brokenArchives(sound), ...(await brokenEntries()), ...(await brokenContents())];
}

function brokenArchives(sound: Uint8Array<ArrayBuffer>): BrokenZip[] {
  const end = find(sound, [0x50, 0x4b, 5, 6]);
  const central = find(sound, [0x50, 0x4b, 1, 2]);
  const text = new TextEncoder();
  const cuts = [1, 3, 4, 10, 30, 100, central - 1, central + 20, end - 1, end + 1, end + 10, end + 21];
  const damaged = (name: string, code: string, edit: (bytes: Uint8Array, view: DataView) => void): BrokenZip => {
    const bytes = sound.slice();
    edit(bytes, new DataView(bytes.buffer));
    return { name, bytes, code };
  };
  return [
    { name: "an empty file", bytes: new Uint8Array(0), code: "archive-empty" },
    { name: "a text file", bytes: text.encode("stimulus_id,filename\n"), code: "archive-not-zip" },
    { name: "a PNG", bytes: picture(1), code: "archive-not-zip" },
    { name: "a gzip", bytes: Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0), code: "archive-not-zip" },
    { name: "zeros", bytes: new Uint8Array(1000), code: "archive-not-zip" },
    ...cuts.map((length) => ({
      name: `cut after ${length} bytes`,
      bytes: sound.slice(0, length),
      code: length < 4 ? "archive-not-zip" : "archive-truncated",
    })),
    { name: "the first byte missing", bytes: sound.slice(1), code: "archive-corrupt" },
    { name: "a hole in the middle", bytes: join(sound.slice(0, 200), sound.slice(210)), code: "archive-corrupt" },
    { name: "bytes before the zip", bytes: join(new Uint8Array(10), sound), code: "archive-corrupt" },
    { name: "bytes after the zip", bytes: join(sound, new Uint8Array(10)), code: "archive-corrupt" },
    damaged("one part of several", "archive-split", (_, view) => view.setUint16(end + 4, 1, true)),
    damaged("64-bit sizes", "archive-zip64", (_, view) => view.setUint32(end + 16, 0xffffffff, true)),
    damaged("more entries than said", "archive-corrupt", (_, view) => {
      view.setUint16(end + 8, 3, true);
      view.setUint16(end + 10, 3, true);
    }),
    damaged("fewer entries than said", "archive-corrupt", (_, view) => {
      view.setUint16(end + 8, 9, true);
      view.setUint16(end + 10, 9, true);
    }),
    damaged("too many entries", "archive-too-many-entries", (_, view) => {
      view.setUint16(end + 8, 60_001, true);
      view.setUint16(end + 10, 60_001, true);
    }),
    damaged("a damaged table of contents", "archive-corrupt", (bytes) => bytes.fill(0, central, central + 4)),
  ];
}

/** Zips with one bad entry. */
async function brokenEntries(): Promise<BrokenZip[]> {
  const file = "stimuli/2.png";
  const edited = async (name: string, code: string, edit: (entry: EntryEditor) => void): Promise<BrokenZip> => {
    const bytes = await zip(packageFiles());
    edit(new EntryEditor(bytes, file));
    return { name, bytes, code, file };
  };
  const renamed = async (name: string, code: string, to: string): Promise<BrokenZip> => {
    const bytes = await zip(packageFiles({ [to.replace(/./gs, "q")]: "x" }));
    new EntryEditor(bytes, to.replace(/./gs, "q")).rename(to);
    return { name, bytes, code, file: to };
  };
  const bomb = await zip(packageFiles({ [file]: new Uint8Array(48 * 2 ** 20) }));
  const lying = bomb.slice();
  new EntryEditor(lying, file).setBoth(24, 22, 100);
  return Promise.all([
    edited("an encrypted entry", "archive-encrypted", (entry) => entry.setBoth(8, 6, 1, 2)),
    edited("an entry packed with LZMA", "archive-method", (entry) => entry.setBoth(10, 8, 14, 2)),
    edited("an entry with 64-bit size", "archive-zip64", (entry) => entry.setBoth(20, 18, 0xffffffff)),
    edited("an entry reaching past the zip", "archive-corrupt", (entry) => entry.setBoth(20, 18, 2 ** 30)),
    edited("an entry elsewhere than said", "archive-corrupt", (entry) => entry.setCentral(42, 7)),
    edited("an entry with two names", "archive-corrupt", (entry) => entry.renameLocal("stimuli/9.png")),
    edited("a wrong checksum", "entry-corrupt", (entry) => entry.setBoth(16, 14, 12345)),
    edited("a wrong size", "entry-corrupt", (entry) => entry.setBoth(24, 22, 5)),
    edited("damaged data", "entry-corrupt", (entry) => entry.damageData()),
    edited("stored, says deflated", "entry-corrupt", (entry) => entry.setBoth(10, 8, 0, 2)),
    renamed("a path upwards", "archive-path", "../evil.png"),
    renamed("a path upwards inside", "archive-path", "stimuli/../../evil.png"),
    renamed("an absolute path", "archive-path", "/etc/passwd"),
    renamed("a path with a drive", "archive-path", "C:/evil.png"),
    renamed("a path with backslashes", "archive-path", "stimuli\\5.png"),
    renamed("a path with NUL", "archive-path", "stimuli/5.png\0.txt"),
    renamed("a path too long", "archive-path-too-long", `${"d/".repeat(300)}x`).then(({ file: _, ...rest }) => rest),
    renamed("two entries of one name", "archive-duplicate", "responses.csv"),
    renamed("the same name, written longer", "archive-duplicate", "./responses.csv").then((it) => ({
      ...it,
      file: "responses.csv",
    })),
    renamed("names that differ in case", "archive-case-collision", "Stimuli/1.PNG"),
    { name: "a bomb", bytes: bomb, code: "entry-ratio", file },
    { name: "a bomb that lies about its size", bytes: lying, code: "entry-ratio", file },
    zip(packageFiles({ "benchmark.json": `${manifest({})}${" ".repeat(5 * 2 ** 20)}` })).then((bytes) => ({
      name: "a manifest of 5 MB",
      bytes,
      code: "entry-too-large",
      file: "benchmark.json",
    })),
  ]);
}

type Content = readonly [name: string, changes: Files, code: string, place: Omit<BrokenZip, "name" | "bytes" | "code">];

/** Sound zips with wrong contents. */
function brokenContents(): Promise<BrokenZip[]> {
  return Promise.all(
    [...manifests(), ...stimulusTables(), ...responseTables(), ...pictures()].map(
      async ([name, changes, code, place]) => ({
        name,
        bytes: await zip(packageFiles(changes)),
        code,
        ...place,
      }),
    ),
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
      "a probabilities task",
      { task: { name: "probabilities", fitting_stimuli: set } },
      "not-yet-supported",
      "task",
    ),
    field(
      "an odd-one-out task",
      { task: { name: "odd_one_out", triplets: "triplets.csv" } },
      "not-yet-supported",
      "task",
    ),
    raw(
      "a recording",
      manifest({
        task: undefined,
        recording: { region: "IT", time_bins: [[70, 170]] },
        data: { assembly: "assembly.nc" },
      }),
      "not-yet-supported",
      { field: "recording" },
    ),
    [
      "two manifests of one identifier",
      {
        "second/benchmark.json": manifest({ stimulus_set: { ...set, table: "../stimuli.csv", images: "../stimuli" } }),
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

/** Changes the two headers of one entry in place: what no zip writer would write. */
class EntryEditor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #central: number;
  readonly #local: number;

  constructor(bytes: Uint8Array<ArrayBuffer>, name: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
    const letters = [...new TextEncoder().encode(name)];
    this.#local = find(bytes, letters) - 30;
    this.#central = find(bytes, letters, find(bytes, [0x50, 0x4b, 1, 2])) - 46;
  }

  setCentral(offset: number, value: number): void {
    this.#view.setUint32(this.#central + offset, value, true);
  }

  setBoth(central: number, local: number, value: number, width: 2 | 4 = 4): void {
    for (const at of [this.#central + central, this.#local + local]) {
      if (width === 2) this.#view.setUint16(at, value, true);
      else this.#view.setUint32(at, value, true);
    }
  }

  rename(name: string): void {
    this.renameLocal(name);
    this.#bytes.set(new TextEncoder().encode(name), this.#central + 46);
  }

  renameLocal(name: string): void {
    this.#bytes.set(new TextEncoder().encode(name), this.#local + 30);
  }

  damageData(): void {
    const start = this.#local + 30 + this.#view.getUint16(this.#local + 26, true);
    this.#bytes.fill(0xff, start + 2, start + 12);
  }
}

function find(bytes: Uint8Array, sequence: readonly number[], from = 0): number {
  for (let at = from; at + sequence.length <= bytes.length; at++) {
    if (sequence.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  throw new RangeError("the bytes do not hold this sequence");
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
