/** Comparing: a scorecard with this machine, two subjects, a benchmark before and after an edit; and what is published. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { csvParse } from "d3-dsv";
import { decode } from "fast-png";
import { manifest, PROBABILITIES, packageFiles, picture, zip } from "../src/benchmark/sound.fixture.ts";
import type { Scorecard } from "../src/scorecard/scorecard.ts";
import { example, fileAt, give, given, openPage, score, scored } from "./support.ts";

const EXAMPLE = [example("shapes.zip"), example("card.json"), example("shapes-net.onnx")];

/** Somebody's scorecard of the example, and the page as they left it. */
async function madeElsewhere(page: Page): Promise<Scorecard> {
  await openPage(page);
  expect(await give(page, EXAMPLE)).toEqual([]);
  return (await score(page)).scorecard;
}

/** Drops files on the page, as a person does with the mouse. */
async function drop(page: Page, files: readonly { readonly name: string; readonly buffer: Buffer }[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    (files) => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
      }
      return transfer;
    },
    files.map(({ name, buffer }) => ({ name, base64: buffer.toString("base64") })),
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

const claimOf = (page: Page, name: string): Locator => page.getByRole("region", { name: `Against ${name}` });

test("a reviewer drops a zip and a scorecard, and gets the verdict", async ({ page, browser, baseURL }) => {
  const card = await madeElsewhere(page);
  const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
  expect(card.files?.map(({ name, sha256 }) => [name, sha256])).toEqual(
    EXAMPLE.map((path) => [basename(path), sha256(path)]),
  );
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const reviewer = await context.newPage();
  await openPage(reviewer);
  await drop(reviewer, [...EXAMPLE.map(fileAt), given("theirs.json", JSON.stringify(card))]);
  const claim = claimOf(reviewer, "theirs.json");
  await expect(claim.getByRole("status")).toHaveText("Not run here yet: 2 claims.");
  await claim.getByRole("button", { name: "Score the 1 subject it names" }).click();
  await expect(claim.getByRole("status")).toHaveText("Reproduced: all 2 claims.");
  await expect(claim.getByRole("table", { name: "What differs" })).toHaveCount(0);
  await claim.getByText("2 claims, reproduced or not run").click();
  await expect(claim.getByRole("row", { name: /^shapes-net/ })).toContainText("identical");

  // Another card, whose author was hopeful: told apart from the one that holds.
  const [benchmark] = card.benchmarks;
  const hopeful = {
    ...card,
    application: { ...card.application, version: "0.0.9" },
    benchmarks: [
      {
        ...benchmark,
        ceiling: { value: 0.9 },
        scores: benchmark?.scores.map((each) => ({ ...each, score: 0.9, raw: 0.9 })),
      },
    ],
  };
  await drop(reviewer, [given("hopeful.json", JSON.stringify(hopeful))]);
  const other = claimOf(reviewer, "hopeful.json");
  await expect(other.getByRole("status")).toHaveText("Not reproduced: 2 of 2 claims.");
  await expect(other).toContainText("Gapscope 0.0.9 there");
  const table = other.getByRole("table", { name: "What differs" });
  await expect(table.getByRole("row", { name: /^shapes-net altered/ })).toContainText(
    "it was changed after it was saved",
  );
  await expect(table.getByRole("row", { name: /^shapes-net altered .* score 0\.9 0\.777777778 −0\.122$/ })).toHaveCount(
    1,
  );
  await expect(table.getByRole("row", { name: "ceiling and means differs ceiling 0.9 1 +0.1" })).toHaveCount(1);
  await expect(claim.getByRole("status")).toHaveText("Reproduced: all 2 claims.");
  await other.getByRole("button", { name: "Remove hopeful.json" }).click();
  await expect(other).toHaveCount(0);
  await context.close();
});

