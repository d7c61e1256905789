/** A card against a run: what counts as reproduced, what is said where it is not, and cards that are not to be trusted. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BehavioralBenchmark } from "../benchmark/benchmark.ts";
import { GapscopeError } from "../faults/faults.ts";
import type { Interval } from "../scoring/bootstrap.ts";
import { tableOf } from "../testing/golden.ts";
import { type Comparison, compareScorecards, TOLERANCE, verdictText } from "./compare.ts";
import { isScorecard, parseScorecard, readScorecard } from "./read.ts";
import { makeScorecard, type Scorecard, type ScorecardCell, type ScorecardRow } from "./scorecard.ts";

const digestOf = (letter: string): string => `sha256-${letter.repeat(64)}`;
const benchmark: BehavioralBenchmark = {
  track: "behavioral",
  identifier: "Test-accuracy",
  version: 1,
  authors: [],
  digest: digestOf("b"),
  folder: "",
  stimulusSet: { identifier: "set", stimuli: [], visualDegrees: null, table: tableOf({ stimulus_id: ["s1"] }) },
  task: { name: "label", choices: ["a", "b"] },
  numberOfTrials: 1,
  responses: tableOf({}),
  metric: { name: "accuracy", options: {} },
  ceiling: { name: "constant", options: { value: 0.5 } },
  excluded: { stimuli: 0, responses: 0 },
};
const application = { version: "0.1.0", onnxruntime: "1.30.0", browser: "Chromium 156" };
const interval: Interval = { low: 0.1, high: 0.3, level: 0.95, draws: 1000, undefinedDraws: 0, over: ["stimuli"] };

interface Made {
  readonly subject?: string;
  readonly digest?: string;
  readonly raw?: number;
  readonly backend?: "webgpu" | "wasm";
  readonly adapter?: string;
  readonly panel?: boolean;
  readonly low?: number;
}

function scored({ subject = "mine", digest = "c", raw = 0.1, backend = "wasm", adapter, panel = false, low }: Made) {
  const cell: ScorecardCell = {
    subject,
    subjectDigest: digestOf(digest),
    panel,
    outcome: {
      status: "scored",
      score: {
        score: raw / 0.5,
        raw,
        ceiling: { value: 0.5 },
        formula: "raw / ceiling",
        unit: "share correct",
        by: [
          { condition: 0, raw },
          { condition: 1, raw: null },
        ],
        notes: [],
      },
      backend: { backend, ...(adapter === undefined ? {} : { adapter }) },
      interval: { ...interval, low: low ?? interval.low },
    },
  };
  return cell;
}

const card = (cells: readonly ScorecardCell[], row: Partial<ScorecardRow> = {}, app = application) =>
  makeScorecard(app, [{ benchmark, ceiling: { value: 0.5 }, cells, ...row }]);
const roundTrip = (made: Scorecard): Scorecard => parseScorecard(JSON.stringify(made), "card.json");

/** As `card`, read back, so that every comparison is of a card that was a file. */
async function compare(there: readonly ScorecardCell[], here: readonly ScorecardCell[]): Promise<Comparison> {
  return compareScorecards(roundTrip(await card(there)), await card(here));
}
const outcomes = ({ benchmarks }: Comparison): string[] =>
  benchmarks.flatMap(({ findings }) => findings.map(({ subject = "figures", outcome }) => `${subject}: ${outcome}`));

/** The card with one member of its first score, or of its benchmark, replaced behind its digest's back. */
function tampered(made: Scorecard, change: (entry: Record<string, unknown>) => void, what: "score" | "benchmark") {
  const copy = JSON.parse(JSON.stringify(made)); // a card as a text editor would have it
  change(what === "score" ? copy.benchmarks[0].scores[0] : copy.benchmarks[0]);
  return parseScorecard(JSON.stringify(copy), "card.json");
}

