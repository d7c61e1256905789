/** A machine that computes wrong, made so on purpose: it is found out before anything is scored, and said. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { drawer, drawings } from "./drawings.ts";
import { FAULTS, spoiler } from "./faults.ts";
import { example, give, openPage, score, scored } from "./support.ts";

const SHAPES = ["shapes.zip", "card.json", "shapes-net.onnx"].map(example);
/** More workers than a run and its self-check start. */
const MANY = 12;

const off = (page: Page) => page.getByRole("region", { name: "Backends that are off" });
const facts = (page: Page) => page.getByRole("list", { name: "This machine" });

test("a backend that computes right is used, and its panel says how right", async ({ page }) => {
  await openPage(page);
  await facts(page).getByRole("button", { name: /wasm/ }).click();
  const panel = page.getByRole("dialog", { name: "Backends" });
  await expect(panel.getByRole("row", { name: /^wasm/ })).toContainText("not checked yet");
  await panel.getByRole("button", { name: "Check now" }).click();
  const row = panel.getByRole("row", { name: /^wasm/ });
  await expect(row).toContainText(/agreed to \de-7.*1e-4.*, in \d+ ms/);
  process.stdout.write(`Self-check: ${await row.textContent()}\n`);
  await row.getByRole("button").focus();
  await expect(page.getByRole("tooltip")).toContainText("largest |computed − known| / largest |known|");
  await expect(panel.getByRole("button", { name: "Check again" })).toBeEnabled();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await panel.getByRole("button", { name: "Close" }).click();
  await expect(off(page)).toHaveCount(0);

  // What one visit found, the next one knows.
  await page.reload();
  await facts(page).getByRole("button", { name: /wasm/ }).click();
  await expect(row).toContainText(/agreed to \de-7/);
});

test("wasm that computes wrong is off: runs are refused with what was computed, until a check finds it right", async ({
  page,
}) => {
  const spoil = await spoiler(page);
  await openPage(page);
  expect(await give(page, SHAPES)).toEqual([]);
  spoil.arm(...Array<string>(MANY).fill(FAULTS.computesWrong()));
  const refused = await score(page);
  expect(refused.refused).toEqual([
    expect.stringMatching(
      /backend-wrong: .*wasm computes wrong here: output convolution, value 4\. \(found ".*expected/,
    ),
  ]);
  expect(refused.scorecard.benchmarks[0]?.scores).toEqual([]);
  await expect(off(page)).toContainText("wasm is off on this machine");
  await expect(off(page)).toContainText("Update this browser, or take another browser, and check again.");
  await expect(facts(page)).toContainText("wasm off: self-check failed");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  // It is known on the next visit, and nothing is run to know it.
  spoil.arm();
  await page.reload();
  await page.waitForFunction(() => window.gapscope !== undefined);
  await expect(off(page)).toContainText("wasm is off on this machine");
  expect(await give(page, SHAPES)).toEqual([]);
  const started = spoil.started;
  expect((await score(page)).refused).toHaveLength(1);
  expect(spoil.started).toBe(started);

  await off(page).getByRole("button", { name: "Check again" }).click();
  await expect(off(page)).toHaveCount(0);
  const after = await score(page);
  expect(after.refused).toEqual([]);
  expect(scored(after, "Shapes-accuracy", "shapes-net").backend).toBe("wasm");
});

test("answers that were recorded are scored where wasm is off", async ({ page }) => {
  const spoil = await spoiler(page);
  await openPage(page);
  spoil.arm(...Array<string>(MANY).fill(FAULTS.throwsAtImport));
  await page.evaluate(() => window.gapscope?.checkBackends());
  await expect(off(page)).toContainText(/gave no answer: .*broken at import/);
  expect(await give(page, [await drawings(8), drawer(8)])).toEqual([]);
  expect(scored(await score(page), "Drawings-accuracy", "drawer").score).toBe(1);
});
