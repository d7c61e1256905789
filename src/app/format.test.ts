import { describe, expect, it } from "vitest";
import {
  breakable,
  bytes,
  count,
  decimal,
  duration,
  equationText,
  ofBytes,
  percent,
  plural,
  plusMinus,
} from "./format.ts";

describe("numbers as the page prints them", () => {
  it("prints scores to three decimals with a true minus and no negative zero", () => {
    expect(decimal(0.346849)).toBe("0.347");
    expect(decimal(1.1)).toBe("1.100");
    expect(decimal(-0.0214)).toBe("−0.021");
    expect(decimal(-0.0001)).toBe("0.000");
  });

  it("prints errors to two figures", () => {
    expect(plusMinus(0.1062)).toBe("± 0.11");
    expect(plusMinus(0.0512)).toBe("± 0.051");
  });

  it("never rounds a share that is neither none nor all to 0 or 100", () => {
    expect(percent(0)).toBe("0 %");
    expect(percent(0.001)).toBe("<1 %");
    expect(percent(0.87125)).toBe("87 %");
    expect(percent(0.9999)).toBe(">99 %");
    expect(percent(1)).toBe("100 %");
  });

  it("groups thousands and agrees in number", () => {
    expect(count(1280)).toBe("1,280");
    expect(plural(1, "person", "people")).toBe("1 person");
    expect(plural(10, "person", "people")).toBe("10 people");
  });

  it("prints storage and time left at the coarseness they deserve", () => {
    expect(bytes(0)).toBe("0 B");
    expect(bytes(1500)).toBe("1.5 kB");
    expect(bytes(214_000_000)).toBe("214 MB");
    expect(ofBytes(0, 5_570_659)).toBe("0.0 of 5.6 MB");
    expect(ofBytes(61_000_000, 244_408_911)).toBe("61 of 244 MB");
    expect(ofBytes(512_000_000, 1_226_609_515)).toBe("512 of 1,227 MB");
    expect(ofBytes(512_000, undefined)).toBe("512 kB");
    expect(duration(0.2)).toBe("1 s");
    expect(duration(150)).toBe("3 min");
    expect(duration(4800)).toBe("1 h 20 min");
  });

  it("puts numbers into a formula, leaves its other words and says its bounds once", () => {
    expect(equationText("raw / ceiling, within [0, 1]", 0.110449, 0.318436)).toBe(
      "raw / ceiling = 0.110 / 0.318, within [0, 1]",
    );
    expect(equationText("(raw − chance) / (ceiling − chance)", 0.5, 0.9)).toBe(
      "(raw − chance) / (ceiling − chance) = (0.500 − chance) / (0.900 − chance)",
    );
  });

  it("breaks identifiers where a reader would", () => {
    expect(breakable("Geirhos2021edge-error_consistency")).toEqual(["Geirhos2021", "edge-", "error_", "consistency"]);
    expect(breakable("resnet18-localAggregation")).toEqual(["resnet18-", "local", "Aggregation"]);
  });
});
