/** What the specs share: opening the page, giving it files, reading what it says. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import type { ScoreResult } from "../src/app/automation.ts";
import type { BackendWish } from "../src/lab/backend.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A file of ../shared/data; specs that need one skip where it is missing. */
export const shared = (name: string): string => join(ROOT, "../shared/data", name);
export const hasShared = existsSync(shared("README.md"));
export const NO_SHARED = "needs ../shared/data, which is not here";

export const example = (name: string): string => join(ROOT, "public/examples/shapes", name);

export interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export function given(name: string, bytes: Uint8Array | string): GivenFile {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) };
}

export const fileAt = (path: string): GivenFile => given(basename(path), readFileSync(path));

/** Opens the page and waits until it is ready to be driven. */
export async function openPage(page: Page): Promise<void> {
  await page.goto("/");
  await page.waitForFunction(() => window.gapscope !== undefined);
}

/** Has the self-check made, so that no worker is started for it in the next run. */
export async function checkBackends(page: Page): Promise<void> {
  await page.evaluate(() => window.gapscope?.checkBackends());
}

/** Opens files through the page's own actions. Resolves with the refusals, one line each. */
export async function give(
  page: Page,
  files: readonly (string | GivenFile)[],
  names: readonly (string | null)[] = [],
): Promise<readonly string[]> {
  const input = await page.evaluateHandle(() =>
    Object.assign(document.createElement("input"), { type: "file", multiple: true }),
  );
  await input.setInputFiles(files.map((file) => (typeof file === "string" ? fileAt(file) : file)));
  const refused = await page.evaluate(
    ({ input, names }) => window.gapscope?.open(input.files ?? [], names) ?? ["no automation"],
    { input, names },
  );
  await input.dispose();
  return refused;
}

export async function score(
  page: Page,
  { wish = "wasm", fresh = false }: { wish?: BackendWish; fresh?: boolean } = {},
): Promise<ScoreResult> {
  const result = await page.evaluate((options) => window.gapscope?.score(options), { wish, fresh });
  if (result === undefined) throw new Error("the page has no automation");
  return result;
}

/** The scored cell of a subject, or a failed expectation that shows why there is none. */
export function scored({ scorecard }: ScoreResult, benchmark: string, subject: string) {
  const cell = scorecard.benchmarks
    .find(({ identifier }) => identifier === benchmark)
    ?.scores.find((each) => each.subject === subject);
  expect(cell, `${subject} on ${benchmark}`).toMatchObject({ status: "scored" });
  if (cell?.status !== "scored") throw new Error("unreachable");
  return cell;
}

/** Rules that colours decide, and nothing else differs between the themes. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/**
 * As it stands: nothing scrolls sideways however wide the page is, where it is as tall as the window it does not scroll either,
 * and axe finds nothing, narrow or wide, in either theme. Leaves the page 1280 pixels wide and light.
 */
export async function isSoundEverywhere(page: Page, view: string): Promise<void> {
  const axe = async (where: string, rules?: string[]): Promise<void> => {
    const builder = new AxeBuilder({ page });
    const { violations } = await (rules === undefined ? builder : builder.withRules(rules)).analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`),
      `${view}, ${where}`,
    ).toEqual([]);
  };
  const inBothThemes = async (where: string, rulesInDark?: string[]): Promise<void> => {
    await axe(where);
    await page.emulateMedia({ colorScheme: "dark" });
    await axe(`${where}, dark`, rulesInDark);
    await page.emulateMedia({ colorScheme: "light" });
  };
  await page.emulateMedia({ colorScheme: "light" });
  for (const width of [1024, 2560, 360, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const beyond = () =>
      page.evaluate(() => {
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
        return { across: scrollWidth - clientWidth, below: clientWidth >= 1200 ? scrollHeight - clientHeight : 0 };
      });
    await expect.poll(beyond, { message: `${view}, ${width} pixels` }).toEqual({ across: 0, below: 0 });
    if (width === 360) await inBothThemes("360 pixels", OF_COLOURS);
  }
  await inBothThemes("1280 pixels");
}
