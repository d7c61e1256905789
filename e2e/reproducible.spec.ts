/**
 * The same inputs on the same backend give the same bytes: whatever the threads, whatever pictures share a batch, whether a run
 * was broken off, and one image at a time where memory is short. Of a small network and of one of the panel's, whose
 * convolutions are large enough to be cut into pieces (generated weights, so its scores mean nothing), by a task, and by a
 * regression whose products are made on ONNX Runtime. The recordings are a formula's, nobody's.
 */
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import JSZip from "jszip";
import { PANEL } from "../src/models/panel.ts";
import { drawings } from "./drawings.ts";
import { FAULTS, spoiler } from "./faults.ts";
import { digestActivations } from "./stored.ts";
import { checkBackends, example, fileAt, type GivenFile, give, given, openPage, score } from "./support.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Kept from run to run, as the shelf's spec does. */
const CHECKPOINTS = join(tmpdir(), "gapscope-checkpoints");
const LARGE = "mobilenet_v2_1.4_224";
/** No multiple of the images of a call, 32 and 8 of these networks, nor of a run of a session, 2. */
const STIMULI = 45;
const NEUROIDS = 4;

let files: readonly GivenFile[] = [];
let weights: GivenFile;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  execFileSync("npx", ["tsx", "cli/generate-checkpoints.ts", CHECKPOINTS, LARGE], { cwd: ROOT, stdio: "ignore" });
  const [name = ""] = PANEL.find(({ card }) => card.identifier === LARGE)?.checkpoint?.fileNames ?? [];
  weights = fileAt(join(CHECKPOINTS, name));
  files = [await recordedDrawings(), ...["card.json", "shapes-net.onnx"].map((file) => fileAt(example(file)))];
});

/** The drawings' task, and recordings of the same drawings. */
async function recordedDrawings(): Promise<GivenFile> {
  const zip = await JSZip.loadAsync((await drawings(STIMULI)).buffer);
  zip.file(
    "recorded/benchmark.json",
    JSON.stringify({
      format: "gapscope-benchmark",
      format_version: 1,
      identifier: "Drawings-ridge",
      version: 1,
      title: "Drawings made by a script, recordings by a formula; no primate data",
      stimulus_set: { table: "../stimuli.csv", images: "../stimuli/", visual_degrees: null },
      recording: { region: "IT", time_bins: [[70, 170]] },
      data: { array: "responses.npy" },
      metric: { name: "ridge", options: { stratification_coord: "truth" } },
      ceiling: { name: "constant", options: { value: 1 } },
    }),
  );
  zip.file(
    "recorded/responses.npy",
    npy(STIMULI, NEUROIDS, (i, j) => Math.sin(i * (j + 1)) + (i % 4)),
  );
  return given("recorded-drawings.zip", await zip.generateAsync({ type: "uint8array" }));
}

/** A little-endian float64 .npy. */
function npy(rows: number, columns: number, at: (row: number, column: number) => number): Buffer {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`.padEnd(117, " ");
  const values = Float64Array.from({ length: rows * columns }, (_, k) => at(Math.floor(k / columns), k % columns));
  const start = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${header}\n`, "latin1");
  start.writeUInt16LE(header.length + 1, 8);
  return Buffer.concat([start, Buffer.from(values.buffer)]);
}

/** Opens the page on a machine of so many cores, which its workers see too. */
async function openOn(page: Page, cores: number): Promise<void> {
  const have = (cores: number): void => {
    Object.defineProperty(Object.getPrototypeOf(navigator), "hardwareConcurrency", { get: () => cores });
  };
  await page.addInitScript(have, cores);
  await page.context().route("**/scoring.worker-*.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${have})(${cores});\n${await response.text()}` });
  });
  await openPage(page);
  await checkBackends(page);
  await give(page, files);
  expect(
    await page.evaluate((input) => window.gapscope?.openWeights(input.files ?? []), await inputOf(page, [weights])),
  ).toEqual([]);
  await page.evaluate((name) => window.gapscope?.selectPanel([name]), LARGE);
}

async function inputOf(page: Page, chosen: readonly GivenFile[]) {
  const input = await page.evaluateHandle(() =>
    Object.assign(document.createElement("input"), { type: "file", multiple: true }),
  );
  await input.setInputFiles([...chosen]);
  return input;
}

/** All that a run has made: its scores with their digests, and its activations. */
async function made(page: Page, run: ReturnType<typeof score>) {
  const { scorecard, summary } = await run;
  const statuses = scorecard.benchmarks.map(({ scores }) => scores.map(({ status }) => status));
  expect(statuses, JSON.stringify(scorecard.benchmarks, null, 1)).toEqual(
    scorecard.benchmarks.map(({ track }) => (track === "neural" ? ["scored", "scored"] : ["not applicable", "scored"])),
  );
  return {
    bytes: { benchmarks: JSON.stringify(scorecard.benchmarks), activations: await page.evaluate(digestActivations) },
    inferred: summary?.inferred,
  };
}

test("scores and activations are byte-identical across threads, batches, resumption and one image at a time", async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(600_000);
  const found: Awaited<ReturnType<typeof made>>["bytes"][] = [];
  for (const cores of [1, 2, 4]) {
    const context = await browser.newContext({
      ...(baseURL === undefined ? {} : { baseURL }),
      serviceWorkers: "block",
    });
    const page = await context.newPage();
    const spoil = await spoiler(page);
    await openOn(page, cores);
    if (cores === 2) {
      // Broken off in the middle, and gone on with.
      const first = score(page);
      await page.waitForFunction(() => (window.gapscope?.progress()?.done ?? 0) > 0, undefined, { polling: 3 });
      await page.evaluate(() => window.gapscope?.cancel());
      await first;
      found.push((await made(page, score(page))).bytes);
      const kept = await made(page, score(page));
      expect(kept.inferred).toBe(0);
      found.push(kept.bytes);
      // The worker that runs each network dies for want of memory.
      spoil.arm("", FAULTS.diesInBatch(1), "", "", FAULTS.diesInBatch(1));
      const alone = await made(page, score(page, { fresh: true }));
      expect(spoil.pending).toBe(0);
      found.push(alone.bytes);
    } else found.push((await made(page, score(page))).bytes);
    await context.close();
  }
  for (const bytes of found) expect(bytes).toEqual(found[0]);
});
