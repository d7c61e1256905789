import { describe, expect, it } from "vitest";
import { agreement, byStimulus, leastSquares } from "./predicted-values.ts";

const FOLDS = [
  { presentations: [4, 0, 2], recorded: [40, 0, 20], predicted: [30, 1, 22] },
  { presentations: [2, 1, 4], recorded: [20, 10, 40], predicted: [18, 9, 50] },
];

describe("predictions by stimulus", () => {
  it("are means over the splits that test it, and of none that no split tests", () => {
    expect(byStimulus(FOLDS)).toEqual([
      { row: 0, recorded: 0, predicted: 1, splits: 1 },
      { row: 1, recorded: 10, predicted: 9, splits: 1 },
      { row: 2, recorded: 20, predicted: 20, splits: 2 },
      { row: 4, recorded: 40, predicted: 40, splits: 2 },
    ]);
  });

  it("agree as the metric has it: split by split, then the mean", () => {
    const { each, r } = agreement(FOLDS);
    expect(each).toHaveLength(2);
    expect(each[0]).toBeCloseTo(0.9681, 4); // not the 1 of the means
    expect(r).toBeCloseTo(((each[0] ?? 0) + (each[1] ?? 0)) / 2, 12);
    const constant = { presentations: [0, 1], recorded: [1, 1], predicted: [0, 1] };
    expect(agreement([...FOLDS, constant]).r).toBe(r); // a split without a correlation is passed over
    expect(agreement([constant]).r).toBeNaN();
  });

  it("have a line of least squares", () => {
    const line = leastSquares([0, 1, 2], [1, 2, 6]);
    expect(line?.slope).toBeCloseTo(2.5, 12);
    expect(line?.intercept).toBeCloseTo(0.5, 12);
    expect(leastSquares([3, 3], [1, 2])).toBeUndefined();
  });
});
