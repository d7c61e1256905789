/** The tasks besides label, looked into: probabilities, triplets, and data that are results of whole persons. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page, test } from "@playwright/test";
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
import { example, give, given, openPage } from "./support.ts";

const NETWORK = [example("card.json"), example("shapes-net.onnx")];
const FITTING = { table: "fitting.csv", images: "fitting/", visual_degrees: 4 };
const probabilities = (changes: Readonly<Record<string, unknown>>): Files => ({
  ...PROBABILITIES,
  // Any answers have an accuracy; a kappa of two answers may be 0/0.
  "benchmark.json": manifest({
    task: { name: "probabilities", fitting_stimuli: FITTING },
    metric: { name: "accuracy" },
    ceiling: { name: "constant", options: { value: 1 } },
    ...changes,
  }),
});

/** Opens the example's network and a package, scores it, and returns its cell. */
async function scored(page: Page, changes: Files): Promise<Locator> {
  await openPage(page);
  expect(await give(page, [given("test.zip", await zip(packageFiles(changes))), ...NETWORK])).toEqual([]);
  await page.getByLabel("Backend").selectOption("wasm");
  await page.getByRole("button", { name: "Score 1 subject" }).click();
  const cell = page.locator('[data-cell][data-status="scored"]');
  await expect(cell).toBeVisible({ timeout: 60_000 });
  return cell;
}

/** What the network answered, by the page's own export. */
async function answersOf(page: Page) {
  const csv = await page.evaluate(() => window.gapscope?.answers("Fixture2026-error_consistency", "shapes-net"));
  return csvParse(csv ?? "");
}

async function isSound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0);
}

