import { describe, expect, it } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import { brokenZips } from "./broken.fixture.ts";
import { readPackage } from "./read.ts";

const corpus = await brokenZips();

describe("readPackage refuses broken zips", () => {
  it("has a corpus worth the name", () => {
    expect(corpus.length).toBeGreaterThan(100);
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
  });

  it.each(corpus)("$name: $code", async ({ name: _, bytes, code, ...place }) => {
    const error: unknown = await readPackage(new Blob([bytes]), { fileName: "b.zip" }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(GapscopeError);
    if (!(error instanceof GapscopeError)) return;
    expect(error.code).toBe("package-refused");
    expect(error.faults).toContainEqual(expect.objectContaining({ file: "b.zip", ...place, code }));
    for (const fault of error.faults) {
      expect(fault.message).toMatch(/[.:!?”)]$|: .+/);
      expect(fault.remedy ?? fault.expected).toBeTruthy();
    }
  });
});
