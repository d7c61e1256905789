import { describe, expect, it } from "vitest";
import { GapscopeError } from "../../faults/faults.ts";
import { parseCsv } from "../csv.ts";
import { Findings } from "../findings.ts";
import { histogramOf } from "./histogram.ts";

function read(text: string) {
  const findings = new Findings();
  const parsed = parseCsv(new TextEncoder().encode(text), "cells.csv");
  if (!("table" in parsed)) throw new Error("the table cannot be parsed");
  const histogram = histogramOf({ ...parsed, file: "cells.csv" }, findings);
  try {
    findings.refuseIfAny("zip");
    return { histogram, faults: [] };
  } catch (error) {
    if (!(error instanceof GapscopeError)) throw error;
    const { faults } = error;
    return { histogram, faults: faults.map(({ code, line, column }) => `${code}:${line ?? ""}:${column ?? ""}`) };
  }
}

describe("a histogram", () => {
  it("has its bins' edges and counts, and the cells that have no such property", () => {
    expect(read("low,high,count,simple\n,,42,\n0.0625,0.125,0,0\n0.125,0.25,9,4\n")).toEqual({
      histogram: { edges: [0.0625, 0.125, 0.25], counts: [0, 9], undefinedCells: 42 },
      faults: [],
    });
  });

  it.each([
    ["low,count\n0,1\n", ["missing-column:1:high"]],
    ["low,high,count\n", ["empty-table::"]],
    ["low,high,count\n,,3\n", ["histogram-bins::"]],
    [
      "low,high,count\n0,1,2.5\n1,2,-1\n2,3,\n",
      ["histogram-number:2:count", "histogram-number:3:count", "histogram-number:4:count"],
    ],
    ["low,high,count\n0,1,1\n1,,1\n", ["histogram-number:3:high"]],
    ["low,high,count\na,1,1\n", ["histogram-number:2:low"]],
    ["low,high,count\n0,1,1\n1.5,2,1\n", ["histogram-bins:3:low"]],
    ["low,high,count\n0,1,1\n1,1,1\n", ["histogram-bins:3:high"]],
  ])("is refused, with the cell that is at fault: %j", (text, faults) => {
    expect(read(text)).toEqual({ histogram: undefined, faults });
  });
});
