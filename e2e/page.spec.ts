import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import type { Scorecard } from "../src/scorecard/scorecard.ts";
import { example, fileAt, given, hasShared, NO_SHARED, openPage, shared } from "./support.ts";

/** Scores the example by its button and waits for the verdict. */
async function tryExample(page: Page): Promise<void> {
  await openPage(page);
  await page.getByRole("button", { name: "Try the example" }).click();
  await expect(page.getByRole("button", { name: /0\.778/ })).toBeVisible({ timeout: 60_000 });
}

test("the first button runs the example, and a cell opens onto every stimulus", async ({ page }) => {
  await tryExample(page);
  await page.getByRole("button", { name: /0\.778/ }).click();
  const inspector = page.getByRole("region", { name: /shapes-net on Shapes-accuracy/ });
  await expect(inspector).toBeVisible();
  await expect(inspector.getByText("made by a script; no human data")).toHaveCount(0);
  await expect(page.getByText(/no human data/).first()).toBeVisible(); // the benchmark's own words, in the list
  const gallery = page.getByRole("grid", { name: "Stimuli" });
  await expect(gallery.getByRole("row").first()).toBeVisible();
  await page.locator("label", { hasText: "drawer only" }).click();
  await expect(page.getByRole("radio", { name: /drawer only\s*80/ })).toBeChecked();
});

test("everything can be done by the keyboard alone", async ({ page }) => {
  await openPage(page);
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
  for (let i = 0; i < 10 && (await focused()) !== "Try the example"; i++) await page.keyboard.press("Tab");
  expect(await focused()).toBe("Try the example");
  await page.keyboard.press("Enter");
  const cell = page.getByRole("button", { name: /0\.778/ });
  await expect(cell).toBeVisible({ timeout: 60_000 });
  for (let i = 0; i < 40 && !(await cell.evaluate((element) => element === document.activeElement)); i++)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("grid", { name: "Stimuli" })).toBeVisible();
  const rows = page.getByRole("grid", { name: "Stimuli" }).getByRole("row");
  await expect(rows.first()).toBeVisible();
  for (let i = 0; i < 20 && !(await rows.first().evaluate((element) => element === document.activeElement)); i++)
    await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("grid", { name: "Stimuli" })).toHaveCount(0);
  await expect(cell).toBeFocused();
});

test("a zip that is wrong is refused at its row, all faults at once, and a right one can follow", async ({ page }) => {
  await openPage(page);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /Choose a zip/ }).click();
  await (await chooser).setFiles(given("broken.zip", readFileSync(example("shapes.zip")).subarray(0, 4000)));
  const benchmarks = page.getByRole("region", { name: "Benchmarks" });
  await expect(benchmarks.getByText(/refused, 1 fault/)).toBeVisible();
  await expect(benchmarks.getByText(/cut short|incomplete|truncated/i).first()).toBeVisible();
  const again = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /Choose a zip/ }).click();
  await (await again).setFiles(fileAt(example("shapes.zip")));
  await expect(benchmarks.getByText(/360 stimuli/)).toBeVisible();
  await page.getByRole("button", { name: "Remove broken.zip" }).click();
  await expect(benchmarks.getByText(/refused/)).toHaveCount(0);
});

test("a dropped zip is read", async ({ page }) => {
  await openPage(page);
  const bytes = [...readFileSync(example("shapes.zip"))];
  const transfer = await page.evaluateHandle((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "shapes.zip"));
    return data;
  }, bytes);
  await page.dispatchEvent("body", "dragenter", { dataTransfer: transfer });
  await page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await expect(page.getByRole("region", { name: "Benchmarks" }).getByText(/360 stimuli/)).toBeVisible();
});

test("scorecards are saved as JSON and CSV", async ({ page }) => {
  await tryExample(page);
  const save = async (name: string): Promise<string> => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name }).click();
    return readFileSync(await (await download).path(), "utf8");
  };
  const card = JSON.parse(await save("Save scorecard as JSON")) as Scorecard; // its form is checked next
  expect(card).toMatchObject({ format: "gapscope-scorecard", format_version: 1 });
  expect(card.benchmarks[0]?.scores[0]).toMatchObject({ subject: "shapes-net", status: "scored" });
  expect(await save("Save scorecard as CSV")).toContain("Shapes-accuracy");
});

test("people and recorded networks on the edge drawings", async ({ page }) => {
  test.skip(!hasShared, NO_SHARED);
  await openPage(page);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /Choose a zip/ }).click();
  await (await chooser).setFiles(shared("geirhos2021-edge/geirhos2021-edge.zip"));
  const subjects = page.waitForEvent("filechooser");
  await page
    .getByRole("region", { name: "Subjects" })
    .getByRole("button", { name: /Choose files/ })
    .click();
  await (await subjects).setFiles(
    ["alexnet", "googlenet", "vgg"].map((name) => shared(`geirhos2021-edge/edge-${name}.csv`)),
  );
  await expect(page.getByText("160 stimuli · 10 people").first()).toBeVisible();
  await page.getByRole("button", { name: "Score 3 subjects" }).click();
  for (const value of ["0.347", "0.243", "0.223"])
    await expect(page.getByRole("button", { name: new RegExp(value.replace(".", "\\.")) })).toBeVisible();
  await page.getByRole("button", { name: /0\.347/ }).click();
  await expect(page.getByRole("radio", { name: /people only\s*83/ })).toBeVisible();
});
