import { describe, expect, it } from "vitest";
import { type Need, needOf, planOf, stepOf, type Work } from "./preflight.ts";

const GB = 1e9;

function work(more: Partial<Work> = {}): Work {
  return {
    ...{ benchmark: "b", use: "recording", stimuli: 1000, missing: 1000, featureBytes: 4, recorded: 0 },
    features: [1000],
    ...more,
  };
}

function need(subject: string, more: Partial<Need> = {}): Need {
  return { subject, pictures: 100, secondsPerPicture: 0.1, stores: GB, storesAtMost: GB, step: undefined, ...more };
}

const roomy = { storage: 100 * GB, memory: undefined };

describe("stepOf", () => {
  it("of a recording has the Gram matrices, a tile, five pieces, the blocks in float64 and the primate data thrice", () => {
    // 640 stimuli × 186,624 features: a tile of 179 rows (128 MiB), pieces of 44 (32 MiB), blocks of 2²² values.
    const layer = stepOf(work({ stimuli: 640, features: [186_624], recorded: 320_000 }));
    expect(layer.bytes).toBe(2 * 8 * 640 ** 2 + (179 + 5 * 44) * 186_624 * 4 + 32 * 2 ** 22 + 24 * 320_000);
    expect(layer.array).toBe(8 * 640 ** 2);
    expect(layer.what).toContain("640 stimuli");
  });

  it("of many stimuli is the matrices that a fold is fitted in", () => {
    const step = stepOf(work({ stimuli: 20_000, features: [100] }));
    expect(step.bytes).toBe(4 * 8 * 20_000 ** 2);
    expect(step.array).toBe(8 * 20_000 ** 2);
  });

  it("of float64 activations has tiles of twice the size", () => {
    const bytes = (featureBytes: number) => stepOf(work({ features: [100_000], featureBytes })).bytes;
    expect(bytes(8) - bytes(4)).toBe((335 + 5 * 83) * 100_000 * 4);
  });

  it("of a readout has all features at once", () => {
    const step = stepOf(work({ use: "fitted", stimuli: 7200, features: [258_048] }));
    expect(step.array).toBe(7200 * 258_048 * 4);
    expect(step.bytes).toBeGreaterThan(step.array);
  });

  it("of logits is small, however many pictures there are", () => {
    expect(stepOf(work({ use: "gathered", stimuli: 50_000, features: [1000] })).bytes).toBe(50_000 * 1000 * 4);
  });
});

describe("needOf", () => {
  it("adds up what is missing and what is stored of it", () => {
    const works = [
      work({ missing: 10, features: [100, 200] }),
      work({ missing: 0, features: [undefined] }),
      work({ missing: 5, features: [1000], stimuli: 2000 }),
    ];
    const found = needOf("s", works, 0.5);
    expect(found).toMatchObject({ subject: "s", pictures: 15, secondsPerPicture: 0.5 });
    expect([found.stores, found.storesAtMost]).toEqual([4 * (10 * 300 + 5 * 1000), 4 * (10 * 300 + 5 * 1000)]);
    expect(found.step?.array).toBe(8 * 2000 ** 2);
  });

  it("does not know what nobody has measured, and says how much it may be", () => {
    const found = needOf("s", [work({ missing: 10, features: [100, undefined] })], undefined);
    expect(found.stores).toBeUndefined();
    expect(found.storesAtMost).toBe(4 * 10 * (100 + 2 ** 22));
  });

  it("of nothing is nothing", () => {
    expect(needOf("s", [], undefined)).toMatchObject({ pictures: 0, stores: 0, step: undefined });
  });
});

