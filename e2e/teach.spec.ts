/** Teaching with a benchmark: a deck made, shown by keys and touch, kept, and saved as a file that opens from disk. */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { ASSEMBLY, assemblyFiles, golden, RECORDING } from "../src/benchmark/neural/recorded.fixture.ts";
import { type Files, manifest, oddOneOut, packageFiles, zip } from "../src/benchmark/sound.fixture.ts";
import { example, give, given, openPage, score, scored } from "./support.ts";

const LABEL = "Teach2026-accuracy";
const PLAIN = {
  identifier: LABEL,
  metric: { name: "accuracy" },
  ceiling: { name: "constant", options: { value: 0.9 } },
};
const LICENSED = { ...PLAIN, title: "Cats and dogs", licence: "CC-BY-4.0" };

/** Two people and two recorded subjects on four pictures; the first picture is the one that people alone get right. */
async function openRun(page: Page, changes: Files = {}): Promise<void> {
  await openPage(page);
  const files = packageFiles({ "benchmark.json": manifest(LICENSED), ...changes });
  expect(await give(page, [given("cats.zip", await zip(files))])).toEqual([]);
  await answer(page, ["dog", "cat", "dog", "dog"], "first");
  await answer(page, ["dog", "cat", "cat", "dog"], "second");
  await score(page);
}

async function answer(page: Page, answers: readonly string[], name: string): Promise<void> {
  const csv = `stimulus_id,response\n${answers.map((each, i) => `s${i + 1},${JSON.stringify(each)}`).join("\n")}\n`;
  expect(await give(page, [given("answers.csv", csv)], [name])).toEqual([]);
}

const teach = (page: Page) => page.getByRole("button", { name: `Teach with ${LABEL}` });
const editor = (page: Page) => page.getByRole("dialog", { name: /Teach with it/ });
const deck = (page: Page) => page.locator(".deck[data-playing]");
const headingOf = (page: Page) => deck(page).locator("h2:visible");
/** What is said of the slide in view when it changes. */
const said = (page: Page) => page.locator("[data-said]");

async function present(page: Page): Promise<void> {
  await teach(page).click();
  await editor(page)
    .getByRole("button", { name: /^Present \d+ slides$/ })
    .click();
  await expect(deck(page)).toBeFocused();
}

async function goTo(page: Page, heading: string | RegExp): Promise<void> {
  for (let i = 0; i < 40; i++) {
    if (await headingOf(page).filter({ hasText: heading }).count()) return;
    await page.keyboard.press("ArrowRight");
  }
  throw new Error(`no slide has the heading ${heading}`);
}

async function saved(page: Page, button = "Save as one file"): Promise<string> {
  const download = page.waitForEvent("download");
  await editor(page).getByRole("button", { name: button }).click();
  return (await download).path().then(async (path) => {
    // Playwright keeps it under a name without an ending, which a browser would show as text.
    const file = test.info().outputPath("slides.html");
    await (await download).saveAs(file);
    expect(readFileSync(path).length).toBeGreaterThan(1000);
    return file;
  });
}

/** Opens a saved deck from disk, with everything noted that it should not do. */
async function openSaved(context: BrowserContext, file: string) {
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) requests.push(request.url());
  });
  const address = pathToFileURL(file).href;
  await page.goto(address);
  await expect(deck(page)).toBeFocused();
  return { page, complaints, requests, address };
}

