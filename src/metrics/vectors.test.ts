/**
 * The vectors T25–T41 of brainscore.md §9: numbers of Brain-Score's own code on inputs that are built here.
 * T25 and so on are its names of them.
 */
import { describe, expect, it } from "vitest";
import type { Scalar, Table } from "../assembly/table.ts";
import { scoreResponses } from "../scoring/score.ts";
import { answersOf, type Columns, probabilitiesOf, readGolden, tableOf } from "../testing/golden.ts";
import { dprimes, falseAlarmsOfPeople, falseAlarmsOfSubject } from "./i1i2.ts";
import { fitPsychometric, inversePsychometric, negativeLogLikelihood, psychometric } from "./psychometric.ts";
import { behavioralMetrics } from "./registry.ts";
import { manipulationOf } from "./tasks-consistency.ts";
import { distanceFromPeople, untilAsymptote } from "./threshold.ts";
import { closeness } from "./value-delta.ts";

interface Block {
  readonly center: number;
  readonly error: number;
  readonly ceiling: number;
  readonly ceiled: number;
}
type Signature = Block & {
  readonly raw: readonly number[];
  readonly ceiling_raw: readonly number[];
  readonly ceiling_error: number;
  readonly ceiled_error: number;
};
interface Golden {
  readonly blocks: Readonly<Record<string, Block>> & {
    readonly i1: Signature;
    readonly i2n: Signature;
    readonly i2n_src: Readonly<Record<"far_row0" | "dprime_n_row0" | "far_row4" | "dprime_n_row4", readonly number[]>>;
    readonly i2n_tgt_full: Readonly<Record<"row0" | "row4", readonly number[]>>;
    readonly i2n_tgt_full_dn: Readonly<Record<"row0" | "row4", readonly number[]>>;
    readonly psychometric_fit: {
      readonly params: readonly [number, number, number];
      readonly r2: number;
      readonly thr75: number;
      readonly nll: number;
    };
    readonly psychometric_fn: { readonly p: readonly number[] };
    readonly tasks_map: Readonly<Record<string, readonly [string, string]>>;
    readonly ferguson_integral: { readonly v: number };
    readonly hebart_norm: { readonly v: number };
    readonly coggan_ceiler: { readonly v: number };
    readonly confusion_similarity: { readonly v: number };
    readonly coggan_behavior: {
      readonly raw: number;
      readonly ceiling: number;
      readonly ceiling_err: number;
      readonly ceiled: number;
    };
  };
}

const { blocks } = readGolden("brainscore-vectors-behaviour.json") as Golden; // the file is what it says
const block = (name: string): Block => blocks[name] ?? { center: -1, error: -1, ceiling: -1, ceiled: -1 };

