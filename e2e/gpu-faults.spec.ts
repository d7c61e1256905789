/** A GPU that goes away: the run goes on, on the GPU if it comes back and else on wasm, and the score says so. */
import { expect, type Page, test } from "@playwright/test";
import { CHROMIUM_ARGS, ensureChromium, webgpuArgs } from "../cli/browser.ts";
import { drawings } from "./drawings.ts";
import { FAULTS, spoiler } from "./faults.ts";
import { checkBackends, example, fileAt, give, openPage, score, scored } from "./support.ts";

test.use({
  launchOptions: { executablePath: ensureChromium(), args: [...CHROMIUM_ARGS, ...webgpuArgs(true)] },
});

const STIMULI = 64;
test.skip(process.env.FULL_SIZE === undefined, "takes minutes on a software adapter: set FULL_SIZE to run it");
test.setTimeout(300_000); // the software adapter takes seconds for a batch

const CELL = ["Drawings-accuracy", "shapes-net"] as const;
/** A run's workers on WebGPU: for the adapter and the first batch on it, for wasm's first batch, for pictures. Then the brain. */
const [ADAPTER, REFERENCE, PREPARES] = ["", "", ""];

async function open(page: Page) {
  const spoil = await spoiler(page);
  await openPage(page);
  await checkBackends(page);
  const files = [await drawings(STIMULI), ...["card.json", "shapes-net.onnx"].map((name) => fileAt(example(name)))];
  expect(await give(page, files)).toEqual([]);
  return spoil;
}

test("a device that is lost once is replaced, and the batch is run again", async ({ page }) => {
  const spoil = await open(page);
  const whole = scored(await score(page, { wish: "webgpu" }), ...CELL);
  expect(whole.backend).toBe("webgpu");
  spoil.arm(ADAPTER, REFERENCE, PREPARES, FAULTS.losesDevice(2));
  const after = scored(await score(page, { wish: "webgpu", fresh: true }), ...CELL);
  expect(spoil.pending).toBe(0);
  expect(after.backend).toBe("webgpu");
  expect([after.score, after.by]).toEqual([whole.score, whole.by]);
});

test("a device that is lost again gives way to wasm for all stimuli, visibly", async ({ page }) => {
  const spoil = await open(page);
  const wasm = scored(await score(page), ...CELL);
  spoil.arm(ADAPTER, REFERENCE, PREPARES, FAULTS.losesDevice(2), FAULTS.losesDevice(1));
  const after = scored(await score(page, { wish: "webgpu", fresh: true }), ...CELL);
  expect(after.backend).toBe("wasm");
  expect(after.score).toBe(wasm.score);
  expect(after.notes.join()).toMatch(/run on wasm: the GPU failed twice \(The GPU device was lost/);
});

test("an adapter that vanishes after its device does too", async ({ page }) => {
  const spoil = await open(page);
  const wasm = scored(await score(page), ...CELL);
  spoil.arm(ADAPTER, REFERENCE, PREPARES, FAULTS.losesDevice(1), FAULTS.noAdapter);
  const after = scored(await score(page, { wish: "webgpu", fresh: true }), ...CELL);
  expect(after.backend).toBe("wasm");
  expect(after.score).toBe(wasm.score);
  expect(after.notes.join()).toMatch(/run on wasm: the GPU failed twice \(This browser offers no GPU adapter/);
});

test("no adapter at all is told where WebGPU was asked for", async ({ page }) => {
  const spoil = await open(page);
  spoil.arm(FAULTS.noAdapter);
  const cell = scored(await score(page, { wish: "webgpu" }), ...CELL);
  expect(cell.backend).toBe("wasm");
  expect(cell.notes.join()).toMatch(/run on wasm: this browser offers no WebGPU that can be used here/);
});
