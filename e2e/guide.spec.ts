/** The guide's first chapter, done as it stands there, by the keyboard alone. The files are those that the guide prints. */
import { readFileSync } from "node:fs";
import { expect, type Locator, type Page, test } from "@playwright/test";
import JSZip from "jszip";
import { picture } from "../src/benchmark/sound.fixture.ts";
import type { Scorecard } from "../src/scorecard/scorecard.ts";
import { type GivenFile, given, openPage } from "./support.ts";

const [, FIRST = "", OWN = ""] = readFileSync(new URL("../docs/guide.md", import.meta.url), "utf8").split(/^## /m);

/** What a chapter prints as a file. */
function printed(chapter: string, file: string): string {
  const [, indent = "", text] = new RegExp(`^( *)\`\`\`\\w+ ${file}\\n([\\s\\S]*?)^ *\`\`\``, "m").exec(chapter) ?? [];
  if (text === undefined) throw new Error(`the guide prints no ${file} there`);
  return text.replaceAll(new RegExp(`^${indent}`, "gm"), "");
}

/** The folder of the third step, zipped. */
async function zipped(name: string, pictures: readonly number[]): Promise<GivenFile> {
  const zip = new JSZip();
  for (const file of ["benchmark.json", "stimuli.csv", "responses.csv"]) zip.file(file, printed(OWN, file));
  for (const i of pictures) zip.file(`stimuli/${i}.png`, picture(40 * i));
  return given(name, await zip.generateAsync({ type: "nodebuffer" }));
}

async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible({ timeout: 60_000 });
  for (let i = 0; i < 120; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach ${target}`);
}

async function press(page: Page, target: Locator, key: "Enter" | "Space" = "Enter"): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

async function choose(page: Page, button: string, file: GivenFile): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await press(page, page.getByRole("button", { name: button }));
  await (await chooser).setFiles(file);
}

test("from the example to a benchmark of one's own", async ({ page }) => {
  expect(FIRST).toMatch(/^Your first benchmark/);
  const benchmarks = page.getByRole("region", { name: "Benchmarks" });
  const cell = page.locator("[data-cell]", { hasText: "0.778" });
  await openPage(page);

  await test.step("run the example", async () => {
    await press(page, page.getByRole("button", { name: "Try the example" }));
    await expect(cell).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole("link", { name: "Make your first benchmark" })).toHaveAttribute(
      "href",
      "docs/guide.html#your-first-benchmark",
    );
  });

  await test.step("look behind a score", async () => {
    await press(page, cell);
    const rows = page.getByRole("grid", { name: "Stimuli" }).getByRole("row");
    await expect(rows.first()).toBeVisible();
    const only = page.getByRole("radio", { name: /drawer only/ });
    await tabTo(page, page.getByRole("radio", { checked: true, name: /all/ }));
    for (let i = 0; i < 6 && !(await only.isChecked()); i++) await page.keyboard.press("ArrowRight");
    await expect(only).toBeChecked();
    await tabTo(page, rows.first());
    await page.keyboard.press("ArrowRight");
    await expect(rows.nth(1)).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(cell).toBeFocused();
  });

  await test.step("open a zip, mend it, open it again", async () => {
    await choose(page, "Choose a zip…", await zipped("first.zip", [1, 2, 4]));
    await expect(benchmarks.getByText("refused, 1 fault")).toBeVisible();
    await expect(benchmarks.getByText(/3\.png/).first()).toBeVisible();
    await press(page, page.getByRole("button", { name: "Remove first.zip" }));
    await choose(page, "Choose a zip…", await zipped("first.zip", [1, 2, 3, 4]));
    await expect(benchmarks.getByText("Doe2026edges-error_consistency")).toBeVisible();
  });

  await test.step("choose who is scored", async () => {
    await choose(page, "Choose files…", given("me.csv", printed(FIRST, "me.csv")));
    await expect(page.getByRole("checkbox", { name: /^me/ })).toBeChecked();
    const network = page.getByRole("checkbox", { name: /^shapes-net/ });
    await press(page, network, "Space");
    await expect(network).not.toBeChecked();
  });

  await test.step("score, and keep the result", async () => {
    await press(page, page.getByRole("button", { name: "Score 1 subject" }));
    const save = page.getByRole("button", { name: "Save scorecard as JSON" });
    await expect(page.getByRole("button", { name: "Recompute" })).toBeVisible({ timeout: 60_000 });
    const download = page.waitForEvent("download");
    await press(page, save);
    const card = JSON.parse(readFileSync(await (await download).path(), "utf8")) as Scorecard; // its form is checked next
    const own = card.benchmarks.find(({ identifier }) => identifier === "Doe2026edges-error_consistency");
    expect(own?.scores.find(({ subject }) => subject === "me")).toMatchObject({ status: "scored" });
  });
});
