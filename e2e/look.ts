/**
 * `npm run look`: a picture of every view in both themes at three widths, to be looked at, and contact sheets of them.
 *
 * They go into `look/` or the folder that is named. They are no baseline: docs/decisions/0017-looking.md says why.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Browser, chromium } from "playwright";
import { CHROMIUM_ARGS, ensureChromium } from "../cli/browser.ts";
import { ensureBuilt, serveSite } from "../cli/site.ts";
import { VIEWS } from "./views.ts";

const THEMES = ["light", "dark"] as const;
const WIDTHS = [360, 1024, 1920] as const;
const HEIGHT = 900;
const MOST = 4000;

const folder = resolve(process.argv[2] ?? "look");
mkdirSync(folder, { recursive: true });
await ensureBuilt();
const site = await serveSite();
const browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_ARGS] });
try {
  const page = await browser.newPage({ serviceWorkers: "block", baseURL: site.address, reducedMotion: "reduce" });
  for (const { name, show } of VIEWS) {
    await page.setViewportSize({ width: 1280, height: HEIGHT });
    await show(page);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHT });
      // The whole of a page that scrolls, its foot at its end.
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width, height: Math.min(height, MOST) });
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(300); // for what is drawn again by its width
        await page.screenshot({ path: join(folder, file(name, width, colorScheme)) });
      }
    }
    process.stdout.write(`${name}\n`);
  }
  for (const width of WIDTHS) await sheets(browser, width);
  process.stdout.write(`${folder}\n`);
} finally {
  await browser.close();
  await site.close();
}

function file(view: string, width: number, theme: string): string {
  return `${view}-${width}-${theme}.png`;
}

/** Both themes of a few views side by side, as one picture each. */
async function sheets(browser: Browser, width: number): Promise<void> {
  const abreast = width < 800 ? 8 : 2;
  const shown = VIEWS.flatMap(({ name }) => THEMES.map((theme) => file(name, width, theme)));
  const page = await browser.newPage({ viewport: { width: 1800, height: 100 } });
  const perSheet = width < 800 ? abreast : abreast * 2;
  for (let start = 0; start < shown.length; start += perSheet) {
    const pictures = shown
      .slice(start, start + perSheet)
      .map((name) => `<figure><img src="${name}"><figcaption>${name}</figcaption></figure>`);
    const name = `sheet-${width}-${1 + start / perSheet}`;
    const html = `<style>body{margin:8px;display:grid;grid-template-columns:repeat(${abreast},1fr);gap:8px;font:14px sans-serif}
figure{margin:0}img{width:100%;border:1px solid gray}</style>${pictures.join("\n")}`;
    writeFileSync(join(folder, `${name}.html`), html);
    await page.goto(`file://${join(folder, `${name}.html`)}`);
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
  await page.close();
}