describe("a claim is reproduced", () => {
  it("where its bytes are the same", async () => {
    const found = await compare([scored({})], [scored({}), scored({ subject: "another", digest: "d" })]);
    expect(outcomes(found)).toEqual(["mine: identical", "figures: identical"]);
    expect(found).toMatchObject({ verdict: "reproduced", counts: { claims: 2, reproduced: 2, open: 0 }, made: [] });
    expect(verdictText(found)).toBe("Reproduced: all 2 claims.");
  });

  it("where a note is all that differs", async () => {
    const [there, here] = ["acme", "other"].map((adapter) => scored({ backend: "webgpu", adapter }));
    if (there === undefined || here === undefined) throw new Error("unreachable");
    expect(outcomes(await compare([there], [here]))).toEqual(["mine: same numbers", "figures: identical"]);
  });

  it("within the stated tolerance, which another backend widens and nothing else does", async () => {
    const within = await compare([scored({ backend: "webgpu", panel: true })], [scored({ raw: 0.1004, panel: true })]);
    expect(outcomes(within)).toEqual(["mine: within tolerance", "figures: within tolerance"]);
    expect(within.verdict).toBe("reproduced");
    expect(within.benchmarks[0]?.findings[0]).toMatchObject({
      closeness: "other backend",
      inputs: [{ what: "backend", there: "webgpu", here: "wasm" }],
    });
    const rounding = await compare([scored({})], [scored({ raw: 0.1 + TOLERANCE["same backend"] / 4 })]);
    expect(outcomes(rounding)).toEqual(["mine: within tolerance", "figures: identical"]);
    const same = await compare([scored({})], [scored({ raw: 0.1004 })]);
    expect(outcomes(same)).toEqual(["mine: differs", "figures: identical"]);
    const flipped = await compare([scored({ backend: "webgpu" })], [scored({ raw: 0.11 })]);
    expect(flipped.verdict).toBe("not reproduced");
  });

  it("where it is not applicable on both sides", async () => {
    const none: ScorecardCell = { ...scored({}), outcome: { status: "not applicable", reason: "no logits" } };
    expect(outcomes(await compare([none], [none]))).toEqual(["mine: identical"]);
    const [finding] = (await compare([none], [scored({})])).benchmarks[0]?.findings ?? [];
    expect(finding).toMatchObject({
      outcome: "differs",
      reason: "It is not applicable (no logits) there and has a score here.",
    });
  });
});