describe("planOf", () => {
  it("adds up subjects", () => {
    const step = { what: "x", bytes: 5, array: 1 };
    const plan = planOf([need("a"), need("b", { pictures: 50, secondsPerPicture: 2, step })], roomy);
    expect(plan).toEqual({ pictures: 150, seconds: 110, stores: 2 * GB, step, unsettled: [] });
  });

  it("has no time where a network was never timed, unless it has nothing to see", () => {
    expect(planOf([need("a", { secondsPerPicture: undefined })], roomy).seconds).toBeUndefined();
    const stored = need("a", { secondsPerPicture: undefined, pictures: 0, stores: 0, storesAtMost: 0 });
    expect(planOf([stored, need("b")], roomy).seconds).toBe(10);
  });

  it("leaves a tenth of the room, and offers what fits: without storing, or fewer", () => {
    const needs = [need("a"), need("b", { stores: 3 * GB }), need("c")];
    expect(planOf(needs, { storage: 5.6 * GB, memory: undefined }).shortage).toBeUndefined();
    expect(planOf(needs, { storage: 5.5 * GB, memory: undefined }).shortage).toEqual({
      ...{ of: "storage", needed: 5 * GB, room: 5.5 * GB, subjects: ["a", "b", "c"] },
      offers: [{ kind: "without storing" }, { kind: "fewer", subjects: ["a", "b"] }],
    });
    // Memory holds one network's activations at a time.
    expect(planOf(needs, { storage: 2.5 * GB, memory: 2 * GB }).shortage?.offers).toEqual([
      { kind: "fewer", subjects: ["a", "c"] },
    ]);
    expect(planOf([need("b", { stores: 9 * GB })], { storage: GB, memory: 2 * GB }).shortage?.offers).toEqual([]);
  });

  it("without storing needs no room, and memory for one network's activations", () => {
    const step = { what: "x", bytes: GB, array: 1 };
    const needs = [need("a", { stores: 2 * GB, step }), need("b", { stores: 3 * GB })];
    const plan = planOf(needs, { storage: 0, memory: 3 * GB }, { storing: false });
    expect(plan).toMatchObject({ pictures: 200, stores: 0, step: { bytes: 3 * GB } });
    expect(plan.shortage).toBeUndefined();
    expect(planOf(needs, { storage: 0, memory: 2.9 * GB }, { storing: false }).shortage).toMatchObject({
      ...{ of: "memory", needed: 3 * GB, subjects: ["a", "b"], offers: [] },
    });
  });

  it("is not held up where the browser does not say what it has", () => {
    const plan = planOf([need("a", { stores: 900 * GB, storesAtMost: 900 * GB })], {
      storage: undefined,
      memory: undefined,
    });
    expect(plan.shortage).toBeUndefined();
    expect(plan.unsettled).toEqual([]);
  });

  it("refuses a step that is larger than memory, and offers those that fit", () => {
    const step = { what: "b: inner products of 20000 stimuli", bytes: 13 * GB, array: 3 * GB };
    const needs = [need("small"), need("large", { step })];
    expect(planOf(needs, { storage: 100 * GB, memory: 8 * GB }).shortage).toEqual({
      ...{ of: "memory", needed: 13 * GB, room: 8 * GB, step, subjects: ["large"] },
      offers: [{ kind: "fewer", subjects: ["small"] }],
    });
    expect(planOf(needs, roomy).shortage).toBeUndefined();
  });

  it("refuses an array that no browser gives, whatever memory there is", () => {
    const step = stepOf(work({ stimuli: 32_768, features: [10] }));
    const plan = planOf([need("a", { step })], roomy);
    expect(plan.shortage).toMatchObject({ of: "memory", subjects: ["a"], offers: [] });
    expect(plan.shortage?.room).toBeUndefined();
    expect(planOf([need("a", { step: stepOf(work({ stimuli: 32_767, features: [10] })) })], roomy).shortage).toBe(
      undefined,
    );
  });

  it("names whose first picture would tell, where unknown layers decide", () => {
    const unknown = need("new", { stores: undefined, storesAtMost: 60 * GB });
    expect(planOf([need("a"), unknown], { storage: 100 * GB, memory: undefined }).unsettled).toEqual([]);
    const tight = planOf([need("a"), unknown], { storage: 50 * GB, memory: undefined });
    expect(tight).toMatchObject({ stores: undefined, unsettled: ["new"] });
    expect(tight.shortage).toBeUndefined();
  });
});
