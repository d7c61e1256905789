import { describe, expect, it } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import { answersOf, tableOf } from "../testing/golden.ts";
import { ceilingOf, scoreResponses } from "./score.ts";

const stimuli = { stimulus_id: [1, 2, 3, 4], truth: ["a", "b", "a", "b"], condition: [0, 0, 0, 0] };
const people = tableOf({
  stimulus_id: [1, 2, 3, 4, 1, 2, 3, 4],
  subject: ["x", "x", "x", "x", "y", "y", "y", "y"],
  response: ["a", "b", "a", "a", "a", "b", "b", "a"],
  truth: [...stimuli.truth, ...stimuli.truth],
  condition: Array(8).fill(0),
});
const named = (name: string, options = {}) => ({ name, options });
const kappa = { metric: named("error_consistency"), ceiling: named("metric"), responses: people };
const top1 = { metric: named("accuracy"), ceiling: named("constant", { value: 0.8 }), responses: people };
const answers = (...given: (string | null)[]) => answersOf(given, stimuli);

const codeOf = (attempt: () => unknown): string => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof GapscopeError) return error.code;
    throw error;
  }
  return "none";
};

describe("a score", () => {
  it("is raw / ceiling, with both kept and the error unscaled", () => {
    // x is right on 3 of 4, y on 2 of 4; by hand: e = .5, o = .75, so the ceiling is .5. The model is right where x is.
    const score = scoreResponses(kappa, answers("a", "b", "a", "a"));
    expect(score.ceiling.value).toBeCloseTo(0.5, 12);
    expect(score.raw).toBeCloseTo(0.75, 12); // kappa 1 with x, .5 with y
    expect(score.error).toBeCloseTo(0.25, 12);
  });

  it("is bounded where Brain-Score bounds it, and says so", () => {
    const score = scoreResponses(kappa, answers("a", "b", "a", "a"));
    expect(score.score).toBe(1);
    expect(score.formula).toBe("raw / ceiling, within [0, 1]");
    expect(score.notes).toEqual(["bounded to 1 as Brain-Score does; 1.5000 before"]);
    const open = scoreResponses({ ...kappa, bounds: [null, null] }, answers("a", "b", "a", "a"));
    expect(open.score).toBeCloseTo(1.5, 12);
    expect(open.formula).toBe("raw / ceiling");
  });

  it("divides accuracy by a constant and leaves it unbounded", () => {
    const score = scoreResponses(top1, answers("a", "b", "a", "b"));
    expect(score).toMatchObject({ raw: 1, score: 1.25, formula: "raw / ceiling", notes: [] });
  });

  it("follows the formula the manifest names", () => {
    const of = (normalisation: "explained_variance" | "squared_ratio") =>
      scoreResponses({ ...top1, normalisation }, answers("a", "a", "a", "a"));
    expect(of("explained_variance").score).toBeCloseTo(0.5 ** 2 / 0.8, 12);
    expect(of("squared_ratio").score).toBeCloseTo((0.5 / 0.8) ** 2, 12);
  });

  it("counts an empty answer as wrong", () => {
    expect(scoreResponses(top1, answers("a", null, "a", null)).raw).toBe(0.5);
  });
});

describe("what has no number has a reason", () => {
  it("undefined kappas: everybody is always right", () => {
    const perfect = tableOf({
      stimulus_id: [1, 2, 1, 2],
      subject: ["x", "x", "y", "y"],
      response: ["a", "b", "a", "b"],
      truth: ["a", "b", "a", "b"],
      condition: [0, 0, 0, 0],
    });
    expect(codeOf(() => ceilingOf({ ...kappa, responses: perfect }))).toBe("undefined-score");
  });

  it("one person alone has no ceiling", () => {
    const alone = tableOf({
      stimulus_id: [1, 2],
      subject: ["x", "x"],
      response: ["a", "a"],
      truth: ["a", "b"],
      condition: [0, 0],
    });
    expect(codeOf(() => ceilingOf({ ...kappa, responses: alone }))).toBe("undefined-score");
  });

  it("a ceiling of nothing", () => {
    expect(codeOf(() => scoreResponses(kappa, answers("a", "b", "a", "a"), { value: 0 }))).toBe("undefined-score");
  });

  it("names that nothing is registered under", () => {
    expect(codeOf(() => scoreResponses({ ...kappa, metric: named("pls") }, answers("a", "b", "a", "a")))).toBe(
      "package-refused",
    );
    expect(codeOf(() => ceilingOf({ ...top1, ceiling: named("metric") }))).toBe("package-refused");
  });
});
