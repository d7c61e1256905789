/**
 * Every view of the page, in the order in which one visit can come by them all. For what looks at each of them: views.spec.ts
 * checks them, look.ts takes their pictures.
 *
 * It runs under Playwright's test runner and without, so it waits with locators and asserts nothing.
 */
import { readFileSync } from "node:fs";
import type { Page } from "playwright";
import type { Scorecard } from "../src/scorecard/scorecard.ts";
import { drawings } from "./drawings.ts";
import { example, fileAt, give, given, openPage, score } from "./support.ts";

export interface View {
  /** Also a file's name. */
  readonly name: string;
  /** Comes to it from the view before. */
  readonly show: (page: Page) => Promise<void>;
  /** Set where it takes long, and another spec checks what is in it. */
  readonly slow?: true;
}

const DRAWINGS = 36;
const LABEL = "Shapes-accuracy";

/** Right on every second drawing, and otherwise one of the nine shapes that is next in the table. */
function halfRight(stimuli: string): string {
  const rows = stimuli
    .trim()
    .split("\n")
    .slice(1)
    .map((row) => row.split(","));
  const answers = rows.map(([id], i) => `${id},${rows[i % 2 === 0 ? i : (i + 11) % rows.length]?.[3]}`);
  return `stimulus_id,response\n${answers.join("\n")}\n`;
}

/** A scorecard as somebody hopeful would have it. */
function hopeful(card: Scorecard): string {
  return JSON.stringify(card).replace(/"score":0\.\d+/, '"score":0.95');
}

const press = (page: Page, name: string | RegExp): Promise<void> => page.getByRole("button", { name }).first().click();

export const VIEWS: readonly View[] = [
  { name: "first-visit", show: openPage },
  {
    name: "refused",
    async show(page) {
      const broken = given("broken.zip", readFileSync(example("shapes.zip")).subarray(0, 4000));
      await give(page, [broken, given("hmax.mat", "no weights"), given("a.bin", "?")]);
      await page.getByText(/refused, 1 fault/).waitFor();
    },
  },
  {
    name: "example",
    async show(page) {
      await press(page, "Remove broken.zip");
      const dismiss = page.getByRole("button", { name: "Dismiss" });
      for (let left = await dismiss.count(); left > 0; left--) await dismiss.first().click();
      await page.evaluate(() => window.gapscope?.openExample());
      await score(page);
    },
  },
  {
    name: "scored",
    async show(page) {
      const { default: JSZip } = await import("jszip");
      const { files } = await JSZip.loadAsync(readFileSync(example("shapes.zip")));
      const half = halfRight((await files["stimuli.csv"]?.async("string")) ?? "");
      await give(page, [given("half.csv", half), await drawings(DRAWINGS)]);
      await score(page);
    },
  },
  {
    name: "against",
    async show(page) {
      const { scorecard } = await score(page);
      await give(page, [given("theirs.json", JSON.stringify(scorecard)), given("hopeful.json", hopeful(scorecard))]);
      await page.getByText(/^Not reproduced/).waitFor();
    },
  },
  {
    name: "ranking",
    async show(page) {
      for (const name of ["theirs", "hopeful"]) await press(page, `Remove ${name}.json`);
      await page.locator("label", { hasText: "Ranking" }).click();
      await page.getByRole("heading", { name: "Behavioral track" }).waitFor();
    },
  },
  {
    name: "compare",
    async show(page) {
      await page.locator("label", { hasText: "Scores" }).click();
      await press(page, "Compare…");
      await page.getByRole("heading", { name: "Compare", exact: true }).waitFor();
      await page
        .getByText(/interval -?−?\d/)
        .last()
        .waitFor();
    },
  },
  {
    name: "publish",
    async show(page) {
      await press(page, "Publish…");
      await page
        .getByRole("img", { name: /^Scores on/ })
        .first()
        .waitFor();
    },
  },
  {
    name: "inspector",
    async show(page) {
      await page.locator('[data-cell][data-status="scored"]').first().click();
      await page.getByRole("grid", { name: "Stimuli" }).getByRole("row").first().waitFor();
    },
  },
  {
    name: "teach-editor",
    async show(page) {
      await press(page, `Teach with ${LABEL}`);
      await page
        .getByRole("dialog", { name: /Teach with it/ })
        .getByRole("list", { name: "Slides" })
        .waitFor();
    },
  },
  {
    name: "teach-slide",
    async show(page) {
      await press(page, /^Present \d+ slides$/);
      await page.locator(".deck[data-playing]").waitFor();
      await page.keyboard.press("ArrowRight");
    },
  },
  {
    name: "person",
    async show(page) {
      await page.keyboard.press("Escape");
      await page.getByRole("list", { name: "Slides" }).waitFor();
      await page.keyboard.press("Escape");
      await press(page, `Take ${LABEL} yourself`);
      await page.getByRole("button", { name: "Practise first" }).waitFor();
    },
  },
  {
    name: "privacy",
    async show(page) {
      await page.keyboard.press("Escape");
      await press(page, "Privacy");
      await page.getByRole("dialog", { name: "Privacy" }).getByText("The policies, word by word").waitFor();
    },
  },
  {
    name: "recordings",
    slow: true,
    async show(page) {
      await page.keyboard.press("Escape");
      await give(page, [fileAt(example("../v1-tuning/v1-tuning.zip"))]);
      await score(page);
      await page.locator('[data-cell][data-status="scored"]').last().click();
      await page.getByRole("region", { name: / on / }).first().waitFor();
    },
  },
];
