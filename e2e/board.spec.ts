/** The board as a workbench: many benchmarks laid out, what the address remembers, removals undone, a run paused. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { example, give, openPage, score } from "./support.ts";
import { wideBoard } from "./wide-board.ts";

const EXAMPLE = [example("shapes.zip"), example("card.json"), example("shapes-net.onnx")];

const inspector = (page: Page) => page.getByRole("region", { name: /shapes-net on Shapes-accuracy/ });
const cell = (page: Page) => page.getByRole("button", { name: /0\.778/ });

test("a cell has an address, Back closes it, and a removal is undone with its scores", async ({ page }) => {
  await openPage(page);
  expect(await give(page, EXAMPLE)).toEqual([]);
  await score(page);
  await cell(page).click();
  await expect(inspector(page)).toBeVisible();
  await expect.poll(() => new URL(page.url()).hash).toMatch(/^#open=[0-9a-f]{8}\.[0-9a-f]{8}$/);
  await page.goBack();
  await expect(inspector(page)).toHaveCount(0);
  await expect(cell(page)).toBeFocused();
  expect(new URL(page.url()).hash).toBe("");

  await page.getByRole("button", { name: "Remove shapes.zip" }).click();
  await expect(cell(page)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Undo" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Remove shapes.zip" })).toBeFocused();
  await expect(cell(page)).toBeVisible();
  await page.getByRole("button", { name: "Remove shapes-net" }).click();
  await page.keyboard.press("z");
  await expect(cell(page)).toBeVisible();

  await page.goForward();
  await expect(inspector(page)).toBeVisible();
  await page.reload();
  await page.waitForFunction(() => window.gapscope !== undefined);
  await expect(page.getByRole("button", { name: "Try the example" })).toBeVisible(); // an address holds no data
  expect(await give(page, EXAMPLE)).toEqual([]);
  await expect(inspector(page)).toBeVisible();
});

test("a run is paused between two batches and goes on", async ({ page }) => {
  await openPage(page);
  expect(await give(page, EXAMPLE)).toEqual([]);
  const run = page.getByRole("region", { name: "Run" });
  await page.keyboard.press("s");
  await page.keyboard.press("p");
  await expect(run.getByText("Paused")).toBeVisible();
  await expect(run.getByRole("button", { name: "Resume" })).toBeVisible();
  const stands = (): Promise<string | null> => run.locator("p").first().textContent();
  const before = await stands();
  await page.waitForTimeout(1000);
  expect(await stands()).toBe(before);
  await expect(cell(page)).toHaveCount(0);
  await run.getByRole("button", { name: "Resume" }).click();
  await expect(cell(page)).toBeVisible({ timeout: 60_000 });
});

test("many benchmarks: filtered, sorted, grouped, walked by the keyboard, in both themes", async ({ page }) => {
  await openPage(page);
  expect(await give(page, await wideBoard(10, 3))).toEqual([]);
  await score(page);
  const table = page.getByRole("table", { name: "Scores of each subject on each benchmark" });
  const rows = (): Promise<string[]> => table.getByRole("rowheader").allInnerTexts();
  expect(await rows()).toHaveLength(10);

  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("beta subject-2");
  await expect.poll(rows).toEqual(["Beta2021.part2-accuracy", "Beta2021.part7-accuracy"]);
  await expect(table.getByRole("columnheader")).toHaveText([/^Benchmark/, "Ceiling", /^Mean/, /raw/, /^subject-2/]);
  await expect(page.getByText("2 of 10 benchmarks, 1 of 3 subjects")).toBeVisible();
  await page.getByRole("searchbox").fill("");
  await expect.poll(rows).toHaveLength(10);

  await table.getByRole("button", { name: "Mean" }).click();
  await table.getByRole("button", { name: "Mean" }).click();
  await expect(table.getByRole("columnheader", { name: /^Mean/ })).toHaveAttribute("aria-sort", "ascending");
  const means = await table.locator("tbody td:nth-child(3) button").allInnerTexts();
  expect(means.map(Number)).toEqual(means.map(Number).toSorted((a, b) => a - b));
  expect(new Set(means).size).toBeGreaterThan(1); // else the order says nothing

  await page.getByLabel("Group by parent").check();
  await expect(table.getByRole("rowheader", { name: /^Beta2021\s*2 benchmarks/ })).toBeVisible();
  await expect.poll(() => new URL(page.url()).hash).toBe("#benchmarks=mean&group=parent");

  const first = table.locator("[data-cell]").first();
  await expect(table.locator('[data-cell][tabindex="0"]')).toHaveCount(1);
  await first.focus();
  await page.keyboard.press("ArrowRight");
  await expect(table.locator("[data-cell]").nth(1)).toBeFocused();
  await expect(table.locator("[data-cell]").nth(1)).toHaveAttribute("tabindex", "0");

  for (const [width, scheme] of [
    [1280, "light"],
    [1280, "dark"],
    [360, "light"],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    ).toBeLessThanOrEqual(0);
  }
});

test("the page's keys are told, and can be switched off", async ({ page }) => {
  await openPage(page);
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keys" });
  await expect(keys.getByText("filter the board")).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await keys.getByLabel("Single keys act everywhere").uncheck();
  await page.keyboard.press("Escape");
  await expect(keys).toHaveCount(0);
  await page.keyboard.press("?");
  await expect(keys).toHaveCount(0);
});
