import { describe, expect, it } from "vitest";
import { distanceOf, largestDegrees, pxOfDegrees, roomFor, sideOf } from "./size.ts";

const viewing = { pxPerMm: 4, distanceCm: 57.3 };

describe("the size of pictures", () => {
  it("from 57.3 cm a degree is a centimetre", () => {
    expect(pxOfDegrees(1, viewing)).toBeCloseTo(40, 1);
    expect(distanceOf(40, 1, 4)).toBeCloseTo(57.3, 1);
    expect(distanceOf(pxOfDegrees(8, viewing), 8, 4)).toBeCloseTo(57.3, 9);
  });

  it("fills the room in the benchmark's proportion where nothing was measured", () => {
    expect(sideOf(400, [8, 4], 0)).toBe(400);
    expect(sideOf(400, [8, 4], 1)).toBe(200);
    expect(sideOf(400, null, 0)).toBe(400);
  });

  it("is the visual angle where it was, as far as there is room", () => {
    expect(sideOf(400, [8, 4], 1, viewing)).toBeCloseTo(pxOfDegrees(4, viewing), 9);
    expect(sideOf(100, [8, 4], 0, viewing)).toBe(100);
  });

  it("has no angle that a screen can show where pictures surround the eye", () => {
    expect(largestDegrees([8, 360])).toBeUndefined();
    expect(largestDegrees([8, 12])).toBe(12);
    expect(sideOf(400, [360, 360], 0, viewing)).toBe(400);
  });

  it("leaves three pictures beside each other within a narrow screen", () => {
    for (const across of [1, 3])
      expect(across * roomFor(360, 640, across) + 16 * (across + 1)).toBeLessThanOrEqual(360);
  });
});