test("a scorecard that is broken or hostile is refused in its place, and nothing else is", async ({ page }) => {
  await openPage(page);
  const start = '{"format": "gapscope-scorecard", "format_version": 1, ';
  expect(await give(page, EXAMPLE)).toEqual([]);
  await give(page, [
    given("cut.json", `${start}"benchmarks": [`),
    given("deep.json", `${start}"benchmarks": ${"[".repeat(300_000)}`),
    given("newer.json", '{"format": "gapscope-scorecard", "format_version": 2}'),
    given("empty.json", `${start}"application": {}, "benchmarks": []}`),
  ]);
  await expect(claimOf(page, "cut.json")).toContainText("The scorecard is not JSON");
  await expect(claimOf(page, "deep.json")).toContainText("The scorecard is not JSON");
  await expect(claimOf(page, "newer.json")).toContainText("The scorecard was made for a newer Gapscope.");
  await expect(claimOf(page, "empty.json")).toContainText("application.version");
  const result = await score(page);
  expect(scored(result, "Shapes-accuracy", "shapes-net").score).toBeGreaterThan(0.7);
});

/** The example's network and a recording that is right on half of the stimuli, both scored. */
async function twoSubjects(page: Page) {
  await openPage(page);
  expect(await give(page, EXAMPLE)).toEqual([]);
  await score(page);
  const answers = await page.evaluate(() => window.gapscope?.answers("Shapes-accuracy", "shapes-net"));
  const rows = csvParse(answers ?? "");
  // Right on every second stimulus, and on the others what no shape is called, which is wrong.
  const lines = rows.map(({ stimulus_id, truth }, i) => `${stimulus_id},${i % 2 === 0 ? truth : "none"}`);
  expect(await give(page, [given("half.csv", `stimulus_id,response\n${lines.join("\n")}\n`)])).toEqual([]);
  return { rows, result: await score(page) };
}