const metricOf = (name: string) => {
  const metric = behavioralMetrics.get(name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  return metric;
};

function expectAll(actual: readonly number[] | undefined, expected: readonly number[]): void {
  expect(actual?.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    if (Number.isNaN(value)) expect(actual?.[i]).toBeNaN();
    else expect(actual?.[i]).toBeCloseTo(value, 9);
  }
}

/** A row per trial from a row of answers per person. */
function trialsOf(stimuli: Columns, people: Readonly<Record<string, readonly string[]>>): Table {
  const each = Object.entries(people);
  const columns = Object.entries(stimuli).map(([name, values]) => [name, each.flatMap(() => [...values])] as const);
  return tableOf({
    ...Object.fromEntries(columns),
    subject: each.flatMap(([subject, answers]) => answers.map(() => subject)),
    response: each.flatMap(([, answers]) => [...answers]),
  });
}

describe("T25–T28, the table of nine stimuli", () => {
  const stimuli = {
    stimulus_id: [0, 1, 2, 3, 4, 5, 6, 7, 8],
    truth: ["dog", "cat", "chair", "dog", "cat", "chair", "dog", "cat", "chair"],
    condition: [1, 1, 1, 2, 2, 2, 3, 3, 3],
  };
  const people = {
    A: "dog cat chair cat dog dog dog dog chair".split(" "),
    B: "cat cat chair cat dog cat chair cat cat".split(" "),
    C: "dog cat chair dog cat chair dog cat chair".split(" "),
  };
  const source = answersOf(people.A, stimuli);
  const target = trialsOf(stimuli, people);

  it.each([
    ["T25", "error_consistency", "error_consistency", {}],
    ["T27", "accuracy_distance", "accuracy_distance", {}],
    ["T27, by condition,", "accuracy_distance", "accuracy_distance_var", { variables: ["condition"] }],
  ])("%s %s", (_, name, key, options) => {
    const measured = metricOf(name).compare(source, target, options);
    expect(measured.value).toBeCloseTo(block(key).center, 9);
    if (key !== "accuracy_distance_var") expect(measured.error).toBeCloseTo(block(key).error, 9);
  });

  it.each([
    ["T26", "error_consistency"],
    ["T27", "accuracy_distance"],
  ])("%s the ceiling of %s", (_, name) => {
    const ceiling = metricOf(name).ceiling?.(target, {});
    expect(ceiling?.value).toBeCloseTo(block(`${name}_ceiling`).center, 9);
    expect(ceiling?.error).toBeCloseTo(block(`${name}_ceiling`).error, 9);
  });

  it("T28 accuracy", () => {
    const four = answersOf(["1", "2", "3", "4"], { stimulus_id: [0, 1, 2, 3], truth: [1, 2, 0, 4] });
    const measured = metricOf("accuracy").compare(four, tableOf({}), {});
    expect(measured.value).toBeCloseTo(block("accuracy").center, 9);
    expect(measured.error).toBeCloseTo(block("accuracy").error, 9);
  });
});

it.each([
  [1.5, 1, 1, "value_delta_1.5_1.0_1.0"],
  [1, -1, 1, "value_delta_1.0_-1.0_1.0"],
  [0.2, -0.4, 0.75, "value_delta_0.2_-0.4_0.75"],
])("T29 value_delta of %d and %d, scale %d", (a, b, scale, key) => {
  expect(closeness(a, b, scale)).toBeCloseTo(block(key).center, 12);
});

describe("T30–T33, thresholds", () => {
  const people = tableOf({ subject: ["a", "b", "c", "d"], threshold: [10, 20, 40, 20] });
  const both = tableOf({
    subject: ["a", "b", "c", "d", "a", "b", "c", "d"],
    condition: [...Array(4).fill("flat"), ...Array(4).fill("flanked")],
    threshold: [10, 20, 40, 20, 30, 40, 60, 100],
  });
  const options = { independent_variable: "x", baseline_condition: "flat", test_condition: "flanked" };

  it.each([
    ["T30", 10, [10, 20, 40, 20], "threshold"],
    ["T31", 3, [3, 2, 1.5, 5], "threshold_elevation"],
  ])("%s %d beside %j", (_, own, others, key) => {
    const { value, error } = distanceFromPeople(own, others);
    expect(value).toBeCloseTo(block(key).center, 9);
    expect(error).toBeCloseTo(block(key).error, 9);
  });

  it("T30 and T31 ceilings", () => {
    const ceiling = metricOf("threshold").ceiling?.(people, { independent_variable: "x" });
    expect(ceiling?.value).toBeCloseTo(block("threshold_ceiling").center, 9);
    expect(ceiling?.error).toBeCloseTo(block("threshold_ceiling").error, 9);
    const elevation = metricOf("threshold_elevation").ceiling?.(both, options);
    expect(elevation?.value).toBeCloseTo(block("threshold_elevation_ceiling").center, 9);
    expect(elevation?.error).toBeCloseTo(block("threshold_elevation_ceiling").error, 9);
  });

  it("T32 the psychometric function and its fit", () => {
    const given = { alpha: 1, beta: 1, lambda: 0.03 };
    expectAll(
      [0, 1, 2].map((x) => psychometric(x, given)),
      blocks.psychometric_fn.p,
    );
    const x = [10, 20, 30, 40, 50, 60, 70, 80];
    const y = [0.5, 0.55, 0.6, 0.72, 0.85, 0.93, 0.95, 0.96];
    const { fit, r2 } = fitPsychometric(x, y);
    const expected = blocks.psychometric_fit;
    expect(negativeLogLikelihood(fit, x, y)).toBeLessThanOrEqual(expected.nll + 1e-9);
    expect(inversePsychometric(0.75, fit) / expected.thr75).toBeCloseTo(1, 4);
    expect(r2).toBeCloseTo(expected.r2, 5);
    expect(fit.lambda).toBeCloseTo(expected.params[2], 4);
  });

  it("T33 rates after the asymptote are cut off", () => {
    expect(untilAsymptote([0.5, 0.6, 0.9, 0.95, 0.6, 0.5, 0.55])).toBe(4);
  });
});

describe("T35, from value to score", () => {
  const target = tableOf({});
  const half = { stimulus_id: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], truth: Array<Scalar>(10).fill("a") };
  const share = (n: number) =>
    answersOf(
      Array.from({ length: 10 }, (_, i) => (i < n ? "a" : "b")),
      half,
    );
  const constant = (value: number) => ({ name: "constant", options: { value } });

  it("explained variance, squared ratio, chance", () => {
    const top1 = { metric: { name: "accuracy", options: {} }, responses: target };
    const of = (n: number, more: object) =>
      scoreResponses({ ...top1, ceiling: constant(0.8), ...more }, share(n)).score;
    expect(of(6, { normalisation: "explained_variance" })).toBeCloseTo(block("explained_variance").center, 12);
    expect(of(3, { normalisation: "squared_ratio", ceiling: constant(0.5) })).toBeCloseTo(blocks.coggan_ceiler.v, 12);
    const chance = { metric: { name: "accuracy", options: { chance: 1 / 3 } }, ceiling: constant(0.6767) };
    expect(of(5, { normalisation: "chance_corrected", ...chance })).toBeCloseTo(blocks.hebart_norm.v, 12);
  });
});

