/** A cell of behaviour, looked into: who takes what for what, who errs where others err, and that it stays so with much of it. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { IDENTIFIER, manyStimuli } from "./many-stimuli.ts";
import { give, hasShared, NO_SHARED, openPage, score, shared } from "./support.ts";

async function isSound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);
}

const partOf = (page: Page, heading: string) =>
  page.locator("section", { has: page.getByRole("heading", { name: heading, exact: true }) }).last();

test("confusions and error consistency of the edge drawings, by the keyboard", async ({ page }) => {
  test.skip(!hasShared, NO_SHARED);
  await openPage(page);
  const recorded = ["alexnet", "googlenet", "vgg"].map((name) => shared(`geirhos2021-edge/edge-${name}.csv`));
  expect(await give(page, [shared("geirhos2021-edge/geirhos2021-edge.zip"), ...recorded])).toEqual([]);
  const { scorecard } = await score(page);
  const kappas = scorecard.benchmarks.find(({ metric }) => metric === "error_consistency")?.scores ?? [];
  await page.locator('[data-cell][data-status="scored"]').first().click();

  const map = partOf(page, "Error consistency of everybody");
  const means = map.getByRole("definition");
  await expect(means.nth(0)).toHaveText("0.318 mean of 45 pairs"); // the ceiling
  const raws = kappas.map((cell) => (cell.status === "scored" ? cell.raw : Number.NaN));
  const mean = raws.reduce((sum, raw) => sum + raw, 0) / raws.length;
  await expect(means.nth(1)).toHaveText(`${mean.toFixed(3)} mean of 30 pairs`);
  await map.getByRole("grid").focus();
  await page.keyboard.press("ArrowRight");
  const pair = "subject-01 and subject-02: kappa 0.236; observed 0.881, expected 0.845; 160 stimuli in common";
  await expect(map.getByRole("gridcell")).toHaveText(pair);
  await map.getByText("As a table").click();
  await expect(map.getByRole("table").getByRole("row")).toHaveCount(1 + (13 * 12) / 2);

  const confusions = partOf(page, "What is taken for what");
  const [people, subject] = [confusions.getByRole("grid").first(), confusions.getByRole("grid").last()];
  await subject.focus();
  for (const key of ["ArrowDown", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  const text = "bear taken for bicycle: people 0 % (0 of 100), subject 20 % (2 of 10)";
  await expect(subject.getByRole("gridcell")).toHaveText(text);
  await expect(people.getByRole("gridcell")).toHaveText(text);
  await page.keyboard.press("Enter");
  const gallery = page.getByRole("grid", { name: "Stimuli" });
  await expect(gallery.getByRole("row")).toHaveCount(2);
  await expect(page.getByText("Only 2 stimuli: bear taken for bicycle by the subject.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Show all" })).toBeFocused();
  await isSound(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("radio", { name: "all 160" })).toBeFocused();

  // 10 of 10 right, and people from the worst to the best.
  const bicycles = page.getByRole("region", { name: "By truth" }).getByRole("row", { name: /^bicycle/ });
  await expect(bicycles).toContainText("96 %60–100 %");
  await expect(bicycles).toContainText("100 %72–100 %");
});

test("much of it: the gallery and the tables hold what is in view, and all of it can be reached", async ({ page }) => {
  await openPage(page);
  expect(await give(page, await manyStimuli({ stimuli: 600, people: 14, subjects: 6 }))).toEqual([]);
  const { scorecard } = await score(page);
  expect(scorecard.benchmarks.map(({ identifier }) => identifier)).toEqual([IDENTIFIER]);
  await page.locator('[data-cell][data-status="scored"]').first().click();
  const gallery = page.getByRole("grid", { name: "Stimuli" });
  await expect(gallery.getByRole("row").first()).toBeVisible();
  await expect(page.getByRole("radio", { name: "all 600" })).toBeChecked();
  expect(await gallery.getByRole("row").count()).toBeLessThan(100);

  const map = partOf(page, "Error consistency of everybody");
  await expect(map.getByText("mean of 91 pairs")).toBeVisible();
  await map.getByText("As a table").click();
  const table = map.getByRole("table");
  await expect(table).toHaveAttribute("aria-rowcount", "191");
  expect(await table.getByRole("row").count()).toBeLessThan(80);
  const kappas = async () => (await table.locator("tbody td:nth-child(3)").allTextContents()).map(Number);
  const first = await kappas();
  await map.getByRole("region").scrollIntoViewIfNeeded();
  await map.getByRole("region").evaluate((scrolled) => scrolled.scrollTo(0, scrolled.scrollHeight));
  await expect(table.locator('[aria-rowindex="191"]')).toBeInViewport();
  const last = await kappas();
  expect(Math.max(...last)).toBeLessThanOrEqual(Math.max(...first));
  expect(last).toEqual(last.toSorted((a, b) => b - a));
  await isSound(page);
});
