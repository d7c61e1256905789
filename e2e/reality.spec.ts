/** Is the gap real? A score's interval and warnings, beside it on the page and in the scorecard. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { example, give, given, hasShared, NO_SHARED, openPage, score, scored, shared } from "./support.ts";

const EXAMPLE = ["shapes.zip", "card.json", "shapes-net.onnx"].map(example);

/** Opens the cell of a benchmark's only subject, by its score. */
async function inspect(page: Page, value: string) {
  await page.getByRole("button", { name: value }).first().click();
  const section = page.getByRole("region", { name: "Is the gap real?" });
  await expect(section).toBeVisible();
  return section;
}

test("the interval follows the score and stands with it, on the page, for screen readers and in the scorecard", async ({
  page,
}) => {
  await openPage(page);
  expect(await give(page, EXAMPLE)).toEqual([]);
  const { low, high } = scored(await score(page), "Shapes-accuracy", "shapes-net").interval ?? {};
  if (low === undefined || high === undefined) throw new Error("no interval");
  // 280 of 360 are right, nearly all in three of the four conditions: drawn within those, the share moves little.
  expect(low).toBeLessThan(0.7778);
  expect(high).toBeGreaterThan(0.7778);
  expect(high - low).toBeLessThan(0.08);
  const text = `${low.toFixed(3)} to ${high.toFixed(3)}`;
  await expect(page.getByRole("button", { name: "0.778" }).first()).toHaveAccessibleDescription(
    new RegExp(`95 % interval ${text}, over stimuli`),
  );
  const section = await inspect(page, "0.778");
  await expect(section).toContainText(`${text} 1,000 draws of stimuli`);
  await expect(section).toContainText("Yes, as far as the choice of stimuli goes");
  await expect(section.getByRole("img", { name: `Score 0.778; 95 % interval ${text}` })).toBeVisible();
  await expect(section).toContainText("a constant, taken as exact");
  await expect(section).not.toContainText("people right"); // the example's data are no people's
});

test("two runs give the same intervals, whether computed or kept", async ({ page }) => {
  await openPage(page);
  expect(await give(page, EXAMPLE)).toEqual([]);
  const first = await score(page);
  const kept = await score(page);
  const again = await score(page, { fresh: true });
  for (const other of [kept, again])
    expect(JSON.stringify(other.scorecard.benchmarks)).toBe(JSON.stringify(first.scorecard.benchmarks));
});

test("a subject that guesses is said to, and one that never errs has no interval", async ({ page }) => {
  const answers = (of: (id: string) => string): string =>
    ["stimulus_id,response", ...ids.map((id) => `${id},${of(id)}`)].join("\n");
  await openPage(page);
  expect(await give(page, EXAMPLE)).toEqual([]);
  await score(page);
  const rows = (await page.evaluate(() => window.gapscope?.answers("Shapes-accuracy", "shapes-net"))) ?? "";
  const ids = rows
    .split("\n")
    .slice(1)
    .flatMap((row) => row.split(",")[0] || []);
  const truth = (id: string): string => id.split("-")[0] ?? "";
  const labels = [...new Set(ids.map(truth))];
  expect(
    await give(page, [
      given(
        "guesses.csv",
        answers(() => labels[0] ?? ""),
      ),
      given("knows.csv", answers(truth)),
    ]),
  ).toEqual([]);
  const result = await score(page);
  const guesses = scored(result, "Shapes-accuracy", "guesses");
  expect(guesses.warnings).toEqual([expect.stringContaining("The subject is at chance")]);
  expect(guesses.chance).toBeCloseTo(1 / labels.length, 12);
  const knows = scored(result, "Shapes-accuracy", "knows");
  expect(knows).not.toHaveProperty("interval");
  expect(knows.no_interval).toContain("same raw value");
  const section = await inspect(page, "1.000");
  await expect(section).toContainText("There is no interval.");
});

for (const scheme of ["light", "dark"] as const) {
  test(`people, ceiling and warnings on the edge drawings, ${scheme}`, async ({ browser, baseURL }, info) => {
    test.skip(!hasShared, NO_SHARED);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      colorScheme: scheme,
      ...(baseURL === undefined ? {} : { baseURL }),
    });
    const page = await context.newPage();
    await openPage(page);
    expect(
      await give(
        page,
        ["geirhos2021-edge.zip", "edge-alexnet.csv"].map((name) => shared(`geirhos2021-edge/${name}`)),
      ),
    ).toEqual([]);
    const result = await score(page);
    const { interval, chance, human_accuracy } = scored(result, "Geirhos2021edge-error_consistency", "edge-alexnet");
    expect(interval).toMatchObject({ level: 0.95, draws: 1000, over: ["stimuli", "people"] });
    expect(interval?.low).toBeLessThan(0.346849);
    expect(interval?.high).toBeGreaterThan(0.346849);
    expect([chance, human_accuracy]).toEqual([0, 0.87125]);
    const section = await inspect(page, "0.347");
    await expect(section).toContainText("87 % of trials");
    await section.screenshot({ path: info.outputPath("reality.png") });
    await page.screenshot({ path: info.outputPath("page.png") });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);
    await context.close();
  });
}
