import { describe, expect, it } from "vitest";
import type { Scalar } from "../assembly/table.ts";
import { type CsvTable, csvTooLarge, parseCsv } from "./csv.ts";
import golden from "./golden/csv.json" with { type: "json" };

const encode = (text: string) => new TextEncoder().encode(text);

function table(text: string): CsvTable {
  const parsed = parseCsv(encode(text), "t.csv");
  if (!("table" in parsed)) throw new Error(JSON.stringify(parsed));
  return parsed;
}

function faults(text: string) {
  const parsed = parseCsv(encode(text), "t.csv");
  if ("table" in parsed) throw new Error("no fault");
  return parsed.map(({ code, file, line, column }) => ({ code, file, line, column }));
}

/** Golden values write what JSON cannot: integers beyond 2^53 and infinities. */
type GoldenValue = string | number | boolean | null | { readonly int?: string; readonly float?: string };
type GoldenTable = {
  readonly text: string;
  readonly columns: Record<string, { dtype: string; values: GoldenValue[] }>;
};

function scalar(value: GoldenValue): Scalar {
  if (value === null || typeof value !== "object") return value;
  return value.int === undefined ? Number(value.float === "inf" ? "Infinity" : "-Infinity") : Number(value.int);
}

describe("parseCsv types columns as pandas does", () => {
  const cases: [string, GoldenTable][] = Object.entries({ ...golden.columns, ...golden.texts });
  it.each(cases.filter(([name]) => name !== "a row of one empty quoted cell"))("%s", (_, { text, columns }) => {
    const parsed = table(text).table;
    for (const [name, expected] of Object.entries(columns)) {
      expect(parsed.columns[name]?.dtype).toBe(expected.dtype);
      expect(parsed.columns[name]?.values).toEqual(expected.values.map(scalar));
    }
  });

  it.each(Object.entries(golden.missingWords))("%j missing: %s", (word, missing) => {
    expect(table(`x,row\nword,0\n${word},1\n`).table.columns.x?.values[1]).toBe(missing ? null : word);
  });
});

describe("parseCsv", () => {
  it("keeps the cells as they were written", () => {
    expect(table("id,x\n007,1\n010,NA\n").table.columns).toEqual({
      id: { dtype: "int64", values: [7, 10], text: ["007", "010"] },
      x: { dtype: "float64", values: [1, null], text: ["1", "NA"] },
    });
  });

  it("keeps columns named like the properties of every object", () => {
    const columns = table("__proto__,constructor\n1,2\n").table.columns;
    expect(Object.keys(columns)).toEqual(["__proto__", "constructor"]);
  });

  it("counts lines across blank lines and quoted line breaks", () => {
    expect(table('a,b\n"x\r\ny\nz",1\n\nw,2\n').lines).toEqual([2, 6]);
  });

  it("reports every ragged row with its line", () => {
    expect(faults('a,b\n1\n"x\ny",2\n1,2,3\n')).toEqual([
      { code: "csv-ragged", file: "t.csv", line: 2, column: undefined },
      { code: "csv-ragged", file: "t.csv", line: 5, column: undefined },
    ]);
  });

  it.each([
    ["", "csv-empty", undefined],
    ["\n\n", "csv-empty", undefined],
    ["a,,b\n1,2,3\n", "csv-header", 1],
    ["a,b,a\n1,2,3\n", "csv-duplicate-column", 1],
    ['a,b\n1,2\n"x,3\ny,4\n', "csv-quote", 3],
    ['a,b\n"x"y,3\n', "csv-quote", 2],
  ])("refuses %j", (text, code, line) => {
    expect(faults(text)).toMatchObject([{ code, line }]);
  });

  it("refuses what is not UTF-8", () => {
    const utf16 = Uint8Array.of(0xff, 0xfe, 0x61, 0x00);
    expect(parseCsv(utf16, "t.csv")).toMatchObject([{ code: "csv-encoding", file: "t.csv" }]);
  });

  it("names some of very many faults, and their number", () => {
    for (const header of [",".repeat(5000), "a,".repeat(5000)]) {
      const found = faults(`${header}\n${header}\n`);
      expect(found).toHaveLength(501);
    }
    expect(faults(`a,b\n${"1\n".repeat(5000)}`)).toHaveLength(501);
  });

  it("takes no longer than a cell is long: digits that end in a letter, digits without end", () => {
    // In quadratic time the first alone would take six minutes.
    for (const cell of [`${"1".repeat(400_000)}x`, `${"1".repeat(400_000)}e`, "1".repeat(4_000_000)]) {
      expect(table(`a,b\n${cell},1\n`).table.columns.a?.dtype).toBe("object");
    }
    expect(table(`a,b\n${"0".repeat(50)}7,1\n`).table.columns.a?.values).toEqual([7]);
    expect(table("a,b\n18446744073709551615,00000000000000000000000000000000001\n").table.columns.a?.dtype).toBe(
      "int64",
    );
  });

  it("refuses a file of more bytes than a text may have, unread", () => {
    expect(csvTooLarge(2 ** 28, "t.csv")).toBeUndefined();
    expect(csvTooLarge(2 ** 28 + 1, "t.csv")).toMatchObject({ code: "csv-too-large", file: "t.csv" });
  });
});
