/** Brain-Score's own three files, and recorded activations. The values are made up: they are nobody's recordings. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { type GivenFile, give, given, openPage, score, scored } from "./support.ts";

const golden = (name: string): GivenFile =>
  given(name, readFileSync(fileURLToPath(new URL(`../src/benchmark/neural/golden/${name}`, import.meta.url))));
const [TABLE, IMAGES, ASSEMBLY] = ["stimulus_made_Up2026.csv", "stimulus_made_Up2026.zip", "assy_made_Up2026.nc"].map(
  golden,
) as [GivenFile, GivenFile, GivenFile]; // of three names

/** A file as numpy's version 1 has it. */
function npy(values: Float64Array | Float32Array, columns: number, big = false): Buffer {
  const size = values.BYTES_PER_ELEMENT;
  const header = `{'descr': '${big ? ">" : "<"}f${size}', 'fortran_order': False, 'shape': (${values.length / columns}, ${columns}), }`;
  const bytes = Buffer.from(values.slice().buffer);
  if (big) size === 8 ? bytes.swap64() : bytes.swap32();
  const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  return Buffer.concat([head, Buffer.from(`${header.padEnd(117)}\n`), bytes]);
}

const form = (page: Page) => page.getByRole("form", { name: ASSEMBLY.name });
const section = (page: Page) => page.getByRole("region", { name: "Brain-Score’s files" });

async function drop(page: Page, files: readonly GivenFile[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    (files) => {
      const transfer = new DataTransfer();
      for (const { name, bytes } of files) transfer.items.add(new File([Uint8Array.from(bytes)], name));
      return transfer;
    },
    files.map(({ name, buffer }) => ({ name, bytes: [...buffer] })),
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

test("Brain-Score's three files, dropped one by one, are completed, opened and saved as a package", async ({
  page,
}) => {
  await openPage(page);
  await drop(page, [IMAGES]);
  await expect(section(page)).toContainText(`Drop ${TABLE.name} and assy_….nc too`);
  await drop(page, [ASSEMBLY]);
  await expect(section(page)).toContainText(
    `Choose or drop ${ASSEMBLY.name}, ${TABLE.name} and ${IMAGES.name} together`,
  );
  await drop(page, [TABLE]);
  await expect(form(page)).toContainText(
    "6 stimuli · 18 presentations · 5 sites · 2 time bins · each stimulus shown 3 times · regions V4 (3 sites), IT (2 sites)",
  );
  await expect(form(page).getByRole("combobox", { name: "Metric", exact: true })).toHaveValue("pls");
  await expect(form(page).getByRole("combobox", { name: "Ceiling", exact: true })).toHaveValue("internal_consistency");

  // What the files do not say is asked for, and nothing is opened without it.
  const open = form(page).getByRole("button", { name: "Open benchmark" });
  await open.click();
  await expect(form(page).getByRole("alert")).toContainText("a number, with a point for decimals");
  await form(page)
    .getByLabel(/Size of the images/)
    .fill("8");
  await open.click();
  // Then the reader speaks, of both benchmarks at once: the repetitions of a stimulus differ in more than their number.
  await expect(form(page).getByRole("alert")).toContainText("only repetition may differ");
  await expect(form(page).getByRole("alert")).toContainText(/V4\/benchmark.json.*IT\/benchmark.json/);
  const { violations } = await new AxeBuilder({ page }).include("section[aria-labelledby=benchmarks]").analyze();
  expect(violations).toEqual([]);

  // Another assembly of the same stimuli, which says neither region nor time.
  await page.getByRole("button", { name: "Remove Brain-Score’s files" }).click();
  await expect(section(page)).toBeHidden();
  await drop(page, [given(ASSEMBLY.name, golden("indexed.nc").buffer), TABLE, IMAGES]);
  await expect(form(page)).toContainText("6 stimuli · 6 presentations · 3 sites · no time bins");
  await form(page)
    .getByLabel(/Size of the images/)
    .fill("8");
  await form(page).getByRole("combobox", { name: "Metric", exact: true }).selectOption("cka");
  await open.click();
  await expect(form(page).getByRole("alert")).toContainText("V1, V2, V4, IT");
  await form(page)
    .getByRole("combobox", { name: /Region of the models/ })
    .selectOption("IT");
  await open.click();
  const benchmarks = page.getByRole("region", { name: "Benchmarks" });
  await expect(benchmarks).toContainText("made_Up2026.IT-cka");
  await expect(section(page)).toBeHidden();

  const saving = page.waitForEvent("download");
  await benchmarks.getByRole("button", { name: "Save as package" }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe("made_Up2026.zip");
  const zip = given("again.zip", readFileSync(await saved.path()));

  // Recorded activations take it; float64 keeps its digits, and its byte order changes nothing.
  const values = Float64Array.from({ length: 6 * 10 }, (_, i) => Math.sin(i * i) + 2 ** 30);
  const lab = await score64(page, [
    given("little.npy", npy(values, 10)),
    given("big.npy", npy(values, 10, true)),
    given("rounded.npy", npy(Float32Array.from(values), 10)),
    given("short.npy", npy(values.slice(0, 50), 10)),
  ]);
  const benchmark = "made_Up2026.IT-cka";
  const little = scored(lab, benchmark, "little");
  expect(little.notes).toEqual(expect.arrayContaining([expect.stringContaining("order of the stimulus table")]));
  expect(scored(lab, benchmark, "big").raw).toBe(little.raw);
  expect(scored(lab, benchmark, "rounded").raw).not.toBe(little.raw);
  const short = lab.scorecard.benchmarks[0]?.scores.find(({ subject }) => subject === "short");
  expect(short).toMatchObject({ status: "not applicable", reason: expect.stringMatching(/\b5 stimuli.*\b6\b/) });

  // The saved zip is an ordinary package of the same benchmarks.
  await page.reload();
  await page.waitForFunction(() => window.gapscope !== undefined);
  expect(await give(page, [zip])).toEqual([]);
  const again = await score64(page, [given("little.npy", npy(values, 10))]);
  const digests = (card: typeof lab) => card.scorecard.benchmarks.map(({ identifier, digest }) => [identifier, digest]);
  expect(digests(again)).toEqual(digests(lab));
  for (const { identifier } of again.scorecard.benchmarks)
    expect(scored(again, identifier, "little").raw).toBe(scored(lab, identifier, "little").raw);
});

async function score64(page: Page, files: readonly GivenFile[]) {
  expect(await give(page, files)).toEqual([]);
  return score(page);
}

test("files that are no set say so where a script opens them", async ({ page }) => {
  await openPage(page);
  expect(await give(page, [TABLE])).toEqual([expect.stringContaining("brainio-incomplete")]);
  expect(await give(page, [given(ASSEMBLY.name, ASSEMBLY.buffer.subarray(0, 8000)), IMAGES])).toEqual([
    expect.stringContaining("netcdf-damaged"),
  ]);
  expect(await give(page, [ASSEMBLY])).toEqual([expect.stringContaining("do not say all that a benchmark needs")]);
  expect(await give(page, [given("a.npy", "stimulus_id,response\n")])).toContainEqual(
    expect.stringContaining("npy-not-npy"),
  );
});
