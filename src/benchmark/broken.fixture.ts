/**
 * A corpus of broken packages: what the reader, the page and the command line must refuse, each with the fault that must
 * be named. Everything is built here in code.
 */
import { brokenContents } from "./broken-contents.fixture.ts";
import { find, manifest, packageFiles, picture, zip } from "./sound.fixture.ts";

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
    edited("an entry reaching into the next", "archive-overlap", (entry) => entry.setBoth(20, 18, 200)).then((it) => ({
      ...it,
      file: "stimuli/3.png",
    })),
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
    renamed("a path too long", "archive-path-too-long", `${"d/".repeat(300)}x`).then((it) => ({
      ...it,
      file: `${"d/".repeat(300).slice(0, 79)}…`,
    })),
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

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
