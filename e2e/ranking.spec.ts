/** The competition's view: three benchmarks ranked, with parts, missing cells, and every score within reach. */
import { expect, type Page, test } from "@playwright/test";
import {
  type Files,
  manifest,
  ODD_ONE_OUT,
  oddOneOut,
  PROBABILITIES,
  packageFiles,
  zip,
} from "../src/benchmark/sound.fixture.ts";
import type { Scorecard } from "../src/scorecard/scorecard.ts";
import { example, give, given, isSoundEverywhere, openPage, score } from "./support.ts";

const ACCURACY = { metric: { name: "accuracy" }, ceiling: { name: "constant", options: { value: 1 } } };
const FITTING = { table: "fitting.csv", images: "fitting/", visual_degrees: 4 };
/** The network answers the two parts; the recording answers labels only. */
const BENCHMARKS: Readonly<Record<string, Files>> = {
  "alone.zip": { "benchmark.json": manifest({ ...ACCURACY, identifier: "Alone-accuracy" }) },
  "triplets.zip": {
    ...oddOneOut(),
    "benchmark.json": manifest({ ...ODD_ONE_OUT, identifier: "Parent.triplets", parent: "Parent" }),
  },
  "labels.zip": {
    ...PROBABILITIES,
    "benchmark.json": manifest({
      ...ACCURACY,
      task: { name: "probabilities", fitting_stimuli: FITTING },
      identifier: "Parent.labels",
      parent: "Parent",
    }),
  },
};
const RECORDING = "stimulus_id,response\ns1,cat\ns2,cat\ns3,dog\ns4,cat\n"; // three of four are right

/** Opens all, scores it and shows the ranking. */
async function rankAll(page: Page): Promise<Scorecard> {
  await openPage(page);
  const zips = await Promise.all(
    Object.entries(BENCHMARKS).map(async ([name, changes]) => given(name, await zip(packageFiles(changes)))),
  );
  const files = [...zips, example("card.json"), example("shapes-net.onnx"), given("rec.csv", RECORDING)];
  expect(await give(page, files)).toEqual([]);
  const { scorecard } = await score(page);
  await page.locator("label", { hasText: "Ranking" }).click();
  await expect(page.getByRole("heading", { name: "Behavioral track" })).toBeVisible();
  return scorecard;
}

function scoreOf({ benchmarks }: Scorecard, benchmark: string, subject: string): number {
  const cell = benchmarks.find(({ identifier }) => identifier === benchmark)?.scores.find((s) => s.subject === subject);
  if (cell?.status !== "scored") throw new Error(`${subject} has no score on ${benchmark}`);
  return cell.score;
}

/** Name, mean and over whom, from top to bottom. */
function places(page: Page): Promise<string[]> {
  return page.locator("ol > li > div").evaluateAll((rows) =>
    rows.map((row) =>
      [...row.children]
        .slice(0, 4)
        .map((part) => part.textContent)
        .join(" "),
    ),
  );
}

test("benchmarks stand by their mean, parts averaged first, missing cells left out or counted as 0", async ({
  page,
}) => {
  const card = await rankAll(page);
  const parts = [scoreOf(card, "Parent.triplets", "shapes-net"), scoreOf(card, "Parent.labels", "shapes-net")];
  const parent = ((parts[0] ?? 0) + (parts[1] ?? 0)) / 2;
  expect(scoreOf(card, "Alone-accuracy", "rec")).toBe(0.75);
  expect(parent).toBeLessThan(0.75); // else the order below says nothing
  expect(await places(page)).toEqual([
    `place 1 Parent mean ${parent.toFixed(3)} of 1 subject; 2 cells without a score left out`,
    "place 2 Alone-accuracy mean 0.750 of 1 subject; 1 without a score left out",
  ]);
  await page.locator("label", { hasText: /^as 0$/ }).click();
  expect(await places(page)).toEqual([
    `place 1 Parent mean ${(parent / 2).toFixed(3)} of 2 subjects; 2 cells without a score count as 0`,
    "place 2 Alone-accuracy mean 0.375 of 2 subjects; 1 without a score counts as 0",
  ]);
  await expect(page.getByRole("button", { name: "shapes-net: no score, counted as 0" })).toBeVisible();
  await page.locator("label", { hasText: /^left out$/ }).click();
  await expect(page.getByRole("button", { name: "shapes-net: no score, counted as 0" })).toHaveCount(0);
  // A dot of the parent is a mean over its parts and opens these.
  await page.getByRole("button", { name: `shapes-net: ${parent.toFixed(3)}, mean of 2 parts` }).click();
  for (const [i, name] of ["Parent.triplets", "Parent.labels"].entries()) {
    const dots = page.getByRole("group", { name: `Scores on ${name}` });
    await expect(dots.getByRole("button", { name: `shapes-net: ${parts[i]?.toFixed(3)}` })).toBeVisible();
  }
  await page.getByText("2 parts, averaged first").click();
  await expect(page.getByRole("group", { name: "Scores on Parent.triplets" })).toBeHidden();
});

test("the ranking by the keyboard: from dot to dot, into a cell and back", async ({ page }) => {
  await rankAll(page);
  await page.locator("label", { hasText: /^as 0$/ }).click();
  const parent = page.getByRole("group", { name: "Scores on Parent", exact: true }).getByRole("button");
  const alone = page.getByRole("group", { name: "Scores on Alone-accuracy" }).getByRole("button");
  const focused = (name: RegExp) => expect(page.locator("button:focus")).toHaveAccessibleName(name);
  await page.keyboard.press("Tab"); // the mean, which tells where it comes from
  await expect(page.getByRole("tooltip")).toContainText(/mean of 2 subjects.*rec 0, without a score/);
  await page.keyboard.press("Tab");
  await expect(parent.first()).toBeFocused(); // the lowest: the recording, which has no score there
  await focused(/^rec: no score/);
  await page.keyboard.press("ArrowRight");
  await focused(/^shapes-net: 0/);
  await page.keyboard.press("ArrowDown"); // the same model on the next row
  await focused(/^shapes-net: no score/);
  await page.keyboard.press("End");
  await expect(alone.last()).toBeFocused();
  await focused(/^rec: 0\.750/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: /rec on Alone-accuracy/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await focused(/^rec: 0\.750/);
});

test("the panel's models are who a ranking is over, as soon as one has a score", async ({ page }) => {
  await openPage(page);
  const zips = await Promise.all(
    Object.entries(BENCHMARKS).map(async ([name, changes]) => given(name, await zip(packageFiles(changes)))),
  );
  expect(await give(page, [...zips, example("card.json"), example("shapes-net.onnx")])).toEqual([]);
  await page.getByRole("checkbox", { name: /^pixels/ }).check();
  await score(page);
  await page.locator("label", { hasText: "Ranking" }).click();
  await expect(page.getByText(/over the panel’s models/)).toBeVisible();
  const [first, second] = await places(page);
  expect(first).toMatch(/^place 1 Parent mean \d\.\d{3} of 1 model$/);
  expect(second).toBe(" Alone-accuracy  no model has a score");
  await expect(page.getByRole("button", { name: /^shapes-net: 0/ })).toHaveCount(0);
});

test("the ranking is sound, narrow and wide, in both themes", async ({ page }) => {
  await rankAll(page);
  await page.locator("label", { hasText: /^as 0$/ }).click();
  await page.getByText("2 parts, averaged first").click();
  await page.getByRole("group", { name: "Scores on Alone-accuracy" }).getByRole("button").last().focus();
  await isSoundEverywhere(page, "the ranking");
});
