import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { csvParse } from "d3-dsv";
import {
  type Files,
  manifest,
  oddOneOut,
  PROBABILITIES,
  packageFiles,
  picture,
  zip,
} from "../src/benchmark/sound.fixture.ts";
import { give, given, openPage, score, scored } from "./support.ts";

const LABEL = "Person2026-error_consistency";
const ODD = "Person2026-odd_one_out";
const SHADES = [10, 40, 70, 100, 160, 200];
const ids = SHADES.map((_, i) => `p${i}`);

/** Six pictures, each of one grey that no other has, so that a test sees which one is on the canvas. */
const six: Files = {
  "benchmark.json": manifest({ identifier: LABEL }),
  "stimuli.csv": `stimulus_id,filename,truth,condition\n${ids.map((id, i) => `${id},${i}.png,${i < 3 ? "cat" : "dog"},${i % 2}`).join("\n")}\n`,
  "responses.csv": `stimulus_id,subject,response\n${["ann", "bob"].flatMap((who, w) => ids.map((id, i) => `${id},${who},${(i + w) % 3 === 0 ? "dog" : "cat"}`)).join("\n")}\n`,
  ...Object.fromEntries([1, 2, 3, 4].map((i) => [`stimuli/${i}.png`, null])),
  ...Object.fromEntries(SHADES.map((shade, i) => [`stimuli/${i}.png`, picture(shade)])),
};

async function labelZip() {
  return given("six.zip", await zip(packageFiles(six)));
}

async function oddZip() {
  const changes = oddOneOut();
  const description = String(changes["benchmark.json"]).replace("Fixture2026-error_consistency", ODD);
  return given("odd.zip", await zip(packageFiles({ ...changes, "benchmark.json": description })));
}

const dialog = (page: Page) => page.getByRole("dialog", { name: /Take it yourself/ });
const choices = (page: Page) => page.getByRole("group", { name: "Choices" });

/** Presses Tab until the element of this name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const focused = () =>
    page.evaluate(() => {
      const at = document.activeElement;
      if (at === document.body) return "";
      return at?.getAttribute("aria-label") ?? at?.closest("label")?.textContent ?? at?.textContent ?? "";
    });
  for (let i = 0; i < 60; i++) {
    if (name.test(await focused())) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

/** Waits until a trial asks, and answers it by a key. */
async function press(page: Page, key: string): Promise<void> {
  await expect(choices(page)).toBeVisible();
  await page.keyboard.press(key);
  await expect(choices(page)).toBeHidden();
}

/** The greys in the middle of the pictures on the canvas, left to right. */
function onCanvas(page: Page, across: number): Promise<number[]> {
  return page.evaluate((across) => {
    const canvas = document.querySelector("canvas");
    const context = canvas?.getContext("2d");
    if (canvas === null || context === null || context === undefined) throw new Error("no canvas");
    return Array.from({ length: across }, (_, i) => {
      const x = Math.round((canvas.width * (i + 0.5)) / across);
      return context.getImageData(x, Math.round(canvas.height / 2) + 30, 1, 1).data[0] ?? -1;
    });
  }, across);
}

async function savedCsv(page: Page): Promise<string> {
  const download = page.waitForEvent("download");
  await tabTo(page, /Save answers as CSV/);
  await page.keyboard.press("Enter");
  return readFileSync(await (await download).path(), "utf8");
}

function answersOf(page: Page, benchmark: string, subject: string): Promise<(string | undefined)[]> {
  return page
    .evaluate(([benchmark, subject]) => window.gapscope?.answers(benchmark ?? "", subject ?? ""), [benchmark, subject])
    .then((csv) => csvParse(csv ?? "").map((row) => row.response));
}

