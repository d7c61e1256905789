import { describe, expect, it } from "vitest";
import { GapscopeError } from "../faults/faults.ts";
import imagenet from "../models/imagenet.json";
import { readGolden } from "../testing/golden.ts";
import { decideImagenet, decideLabels, labelReadout } from "./label.ts";

type Fill =
  | number
  | { readonly seed: number; readonly low: number; readonly high: number }
  | { readonly seed: number; readonly levels: number };

interface Golden {
  readonly label_task: {
    readonly rows: readonly {
      readonly name: string;
      readonly fill: Fill;
      readonly set?: readonly (readonly [number, number])[];
    }[];
    readonly choices: Readonly<Record<string, readonly string[]>>;
    readonly decisions: Readonly<
      Record<string, { readonly answers: readonly string[]; readonly probabilities?: readonly (readonly number[])[] }>
    >;
  };
}

const { label_task: golden } = readGolden("brainscore-behaviour.json") as Golden; // the file's own script says its form

/** The same rows of logits as reference/brainscore_behaviour.py makes (`logits_of`). */
const logits = new Float32Array(golden.rows.length * 1000);
golden.rows.forEach(({ fill, set = [] }, row) => {
  const values = logits.subarray(row * 1000, (row + 1) * 1000);
  if (typeof fill === "number") values.fill(fill);
  else {
    let state = fill.seed;
    for (let i = 0; i < 1000; i++) {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0;
      const u = state >>> 8;
      values[i] = "levels" in fill ? u % fill.levels : fill.low + (fill.high - fill.low) * (u / 2 ** 24);
    }
  }
  for (const [index, value] of set) values[index] = value;
});

describe("the label task against Brain-Score's LabelBehavior", () => {
  for (const [name, choices] of Object.entries(golden.choices)) {
    const decided = decideLabels(logits, golden.rows.length, "imagenet1000", choices);
    const expected = golden.decisions[name];

    it.each(golden.rows.map((row, i) => ({ ...row, i })))(`${name}: $name`, ({ i }) => {
      expect(decided.answers[i]).toBe(expected?.answers[i]);
      const probabilities = decided.probabilities.subarray(i * choices.length, (i + 1) * choices.length);
      // numpy's vectorised float32 exp may differ from the correctly rounded one in the last bits.
      expected?.probabilities?.[i]?.forEach((p, c) => {
        const ours = probabilities[c] ?? Number.NaN;
        if (Number.isNaN(p)) expect(ours).toBeNaN();
        else expect(Math.abs(ours - p)).toBeLessThanOrEqual(1e-6 * p + 1e-44);
      });
    });
  }

  it("choices “imagenet”: the synset of the largest logit", () => {
    expect(decideImagenet(logits, golden.rows.length, "imagenet1000", imagenet.synsets)).toEqual(
      golden.decisions.imagenet?.answers,
    );
  });

  it("a 1001-way head loses its background class", () => {
    const rows = golden.rows.length;
    const wide = new Float32Array(rows * 1001);
    for (let row = 0; row < rows; row++) {
      wide[row * 1001] = 1000; // background, which must not be seen
      wide.set(logits.subarray(row * 1000, (row + 1) * 1000), row * 1001 + 1);
    }
    const choices = golden.choices.geirhos ?? [];
    expect(decideLabels(wide, rows, "imagenet1001", choices).answers).toEqual(golden.decisions.geirhos?.answers);
  });
});

describe("who cannot take part, and why", () => {
  const reasonOf = (attempt: () => unknown): string => {
    try {
      attempt();
    } catch (error) {
      if (error instanceof GapscopeError && error.code === "not-applicable") return error.message;
      throw error;
    }
    return "took part";
  };

  it("names the labels that ImageNet is not mapped to", () => {
    expect(reasonOf(() => labelReadout("imagenet1000", ["cat", "circle", "star"]))).toContain("“circle”, “star”");
  });

  it("names the labels that a network of its own classes lacks", () => {
    expect(reasonOf(() => labelReadout(["circle", "star"], ["circle", "heart"]))).toContain("“heart”");
    expect(labelReadout(["Circle", "pine tree"], ["circle", "PineTree"]).sets).toEqual([[0], [1]]);
  });

  it("says how many logits there are where there are not 1,000", () => {
    expect(reasonOf(() => decideLabels(new Float32Array(800), 2, "imagenet1000", ["cat"]))).toContain("has 400");
    expect(reasonOf(() => decideImagenet(new Float32Array(4), 2, ["a", "b"], imagenet.synsets))).toContain("ImageNet");
  });
});
