import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainOf, placeLabels } from "./strip-layout.ts";

describe("the strip's axis", () => {
  it("is 0 to 1 and grows only for values beyond", () => {
    expect(domainOf([0.2, 0.9])).toEqual([0, 1]);
    expect(domainOf([])).toEqual([0, 1]);
    expect(domainOf([-0.12, 1.04, Number.NaN])).toEqual([-0.2, 1.1]);
  });
});

describe("labels of the strip", () => {
  it("take a second lane where the first is taken, and none where both are", () => {
    const same = { x: 50, width: 40 };
    expect(placeLabels([same, same, same], 200, 2)).toEqual([{ x: 50, lane: 0 }, { x: 50, lane: 1 }, undefined]);
  });

  it("stay inside", () => {
    expect(placeLabels([{ x: 2, width: 40 }], 200, 1)).toEqual([{ x: 20, lane: 0 }]);
    expect(placeLabels([{ x: 199, width: 40 }], 200, 1)).toEqual([{ x: 180, lane: 0 }]);
  });

  it("never overlap", () => {
    const label = fc.record({ x: fc.integer({ min: 0, max: 400 }), width: fc.integer({ min: 1, max: 120 }) });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 20 }), fc.integer({ min: 1, max: 4 }), (labels, lanes) => {
        const placed = placeLabels(labels, 400, lanes);
        const boxes = placed.flatMap((at, i) => (at === undefined ? [] : [{ ...at, width: labels[i]?.width ?? 0 }]));
        for (const [i, a] of boxes.entries()) {
          for (const b of boxes.slice(i + 1)) {
            if (a.lane === b.lane) expect(Math.abs(a.x - b.x)).toBeGreaterThanOrEqual((a.width + b.width) / 2);
          }
        }
      }),
    );
  });
});