test("a label benchmark by keyboard alone: paused, gone on with, put on the board, saved, and given back", async ({
  page,
}) => {
  await openPage(page);
  expect(await give(page, [await labelZip()])).toEqual([]);
  await tabTo(page, new RegExp(`Take ${LABEL} yourself`));
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toBeVisible();
  await expect(dialog(page).getByText(/a picture follows for 200 ms, then noise for 200 ms/)).toBeVisible();
  await tabTo(page, /Your name/);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Zoë");
  await tabTo(page, /Start, 6 pictures/);
  await page.keyboard.press("Enter");

  const keys = ["1", "2", "2", "1", "2", "1"];
  for (const key of keys.slice(0, 3)) await press(page, key);
  await page.keyboard.press("Escape");
  const paused = page.getByRole("region", { name: "Paused" });
  await expect(paused.getByText("3 of 6")).toBeVisible();
  await expect(paused.getByRole("button", { name: "Go on" })).toBeFocused();
  await page.keyboard.press("Enter");
  for (const key of keys.slice(3)) await press(page, key);

  await expect(dialog(page).getByText("You answered all 6 pictures of this benchmark.")).toBeVisible();
  const csv = await savedCsv(page);
  const rows = csvParse(csv);
  expect(rows.map(({ response }) => response)).toEqual(keys.map((key) => (key === "1" ? "cat" : "dog")));
  expect(rows.map(({ trial }) => trial)).toEqual(["1", "2", "3", "4", "5", "6"]);
  expect(new Set(rows.map(({ stimulus_id }) => stimulus_id))).toEqual(new Set(ids));
  for (const row of rows) {
    expect(row).toMatchObject({ subject: "Zoë", input: "key", presentation_asked_ms: "200", mask_ms: "200" });
    expect(Number(row.presentation_ms)).toBeGreaterThan(0);
    expect(Number(row.response_ms)).toBeGreaterThan(Number(row.presentation_ms));
  }

  await tabTo(page, /Put Zoë on the board/);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByRole("button", { name: `Take ${LABEL} yourself` })).toBeFocused();

  expect(await give(page, [given("zoe.csv", csv)], ["the file"])).toEqual([]);
  const result = await score(page);
  const own = scored(result, LABEL, "Zoë");
  expect(scored(result, LABEL, "the file").raw).toBe(own.raw);
  const byId = new Map(rows.map(({ stimulus_id, response }) => [stimulus_id, response]));
  expect(await answersOf(page, LABEL, "the file")).toEqual(ids.map((id) => byId.get(id)));
  expect(await answersOf(page, LABEL, "Zoë")).toEqual(await answersOf(page, LABEL, "the file"));
});

test("after a reload a sitting goes on where it was, and every picture is the one that the file says", async ({
  page,
}) => {
  await openPage(page);
  await give(page, [await labelZip()]);
  const open = () => page.getByRole("button", { name: `Take ${LABEL} yourself` }).click();
  await open();
  await page.getByLabel("A picture is shown for").selectOption("until answered");
  await page.getByRole("button", { name: "Start, 6 pictures" }).click();
  const seen: number[] = [];
  const answer = async (key: string): Promise<void> => {
    await expect(choices(page)).toBeVisible();
    seen.push(...(await onCanvas(page, 1)));
    await press(page, key);
  };
  await answer("1");
  await answer("2");
  await expect(choices(page)).toBeVisible(); // the third is seen and not answered
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect(page.getByRole("region", { name: "Paused" })).toBeVisible(); // nobody looks at a page in the background
  await page.reload();
  await page.waitForFunction(() => window.gapscope !== undefined);
  await give(page, [await labelZip()]);
  await open();
  await expect(dialog(page).getByText(/answered 2 of 6/)).toBeVisible();
  await page.getByRole("button", { name: "Go on with the other 4" }).click();
  for (const key of ["1", "1", "2", "2"]) await answer(key);
  const rows = csvParse(await savedCsv(page));
  expect(rows.map(({ response }) => response)).toEqual(["cat", "dog", "cat", "cat", "dog", "dog"]);
  expect(rows.map(({ times_shown }) => times_shown)).toEqual(["1", "1", "2", "1", "1", "1"]);
  expect(rows.map(({ stimulus_id }) => stimulus_id)).toEqual(seen.map((shade) => ids[SHADES.indexOf(shade)]));
  expect(new Set(seen).size).toBe(6);
});

test("who stops early is compared on what was answered, has no score, and can discard it", async ({ page }) => {
  await openPage(page);
  await give(page, [await labelZip()]);
  await score(page);
  await page.getByRole("button", { name: `Take ${LABEL} yourself` }).click();
  await page.getByRole("button", { name: "Start, 6 pictures" }).click();
  await press(page, "1");
  await press(page, "1");
  await page.getByRole("button", { name: /Pause/ }).click();
  await page.getByRole("button", { name: "Stop here, keep what is answered" }).click();
  await expect(dialog(page).getByText(/Of 2 pictures; the benchmark has 6/)).toBeVisible();
  await expect(dialog(page).getByRole("table")).toContainText("on 2 pictures");
  await expect(dialog(page).getByRole("button", { name: /on the board/ })).toHaveCount(0);
  expect(csvParse(await savedCsv(page)).length).toBe(2);
  await page.getByRole("button", { name: "Begin anew or discard them" }).click();
  await page.getByRole("button", { name: "Begin anew…" }).click();
  await page.getByRole("button", { name: "Discard 2 answers" }).click();
  await expect(page.getByRole("button", { name: "Start, 6 pictures" })).toBeVisible();
});

