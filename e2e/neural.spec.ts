/**
 * Recordings in the page: what was recorded, values by site, every layer of a network. The made-up package's numbers are
 * nobody's recordings; the real ones are of macaque V4.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, type Page, test } from "@playwright/test";
import { csvParse } from "d3-dsv";
import JSZip from "jszip";
import { readNpy } from "../src/benchmark/neural/npy.ts";
import { npyOf } from "../src/benchmark/neural/recorded.fixture.ts";
import { zip } from "../src/benchmark/sound.fixture.ts";
import type { Scorecard } from "../src/scorecard/scorecard.ts";
import { FAULTS } from "./faults.ts";
import { inspectorOf, isSound, madeUp, NETWORK, scored, tabTo } from "./made-up.ts";
import { example, fileAt, type GivenFile, give, given, hasShared, NO_SHARED, openPage, shared } from "./support.ts";

/** What the page's own door says of every layer. */
async function layersOf(page: Page, benchmark: string, subject: string) {
  const found = await page.evaluate(
    ([benchmark, subject]) => window.gapscope?.layers(benchmark, subject, { fresh: false }),
    [benchmark, subject] as const,
  );
  if (found === undefined || !("entry" in found)) throw new Error(found?.reason ?? "no layers");
  return found.entry;
}

/** A score as the page prints it. */
const printed = (value: number): string => value.toFixed(3).replace("-", "−");

test("few sites, by the keyboard alone: what was recorded, a dot each, every layer and its best", async ({ page }) => {
  const cell = await scored(page, [await madeUp(), ...NETWORK], 0);
  const rail = page.getByRole("complementary", { name: "What is open" });
  await expect(rail).toContainText("40 stimuli · V4, 70–170 ms");
  await expect(rail).toContainText("12 sites: Anna 4, Bert 8");
  await expect(rail).toContainText("2 repetitions of each stimulus, averaged");
  await expect(rail).toContainText(/ridge · ceiling 0\.\d{3} ± 0\.\d{2,3}/);

  await expect(rail.getByText(/notice/)).toHaveCount(0);

  await tabTo(page, cell);
  await page.keyboard.press("Enter");
  const inspector = inspectorOf(page);
  await expect(inspector).toContainText(/relu3, committed to V4: [\d,]+ features/);
  const sites = inspector.getByRole("listbox", { name: "Pearson r by site" });
  await expect(inspector).toContainText(/Pearson r of 11 sites; line: median; .*; 1 site without a value/);
  await expect(sites.getByRole("option")).toHaveCount(11);
  await expect(sites.getByRole("group")).toHaveText([
    /Anna: 4 sites, median 0\.\d{3}/,
    /Bert: 8 sites, median 0\.\d{3}/,
  ]);
  await tabTo(page, sites);
  await page.keyboard.press("End");
  await expect(sites.getByRole("option").last()).toHaveAttribute("aria-selected", "true");
  await expect(inspector.getByText(/^Bert, site-\d+: 0\.\d{3}$/).last()).toBeVisible();
  await tabTo(page, inspector.getByText("As a table").first());
  await page.keyboard.press("Enter");
  const table = inspector.getByRole("table", { name: "Pearson r by site" });
  await expect(table.getByRole("rowheader")).toHaveCount(12);
  await expect(table.getByRole("row", { name: "site-11 Bert undefined" })).toHaveCount(1);

  const button = inspector.getByRole("button", { name: "Score every layer" });
  await expect(inspector).toContainText("and on 1 other open benchmark of the same stimuli");
  await tabTo(page, button);
  await page.keyboard.press("Enter");
  await expect(inspector.getByRole("button", { name: "Recompute every layer" })).toBeFocused({ timeout: 90_000 });
  const entry = await layersOf(page, "MadeUp.few-ridge", "shapes-net");
  const { best, layers } = entry;
  expect(layers.length).toBeGreaterThan(4);
  const scores = layers.map((layer) => (layer.status === "scored" ? layer.score : Number.NaN));
  expect(best?.score).toBe(Math.max(...scores));
  const committed = layers.find((layer) => layer.committed);
  expect(committed?.layer).toBe("relu3");
  await expect(inspector.getByText("best of these, chosen on the test data: optimistic")).toBeVisible();
  await expect(inspector.getByText(`${best?.layer} ${printed(best?.score ?? Number.NaN)}`)).toBeVisible();
  // The layer that is committed has the score of the board's cell.
  expect(committed).toMatchObject({ status: "scored" });
  if (committed?.status === "scored") await expect(cell).toHaveText(printed(committed.score));

  const curve = inspector.getByRole("listbox", { name: "Score by layer" });
  await expect(curve.getByRole("option")).toHaveCount(layers.length);
  await tabTo(page, curve);
  await page.keyboard.press("Home");
  const [first] = layers;
  await expect(inspector.getByText(new RegExp(`^${first?.layer}, layer 1 of ${layers.length}, `)).last()).toBeVisible();
  const saved = page.waitForEvent("download");
  await inspector.getByRole("button", { name: "Save layers as CSV" }).click();
  const rows = csvParse(readFileSync(await (await saved).path(), "utf8"));
  expect(rows.map(({ layer, score }) => [layer, Number(score)])).toEqual(
    layers.map(({ layer }, i) => [layer, scores[i]]),
  );
  await page.keyboard.press("Escape");
  await expect(cell).toBeFocused();
  // The other benchmark's layers were scored on the way; nothing runs for them.
  await page.locator("td [data-cell]").nth(1).click();
  await expect(inspectorOf(page).getByRole("listbox", { name: "Score by layer" })).toBeVisible();

  // After a reload the scores are there again, from what is kept.
  await openPage(page);
  expect(await give(page, [await madeUp(), ...NETWORK])).toEqual([]);
  await page.getByLabel("Backend").selectOption("wasm");
  expect(await layersOf(page, "MadeUp.few-ridge", "shapes-net")).toEqual(entry);
});

