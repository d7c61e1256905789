/** Before a run starts: what it will need, and what happens where that does not fit. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { example, give, openPage } from "./support.ts";

/** Lets the browser say that it has so many bytes left. */
async function leaving(page: Page, bytes: number): Promise<void> {
  await page.addInitScript((quota) => {
    navigator.storage.estimate = () => Promise.resolve({ quota, usage: 0 });
  }, bytes);
}

const bar = (page: Page) => page.getByRole("region", { name: "Run", exact: true });
const begin = (page: Page) => bar(page).getByRole("button", { name: "Score 1 subject" }).click();

test("the run bar says what a run needs, and nothing where everything is stored", async ({ page }) => {
  await openPage(page);
  await give(page, ["shapes.zip", "card.json", "shapes-net.onnx"].map(example));
  // 360 pictures, nine logits of four bytes each.
  await expect(bar(page)).toContainText("360 pictures to run, time known after the first, 13 kB on disk");
  await begin(page);
  await expect(bar(page).getByRole("button", { name: "Recompute" })).toBeVisible({ timeout: 60_000 });
  await expect(bar(page)).not.toContainText("on disk");
  // Another network of the same speed would be timed anew; this one is known when its pictures are to be run again.
  await page.reload();
  await page.waitForFunction(() => window.gapscope !== undefined);
  await page.evaluate(() => indexedDB.deleteDatabase("gapscope-activations"));
  await page.reload();
  await page.waitForFunction(() => window.gapscope !== undefined);
  await give(page, ["shapes.zip", "card.json", "shapes-net.onnx"].map(example));
  await expect(bar(page)).toContainText(/about \d+ s, 13 kB on disk/);
});

test("a run that does not fit is not begun, and runs without storing where that is chosen", async ({ page }) => {
  await leaving(page, 10_000);
  await openPage(page);
  await give(page, ["shapes.zip", "card.json", "shapes-net.onnx"].map(example));
  const reason = "The activations of shapes-net take 13 kB, and the browser has 10 kB left for this page.";
  await expect(bar(page).getByRole("alert")).toContainText(reason);
  await begin(page);
  await expect(bar(page).getByRole("alert")).toContainText(reason);
  await expect(page.getByText("0.778")).toHaveCount(0);
  expect((await new AxeBuilder({ page }).include("section[aria-label=Run]").analyze()).violations).toEqual([]);
  await bar(page).getByRole("button", { name: "Run without storing" }).click();
  await expect(bar(page).getByRole("button", { name: "Recompute" })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("0.778").first()).toBeVisible();
  const stored = await page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open("gapscope-activations");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const names = [...opening.result.objectStoreNames];
          if (!names.includes("activations")) return resolve(0);
          const counting = opening.result.transaction("activations").objectStore("activations").count();
          counting.onsuccess = () => resolve(counting.result);
        };
      }),
  );
  expect(stored).toBe(0);
});

test("the command line says it on standard error, and keeps nothing where that is asked for", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gapscope-preflight-"));
  const run = (...args: string[]): Promise<{ code: number | null; err: string }> =>
    new Promise((resolve) => {
      const child = spawn("npx", ["tsx", "cli/score.ts", ...args], {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
        env: { ...process.env, GAPSCOPE_PROFILE: join(folder, "profile") },
      });
      let err = "";
      child.stderr.on("data", (text) => (err += text));
      child.on("close", (code) => resolve({ code, err }));
    });
  try {
    const args = [example("shapes.zip"), "--model", example("card.json"), "--backend", "wasm", "--no-store"];
    const first = await run(...args);
    expect(first.err).toContain("360 pictures to run, time known after the first\n");
    expect(first.code).toBe(0);
    const second = await run(...args);
    expect(second.err).toMatch(/^about \d+ s$/m);
    expect(second.err).toContain("360 pictures were run");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
