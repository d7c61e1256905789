/**
 * What is behind a recording's score, looked at closely: predictions of a site, dissimilarities side by side, values against
 * ceilings, by the keyboard alone.
 */
import { readFileSync } from "node:fs";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { csvParse } from "d3-dsv";
import { inspectorOf, isSound, madeUp, NETWORK, scored, tabTo } from "./made-up.ts";

/** Opens a view with the keyboard. */
async function open(page: Page, inspector: Locator, title: string): Promise<Locator> {
  const summary = inspector.getByText(title);
  await tabTo(page, summary);
  await page.keyboard.press("Enter");
  return inspector.locator("details", { hasText: title });
}

/** The number that a pattern's first group is, in a text with true minus signs. */
function numberIn(text: string | null, pattern: RegExp): number {
  return Number(pattern.exec(text ?? "")?.[1]?.replace("−", "-"));
}

test("predictions, dissimilarities and ceilings, by the keyboard alone", async ({ page }, info) => {
  const cell = await scored(page, [await madeUp(), ...NETWORK], 0);
  await tabTo(page, cell);
  await page.keyboard.press("Enter");
  const inspector = inspectorOf(page);

  // A site is chosen among the dots; its predictions agree with what is recorded as its dot says.
  const sites = inspector.getByRole("listbox", { name: "Pearson r by site" });
  await tabTo(page, sites);
  await page.keyboard.press("End");
  const chosen = await sites.getByRole("option").last().textContent();
  const name = /site-\d+/.exec(chosen ?? "")?.[0] ?? "";
  const value = numberIn(chosen, /: (.*)$/);
  const predicted = await open(page, inspector, "Predicted against recorded responses, site by site");
  await expect(predicted.getByText(`${name}: Pearson r`)).toBeVisible({ timeout: 60_000 });
  const caption = await predicted.getByText(`${name}: Pearson r`).textContent();
  expect(numberIn(caption, /Pearson r (\S+), mean of 10 splits/)).toBe(value);
  const tested = numberIn(caption, /(\d+) of 40 stimuli are tested/);
  expect(tested).toBeGreaterThan(20);
  expect(caption).not.toContain("other activations");

  const dots = predicted.getByRole("listbox", { name: `Predicted against recorded responses of ${name}` });
  await tabTo(page, dots);
  await page.keyboard.press("End");
  await expect(dots.getByRole("option", { selected: true })).toHaveText(/^s\d+: recorded \S+, predicted \S+/);
  const stimulus = /^s\d+/.exec((await dots.getByRole("option").textContent()) ?? "")?.[0] ?? "";
  await expect(predicted.locator("code").getByText(stimulus, { exact: true })).toBeVisible();
  await expect(predicted.locator("img")).toBeVisible();
  await tabTo(page, predicted.getByText("As a table"));
  await page.keyboard.press("Enter");
  await expect(predicted.getByRole("table").getByRole("rowheader")).toHaveCount(tested);

  // The select takes the arrow keys; the next site comes without reading activations again.
  const select = predicted.getByRole("combobox", { name: "Site" });
  await select.focus();
  await select.selectOption(await label(select, "site-0"));
  await expect(predicted.getByText("site-0: Pearson r")).toBeVisible();

  // Cells are walked in both matrices at once; the file has every pair.
  const compared = await open(page, inspector, "Dissimilarities of brain and model, side by side");
  const [brain, model] = [
    compared.getByRole("grid", { name: "Brain: all sites" }),
    compared.getByRole("grid", { name: "Model: shapes-net" }),
  ];
  await expect(brain).toBeVisible({ timeout: 60_000 });
  await expect(compared).toContainText(/Spearman’s ρ above the diagonals −?[01]\.\d{3}, 40 stimuli/);
  await tabTo(page, brain);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  // In the order of kinds: even ones first.
  await expect(brain.getByRole("gridcell")).toHaveText(/^s2 and s4: \d\.\d{3}, above \d+ % of the pairs$/);
  await expect(model.getByRole("gridcell")).toHaveText(/^s2 and s4: \d\.\d{3}, above /);
  await expect(compared.getByRole("figure")).toHaveText([/row: s2, even/, /column: s4, even/]);
  const shown = numberIn(await model.getByRole("gridcell").textContent(), /: (\S+),/);
  const saved = page.waitForEvent("download");
  await compared.getByRole("button", { name: "Save dissimilarities as CSV" }).click();
  const rows = csvParse(readFileSync(await (await saved).path(), "utf8"));
  expect(rows).toHaveLength((40 * 39) / 2);
  const row = rows.find(({ stimulus, and }) => [stimulus, and].toSorted().join() === "s2,s4");
  expect(Number(row?.model).toFixed(3)).toBe(shown.toFixed(3));
  await compared.getByLabel("Order of stimuli").selectOption("as given");
  await expect(brain.getByRole("gridcell")).toHaveText(/^s1 and s2: /);

  const ceilings = await open(page, inspector, "Values against ceilings, site by site");
  const points = ceilings.getByRole("listbox", { name: "Pearson r against the ceiling, by site" });
  await tabTo(page, points);
  await page.keyboard.press("ArrowRight");
  await expect(points.getByRole("option", { selected: true })).toHaveText(
    /^(Anna|Bert), site-\d+: ceiling −?\d\.\d{3}, Pearson r −?\d\.\d{3}$/,
  );
  await expect(ceilings.getByRole("list").first()).toContainText("Bert");

  for (const [scheme, width] of [
    ["light", 1280],
    ["dark", 360],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 2400 });
    await isSound(page);
    await inspector.screenshot({ path: info.outputPath(`close-up-${scheme}.png`) });
  }
});

/** The label of the option that begins with a name. */
async function label(select: Locator, name: string): Promise<string> {
  const all = await select.getByRole("option").allTextContents();
  return all.find((text) => text.startsWith(`${name}:`)) ?? "";
}
