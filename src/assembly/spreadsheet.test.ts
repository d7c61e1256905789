/** Tables that leave the page are opened in spreadsheets, and names in them come from strangers' files. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromInert, inert } from "./spreadsheet.ts";

const SOURCES = new URL("../", import.meta.url);
/** Repacks a person's own table into a package; nobody opens that in a spreadsheet. */
const NO_EXPORT = ["benchmark/neural/brainio.ts"];

describe("a cell", () => {
  it.each(["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "－1"])("%j is no formula", (text) => {
    expect(inert(text)).toBe(`'${text}`);
    expect(fromInert(inert(text))).toBe(text);
  });

  it.each(["", "cat", "1", "-1", "+1.5", "-.5e-3", "a=b", "'quoted'", "–1"])("%j stays as it is", (text) => {
    expect(inert(text)).toBe(text);
    expect(fromInert(text)).toBe(text);
  });
});

describe("every table that is written", () => {
  const writers = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|^testing\//.test(file) && !NO_EXPORT.includes(file))
    .filter((file) => /\bcsvFormat\w*\(/.test(readFileSync(new URL(file, SOURCES), "utf8")));

  it("is known here", () => {
    expect(writers).toEqual(
      expect.arrayContaining(["scorecard/csv.ts", "scorecard/answers-csv.ts", "subject/person.ts"]),
    );
  });

  it.each(writers)("goes through it: %s", (file) => {
    expect(readFileSync(new URL(file, SOURCES), "utf8")).toMatch(/\binert\(/);
  });
});
