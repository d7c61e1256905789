import JSZip from "jszip";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ARCHIVE_CAPS, openArchive } from "./archive.ts";
import { zip } from "./sound.fixture.ts";

const MiB = 2 ** 20;
const blob = async (files: Record<string, string | Uint8Array>) => new Blob([await zip(files)]);
const refusal = (code: string, file?: string) => ({
  code: "package-refused",
  faults: [{ code, ...(file === undefined ? {} : { file }) }],
});

/** Bytes that do not compress: a linear congruential generator's. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

describe("openArchive", () => {
  it("names files without their common root, and reads them", async () => {
    const archive = await openArchive(await blob({ "a/x.txt": "one", "a/b/y.txt": "two", "a/.DS_Store": "" }), "z.zip");
    expect(archive.names).toEqual(["x.txt", "b/y.txt"]);
    expect(new TextDecoder().decode(await archive.read("b/y.txt"))).toBe("two");
    expect(archive.similar("B/Y.TXT")).toBe("b/y.txt");
    await expect(archive.read("z.txt")).rejects.toMatchObject(refusal("missing-file", "z.txt"));
  });

  it("keeps a root that is not common to all", async () => {
    const archive = await openArchive(await blob({ "a/x.txt": "one", "b/y.txt": "two" }), "z.zip");
    expect(archive.names).toEqual(["a/x.txt", "b/y.txt"]);
  });

  it("reads names that are no ASCII, and keys that look like numbers", async () => {
    const archive = await openArchive(await blob({ "größe/π.txt": "x", "2": "b", "1": "a" }), "z.zip");
    expect(archive.names).toContain("größe/π.txt");
    expect(new TextDecoder().decode(await archive.read("2"))).toBe("b");
  });

  it("refuses more than each cap", async () => {
    const file = await blob({ a: noise(40_000), b: noise(40_000) });
    const open = (caps: Partial<typeof ARCHIVE_CAPS>) => openArchive(file, "z.zip", { ...ARCHIVE_CAPS, ...caps });
    await expect(open({ archiveBytes: 1000 })).rejects.toMatchObject(refusal("archive-too-large", "z.zip"));
    await expect(open({ entries: 1 })).rejects.toMatchObject(refusal("archive-too-many-entries", "z.zip"));
    const small = await open({ entryBytes: 39_999 });
    await expect(small.read("a")).rejects.toMatchObject(refusal("entry-too-large", "a"));
    const narrow = await open({ inflatedBytes: 79_999 });
    expect(await narrow.read("a")).toHaveLength(40_000);
    await expect(narrow.read("b")).rejects.toMatchObject(refusal("archive-too-large-inflated", "b"));
    const exact = await open({ entries: 2, entryBytes: 40_000, inflatedBytes: 80_000 });
    expect([await exact.read("a"), await exact.read("b")].map(({ length }) => length)).toEqual([40_000, 40_000]);
  });

  it("stops when told to, in the middle of an entry", async () => {
    const archive = await openArchive(await blob({ a: noise(4 * MiB) }), "z.zip");
    const stop = new AbortController();
    const reading = archive.read("a", { signal: stop.signal });
    stop.abort();
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
  });

  it("stops a bomb near the cap, not at its end", async () => {
    const file = await blob({ bomb: new Uint8Array(192 * MiB) });
    const inflated = countInflated("bomb");
    const archive = await openArchive(file, "z.zip", { ...ARCHIVE_CAPS, entryBytes: 8 * MiB });
    await expect(archive.read("bomb")).rejects.toMatchObject(refusal("entry-too-large", "bomb"));
    await new Promise((resolve) => setTimeout(resolve, 100)); // a stream that was not stopped would go on
    expect(inflated()).toBeGreaterThan(8 * MiB);
    expect(inflated()).toBeLessThan((8 + 17) * MiB); // 16 KiB more of input, times the 1,030 of deflate at best
  });
});

/** Counts what JSZip inflates of `name` in archives that are opened from now on in this test. */
function countInflated(name: string): () => number {
  let bytes = 0;
  const load = JSZip.loadAsync.bind(JSZip);
  const spy = vi.spyOn(JSZip, "loadAsync").mockImplementation(async (...input) => {
    const archive = await load(...input);
    const object = archive.file(name);
    if (object === null) return archive;
    const open: unknown = Reflect.get(object, "internalStream");
    if (typeof open !== "function") throw new TypeError("JSZip has no internalStream");
    Reflect.set(object, "internalStream", (type: string) =>
      open.call(object, type).on("data", (piece: Uint8Array) => {
        bytes += piece.length;
      }),
    );
    return archive;
  });
  onTestFinished(() => spy.mockRestore());
  return () => bytes;
}