test("cancelling in the middle answers at once, and the rest follows from there", async ({ page }) => {
  const cell = await scored(page, [await madeUp(), ...NETWORK], 0);
  await cell.click();
  const inspector = inspectorOf(page);
  // Cancels as soon as two layers have their scores, by the button that a person would press.
  await page.evaluate(() => {
    const watch = setInterval(() => {
      if ((window.gapscope?.progress()?.done ?? 0) < 2) return;
      clearInterval(watch);
      const [button] = [...document.querySelectorAll<HTMLElement>('section[aria-label="Run"] button')].slice(-1);
      const start = performance.now();
      button?.click();
      const ended = setInterval(() => {
        if (window.gapscope?.progress() !== undefined) return;
        clearInterval(ended);
        document.body.dataset.cancelled = String(performance.now() - start);
      }, 1);
    }, 1);
  });
  await inspector.getByRole("button", { name: "Score every layer" }).click();
  await expect(page.locator("body[data-cancelled]")).toBeAttached({ timeout: 90_000 });
  expect(Number(await page.locator("body").getAttribute("data-cancelled"))).toBeLessThan(200);
  await expect(inspector.getByText(/^Cancelled before every layer had its score/)).toBeVisible();
  const partial = await inspector.getByRole("listbox", { name: "Score by layer" }).getByRole("option").count();
  expect(partial).toBeGreaterThanOrEqual(2);
  await inspector.getByRole("button", { name: "Go on" }).click();
  await expect(inspector.getByRole("button", { name: "Recompute every layer" })).toBeVisible({ timeout: 90_000 });
  const { layers } = await layersOf(page, "MadeUp.few-ridge", "shapes-net");
  expect(layers.length).toBeGreaterThan(partial);
});

test("a run over layers that a reload ends is offered again, and ends as one that nobody interrupted", async ({
  page,
}) => {
  await page.route("**/subject.worker-*.js", async (route) => {
    const response = await route.fetch().catch(() => undefined); // the page may be gone
    if (response !== undefined)
      await route.fulfill({ response, body: `{${FAULTS.slow(500)}}\n${await response.text()}` }).catch(() => undefined);
  });
  const cell = await scored(page, [await madeUp(), ...NETWORK], 0);
  await cell.click();
  await inspectorOf(page).getByRole("button", { name: "Score every layer" }).click();
  await page.waitForFunction(() => (window.gapscope?.progress()?.done ?? 0) >= 2, null, {
    timeout: 90_000,
    polling: 5,
  });
  await page.reload();
  const unfinished = page.getByRole("region", { name: "Unfinished runs" });
  await expect(unfinished.getByText(/Unfinished run, \d+ % done: every layer of shapes-net on MadeUp/)).toBeVisible();
  await unfinished.getByRole("button", { name: "Resume" }).click();
  await expect(inspectorOf(page).getByRole("button", { name: "Recompute every layer" })).toBeVisible({
    timeout: 90_000,
  });
  await expect(unfinished).toHaveCount(0);
  const resumed = await layersOf(page, "MadeUp.few-ridge", "shapes-net");
  const again = inspectorOf(page).getByRole("button", { name: "Recompute every layer" });
  await again.click();
  await expect(again).toHaveCount(0);
  await expect(again).toBeVisible({ timeout: 90_000 });
  expect(await layersOf(page, "MadeUp.few-ridge", "shapes-net")).toEqual(resumed);
});

for (const scheme of ["light", "dark"] as const) {
  test(`many sites in a histogram, with every layer, ${scheme}`, async ({ browser, baseURL }, info) => {
    const context = await browser.newContext({
      ...{ viewport: { width: 1280, height: 900 }, colorScheme: scheme },
      ...(baseURL === undefined ? {} : { baseURL }),
    });
    const page = await context.newPage();
    const cell = await scored(page, [await madeUp(), ...NETWORK], 1);
    await cell.click();
    const inspector = inspectorOf(page);
    const bars = inspector.getByRole("listbox", { name: "Pearson r by site" }).getByRole("option");
    await expect(bars).not.toHaveCount(0);
    const counted = (await bars.allTextContents()).map((text) => Number(/: (\d+) sites?$/.exec(text)?.[1]));
    expect(counted.reduce((sum, n) => sum + n, 0)).toBe(69); // of 70, one without a value
    await inspector.getByRole("button", { name: "Score every layer" }).click();
    await expect(inspector.getByRole("button", { name: "Recompute every layer" })).toBeVisible({ timeout: 90_000 });
    await bars.first().click();
    for (const summary of await inspector.getByText("As a table").all()) await summary.click();
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 2000 }); // the whole of it in one picture
      await isSound(page);
      await inspector.screenshot({ path: info.outputPath(`neural-${width}.png`) });
    }
    await context.close();
  });
}

