import { expect, it } from "vitest";
import { oddOneOut, packageFiles } from "../../benchmark/sound.fixture.ts";
import { lessonOf } from "./deck.ts";
import { byReason, groupsOf, type Presented } from "./joined.ts";
import { benchmarkOf, labelLesson, resultOf } from "./lesson.fixture.ts";

it("everybody's answers stand beside each other, with the probability of each and who is right", async () => {
  const { presented } = await labelLesson();
  expect(presented.map(({ peopleRight, givenRight }) => [peopleRight, givenRight])).toEqual([
    [1, 0],
    [0.5, 1],
    [0.5, 0.5],
    [1, 1],
  ]);
  const [one, two] = presented[0]?.given ?? [];
  expect(one).toMatchObject({ name: "one", answer: "dog", right: false });
  expect(one?.p).toBeCloseTo(0.9, 6);
  expect(two).toEqual({ name: "two", answer: "dog", p: undefined, right: false });
});

it("without a truth, an answer counts where it is what people took most often, if they took one so", async () => {
  const picks = "a,b,c,subject,response\ns1,s2,s3,ann,s3\ns1,s3,s4,ann,s4\ns1,s2,s3,bob,s1\ns1,s3,s4,bob,s4\n";
  const benchmark = await benchmarkOf(packageFiles({ ...oddOneOut(), "responses.csv": picks }));
  const { presented } = lessonOf(benchmark, [resultOf("one", ["s3", "s4"]), resultOf("two", ["s3", "s1"])]);
  expect(presented.map(({ given }) => given.map(({ right }) => right))).toEqual([
    [undefined, undefined],
    [true, false],
  ]);
  expect(presented.map(({ peopleRight, standard }) => [standard, peopleRight])).toEqual([
    [undefined, undefined],
    ["s4", 1],
  ]);
  expect(groupsOf(presented)).toBeUndefined();
});

function made(index: number, truth: string, condition: number, peopleRight: number | undefined, right: boolean[]) {
  const given = right.map((each, i) => ({ name: String(i), answer: "x", p: undefined, right: each }));
  const responses = peopleRight === undefined ? 0 : 10;
  const givenRight = right.filter(Boolean).length / right.length;
  const shared = { id: String(index), shown: [], people: [] };
  return {
    ...shared,
    index,
    truth,
    standard: truth,
    condition,
    peopleRight,
    responses,
    given,
    givenRight,
  } satisfies Presented;
}

it("the most surprising come first, and no truth or condition again before the others", () => {
  const presented = [
    made(0, "cat", 0, 0.9, [false, false]),
    made(1, "cat", 0, 1, [false, false]),
    made(2, "dog", 0, 0.8, [false, false]),
    made(3, "owl", 1, 0.7, [false, false]),
    made(4, "owl", 1, 0.2, [true, true]),
    made(5, "cat", 0, 0.9, [true, true]),
    made(6, "dog", 1, 0.9, [true, false]),
  ];
  const rows = new Map([...byReason(presented)].map(([why, group]) => [why, group.map(({ index }) => index)]));
  expect(rows.get("people")).toEqual([1, 3, 2, 0]);
  expect(rows.get("models")).toEqual([4]);
  expect(rows.get("all")).toEqual([5]);
  expect(rows.get("other")).toEqual([6]);
});

it("where nothing is known of people, the subjects alone decide", () => {
  const presented = [made(0, "cat", 0, undefined, [true, true]), made(1, "cat", 0, undefined, [false, false])];
  expect([...byReason(presented).keys()]).toEqual(["right", "wrong"]);
});

it("groups are by condition, and by truth where there is but one", async () => {
  const { presented } = await labelLesson();
  const found = groupsOf(presented);
  expect(found?.by).toBe("condition");
  expect(found?.groups.map(({ value, people }) => [value, people])).toEqual([
    [0, 0.75],
    [1, 0.75],
  ]);
  expect(found?.all.given).toEqual([
    { name: "one", share: 0.75 },
    { name: "two", share: 0.5 },
  ]);
  expect(groupsOf([made(0, "cat", 7, 1, [true]), made(1, "dog", 7, 1, [true])])?.by).toBe("truth");
});