describe("T36, Baker's delta", () => {
  const images = ["w", "f"].flatMap((type) => Array.from({ length: 10 }, (_, k) => ({ type, k })));
  const stimuli = {
    stimulus_id: images.map(({ type, k }) => `${type}${k}`),
    truth: images.map(({ k }) => (k % 2 === 0 ? "bear" : "cat")),
    image_type: images.map(({ type }) => type),
  };
  const answer = (rights: Readonly<Record<string, number>>) =>
    images.map(({ type, k }, i) => (k < (rights[type] ?? 0) ? String(stimuli.truth[i]) : "dog"));
  const persons = Array.from({ length: 12 }, (_, i) => i + 1);
  const target = tableOf({
    stimulus_id: persons.flatMap(() => stimuli.stimulus_id),
    truth: persons.flatMap(() => stimuli.truth),
    image_type: persons.flatMap(() => stimuli.image_type),
    subject: persons.flatMap((s) => images.map(() => s)),
    response: persons.flatMap((s) => answer({ w: 9, f: 3 + (s % 5) })),
  });

  it("value, error and ceiling", () => {
    const metric = metricOf("baker_accuracy_delta");
    const options = { image_types: ["w", "f"] };
    const measured = metric.compare(answersOf(answer({ w: 8, f: 6 }), stimuli), target, options);
    expect(measured.value).toBeCloseTo(block("baker").center, 9);
    expect(measured.error).toBeCloseTo(block("baker").error, 9);
    expect(metric.ceiling?.(target, options).value).toBeCloseTo(block("baker").ceiling, 9);
  });
});

describe("T37, i1 and i2n", () => {
  const choices = ["apple", "bear", "cat"];
  const images = Array.from({ length: 12 }, (_, a) => ({
    a,
    b: Math.floor(a / 4),
    id: `${choices[Math.floor(a / 4)]}${a % 4}`,
  }));
  const far = (a: number, b: number) => (2 + 3 * ((7 * a + 3 * b) % 5)) / 20;
  const trials = Array.from({ length: 40 }, (_, t) => t).flatMap((t) =>
    images.map(({ a, b, id }) => {
      const other = [0, 1, 2].filter((c) => c !== b)[t % 2] ?? 0;
      const wrong = Math.floor(t / 2) < Math.round(20 * far(a, other));
      const label = (c: number) => choices[c] ?? "";
      return { id, truth: label(b), dist_obj: label(other), response: label(wrong ? other : b) };
    }),
  );
  const target = tableOf({
    stimulus_id: trials.map(({ id }) => id),
    subject: trials.map(() => "s"),
    truth: trials.map(({ truth }) => truth),
    dist_obj: trials.map(({ dist_obj }) => dist_obj),
    response: trials.map(({ response }) => response),
  });
  const weights = images.map(({ a, b }) => {
    const row = [0, 1, 2].map((c) => (c === b ? 1 : (far(a, c) / (1 - far(a, c))) * (1 + 0.3 * Math.sin(a + 2 * c))));
    const sum = row.reduce((total, value) => total + value, 0);
    return row.map((value) => value / sum);
  });
  const source = probabilitiesOf(choices, weights, { stimulus_id: images.map(({ id }) => id) });
  const i2n = { level: "image", collapse: false, normalize: true } as const;

  it.each(["i1", "i2n"] as const)("%s, its ceiling and its score", (name) => {
    const expected = blocks[name];
    const measured = metricOf(name).compare(source, target, {});
    expect(measured.value).toBeCloseTo(expected.center, 9);
    expect(measured.error).toBeCloseTo(expected.error, 9);
    expectAll(measured.repetitions, expected.raw);
    const ceiling = metricOf(name).ceiling?.(target, {});
    expect(ceiling?.value).toBeCloseTo(expected.ceiling, 9);
    expect(ceiling?.error).toBeCloseTo(expected.ceiling_error, 9);
    expectAll(ceiling?.repetitions, expected.ceiling_raw);
    const score = scoreResponses(
      { metric: { name, options: {} }, ceiling: { name: "metric", options: {} }, responses: target },
      source,
    );
    expect(score.score).toBeCloseTo(expected.ceiled, 9);
    expect(score.error).toBeCloseTo(expected.ceiled_error, 9);
  });

  it("the false-alarm rates and d′ behind it", () => {
    const subject = falseAlarmsOfSubject(source, target);
    expectAll(subject.values[0], blocks.i2n_src.far_row0);
    expectAll(subject.values[4], blocks.i2n_src.far_row4);
    expectAll(dprimes(subject, i2n).values[0], blocks.i2n_src.dprime_n_row0);
    expectAll(dprimes(subject, i2n).values[4], blocks.i2n_src.dprime_n_row4);
    const people = falseAlarmsOfPeople(target);
    expectAll(people.values[0], blocks.i2n_tgt_full.row0);
    expectAll(people.values[4], blocks.i2n_tgt_full.row4);
    expectAll(dprimes(people, i2n).values[0], blocks.i2n_tgt_full_dn.row0);
    expectAll(dprimes(people, i2n).values[4], blocks.i2n_tgt_full_dn.row4);
  });
});