/** A part of the macaque's package: its first stimuli, the ridge metric alone. */
async function macaque(stimuli: number): Promise<GivenFile> {
  const whole = await JSZip.loadAsync(readFileSync(shared("macaque-v4/cowley2023-210325.zip")));
  const text = async (name: string) => (await whole.file(name)?.async("text")) ?? "";
  const bytes = async (name: string) => new Uint8Array((await whole.file(name)?.async("arraybuffer")) ?? []);
  const array = readNpy(await bytes("responses.npy"), "responses.npy");
  if ("code" in array) throw new Error(array.message);
  const [, sites = 0, repetitions = 0] = array.shape;
  const rows = (await text("stimuli.csv"))
    .trim()
    .split(/\r?\n/)
    .slice(0, stimuli + 1);
  const files = rows.slice(1).map((row) => `stimuli/${row.split(",")[1]}`);
  const manifest: unknown = JSON.parse(await text("benchmark.json"));
  const part = {
    "benchmark.json": JSON.stringify({
      ...Object(manifest),
      identifier: "Cowley2023.part-ridge",
      metric: { name: "ridge", options: { stratification_coord: null } },
    }),
    "stimuli.csv": rows.join("\n"),
    "neuroids.csv": await text("neuroids.csv"),
    "responses.npy": npyOf(Array.from(array.values.subarray(0, stimuli * sites * repetitions)), [
      stimuli,
      sites,
      repetitions,
    ]),
    ...Object.fromEntries(await Promise.all(files.map(async (file) => [file, await bytes(file)] as const))),
  };
  return given("macaque.zip", await zip(part));
}

test("macaque V4 and SqueezeNet", async ({ page }, info) => {
  test.skip(!hasShared, NO_SHARED);
  test.setTimeout(300_000);
  const folder = "models/squeezenet1.1/";
  const card: unknown = JSON.parse(readFileSync(shared(`${folder}card.json`), "utf8"));
  const chosen = ["pool0", "fire3", "fire5", "fire8", "gap"]; // all of them take minutes
  const model = [
    given("card.json", JSON.stringify({ ...Object(card), layers: chosen })),
    fileAt(shared(`${folder}squeezenet1.1.onnx`)),
  ];
  const cell = await scored(page, [await macaque(60), ...model], 0);
  await expect(page.getByRole("complementary", { name: "What is open" })).toContainText("V4, 50–150 ms");
  await cell.click();
  const inspector = inspectorOf(page);
  await expect(inspector).toContainText("fire5, committed to V4: 186,624 features");
  await expect(inspector.getByRole("listbox", { name: "Pearson r by site" }).getByRole("option")).toHaveCount(50);
  await inspector.getByRole("button", { name: "Score every layer" }).click();
  await expect(inspector.getByRole("button", { name: "Recompute every layer" })).toBeVisible({ timeout: 240_000 });
  const { layers } = await layersOf(page, "Cowley2023.part-ridge", "squeezenet1_1");
  expect(layers.map(({ layer }) => layer)).toEqual(chosen);
  const committed = layers.find((layer) => layer.committed);
  expect(committed).toMatchObject({ layer: "fire5", status: "scored" });
  if (committed?.status === "scored") await expect(cell).toHaveText(printed(committed.score));
  await page.setViewportSize({ width: 1280, height: 1600 });
  await page.screenshot({ path: info.outputPath("macaque.png") });
});

test("the command line prints and writes every layer", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gapscope-layers-"));
  try {
    const [zip, json] = [join(folder, "made-up.zip"), join(folder, "card.json")];
    writeFileSync(zip, (await madeUp()).buffer);
    const { stdout } = await promisify(execFile)(
      "npx",
      ["tsx", "cli/score.ts", zip, "--model", example("card.json"), "--backend", "wasm", "--layers", "--json", json],
      {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
        env: { ...process.env, GAPSCOPE_PROFILE: join(folder, "profile") },
      },
    );
    const card = JSON.parse(readFileSync(json, "utf8")) as Scorecard; // its form is what is checked next
    expect(card.benchmarks.map(({ layers }) => layers?.map(({ subject }) => subject))).toEqual([
      ["shapes-net"],
      ["shapes-net"],
    ]);
    const [first] = card.benchmarks[0]?.layers ?? [];
    const best = first?.layers.find(({ layer }) => layer === first.best?.layer);
    expect(best).toMatchObject({ status: "scored", score: first?.best?.score });
    expect(stdout).toContain("shapes-net, layer by layer: features, score, raw, error");
    expect(stdout).toMatch(new RegExp(`${first?.best?.layer} .*best of these, chosen on the test data: optimistic`));
    expect(stdout).toMatch(/relu3 .*committed/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