test("a deck from a finished run, by keyboard alone: the room's hands, people, models, the truth", async ({ page }) => {
  await openRun(page);
  await teach(page).focus();
  await page.keyboard.press("Enter");
  await expect(editor(page).getByRole("heading", { name: /Teach with it/ })).toBeFocused();
  await page.keyboard.press("Tab"); // Close
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(headingOf(page)).toHaveText("Cats and dogs");
  await expect(said(page)).toHaveText("1 of 7: Cats and dogs");

  await page.keyboard.press("End");
  await expect(headingOf(page)).toHaveText("How it was measured");
  await expect(deck(page).getByText("CC-BY-4.0", { exact: true }).last()).toBeVisible();
  await page.keyboard.press("Home");
  for (let i = 0; i < 6; i++) await page.keyboard.press(i % 2 ? "Space" : "PageDown"); // over the one that all get right
  const slide = deck(page).locator("[data-slide]:visible");
  await expect(slide.getByRole("img", { name: "The stimulus" })).toBeVisible();
  await expect(headingOf(page)).toHaveText("What is it?");
  await expect(slide.getByRole("button", { name: /hand more/ })).toHaveCount(0); // shown alone first
  await page.keyboard.press("ArrowRight");
  for (const key of ["1", "1", "2", "2", "2", "Backspace"]) await page.keyboard.press(key);
  await expect(slide.getByRole("spinbutton", { name: "Hands for cat" })).toHaveValue("2");
  await slide.getByRole("spinbutton", { name: "Hands for dog" }).fill("6");
  await page.keyboard.press("ArrowRight"); // within the number: the slide stays
  await expect(slide.getByRole("spinbutton", { name: "Hands for dog" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowRight");
  await expect(headingOf(page)).toHaveText("What people answered");
  await expect(slide.getByRole("row", { name: /cat 2/ })).toHaveCount(2); // the people's, and the room's
  await expect(slide.getByRole("row", { name: /dog 6/ })).toBeVisible();
  await expect(slide.getByText("n = 2 responses to this picture; the data have 2 subjects.")).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(headingOf(page)).toHaveText("What the subjects answered");
  await expect(slide.getByText("cat", { exact: true }).filter({ visible: true })).toHaveCount(0); // no truth before its time
  await page.keyboard.press("ArrowRight");
  await expect(headingOf(page)).toHaveText("cat");
  await expect(slide.getByRole("listitem").filter({ visible: true })).toHaveText([
    "people100 % right",
    "firstdog",
    "seconddog",
    "the room2 of 8",
  ]);
  await expect(said(page)).toHaveText("3 of 7: cat");
  await page.keyboard.press("ArrowLeft");
  await expect(headingOf(page)).toHaveText("What the subjects answered");
  await goTo(page, "How near do the subjects come?");
  await expect(deck(page).getByRole("row", { name: /^ceiling 1\.000/ })).toBeVisible();
  await goTo(page, "Where do the subjects break?");
  await page.keyboard.press("Escape");
  await expect(editor(page).getByRole("heading", { name: /Teach with it/ })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(teach(page)).toBeFocused();
});

test("without a score there is nothing to teach with yet", async ({ page }) => {
  await openPage(page);
  await give(page, [given("cats.zip", await zip(packageFiles({ "benchmark.json": manifest(LICENSED) })))]);
  await teach(page).click();
  await expect(editor(page).getByText(/nobody has a score on this benchmark yet/)).toBeVisible();
});

test("an edited deck is kept with its benchmark, and shown after a reload without scoring again", async ({ page }) => {
  await openRun(page);
  await teach(page).click();
  const slides = editor(page).getByRole("list", { name: "Slides" }).getByRole("listitem");
  await expect(slides).toHaveCount(7);
  await editor(page).getByLabel("Heading of slide 1").fill("Wer sieht was?");
  await editor(page).getByLabel("the data are of").fill("monkeys");
  await editor(page).getByRole("button", { name: "Remove slide 2" }).click();
  await editor(page).getByRole("button", { name: "Move slide 2 down" }).click();
  await editor(page).getByRole("combobox", { name: "stimuli" }).selectOption("other");
  await editor(page).getByRole("button", { name: "Add stimulus s3" }).click();
  await editor(page).getByRole("button", { name: "Your own words" }).click();
  await editor(page).getByLabel("Sentence of slide 7").fill("Was würden Sie tun?");
  await expect(slides).toHaveCount(8);

  await page.reload();
  await page.waitForFunction(() => window.gapscope !== undefined);
  await give(page, [given("cats.zip", await zip(packageFiles({ "benchmark.json": manifest(LICENSED) })))]);
  await teach(page).click();
  await expect(editor(page).getByText(/With the results of \d{4}-\d\d-\d\d/)).toBeVisible();
  await expect(slides).toHaveCount(8);
  await expect(slides.nth(1).getByRole("img", { name: "Stimulus s2" })).toBeVisible();
  await expect(slides.nth(2).getByRole("img", { name: "Stimulus s1" })).toBeVisible();
  await expect(slides.nth(3).getByRole("img", { name: "Stimulus s3" })).toBeVisible();
  await editor(page).getByRole("button", { name: "Present from slide 3" }).click();
  await expect(said(page)).toHaveText("3 of 8: What is it?");
  await goTo(page, "What monkeys answered");
  await page.keyboard.press("Home");
  await expect(headingOf(page)).toHaveText("Wer sieht was?");
  await page.keyboard.press("Escape");
  await editor(page).getByRole("button", { name: "Propose anew, without your changes" }).click();
  await expect(slides).toHaveCount(7);
  await expect(editor(page).getByLabel("Heading of slide 1")).toHaveValue("Cats and dogs");
});

test("another of its kind takes a stimulus's place", async ({ page }) => {
  await openPage(page);
  const files = packageFiles({ "benchmark.json": manifest(LICENSED) });
  await give(page, [given("cats.zip", await zip(files))]);
  await answer(page, ["cat", "dog", "dog", "dog"], "both");
  await score(page);
  await teach(page).click();
  const second = editor(page).getByRole("listitem").nth(1);
  await expect(second.getByRole("img", { name: "Stimulus s1" })).toBeVisible();
  await editor(page).getByRole("button", { name: "Swap slide 2 for another of its kind" }).click();
  await expect(second.getByRole("img", { name: "Stimulus s4" })).toBeVisible();
});

const EVIL = `<img src=x onerror="window.hacked='picture'"></title></style></script><script>window.hacked='script'</script>`;
const HOSTILE = `${EVIL}&lt;b&gt;"'`;

test("a saved deck opens from disk without a network, and text from files is text there", async ({ page, context }) => {
  const quoted = `"${HOSTILE.replaceAll('"', '""')}"`;
  await openPage(page);
  const files = packageFiles({
    "benchmark.json": manifest({
      ...LICENSED,
      title: HOSTILE,
      description: HOSTILE,
      authors: [HOSTILE],
      licence: HOSTILE,
      task: { name: "label", choices: [HOSTILE, "dog"] },
    }),
    "stimuli.csv": `stimulus_id,filename,truth,condition\ns1,1.png,${quoted},${quoted}\ns2,2.png,${quoted},b\ns3,3.png,dog,b\ns4,4.png,dog,b\n`,
    "responses.csv": `stimulus_id,subject,response\ns1,${quoted},${quoted}\ns2,bob,${quoted}\ns3,bob,dog\ns4,bob,dog\n`,
  });
  expect(await give(page, [given("evil.zip", await zip(files))])).toEqual([]);
  await answer(page, ["dog", "dog", "dog", "dog"], HOSTILE);
  await score(page);
  await teach(page).click();
  await editor(page).getByLabel("Sentence of slide 1").fill(HOSTILE);
  await editor(page).getByLabel("the data are of").fill(HOSTILE);
  const file = await saved(page);

  const text = readFileSync(file, "utf8");
  const [policy = ""] = /(?<=Content-Security-Policy" content=")[^"]*/.exec(text) ?? [];
  expect(policy).toMatch(
    /^default-src 'none'; img-src data:; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'$/,
  );
  expect(text).not.toMatch(/fetch\(|XMLHttpRequest|import\(/);

  await context.setOffline(true);
  const opened = await openSaved(context, file);
  const { page: alone } = opened;
  await expect(headingOf(alone)).toHaveText(HOSTILE);
  expect(await alone.title()).toBe(HOSTILE);
  for (let i = 0; i < 60 && (await alone.locator('[data-go="next"]').isEnabled()); i++) {
    if (await alone.getByRole("button", { name: /hand more/ }).count()) await alone.keyboard.press("1");
    await alone.keyboard.press("ArrowRight");
    for (const image of await alone.locator("img:visible").all())
      expect(await image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(8); // an image, by its selector
  }
  await expect(headingOf(alone)).toHaveText("How it was measured");
  expect(await alone.evaluate(() => ("hacked" in window ? window.hacked : "untouched"))).toBe("untouched");
  expect(await alone.locator("script, style, b, img[src=x]").count()).toBe(2); // its own script, its own style
  expect(await page.evaluate(() => ("hacked" in window ? window.hacked : "untouched"))).toBe("untouched");

  await alone.keyboard.press("Escape"); // all slides, one below the other
  await expect(deck(alone)).toHaveCount(0);
  await expect(alone.getByRole("heading", { name: "How near do the subjects come?" })).toBeVisible();
  await alone.getByRole("button", { name: "Present" }).click();
  await alone.keyboard.press("Home");
  await expect(headingOf(alone)).toHaveText(HOSTILE);
  expect(opened.requests).toEqual([opened.address]);
  expect(opened.complaints).toEqual([]);
});

test("pictures of a package without a licence are saved only after a warning", async ({ page }) => {
  await openRun(page, { "benchmark.json": manifest(PLAIN) });
  await teach(page).click();
  let downloads = 0;
  page.on("download", () => {
    downloads += 1;
  });
  await editor(page).getByRole("button", { name: "Save as one file" }).click();
  const warning = editor(page).getByRole("alert");
  await expect(warning).toContainText("nobody has allowed you to pass these pictures on");
  await warning.getByRole("button", { name: "Do not save" }).click();
  await expect(warning).toHaveCount(0);
  expect(downloads).toBe(0);
  await editor(page).getByRole("button", { name: "Save as one file" }).click();
  const text = readFileSync(await saved(page, "Save all the same"), "utf8");
  expect(text).toContain("licence: none stated");
});

test("full screen is left by the browser's Escape, and the deck with it", async ({ page }) => {
  await openRun(page);
  await present(page);
  await page.keyboard.press("f");
  await expect.poll(() => page.evaluate(() => document.fullscreenElement?.className)).toBe("deck");
  await page.waitForTimeout(300); // the page tells its own changes of full screen from the browser's by their time
  await page.evaluate(() => document.exitFullscreen()); // what the browser does at Escape, without a key event
  await expect(deck(page)).toHaveCount(0);
  await expect(editor(page)).toBeVisible();
});

test("three pictures: the places are the choices", async ({ page }) => {
  await openPage(page);
  const changes = oddOneOut();
  const description = String(changes["benchmark.json"]).replace("Fixture2026-error_consistency", LABEL);
  const picks = "a,b,c,subject,response\ns1,s2,s3,ann,s3\ns1,s3,s4,ann,s4\ns1,s2,s3,bob,s3\ns1,s3,s4,bob,s4\n";
  const files = packageFiles({ ...changes, "benchmark.json": description, "responses.csv": picks });
  await give(page, [given("odd.zip", await zip(files))]);
  const csv = "a,b,c,response\ns1,s2,s3,s1\ns1,s3,s4,s4\n";
  expect(await give(page, [given("odd.csv", csv)], ["other"])).toEqual([]);
  scored(await score(page), LABEL, "other");
  await present(page);
  await goTo(page, "Which is the odd one out?");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("3");
  await expect(page.getByRole("spinbutton", { name: "Hands for right" })).toHaveValue("1");
  await goTo(page, "Most often taken by people: right");
  await expect(deck(page).getByText("1 of 1")).toBeVisible();
});

test("recordings: a picture, then how each site responded, then scores", async ({ page }) => {
  await openPage(page);
  const description = manifest({
    ...{ ...ASSEMBLY, identifier: LABEL, recording: RECORDING, metric: { name: "cka" } },
    ceiling: { name: "constant", options: { value: 1 } },
  });
  const files = assemblyFiles({ "assembly.nc": golden("lone-coordinates.nc"), "benchmark.json": description });
  expect(
    await give(page, [given("recorded.zip", await zip(files)), example("card.json"), example("shapes-net.onnx")]),
  ).toEqual([]);
  scored(await score(page), LABEL, "shapes-net");
  await present(page);
  await goTo(page, "What does IT make of it?");
  await expect(deck(page).getByRole("img", { name: "The stimulus" })).toBeVisible();
  await goTo(page, /^How \d+ sites in IT responded$/);
  const sites = await deck(page)
    .getByRole("img", { name: /Responses of \d+ sites/ })
    .filter({ visible: true })
    .locator("circle")
    .count();
  expect(sites).toBeGreaterThan(0);
  await goTo(page, "How near do the models come?");
  await expect(deck(page).getByRole("row", { name: /shapes-net/ })).toBeVisible();
});

test("on a telephone: taps go on and count hands, strokes go on and back", async ({ browser, baseURL }) => {
  const context = await browser.newContext({
    viewport: { width: 360, height: 640 },
    hasTouch: true,
    ...(baseURL === undefined ? {} : { baseURL }),
  });
  const page = await context.newPage();
  await openRun(page);
  await present(page);
  await headingOf(page).tap();
  await expect(said(page)).toHaveText("2 of 7: What is it?");
  await deck(page).getByRole("img", { name: "The stimulus" }).filter({ visible: true }).tap();
  await page.getByRole("button", { name: "dog: one hand more" }).tap();
  await page.getByRole("button", { name: "dog: one hand more" }).tap();
  await expect(page.getByRole("spinbutton", { name: "Hands for dog" }).filter({ visible: true })).toHaveValue("2");
  const stroke = (by: number) =>
    deck(page).evaluate((target, by) => {
      const touch = (clientX: number) => new Touch({ identifier: 1, target, clientX, clientY: 300 });
      target.dispatchEvent(new TouchEvent("touchstart", { touches: [touch(180)], bubbles: true }));
      target.dispatchEvent(new TouchEvent("touchend", { changedTouches: [touch(180 + by)], bubbles: true }));
    }, by);
  await stroke(-120);
  await expect(headingOf(page)).toHaveText("What people answered");
  await stroke(120);
  await expect(headingOf(page)).toHaveText("What is it?");
  await stroke(20);
  await expect(headingOf(page)).toHaveText("What is it?");
  await context.close();
});

// In the dark nothing but colours is another.
for (const [width, height, scheme] of [
  [1280, 720, "light"],
  [1024, 768, "light"],
  [360, 640, "light"],
  [1280, 720, "dark"],
] as const) {
  test(`every slide fits and can be read: ${width} × ${height}, ${scheme}`, async ({ browser, baseURL }) => {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion: "reduce",
      ...(baseURL === undefined ? {} : { baseURL }),
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    const inOrder = async (place: string): Promise<void> => {
      const { violations } = await new AxeBuilder({ page }).include(place).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);
    };
    await openRun(page);
    for (let i = 0; i < 9; i++) await answer(page, ["cat", "dog", "dog", "cat"], `subject_of_a_long_name_${i}`);
    await score(page); // eleven, as the panel has
    await teach(page).click();
    await expect(editor(page).getByRole("list", { name: "Slides" })).toBeVisible();
    await inOrder("[role=dialog]");
    await editor(page)
      .getByRole("button", { name: /^Present \d/ })
      .click();
    for (let i = 0; i < 40; i++) {
      const size = await page.evaluate(() => {
        const slide = document.querySelector(".slide:not([hidden])");
        const title = slide?.querySelector("h2");
        if (slide === null || title === null || title === undefined) throw new Error("no slide");
        const across = slide.scrollWidth - slide.clientWidth;
        const below = slide.scrollHeight - slide.clientHeight;
        return { across, below, text: Number.parseFloat(getComputedStyle(title).fontSize) };
      });
      expect(size.across).toBe(0);
      if (width > height) expect(size.below).toBe(0); // on a projector nobody scrolls
      expect(size.text).toBeGreaterThan(height / 26);
      await inOrder(".deck");
      if (!(await page.locator('[data-go="next"]').isEnabled())) break;
      await page.keyboard.press("ArrowRight");
    }
    await expect(headingOf(page)).toHaveText("How it was measured");
    expect(complaints).toEqual([]);
    await context.close();
  });
}