it("T38 confusion_similarity", () => {
  const stimuli = { stimulus_id: [...Array(18).keys()], truth: [..."aaaaaabbbbbbcccccc"] };
  const target = trialsOf(stimuli, { 1: [..."aaaabcbbbaacccccab"], 2: [..."aabbbabbbbbaccbcca"] });
  const measured = metricOf("confusion_similarity").compare(answersOf([..."aaabbcbbbbaccccaab"], stimuli), target, {});
  expect(measured.value).toBeCloseTo(blocks.confusion_similarity.v, 9);
});

it.each(Object.entries(blocks.tasks_map))("the task %s is the manipulation of the stimuli", (task, expected) => {
  expect(manipulationOf(task)).toEqual(expected);
});

describe("T40, Coggan's conditions", () => {
  // Rows are people, columns the conditions xb, xw, yb, yw; rates of people and of the model, in twentieths.
  const people = [
    [18, 14, 10, 12],
    [16, 15, 11, 8],
    [19, 12, 13, 10],
  ];
  const model = [16, 15, 6, 4];
  const conditions = [
    ["x", "b"],
    ["x", "w"],
    ["y", "b"],
    ["y", "w"],
  ];
  const trials = people.flatMap((rates, s) =>
    rates.flatMap((rate, c) =>
      Array.from({ length: 20 }, (_, k) => ({
        id: `${s}-${c}-${k}`,
        subject: `s${s + 1}`,
        occluder_type: conditions[c]?.[0] ?? "",
        occluder_color: conditions[c]?.[1] ?? "",
        response: k < rate ? "cat" : "dog",
        answer: k < (model[c] ?? 0) ? "cat" : "dog",
      })),
    ),
  );
  const shared = {
    stimulus_id: trials.map(({ id }) => id),
    truth: trials.map(() => "cat"),
    occluder_type: trials.map((trial) => trial.occluder_type),
    occluder_color: trials.map((trial) => trial.occluder_color),
  };
  const target = tableOf({
    ...shared,
    subject: trials.map(({ subject }) => subject),
    response: trials.map(({ response }) => response),
  });

  it("value, ceiling and score", () => {
    const options = { conditions: ["occluder_type", "occluder_color"] };
    const source = answersOf(
      trials.map(({ answer }) => answer),
      shared,
    );
    const score = scoreResponses(
      {
        metric: { name: "condition_wise_accuracy_similarity", options },
        ceiling: { name: "metric", options: {} },
        responses: target,
      },
      source,
    );
    const expected = blocks.coggan_behavior;
    expect(score.raw).toBeCloseTo(expected.raw, 9);
    expect(score.ceiling.value).toBeCloseTo(expected.ceiling, 9);
    expect(score.ceiling.error).toBeCloseTo(expected.ceiling_err, 9);
    expect(score.score).toBeCloseTo(expected.ceiled, 9);
  });
});

it("T41 Ferguson's integral is 1.3500003814697266, not 1.35", () => {
  // One person whose accuracies are .9, .8, .6 in the first block and .95, .9, .85 in the second; the subject's deltas are 0.
  const cells = [
    ["first", 1, 18],
    ["first", 5, 16],
    ["first", 11, 12],
    ["second", 1, 19],
    ["second", 5, 18],
    ["second", 11, 17],
  ] as const;
  const rows = cells.flatMap(([block_, distractors, rights]) =>
    Array.from({ length: 20 }, (_, k) => ({ block: block_, distractors, response: k < rights ? "same" : "oddball" })),
  );
  const stimuli = {
    stimulus_id: [...rows.keys()],
    truth: rows.map(() => "same"),
    block: rows.map((row) => row.block),
    distractor_nums: rows.map((row) => row.distractors),
  };
  const target = trialsOf(stimuli, { p: rows.map(({ response }) => response) });
  const source = answersOf(
    rows.map(() => "same"),
    stimuli,
  );
  const measured = metricOf("ferguson_value_delta").compare(source, target, {});
  expect(measured.value).toBeCloseTo(Math.exp(-0.75 * blocks.ferguson_integral.v), 12);
});