test("odd one out by keyboard alone: the key is the place, the file has the ids", async ({ page }) => {
  await openPage(page);
  expect(await give(page, [await oddZip()])).toEqual([]);
  await tabTo(page, new RegExp(`Take ${ODD} yourself`));
  await page.keyboard.press("Enter");
  await expect(dialog(page).getByText(/three pictures stand side by side/)).toBeVisible();
  await tabTo(page, /Start, 2 triplets/);
  await page.keyboard.press("Enter");
  const shadeOf: Readonly<Record<number, string>> = { 10: "s1", 20: "s2", 30: "s3", 40: "s4" };
  const picked: (string | undefined)[] = [];
  for (const key of ["3", "1"]) {
    await expect(choices(page)).toBeVisible();
    const shades = await onCanvas(page, 3);
    picked.push(shadeOf[shades[Number(key) - 1] ?? -1]);
    await press(page, key);
  }
  const csv = await savedCsv(page);
  const rows = csvParse(csv);
  expect(rows.map(({ response }) => response)).toEqual(picked);
  expect(rows.map(({ left_to_right, response }) => left_to_right?.split("|").indexOf(response ?? ""))).toEqual([2, 0]);
  await page.keyboard.press("Escape");
  expect(await give(page, [given("me.csv", csv)], ["me"])).toEqual([]);
  const chosen = new Map(rows.map(({ a, b, c, response }) => [`${a}|${b}|${c}`, response]));
  scored(await score(page), ODD, "me");
  expect(await answersOf(page, ODD, "me")).toEqual(["s1|s2|s3", "s1|s3|s4"].map((triplet) => chosen.get(triplet)));
});

test("what a person cannot take is not offered, and says why", async ({ page }) => {
  await openPage(page);
  await give(page, [given("probabilities.zip", await zip(packageFiles(PROBABILITIES)))]);
  await expect(page.getByText(/not for a person here: a person answers with one label/)).toBeVisible();
  const imagenet = manifest({
    identifier: "Person2026-imagenet",
    task: { name: "label", choices: "imagenet" },
    metric: { name: "accuracy" },
    ceiling: { name: "constant", options: { value: 1 } },
  });
  await give(page, [given("imagenet.zip", await zip(packageFiles({ "benchmark.json": imagenet })))]);
  await expect(page.getByText(/not for a person here: a person cannot choose among 1,000 classes/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Take / })).toHaveCount(0);
});

test("whoever asks for reduced motion gets pictures that stay", async ({ browser, baseURL }) => {
  const context = await browser.newContext({
    reducedMotion: "reduce",
    ...(baseURL === undefined ? {} : { baseURL }),
  });
  const page = await context.newPage();
  await openPage(page);
  await give(page, [await labelZip()]);
  await page.getByRole("button", { name: `Take ${LABEL} yourself` }).click();
  await expect(dialog(page).getByText(/a picture follows and stays/)).toBeVisible();
  await expect(page.getByLabel("A picture is shown for")).toHaveValue("0");
  await expect(page.getByRole("checkbox", { name: /Noise after it/ })).not.toBeChecked();
  await context.close();
});

for (const scheme of ["light", "dark"] as const) {
  test(`practice, trials and result within 360 pixels, by touch, ${scheme}`, async ({ browser, baseURL }) => {
    const context = await browser.newContext({
      viewport: { width: 360, height: 640 },
      colorScheme: scheme,
      hasTouch: true,
      ...(baseURL === undefined ? {} : { baseURL }),
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    const inOrder = async (): Promise<void> => {
      const overflow = await page.evaluate(() => {
        const place = document.querySelector("[role=dialog]");
        return place === null ? -1 : place.scrollWidth - place.clientWidth;
      });
      expect(overflow).toBe(0);
      const { violations } = await new AxeBuilder({ page }).include("[role=dialog]").analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);
    };
    await openPage(page);
    await give(page, [await labelZip()]);
    await page.getByRole("button", { name: `Take ${LABEL} yourself` }).tap();
    await page.getByLabel(/Show pictures at the benchmark’s size/).check();
    await expect(dialog(page).getByText(/8° are \d+\.\d cm on this screen|8° do not fit/)).toBeVisible();
    await inOrder();
    await page.getByRole("button", { name: "Practise first" }).tap();
    for (let i = 0; i < 3; i++) {
      await expect(choices(page)).toBeVisible();
      if (i === 0) await inOrder();
      await page.getByRole("button", { name: /cat/ }).tap();
      await expect(page.getByRole("status").filter({ hasText: /Right\.|No: it said “dog”\./ })).toBeVisible();
    }
    await page.getByRole("button", { name: "Start, 6 pictures" }).tap();
    for (let i = 0; i < 6; i++) {
      await expect(choices(page)).toBeVisible();
      await page.getByRole("button", { name: /dog/ }).tap();
      await expect(choices(page)).toBeHidden();
    }
    await expect(dialog(page).getByText("You answered all 6 pictures of this benchmark.")).toBeVisible();
    await inOrder();
    expect(complaints).toEqual([]);
    await context.close();
  });
}