describe("a claim that is not", () => {
  it("says which numbers differ and by how much", async () => {
    const found = await compare([scored({})], [scored({ raw: 0.2, low: 0.15 })]);
    const [finding] = found.benchmarks[0]?.findings ?? [];
    expect(finding?.numbers.map(({ what, there, here }) => [what, there, here])).toEqual([
      ["score", 0.2, 0.4],
      ["raw", 0.1, 0.2],
      ["raw at 0", 0.1, 0.2],
      ["low end of the interval", 0.1, 0.15],
    ]);
    expect(finding?.numbers[0]?.by).toBeCloseTo(0.2, 12);
    expect(verdictText(found)).toBe("Not reproduced: 1 of 2 claims.");
  });

  it("names the inputs that differ, and is not reproduced even with the same numbers", async () => {
    const weights = await compare([scored({})], [scored({ digest: "e" })]);
    expect(outcomes(weights)).toEqual(["mine: other inputs", "figures: identical"]);
    expect(weights.benchmarks[0]?.findings[0]?.inputs).toEqual([
      { what: "subject", there: digestOf("c"), here: digestOf("e") },
    ]);
    const edited = { ...benchmark, digest: digestOf("f") };
    const found = await compareScorecards(
      await card([scored({})]),
      await card([scored({})], { benchmark: edited }, { ...application, version: "0.2.0", browser: "Firefox 145" }),
    );
    expect(outcomes(found)).toEqual(["mine: other inputs", "figures: other inputs"]);
    expect(found.made).toEqual([
      { what: "Gapscope", there: "0.1.0", here: "0.2.0" },
      { what: "browser", there: "Chromium 156", here: "Firefox 145" },
    ]);
  });

  it("names the file that differs, by its name or by its place", async () => {
    const file = (name: string, letter: string, of: string) => ({
      ...{ name, bytes: 9, sha256: letter.repeat(64), of: [digestOf(of)] },
    });
    const with_ = async (digest: string, ...files: readonly ReturnType<typeof file>[]) =>
      roundTrip(await makeScorecard(application, [{ benchmark, cells: [scored({ digest })] }], files));
    const there = await with_("c", file("zip", "1", "b"), file("card.json", "2", "c"), file("net.onnx", "3", "c"));
    const changed = async (here: Scorecard) =>
      (await compareScorecards(there, here)).benchmarks[0]?.findings[0]?.inputs.slice(1);

    const trained = await with_("e", file("zip", "1", "b"), file("card.json", "2", "e"), file("net.onnx", "4", "e"));
    expect(await changed(trained)).toEqual([{ what: "file net.onnx", there: digestOf("3"), here: digestOf("4") }]);
    const alone = await with_("e", file("card.json", "2", "e"));
    expect(await changed(alone)).toEqual([{ what: "file net.onnx", there: digestOf("3") }]);
    // A card of a version that names no files.
    expect(await changed(await with_("e"))).toEqual([]);
    // The same benchmark, packed anew.
    expect((await changed(await with_("c", file("zip", "5", "b"), file("card.json", "2", "c")))) ?? []).toEqual([]);

    const edited = { ...benchmark, digest: digestOf("f") };
    const [finding] =
      (
        await compareScorecards(
          there,
          await makeScorecard(application, [{ benchmark: edited, cells: [scored({})] }], [file("mine.zip", "6", "f")]),
        )
      ).benchmarks[0]?.findings ?? [];
    expect(finding?.inputs).toEqual([
      { what: "benchmark", there: digestOf("b"), here: digestOf("f") },
      { what: "file zip", there: digestOf("1"), here: digestOf("6") },
    ]);
  });

  it("finds a subject by what it is before what it is called", async () => {
    const found = await compare(
      [scored({ subject: "old name" })],
      [scored({ digest: "d" }), scored({ subject: "new" })],
    );
    expect(outcomes(found)[0]).toBe("old name: same numbers");
  });

  it("is open until it is run", async () => {
    const there = [scored({}), scored({ subject: "absent", digest: "d" })];
    const half = await compare(there, [scored({})]);
    expect(outcomes(half)).toEqual(["mine: identical", "absent: not run", "figures: identical"]);
    expect(verdictText(half)).toBe("Reproduced so far: 2 of 3 claims; 1 not run here.");
    const failed: ScorecardCell = { ...scored({}), outcome: { status: "failed", reason: "out of memory" } };
    const [finding] = (await compare([scored({})], [failed])).benchmarks[0]?.findings ?? [];
    expect(finding).toMatchObject({ outcome: "not run", reason: "It failed (out of memory) here." });
    const nothing = await compareScorecards(await card(there), { ...(await card([])), benchmarks: [] });
    expect(verdictText(nothing)).toBe("Not run here yet: 3 claims.");
    expect(outcomes(await compare([failed], [scored({})]))).toEqual(["mine: no claim"]);
  });

  it("is a card that was edited: a score, a ceiling, a mean, an interval", async () => {
    const made = await card([scored({ panel: true })]);
    const against = async (there: Scorecard) => outcomes(await compareScorecards(there, made));
    expect(await against(tampered(made, (entry) => Object.assign(entry, { score: 0.9 }), "score"))).toEqual([
      "mine: altered",
      "figures: identical",
    ]);
    const narrow = { interval: { low: 0.19, high: 0.3, level: 0.95, draws: 1000, over: ["stimuli"] } };
    expect(await against(tampered(made, (entry) => Object.assign(entry, narrow), "score"))).toEqual([
      "mine: differs",
      "figures: identical",
    ]);
    for (const change of [{ ceiling: { value: 0.4 } }, { panel_mean: 0.3 }]) {
      expect(await against(tampered(made, (entry) => Object.assign(entry, change), "benchmark"))).toEqual([
        "mine: identical",
        "figures: differs",
      ]);
    }
  });

  it("has no panel mean over the same models", async () => {
    const there = [scored({ panel: true }), scored({ subject: "absent", digest: "d", panel: true })];
    const figures = (await compare(there, [scored({ panel: true })])).benchmarks[0]?.findings.at(-1);
    expect(figures).toMatchObject({
      outcome: "not run",
      reason: "The panel mean is over 2 there and over 1 here, and cannot be compared.",
    });
  });
});

