import { describe, expect, it } from "vitest";
import { Findings, listed, MAX_FAULTS, nearest } from "./findings.ts";

const fault = (line: number) => ({ code: "wrong", line, message: "It is wrong." });

describe("faults", () => {
  it("are listed up to a number, and counted beyond it", () => {
    const faults = Array.from({ length: MAX_FAULTS + 3 }, (_, i) => fault(i));
    expect(listed(faults.slice(3))).toEqual(faults.slice(3));
    expect(listed(faults)).toHaveLength(MAX_FAULTS + 1);
    expect(listed(faults).at(-1)).toMatchObject({ code: "more-faults", message: "And 3 more that are not listed." });
    const findings = new Findings();
    findings.addAll(faults);
    findings.add(fault(0)); // known
    expect(findings.count).toBe(MAX_FAULTS + 3);
    expect(findings.faults).toEqual(listed(faults));
  });
});

describe("the nearest name", () => {
  it("is the one that was most likely meant", () => {
    expect(nearest("stimulus_ids", ["filename", "stimulus_id"])).toBe("stimulus_id");
    expect(nearest("condition", ["filename", "stimulus_id"])).toBeUndefined();
  });

  it("is not looked for among names that are too long or too many to compare", () => {
    expect(nearest("x".repeat(60), ["x".repeat(61), "x".repeat(10_000_000)])).toBeUndefined();
    const many = Array.from({ length: 20_000 }, (_, i) => `${"y".repeat(50)}${i}`);
    expect(nearest("x".repeat(60), [...many, "x".repeat(60)])).toBeUndefined();
  });
});