/** Tabs until `target` has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let i = 0; i < 60; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("the keyboard does not reach it");
}

test("probabilities: each choice's probability beside people's answers", async ({ page }) => {
  const cell = await scored(page, probabilities({}));
  await cell.click();
  const inspector = page.getByRole("region", { name: /shapes-net on Fixture2026/ });
  await expect(inspector.getByRole("grid", { name: "Stimuli" }).getByRole("row").first()).toBeVisible();
  const choices = inspector.locator("figure table");
  await expect(choices.getByRole("columnheader")).toHaveText(["people (2)", "choice", "model, p"]);
  const [first] = await answersOf(page);
  expect(first?.stimulus_id).toBe("s1");
  // Choices stand in order of first appearance among the fitting stimuli.
  await expect(choices.getByRole("rowheader")).toHaveText(["dog", "cat (the truth)"]);
  for (const label of ["dog", "cat"]) {
    const p = Number(first?.[label]);
    expect(p).toBeGreaterThan(0);
    await expect(choices.getByRole("row", { name: new RegExp(`^(2 )?${label}`) })).toContainText(p.toFixed(3));
  }
  await expect(inspector.getByText("dotted: chance, 0.500").first()).toBeVisible();
  await isSound(page);
});

test("odd one out: three pictures, who took which for the odd one, by the keyboard alone", async ({ page }) => {
  const cell = await scored(page, oddOneOut());
  await tabTo(page, cell);
  await page.keyboard.press("Enter");
  const inspector = page.getByRole("region", { name: /shapes-net on Fixture2026/ });
  const cards = inspector.getByRole("grid", { name: "Triplets" }).getByRole("row");
  await expect(cards).toHaveCount(2);
  const chosen = (await answersOf(page)).map(({ response }) => response ?? "");
  expect(chosen).toHaveLength(2);
  const triplet = inspector.getByRole("table", { name: "Who took which picture for the odd one" });
  const expectInView = async (ids: readonly string[], people: readonly string[], answer: string): Promise<void> => {
    await expect(triplet.getByRole("columnheader")).toHaveText(ids.map(String));
    await expect(triplet.locator("img")).toHaveCount(3);
    await expect(triplet.getByRole("row", { name: /^people/ }).getByRole("cell")).toHaveText(people.map(String));
    const marks = triplet.getByRole("row", { name: /^model/ }).getByRole("cell");
    for (const [i, id] of ids.entries()) await expect(marks.nth(i).getByRole("img")).toHaveCount(id === answer ? 1 : 0);
  };
  await expectInView(["s1", "s2", "s3"], ["1", "0", "1"], chosen[0] ?? "");
  await tabTo(page, cards.first());
  await page.keyboard.press("ArrowRight");
  await expect(cards.nth(1)).toBeFocused();
  await expectInView(["s1", "s3", "s4"], ["0", "0", "1"], chosen[1] ?? "");
  await expect(inspector.getByText("1 response chose none of the three.")).toBeVisible();
  // Of the first triplet two answers are as frequent; of the second one, beside one that is none of the three.
  const agreed = Number(["s1", "s3"].includes(chosen[0] ?? "")) + Number(chosen[1] === "s4");
  await expect(inspector.getByRole("radio", { name: `agree ${agreed}`, exact: true })).toBeVisible();
  await expect(inspector.getByRole("radio", { name: `disagree ${2 - agreed}`, exact: true })).toBeVisible();
  await isSound(page);
  await page.keyboard.press("Escape");
  await expect(inspector).toHaveCount(0);
  await expect(cell).toBeFocused();
});

test("odd one out: the filter of agreement by mouse, on a narrow page", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  const cell = await scored(page, oddOneOut());
  await cell.click();
  const grid = page.getByRole("grid", { name: "Triplets" });
  await expect(grid.getByRole("row")).toHaveCount(2);
  for (const word of ["agree", "disagree"]) {
    const radio = page.getByRole("radio", { name: new RegExp(`^${word} \\d`) });
    const n = Number(/\d+/.exec((await radio.locator("..").textContent()) ?? "")?.[0]);
    await page.locator("label", { has: radio }).click();
    if (n === 0) await expect(page.getByText("No triplet is of this kind.")).toBeVisible();
    else await expect(grid.getByRole("row")).toHaveCount(n);
  }
  await page.locator("label", { hasText: /^all/ }).click();
  await isSound(page);
});

test("results of whole persons: the model's answers alone, and why; accuracy along what was varied", async ({
  page,
}) => {
  const rows = [0, 1, 2, 3].map((i) => `s${i + 1},${i + 1}.png,${i < 2 ? "cat" : "dog"},${2 ** i}`);
  const cell = await scored(page, {
    ...probabilities({ metric: { name: "threshold", options: { independent_variable: "gap" } } }),
    "stimuli.csv": `stimulus_id,filename,truth,gap\n${rows.join("\n")}\n`,
    "responses.csv": "subject,threshold\nann,1.5\nbob,3\n",
  });
  await cell.click();
  const inspector = page.getByRole("region", { name: /shapes-net on Fixture2026/ });
  await expect(inspector.getByText(/results of whole persons/)).toBeVisible();
  await expect(inspector.getByRole("radio", { name: /^(right|wrong) \d/ })).toHaveCount(2);
  await expect(inspector.locator("figure table").getByRole("columnheader")).toHaveText(["choice", "model, p"]);
  await expect(inspector.getByRole("region", { name: "By gap" }).getByRole("rowheader")).toHaveText([
    "1",
    "2",
    "4",
    "8",
  ]);
  await expect(
    inspector.getByRole("img", { name: /Share of right answers by gap; model: .*thresholds 1.5, 3/ }),
  ).toBeVisible();
  await isSound(page);
});

test("what takes long besides answering stands in the run bar, and is told once", async ({ page }) => {
  await openPage(page);
  const n = 60;
  const shades = Array.from({ length: n }, (_, i) => i);
  const fitting = shades.map((i) => `f${i},f${i}.png,${i % 2 === 0 ? "dog" : "cat"}`);
  const changes: Files = {
    ...probabilities({}),
    "fitting.csv": `stimulus_id,filename,image_label\n${fitting.join("\n")}\n`,
    ...Object.fromEntries(["1", "2", "3"].map((name) => [`fitting/${name}.png`, null])),
    ...Object.fromEntries(shades.map((i) => [`fitting/f${i}.png`, picture(100 + i)])),
  };
  expect(await give(page, [given("test.zip", await zip(packageFiles(changes))), ...NETWORK])).toEqual([]);
  await page.getByLabel("Backend").selectOption("wasm");
  // Each state of the bar and of the live region, from before the run to its end.
  const seen = await page.evaluateHandle(() => {
    const texts: { bar: string[]; told: string[] } = { bar: [], told: [] };
    const bar = document.querySelector('section[aria-label="Run"]');
    const live = [...document.querySelectorAll('[role="status"]')].at(-1);
    new MutationObserver(() => texts.bar.push(bar?.textContent ?? "")).observe(bar ?? document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    new MutationObserver(() => texts.told.push(live?.textContent ?? "")).observe(live ?? document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    return texts;
  });
  await page.getByRole("button", { name: "Score 1 subject" }).click();
  await expect(page.locator('[data-cell][data-status="scored"]')).toBeVisible({ timeout: 60_000 });
  const { bar, told } = await seen.jsonValue();
  expect(bar.some((text) => /fitting the readout, \d+ %/.test(text))).toBe(true);
  expect(told.filter((text) => text.includes("fitting the readout"))).toHaveLength(1);
  expect(told.filter((text) => text.includes("%"))).toEqual([]);
});