describe("a scorecard's file", () => {
  const codesOf = (text: string): string[] => {
    try {
      parseScorecard(text, "card.json");
    } catch (error) {
      if (error instanceof GapscopeError && error.code === "scorecard-refused")
        return error.faults.map(({ code, field }) => (field === undefined ? code : `${code} ${field}`));
      throw error;
    }
    return [];
  };
  const edited = async (change: (json: Record<string, unknown>) => void): Promise<string> => {
    const json = JSON.parse(JSON.stringify(await card([scored({})])));
    change(json);
    return JSON.stringify(json);
  };

  it("is told from a model card, and is the same after reading", async () => {
    const made = await card([scored({})]);
    const file = new Blob([JSON.stringify(made, null, 2)]);
    expect(await isScorecard(file)).toBe(true);
    expect(await isScorecard(new Blob(['{"identifier": "net", "onnx": "net.onnx"}']))).toBe(false);
    expect(await readScorecard(file, "card.json")).toEqual(made);
  });

  it("is refused with every fault and its place", async () => {
    expect(codesOf("{")).toEqual(["scorecard-not-json"]);
    expect(codesOf(`${"[".repeat(200_000)}`)).toEqual(["scorecard-not-json"]);
    expect(codesOf(await edited((json) => Object.assign(json, { format_version: 2 })))).toEqual([
      "newer-scorecard format_version",
    ]);
    expect(codesOf(await edited((json) => Object.assign(json, { format: "x", benchmarks: {} })))).toEqual([
      "scorecard-field format",
      "scorecard-field benchmarks",
    ]);
    const infinite = (await edited(() => undefined)).replace('"raw":0.1', '"raw":1e999');
    expect(codesOf(infinite)[0]).toBe("scorecard-field benchmarks.0.scores.0.raw");
    expect(codesOf(await edited((json) => Object.assign(json, { benchmarks: Array(1001).fill({}) }))).length).toBe(100);
    const long = "x".repeat(10_001);
    expect(codesOf(await edited((json) => Object.assign(json, { application: { version: long } })))[0]).toBe(
      "scorecard-field application.version",
    );
  });

  it("of more than 32 MiB is not read", async () => {
    const read = readScorecard(new Blob([new Uint8Array((32 << 20) + 1)]), "card.json");
    await expect(read).rejects.toMatchObject({ faults: [{ code: "scorecard-too-large" }] });
  });

  it("brings no prototypes along", async () => {
    const text = (await edited(() => undefined)).replace(
      '"condition":0',
      '"__proto__":{"polluted":true},"condition":0',
    );
    const read = (() => {
      try {
        return parseScorecard(text, "card.json");
      } catch {
        return undefined;
      }
    })();
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("polluted");
    expect(JSON.stringify(read ?? {})).not.toContain("polluted");
  });

  it("however it was changed is read or refused, never anything else", async () => {
    const text = JSON.stringify(await card([scored({})]));
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(20), fc.string({ maxLength: 4 }), (at, cut, put) => {
        codesOf(text.slice(0, at) + put + text.slice(at + cut)); // throws what is not a refusal
      }),
      { numRuns: 500 },
    );
  });
});
