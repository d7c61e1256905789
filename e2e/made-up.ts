/** A made-up package of recordings, and how the specs of recordings open and look at it. Its numbers are nobody's recordings. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";
import { npyOf } from "../src/benchmark/neural/recorded.fixture.ts";
import { MANIFEST, picture, zip } from "../src/benchmark/sound.fixture.ts";
import { example, type GivenFile, give, given, openPage } from "./support.ts";

export const NETWORK = [example("card.json"), example("shapes-net.onnx")];
const STIMULI = 40;
const REPETITIONS = 2;

/** Sites that follow the pictures' shade, each in its own way, with some noise; the last always answers the same. */
function responses(sites: number): Uint8Array<ArrayBuffer> {
  const values = Array.from({ length: STIMULI * sites * REPETITIONS }, (_, i) => {
    const [repetition, site] = [i % REPETITIONS, Math.floor(i / REPETITIONS) % sites];
    const stimulus = Math.floor(i / (REPETITIONS * sites));
    if (site === sites - 1) return 5;
    const noise = (43758.5453 * Math.sin(12.9898 * stimulus + 78.233 * site + 31.7 * repetition)) % 1;
    return Math.cos((0.04 + 0.01 * site) * stimulus) + noise;
  });
  return npyOf(values, [STIMULI, sites, REPETITIONS]);
}

/** Two benchmarks of the same pictures: a few sites of two animals, and many sites. */
export async function madeUp(): Promise<GivenFile> {
  const manifest = (name: string, sites: number) => ({
    [`${name}/benchmark.json`]: JSON.stringify({
      ...MANIFEST,
      task: undefined,
      identifier: `MadeUp.${name}-ridge`,
      stimulus_set: { table: "../stimuli.csv", images: "../stimuli/", visual_degrees: 8 },
      recording: { region: "V4", time_bins: [[70, 170]] },
      data: { array: "responses.npy", neuroids: "neuroids.csv" },
      metric: { name: "ridge", options: { stratification_coord: null } },
      ceiling: { name: "internal_consistency" },
    }),
    [`${name}/responses.npy`]: responses(sites),
    [`${name}/neuroids.csv`]: [
      "neuroid_id,animal",
      ...Array.from({ length: sites }, (_, i) => `site-${i},${i % 3 === 0 ? "Anna" : "Bert"}`),
    ].join("\n"),
  });
  const shades = Array.from({ length: STIMULI }, (_, i) => i);
  const files = {
    ...manifest("few", 12),
    ...manifest("many", 70),
    "stimuli.csv": ["stimulus_id,filename,kind", ...shades.map((i) => `s${i},${i}.png,${i % 2 ? "odd" : "even"}`)].join(
      "\n",
    ),
    ...Object.fromEntries(shades.map((i) => [`stimuli/${i}.png`, picture(20 + 5 * i)])),
  };
  return given("made-up.zip", await zip(files));
}

/** Opens the package and the example's network, scores them, and returns the cell of a benchmark. */
export async function scored(page: Page, files: readonly (string | GivenFile)[], benchmark: number): Promise<Locator> {
  await openPage(page);
  expect(await give(page, files)).toEqual([]);
  await page.getByLabel("Backend").selectOption("wasm");
  await page.getByRole("button", { name: "Score 1 subject" }).click();
  const cells = page.locator("td [data-cell]");
  for (const cell of await cells.all())
    await expect(cell).toHaveAttribute("data-status", "scored", { timeout: 90_000 });
  await expect(page.getByRole("button", { name: "Recompute", exact: true })).toBeVisible({ timeout: 120_000 });
  return cells.nth(benchmark);
}

export const inspectorOf = (page: Page): Locator => page.getByRole("region", { name: / on / }).first();

export async function isSound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0);
}

export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("the keyboard does not reach it");
}