test("two subjects: their difference with its interval, their agreement, where they part", async ({ page }) => {
  const { rows, result } = await twoSubjects(page);
  const difference =
    scored(result, "Shapes-accuracy", "shapes-net").score - scored(result, "Shapes-accuracy", "half").score;
  await page.getByRole("button", { name: "Compare…" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Compare", exact: true })).toBeFocused();
  const pair = page.getByRole("region", { name: "Two subjects" });
  await expect(pair).toContainText(`${difference.toFixed(3)} = `);
  const [low = 0, high = 0] = await pair
    .getByText(/95 % interval/)
    .textContent()
    .then((text) =>
      (/interval (−?[\d.]+) to (−?[\d.]+)/.exec(text ?? "") ?? []).slice(1).map((n) => Number(n.replace("−", "-"))),
    );
  expect(low).toBeLessThan(difference);
  expect(high).toBeGreaterThan(difference);
  expect(low).toBeGreaterThan(0);
  await expect(pair).toContainText("It does not hold 0");
  const right = rows.map(({ correct }) => correct === "true");
  const both = right.filter((yes, i) => yes && i % 2 === 0).length;
  await expect(pair).toContainText(`The same answer to ${both} of 360`);
  await expect(pair.getByRole("row", { name: /^both right/ })).toContainText(String(both));
  await expect(pair.getByRole("row", { name: /^half only/ })).toContainText(
    String(right.filter((yes, i) => !yes && i % 2 === 0).length),
  );
  await expect(pair.getByRole("listitem")).toHaveCount(12);
  await pair.getByRole("button", { name: `Show all ${360 - both}` }).click();
  await expect(pair.getByRole("listitem")).toHaveCount(360 - both);
  await pair.getByLabel("First").focus();
  await pair.getByLabel("First").selectOption({ label: "half" });
  await expect(pair).toContainText(`−${difference.toFixed(3)} = `);

  // The figure tells where it came from; Escape takes that away and leaves the desk.
  const figure = pair.getByRole("button", { name: `−${difference.toFixed(3)}` });
  await figure.focus();
  const told = page.getByRole("tooltip");
  await expect(told).toContainText("score of half − score of shapes-net");
  await expect(told).toContainText(/Shapes-accuracy [0-9a-f]{8}/);
  await expect(figure).toHaveAccessibleDescription(/score of half − score of shapes-net/);
  await page.keyboard.press("Escape");
  await expect(told).toHaveCount(0);
  await expect(pair).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Compare…" })).toBeFocused();
  await expect(pair).toHaveCount(0);
});

const OBJECTS = {
  ...PROBABILITIES,
  "benchmark.json": manifest({
    task: { name: "probabilities", fitting_stimuli: { table: "fitting.csv", images: "fitting/", visual_degrees: 4 } },
    metric: { name: "accuracy" },
    ceiling: { name: "constant", options: { value: 1 } },
    identifier: "Objects-accuracy",
  }),
};

test("before and after an edit: what changed, the scores of both, and only what changed is inferred", async ({
  page,
}) => {
  await openPage(page);
  const first = given("objects.zip", await zip(packageFiles(OBJECTS)));
  expect(await give(page, [first, example("card.json"), example("shapes-net.onnx")])).toEqual([]);
  const before = await score(page);
  expect(before.summary?.inferred).toBe(7);
  const edited = packageFiles({ ...OBJECTS, "stimuli/3.png": picture(200) });
  expect(await give(page, [given("objects-2.zip", await zip(edited))])).toEqual([]);
  const after = await score(page);
  expect(after.summary?.inferred).toBe(1);
  await page.getByRole("button", { name: "Compare…" }).click();
  const edit = page.getByRole("region", { name: "Before and after an edit" });
  await expect(edit).toContainText("1 stimulus changed (1 picture), 3 unchanged.");
  await expect(edit).toContainText("A network looks at 1 of 7 pictures anew.");
  await expect(edit).toContainText("The last run took 1 picture through networks.");
  const [was, is] = after.scorecard.benchmarks.map(({ scores: [only] }) =>
    only?.status === "scored" ? only.score : NaN,
  );
  expect(was).toBe(scored(before, "Objects-accuracy", "shapes-net").score);
  const row = edit.getByRole("region", { name: "Scores" }).getByRole("row", { name: /^shapes-net/ });
  await expect(row.getByRole("cell").nth(0)).toHaveText(was?.toFixed(3) ?? "");
  await expect(row.getByRole("cell").nth(1)).toHaveText(is?.toFixed(3) ?? "");
  await expect(edit.getByRole("img", { name: "Stimulus s3 before" })).toBeVisible();
  await expect(edit.getByRole("img", { name: "Stimulus s3 after" })).toBeVisible();
  await expect(edit.getByRole("listitem")).toHaveCount(1);
});

async function saved(page: Page, name: string): Promise<{ readonly fileName: string; readonly bytes: Buffer }> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
  return { fileName: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

test("figures for print, with their numbers, a methods text and a bibliography", async ({ page }) => {
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  const { result } = await twoSubjects(page);
  await page.getByRole("button", { name: "Publish…" }).click();
  const title = "Scores on Shapes-accuracy";
  await expect(page.getByRole("heading", { name: title })).toBeVisible();

  for (const width of [89, 183]) {
    await page.getByLabel(`${width} mm`).check();
    const svg = await saved(page, `Save ${title} as SVG`);
    expect(svg.fileName).toBe(`scores-Shapes-accuracy-${width}mm.svg`);
    const text = svg.bytes.toString("utf8");
    expect(text).toContain(`width="${width}mm"`);
    // Nothing that only this page knows: no style sheet, no variables, no classes, no other file.
    expect(text).not.toMatch(/<style|style=|class=|var\(--|currentColor|@import|href=/);
    const drawn = await page.evaluate((text) => {
      const svg = new DOMParser().parseFromString(text, "image/svg+xml");
      const texts = [...svg.querySelectorAll("text")].map((each) => each.textContent);
      const sizes = [...svg.querySelectorAll("[font-size]")].map((each) => Number(each.getAttribute("font-size")));
      const dots = [...svg.querySelectorAll("circle")].map((dot) => Number(dot.getAttribute("cx")));
      return { fault: svg.querySelector("parsererror") !== null, texts, sizes, dots };
    }, text);
    expect(drawn.fault).toBe(false);
    for (const said of ["shapes-net", "half", "0.78", "0.50", "ceiling", "score"]) expect(drawn.texts).toContain(said);
    expect(new Set(drawn.sizes)).toEqual(new Set([7]));
    // Dots lie where their scores are: the axis runs from 0 to 1 between the names and the numbers.
    const [net = 0, half = 0] = drawn.dots;
    const [a, b] = ["shapes-net", "half"].map((name) => scored(result, "Shapes-accuracy", name).score);
    const perUnit = (net - half) / ((a ?? 0) - (b ?? 0));
    const zero = half - perUnit * (b ?? 0);
    expect(zero + perUnit).toBeCloseTo((width * 72) / 25.4 - 34, 0);

    const png = decode((await saved(page, `Save ${title} as PNG`)).bytes);
    expect(png.width).toBe(Math.round((width / 25.4) * 600));
    expect(png.resolution).toMatchObject({ x: 23622, y: 23622 });
    expect([...png.data.slice(0, 3)]).toEqual([255, 255, 255]);
    const ink = Array.from({ length: png.width * png.height }, (_, i) => png.data[i * png.channels] ?? 255);
    expect(ink.some((value) => value < 50)).toBe(true);
  }

  const csv = csvParse((await saved(page, `Save ${title} as CSV`)).bytes.toString("utf8"));
  expect(csv.map(({ subject, score }) => [subject, Number(score)])).toEqual([
    ["shapes-net", scored(result, "Shapes-accuracy", "shapes-net").score],
    ["half", scored(result, "Shapes-accuracy", "half").score],
  ]);
  await expect(page.getByRole("heading", { name: "Accuracy by condition on Shapes-accuracy" })).toBeVisible();

  const methods = (await saved(page, "Save methods")).bytes.toString("utf8");
  const digest = result.scorecard.benchmarks[0]?.digest.slice("sha256-".length, 19) ?? "none";
  for (const fact of [
    "Shapes-accuracy",
    digest,
    "360 stimuli",
    "Schrimpf et al. 2020",
    "ONNX Runtime Web 1.30.0",
    "wasm",
  ])
    expect(methods).toContain(fact);
  const bib = (await saved(page, "Save bibliography")).bytes.toString("utf8");
  expect([...bib.matchAll(/^@\w+\{(\w+),/gm)].map(([, key]) => key)).toEqual(
    expect.arrayContaining(["schrimpf2018", "schrimpf2020", "onnxruntime"]),
  );
  expect(complaints).toEqual([]);
});

test("the command line says whether a scorecard is reproduced, and its exit status too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gapscope-test-"));
  const run = (...args: string[]) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const child = spawn("npx", ["tsx", "cli/score.ts", ...args], {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
        env: { ...process.env, GAPSCOPE_PROFILE: join(folder, "profile") },
      });
      let [out, err] = ["", ""];
      child.stdout.on("data", (text) => (out += text));
      child.stderr.on("data", (text) => (err += text));
      child.on("close", (code) => resolve({ code, out, err }));
    });
  const path = join(folder, "card.json");
  const arguments_ = [example("shapes.zip"), "--model", example("card.json"), "--backend", "wasm"];
  expect((await run(...arguments_, "--json", path)).code).toBe(0);
  const same = await run(...arguments_, "--against", path);
  expect(same.out).toContain("Reproduced: all 2 claims.");
  expect(same.out).toMatch(/= shapes-net +identical/);
  expect(same.code).toBe(0);
  writeFileSync(path, readFileSync(path, "utf8").replace(/"raw": 0\.7\d+/, '"raw": 0.6'));
  const other = await run(...arguments_, "--against", path);
  expect(other.out).toContain("Not reproduced: 1 of 2 claims.");
  expect(other.out).toContain("raw: 0.6 there");
  expect(other.code).toBe(1);
  writeFileSync(path, "{");
  const broken = await run(...arguments_, "--against", path);
  expect(broken.err).toContain("scorecard-not-json");
  expect(broken.code).toBe(2);
  rmSync(folder, { recursive: true, force: true });
});
